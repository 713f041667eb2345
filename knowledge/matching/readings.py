"""What a text is: its words and its meaning, worked out once and kept by the text.

A build gathers rows and works out only the new ones, so that an edit costs what it changes; the
terms of a base are put into the words afterwards, in arrays, since one text after the other would
take as long as everything else in a build.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.matching import embeddings
from knowledge.matching.embeddings import KEPT, digests, meanings_shipped
from knowledge.matching.index import Floats, Ints, Rows, spans
from knowledge.matching.question import asks
from knowledge.matching.spelling import rarity
from knowledge.matching.text import Vocabulary, stem, words

Bytes = npt.NDArray[np.int8]
# Fewer texts are read sooner than what was shipped is looked through.
FEW = 50


@dataclass(frozen=True, slots=True)
class Readings:
    """Texts by their `digests` (sorted): numbers of words in `table`, and meanings.

    `starts` and `numbers` hold the words of one text after another; `kinds` tells what each asks
    for (of KINDS), `meanings` what it means: a row of length 127, one byte a component.
    """

    table: tuple[str, ...]
    digests: npt.NDArray[np.uint64]
    starts: Rows
    numbers: Ints
    kinds: Bytes
    meanings: Bytes

    @classmethod
    def none(cls) -> Readings:
        """Give the readings of no texts."""
        return cls(
            (),
            np.empty(0, np.uint64),
            np.zeros(1, np.intp),
            np.empty(0, np.int32),
            np.empty(0, np.int8),
            np.empty((0, KEPT), np.int8),
        )

    @classmethod
    def of(cls, texts: Sequence[str], before: Readings) -> tuple[Readings, Rows]:
        """Read texts, those read `before` at once; gives the row of each text as well."""
        keys, first, place = np.unique(digests(texts), return_index=True, return_inverse=True)
        found = np.searchsorted(before.digests, keys)
        found = np.minimum(found, max(len(before.digests) - 1, 0))
        known = before.digests[found] == keys if len(before.digests) else np.zeros(len(keys), bool)
        table = {word: number for number, word in enumerate(before.table)}
        new = np.flatnonzero(~known)
        spoken = [words(texts[first[row]]) for row in new.tolist()]
        lengths = np.zeros(len(keys), np.intp)
        lengths[known] = np.diff(before.starts)[found[known]]
        lengths[new] = [len(row) for row in spoken]
        starts = np.concatenate([[0], np.cumsum(lengths)])
        numbers = np.empty(int(starts[-1]), np.int32)
        old = before.starts[found[known]]
        numbers[spans(starts[:-1][known], lengths[known])] = before.numbers[
            spans(old, lengths[known])
        ]
        numbers[spans(starts[:-1][new], lengths[new])] = [
            table.setdefault(word, len(table)) for row in spoken for word in row
        ]
        kinds = np.zeros(len(keys), np.int8)
        kinds[known], kinds[new] = before.kinds[found[known]], [asks(row) for row in spoken]
        meanings = np.zeros((len(keys), KEPT), np.int8)
        meanings[known] = before.meanings[found[known]]
        meanings[new] = _meanings(keys[new], [" ".join(row) for row in spoken])
        return cls(tuple(table), keys, starts, numbers, kinds, meanings), place

    def kept(self) -> bytes:
        """Give what the next start can use: the words of all, meanings of those not shipped."""
        own = ~np.isin(self.digests, meanings_shipped().digests)
        file = io.BytesIO()
        np.savez(
            file,
            table=np.frombuffer("\n".join(self.table).encode(), np.uint8),
            digests=self.digests,
            lengths=np.diff(self.starts).astype(np.uint16),
            numbers=self.numbers.astype(np.uint16 if len(self.table) < 1 << 16 else np.uint32),
            kinds=self.kinds,
            own=np.flatnonzero(own),
            meanings=self.meanings[own],
        )
        return file.getvalue()

    @classmethod
    def read(cls, kept: bytes) -> Readings:
        """Read what was kept; of anything else, none."""
        try:
            with np.load(io.BytesIO(kept), allow_pickle=False) as file:
                table = file["table"].tobytes().decode().split("\n")
                keys, own = file["digests"], file["own"]
                meanings = np.zeros((len(keys), KEPT), np.int8)
                meanings[own] = file["meanings"]
                there, rows = meanings_shipped().find(keys)
                meanings[there] = rows
                missing = ~there
                missing[own] = False
                starts = np.concatenate([[0], np.cumsum(file["lengths"], dtype=np.intp)])
                numbers = file["numbers"].astype(np.int32)
                made = cls(tuple(table), keys, starts, numbers, file["kinds"], meanings)
                return cls.none() if missing.any() else made
        except (ValueError, KeyError, OSError, EOFError):
            return cls.none()


def _meanings(keys: npt.NDArray[np.uint64], texts: Sequence[str]) -> Bytes:
    found = np.zeros((len(keys), KEPT), np.int8)
    known = np.zeros(len(keys), bool)
    if len(keys) > FEW:
        known, rows = meanings_shipped().find(keys)
        found[known] = rows
    new = np.flatnonzero(~known)
    if len(new):
        found[new] = embeddings.in_bytes(embeddings.meanings([texts[row] for row in new.tolist()]))
    return found


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
        self.asked = np.ones(len(spoken.starts) - 1, bool)
        self.asked[self._first + sizes] = False
        lengths = np.where(self.asked, np.diff(spoken.starts), 0)
        self._of_length = {n: np.flatnonzero(lengths == n) for n in set(lengths.tolist()) - {0}}
        self._figures = np.array([not word.isalpha() for word in spoken.table], bool)

    def owner(self, tokens: Sequence[str]) -> int | None:
        """Give the number of the entry that has this very phrasing, None where there is none."""
        rows = self._of_length.get(len(tokens), np.empty(0, np.intp))
        for place, token in enumerate(tokens):
            number = self._words.get(token, -1)
            rows = rows[self._spoken.numbers[self._spoken.starts[rows] + place] == number]
        return int(np.searchsorted(self._first, rows[0], side="right")) - 1 if len(rows) else None

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
        asked = np.repeat(self.asked, np.diff(self._spoken.starts))
        counts = np.bincount(self._spoken.numbers, weights=asked, minlength=len(self._spoken.table))
        used = np.bincount(self._spoken.numbers, minlength=len(self._spoken.table)) > 0
        pairs = zip(self._spoken.table, counts.astype(int).tolist(), used.tolist(), strict=True)
        return {word: count for word, count, is_used in pairs if is_used}


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
