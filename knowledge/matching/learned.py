"""What a knowledge base has learned about itself, kept so that it need not be learned again."""

from __future__ import annotations

from dataclasses import dataclass
from math import nextafter

from knowledge.dialogue.decision import UNSURE
from knowledge.matching.confidence import SHIPPED, Logit

# The fewest phrasings that can be learned from.
FEWEST_LESSONS = 150
# The least confidence that any answer is given with.
SHAKY = 0.3
# A base that has grown or shrunk by less than this keeps what it has learned.
ENOUGH = 0.1


@dataclass(frozen=True, slots=True)
class Learned:
    """The confidence's weights, for words alone and with meanings beside them.

    `slips` are the confidences, highest first, with which `held` held-out phrasings would be
    answered wrongly; `phrasings` counts those there were to learn from.
    """

    words: Logit = SHIPPED
    meaning: Logit = SHIPPED
    slips: tuple[float, ...] = ()
    held: int = 0
    phrasings: int = 0

    def still_holds(self, phrasings: int) -> bool:
        """Tell whether a base of so many phrasings need not be learned from again."""
        if phrasings < FEWEST_LESSONS:
            return True
        return abs(phrasings - self.phrasings) <= ENOUGH * self.phrasings

    def answer_from(self, wrong_at_most: float) -> float:
        """Give the confidence from which at most this share of phrasings is answered wrongly."""
        if not self.held:
            return UNSURE
        allowed = int(wrong_at_most * self.held)
        # Just above the first slip that is one too many.
        return nextafter(self.slips[allowed], 1.0) if allowed < len(self.slips) else SHAKY
