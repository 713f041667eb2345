"""Browsing: topics, their questions, an answer, each in place of the one before."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import InlineKeyboardButton, Update

from bot import texts
from bot.messages import answers, callback_data, keyboards
from bot.messages.message import BotMessage, Row, Rows, heading, notice
from bot.services import Context, Services, services_of
from bot.transport import delivery
from knowledge import Fact, Topic

A_PAGE = 8


def pages(count: int) -> int:
    """Give how many pages so many entries fill, at least one."""
    return max(1, -(-count // A_PAGE))


def turning(page: int, last: int, previous: str, following: str) -> Row:
    """Give a row to turn pages with; what leads nowhere is left out."""
    row = []
    if page > 0:
        row.append(InlineKeyboardButton(texts.PREVIOUS, callback_data=previous))
    if page < last:
        row.append(InlineKeyboardButton(texts.NEXT, callback_data=following))
    return tuple(row)


def topic_buttons(topics: Sequence[Topic]) -> list[InlineKeyboardButton]:
    """Give a button to each topic."""
    return [keyboards.button(one.name, callback_data.questions(one.id, 0)) for one in topics]


def topic_rows(topics: Sequence[Topic], page: int) -> Rows:
    """Give a page of topics as buttons."""
    shown = topics[page * A_PAGE : (page + 1) * A_PAGE]
    rows = keyboards.pairs(topic_buttons(shown))
    turn = turning(
        page, pages(len(topics)) - 1, callback_data.topics(page - 1), callback_data.topics(page + 1)
    )
    return (*rows, turn) if turn else tuple(rows)


def first_topics(services: Services) -> Rows:
    """Give the first page of topics, to stand under a reply that has no answer."""
    return topic_rows(services.knowledge.topics(), 0)


def topics_page(topics: Sequence[Topic], page: int) -> BotMessage:
    """Give a page of the list of topics; a page that is no more becomes the last."""
    page = min(page, pages(len(topics)) - 1)
    if not topics:
        return notice(texts.NO_TOPICS)
    return BotMessage(heading(texts.TOPICS), topic_rows(topics, page))


def questions_page(topic: Topic, facts: Sequence[Fact], page: int) -> BotMessage:
    """Give a page of a topic's questions."""
    last = pages(len(facts)) - 1
    page = min(page, last)
    rows: list[Row] = [
        keyboards.question_row(fact, callback_data.fact(fact.id))
        for fact in facts[page * A_PAGE : (page + 1) * A_PAGE]
    ]
    back = InlineKeyboardButton(texts.ALL_TOPICS, callback_data=callback_data.topics(0))
    turn = turning(
        page,
        last,
        callback_data.questions(topic.id, page - 1),
        callback_data.questions(topic.id, page + 1),
    )
    number = texts.page_number(page + 1, last + 1) if last else ""
    return BotMessage(heading(topic.name, number), (*rows, (back, *turn)))


def fact_page(services: Services, fact: Fact, seen: tuple[str, ...], username: str) -> BotMessage:
    """Give a fact reached by browsing, with the way back to the page it was chosen from."""
    facts = services.knowledge.facts(fact.topic) if fact.topic else ()
    place = next((at for at, one in enumerate(facts) if one.id == fact.id), 0)
    data = (
        callback_data.questions(fact.topic, place // A_PAGE) if facts else callback_data.topics(0)
    )
    back = InlineKeyboardButton(texts.BACK, callback_data=data)
    return answers.single(
        fact,
        services.sources(username),
        related=services.related(fact, seen),
        headed=True,
        back=(back,),
    )


async def topics(update: Update, context: Context) -> None:
    """List the topics."""
    assert update.message is not None
    services = services_of(context)
    await delivery.reply(update.message, topics_page(services.knowledge.topics(), 0))


async def turn_topics(update: Update, context: Context) -> None:
    """Turn to another page of topics."""
    query = update.callback_query
    assert query is not None
    assert context.match is not None
    await delivery.answer_tap(query)
    services = services_of(context)
    await delivery.turn(query, topics_page(services.knowledge.topics(), int(context.match[1])))


async def turn_questions(update: Update, context: Context) -> None:
    """Show a page of a topic's questions; a topic that is no more leads back to the topics."""
    query = update.callback_query
    assert query is not None
    assert context.match is not None
    await delivery.answer_tap(query)
    services = services_of(context)
    topics = services.knowledge.topics()
    topic = next((one for one in topics if one.id == context.match[2]), None)
    page = (
        questions_page(topic, services.knowledge.facts(topic.id), int(context.match[1]))
        if topic
        else topics_page(topics, 0)
    )
    await delivery.turn(query, page)
