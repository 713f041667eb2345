"""Questions: text in, an answer, suggestions or an honest "the report doesn't say" out."""

from __future__ import annotations

from telegram import ForceReply, Message, Update
from telegram.ext import ApplicationHandlerStop, filters

from bot import delivery, metrics, render, state, texts
from bot.handlers import browse
from bot.handlers.groups import question_in
from bot.page import Page, notice
from bot.state import Context, State
from bot.triage import not_a_question
from knowledge import Answer, Reply, Suggestions, summary

# Service messages ("Ann pinned a message") and the bot's own inline cards want no reply.
UNREADABLE = ~filters.TEXT & ~filters.StatusUpdate.ALL & ~filters.VIA_BOT


def respond(mind: State, text: str, before: tuple[str, ...], username: str) -> Page:
    """Answer a text, given the ids of the facts shown before it, newest first."""
    if (objection := not_a_question(text)) is not None:
        if objection == texts.ENGLISH_ONLY:
            return notice(objection, browse.first_topics(mind))
        return notice(objection)
    reply = mind.knowledge.ask(text, before)
    asked = mind.knowledge.record(text, reply)
    metrics.replied(summary(reply)[0])
    return page_of(mind, reply, asked, before, username)


def page_of(mind: State, reply: Reply, asked: int, before: tuple[str, ...], username: str) -> Page:
    """Render a reply with what belongs beside it."""
    shelf = mind.shelf(username)
    match reply:
        case Answer(matches):
            facts = [match.fact for match in matches]
            related = mind.related(facts[0], (*before, *(fact.id for fact in facts)))
            return render.answer(reply, shelf, asked, related)
        case Suggestions():
            return render.suggestions(reply, shelf, asked)
        case _:
            related = mind.related(reply.gap.fact, before) if reply.gap else ()
            topics = () if reply.gap else browse.first_topics(mind)
            return render.unknown(reply.gap, shelf, asked, related, topics)


async def question(update: Update, context: Context) -> None:
    """Answer a typed question."""
    message = update.message
    assert message is not None
    await _answer(message, question_in(message, context.bot), context)


async def ask(update: Update, context: Context) -> None:
    """Answer the question after /ask, or ask for one."""
    message = update.message
    assert message is not None
    text = question_in(message, context.bot)
    if text:
        await _answer(message, text, context)
    elif message.chat.type == "private":
        await delivery.reply(message, notice(texts.ASK_NOW))
    else:
        # A reply reaches the bot in every group, whatever its privacy setting.
        await message.reply_text(
            texts.ASK_BY_REPLY,
            reply_markup=ForceReply(selective=True, input_field_placeholder=texts.ASK_PLACEHOLDER),
        )


async def _answer(message: Message, text: str, context: Context) -> None:
    mind = state.of(context)
    place = delivery.place_of(message)
    page = respond(mind, text, mind.memory.shown(place), context.bot.username)
    sent = await delivery.reply(message, page)
    mind.memory.answered(place, message.message_id, sent.message_id, page.shows)


async def edited(update: Update, context: Context) -> None:
    """Let the reply to a question follow the question's edit."""
    message = update.edited_message
    assert message is not None
    mind = state.of(context)
    place = delivery.place_of(message)
    text = question_in(message, context.bot)
    exchange = mind.memory.exchange(place, message.message_id)
    if exchange is None:
        # Forgotten, or never a question. In a private chat the reader still waits for an answer.
        if message.chat.type == "private":
            await _answer(message, text, context)
        return
    page = respond(mind, text, exchange.before, context.bot.username)
    if await delivery.edit(context, place, exchange.reply, page):
        mind.memory.answered(place, message.message_id, exchange.reply, page.shows)
    else:
        await _answer(message, text, context)


async def unreadable(update: Update, context: Context) -> None:
    """Say that only text can be read."""
    assert update.message is not None
    await delivery.reply(update.message, notice(texts.NOT_TEXT))


async def fair_use(update: Update, context: Context) -> None:
    """Hold back who sends more than a person can type."""
    message = update.effective_message
    person = update.effective_user
    assert message is not None
    if person is None or person.id in state.of(context).settings.admin_ids:
        return
    verdict = state.of(context).fair_use.judge(person.id)
    if verdict == "warn" and message.chat.type == "private":
        await delivery.reply(message, notice(texts.SLOW_DOWN))
    if verdict != "welcome":
        raise ApplicationHandlerStop
