"""What was asked and how well it was answered; how an answer comes about."""

from __future__ import annotations

import asyncio

from telegram import Update

from bot.admin import services as offices
from bot.admin import words
from bot.charts import drawing, wording
from bot.messages.message import BotMessage, heading, notice, safe, short
from bot.services import Context
from bot.transport import delivery
from knowledge import Candidate, Explanation, Stats

DAYS = (7, 30)
CANDIDATES = 5


async def stats(update: Update, context: Context) -> None:
    """Tell what was asked in the last week and month, and draw how it went."""
    assert update.message is not None
    knowledge = offices.of(context).knowledge
    spans = [knowledge.stats(days) for days in DAYS]
    await delivery.reply(update.message, stats_page(spans))
    if spans[-1].asked:
        drawn = stats_chart(spans[-1])
        data = await asyncio.to_thread(drawing.draw, drawn)
        told = safe(wording.told(drawn))
        await update.message.reply_photo(data, told, filename="stats.png")


def stats_chart(span: Stats) -> wording.Chart:
    """Draw the outcomes of a span of days as bars."""
    counts = (span.answered, span.suggested, span.unknown, span.helpful, span.not_right)
    title = words.stats_title(span.days, span.asked)
    return wording.counted(title, dict(zip(words.OUTCOMES, counts, strict=True)))


def stats_page(spans: list[Stats]) -> BotMessage:
    """Write figures in words, the shortest span first; facts of the longest."""
    parts = [_figures(span) for span in spans]
    longest = spans[-1]
    if longest.most_asked:
        lines = [words.asked_times(question, count) for question, count in longest.most_asked]
        parts.append("\n".join([heading(words.MOST_ASKED), *map(safe, lines)]))
    if longest.worst:
        lines = [words.wrong_times(*one) for one in longest.worst]
        parts.append("\n".join([heading(words.WORST), *map(safe, lines)]))
    parts.append(safe(words.size(longest.facts, longest.gaps, longest.phrasings)))
    return BotMessage("\n\n".join(parts))


def _figures(span: Stats) -> str:
    counts = {
        "answered": span.answered,
        "suggested": span.suggested,
        "unknown": span.unknown,
        "helpful": span.helpful,
        "not_right": span.not_right,
    }
    head, *rest = words.stats(span.days, counts).split("\n")
    return "\n".join([heading(head), *map(safe, rest)])


async def why(update: Update, context: Context) -> None:
    """Show how the answer to a question comes about."""
    message = update.message
    assert message is not None
    question = " ".join(context.args or [])
    if not question:
        await delivery.reply(message, notice(words.WHY_HOW))
        return
    explanation = offices.of(context).knowledge.explain(question)
    await delivery.reply(message, why_page(explanation))


def why_page(found: Explanation) -> BotMessage:
    """Write an explanation, the likeliest candidates first."""
    head = [f"{words.READ_AS} {found.read_as}"]
    head += [f"{words.REPAIRED} {before} → {after}" for before, after in found.repairs]
    parts = [safe("\n".join(head))]
    parts += [_candidate(one) for one in found.candidates[:CANDIDATES]]
    parts.append(safe(f"{found.none:.0%} {words.NONE_OF_ALL}"))
    return BotMessage("\n\n".join(parts))


def _candidate(one: Candidate) -> str:
    features = ", ".join(
        f"{words.FEATURES.get(name, name)} {value:.2f}" for name, value in one.features if value
    )
    return "\n".join(
        [
            heading(f"{one.confidence:.0%}", short(one.fact.question, 100)),
            safe(f"{words.NEAREST} {short(one.nearest, 100)}"),
            safe(features),
        ]
    )
