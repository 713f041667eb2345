"""Texts as numbered words with the terms of a base put in, and as numbered stems.

All at once in arrays: one text after the other would take as long as everything else in a build.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.matching.index import Rows, spans
from knowledge.matching.lexicon import Floats, Ints
from knowledge.matching.readings import Readings
from knowledge.matching.spelling import rarity
from knowledge.matching.text import Vocabulary, stem

# Odd, so that its powers stay apart in 64 bits.
_BASE = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Spoken:
    """Rows of words: `numbers` into `table`, one row after another, as `starts` tells."""

    table: tuple[str, ...]
    starts: Rows
    numbers: Ints

    @classmethod
    def of(cls, readings: Readings, rows: Rows, vocabulary: Vocabulary) -> Spoken:
        """Put the terms of a vocabulary into some rows of readings."""
        table = {word: number for number, word in enumerate(readings.table)}
        lengths = np.diff(readings.starts)[rows]
        numbers = readings.numbers[spans(readings.starts[rows], lengths)]
        owner = np.repeat(np.arange(len(rows)), lengths)
        # Terms of one word in all rows at once ...
        single = [
            [number]
            if (means := vocabulary.means(word)) is None
            else [table.setdefault(one, len(table)) for one in means]
            for word, number in list(table.items())
        ]
        sizes = np.array([len(one) for one in single], np.intp)
        flat = np.fromiter((n for one in single for n in one), np.int32, int(sizes.sum()))
        begins = np.cumsum(sizes) - sizes
        taken = sizes[numbers]
        put = flat[spans(begins[numbers], taken)]
        ends = np.cumsum(np.bincount(owner, taken, len(rows)).astype(np.intp))
        starts = np.concatenate([[0], ends])
        # ... and row by row where a longer one may begin.
        words, width = readings.table, len(readings.table)
        begun = [
            table[first] * width + table[second]
            for first, second in vocabulary.openings
            if max(table.get(first, width), table.get(second, width)) < width
        ]
        pairs = numbers[:-1].astype(np.int64) * width + numbers[1:]
        longer = np.isin(pairs, np.array(begun, np.int64)) & (owner[:-1] == owner[1:])
        held = np.concatenate([[0], np.cumsum(lengths)])
        again = {
            row: [
                table.setdefault(word, len(table))
                for word in vocabulary.apply(
                    [words[number] for number in numbers[held[row] : held[row + 1]].tolist()]
                )
            ]
            for row in np.unique(owner[:-1][longer]).tolist()
        }
        return cls(tuple(table), *_replaced(starts, put, again))

    def row(self, row: int) -> tuple[str, ...]:
        """Give the words of a row."""
        numbers = self.numbers[self.starts[row] : self.starts[row + 1]]
        return tuple(self.table[number] for number in numbers.tolist())

    def stems(self) -> tuple[tuple[str, ...], Floats, Ints]:
        """Give the stems of all words, how rare each is, and the number of that of each word."""
        numbers: dict[str, int] = {}
        of_word = np.array(
            [numbers.setdefault(stem(word), len(numbers)) for word in self.table], np.int32
        )
        rareness = np.full(len(numbers), np.inf)
        np.minimum.at(rareness, of_word, [rarity(word) for word in self.table])
        return tuple(numbers), rareness, of_word[self.numbers]


class Phrasings:
    """The phrasings of entries, each entry's followed by its answer; found by their words."""

    def __init__(self, spoken: Spoken, sizes: Rows) -> None:
        self._spoken, self._sizes = spoken, sizes
        self._first = np.cumsum(sizes + 1) - sizes - 1
        self._words = {word: number for number, word in enumerate(spoken.table)}
        self._answers = np.zeros(len(spoken.starts) - 1, bool)
        self._answers[self._first + sizes] = True
        self._figures = np.array([not word.isalpha() for word in spoken.table], bool)
        keys = _keys(spoken)
        keys[self._answers] = 0
        # Sorted, so that each is found at once; of two the first stays first.
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]

    def owner(self, tokens: Sequence[str]) -> int | None:
        """Give the number of the entry that has this very phrasing, None where there is none."""
        numbers = [self._words.get(token, -1) for token in tokens]
        if not numbers or min(numbers) < 0:
            return None
        key = np.uint64(_key(numbers))
        place = int(np.searchsorted(self._keys, key))
        if place == len(self._keys) or self._keys[place] != key:
            return None
        row = int(self._order[place])
        return int(np.searchsorted(self._first, row, side="right")) - 1

    def of(self, entry: int) -> list[tuple[str, ...]]:
        """Give the phrasings of an entry."""
        first = int(self._first[entry])
        return [self._spoken.row(row) for row in range(first, first + int(self._sizes[entry]))]

    def question(self, entry: int) -> tuple[str, ...]:
        """Give the first phrasing of an entry."""
        return self._spoken.row(int(self._first[entry]))

    def answer(self, entry: int) -> tuple[str, ...]:
        """Give what an entry says."""
        return self._spoken.row(int(self._first[entry] + self._sizes[entry]))

    def figures(self, entry: int) -> list[str]:
        """Give the words with a digit in an entry's phrasings."""
        starts, first = self._spoken.starts, int(self._first[entry])
        used = self._spoken.numbers[starts[first] : starts[first + self._sizes[entry]]]
        return [self._spoken.table[number] for number in set(used[self._figures[used]].tolist())]

    def counts(self) -> dict[str, int]:
        """Give how often each word is asked with; those of answers alone count nothing."""
        asked = np.repeat(~self._answers, np.diff(self._spoken.starts))
        counts = np.bincount(self._spoken.numbers, weights=asked, minlength=len(self._spoken.table))
        used = np.bincount(self._spoken.numbers, minlength=len(self._spoken.table)) > 0
        pairs = zip(self._spoken.table, counts.astype(int).tolist(), used.tolist(), strict=True)
        return {word: count for word, count, is_used in pairs if is_used}


def _keys(spoken: Spoken) -> npt.NDArray[np.uint64]:
    """Give a number of 64 bits for each row, the same for the same words."""
    starts, numbers = spoken.starts, spoken.numbers
    place = np.arange(len(numbers)) - np.repeat(starts[:-1], np.diff(starts))
    powers = np.multiply.accumulate(np.full(int(place.max(initial=0)) + 1, _BASE, np.uint64))
    cells = (numbers.astype(np.uint64) + np.uint64(1)) * powers[place]
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(cells, dtype=np.uint64)])
    return np.asarray(sums[starts[1:]] - sums[starts[:-1]], np.uint64)


def _key(numbers: Sequence[int]) -> int:
    key, power = 0, 1
    for number in numbers:
        power = power * int(_BASE) % (1 << 64)
        key = (key + (number + 1) * power) % (1 << 64)
    return key


def _replaced(starts: Rows, numbers: Ints, rows: dict[int, list[int]]) -> tuple[Rows, Ints]:
    if not rows:
        return starts, numbers
    lengths = np.diff(starts)
    changed = np.array(list(rows), np.intp)
    kept = np.ones(len(lengths), bool)
    kept[changed] = False
    sizes = lengths.copy()
    sizes[changed] = [len(row) for row in rows.values()]
    ends = np.concatenate([[0], np.cumsum(sizes)])
    made = np.empty(int(ends[-1]), np.int32)
    made[spans(ends[:-1][kept], sizes[kept])] = numbers[spans(starts[:-1][kept], lengths[kept])]
    made[spans(ends[:-1][changed], sizes[changed])] = [n for row in rows.values() for n in row]
    return ends, made
