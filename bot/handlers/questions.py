"""Questions: text in, an answer, suggestions or an honest "the report doesn't say" out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from telegram import ForceReply, Message, Update
from telegram.ext import ApplicationHandlerStop, filters

from bot import texts
from bot.chat_memory import Place, Standing
from bot.handlers import albums, browse, votes
from bot.handlers.groups import OWN_CARD, question_in
from bot.handlers.moves import Move, asks_for_a_view, move_of
from bot.handlers.small_talk import not_a_question
from bot.messages import again, answers
from bot.messages.dates import dated_once
from bot.messages.message import BotMessage, notice, safe
from bot.services import Context, Services, services_of
from bot.transport import delivery, metrics
from knowledge import Answer, Fact, Near, Reply, Suggestions, Unknown, summary

# Service messages ("Ann pinned a message") and the bot's own inline cards want no reply.
UNREADABLE = ~filters.TEXT & ~filters.CAPTION & ~filters.StatusUpdate.ALL & ~OWN_CARD


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
    if (objection := not_a_question(text)) is not None:
        rows = browse.first_topics(services) if objection == texts.HOW else ()
        return Turn(notice(objection, rows), None, standing)
    move = move_of(text)
    if move is not None and (page := _moved(services, move, standing, username)) is not None:
        return Turn(page, None, standing)
    reply = services.knowledge.ask(text, standing.context)
    asked = 0
    if record:
        asked = services.knowledge.record(text, reply)
        metrics.replied(summary(reply)[0])
    page = page_of(services, text, reply, asked, standing.context.shown, username)
    if not isinstance(reply, Answer | Near) and asks_for_a_view(text):
        page = replace(page, html=f"<b>{safe(texts.NO_VIEW)}</b>\n{page.html}")
    return Turn(page, reply, Standing(standing.context.after(text, reply), asked))


def converse(services: Services, place: Place, number: int, text: str) -> Turn:
    """Answer message `number` of a conversation that goes on outside Telegram; not recorded."""
    turn = respond(services, text, services.memory.standing(place), "", record=False)
    services.memory.answered(place, number, number, turn.standing)
    return turn


def _moved(services: Services, move: Move, standing: Standing, username: str) -> BotMessage | None:
    """Answer what does not ask about the report; None where nothing was shown to speak of."""
    context, asked = standing.context, standing.asked
    facts = [fact for one in context.answered if (fact := services.fact(one))]
    match move:
        case "yes":
            if context.offered and asked is not None:
                services.knowledge.tapped(asked, context.offered[0])
                return notice(texts.GLAD)
            return notice(texts.ACKNOWLEDGED)
        case "no" | "wrong" if context.offered and asked is not None:
            services.knowledge.none_of_these(asked)
            return notice(texts.NOTED, browse.first_topics(services))
        case "no":
            return notice(texts.NOT_THAT)
        case "wrong":
            if asked is None:
                return notice(texts.NOT_THAT)
            services.knowledge.vote(asked, helpful=False)
            return votes.objection(services, asked)
    facts = facts or [fact for one in context.offered[:1] if (fact := services.fact(one))]
    if not facts:
        return None
    sources = services.sources(username)
    match move:
        case "source" | "link":
            return again.where(facts, sources, address=move == "link")
        case "again":
            return again.repeated(facts, sources)
        case "shorter":
            return again.shorter(facts, sources)
        case "simpler":
            return again.simpler(facts, sources)
        case "quote":
            return again.quotable(facts, sources)
        case "vouch":
            return again.vouched(texts.SAYS_SO, facts, sources)
        case "sure":
            return again.vouched(texts.STILL_SO, facts, sources)
    return again.more(facts[0], sources, services.related(facts[0], context.shown))


def page_of(
    services: Services,
    text: str,
    reply: Reply,
    asked: int,
    before: tuple[str, ...],
    username: str,
) -> BotMessage:
    """Render a reply with what belongs beside it."""
    sources = services.sources(username)
    shown = services.known(before)
    match reply:
        case Answer(matches) | Near(matches):
            facts = [match.fact for match in matches]
            related = services.related(facts[0], (*before, *(fact.id for fact in facts)))
            told = replace(reply, matches=dated_once(matches, shown))
            return answers.answer(told, sources, asked, related)
        case Suggestions():
            return answers.suggestions(reply, sources, asked)
        case Unknown(note=str(note)) if note:
            return notice(note, browse.first_topics(services))
        case Unknown(None, Fact() as about, compares):
            related = services.related(about, before)
            return answers.nothing_more(about, related, compares=compares)
        case _:
            nearest = services.nearest(text, reply.gap.fact if reply.gap else None)
            topics = browse.first_topics(services)
            gap = next(iter(dated_once((reply.gap,), shown)), None) if reply.gap else None
            return answers.unknown(gap, sources, asked, nearest, topics)


async def question(update: Update, context: Context) -> None:
    """Answer a typed question."""
    message = update.message
    assert message is not None
    if albums.is_first(message, context, captioned=True):
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


def _replied(message: Message) -> int | None:
    return message.reply_to_message.message_id if message.reply_to_message else None


async def answer(message: Message, text: str, context: Context, *, tapped: bool = False) -> None:
    """Answer a question asked in a message or, when `tapped`, by a button below it."""
    services = services_of(context)
    place = delivery.place_of(message)
    standing = services.memory.standing(place, message.message_id if tapped else _replied(message))
    turn = respond(services, text, standing, context.bot.username)
    sent = await delivery.reply(message, turn.page)
    services.memory.answered(place, message.message_id, sent.message_id, turn.standing)


async def edited(update: Update, context: Context) -> None:
    """Let the reply to a question follow the question's edit."""
    message = update.edited_message
    assert message is not None
    services = services_of(context)
    place = delivery.place_of(message)
    text = question_in(message, context.bot)
    exchange = services.memory.exchange(place, message.message_id)
    if exchange is None:
        # Forgotten, or never a question. In a private chat the reader still waits for an answer.
        if message.chat.type == "private":
            await answer(message, text, context)
        return
    turn = respond(services, text, exchange.before, context.bot.username)
    if await delivery.edit(context, place, exchange.reply, turn.page):
        services.memory.answered(place, message.message_id, exchange.reply, turn.standing)
    else:
        await answer(message, text, context)


async def unreadable(update: Update, context: Context) -> None:
    """Say that only text can be read."""
    assert update.message is not None
    if albums.is_first(update.message, context, captioned=False):
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
