"""What readers make of an answer: votes, objections, passing it on. Anybody in a group may tap."""

from collections.abc import Sequence

from telegram import InlineKeyboardButton, Message

from bot import messages, texts
from bot.messages import BotMessage, Button, notice, short
from bot.services import Context, services_of
from bot.transport import delivery
from knowledge import HELPFUL, NOT_RIGHT, Fact


async def none_of_these(_: Message, context: Context, asked: int) -> BotMessage:
    """Note that no suggestion was right, and offer the topics."""
    return services_of(context).none_of_these(asked)


async def shared(message: Message, context: Context, fact: Fact) -> None:
    """Show how the fact above can be passed on, in place of the button tapped."""
    ways = (
        Button(texts.SEND_ON, switch_inline_query=short(fact.question, messages.QUERY)),
        Button(texts.COPY_LINK, copy_text=texts.LINK.format(context.bot.username, fact.id)),
    )
    await _without(message, {messages.button("", messages.SHARE, fact.id)}, ways)


async def voted(
    message: Message, context: Context, asked: int, helpful: str = ""
) -> BotMessage | None:
    """Count a vote and take its small row away; one that is not right leads on."""
    services = services_of(context)
    services.knowledge.note(asked, feedback=HELPFUL if helpful else NOT_RIGHT)
    await _without(message, set(messages.votes(asked)))
    return None if helpful else services.objection(asked)


async def _without(message: Message, gone: set[Button], instead: Sequence[Button] = ()) -> None:
    """Take buttons from a message, where Telegram still tells them, or put others above theirs."""
    keys = {one.callback_data for one in gone}
    rows = list[Sequence[Button | InlineKeyboardButton]]()
    for row in message.reply_markup.inline_keyboard if message.reply_markup else ():
        kept = [one for one in row if one.callback_data not in keys]
        rows += [kept] if len(kept) == len(row) else [instead, kept]
    if rows:
        await delivery.done(message.edit_reply_markup(delivery.keyboard(rows)))


async def explained(_: Message, context: Context, asked: int, reason: str) -> BotMessage:
    """Take what was wrong, and offer what is left to do about it."""
    return services_of(context).objection(asked, reason)


async def told(_: Message, context: Context, asked: int, reason: str) -> BotMessage:
    """Pass an objection on to the administrators: the question and the entry, nobody's name."""
    services = services_of(context)
    record = services.knowledge.asked(asked)
    # Every vote stands among the unanswered questions anyway.
    if record is None or (record.fact or record.question) in services.told:
        return notice(texts.TOLD_ALREADY)
    services.told.add(record.fact or record.question)
    entry = services.fact(record.fact)
    text = texts.objected(record.question, entry.question if entry else "", reason)
    await delivery.tell_administrators(context, text)
    return notice(texts.TOLD)
