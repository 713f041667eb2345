"""An inverted index: rows of weights, and for each column the rows that hold it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from knowledge.matching.tfidf import Floats, Ints

Rows = npt.NDArray[np.intp]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cells:
    """The filled cells of some rows, one row after another; `lengths` counts those of each."""

    lengths: Rows
    columns: Ints
    weights: Floats


class Postings:
    """The rows of one matrix; never changed."""

    def __init__(self, matrix: sp.csr_array) -> None:
        self.rows, self.width = matrix.shape
        self._starts, self._columns = matrix.indptr, matrix.indices
        self._weights: Floats = matrix.data
        by_column = matrix.T.tocsr()
        self._posted, self._rows_of = by_column.indptr, by_column.indices
        self._values: Floats = by_column.data
        # How many rows hold each column.
        self.frequency = np.diff(by_column.indptr)

    def scores(self, columns: Ints, weights: Floats) -> Doubles:
        """Multiply all rows by a vector that is zero but in `columns`."""
        lengths = self.frequency[columns]
        cells = spans(self._posted[columns], lengths)
        found = self._values[cells] * np.repeat(weights, lengths)
        return sums(self._rows_of[cells], found, self.rows)

    def cells(self, rows: Rows) -> Cells:
        """Give the filled cells of some rows."""
        starts = self._starts[rows]
        lengths = self._starts[rows + 1] - starts
        places = spans(starts, lengths)
        return Cells(lengths, self._columns[places], self._weights[places])


def sums(places: npt.NDArray[np.integer], weights: Floats, count: int) -> Doubles:
    """Add up the weights at each of `count` places."""
    return np.asarray(np.bincount(places, weights=weights, minlength=count), np.float64)


def joined(first: Cells, second: Cells) -> Cells:
    """Put the rows of the second under those of the first."""
    return Cells(
        np.concatenate([first.lengths, second.lengths]),
        np.concatenate([first.columns, second.columns]),
        np.concatenate([first.weights, second.weights]),
    )


def products(cells: Cells, width: int) -> Floats:
    """Multiply all rows with one another; right for different rows only.

    Columns that a single row holds are left out, the rest are dense: near phrasings share much.
    """
    count = len(cells.columns)
    # Numbers the columns at hand without looking at the others: of the cells of one column the
    # last to be written stands for all.
    last = np.empty(width, np.int32)
    last[cells.columns] = np.arange(count, dtype=np.int32)
    holder = last[cells.columns]
    shared = np.bincount(holder, minlength=count) > 1
    place = np.cumsum(shared) - 1
    kept = shared[holder]
    rows = np.repeat(np.arange(len(cells.lengths)), cells.lengths)
    dense = np.zeros((len(cells.lengths), int(place[-1]) + 1 if count else 0), np.float32)
    dense[rows[kept], place[holder[kept]]] = cells.weights[kept]
    return dense @ dense.T


def spans(starts: npt.NDArray[np.integer], lengths: npt.NDArray[np.integer]) -> Rows:
    """Count on from each start, as far as its length, in one array."""
    ends = np.cumsum(lengths)
    if not len(ends):
        return np.empty(0, np.intp)
    return np.repeat(starts - ends + lengths, lengths) + np.arange(ends[-1])
