"""The index of a base: the stems it is asked with, how rare each is, and its phrasings as rows.

Built whole, never changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, log

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import Indel

from knowledge.matching.embeddings import SCALE, Bytes, Floats, Ints, Rows
from knowledge.matching.readings import Tokens, sought
from knowledge.matching.spelling import Spellings, rarity
from knowledge.matching.text import stem

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

    `idf` counts the entries that use one, however often each of them does.

    Counted by phrasings, a word of one entry with a hundred phrasings would seem common.
    """

    def __init__(
        self,
        stems: Sequence[str],
        frequency: npt.NDArray[np.integer],
        entries: int,
        rareness: Floats,
    ) -> None:
        self.stems = tuple(stems)
        self.numbers = {stem: number for number, stem in enumerate(self.stems)}
        self.is_figure = np.array([not stem.isalpha() for stem in self.stems], bool)
        self._texts = 1 + entries + EVERYDAY
        everyday = EVERYDAY * (1 - np.exp(-WORDS * np.exp(-rareness)))
        self.idf = (np.log(self._texts / (1 + frequency + everyday)) + FLOOR).astype(np.float32)
        self._spellings = Spellings(self.stems)
        # Looked up again and again while a message is taken apart, and from one to the next.
        self.near = lru_cache(maxsize=REMEMBERED)(self._near)

    def __len__(self) -> int:
        return len(self.stems)

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
        return UNHEARD * log(self._texts / (1 + _everyday(stem))) + FLOOR


def _everyday(stem: str) -> float:
    """Give how many everyday texts a stem is likely to stand in."""
    return EVERYDAY * (1 - exp(-WORDS * exp(-rarity(stem))))


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
    """Phrasings as rows of `words` (stems, tf-idf, length 1), their meanings and what they ask.

    `starts` tells where the rows of each entry begin, with the end behind them, `sizes` how many
    they are; `held` has a row of stems for each entry, those of its answer too. `tokens` and
    `meanings` are those of all texts, of each entry its phrasings and then its answer, as `asked`
    and `replied` tell.
    """

    lexicon: Lexicon
    words: Sparse
    starts: Rows
    sizes: Rows
    owner: Ints
    held: Sparse
    tokens: Tokens
    asked: Rows
    replied: Rows
    meanings: Bytes

    @classmethod
    def build(cls, tokens: Tokens, sizes: Rows, meanings: Bytes) -> Index:
        """Build the index of entries from the texts of each: `sizes` phrasings, then its answer."""
        stems, rareness, numbers = tokens.stems()
        replied = np.cumsum(sizes + 1) - 1
        is_answer = np.zeros(len(tokens), bool)
        is_answer[replied] = True
        asked = np.flatnonzero(~is_answer)
        entry = np.repeat(np.arange(len(sizes)), sizes + 1)
        text = np.repeat(np.arange(len(tokens)), np.diff(tokens.starts))
        width = len(stems)
        answers = is_answer[text]
        row = (np.cumsum(~is_answer) - 1)[text[~answers]]
        used, _ = _counted(entry[text] * width + numbers)
        owner, held = np.divmod(used, max(width, 1))
        frequency = np.bincount(held, minlength=width)
        lexicon = Lexicon(stems, frequency, len(sizes), rareness)
        return cls(
            lexicon,
            _tfidf(row, numbers[~answers], len(asked), lexicon.idf),
            np.concatenate([[0], np.cumsum(sizes)]),
            sizes,
            np.repeat(np.arange(len(sizes), dtype=np.int32), sizes),
            Sparse.weighted(
                np.bincount(owner, minlength=len(sizes)),
                held.astype(np.int32),
                np.ones(len(held), np.float32),
                width,
            ),
            tokens,
            asked,
            replied,
            meanings,
        )

    def meant(self, entries: Rows) -> Floats:
        """Give the meanings of the phrasings of some entries, as floats of SCALE."""
        first, sizes = self.asked[self.starts[entries]], self.sizes[entries]
        bounds = zip(first.tolist(), (first + sizes).tolist(), strict=True)
        some = [self.meanings[start:end] for start, end in bounds]
        return np.concatenate([self.meanings[:0], *some], dtype=np.float32)

    def meaning(self, row: int) -> Floats:
        """Give what a phrasing means."""
        return np.asarray(self.meanings[self.asked[row]] / np.float32(SCALE))

    def ways(self) -> Rows:
        """Count the question of each entry and the phrasings that bring two new words or more.

        Rewordings in the same words tell nothing of how else people ask. Counted as if they did,
        they cost an entry 8 of 100 questions that its question alone finds.
        """
        row = np.repeat(np.arange(len(self.owner)), np.diff(self.words.starts))
        words = self.owner[row].astype(np.int64) * len(self.lexicon) + self.words.columns
        first = self.starts[self.owner[row]] == row
        new = np.bincount(row[sought(words, words[first]) < 0], minlength=len(self.owner))
        return 1 + np.bincount(self.owner, new > 1, len(self.sizes)).astype(np.intp)

    def phrased(self, tokens: Sequence[str]) -> int | None:
        """Give the row of this very phrasing, None where there is none."""
        places = [self.lexicon.numbers.get(stem(token), -1) for token in tokens]
        if not places or min(places) < 0:
            return None
        rows = min(map(self.words.column, places), key=len)
        texts = self.asked[rows]
        alike = self.tokens.starts[texts + 1] - self.tokens.starts[texts] == len(tokens)
        pairs = zip(rows[alike].tolist(), texts[alike].tolist(), strict=True)
        found = [row for row, text in pairs if self.tokens.row(text) == tuple(tokens)]
        # An entry's own question before another's way of asking.
        found.sort(key=lambda row: row not in self.starts)
        return found[0] if found else None

    def spoken(self, tokens: Iterable[str]) -> list[float]:
        """Give the share of each entry's phrasings that have any of some words."""
        has = np.zeros(len(self.owner), bool)
        for token in tokens:
            if (number := self.lexicon.numbers.get(stem(token))) is not None:
                has[self.words.column(number)] = True
        counts = np.bincount(self.owner[has], minlength=len(self.sizes))
        shares: list[float] = (counts / self.sizes).tolist()
        return shares

    def asked_with(self, word: str) -> list[int]:
        """Give the entries that have a word in a phrasing."""
        number = self.lexicon.numbers.get(stem(word))
        return [] if number is None else np.unique(self.owner[self.words.column(number)]).tolist()

    def figures(self, entry: int) -> list[str]:
        """Give the words with a digit in an entry's phrasings and in its answer."""
        held = self.held.row(entry)
        places = held[self.lexicon.is_figure[held]].tolist()
        return [self.lexicon.stems[place] for place in places]

    def counts(self) -> dict[str, int]:
        """Give how often each word is asked with; those of answers alone count nothing."""
        texts = np.zeros(len(self.tokens), bool)
        texts[self.asked] = True
        asked = np.repeat(texts, np.diff(self.tokens.starts))
        counts = np.bincount(self.tokens.numbers, asked, len(self.tokens.table))
        return dict(zip(self.tokens.table, counts.astype(int).tolist(), strict=True))

    def best(self, scores: Floats) -> Floats:
        """Give the highest score of each entry's phrasings."""
        return np.maximum.reduceat(scores, self.starts[:-1]) if len(scores) else scores


def _counted(numbers: Ints) -> tuple[Ints, Ints]:
    """Give the different numbers, in their order, and how often each stands there.

    Numpy's own loads what it needs for masked arrays, for as long as this takes.
    """
    numbers = np.sort(numbers)
    first = np.flatnonzero(np.diff(numbers, prepend=-1))
    return numbers[first], np.diff(first, append=len(numbers))


def _tfidf(owner: Ints, columns: Ints, rows: int, idf: Floats) -> Sparse:
    width = max(len(idf), 1)
    cells, counts = _counted(owner * width + columns)
    owner, columns = np.divmod(cells, width)
    weights = (1 + np.log(counts)) * idf[columns]
    norms = np.sqrt(np.bincount(owner, weights * weights, rows))
    weights = (weights / np.maximum(norms, 1e-9)[owner]).astype(np.float32)
    lengths = np.bincount(owner, minlength=rows)
    return Sparse.weighted(lengths, columns.astype(np.int32), weights, len(idf))


# A word marks a report when so many of its entries are asked with it ...
COMMON = 0.15
# ... and so many times as often as another's. A report with few entries proves little by what it
# does not say: two more entries with the word are taken for granted.
TIMES = 10


class ReportWords:
    """Tells reports apart by words: "schools" by itself names a report about schools."""

    def __init__(self, reports: Sequence[str], index: Index) -> None:
        names = sorted(set(reports))
        self._report = np.array([names.index(report) for report in reports], np.int32)
        self._marks: list[frozenset[str]] = []
        if len(names) < 2:
            return
        width, stems = len(index.lexicon), index.lexicon.stems
        cells = index.held
        owner = np.repeat(self._report, np.diff(cells.starts))
        counts = np.bincount(owner * width + cells.columns, minlength=len(names) * width)
        sizes = np.bincount(self._report, minlength=len(names))[:, None]
        shares = counts.reshape(len(names), width) / sizes
        for place in range(len(names)):
            others = np.delete(shares + 2 / sizes, place, axis=0).max(axis=0)
            marks = np.flatnonzero((shares[place] >= COMMON) & (shares[place] >= TIMES * others))
            self._marks.append(frozenset(stems[number] for number in marks.tolist()))

    def elsewhere(self, stems: Sequence[str], entries: Rows) -> npt.NDArray[np.bool_]:
        """Tell which entries are not of the one report that a question's stems name."""
        named = [place for place, marks in enumerate(self._marks) if marks & set(stems)]
        if len(named) != 1:
            return np.zeros(len(entries), bool)
        return np.asarray(self._report[entries] != named[0])
