"""What was asked and how well it was answered; how an answer comes about."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.admin import texts
from bot.admin.access import Request
from bot.charts import drawing, wording
from bot.messages.message import BotMessage, heading, notice, safe, short
from knowledge import Candidate, Explanation, Stats

DAYS = (7, 30)
CANDIDATES = 5


async def stats(request: Request) -> None:
    """Tell what was asked in the last week and month, and draw how it went."""
    spans = [request.shared.knowledge.stats(days) for days in DAYS]
    await request.reply(stats_page(spans))
    if spans[-1].asked:
        drawn = stats_chart(spans[-1])
        data = await asyncio.to_thread(drawing.draw, drawn)
        told = safe(wording.told(drawn))
        await request.message.reply_photo(data, told, filename="stats.png")


def _counts(span: Stats) -> tuple[int, ...]:
    not_in_report = span.unknown - span.not_understood
    outcomes = (span.answered, span.suggested, not_in_report, span.not_understood)
    return (*outcomes, span.helpful, span.not_right)


def stats_chart(span: Stats) -> wording.Chart:
    """Draw the outcomes of a span of days as bars."""
    title = texts.STATS_TITLE.format(span.days, span.asked)
    return wording.counted(title, dict(zip(texts.OUTCOMES, _counts(span), strict=True)))


def stats_page(spans: Sequence[Stats]) -> BotMessage:
    """Write figures in words, the shortest span first; facts of the longest."""
    parts = [
        f"{heading(texts.STATS_HEAD.format(span.days, span.asked))}\n"
        + safe(texts.STATS.format(*_counts(span)))
        for span in spans
    ]
    longest = spans[-1]
    often = [f"• {question} ({count})" for question, count in longest.most_asked]
    wrong = [f"• {question} ({count} of {shown})" for question, count, shown in longest.worst]
    for head, lines in ((texts.MOST_ASKED, often), (texts.WORST, wrong)):
        if lines:
            parts.append("\n".join([heading(head), *map(safe, lines)]))
    parts.append(safe(texts.SIZE.format(longest.facts, longest.gaps, longest.phrasings)))
    return BotMessage("\n\n".join(parts))


async def why(request: Request) -> None:
    """Show how the answer to a question comes about."""
    question = request.written
    knowledge = request.shared.knowledge
    page = why_page(knowledge.explain(question)) if question else notice(texts.WHY_HOW)
    await request.reply(page)


def why_page(found: Explanation) -> BotMessage:
    """Write an explanation: the verdict, the reading, the likeliest candidates first."""
    head = [f"{texts.READ_AS} {found.read_as}"]
    head += [f"{texts.REPAIRED} {before} → {after}" for before, after in found.repairs]
    parts = [heading(found.verdict), safe("\n".join([*head, *found.reading]))]
    parts += [_candidate(one) for one in found.candidates[:CANDIDATES]]
    parts.append(safe(f"{found.none:.0%} {texts.NONE_OF_ALL}"))
    return BotMessage("\n\n".join(parts))


def _candidate(one: Candidate) -> str:
    features = ", ".join(
        f"{texts.FEATURES.get(name, name)} {value:.2f}" for name, value in one.features if value
    )
    nearest = f"{texts.NEAREST} {short(one.nearest, 100)}"
    head = heading(f"{one.confidence:.0%}", short(one.fact.question, 100))
    return "\n".join([head, safe(nearest), safe(features)])
