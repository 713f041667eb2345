"""Questions: text in, an answer, suggestions or an honest "the report doesn't say" out."""

from __future__ import annotations

from telegram import ForceReply, Message, Update
from telegram.ext import ApplicationHandlerStop, filters

from bot import messages, texts
from bot.chat_memory import Standing
from bot.handlers.buttons import Tap
from bot.handlers.groups import OWN_CARD, is_first, question_in
from bot.messages import notice
from bot.replies import Turn, respond
from bot.services import Context, services_of
from bot.transport import delivery, metrics
from knowledge import summary

# Service messages ("Ann pinned a message") and the bot's own inline cards want no reply.
UNREADABLE = ~filters.TEXT & ~filters.CAPTION & ~filters.StatusUpdate.ALL & ~OWN_CARD


async def question(update: Update, context: Context) -> None:
    """Answer a typed question."""
    message = update.message
    assert message is not None
    if is_first(message, context):
        await answer(message, question_in(message, context.bot), context)


async def ask(update: Update, context: Context) -> None:
    """Answer the question after /ask, or ask for one."""
    message = update.message
    assert message is not None
    text = question_in(message, context.bot)
    if text:
        await answer(message, text, context)
    elif message.chat.type == "private":
        await delivery.reply(message, notice(texts.ASK_NOW))
    else:
        # A reply reaches the bot in every group, whatever its privacy setting.
        await message.reply_text(
            texts.ASK_BY_REPLY,
            reply_markup=ForceReply(selective=True, input_field_placeholder=texts.ASK_PLACEHOLDER),
        )


async def answer(message: Message, text: str, context: Context, *, tapped: bool = False) -> None:
    """Answer a question asked in a message or, when `tapped`, by a button below it."""
    services, place = services_of(context), delivery.place_of(message)
    about = message if tapped else message.reply_to_message
    standing = services.memory.standing(place, about.message_id if about else None)
    turn = _turn(text, standing, context)
    sent = await delivery.reply(message, turn.page)
    services.memory.answered(place, message.message_id, sent.message_id, turn.standing)


def _turn(text: str, standing: Standing, context: Context) -> Turn:
    turn = respond(services_of(context), text, standing, context.bot.username)
    if turn.reply:
        metrics.count("replies", summary(turn.reply)[0])
    return turn


async def later(tap: Tap) -> None:
    """Answer the question on the button, below, as if it had been typed."""
    every = (one for row in tap.keyboard for one in row)
    label = next((one.text for one in every if one.callback_data == messages.LATER), "")
    await answer(tap.message, label, tap.context, tapped=True)


async def edited(update: Update, context: Context) -> None:
    """Let the reply to a question follow the question's edit."""
    message = update.edited_message
    assert message is not None
    services, place = services_of(context), delivery.place_of(message)
    text = question_in(message, context.bot)
    exchange = services.memory.exchange(place, message.message_id)
    if exchange is not None:
        turn = _turn(text, exchange.before, context)
        if await delivery.edit(context, place, exchange.reply, turn.page):
            services.memory.answered(place, message.message_id, exchange.reply, turn.standing)
            return
    # Forgotten, or never a question: in a private chat the reader still waits for an answer.
    if exchange is not None or message.chat.type == "private":
        await answer(message, text, context)


async def unreadable(update: Update, context: Context) -> None:
    """Say that only text can be read."""
    assert update.message is not None
    if is_first(update.message, context):
        await delivery.reply(update.message, notice(texts.NOT_TEXT))


async def fair_use(update: Update, context: Context) -> None:
    """Hold back who sends more than a person can type."""
    message = update.effective_message
    assert message is not None
    # All who speak for a group or channel have the same user, Telegram's own.
    person = message.sender_chat or update.effective_user
    if person is None or person.id in services_of(context).settings.admin_ids:
        return
    verdict = services_of(context).fair_use.judge(person.id)
    if verdict == "warn" and message.chat.type == "private":
        await delivery.reply(message, notice(texts.SLOW_DOWN))
    if verdict != "welcome":
        raise ApplicationHandlerStop
