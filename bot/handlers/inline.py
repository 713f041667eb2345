"""Inline mode: `@bot vacancies` in any chat gives cards with the question and the figure."""

from __future__ import annotations

import textwrap

from telegram import (
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Update,
)

from bot import texts
from bot.messages import answers
from bot.messages.message import Sources
from bot.services import Context, Services, services_of
from bot.transport.delivery import suppress_harmless
from knowledge import Fact

CARDS = 10
DESCRIPTION = 120
# Seconds for which Telegram may repeat a result: short, so that a corrected fact shows.
CACHE = 30


def found(services: Services, text: str) -> tuple[Fact, ...]:
    """Give the facts for what has been typed so far; for nothing, one from each topic."""
    if not any(character.isalnum() for character in text):
        topics = services.knowledge.topics()
        return tuple(services.knowledge.facts(topic.id)[0] for topic in topics[:CARDS])
    return tuple(match.fact for match in services.knowledge.search(text, CARDS))


def article(fact: Fact, sources: Sources) -> InlineQueryResultArticle:
    """Make a card; its id is the fact's, so that it stays the same from key to key."""
    page = answers.card(fact, sources)
    return InlineQueryResultArticle(
        id=fact.id,
        title=fact.question,
        description=textwrap.shorten(fact.answer, DESCRIPTION, placeholder="…"),
        input_message_content=InputTextMessageContent(page.html),
        reply_markup=page.markup,
    )


async def typed(update: Update, context: Context) -> None:
    """Answer what somebody types after the bot's name."""
    query = update.inline_query
    assert query is not None
    services = services_of(context)
    sources = services.sources(context.bot.username)
    facts = () if query.offset else found(services, query.query)
    button = InlineQueryResultsButton(texts.ASK_IN_PRIVATE, start_parameter="ask")
    with suppress_harmless():
        await query.answer(
            [article(fact, sources) for fact in facts],
            cache_time=CACHE,
            button=None if facts or query.offset else button,
        )
