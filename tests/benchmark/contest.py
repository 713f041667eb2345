"""One system asked all questions, in a process of its own so that its memory can be told."""

from __future__ import annotations

import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge import Answer, Fact, Match, Reply, Suggestions, Unknown
from knowledge.dialogue.answering import ask
from knowledge.dialogue.decision import SHOWN
from knowledge.evaluation import Labelled, outcome_of
from knowledge.matching.matcher import Matcher
from tests.benchmark.material import held_out, sample, shipped
from tests.benchmark.systems import SYSTEMS, Missing, Ranking, System

ENGINE = "this engine"
# Held-out phrasings that a system's thresholds are set on.
REHEARSED = 300
# Of these, the share that may be refused.
REFUSED_AT_MOST = 0.02
# Seconds that a system may take for all questions; a slower one is asked fewer.
PATIENCE = 90.0
# Of phrasings held out of the base, the share that another system may answer wrongly.
WRONG_AT_MOST = 0.06


@dataclass(frozen=True, slots=True)
class Result:
    """What one system did; times in seconds, memory in MB (0 where it cannot be told)."""

    name: str
    asked: int
    outcomes: Counter[str]
    times: tuple[float, ...]
    built: float
    memory: float
    # Of the first fact of each reply: how sure the system was and whether it was right.
    confidences: tuple[tuple[float, bool], ...] = ()

    @property
    def median(self) -> float:
        """The median time per question, in seconds."""
        return statistics.median(self.times)

    @property
    def tail(self) -> float:
        """The time per question that one in twenty exceeds, in seconds."""
        return sorted(self.times)[int(0.95 * len(self.times))]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The scores from which a system answers and from which it offers anything."""

    answer: float
    offer: float

    def decide(self, ranking: Ranking) -> Reply:
        """The reply that a ranking leads to."""
        matches = [Match(fact, score) for fact, score in ranking if score >= self.offer]
        facts = [match for match in matches if not match.fact.is_gap]
        if matches and matches[0].confidence >= self.answer:
            return Unknown(matches[0]) if matches[0].fact.is_gap else Answer((matches[0],))
        return Suggestions(tuple(facts[:SHOWN])) if facts else Unknown()


def run(name: str, facts: Sequence[Fact], questions: Sequence[Labelled]) -> Result:
    """Build one system and ask it everything; raises Missing where it is not installed."""
    begun = time.perf_counter()
    if name == ENGINE:
        matcher = Matcher.build(facts, shipped()[1])
        built = time.perf_counter() - begun
        result = _ask(name, lambda text: ask(matcher, text), questions, built)
        return _with_confidences(result, matcher, questions)
    make = SYSTEMS[name]
    system = make(facts)
    built = time.perf_counter() - begun
    thresholds = rehearse(make, facts)
    return _ask(name, lambda text: thresholds.decide(system.rank(text)), questions, built)


def rehearse(make: Callable[[Sequence[Fact]], System], facts: Sequence[Fact]) -> Thresholds:
    """Set the thresholds by the rule that the engine sets its own by.

    At most so large a share of phrasings that were held out may be answered wrongly.
    """
    kept, questions = held_out(facts, first=4)
    system = make(kept)
    best: list[float] = []
    wrong: list[float] = []
    end = time.perf_counter() + PATIENCE
    for item in sample(questions, REHEARSED):
        if best and time.perf_counter() > end:
            break
        ranking = system.rank(item.question)
        fact, score = ranking[0] if ranking else (None, 0.0)
        best.append(score)
        if fact is not None and not fact.is_gap and not item.is_right(Match(fact, 1.0)):
            wrong.append(score)
    wrong.sort(reverse=True)
    allowed = int(WRONG_AT_MOST * len(best))
    # Above the first wrong answer too many.
    answer = wrong[allowed] + 1e-6 if allowed < len(wrong) else 0.0
    return Thresholds(answer, min(answer, sorted(best)[int(REFUSED_AT_MOST * len(best))]))


def _ask(
    name: str, reply_to: Callable[[str], Reply], questions: Sequence[Labelled], built: float
) -> Result:
    outcomes: Counter[str] = Counter()
    times: list[float] = []
    end = time.perf_counter() + PATIENCE
    for item in questions:
        if times and time.perf_counter() > end:
            break
        begun = time.perf_counter()
        reply = reply_to(item.question)
        times.append(time.perf_counter() - begun)
        outcome, first = outcome_of(item, reply)
        outcomes[outcome] += 1
        outcomes["first"] += first and item.in_scope
        outcomes["inside"] += item.in_scope
    return Result(name, len(times), outcomes, tuple(times), built, _memory())


def _with_confidences(result: Result, matcher: Matcher, questions: Sequence[Labelled]) -> Result:
    sure = []
    for item in questions:
        matches = matcher.weigh(matcher.read(item.question)[0]).matches
        if matches and not matches[0].fact.is_gap:
            sure.append((matches[0].confidence, item.is_right(matches[0])))
    return Result(
        result.name,
        result.asked,
        result.outcomes,
        result.times,
        result.built,
        result.memory,
        tuple(sure),
    )


def _memory() -> float:
    """The most memory this process ever had, in MB."""
    try:
        import resource
    except ImportError:
        return 0.0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1 << 20 if sys.platform == "darwin" else 1 << 10)


__all__ = ["ENGINE", "Missing", "Result", "rehearse", "run"]
