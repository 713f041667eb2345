"""The index of a base: the stems it is asked with, how rare each is, and its phrasings as rows.

Built whole, never changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
import numpy.typing as npt

from knowledge.matching.spelling import rarity

Floats = npt.NDArray[np.floating]
Ints = npt.NDArray[np.integer]
Rows = npt.NDArray[np.intp]

# Lengths of the character sequences by which stems are compared.
SIZES = range(2, 6)
# The likeness (0-1) from which one stem speaks for another ("inspector" for "inspect").
ALIKE = 0.45
# Texts of everyday English, and the words of each, that count beside the entries of a base: in a
# base of a few rows they tell that "many" says less than "churches".
EVERYDAY, WORDS = 30, 200
# What a word says at least that stands in every text: with 1, as is usual, the small words of a
# story weigh more than what it asks about.
FLOOR = 0.3
# The part of its rareness that a stem says which nothing here is like: it may be a slip.
UNHEARD = 0.8
# Stems looked up before the memory of them is cleared.
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
        self._texts = 1 + entries + EVERYDAY
        everyday = EVERYDAY * (1 - np.exp(-WORDS * np.exp(-rareness)))
        self.idf = (np.log(self._texts / (1 + frequency + everyday)) + FLOOR).astype(np.float32)
        self._alike = _Alike(self.stems)
        self._near: dict[str, tuple[Ints, Floats]] = {}

    def __len__(self) -> int:
        return len(self.stems)

    def near(self, stem: str) -> tuple[Ints, Floats]:
        """Give the stems spelt like one and how much (0-1), itself first where it is known."""
        found = self._near.get(stem)
        if found is None:
            if len(self._near) > REMEMBERED:
                self._near.clear()
            found = self._near[stem] = self._alike.find(stem, self.numbers.get(stem))
        return found

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


class _Alike:
    """Finds stems by the character sequences they share."""

    def __init__(self, stems: Sequence[str]) -> None:
        grams: dict[str, int] = {}
        columns: list[int] = []
        counts: list[int] = []
        lengths = np.zeros(len(stems), np.int64)
        for place, stem in enumerate(stems):
            found = Counter(_grams(stem))
            lengths[place] = len(found)
            columns += [grams.setdefault(gram, len(grams)) for gram in found]
            counts += found.values()
        self._grams, self._size = grams, len(stems)
        column = np.array(columns, np.int32)
        frequency = np.bincount(column, minlength=len(grams))
        self._idf = (np.log((1 + len(stems)) / (1 + frequency)) + 1).astype(np.float32)
        self._rare = log(1 + len(stems)) + 1
        weights = np.sqrt(np.array(counts, np.float32)) * self._idf[column]
        owner = np.repeat(np.arange(len(stems), dtype=np.int32), lengths)
        norms = np.sqrt(np.bincount(owner, weights=weights * weights, minlength=len(stems)))
        weights = (weights / np.maximum(norms, 1e-9)[owner]).astype(np.float32)
        order = np.argsort(column, kind="stable")
        self._owner, self._weights = owner[order], weights[order]
        self._starts = np.concatenate([[0], np.cumsum(frequency)])

    def find(self, stem: str, own: int | None) -> tuple[Ints, Floats]:
        likeness = np.zeros(self._size, np.float32)
        total = 0.0
        for gram, count in Counter(_grams(stem)).items():
            column = self._grams.get(gram)
            weight = sqrt(count) * (self._rare if column is None else float(self._idf[column]))
            total += weight * weight
            if column is not None:
                cells = slice(self._starts[column], self._starts[column + 1])
                likeness[self._owner[cells]] += weight * self._weights[cells]
        likeness /= max(sqrt(total), 1e-9)
        if own is not None:
            likeness[own] = 2.0
        places = np.flatnonzero(likeness >= ALIKE).astype(np.int32)
        places = places[np.argsort(-likeness[places], kind="stable")]
        return places, np.minimum(likeness[places], 1)


def _grams(stem: str) -> Iterable[str]:
    padded = f" {stem} "
    return (
        padded[start : start + size] for size in SIZES for start in range(len(padded) - size + 1)
    )


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

    def ways(self) -> Rows:
        """Count the question of each entry and the phrasings that bring two new words or more.

        Rewordings in the same words tell nothing of how else people ask. Counted as if they did,
        they cost an entry 8 of 100 questions that its question alone finds.
        """
        row = np.repeat(np.arange(len(self.owner)), np.diff(self.words.starts))
        words = self.owner[row].astype(np.int64) * len(self.lexicon) + self.words.columns
        first = self.starts[self.owner[row]] == row
        new = np.bincount(row[~np.isin(words, words[first])], minlength=len(self.owner))
        return 1 + np.bincount(self.owner, new > 1, len(self.sizes)).astype(np.intp)

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
        cells = index.asked_with
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
