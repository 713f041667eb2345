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
    `answers` have a row of stems for each entry. `meanings` has the meanings of all texts, a byte a
    component; those of the phrasings stand in its rows `meant`, those of the answers in `said`.
    """

    lexicon: Lexicon
    words: Sparse
    starts: Rows
    owner: Ints
    asked_with: Sparse
    answers: Sparse
    meanings: npt.NDArray[np.int8]
    meant: Rows
    said: Rows

    @classmethod
    def build(
        cls,
        stems: Sequence[str],
        rareness: Floats,
        rows: tuple[Rows, Ints],
        sizes: Rows,
        meanings: npt.NDArray[np.int8],
        places: Rows,
    ) -> Index:
        """Build the index of entries from the texts of each: `sizes` phrasings, then its answer.

        `rows` are the starts and the stems of all texts; `places` the rows of their meanings.
        """
        begins, numbers = rows
        answers = np.zeros(len(places), bool)
        answers[np.cumsum(sizes + 1) - 1] = True
        entry = np.repeat(np.arange(len(sizes)), sizes + 1)
        lengths = np.diff(begins)
        text = np.repeat(np.arange(len(places)), lengths)
        width = len(stems)
        used = np.unique(entry[text] * width + numbers)
        frequency = np.bincount(used % max(width, 1), minlength=width)
        lexicon = Lexicon(tuple(stems), frequency, len(sizes), rareness)
        said = answers[text]
        row = (np.cumsum(~answers) - 1)[text[~said]]
        return cls(
            lexicon,
            _tfidf(row, numbers[~said], int((~answers).sum()), lexicon.idf),
            np.concatenate([[0], np.cumsum(sizes)]),
            np.repeat(np.arange(len(sizes), dtype=np.int32), sizes),
            _sets(entry[text[~said]], numbers[~said], len(sizes), width),
            _sets(entry[text[said]], numbers[said], len(sizes), width),
            meanings,
            places[~answers],
            places[answers],
        )

    @property
    def sizes(self) -> Rows:
        """Give the number of phrasings of each entry."""
        return np.diff(self.starts)

    def best(self, scores: Floats) -> Floats:
        """Give the highest score of each entry's phrasings."""
        return np.maximum.reduceat(scores, self.starts[:-1]) if len(scores) else scores


def _sets(owner: Ints, columns: Ints, rows: int, width: int) -> Sparse:
    """Make a matrix of ones; a column counts once in a row."""
    held, kept = np.divmod(np.unique(owner * max(width, 1) + columns), max(width, 1))
    lengths = np.bincount(held, minlength=rows)
    ones = np.ones(len(kept), np.float32)
    return Sparse.weighted(lengths, kept.astype(np.int32), ones, width)


def _tfidf(owner: Ints, columns: Ints, rows: int, idf: Floats) -> Sparse:
    width = max(len(idf), 1)
    cells, counts = np.unique(owner * width + columns, return_counts=True)
    owner, columns = np.divmod(cells, width)
    weights = (1 + np.log(counts)) * idf[columns]
    norms = np.sqrt(np.bincount(owner, weights * weights, rows))
    weights = (weights / np.maximum(norms, 1e-9)[owner]).astype(np.float32)
    lengths = np.bincount(owner, minlength=rows)
    return Sparse.weighted(lengths, columns.astype(np.int32), weights, len(idf))


def spans(starts: Rows, lengths: Rows) -> Rows:
    """Count on from each start, as far as its length, in one array."""
    ends = np.cumsum(lengths)
    if not len(ends):
        return np.empty(0, np.intp)
    return np.repeat(starts - ends + lengths, lengths) + np.arange(ends[-1])
