"""Browsing: topics, their questions, an answer, each in place of the one before."""

from __future__ import annotations

from collections.abc import Sequence

from bot import texts
from bot.handlers import buttons
from bot.handlers.buttons import Tap
from bot.messages import keyboards
from bot.messages.keyboards import A_PAGE, last_page
from bot.messages.message import BotMessage, heading, notice
from bot.transport import delivery
from knowledge import Fact, Topic


def topics_page(topics: Sequence[Topic], page: int = 0) -> BotMessage:
    """Give a page of the list of topics; a page that is no more becomes the last."""
    if not topics:
        return notice(texts.NO_TOPICS)
    return BotMessage(heading(texts.TOPICS), keyboards.topics(topics, min(page, last_page(topics))))


def questions_page(topic: Topic, facts: Sequence[Fact], page: int) -> BotMessage:
    """Give a page of a topic's questions."""
    last = last_page(facts)
    page = min(page, last)
    shown = facts[page * A_PAGE : (page + 1) * A_PAGE]
    back = keyboards.button(texts.ALL_TOPICS, keyboards.TOPICS, 0)
    turn = keyboards.turning(page, last, keyboards.QUESTIONS, topic.id)
    number = texts.PAGE.format(page + 1, last + 1) if last else ""
    rows = (*keyboards.questions(shown, keyboards.FACT), (back, *turn))
    return BotMessage(heading(topic.name, number), rows)


async def turn_topics(tap: Tap) -> None:
    """Turn to another page of topics."""
    page = topics_page(tap.services.knowledge.topics(), int(tap.parts[0]))
    await delivery.turn(tap.query, page)


async def turn_questions(tap: Tap) -> None:
    """Show a page of a topic's questions; a topic that is no more leads back to the topics."""
    knowledge, topics = tap.services.knowledge, tap.services.knowledge.topics()
    page = topics_page(topics)
    for topic in topics:
        if topic.id == tap.parts[1]:
            page = questions_page(topic, knowledge.facts(topic.id), int(tap.parts[0]))
    await delivery.turn(tap.query, page)


async def chosen(tap: Tap, fact: Fact) -> None:
    """Show a fact in place of the list it was chosen from, with the way back to its page."""
    facts = tap.services.knowledge.facts(fact.topic) if fact.topic else ()
    place = next((at for at, one in enumerate(facts) if one.id == fact.id), 0)
    to = (keyboards.QUESTIONS, place // A_PAGE, fact.topic)
    back = keyboards.button(texts.BACK, *(to if facts else (keyboards.TOPICS, 0)))
    await delivery.turn(tap.query, buttons.page_of(tap, fact, back=(back,)))
