"""Pages that keep a conversation going: sources again, more on the same, what is near."""

from __future__ import annotations

from collections.abc import Sequence

from bot import texts
from bot.messages import answers, callback_data
from bot.messages.message import BotMessage, Row, Rows, Sources, safe
from knowledge import Fact

MOST_NEAR = 3


def sources(facts: Sequence[Fact], sources: Sources) -> BotMessage:
    """Say where what was shown last stands, and let its page be opened."""
    lines = []
    for fact in facts:
        lines += [f"<i>{safe(fact.question)}</i>", *answers.source_lines(fact, sources)]
    rows: Rows = tuple(row for fact in facts[:1] if (row := answers.source_button(fact, sources)))
    return BotMessage("\n".join(lines), rows)


def more(fact: Fact, sources: Sources, related: Sequence[Fact]) -> BotMessage:
    """Tell what else there is on a fact, its detail unfolded."""
    told = "\n".join(part for part in answers.details(fact) if part)[: answers.FOLDED]
    lines = [f"<i>{safe(fact.question)}</i>", safe(told or texts.ALL_THERE_IS)]
    lines += answers.source_lines(fact, sources)
    if related:
        lines.append(safe(texts.NEAR_IT))
    return BotMessage("\n".join(lines), _near(related))


def nothing_more(fact: Fact, related: Sequence[Fact], *, compares: bool) -> BotMessage:
    """Say that a follow-up finds nothing beyond the fact shown, which still stands last."""
    said = texts.NO_COMPARISON if compares else texts.NOTHING_MORE
    lines = [f"<b>{safe(said)}</b> <i>{safe(fact.question)}</i>"]
    if related:
        lines.append(safe(texts.NEAR_IT))
    return BotMessage("\n".join(lines), _near(related), (fact.id,))


def not_right(related: Sequence[Fact]) -> BotMessage:
    """Take an objection, and offer what is near."""
    return BotMessage(safe(texts.SORRY_WRONG), _near(related))


def _near(related: Sequence[Fact]) -> tuple[Row, ...]:
    return tuple(
        answers.question_button(one, callback_data.related(one.id)) for one in related[:MOST_NEAR]
    )
