"""Taps on buttons: what each shows and notes. Anybody in a group may tap."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from telegram import CallbackQuery, InlineKeyboardButton, Message, Update

from bot import messages, texts
from bot.messages import BotMessage, Button, Row, answers, heading, notice
from bot.replies import objection
from bot.services import Context, Services, services_of
from bot.transport import delivery
from knowledge import HELPFUL, NONE_OF_THESE, NOT_RIGHT, Answer, Fact, Match, Topic

# The administrators hear of an entry once until the next start; every vote stands among the
# unanswered questions anyway.
_TOLD = "entries objected to"


@dataclass(frozen=True, slots=True)
class Tap:
    """A tap that has been answered: the message with the button, and what the button says."""

    query: CallbackQuery
    message: Message
    context: Context
    parts: tuple[str, ...]

    @property
    def services(self) -> Services:
        """Give what the handlers share."""
        return services_of(self.context)

    @property
    def keyboard(self) -> tuple[tuple[InlineKeyboardButton, ...], ...]:
        """Give the buttons of the message tapped."""
        markup = self.message.reply_markup
        return markup.inline_keyboard if markup else ()

    async def mark(self, rows: delivery.Buttons) -> None:
        """Change only the buttons of the message tapped, where Telegram still tells them."""
        if self.keyboard:
            await delivery.done(self.query.edit_message_reply_markup(delivery.keyboard(rows)))


def tapped(
    handler: Callable[..., Awaitable[BotMessage | None]], thanks: str = "", *, below: bool = False
) -> Callable[[Update, Context], Coroutine[Any, Any, None]]:
    """Show what a handler makes of a tap and of the fact it names, in place of the message."""

    async def told(update: Update, context: Context) -> None:
        query, match = update.callback_query, context.match
        assert query is not None
        assert match is not None
        named = match.groupdict().values()
        facts = services_of(context).known(tuple(named))
        if len(facts) < len(named):
            await delivery.answer_tap(query, texts.WITHDRAWN, alert=True)
            return
        await delivery.answer_tap(query, thanks)
        if isinstance(query.message, Message):
            page = await handler(Tap(query, query.message, context, match.groups("")), *facts)
            if page:
                await (delivery.below if below else delivery.turn)(query, page)

    return told


async def outdated(update: Update, context: Context) -> None:
    """Answer a tap on a button of an older version."""
    assert update.callback_query is not None
    await delivery.answer_tap(update.callback_query, texts.OLD_BUTTON, alert=True)


# --- Browsing -------------------------------------------------------------------------------------


def topics_page(topics: Sequence[Topic], page: int = 0) -> BotMessage:
    """Give a page of the list of topics."""
    if not topics:
        return notice(texts.NO_TOPICS)
    return BotMessage(heading(texts.TOPICS), messages.topics(topics, page))


def questions_page(topic: Topic, facts: Sequence[Fact], page: int) -> BotMessage:
    """Give a page of a topic's questions."""
    kind = messages.QUESTIONS
    shown, turns, number = messages.paged(
        facts, page, lambda label, to: messages.button(label, kind, to, topic.id)
    )
    back = messages.button(texts.ALL_TOPICS, messages.TOPICS, 0)
    rows = (*messages.questions(shown, messages.FACT), (back, *turns))
    return BotMessage(heading(topic.name, number), rows)


async def topics(tap: Tap) -> BotMessage:
    """Turn to a page of topics."""
    return topics_page(tap.services.knowledge.topics(), int(tap.parts[0]))


async def questions(tap: Tap) -> BotMessage:
    """Turn to a page of a topic's questions; a topic that is no more leads back to the topics."""
    knowledge, (page, wanted) = tap.services.knowledge, tap.parts
    for topic in knowledge.topics():
        if topic.id == wanted:
            return questions_page(topic, knowledge.facts(topic.id), int(page))
    return topics_page(knowledge.topics())


async def chosen(tap: Tap, fact: Fact) -> BotMessage:
    """Show a fact chosen from a list, with the way back to its page."""
    facts = [one.id for one in tap.services.knowledge.facts(fact.topic)]
    page = facts.index(fact.id) // messages.A_PAGE if fact.id in facts else 0
    back = messages.button(texts.BACK, messages.QUESTIONS, page, fact.topic)
    return fact_page(tap.services, tap.message, fact, back=(back,))


# --- Answers and suggestions ----------------------------------------------------------------------


def fact_page(
    services: Services, message: Message, fact: Fact, asked: int | None = None, back: Row = ()
) -> BotMessage:
    """Show a fact that was looked up, not asked for, and remember that it is shown."""
    place = delivery.place_of(message)
    shown = services.memory.shown(place)
    related = services.related(fact, shown)
    services.memory.show(place, (fact.id,), asked, fact.question)
    reply = Answer(answers.dated_once((Match(fact, 1.0),), services.known(shown)))
    return answers.answer(reply, services.sources(), asked, related, headed=True, back=back)


async def related(tap: Tap, fact: Fact) -> BotMessage:
    """Show a related fact below, so that the answer above can still be read."""
    return fact_page(tap.services, tap.message, fact)


async def taken(tap: Tap, fact: Fact) -> BotMessage:
    """Show the suggestion taken in place of the suggestions, and note it as evidence."""
    asked = int(tap.parts[0])
    tap.services.knowledge.note(asked, tapped=fact.id)
    return fact_page(tap.services, tap.message, fact, asked)


async def none_of_these(tap: Tap) -> BotMessage:
    """Note that no suggestion was right, and offer the topics."""
    knowledge = tap.services.knowledge
    knowledge.note(int(tap.parts[0]), feedback=NONE_OF_THESE)
    return notice(texts.NOTED, messages.topics(knowledge.topics()))


async def shared(tap: Tap, fact: Fact) -> None:
    """Show how the fact above can be passed on, in place of the button tapped."""
    rows = list[Sequence[Button | InlineKeyboardButton]]()
    for row in tap.keyboard:
        kept = tuple(one for one in row if one.callback_data != tap.query.data)
        rows += [kept] if kept == row else [messages.ways_on(fact, tap.context.bot.username), kept]
    await tap.mark(rows)


async def voted(tap: Tap) -> BotMessage | None:
    """Count a vote and take its small row away; one that is not right leads on."""
    asked, helpful = int(tap.parts[0]), tap.parts[1] == "1"
    tap.services.knowledge.note(asked, feedback=HELPFUL if helpful else NOT_RIGHT)
    votes = {one.callback_data for one in messages.votes(asked)}
    rows = [[one for one in row if one.callback_data not in votes] for row in tap.keyboard]
    await tap.mark(rows)
    return None if helpful else objection(tap.services, asked)


async def explained(tap: Tap) -> BotMessage:
    """Take what was wrong, and offer what is left to do about it."""
    return objection(tap.services, int(tap.parts[0]), tap.parts[1])


async def told(tap: Tap) -> BotMessage:
    """Pass an objection on to the administrators: the question and the entry, nobody's name."""
    record = tap.services.knowledge.asked(int(tap.parts[0]))
    heard: set[str] = tap.context.bot_data.setdefault(_TOLD, set())
    if record is None or (record.fact or record.question) in heard:
        return notice(texts.TOLD_ALREADY)
    heard.add(record.fact or record.question)
    entry = tap.services.fact(record.fact)
    text = texts.objected(record.question, entry.question if entry else "", tap.parts[1])
    await delivery.tell_administrators(tap.context, text)
    return notice(texts.TOLD)
