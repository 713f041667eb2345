"""The same labelled questions asked of the engine and of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from knowledge import Answer, Match, Near, Suggestions
from knowledge.dialogue.answering import Conversation
from knowledge.dialogue.decision import SUGGESTED
from knowledge.evaluation import Labelled, outcomes_of
from knowledge.matching.matcher import Matcher
from knowledge.snapshot import Snapshot
from tests.benchmark.systems import SYSTEMS, System

HEADINGS = f"{'':24}{'right':>8}{'wrong':>8}{'invented':>10}{'first':>8}{'shown':>8}"


def table(base: Snapshot, questions: Sequence[Labelled]) -> str:
    """Print shares of the questions that the report answers; "invented" of the others."""
    inside = sum(item.in_scope for item in questions)
    outside = len(questions) - inside
    counts = {"this engine": _engine(base, questions)}
    allowed = counts["this engine"]["wrong"] + counts["this engine"]["invented"]
    for name, make in SYSTEMS.items():
        counts[name] = _other(make, base, questions, allowed)
    lines = [
        f"{name:24}{_share(n['right'], inside):>8}{_share(n['wrong'], inside):>8}"
        f"{_share(n['invented'], outside):>10}{_share(n['first'], inside):>8}"
        f"{_share(n['shown'], inside):>8}"
        for name, n in counts.items()
    ]
    return "\n".join([HEADINGS, *lines])


def _engine(base: Snapshot, questions: Sequence[Labelled]) -> Counter[str]:
    matcher = Matcher(base.facts.values(), base.terms)
    counts: Counter[str] = Counter()
    for item in questions:
        reply = Conversation(matcher).reply(item.question)
        outcomes = outcomes_of(item, reply)
        first = not {"right", "offered_first"}.isdisjoint(outcomes)
        counts.update(outcomes)
        if item.in_scope and isinstance(reply, Answer | Near | Suggestions):
            counts["first"] += first
            counts["shown"] += first or any(item.is_right(match) for match in reply.matches)
    return counts


def _other(
    make: type[System], base: Snapshot, questions: Sequence[Labelled], allowed: int
) -> Counter[str]:
    """Count with the threshold that suits it best: wrong and invented as often as the engine."""
    owners = [fact for fact in base.facts.values() for _ in fact.phrasings]
    system = make([text for fact in base.facts.values() for text in fact.phrasings], ":memory:")
    counts: Counter[str] = Counter()
    answers: list[tuple[float, str]] = []
    for item in questions:
        hits = system.rank(item.question)
        facts = list({owners[row].id: owners[row] for row, _ in hits}.values())[:SUGGESTED]
        right = [not fact.is_gap and item.is_right(Match(fact, 1.0)) for fact in facts]
        counts["first"] += any(right[:1])
        counts["shown"] += any(right)
        if facts and not facts[0].is_gap:
            outcome = "right" if right[0] else "wrong" if item.in_scope else "invented"
            answers.append((hits[0][1], outcome))
    for _, outcome in sorted(answers, reverse=True):
        allowed -= outcome != "right"
        if allowed < 0:
            break
        counts[outcome] += 1
    return counts


def _share(count: int, of: int) -> str:
    return f"{count / of:.1%}" if of else "-"
