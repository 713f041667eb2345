"""Confidence: a conditional logit over the candidate entries and "none of these"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.matching.lexicon import Floats

# How strongly fitted weights are drawn to nothing, in units of examples.
PRIOR = 0.5
# Newton steps until the weights no longer move.
STEPS = 60


@dataclass(frozen=True, slots=True)
class Logit:
    """Weights of the features and the worth of "none of these"."""

    weights: tuple[float, ...]
    none: float

    @classmethod
    def of(cls, weights: Floats) -> Logit:
        """Give the weights of a row, that of "none" last."""
        *features, none = (float(weight) for weight in weights)
        return cls(tuple(features), none)

    def probabilities(self, features: Floats) -> tuple[Floats, float]:
        """Give one probability per row of `features` (candidates) and that of none of them."""
        worths = features @ np.asarray(self.weights, np.float32)
        top = max(float(worths.max(initial=0.0)), self.none)
        odds = np.exp(worths - top)
        nothing = float(np.exp(self.none - top))
        total = float(odds.sum()) + nothing
        return odds / total, nothing / total


@dataclass(frozen=True, slots=True)
class Lesson:
    """The features of a question's candidates; `right` is the row of its entry, None for none."""

    features: Floats
    right: int | None
    weight: float = 1.0


def fit(lessons: Sequence[Lesson]) -> Logit:
    """Learn the weights that make the lessons likeliest, by Newton's method."""
    size = lessons[0].features.shape[1]
    most = max(len(lesson.features) for lesson in lessons) + 1
    features = np.zeros((len(lessons), most, size + 1))
    absent = np.ones((len(lessons), most), bool)
    right = np.zeros(len(lessons), int)
    for number, lesson in enumerate(lessons):
        count = len(lesson.features)
        features[number, 1 : count + 1, :size] = lesson.features
        absent[number, : count + 1] = False
        right[number] = 0 if lesson.right is None else lesson.right + 1
    features[:, 0, size] = 1
    counts = np.array([lesson.weight for lesson in lessons])
    chosen = features[np.arange(len(lessons)), right]
    scale = np.concatenate([features[:, 1:, :size].std(axis=(0, 1)), [1.0]])
    drawn = 2 * PRIOR * np.maximum(scale, 1e-3) ** 2
    weights = np.zeros(size + 1)
    for _ in range(STEPS):
        worths = np.where(absent, -np.inf, features @ weights)
        odds = np.exp(worths - worths.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        mean = np.einsum("nk,nkf->nf", odds, features)
        slope = counts @ (mean - chosen) + drawn * weights
        spread = np.einsum("nk,nkf,nkg->nfg", odds * counts[:, None], features, features).sum(0)
        curve = spread - np.einsum("n,nf,ng->fg", counts, mean, mean) + np.diag(drawn)
        step = np.linalg.solve(curve, slope)
        # Damped: far from the best a whole step can overshoot.
        weights -= step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-9))
        if float(np.abs(step).max()) < 1e-4:
            break
    return Logit.of(weights)
