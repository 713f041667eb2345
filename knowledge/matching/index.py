"""The index of a base: the stems it is asked with, how rare each is, and its phrasings as rows.

Built whole, never changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Indel

from knowledge.matching.embeddings import Bytes, Floats, Ints, Rows
from knowledge.matching.spelling import USED, Spellings, rarities, rarity
from knowledge.matching.text import Tokens, sought, stem

# From what similarity (0-1) on one stem speaks for another ("inspector" for "inspect"), and the one
# at which it would say nothing of it.
SIMILAR, UNLIKE = 0.85, 0.6
# Texts of everyday English, and the words of each, that count beside the entries of a base: in a
# base of a few rows they tell that "many" says less than "churches".
EVERYDAY, WORDS = 30, 200
# What a word says at least that stands in every text: with 1, as is usual, the small words of a
# story weigh more than what it asks about.
FLOOR = 0.3
# The part of its rareness that a stem says which nothing here is like: it may be a slip.
UNHEARD = 0.8
# Stems whose like are kept in memory.
REMEMBERED = 20_000


class Lexicon:
    """Numbered stems; `rareness` is that of the commonest word of each in English.

    `idf` counts the entries that use one, however often each of them does: counted by phrasings, a
    word of one entry with a hundred phrasings would seem common.
    """

    def __init__(
        self, stems: tuple[str, ...], frequency: Ints, entries: int, rareness: Floats
    ) -> None:
        self.stems = stems
        self.numbers = {stem: number for number, stem in enumerate(self.stems)}
        self._texts = 1 + entries + EVERYDAY
        texts = 1 + frequency + _everyday(rareness)
        self.idf = (np.log(self._texts / texts) + FLOOR).astype(np.float32)
        self._spellings = Spellings(self.stems)
        # Looked up again and again while a message is taken apart, and from one to the next.
        self.near = lru_cache(maxsize=REMEMBERED)(self._near)

    def _near(self, stem: str) -> tuple[Ints, Floats]:
        """Give the stems spelt like one and how much (0-1), itself first where it is known."""
        near = process.extract(
            stem,
            self._spellings.like(stem, 1 - SIMILAR),
            scorer=Indel.normalized_similarity,
            score_cutoff=SIMILAR,
            limit=None,
        )
        places = np.array([self.numbers[like] for like, _, _ in near], np.int32)
        likeness = np.array([similarity for _, similarity, _ in near], np.float32)
        return places, (likeness - UNLIKE) / (1 - UNLIKE)

    def weight(self, stem: str) -> float:
        """Give how much a stem says, by its rareness or that of the stems like it."""
        number = self.numbers.get(stem)
        if number is not None:
            return float(self.idf[number])
        places, likeness = self.near(stem)
        if len(places):
            return float((self.idf[places] * likeness).max())
        texts = 1 + _everyday(np.array([rarity(stem)]))[0]
        return UNHEARD * log(self._texts / texts) + FLOOR


def _everyday(rareness: Floats) -> Floats:
    """Give how many everyday texts words so rare are likely to stand in."""
    return np.asarray(EVERYDAY * (1 - np.exp(-WORDS * np.exp(-rareness))))


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
    def of(cls, cells: Ints, weights: Floats, rows: int, width: int) -> Sparse:
        """Make a matrix of its cells, counted on from row to row."""
        owner, columns = (part.astype(np.int32) for part in np.divmod(cells, width))
        starts = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=rows))])
        weights = weights.astype(np.float32)
        # Short numbers are put in order several times as fast.
        order = np.argsort(columns.astype(np.min_scalar_type(width)), kind="stable")
        counts = np.bincount(columns, minlength=width)
        by_column = np.concatenate([[0], np.cumsum(counts)])
        return cls(starts, columns, weights, by_column, owner[order], weights[order])

    def times(self, columns: Ints, weights: Floats) -> Floats:
        """Multiply all rows by a vector that is zero but in `columns`."""
        bounds = zip(self.by_column[columns], self.by_column[columns + 1], strict=True)
        cells = [slice(start, end) for start, end in bounds]
        if not cells:
            return np.zeros(len(self.starts) - 1, np.float32)
        rows = np.concatenate([self.rows[some] for some in cells])
        found = [self.values[some] * weight for some, weight in zip(cells, weights, strict=True)]
        counted = np.bincount(rows, np.concatenate(found), len(self.starts) - 1)
        return counted.astype(np.float32)

    def column(self, number: int) -> Ints:
        """Give the rows that hold a column."""
        return self.rows[self.by_column[number] : self.by_column[number + 1]]

    def row(self, number: int) -> Ints:
        """Give the columns that a row holds."""
        return self.columns[self.starts[number] : self.starts[number + 1]]


@dataclass(frozen=True, slots=True)
class Index:
    """Phrasings as rows of `words` (stems, tf-idf, length 1) and of their `meanings`.

    `starts` tells where the rows of each entry begin, with the end behind them, `sizes` how many
    they are, `owner` whose each is; `held` has a row of stems for each entry, those of its answer
    too. `tokens` are those of all phrasings and then of the answers, whose meanings are `answers`.
    """

    lexicon: Lexicon
    words: Sparse
    starts: Rows
    sizes: Rows
    owner: Ints
    held: Sparse
    tokens: Tokens
    meanings: Bytes
    answers: Bytes

    @classmethod
    def build(cls, tokens: Tokens, sizes: Rows, meanings: Bytes) -> Index:
        """Build the index from all phrasings, so many of each entry, and then their answers."""
        stems, rareness, numbers = _stems(tokens)
        entries, rows, width = len(sizes), len(tokens) - len(sizes), max(len(stems), 1)
        owner = np.repeat(np.arange(entries, dtype=np.int32), sizes)
        text = np.repeat(np.arange(len(tokens)), np.diff(tokens.starts))
        entry = np.concatenate([owner, np.arange(entries)])[text]
        held, _ = _counted(entry * width + numbers)
        lexicon = Lexicon(stems, np.bincount(held % width, minlength=width), entries, rareness)
        end = tokens.starts[rows]
        cells, counts = _counted(text[:end] * width + numbers[:end])
        weights = (1 + np.log(counts)) * lexicon.idf[cells % width]
        norms = np.sqrt(np.bincount(cells // width, weights * weights, rows))
        return cls(
            lexicon,
            Sparse.of(cells, weights / np.maximum(norms, 1e-9)[cells // width], rows, width),
            np.concatenate([[0], np.cumsum(sizes)]),
            sizes,
            owner,
            Sparse.of(held, np.ones(len(held)), entries, width),
            tokens,
            meanings[:rows],
            meanings[rows:],
        )

    def said(self, entry: int) -> tuple[str, ...]:
        """Give the words of an entry's answer."""
        return self.tokens.row(len(self.owner) + entry)

    def ways(self) -> Rows:
        """Count the question of each entry and the phrasings that bring two new words or more.

        Rewordings in the same words tell nothing of how else people ask. Counted as if they did,
        they cost an entry 8 of 100 questions that its question alone finds.
        """
        row = np.repeat(np.arange(len(self.owner)), np.diff(self.words.starts))
        words = self.owner[row].astype(np.int64) * len(self.lexicon.stems) + self.words.columns
        first = self.starts[self.owner[row]] == row
        new = np.bincount(row[sought(words, words[first]) < 0], minlength=len(self.owner))
        return 1 + np.bincount(self.owner, new > 1, len(self.sizes)).astype(np.intp)

    def phrased(self, tokens: Sequence[str]) -> int | None:
        """Give the row of this very phrasing, None where there is none."""
        places = [self.lexicon.numbers.get(stem(token), -1) for token in tokens]
        if not places or min(places) < 0:
            return None
        rows = min(map(self.words.column, places), key=len)
        alike = rows[self.tokens.starts[rows + 1] - self.tokens.starts[rows] == len(tokens)]
        found = [row for row in alike.tolist() if self.tokens.row(row) == tuple(tokens)]
        # An entry's own question before another's way of asking.
        return min(found, key=lambda row: row not in self.starts, default=None)

    def spoken(self, tokens: Iterable[str]) -> list[float]:
        """Give the share of each entry's phrasings that have any of some words."""
        has = np.zeros(len(self.owner), bool)
        for token in tokens:
            if (number := self.lexicon.numbers.get(stem(token))) is not None:
                has[self.words.column(number)] = True
        counts = np.bincount(self.owner[has], minlength=len(self.sizes))
        shares: list[float] = (counts / self.sizes).tolist()
        return shares

    def counts(self) -> dict[str, int]:
        """Give how often each word is asked with; those of answers alone count nothing."""
        asked = self.tokens.numbers[: self.tokens.starts[len(self.owner)]]
        counts = np.bincount(asked, minlength=len(self.tokens.table)).tolist()
        found = dict(zip(self.tokens.table, counts, strict=True))
        # A word of an entry's own question is no rare one: a "majic bulet" is meant.
        own, least = map(self.tokens.row, self.starts[:-1].tolist()), round(len(asked) * USED) + 1
        return found | {word: max(found[word], least) for one in own for word in one}


def _stems(tokens: Tokens) -> tuple[tuple[str, ...], Floats, Ints]:
    """Give the stems of all words, how rare each is, and the number of that of each word."""
    numbers: dict[str, int] = {}
    of_word = np.array(
        [numbers.setdefault(stem(word), len(numbers)) for word in tokens.table], np.int32
    )
    rareness = np.full(len(numbers), np.inf)
    np.minimum.at(rareness, of_word, rarities(tokens.table))
    return tuple(numbers), rareness, of_word[tokens.numbers]


def _counted(numbers: Ints) -> tuple[Ints, Ints]:
    """Give the different numbers, in their order, and how often each stands there.

    Numpy's own loads what it needs for masked arrays, for as long as this takes.
    """
    numbers = np.sort(numbers)
    first = np.flatnonzero(np.diff(numbers, prepend=-1))
    return numbers[first], np.diff(first, append=len(numbers))


# A word marks a report when so many of its entries are asked with it ...
COMMON = 0.15
# ... and so many times as often as another's. A report with few entries proves little by what it
# does not say: two more entries with the word are taken for granted.
TIMES = 10


def report_words(reports: Rows, index: Index) -> dict[str, int]:
    """Give the stems that tell reports apart: "schools" by itself names a report about schools.

    `reports` has the number of each entry's report; so has what is given, by stem.
    """
    sizes, width = np.bincount(reports)[:, None], len(index.lexicon.stems)
    if len(sizes) < 2:
        return {}
    owner = np.repeat(reports, np.diff(index.held.starts))
    counts = np.bincount(owner * width + index.held.columns, minlength=len(sizes) * width)
    shares = counts.reshape(len(sizes), width) / sizes
    likest, most, others = shares.argmax(axis=0), shares.max(axis=0), shares + 2 / sizes
    others[likest, np.arange(width)] = 0
    marks = np.flatnonzero((most >= COMMON) & (most >= TIMES * others.max(axis=0)))
    return {index.lexicon.stems[mark]: int(likest[mark]) for mark in marks.tolist()}
