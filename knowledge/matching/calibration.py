"""What a knowledge base teaches about itself: its own phrasings, held out, as questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from knowledge.matching.confidence import FEATURES, SURE, Example, Logit, fit
from knowledge.matching.features import Evidence
from knowledge.matching.learned import FEWEST_LESSONS, SHAKY, Learned
from knowledge.matching.question import Question
from knowledge.matching.tfidf import Ints
from knowledge.progress import watched

# Phrasings that the confidence is learned from.
LESSONS = 1_500
FOLDS = 5
# The share of lessons that also serve with their fact left out. Half, since such questions keep the
# words of the base and are harder to tell than what people really ask beside the report ...
OUTSIDE = 1 / 2
# ... and the least share, for a base whose gaps stand for what the report does not say.
FEWEST_OUTSIDE = 0.1


def learn(
    evidence: Evidence, owner: Ints, read: Callable[[int, bool], Question], gaps: float
) -> Learned:
    """Learn from held-out phrasings.

    `read` gives the question in a row, with or without its meaning; `gaps` is their share.
    """
    if len(owner) < FEWEST_LESSONS:
        return Learned(phrasings=len(owner))
    words = list(_examples(evidence, owner, lambda row: read(row, False), gaps))
    by_words = by_meaning = fit(words)
    meant = words
    if evidence.neighbours.reads_meanings:
        meant = list(_examples(evidence, owner, lambda row: read(row, True), gaps))
        by_meaning = fit(meant)
    tops = [
        _top(by_words, said, SURE) or _top(by_meaning, other)
        for said, other in zip(words, meant, strict=True)
        if said.held_out
    ]
    slips = [top.confidence for top in tops if top is not None and top.is_slip]
    found = sorted((slip for slip in slips if slip >= SHAKY), reverse=True)
    return Learned(by_words, by_meaning, tuple(found), len(tops), len(owner))


@dataclass(frozen=True, slots=True)
class _Top:
    """The likeliest candidate of a lesson; a wrong fact is a slip, a wrong gap only a miss."""

    confidence: float
    is_slip: bool


def _examples(
    evidence: Evidence, owner: Ints, read: Callable[[int], Question], gaps: float
) -> Iterator[Example]:
    """Make questions of phrasings, each left out together with its neighbours in the list.

    Some serve again with their whole fact left out, so that "none of these" is right. Curated gaps
    stand for most of what the report does not say: the more of them, the fewer such examples.
    """
    fold = _folds(owner)
    every = round(1 / max(OUTSIDE * (1 - 2 * gaps), FEWEST_OUTSIDE))
    stride = max(1, round(len(owner) / LESSONS))
    for number, row in enumerate(watched(range(0, len(owner), stride), "learning")):
        fact = int(owner[row])
        question = read(row)
        mine = np.flatnonzero(owner == fact)
        held = evidence.gather(question, mine[fold[mine] == fold[row]])
        place = np.flatnonzero(held.facts == fact)
        yield Example(held.features, int(place[0]) if len(place) else None, held_out=True)
        if number % every == 0:
            yield Example(evidence.gather(question, mine, without=fact).features, None)


def _top(logit: Logit, lesson: Example, least: float = 0.0) -> _Top | None:
    """Give the likeliest candidate, None where it is not likely enough or there is none."""
    if not len(lesson.features):
        return None
    chances, _ = logit.probabilities(lesson.features)
    row = int(chances.argmax())
    if chances[row] < least:
        return None
    gap = bool(lesson.features[row, FEATURES.index("gap")])
    return _Top(float(chances[row]), row != lesson.right and not gap)


def _folds(owner: Ints) -> Ints:
    """Hold out neighbours together: one author's phrasings stand side by side."""
    starts = np.searchsorted(owner, owner)
    sizes = np.bincount(owner)[owner]
    return ((np.arange(len(owner)) - starts) * FOLDS // np.maximum(sizes, 1)).astype(np.int32)
