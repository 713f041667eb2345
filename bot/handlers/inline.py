"""Inline mode: `@bot vacancies` in any chat gives cards with the question and the figure."""

from __future__ import annotations

from telegram import (
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Update,
)

from bot import texts
from bot.messages import answers
from bot.messages.message import Sources, short
from bot.services import Context, services_of
from bot.transport import delivery
from knowledge import Fact

CARDS = 10
DESCRIPTION = 120
# Seconds for which Telegram may repeat a result: short, so that a corrected fact shows.
CACHE = 30


async def typed(update: Update, context: Context) -> None:
    """Answer what somebody types after the bot's name; nothing brings one card of each topic."""
    query = update.inline_query
    assert query is not None
    services = services_of(context)
    knowledge, sources = services.knowledge, services.sources(context.bot.username)
    if query.offset:
        facts = []
    elif any(character.isalnum() for character in query.query):
        facts = [match.fact for match in knowledge.search(query.query, CARDS)]
    else:
        facts = [knowledge.facts(topic.id)[0] for topic in knowledge.topics()[:CARDS]]
    button = InlineQueryResultsButton(texts.ASK_IN_PRIVATE, start_parameter="ask")
    await delivery.done(
        query.answer(
            [_article(fact, sources) for fact in facts],
            cache_time=CACHE,
            button=None if facts or query.offset else button,
        )
    )


def _article(fact: Fact, sources: Sources) -> InlineQueryResultArticle:
    """Make a card; its id is the fact's, so that it stays the same from key to key."""
    page = answers.card(fact, sources)
    return InlineQueryResultArticle(
        id=fact.id,
        title=fact.question,
        description=short(fact.answer, DESCRIPTION),
        input_message_content=InputTextMessageContent(page.html),
        reply_markup=delivery.keyboard(page.rows),
    )
