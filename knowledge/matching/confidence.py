"""Confidence: a conditional logit over the candidate facts and "none of these"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.matching.tfidf import Floats

FEATURES: tuple[str, ...] = (
    "ridge",
    "nearest",
    "unexplained",
    "asked",
    "conflict",
    "number",
    "gap",
    "meaning",
)
# The confidence from which words alone decide; below it, meanings are read as well. Measured: the
# same answers as with meanings always read, at half the time.
SURE = 0.7
# How strongly fitted weights are drawn to the constants below, in units of examples.
PRIOR = 2.0


@dataclass(frozen=True, slots=True)
class Logit:
    """Weights of the features and the worth of "none of these"."""

    weights: tuple[float, ...]
    none: float

    def probabilities(self, features: Floats) -> tuple[Floats, float]:
        """Give one probability per row of `features` (candidates) and that of none of them."""
        utilities = features @ np.asarray(self.weights, np.float32)
        top = max(float(utilities.max(initial=0.0)), self.none)
        worths = np.exp(utilities - top)
        nothing = float(np.exp(self.none - top))
        total = float(worths.sum()) + nothing
        return worths / total, nothing / total


# For knowledge bases too small to learn their own weights from: those that bases of a few hundred
# phrasings learn, but harder on words that nothing accounts for, since little is known there.
SHIPPED = Logit(weights=(9.0, 1.0, -7.0, 0.3, -2.5, -3.5, 0.0, 1.0), none=3.0)


@dataclass(frozen=True, slots=True)
class Example:
    """A question with the features of its candidates; `right` is the row of its fact or None.

    `held_out` tells a question left out of its own fact from one whose fact was left out.
    """

    features: Floats
    right: int | None
    held_out: bool = False


def fit(examples: Sequence[Example], prior: Logit = SHIPPED) -> Logit:
    """Learn the weights that make the examples likeliest, drawn a little to `prior`."""
    size = len(prior.weights)
    most = max(len(example.features) for example in examples)
    features = np.zeros((len(examples), most + 1, size + 1))
    absent = np.ones((len(examples), most + 1), bool)
    right = np.zeros(len(examples), int)
    for number, example in enumerate(examples):
        count = len(example.features)
        features[number, 1 : count + 1, :size] = example.features
        absent[number, : count + 1] = False
        right[number] = 0 if example.right is None else example.right + 1
    features[:, 0, size] = 1
    start = np.array([*prior.weights, prior.none])
    chosen = features[np.arange(len(examples)), right].sum(axis=0)
    scale = np.concatenate([features[:, 1:, :size].std(axis=(0, 1)), [1.0]])
    strength = PRIOR * np.maximum(scale, 1e-3) ** 2

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        utilities = np.where(absent, -np.inf, features @ weights)
        top = utilities.max(axis=1, keepdims=True)
        worths = np.exp(utilities - top)
        totals = worths.sum(axis=1, keepdims=True)
        value = (np.log(totals) + top).sum() - chosen @ weights
        slope = np.einsum("nk,nkf->f", worths / totals, features) - chosen
        away = weights - start
        return float(value + strength @ away**2), slope + 2 * strength * away

    # Slow to import, and only a base that has changed much is learned from.
    from scipy.optimize import minimize

    found = minimize(loss, start, jac=True, method="L-BFGS-B")
    return Logit(tuple(float(w) for w in found.x[:size]), float(found.x[size]))
