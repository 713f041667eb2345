"""How time per question, building and one edit grow with the number of phrasings."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from rapidfuzz import process, utils

from knowledge import Fact
from knowledge.matching.matcher import Matcher
from tests.benchmark.material import crowd, shipped
from tests.benchmark.tables import milliseconds

SIZES = (100, 1_000, 10_000, 100_000)
EDITS = 9
# A scan takes long: fewer questions say as much.
SCANNED = 30
WARM = 20

T = TypeVar("T")

HEADINGS = (
    f"{'phrasings':>10}{'facts':>9}{'build':>9}{'start':>9}{'one edit':>10}"
    f"{'median':>10}{'p95':>10}{'extractOne':>12}{'ratio':>8}"
)


def rows(sizes: Sequence[int] = SIZES) -> Iterator[str]:
    """A row for each size, then one for as many facts as phrasings."""
    for size in sizes:
        yield _row(size, single=False)
    yield _row(max(sizes), single=True)


def _row(size: int, *, single: bool) -> str:
    facts, questions = crowd(size, single=single)
    terms = shipped()[1]
    built, matcher = _timed(lambda: Matcher(facts, terms))
    started = _started(matcher, facts)
    for question in questions[:WARM]:
        matcher.ask(question)
    times = sorted(_timed(partial(matcher.ask, question))[0] for question in questions[WARM:])
    scanned = _scanned(facts, questions)
    median = statistics.median(times)
    return (
        f"{size:10,}{len(facts):9,}{built:7.1f} s{started:7.1f} s"
        f"{milliseconds(_edited(matcher)):>10}"
        f"{milliseconds(median):>10}{milliseconds(times[int(0.95 * len(times))]):>10}"
        f"{milliseconds(scanned):>12}{scanned / median:7.1f}x"
        f"{'  with the sentence encoder' if matcher.index.meanings is not None else ''}"
    )


def _started(matcher: Matcher, facts: Sequence[Fact]) -> float:
    """The time to load what an earlier start has kept."""
    terms, kept = shipped()[1], matcher.kept()
    return _timed(lambda: Matcher.build(facts, terms, kept=kept))[0]


def _scanned(facts: Sequence[Fact], questions: Sequence[str]) -> float:
    texts = [utils.default_process(text) for fact in facts for text in fact.phrasings]
    asked = [utils.default_process(question) for question in questions[:SCANNED]]
    return statistics.median(
        _timed(partial(process.extractOne, question, texts))[0] for question in asked
    )


def _edited(matcher: Matcher) -> float:
    """The time until a phrasing that is added to a fact is answered."""
    times = []
    for number, fact in enumerate(matcher.facts[:EDITS]):
        said = f"is there anything about brand new thing number {number}"
        changed = replace(fact, also_asked=(*fact.also_asked, said))

        def edit(changed: Fact = changed) -> Matcher:
            others = (changed if f.id == changed.id else f for f in matcher.facts)
            return matcher.edited([changed]) or Matcher(
                others, shipped()[1], learned=matcher.learned
            )

        taken, made = _timed(edit)
        found = made.phrased(said)
        assert found is not None
        assert found.id == fact.id
        times.append(taken)
    return statistics.median(times)


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    begun = time.perf_counter()
    made = work()
    return time.perf_counter() - begun, made
