"""Taps on buttons: what each shows and notes. Anybody in a group may tap."""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

from telegram import InlineKeyboardButton, Message, Update

from bot import messages, texts
from bot.messages import BotMessage, Button, notice, short
from bot.services import Context, services_of
from bot.transport import delivery
from knowledge import HELPFUL, NONE_OF_THESE, NOT_RIGHT, Fact

# The administrators hear of an entry once until the next start; every vote stands among the
# unanswered questions anyway.
_TOLD = "entries objected to"


def tapped(
    handler: Callable[..., Awaitable[BotMessage | None]], thanks: str = "", *, below: bool = False
) -> Callable[[Update, Context], Coroutine[Any, Any, None]]:
    """Show what a handler makes of what a button carries, in place of its message or `below` it."""

    async def told(update: Update, context: Context) -> None:
        query, match = update.callback_query, context.match
        assert query is not None
        assert match is not None
        given: dict[str, Any] = match.groupdict("")
        given |= {name: int(given[name]) for name in ("asked", "page") if name in given}
        if "fact" in given:
            given["fact"] = services_of(context).fact(given["fact"])
        if None in given.values():
            await query.answer(texts.WITHDRAWN, show_alert=True)
            return
        await query.answer(thanks or None)
        if isinstance(query.message, Message) and (
            page := await handler(query.message, context, **given)
        ):
            await (delivery.reply if below else delivery.turn)(query.message, page)

    return told


async def outdated(update: Update, context: Context) -> None:
    """Answer a tap on a button of an older version."""
    assert update.callback_query is not None
    await update.callback_query.answer(texts.OLD_BUTTON, show_alert=True)


async def none_of_these(_: Message, context: Context, asked: int) -> BotMessage:
    """Note that no suggestion was right, and offer the topics."""
    knowledge = services_of(context).knowledge
    knowledge.note(asked, feedback=NONE_OF_THESE)
    return notice(texts.NOTED, messages.topics(knowledge.topics()))


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
    heard: set[str] = context.bot_data.setdefault(_TOLD, set())
    if record is None or (record.fact or record.question) in heard:
        return notice(texts.TOLD_ALREADY)
    heard.add(record.fact or record.question)
    entry = services.fact(record.fact)
    text = texts.objected(record.question, entry.question if entry else "", reason)
    await delivery.tell_administrators(context, text)
    return notice(texts.TOLD)
