"""Scores a file of labelled questions: right, wrong, offered or missed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge.errors import ImportRefused, Problem
from knowledge.model import Answer, Fact, Match, Reply, Suggestions, Unknown
from knowledge.progress import watched


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question with what a right reply is.

    `facts` are ids any of which is right; `words` are groups, of each of which an answer must hold
    one alternative; neither means that the report does not say.
    """

    question: str
    facts: tuple[str, ...] = ()
    words: tuple[tuple[str, ...], ...] = ()

    @property
    def in_scope(self) -> bool:
        """Tell whether the report answers the question."""
        return bool(self.facts or self.words)

    def is_right(self, fact: Fact) -> bool:
        """Tell whether `fact` answers the question."""
        if self.words:
            said = f"{fact.answer} {fact.detail} {fact.link}".casefold()
            return not fact.is_gap and all(
                any(word in said for word in group) for group in self.words
            )
        return fact.id in self.facts


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Counts of outcomes; the failures name what should be looked at."""

    right: int
    wrong: int
    offered_first: int
    offered: int
    missed: int
    refused: int
    hedged: int
    invented: int
    failures: tuple[str, ...] = ()

    @property
    def in_scope(self) -> int:
        """Count the questions that the report answers."""
        return self.right + self.wrong + self.offered + self.missed

    @property
    def out_of_scope(self) -> int:
        """Count the questions that the report does not answer."""
        return self.refused + self.hedged + self.invented

    def __str__(self) -> str:
        def share(count: int, of: int) -> str:
            return f"{count:5}  {count / of:6.1%}" if of else f"{count:5}"

        inside, outside = self.in_scope, self.out_of_scope
        lines = [
            f"{inside} questions the report answers",
            f"  answered, right      {share(self.right, inside)}",
            f"  answered, wrong      {share(self.wrong, inside)}",
            f"  right fact offered   {share(self.offered, inside)}",
            f"    of these first     {share(self.offered_first, inside)}",
            f"  missed               {share(self.missed, inside)}",
            f"  right fact first     {share(self.right + self.offered_first, inside)}",
            f"  right or offered     {share(self.right + self.offered, inside)}",
            f"{outside} questions it does not answer",
            f"  refused              {share(self.refused, outside)}",
            f"  hedged (suggestions) {share(self.hedged, outside)}",
            f"  invented (answered)  {share(self.invented, outside)}",
        ]
        return "\n".join(lines)


def labelled(data: bytes) -> tuple[Labelled, ...]:
    """Read labelled questions, one JSON object a line.

    `question` (or `q`); then `facts` (or `fact`), ids; or `any`, groups of words; none of them
    where the report does not say.
    """
    found: list[Labelled] = []
    problems: list[Problem] = []
    for number, line in enumerate(data.decode("utf-8-sig", "replace").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            question = str(row.get("question") or row["q"])
        except (ValueError, KeyError, AttributeError, TypeError):
            problems.append(Problem(number, "question", "not a JSON object with a question"))
            continue
        groups = tuple(
            tuple(str(word).strip("*<>").casefold() for word in group)
            for group in row.get("any") or ()
        )
        ids = row.get("facts") or ([row["fact"]] if row.get("fact") and not groups else [])
        outside = row.get("expect") == "none"
        found.append(Labelled(question, () if outside else tuple(ids), () if outside else groups))
    if problems:
        raise ImportRefused(tuple(problems))
    return tuple(found)


def check(questions: Sequence[Labelled], ask: Callable[[str], Reply]) -> CheckResult:
    """Ask every question and count the outcomes."""
    counts = dict.fromkeys(
        "right wrong offered_first offered missed refused hedged invented".split(), 0
    )
    failures: list[str] = []
    for item in watched(questions, "trying"):
        reply = ask(item.question)
        outcome, first = outcome_of(item, reply)
        counts[outcome] += 1
        counts["offered_first"] += outcome == "offered" and first
        if outcome in ("wrong", "missed", "invented"):
            failures.append(f"{outcome}: {item.question} -> {_said(reply)}")
    return CheckResult(**counts, failures=tuple(failures))


def outcome_of(item: Labelled, reply: Reply) -> tuple[str, bool]:
    """Name the outcome of one question, and tell whether the right fact came first."""
    shown: tuple[Match, ...] = () if isinstance(reply, Unknown) else reply.matches
    if not item.in_scope:
        if isinstance(reply, Unknown) or all(match.fact.is_gap for match in shown):
            return "refused", False
        return ("invented" if isinstance(reply, Answer) else "hedged"), False
    right = (
        [_satisfies(item, shown)]
        if isinstance(reply, Answer)
        else [item.is_right(match.fact) for match in shown]
    )
    first = bool(right) and right[0]
    if isinstance(reply, Answer):
        return ("right" if first else "wrong"), first
    return ("offered" if any(right) else "missed"), first


def _satisfies(item: Labelled, shown: Sequence[Match]) -> bool:
    """Two answers to a two-part question are right together when their texts are."""
    if any(item.is_right(match.fact) for match in shown):
        return True
    if not item.words or len(shown) < 2:
        return False
    together = " ".join(match.fact.answer for match in shown)
    return item.is_right(Fact(id="both", question="", answer=together))


def _said(reply: Reply) -> str:
    if isinstance(reply, Unknown):
        return reply.gap.fact.id if reply.gap else "unknown"
    kind = "suggestions: " if isinstance(reply, Suggestions) else ""
    return kind + ", ".join(match.fact.id for match in reply.matches)
