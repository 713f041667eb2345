"""Questions: text in, an answer, suggestions or an honest "the report doesn't say" out."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import ForceReply, Message, Update
from telegram.ext import ApplicationHandlerStop, filters

from bot import texts
from bot.chat_memory import Place, Standing
from bot.handlers.buttons import Tap, objection
from bot.handlers.groups import OWN_CARD, is_first, question_in
from bot.messages import answers, keyboards
from bot.messages.message import BotMessage, notice
from bot.services import Context, Services, services_of
from bot.transport import delivery, metrics
from knowledge import (
    LONGEST,
    NONE_OF_THESE,
    NOT_RIGHT,
    Answer,
    Fact,
    Near,
    Remark,
    Reply,
    Suggestions,
    Unknown,
    summary,
)

# Service messages ("Ann pinned a message") and the bot's own inline cards want no reply.
UNREADABLE = ~filters.TEXT & ~filters.CAPTION & ~filters.StatusUpdate.ALL & ~OWN_CARD


# What is said to a remark.
SAID = {
    "no words": texts.NO_WORDS,
    "too long": texts.TOO_LONG.format(LONGEST),
    "who you are": texts.WHO_I_AM,
    "how you are": texts.HOW_I_AM,
    "greeting": texts.GREETING,
    "thanks": texts.WELCOME,
    "acknowledged": texts.ACKNOWLEDGED,
    "goodbye": texts.GOODBYE,
    "insulted": texts.INSULTED,
    "yes": texts.ACKNOWLEDGED,
    "no": texts.NOT_THAT,
    "wrong": texts.NOT_THAT,
}


@dataclass(frozen=True, slots=True)
class Turn:
    """What is said to a message, the reply it rests on if any, and how the conversation stands."""

    page: BotMessage
    reply: Reply | None
    standing: Standing


def respond(
    services: Services, text: str, standing: Standing, username: str, *, record: bool = True
) -> Turn:
    """Answer a text said where the conversation is `standing`."""
    reply = services.knowledge.ask(text, standing.context)
    if isinstance(reply, Remark):
        return Turn(_remarked(services, reply, standing, username), None, standing)
    asked = 0
    if record:
        asked = services.knowledge.record(text, reply)
        metrics.count("replies", summary(reply)[0])
    page = _page(services, text, reply, asked, standing.context.shown, username)
    return Turn(page, reply, Standing(standing.context.after(text, reply), asked))


def converse(services: Services, place: Place, number: int, text: str) -> Turn:
    """Answer message `number` of a conversation that goes on outside Telegram; not recorded."""
    turn = respond(services, text, services.memory.standing(place), "", record=False)
    services.memory.answered(place, number, number, turn.standing)
    return turn


def _remarked(services: Services, remark: Remark, standing: Standing, username: str) -> BotMessage:
    """Answer what asks nothing new of the report; a yes or no to offers, or a no, is evidence."""
    asked, offered, note = standing.asked, standing.context.offered, services.knowledge.note
    topics = keyboards.topics(services.knowledge.topics())
    match remark.kind:
        case "help":
            return notice(texts.HOW, topics)
        case "yes" if offered and asked is not None:
            note(asked, tapped=offered[0])
            return notice(texts.GLAD)
        case "no" | "wrong" if offered and asked is not None:
            note(asked, feedback=NONE_OF_THESE)
            return notice(texts.NOTED, topics)
        case "wrong" if asked is not None:
            note(asked, feedback=NOT_RIGHT)
            return objection(services, asked)
        case "more":
            related = services.related(remark.facts[0], standing.context.shown)
            return answers.more(remark.facts[0], services.sources(username), related)
        case kind if kind in SAID:
            return notice(SAID[kind])
    return answers.again(remark.kind, remark.facts, services.sources(username))


def _page(
    services: Services, text: str, reply: Reply, asked: int, before: tuple[str, ...], username: str
) -> BotMessage:
    """Render a reply with what belongs beside it."""
    sources, shown = services.sources(username), services.known(before)
    topics = keyboards.topics(services.knowledge.topics())
    match reply:
        case Answer(matches) | Near(matches):
            facts = [match.fact for match in matches]
            related = services.related(facts[0], (*before, *(fact.id for fact in facts)))
            return answers.answer(reply, sources, asked, related, shown)
        case Suggestions():
            return answers.suggestions(reply, asked)
        case Unknown(note=str(note)) if note:
            return notice(note, topics)
        case Unknown(None, Fact() as about):
            return answers.nothing_more(reply, about, services.related(about, before))
        case Unknown(gap):
            nearest = services.nearest(text, gap.fact if gap else None)
            return answers.unknown(reply, sources, asked, nearest, topics, shown)


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
    turn = respond(services, text, standing, context.bot.username)
    sent = await delivery.reply(message, turn.page)
    services.memory.answered(place, message.message_id, sent.message_id, turn.standing)


async def later(tap: Tap) -> None:
    """Answer the question on the button, below, as if it had been typed."""
    every = (one for row in tap.keyboard for one in row)
    label = next((one.text for one in every if one.callback_data == keyboards.LATER), "")
    await answer(tap.message, label, tap.context, tapped=True)


async def edited(update: Update, context: Context) -> None:
    """Let the reply to a question follow the question's edit."""
    message = update.edited_message
    assert message is not None
    services, place = services_of(context), delivery.place_of(message)
    text = question_in(message, context.bot)
    exchange = services.memory.exchange(place, message.message_id)
    if exchange is not None:
        turn = respond(services, text, exchange.before, context.bot.username)
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
