"""What a text is: its words and its meaning, worked out once and kept by the text.

A build gathers rows and works out only the new ones, so that an edit costs what it changes.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from knowledge.matching import embeddings
from knowledge.matching.embeddings import Bytes, Floats, Ints, Rows
from knowledge.matching.question import asks
from knowledge.matching.spelling import rarities
from knowledge.matching.text import Vocabulary, digests, stem, words

Keys = npt.NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Rows of words: `numbers` into `table`, one row after another, as `starts` tells."""

    table: tuple[str, ...]
    starts: Rows
    numbers: Ints

    @classmethod
    def of(cls, rows: Iterable[Sequence[str]]) -> Tokens:
        """Hold some rows of words."""
        table: dict[str, int] = {}
        rows = list(rows)
        numbers = [table.setdefault(word, len(table)) for word in chain.from_iterable(rows)]
        starts = np.cumsum([0, *map(len, rows)], dtype=np.intp)
        return cls(tuple(table), starts, np.array(numbers, np.int32))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def row(self, row: int) -> tuple[str, ...]:
        """Give the words of a row."""
        numbers = self.numbers[self.starts[row] : self.starts[row + 1]]
        return tuple(map(self.table.__getitem__, numbers.tolist()))

    def joined(self, other: Tokens) -> Tokens:
        """Give these rows and then those of another."""
        table = {word: number for number, word in enumerate(self.table)}
        places = np.array([table.setdefault(word, len(table)) for word in other.table], np.int32)
        return Tokens(
            tuple(table),
            np.concatenate([self.starts, other.starts[1:] + self.starts[-1]]),
            np.concatenate([self.numbers, places[other.numbers]]),
        )

    def picked(self, rows: Rows) -> Tokens:
        """Give some of the rows, in that order, and no words but theirs."""
        lengths = np.diff(self.starts)[rows]
        numbers = self.numbers[spans(self.starts[rows], lengths)]
        used = np.zeros(len(self.table), bool)
        used[numbers] = True
        places = np.cumsum(used, dtype=np.int32) - 1
        table = tuple(self.table[number] for number in np.flatnonzero(used).tolist())
        return Tokens(table, np.concatenate([[0], np.cumsum(lengths)]), places[numbers])

    def spoken(self, vocabulary: Vocabulary) -> Tokens:
        """Give the rows with the terms of a base put in."""
        # Few rows are looked at: those with a term of one word, or the first two of a longer one.
        alone, first, second = np.zeros((3, len(self.table)), bool)
        table = {word: number for number, word in enumerate(self.table)}
        for said in vocabulary.replacements:
            head = [table.get(word, -1) for word in said[:2]]
            if min(head) >= 0:
                (first if said[1:] else alone)[head[0]] = True
                second[head[1:]] = True
        begins = alone[self.numbers]
        begins[:-1] |= first[self.numbers[:-1]] & second[self.numbers[1:]]
        owner = np.repeat(np.arange(len(self)), np.diff(self.starts))
        rows = np.flatnonzero(np.bincount(owner[begins], minlength=len(self)))
        put = Tokens.of(vocabulary.apply(self.row(row)) for row in rows.tolist())
        order = np.arange(len(self))
        order[rows] = len(self) + np.arange(len(rows))
        return self.joined(put).picked(order)

    def stems(self) -> tuple[tuple[str, ...], Floats, Ints]:
        """Give the stems of all words, how rare each is, and the number of that of each word."""
        numbers: dict[str, int] = {}
        of_word = np.array(
            [numbers.setdefault(stem(word), len(numbers)) for word in self.table], np.int32
        )
        rareness = np.full(len(numbers), np.inf)
        np.minimum.at(rareness, of_word, rarities(self.table))
        return tuple(numbers), rareness, of_word[self.numbers]


def sought(wanted: Keys, held: Keys) -> Rows:
    """Give where each number is among those held, -1 for one that is not."""
    if not len(held):
        return np.full(len(wanted), -1)
    order = np.argsort(held)
    places = order[np.minimum(np.searchsorted(held, wanted, sorter=order), len(held) - 1)]
    return np.where(held[places] == wanted, places, -1)


def spans(starts: Rows, lengths: Rows) -> Rows:
    """Count on from each start, as far as its length, in one array."""
    ends = np.cumsum(lengths)
    if not len(ends):
        return np.empty(0, np.intp)
    return np.repeat(starts - ends + lengths, lengths) + np.arange(ends[-1])


@dataclass(frozen=True, slots=True)
class Readings:
    """Texts by their `digests`: words, what each asks for (of KINDS), what it means.

    A meaning is a row of length 127, one byte a component.
    """

    digests: Keys
    tokens: Tokens
    kinds: Bytes
    meanings: Bytes

    @classmethod
    def shipped(cls) -> Readings:
        """Give the readings of the shipped reports' texts."""
        with embeddings.arrays() as held:
            return cls._read(held)

    @classmethod
    def read(cls, kept: bytes) -> Readings:
        """Give the shipped readings and those that were kept beside them, if that can be read."""
        shipped = cls.shipped()
        try:
            with np.load(io.BytesIO(kept), allow_pickle=False) as held:
                return shipped.joined(cls._read(held))
        except (ValueError, KeyError, OSError, EOFError, BadZipFile, zlib.error):
            return shipped

    @classmethod
    def fresh(cls, texts: Sequence[str]) -> Readings:
        """Read texts that nobody has read before."""
        spoken = [words(text) for text in texts]
        meant = embeddings.meanings([" ".join(row) for row in spoken])
        kinds = np.array([asks(row) for row in spoken], np.int8)
        return cls(digests(texts), Tokens.of(spoken), kinds, embeddings.in_bytes(meant))

    def of(self, texts: Sequence[str]) -> Readings:
        """Give the readings of texts, in that order; new ones are read now."""
        keys = digests(texts)
        places = sought(keys, self.digests)
        if new := dict.fromkeys(texts[at] for at in np.flatnonzero(places < 0).tolist()):
            return self.joined(Readings.fresh(list(new))).of(texts)
        return self.picked(places)

    def kept(self) -> bytes:
        """Give what the next start can use: the readings of texts that were not shipped."""
        own = np.flatnonzero(sought(self.digests, Readings.shipped().digests) < 0)
        file = io.BytesIO()
        np.savez_compressed(file, allow_pickle=False, **self.picked(own).arrays())
        return file.getvalue()

    def joined(self, other: Readings) -> Readings:
        """Give these readings and those of other texts."""
        return Readings(
            np.concatenate([self.digests, other.digests]),
            self.tokens.joined(other.tokens),
            np.concatenate([self.kinds, other.kinds]),
            np.concatenate([self.meanings, other.meanings]),
        )

    def picked(self, rows: Rows) -> Readings:
        """Give the readings of some rows, in that order."""
        return Readings(
            self.digests[rows], self.tokens.picked(rows), self.kinds[rows], self.meanings[rows]
        )

    def arrays(self) -> dict[str, Any]:
        """Give all there is as arrays, by name."""
        return {
            "encoder": embeddings.signature(),
            "digests": self.digests,
            "table": np.frombuffer("\n".join(self.tokens.table).encode(), np.uint8),
            "lengths": np.diff(self.tokens.starts).astype(np.uint16),
            "numbers": self.tokens.numbers.astype(np.min_scalar_type(len(self.tokens.table))),
            "kinds": self.kinds,
            "meanings": self.meanings,
        }

    @classmethod
    def _read(cls, held: Mapping[str, npt.NDArray[Any]]) -> Readings:
        table = tuple(held["table"].tobytes().decode().split("\n"))
        starts = np.concatenate([[0], np.cumsum(held["lengths"], dtype=np.intp)])
        tokens = Tokens(table, starts, held["numbers"].astype(np.int32))
        if held["encoder"] != embeddings.signature():
            raise ValueError("the readings of another encoder")
        return cls(held["digests"], tokens, held["kinds"], held["meanings"])
