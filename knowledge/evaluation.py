"""Scores a file of labelled questions: right, wrong, offered, missed or denied."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge.errors import ImportRefused, Problem, watched
from knowledge.model import Answer, Match, Near, Reply, Suggestions, Unknown


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question with what a right reply is.

    `facts` are ids any of which is right; `words` are groups, of each of which an answer must hold
    one alternative; neither means that the report does not say.
    """

    question: str
    facts: tuple[str, ...] = ()
    words: Sequence[Sequence[str]] = ()

    @property
    def in_scope(self) -> bool:
        """Tell whether the report answers the question."""
        return bool(self.facts or self.words)

    def is_right(self, *matches: Match) -> bool:
        """Tell whether what is said of these facts, taken together, answers the question."""
        if not self.words:
            return any(match.fact.id in self.facts for match in matches)
        said = " ".join(
            f"{one.lead} {one.computed or one.fact.answer} {one.fact.detail} {one.fact.link}"
            for one in matches
            if not one.fact.is_gap
        ).casefold()
        return all(any(word in said for word in group) for group in self.words)


def labelled(data: bytes) -> tuple[Labelled, ...]:
    """Read labelled questions, one JSON object a line.

    `question` (or `q`); then `facts` (or `fact`), ids; or `any`, groups of words; none of them
    where the report does not say.
    """
    found: list[Labelled] = []
    for number, line in enumerate(data.decode("utf-8-sig", "replace").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            words = [
                [word.strip("*<>").casefold() for word in group] for group in row.get("any") or ()
            ]
            facts = row.get("facts") or ([] if words else filter(None, [row.get("fact")]))
            found.append(Labelled(row.get("question") or row["q"], tuple(facts), words))
        except (ValueError, KeyError, AttributeError, TypeError):
            problem = Problem(f"row {number}", "question", "not a JSON object with a question")
            raise ImportRefused(problem) from None
    return tuple(found)


def outcomes_of(item: Labelled, reply: Reply) -> tuple[str, ...]:
    """Name what came of one question: the outcome, and what of it is counted by itself.

    Who is "denied" was told that the report does not say.
    """
    gaps = [match.fact.is_gap for match in reply.matches]
    denies = isinstance(reply, Near) or (bool(gaps) and all(gaps))
    if not item.in_scope:
        if denies or isinstance(reply, Unknown):
            return ("refused",)
        return ("invented" if isinstance(reply, Answer) else "hedged",)
    if isinstance(reply, Suggestions):
        right = [item.is_right(match) for match in reply.matches]
        return ("offered", "offered_first")[: 1 + right[0]] if any(right) else ("missed",)
    # Answers to the parts of a question are right together when their texts are.
    if isinstance(reply, Answer) and item.is_right(*reply.matches):
        return ("right",)
    if isinstance(reply, Answer) and not denies:
        return ("wrong",)
    return ("missed", "denied")[: 1 + denies]


def scored(data: bytes, ask: Callable[[str], Reply]) -> str:
    """Ask every question of a file; write how often each outcome came, with its share."""
    items = watched(labelled(data), "trying")
    counts = Counter(name for item in items for name in outcomes_of(item, ask(item.question)))
    right, offered, first = counts["right"], counts["offered"], counts["offered_first"]
    asked = right + counts["wrong"] + offered + counts["missed"]
    beside = counts["refused"] + counts["hedged"] + counts["invented"]
    rows = [
        ("answered, right", right, asked),
        ("answered, wrong", counts["wrong"], asked),
        ("right fact offered", offered, asked),
        ("  of these first", first, asked),
        ("missed", counts["missed"], asked),
        ("  of these denied", counts["denied"], asked),
        ("right fact first", right + first, asked),
        ("right or offered", right + offered, asked),
        ("refused", counts["refused"], beside),
        ("hedged (suggestions)", counts["hedged"], beside),
        ("invented (answered)", counts["invented"], beside),
    ]
    lines = [f"  {name:20} {n:5}  {n / of if of else 0:6.1%}" for name, n, of in rows]
    heads = [f"{asked} questions the report answers", f"{beside} questions it does not answer"]
    return "\n".join([heads[0], *lines[:8], heads[1], *lines[8:]])
