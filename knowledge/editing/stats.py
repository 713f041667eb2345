"""What was asked, counted: for the administrators, in words here and as a picture elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from knowledge.model import Fact
from knowledge.storage.question_log import HELPFUL, NOT_RIGHT, Asked

LISTED = 5


@dataclass(frozen=True, slots=True)
class Day:
    """The questions of one day (ISO date, UTC) by their outcome."""

    date: str
    answered: int = 0
    suggested: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Stats:
    """What was asked in a number of days; `per_day` has every day, the oldest first.

    `worst` are facts marked not right: how often, of how many times shown. `not_understood` are
    those of the `unknown` that no entry explained.
    """

    days: int
    answered: int
    suggested: int
    unknown: int
    helpful: int
    not_right: int
    most_asked: tuple[tuple[str, int], ...]
    facts: int
    gaps: int
    phrasings: int
    worst: tuple[tuple[str, int, int], ...] = ()
    per_day: tuple[Day, ...] = field(default=(), repr=False)
    not_understood: int = 0

    @property
    def asked(self) -> int:
        """Count all questions."""
        return self.answered + self.suggested + self.unknown

    def __str__(self) -> str:
        lines = [
            f"{self.facts} facts, {self.gaps} gaps, {self.phrasings} phrasings.",
            f"Last {self.days} days: {self.asked} questions: {self.answered} answered, "
            f"{self.suggested} given suggestions, {self.unknown - self.not_understood} not in the "
            f"report, {self.not_understood} not understood.",
            f"{self.helpful} marked helpful, {self.not_right} marked not right.",
        ]
        if self.most_asked:
            lines.append("Most asked:")
        lines += [f"- {count} times: {question}" for question, count in self.most_asked]
        if self.worst:
            lines.append("Marked not right:")
        lines += [
            f"- {wrong} of {shown} times: {question}" for question, wrong, shown in self.worst
        ]
        return "\n".join(lines)


def count(asked: Sequence[Asked], facts: Mapping[str, Fact], days: int) -> Stats:
    """Count questions asked in the last `days` days."""
    outcomes = Counter(one.outcome for one in asked)
    feedback = Counter(one.feedback for one in asked)
    shown = Counter(one.fact for one in asked if one.fact and one.outcome != "suggest")
    answered = Counter(one.fact for one in asked if one.outcome == "answer")
    wrong = Counter(one.fact for one in asked if one.fact and one.feedback == NOT_RIGHT)
    live = [fact for fact in facts.values() if not fact.retired]
    return Stats(
        days=days,
        answered=outcomes["answer"],
        suggested=outcomes["suggest"],
        unknown=outcomes["unknown"],
        helpful=feedback[HELPFUL],
        not_right=feedback[NOT_RIGHT],
        most_asked=tuple(
            (facts[fact].question, times)
            for fact, times in answered.most_common(LISTED)
            if fact in facts
        ),
        facts=sum(not fact.is_gap for fact in live),
        gaps=sum(fact.is_gap for fact in live),
        phrasings=sum(len(fact.phrasings) for fact in live),
        worst=tuple(
            (facts[fact].question, times, max(shown[fact], times))
            for fact, times in wrong.most_common(LISTED)
            if fact in facts
        ),
        per_day=_days(asked, days),
        not_understood=sum(one.outcome == "unknown" and not one.fact for one in asked),
    )


def _days(asked: Sequence[Asked], days: int) -> tuple[Day, ...]:
    today = datetime.now(UTC).date()
    dates = [(today - timedelta(days=back)).isoformat() for back in range(days - 1, -1, -1)]
    counts = Counter((one.at[:10], one.outcome) for one in asked)
    return tuple(
        Day(date, counts[date, "answer"], counts[date, "suggest"], counts[date, "unknown"])
        for date in dates
    )
