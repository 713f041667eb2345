"""What a knowledge base teaches about itself: its own phrasings, held out, as questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.confidence import FEATURES, SHIPPED, Example, Logit, fit
from knowledge.decision import UNSURE
from knowledge.evidence import Evidence
from knowledge.progress import watched
from knowledge.reading import Question
from knowledge.vectors import Ints

# Phrasings that the confidence is learned from, and the fewest it can be learned from.
LESSONS = 1_500
FEWEST_LESSONS = 150
FOLDS = 5
# The share of lessons that also serve with their fact left out. A third, since such questions keep
# the words of the base and are harder to tell than what people really ask beside the report ...
OUTSIDE = 1 / 3
# ... and the least share, for a base whose gaps stand for what the report does not say.
FEWEST_OUTSIDE = 0.1
# The least confidence that any answer is given with.
SHAKY = 0.3
# A base that has grown or shrunk by less than this keeps what it has learned.
ENOUGH = 0.1


@dataclass(frozen=True, slots=True)
class Learned:
    """The confidence's weights and the bands they lead to; `phrasings` they were learned from."""

    logit: Logit = SHIPPED
    answer: float = UNSURE
    phrasings: int = 0

    def still_holds(self, phrasings: int) -> bool:
        """Tell whether a base of so many phrasings need not be learned from again."""
        if phrasings < FEWEST_LESSONS:
            return True
        return abs(phrasings - self.phrasings) <= ENOUGH * self.phrasings


def learn(
    evidence: Evidence,
    owner: Ints,
    read: Callable[[int], Question],
    gaps: float,
    wrong_at_most: float,
) -> Learned:
    """Learn from held-out phrasings; `read` gives the question in a row, `gaps` their share."""
    if len(owner) < FEWEST_LESSONS:
        return Learned(phrasings=len(owner))
    examples = list(_examples(evidence, owner, read, gaps))
    logit = fit(examples)
    return Learned(logit, _answer_from(logit, examples, wrong_at_most), len(owner))


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


def _answer_from(logit: Logit, lessons: Sequence[Example], wrong_at_most: float) -> float:
    """Give the confidence from which few enough of the lessons would be answered wrongly."""
    gap = FEATURES.index("gap")
    held = [lesson for lesson in lessons if lesson.held_out and len(lesson.features)]
    wrong: list[float] = []
    for lesson in held:
        chances, _ = logit.probabilities(lesson.features)
        top = int(chances.argmax())
        if top != lesson.right and not lesson.features[top, gap]:
            wrong.append(float(chances[top]))
    allowed = int(wrong_at_most * len(held))
    wrong.sort(reverse=True)
    return max(wrong[allowed], SHAKY) if allowed < len(wrong) else SHAKY


def _folds(owner: Ints) -> Ints:
    """Hold out neighbours together: one author's phrasings stand side by side."""
    starts = np.searchsorted(owner, owner)
    sizes = np.bincount(owner)[owner]
    return ((np.arange(len(owner)) - starts) * FOLDS // np.maximum(sizes, 1)).astype(np.int32)
