"""Inline mode: `@bot vacancies` in any chat gives cards with the question and the figure."""

import telegram

from bot import texts
from bot.messages import answers, short
from bot.services import Context, services_of
from bot.transport import delivery

CARDS = 10
DESCRIPTION = 120
# Seconds for which Telegram may repeat a result: short, so that a corrected fact shows.
CACHE = 30


async def typed(update: telegram.Update, context: Context) -> None:
    """Answer what somebody types after the bot's name; nothing brings one card of each topic."""
    query, services = update.inline_query, services_of(context)
    assert query is not None
    knowledge, sources = services.knowledge, services.sources()
    if any(character.isalnum() for character in query.query):
        facts = [match.fact for match in knowledge.search(query.query, CARDS)]
    else:
        facts = [knowledge.facts(topic.id)[0] for topic in knowledge.topics()[:CARDS]]
    cards = []
    for fact in facts:
        page = answers.card(fact, sources, context.bot.username)
        # The id is the fact's, so that a card stays the same from key to key.
        cards.append(
            telegram.InlineQueryResultArticle(
                fact.id,
                fact.question,
                telegram.InputTextMessageContent(page.html),
                delivery.keyboard(page.rows),
                description=short(fact.answer, DESCRIPTION),
            )
        )
    ask = telegram.InlineQueryResultsButton(texts.ASK_IN_PRIVATE, start_parameter="ask")
    await query.answer(cards, CACHE, button=None if cards else ask)
