"""The last answers again: where they stand, more on them, shorter, simpler, to be quoted."""

from __future__ import annotations

from collections.abc import Sequence

from bot import texts
from bot.messages import keyboards
from bot.messages.facts import FOLDED, bold_part, citation, details, source_lines
from bot.messages.message import BotMessage, Sources, safe
from knowledge import Fact, Match


def again(wish: str, facts: Sequence[Fact], sources: Sources) -> BotMessage:
    """Say the answers again as it is wished: "again", "shorter", "simpler", "quote", or the source.

    "source" and "link" ask where they stand, "vouch" and "sure" whose word they are and how old.
    """
    match wish:
        case "quote":
            cited = [safe(citation(Match(fact, 1.0), sources, FOLDED)) for fact in facts]
            quotes = [f"<blockquote>{one}</blockquote>" for one in cited]
            return BotMessage("\n".join([safe(texts.QUOTE_THE_REPORT), *quotes]))
        case "source" | "link":
            named = [[f"<i>{safe(one.question)}</i>", *source_lines(one, sources)] for one in facts]
            address = sources.link(facts[0]) if wish == "link" else ""
            lines = [line for told in named for line in told] + [safe(address)]
        case "vouch" | "sure":
            lines = [safe(texts.SAYS_SO if wish == "vouch" else texts.STILL_SO)]
            for fact in facts:
                if report := sources.reports.get(fact.report):
                    about = (report.title, report.publisher, report.published)
                    lines.append(safe(texts.published(*about)))
                lines += source_lines(fact, sources)
        case _:
            parts = [_said(wish, fact, sources) for fact in facts]
            return BotMessage("\n\n".join(parts))
    row = keyboards.source_button(facts[0], sources)
    said = "\n".join(dict.fromkeys(line for line in lines if line))
    return BotMessage(said, (row,) if row else ())


def _said(wish: str, fact: Fact, sources: Sources) -> str:
    first = bold_part(fact.answer)[0]
    said = {"again": fact.answer, "shorter": first, "simpler": fact.plain or first}[wish]
    return "\n".join([f"<b>{safe(said)}</b>", *source_lines(fact, sources)])


def more(fact: Fact, sources: Sources, related: Sequence[Fact]) -> BotMessage:
    """Tell what else there is on a fact, its detail unfolded."""
    told = "\n".join(part for part in details(fact) if part)[:FOLDED]
    lines = [f"<i>{safe(fact.question)}</i>", safe(told or texts.ALL_THERE_IS)]
    near = [safe(texts.NEAR_IT)] if related else []
    html = "\n".join([*lines, *source_lines(fact, sources), *near])
    return BotMessage(html, keyboards.questions(related[: keyboards.NEAREST]))
