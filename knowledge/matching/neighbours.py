"""The scorer: kernel ridge regression on the phrasings nearest to a question.

A ridge over all phrasings would have to be solved again after every edit, and takes minutes at
100,000; over the nearest ones it ranks as well, needs no training, and every edit counts at
once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from knowledge.matching.postings import Cells, Doubles, Postings, Rows, joined, products
from knowledge.matching.tfidf import Floats, Vector

# Postings read for one question: common character sequences are skipped when there are more. At
# 17,000 phrasings this finds 97 of the true 100 nearest in a third of the time of reading all.
BUDGET = 25_000
# Phrasings compared exactly with the question, and those the ridge is solved on: more of them for
# questions that words leave open, which have the time.
COMPARED = 200
NEAREST = 64
NEAREST_MEANT = 100
# Strength of the ridge; a phrasing's kernel with itself is 1. Flat between 0.1 and 0.5.
RIDGE = 0.3
# The share of meaning, beside words, in the kernel. In cross-validation few phrasings a fact want
# more of it and many want less; between 0.4 and 0.7 it matters little.
MEANING = 0.5


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Phrasings near a question: their rows, cosines (0-1) and weights in the ridge."""

    rows: Rows
    cosines: Floats
    weights: Floats
    meanings: Floats


class Neighbours:
    """Finds phrasings; `base` and `meanings` have a row of length 1 for each.

    `added` holds the rows that came after the base was made, and `dead` rows are never found.
    """

    def __init__(
        self,
        base: Postings,
        meanings: Floats | None = None,
        added: sp.csr_array | None = None,
        dead: Rows | None = None,
    ) -> None:
        self.base = base
        self._meanings = meanings
        self._added = None if added is None or not added.shape[0] else Postings(added)
        self._dead = None if dead is None or not len(dead) else dead
        self._rows = base.rows + (self._added.rows if self._added else 0)
        self._width = max(base.width, self._added.width if self._added else 0)

    @property
    def reads_meanings(self) -> bool:
        """Tell whether there are meanings to compare a question's with."""
        return self._meanings is not None

    def near(
        self, question: Vector, left_out: Rows | None = None, meaning: Floats | None = None
    ) -> Neighbourhood:
        """Find the phrasings nearest to a question, `left_out` rows never among them."""
        scores, complete = self._scores(question)
        for rows in (self._dead, left_out):
            if rows is not None:
                scores[rows] = 0
        rows = _largest(scores, COMPARED)
        alike_all = None
        if self._meanings is not None and meaning is not None:
            alike_all = self._meanings @ meaning
            for gone in (self._dead, left_out):
                if gone is not None:
                    alike_all[gone] = -1
            rows = np.union1d(rows, _largest(alike_all, NEAREST_MEANT))
        if not len(rows):
            nothing = np.empty(0, np.float32)
            return Neighbourhood(rows, nothing, nothing, nothing)
        cosines = scores[rows].astype(np.float32) if complete else self._cosines(question, rows)
        alike = np.zeros(len(rows), np.float32) if alike_all is None else alike_all[rows]
        near = _kernel(cosines)
        if alike_all is not None:
            near = _mixed(near, alike)
        most = NEAREST if alike_all is None else NEAREST_MEANT
        if len(rows) > most:
            best = np.sort(np.argpartition(-near, most - 1)[:most])
            rows, cosines, alike, near = rows[best], cosines[best], alike[best], near[best]
        system = _kernel(products(self._cells(rows), self._width))
        if self._meanings is not None and alike_all is not None:
            meant = self._meanings[rows]
            system = _mixed(system, meant @ meant.T)
        system[np.diag_indices_from(system)] = 1 + RIDGE
        weights = np.linalg.solve(system, near).astype(np.float32)
        return Neighbourhood(rows, cosines, weights, alike)

    def _scores(self, question: Vector) -> tuple[Doubles, bool]:
        """Multiply all rows by the question's rarest features; tell whether those are all."""
        columns, weights = question.columns, question.weights
        old = columns < self.base.width
        known, theirs = columns[old], weights[old]
        rarest = np.argsort(self.base.frequency[known], kind="stable")
        read = np.cumsum(self.base.frequency[known[rarest]])
        count = max(int(np.searchsorted(read, BUDGET)), min(3, len(known)))
        chosen = rarest[:count]
        scores = self.base.scores(known[chosen], theirs[chosen])
        if self._added is not None:
            scores = np.concatenate([scores, self._added.scores(columns, weights)])
        return scores, count >= len(known)

    def _cosines(self, question: Vector, rows: Rows) -> Floats:
        dense = np.zeros(self._width, np.float32)
        dense[question.columns] = question.weights
        cells = self._cells(rows)
        filled = cells.lengths > 0
        starts = np.cumsum(cells.lengths) - cells.lengths
        cosines = np.zeros(len(rows), np.float32)
        cosines[filled] = np.add.reduceat(cells.weights * dense[cells.columns], starts[filled])
        return cosines

    def _cells(self, rows: Rows) -> Cells:
        if self._added is None:
            return self.base.cells(rows)
        old = rows < self.base.rows
        return joined(self.base.cells(rows[old]), self._added.cells(rows[~old] - self.base.rows))


def _largest(scores: npt.NDArray[np.floating], count: int) -> Rows:
    """Give the places of the largest scores above 0, in order of place."""
    # Most scores are 0, so that few are left to be sorted.
    places = np.flatnonzero(scores > 0)
    if len(places) <= count:
        return places
    found = np.argpartition(-scores[places], count - 1)[:count]
    return np.sort(places[found])


def _mixed(words: Doubles, alike: Floats) -> Doubles:
    """Add what is meant to what is said; the square keeps only close meanings."""
    return (1 - MEANING) * words + MEANING * np.clip(alike, 0, 1).astype(np.float64) ** 2


def _kernel(cosines: npt.NDArray[np.floating]) -> Doubles:
    """Give words a say alone and together: the quadratic part sees pairs of features."""
    wide = np.asarray(cosines, np.float64)
    return (wide + wide * wide) / 2
