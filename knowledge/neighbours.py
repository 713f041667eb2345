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
Doubles = npt.NDArray[np.float64]

# Postings read for one question: common character sequences are skipped when there are more. At
# 17,000 phrasings this finds 97 of the true 100 nearest in a third of the time of reading all.
BUDGET = 25_000
# Phrasings compared exactly with the question, and those the ridge is solved on.
COMPARED = 300
NEAREST = 100
# Strength of the ridge; a phrasing's kernel with itself is 1. Flat between 0.1 and 0.5.
RIDGE = 0.3
# The share of meaning, beside words, in the kernel of a base that the encoder reads.
MEANING = 0.4


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Phrasings near a question: their rows, cosines (0-1) and weights in the ridge."""

    rows: Rows
    cosines: Floats
    weights: Floats
    meanings: Floats


class Neighbours:
    """An inverted index of phrasings; `matrix` and `meanings` have a row of length 1 for each."""

    def __init__(self, matrix: sp.csr_array, meanings: Floats | None = None) -> None:
        self._matrix, self._meanings = matrix, meanings
        by_feature = matrix.T.tocsr()
        self._pointers, self._rows = by_feature.indptr, by_feature.indices
        self._values: Floats = by_feature.data
        self._frequency = np.diff(by_feature.indptr)

    def near(
        self, question: Vector, left_out: Rows | None = None, meaning: Floats | None = None
    ) -> Neighbourhood:
        """Find the phrasings nearest to a question, `left_out` rows never among them."""
        dense = np.zeros(self._matrix.shape[1], np.float32)
        dense[question.columns] = question.weights
        rows = self._candidates(question, left_out)
        if self._meanings is not None and meaning is not None:
            rows = np.union1d(rows, self._alike(self._meanings @ meaning, left_out))
        if not len(rows):
            nothing = np.empty(0, np.float32)
            return Neighbourhood(rows, nothing, nothing, nothing)
        part = self._matrix[rows]
        cosines = part @ dense
        alike = np.zeros_like(cosines)
        if self._meanings is not None and meaning is not None:
            alike = self._meanings[rows] @ meaning
        near = self._mixed(_kernel(cosines), alike)
        if len(rows) > NEAREST:
            best = np.sort(np.argpartition(-near, NEAREST - 1)[:NEAREST])
            rows, cosines, alike, near = rows[best], cosines[best], alike[best], near[best]
            part = part[best]
        system = _kernel(_products(part))
        if self._meanings is not None:
            system = self._mixed(system, self._meanings[rows] @ self._meanings[rows].T)
        system[np.diag_indices_from(system)] = 1 + RIDGE
        weights = np.linalg.solve(system, near).astype(np.float32)
        return Neighbourhood(rows, cosines, weights, alike)

    def _mixed(self, words: Doubles, alike: Floats) -> Doubles:
        """Add what is meant to what is said; the third power keeps only close meanings."""
        if self._meanings is None:
            return words
        return (1 - MEANING) * words + MEANING * np.clip(alike, 0, 1).astype(np.float64) ** 3

    @staticmethod
    def _alike(scores: Floats, left_out: Rows | None) -> Rows:
        if left_out is not None:
            scores[left_out] = -1
        if len(scores) <= NEAREST:
            return np.flatnonzero(scores > 0)
        found = np.argpartition(-scores, NEAREST - 1)[:NEAREST]
        return found[scores[found] > 0]

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


def _kernel(cosines: npt.NDArray[np.floating]) -> Doubles:
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
