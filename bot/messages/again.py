"""The last answers again: where they stand, more on them, shorter, simpler, to be quoted."""

from __future__ import annotations

from collections.abc import Sequence

from bot import texts
from bot.messages import keyboards
from bot.messages.facts import FOLDED, bold_part, citation, details, source_lines
from bot.messages.message import BotMessage, Rows, Sources, safe
from knowledge import Fact, Match


def where(facts: Sequence[Fact], sources: Sources, *, address: bool = False) -> BotMessage:
    """Say where what was shown last stands, and let its page be opened; `address`: write it out."""
    lines = []
    for fact in facts:
        lines += [f"<i>{safe(fact.question)}</i>", *source_lines(fact, sources)]
    if address and (link := sources.link(facts[0])):
        lines.append(safe(link))
    rows = tuple(row for one in facts[:1] if (row := keyboards.source_button(one, sources)))
    return BotMessage("\n".join(lines), rows)


def more(fact: Fact, sources: Sources, related: Sequence[Fact]) -> BotMessage:
    """Tell what else there is on a fact, its detail unfolded."""
    told = "\n".join(part for part in details(fact) if part)[:FOLDED]
    lines = [f"<i>{safe(fact.question)}</i>", safe(told or texts.ALL_THERE_IS)]
    lines += [*source_lines(fact, sources), *near_line(related)]
    return BotMessage("\n".join(lines), near_rows(related))


def shorter(facts: Sequence[Fact], sources: Sources) -> BotMessage:
    """Say the answers again in their bold sentences alone."""
    return _again([bold_part(fact.answer)[0] for fact in facts], facts, sources)


def simpler(facts: Sequence[Fact], sources: Sources) -> BotMessage:
    """Say the answers again in simpler words where there are some, else in a sentence."""
    said = [fact.plain or bold_part(fact.answer)[0] for fact in facts]
    return _again(said, facts, sources)


def repeated(facts: Sequence[Fact], sources: Sources) -> BotMessage:
    """Say the answers again."""
    return _again([fact.answer for fact in facts], facts, sources)


def vouched(said: str, facts: Sequence[Fact], sources: Sources) -> BotMessage:
    """Say whose word an answer is and how old, with its source."""
    lines = [safe(said)]
    for fact in facts:
        report = sources.reports.get(fact.report)
        if report is not None:
            about = texts.published(report.title, report.publisher, report.published)
            lines += [line for line in (safe(about),) if line not in lines]
        lines += source_lines(fact, sources)
    rows = tuple(row for one in facts[:1] if (row := keyboards.source_button(one, sources)))
    return BotMessage("\n".join(lines), rows)


def quotable(facts: Sequence[Fact], sources: Sources) -> BotMessage:
    """Give answers in the form in which they can be quoted, to be copied."""
    cited = [citation(Match(fact, 1.0), sources, FOLDED) for fact in facts]
    lines = [
        safe(texts.QUOTE_THE_REPORT),
        *(f"<blockquote>{safe(one)}</blockquote>" for one in cited),
    ]
    return BotMessage("\n".join(lines))


def _again(said: Sequence[str], facts: Sequence[Fact], sources: Sources) -> BotMessage:
    parts = [
        "\n".join([f"<b>{safe(text)}</b>", *source_lines(fact, sources)])
        for text, fact in zip(said, facts, strict=True)
    ]
    return BotMessage("\n\n".join(parts))


def near_rows(related: Sequence[Fact]) -> Rows:
    """Offer what is near as questions to tap."""
    return keyboards.questions(related[: keyboards.NEAREST])


def near_line(related: Sequence[Fact]) -> list[str]:
    """Say that what is near follows, where something does."""
    return [safe(texts.NEAR_IT)] if related else []
