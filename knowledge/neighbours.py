"""The scorer: kernel ridge regression on the phrasings nearest to a question.

A ridge over all phrasings would have to be solved again after every edit, and takes minutes at
100,000; over the hundred nearest ones it ranks as well, needs no training, and every edit counts at
once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from knowledge.vectors import Floats, Ints, Vector

Rows = npt.NDArray[np.intp]

# Postings read for one question: common character sequences are skipped when there are more. At
# 17,000 phrasings this finds 97 of the true 100 nearest in a third of the time of reading all.
BUDGET = 25_000
# Phrasings compared exactly with the question, and those the ridge is solved on.
COMPARED = 300
NEAREST = 100
# Strength of the ridge; a phrasing's kernel with itself is 1. Flat between 0.1 and 0.5.
RIDGE = 0.3


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Phrasings near a question: their rows, cosines (0-1) and weights in the ridge."""

    rows: Rows
    cosines: Floats
    weights: Floats


class Neighbours:
    """An inverted index of phrasings; `matrix` has one row of length 1 for each."""

    def __init__(self, matrix: sp.csr_array) -> None:
        self._matrix = matrix
        by_feature = matrix.T.tocsr()
        self._pointers, self._rows = by_feature.indptr, by_feature.indices
        self._values: Floats = by_feature.data
        self._frequency = np.diff(by_feature.indptr)

    def near(self, question: Vector, left_out: Rows | None = None) -> Neighbourhood:
        """Find the phrasings nearest to a question, `left_out` rows never among them."""
        dense = np.zeros(self._matrix.shape[1], np.float32)
        dense[question.columns] = question.weights
        rows = self._candidates(question, left_out)
        if not len(rows):
            nothing = np.empty(0, np.float32)
            return Neighbourhood(rows, nothing, nothing)
        part = self._matrix[rows]
        cosines = part @ dense
        if len(rows) > NEAREST:
            best = np.sort(np.argpartition(-cosines, NEAREST - 1)[:NEAREST])
            rows, cosines, part = rows[best], cosines[best], part[best]
        system = _kernel(_products(part))
        system[np.diag_indices_from(system)] = 1 + RIDGE
        weights = np.linalg.solve(system, _kernel(cosines))
        return Neighbourhood(rows, cosines, weights.astype(np.float32))

    def _candidates(self, question: Vector, left_out: Rows | None) -> Rows:
        rarest = np.argsort(self._frequency[question.columns], kind="stable")
        columns = question.columns[rarest]
        read = np.cumsum(self._frequency[columns])
        count = max(int(np.searchsorted(read, BUDGET)), min(3, len(columns)))
        columns, weights = columns[:count], question.weights[rarest[:count]]
        if not len(columns):
            return np.empty(0, np.intp)
        starts = self._pointers[columns]
        lengths = self._frequency[columns]
        ends = np.cumsum(lengths)
        cells = np.repeat(starts - ends + lengths, lengths) + np.arange(ends[-1])
        scores = np.bincount(
            self._rows[cells],
            weights=self._values[cells] * np.repeat(weights, lengths),
            minlength=self._matrix.shape[0],
        )
        if left_out is not None:
            scores[left_out] = 0
        if len(scores) > COMPARED:
            found = np.argpartition(-scores, COMPARED - 1)[:COMPARED]
            return np.sort(found[scores[found] > 0])
        return np.flatnonzero(scores)


def _kernel(cosines: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Give words a say alone and together: the quadratic part sees pairs of features."""
    wide = np.asarray(cosines, np.float64)
    return (wide + wide * wide) / 2


def _products(part: sp.csr_array) -> Floats:
    """Give all products of different rows; dense, since near phrasings share their features."""
    shared = np.bincount(part.indices, minlength=part.shape[1]) > 1
    place = np.cumsum(shared) - 1
    kept = shared[part.indices]
    dense = np.zeros((part.shape[0], int(place[-1]) + 1), np.float32)
    rows = np.repeat(np.arange(part.shape[0]), np.diff(part.indptr))
    dense[rows[kept], place[part.indices[kept]]] = part.data[kept]
    return dense @ dense.T


def by_owner(weights: Floats, owner: Ints, facts: int) -> Floats:
    """Add up the weights of each fact's phrasings: about 1 for the fact meant, about 0 else."""
    return np.bincount(owner, weights=weights, minlength=facts).astype(np.float32)
