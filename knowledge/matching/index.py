"""The index of a base's phrasings: one row each, sorted by entry; built whole, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.matching.lexicon import Floats, Ints, Lexicon

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Sparse:
    """The filled cells of a matrix, by row and by column; each as starts, places and weights."""

    starts: Rows
    columns: Ints
    weights: Floats
    by_column: Rows
    rows: Ints
    values: Floats

    @classmethod
    def of(cls, rows: Sequence[Sequence[int]] | Sequence[Ints], width: int) -> Sparse:
        """Make a matrix of ones from the columns of each row."""
        lengths = np.array([len(row) for row in rows], np.intp)
        flat = [np.asarray(row, np.int32) for row in rows]
        columns = np.concatenate(flat) if flat else np.empty(0, np.int32)
        return cls.weighted(lengths, columns, np.ones(len(columns), np.float32), width)

    @classmethod
    def weighted(cls, lengths: Rows, columns: Ints, weights: Floats, width: int) -> Sparse:
        """Make a matrix of the cells of its rows, one row after another."""
        starts = np.concatenate([[0], np.cumsum(lengths)])
        owner = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
        order = np.argsort(columns, kind="stable")
        counts = np.bincount(columns, minlength=width)
        by_column = np.concatenate([[0], np.cumsum(counts)])
        return cls(starts, columns, weights, by_column, owner[order], weights[order])

    def times(self, columns: Ints, weights: Floats) -> Floats:
        """Multiply all rows by a vector that is zero but in `columns`."""
        count = len(self.starts) - 1
        lengths = self.by_column[columns + 1] - self.by_column[columns]
        cells = spans(self.by_column[columns], lengths)
        found = self.values[cells] * np.repeat(weights, lengths)
        return np.bincount(self.rows[cells], found, count).astype(np.float32)

    def column(self, number: int) -> Ints:
        """Give the rows that hold a column."""
        return self.rows[self.by_column[number] : self.by_column[number + 1]]

    def row(self, number: int) -> Ints:
        """Give the columns that a row holds."""
        return self.columns[self.starts[number] : self.starts[number + 1]]


@dataclass(frozen=True, slots=True)
class Index:
    """Phrasings as rows of `words` (stems, tf-idf, length 1), their meanings and what they ask.

    `starts` tells where the rows of each entry begin, with the end behind them; `asked_with` and
    `answers` have a row of stems for each entry. `meanings` are rows of length 127 in one byte a
    component, of shape (phrasings, KEPT); `said` those of the answers.
    """

    lexicon: Lexicon
    words: Sparse
    starts: Rows
    owner: Ints
    kinds: Ints
    asked_with: Sparse
    answers: Sparse
    meanings: npt.NDArray[np.int8]
    said: npt.NDArray[np.int8]

    @classmethod
    def build(
        cls,
        phrasings: Sequence[Sequence[Sequence[str]]],
        answers: Sequence[Sequence[str]],
        kinds: Ints,
        meanings: npt.NDArray[np.int8],
        said: npt.NDArray[np.int8],
    ) -> Index:
        """Build the index of entries from the stems of their phrasings and answers."""
        numbers: dict[str, int] = {}
        rows = [
            [numbers.setdefault(stem, len(numbers)) for stem in row]
            for entry in phrasings
            for row in entry
        ]
        spoken = [sorted({numbers.setdefault(s, len(numbers)) for s in row}) for row in answers]
        sizes = np.array([len(entry) for entry in phrasings], np.intp)
        starts = np.concatenate([[0], np.cumsum(sizes)])
        width = len(numbers)
        asked = [
            sorted({stem for row in rows[start:end] for stem in row})
            for start, end in zip(starts.tolist(), starts[1:].tolist(), strict=False)
        ]
        used = [np.union1d(a, b).astype(np.int32) for a, b in zip(asked, spoken, strict=True)]
        frequency = np.bincount(np.concatenate(used) if used else [], minlength=width)
        lexicon = Lexicon(tuple(numbers), frequency, len(phrasings))
        return cls(
            lexicon,
            _tfidf(rows, lexicon.idf),
            starts,
            np.repeat(np.arange(len(sizes), dtype=np.int32), sizes),
            kinds,
            Sparse.of(asked, width),
            Sparse.of(spoken, width),
            meanings,
            said,
        )

    @property
    def sizes(self) -> Rows:
        """Give the number of phrasings of each entry."""
        return np.diff(self.starts)

    def best(self, scores: Floats) -> Floats:
        """Give the highest score of each entry's phrasings."""
        return np.maximum.reduceat(scores, self.starts[:-1]) if len(scores) else scores


def _tfidf(rows: Sequence[Sequence[int]], idf: Floats) -> Sparse:
    lengths = np.array([len(row) for row in rows], np.intp)
    flat = np.fromiter((stem for row in rows for stem in row), np.int64, int(lengths.sum()))
    owner = np.repeat(np.arange(len(rows)), lengths)
    cells, counts = np.unique(owner * max(len(idf), 1) + flat, return_counts=True)
    owner, columns = np.divmod(cells, max(len(idf), 1))
    weights = (1 + np.log(counts)) * idf[columns]
    norms = np.sqrt(np.bincount(owner, weights * weights, len(rows)))
    weights = (weights / np.maximum(norms, 1e-9)[owner]).astype(np.float32)
    held = np.bincount(owner, minlength=len(rows))
    return Sparse.weighted(held, columns.astype(np.int32), weights, len(idf))


def spans(starts: Rows, lengths: Rows) -> Rows:
    """Count on from each start, as far as its length, in one array."""
    ends = np.cumsum(lengths)
    if not len(ends):
        return np.empty(0, np.intp)
    return np.repeat(starts - ends + lengths, lengths) + np.arange(ends[-1])
