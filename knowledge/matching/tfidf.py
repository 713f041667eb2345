"""Texts as sparse vectors: word 1-2-grams and character 2-5-grams within words, tf-idf."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from knowledge.progress import reached

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
T = TypeVar("T")

CHARACTERS = range(2, 6)
# From this many phrasings on, character sequences seen in one phrasing only are left out: half
# the memory, and no measurable loss.
LARGE = 3_000


@dataclass(frozen=True, slots=True)
class Vector:
    """A text of length one (or nothing known in it): feature columns and their weights."""

    columns: Ints
    weights: Floats


def character_grams(word: str) -> list[str]:
    """Give the character sequences of a word, its edges marked by a space."""
    padded = f" {word} "
    return [
        padded[start : start + size]
        for size in CHARACTERS
        for start in range(len(padded) - size + 1)
    ]


class Vectoriser:
    """Turns lists of stems into vectors; its vocabulary is that of the texts it is fitted on."""

    def __init__(
        self,
        vocabulary: tuple[Sequence[str], Sequence[tuple[str, str]], Sequence[str]],
        idf: Floats,
        matrix: sp.csr_array,
        counts: sp.csr_array,
    ) -> None:
        self.vocabulary, self.idf = vocabulary, idf
        self.matrix, self.counts = matrix, counts
        # Rows of texts that came later, with columns of their own at the end for what is new.
        self.added = matrix[:0]
        stems, pairs, grams = vocabulary
        self._stems = _numbered(stems)
        # The stems that are numbers.
        self.numeric = frozenset(n for n, stem in enumerate(stems) if not stem.isalpha())
        self._pairs = _numbered(pairs, len(stems))
        self._grams = _numbered(grams, len(stems) + len(pairs))
        self._new: tuple[dict[str, int], dict[tuple[str, str], int], dict[str, int]] = ({}, {}, {})
        self._gram_columns: dict[str, Ints] = {}

    @classmethod
    def fit(cls, texts: Sequence[Sequence[str]]) -> Vectoriser:
        """Learn the vocabulary of `texts` (lists of stems) and make a row for each."""
        minimum = 1 if len(texts) < LARGE else 2
        reached("weighing", 0)
        stems = _numbered(stem for text in texts for stem in text)
        pairs_of = [list(pairwise(text)) for text in texts]
        pairs = _frequent(pairs_of, minimum)
        grams_of = {stem: character_grams(stem) for stem in stems}
        grams = _frequent(grams_of.values(), minimum)
        reached("weighing", 0.25)
        words = _counts([[stems[stem] for stem in text] for text in texts], len(stems))
        pair_counts = _counts(
            [[pairs[pair] for pair in row if pair in pairs] for row in pairs_of], len(pairs)
        )
        grams_by_stem = _counts(
            [[grams[g] for g in grams_of[stem] if g in grams] for stem in stems], len(grams)
        )
        reached("weighing", 0.5)
        word_part = sp.hstack([words, pair_counts], format="csr")
        gram_part = (words @ grams_by_stem).tocsr()
        word_idf, gram_idf = _idf(word_part), _idf(gram_part)
        reached("weighing", 0.75)
        matrix = sp.hstack(
            [_weighted(word_part, word_idf), _weighted(gram_part, gram_idf)],
            format="csr",
            dtype=np.float32,
        )
        idf = np.concatenate([word_idf, gram_idf])
        reached("weighing", 1)
        return cls((list(stems), list(pairs), list(grams)), idf, matrix, words)

    def extended(self, texts: Sequence[Sequence[str]]) -> Vectoriser:
        """Give a vectoriser with more rows, one for each text; how rare things are stays."""
        wider = copy(self)
        wider._gram_columns = {}
        stems, pairs, grams = wider._new = (
            self._new[0].copy(),
            self._new[1].copy(),
            self._new[2].copy(),
        )
        width = len(self.idf)
        for text in texts:
            for stem in text:
                if stem not in self._stems and stem not in stems:
                    if not stem.isalpha():
                        wider.numeric |= {width}
                    stems[stem], width = width, width + 1
                for gram in character_grams(stem):
                    if gram not in self._grams and gram not in grams:
                        grams[gram], width = width, width + 1
            for pair in pairwise(text):
                if pair not in self._pairs and pair not in pairs:
                    pairs[pair], width = width, width + 1
        rare = np.float32(np.log((1 + self.matrix.shape[0]) / 2) + 1)
        wider.idf = np.concatenate([self.idf, np.full(width - len(self.idf), rare)])
        rows = [wider.vector(text) for text in texts]
        before = self.added
        wider.added = sp.csr_array(
            (
                np.concatenate([before.data, *(row.weights for row in rows)]),
                np.concatenate([before.indices, *(row.columns for row in rows)]),
                np.concatenate(
                    [
                        before.indptr,
                        before.indptr[-1]
                        + np.cumsum([len(row.columns) for row in rows], dtype=int),
                    ]
                ),
            ),
            shape=(before.shape[0] + len(rows), width),
        )
        return wider

    def stems(self) -> sp.csr_array:
        """Give the stems of all rows, each in its column; of later rows the other parts as well."""
        if not self.added.shape[0]:
            return self.counts
        rows, _ = self.counts.shape
        counts = self.counts
        wide = sp.csr_array(
            (counts.data, counts.indices, counts.indptr), shape=(rows, self.added.shape[1])
        )
        both: sp.csr_array = sp.vstack([wide, self.added], format="csr")
        return both

    def stem(self, number: int) -> str:
        """Give the stem of a column."""
        stems = self.vocabulary[0]
        if number < len(stems):
            return stems[number]
        return next(stem for stem, column in self._new[0].items() if column == number)

    def stem_number(self, stem: str) -> int | None:
        """Give the column of a stem, None for one never seen."""
        return self._stems.get(stem, self._new[0].get(stem))

    def knows_pair(self, first: str, second: str) -> bool:
        """Tell whether two stems stand one after the other in some texts."""
        return (first, second) in self._pairs or (first, second) in self._new[1]

    def vector(self, stems: Sequence[str]) -> Vector:
        """Give the vector of a text; parts never seen are left out."""
        numbers = [self._stems.get(stem, self._new[0].get(stem, -1)) for stem in stems]
        numbers += [self._pairs.get(p, self._new[1].get(p, -1)) for p in pairwise(stems)]
        grams = [self._columns_of(stem) for stem in stems]
        word_columns, word_weights = _weigh(
            np.array([number for number in numbers if number >= 0], np.int32), self.idf
        )
        gram_columns, gram_weights = _weigh(
            np.concatenate(grams) if grams else np.empty(0, np.int32), self.idf
        )
        return Vector(
            np.concatenate([word_columns, gram_columns]),
            np.concatenate([word_weights, gram_weights]),
        )

    def _columns_of(self, stem: str) -> Ints:
        columns = self._gram_columns.get(stem)
        if columns is None:
            known, new = self._grams, self._new[2]
            numbers = [known.get(gram, new.get(gram, -1)) for gram in character_grams(stem)]
            columns = np.array([number for number in numbers if number >= 0], np.int32)
            if len(self._gram_columns) > 50_000:
                self._gram_columns.clear()
            self._gram_columns[stem] = columns
        return columns


def _numbered(items: Iterable[T], start: int = 0) -> dict[T, int]:
    return {item: number for number, item in enumerate(dict.fromkeys(items), start)}


def _frequent(rows: Iterable[Sequence[T]], minimum: int) -> dict[T, int]:
    seen: dict[T, int] = {}
    for row in rows:
        for item in dict.fromkeys(row):
            seen[item] = seen.get(item, 0) + 1
    return _numbered(item for item, count in seen.items() if count >= minimum)


def _counts(rows: Sequence[Sequence[int]], width: int) -> sp.csr_array:
    lengths = np.array([len(row) for row in rows], np.int64)
    columns = np.fromiter((c for row in rows for c in row), np.int32, int(lengths.sum()))
    pointers = np.concatenate([[0], np.cumsum(lengths)])
    matrix = sp.csr_array(
        (np.ones(len(columns), np.float32), columns, pointers), shape=(len(rows), width)
    )
    matrix.sum_duplicates()
    return matrix


def _idf(counts: sp.csr_array) -> Floats:
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    return (np.log((1 + counts.shape[0]) / (1 + frequency)) + 1).astype(np.float32)


# Words and characters share a text's length half and half.
_HALF = np.float32(np.sqrt(0.5))


def _weighted(counts: sp.csr_array, idf: Floats) -> sp.csr_array:
    data = (1 + np.log(counts.data)) * idf[counts.indices]
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    norms = np.sqrt(np.bincount(rows, weights=data * data, minlength=counts.shape[0]))
    data = data / np.maximum(norms, 1e-9)[rows] * _HALF
    return sp.csr_array((data.astype(np.float32), counts.indices, counts.indptr), counts.shape)


def _weigh(columns: Ints, idf: Floats) -> tuple[Ints, Floats]:
    unique, counts = np.unique(columns, return_counts=True)
    weights = (1 + np.log(counts)) * idf[unique]
    norm = float(np.sqrt((weights * weights).sum()))
    return unique, (weights / max(norm, 1e-9) * _HALF).astype(np.float32)
