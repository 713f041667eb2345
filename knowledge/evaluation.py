"""Scores a file of labelled questions: right, wrong, offered, missed or denied."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge.errors import ImportRefused, Problem
from knowledge.model import Answer, Match, Near, Reply, Suggestions, Unknown
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

    def is_right(self, *matches: Match) -> bool:
        """Tell whether what is said of these facts, taken together, answers the question."""
        if not self.words:
            return any(match.fact.id in self.facts for match in matches)
        said = " ".join(_text(match) for match in matches if not match.fact.is_gap).casefold()
        return all(any(word in said for word in group) for group in self.words)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Counts of outcomes; the failures name what should be looked at.

    `denied` counts those of the wrong and missed that were told that the report does not say.
    """

    right: int = 0
    wrong: int = 0
    offered_first: int = 0
    offered: int = 0
    missed: int = 0
    denied: int = 0
    refused: int = 0
    hedged: int = 0
    invented: int = 0
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
        inside = (
            ("answered, right", self.right),
            ("answered, wrong", self.wrong),
            ("right fact offered", self.offered),
            ("  of these first", self.offered_first),
            ("missed", self.missed),
            ("  of these denied", self.denied),
            ("right fact first", self.right + self.offered_first),
            ("right or offered", self.right + self.offered),
        )
        outside = (
            ("refused", self.refused),
            ("hedged (suggestions)", self.hedged),
            ("invented (answered)", self.invented),
        )
        return "\n".join(
            [
                f"{self.in_scope} questions the report answers",
                *(_share(name, count, self.in_scope) for name, count in inside),
                f"{self.out_of_scope} questions it does not answer",
                *(_share(name, count, self.out_of_scope) for name, count in outside),
            ]
        )


def _share(name: str, count: int, of: int) -> str:
    return f"  {name:20} {count:5}" + (f"  {count / of:6.1%}" if of else "")


def labelled(data: bytes) -> tuple[Labelled, ...]:
    """Read labelled questions, one JSON object a line.

    `question` (or `q`); then `facts` (or `fact`), ids; or `any`, groups of words; none of them
    where the report does not say.
    """
    found: list[Labelled] = []
    problems: list[Problem] = []
    for number, line in enumerate(data.decode("utf-8-sig", "replace").split("\n"), start=1):
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
        raise ImportRefused(*problems)
    return tuple(found)


def check(questions: Sequence[Labelled], ask: Callable[[str], Reply]) -> CheckResult:
    """Ask every question and count the outcomes."""
    counts: Counter[str] = Counter()
    failures: list[str] = []
    for item in watched(questions, "trying"):
        reply = ask(item.question)
        outcome, first = outcome_of(item, reply)
        denied = outcome == "missed" and not isinstance(reply, Suggestions) and _denies(reply)
        counts[outcome] += 1
        counts["offered_first"] += outcome == "offered" and first
        counts["denied"] += denied
        if outcome in ("wrong", "missed", "invented"):
            failures.append(
                f"{'denied' if denied else outcome}: {item.question} -> {_shown(reply)}"
            )
    return CheckResult(**counts, failures=tuple(failures))


def outcome_of(item: Labelled, reply: Reply) -> tuple[str, bool]:
    """Name the outcome of one question, and tell whether the right fact came first."""
    denies = _denies(reply)
    if not item.in_scope:
        if denies or isinstance(reply, Unknown):
            return "refused", False
        return ("invented" if isinstance(reply, Answer) else "hedged"), False
    if isinstance(reply, Suggestions):
        right = [item.is_right(match) for match in reply.matches]
        return ("offered" if any(right) else "missed"), right[0]
    if isinstance(reply, Answer):
        # Answers to the parts of a question are right together when their texts are.
        right = [item.is_right(*reply.matches)]
        return ("right" if right[0] else "missed" if denies else "wrong"), right[0]
    return "missed", False


def _denies(reply: Reply) -> bool:
    """Tell whether a reply says that the report does not say."""
    if isinstance(reply, Unknown):
        return reply.gap is not None
    return isinstance(reply, Near) or all(match.fact.is_gap for match in reply.matches)


def _text(match: Match) -> str:
    fact = match.fact
    return " ".join((match.lead, match.computed or fact.answer, fact.detail, fact.link))


def _shown(reply: Reply) -> str:
    if isinstance(reply, Unknown):
        return reply.gap.fact.id if reply.gap else "unknown"
    kind = "suggestions: " if isinstance(reply, Suggestions) else ""
    return kind + ", ".join(match.fact.id for match in reply.matches)
