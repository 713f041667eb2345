"""The linear scorer: kernel ridge regression on one-hot facts, kept in its primal form.

One weight per feature and fact. Up to `LANDMARKS` phrasings the solution is exact; above, it is
the Nyström approximation on phrasings drawn evenly from all facts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.linalg as la
import scipy.sparse as sp

from knowledge.vectors import Floats, Ints, Vector

# Strength of the ridge; a row has length 1. Flat between 0.5 and 2 on every base measured.
RIDGE = 1.0
LANDMARKS = 3_000

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ridge:
    """Weights of shape (features, facts)."""

    weights: Floats

    def scores(self, vector: Vector) -> Floats:
        """Score every fact; about 1 where a phrasing of it was typed, about 0 elsewhere."""
        rows = self.weights[vector.columns].astype(np.float32)
        return np.asarray(vector.weights @ rows, np.float32)


class RidgeFit:
    """A fitted ridge that can also say what it would score with phrasings held out."""

    def __init__(self, matrix: sp.csr_array, owner: Ints, facts: int) -> None:
        chosen = _landmarks(owner)
        marks = matrix[chosen]
        kernel = (marks @ marks.T).toarray().astype(np.float64)
        kernel[np.diag_indices_from(kernel)] += 1e-6
        self._root: Doubles = la.cholesky(kernel, lower=False)
        cross = (matrix @ marks.T).toarray().astype(np.float64)
        # Rows of `basis` reproduce the kernel: basis @ basis.T ~ matrix @ matrix.T.
        basis: Doubles = la.solve_triangular(self._root, cross.T, trans="T").T
        self._basis: Floats = basis.astype(np.float32)
        self._targets = np.zeros((len(owner), facts), np.float32)
        self._targets[np.arange(len(owner)), owner] = 1
        self._owner = owner
        self._marks = marks
        self._gram: Floats = self._basis.T @ self._basis
        self._projected: Floats = self._basis.T @ self._targets

    def ridge(self) -> Ridge:
        """Give the scorer fitted on all phrasings."""
        beta = self._solve(self._gram, self._projected)
        alpha = la.solve_triangular(self._root, beta)
        return Ridge(np.asarray(self._marks.T @ alpha.astype(np.float32)).astype(np.float16))

    def held_out(self, rows: Ints) -> Floats:
        """Score `rows` by a ridge fitted on all the others."""
        part, targets = self._basis[rows], self._targets[rows]
        beta = self._solve(self._gram - part.T @ part, self._projected - part.T @ targets)
        return np.asarray(part @ beta, np.float32)

    def fact_removed(self, rows: Ints) -> Floats:
        """Score `rows` by a ridge that never saw a phrasing of the fact each row belongs to."""
        inverse = la.inv(self._gram + RIDGE * np.eye(len(self._gram), dtype=np.float32))
        beta = inverse @ self._projected
        out = np.empty((len(rows), self._targets.shape[1]), np.float32)
        for fact in np.unique(self._owner[rows]):
            block = self._basis[self._owner == fact]
            inner = np.eye(len(block), dtype=np.float32) - block @ inverse @ block.T
            scores = la.solve(inner, block @ beta)
            wanted = np.flatnonzero(self._owner[rows] == fact)
            place = np.searchsorted(np.flatnonzero(self._owner == fact), rows[wanted])
            out[wanted] = scores[place]
            out[wanted, fact] = 0
        return out

    def _solve(self, gram: Floats, projected: Floats) -> Floats:
        system = gram + RIDGE * np.eye(len(gram), dtype=np.float32)
        return np.asarray(la.solve(system, projected, assume_a="pos"), np.float32)


def _landmarks(owner: Ints) -> Ints:
    """Choose at most `LANDMARKS` rows, as many from each fact as from any other."""
    if len(owner) <= LANDMARKS:
        return np.arange(len(owner), dtype=np.int32)
    order = np.argsort(owner, kind="stable")
    starts = np.searchsorted(owner[order], owner[order])
    sizes = np.bincount(owner)[owner[order]]
    # Spread each fact's rows over 0-1 so that a cut takes the same number from every fact.
    turn = (np.arange(len(order)) - starts) * 7919 % sizes
    return np.sort(order[np.lexsort((owner[order], turn))[:LANDMARKS]]).astype(np.int32)
