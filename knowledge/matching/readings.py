"""What a text is: its words and its meaning, worked out once and kept by the text.

A build gathers rows and works out only the new ones, so that an edit costs what it changes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.matching import embeddings
from knowledge.matching.index import Rows, spans
from knowledge.matching.lexicon import Ints
from knowledge.matching.pretrained import KEPT, digests, meanings_shipped
from knowledge.matching.text import words

Bytes = npt.NDArray[np.int8]
# Fewer texts are read sooner than what was shipped is looked through.
FEW = 50


@dataclass(frozen=True, slots=True)
class Readings:
    """Texts by their `digests` (sorted): numbers of words in `table`, and meanings.

    `starts` and `numbers` hold the words of one text after another; `meanings` has a row of
    length 127 in one byte a component for each text.
    """

    table: tuple[str, ...]
    digests: npt.NDArray[np.uint64]
    starts: Rows
    numbers: Ints
    meanings: Bytes

    @classmethod
    def none(cls) -> Readings:
        """Give the readings of no texts."""
        return cls(
            (),
            np.empty(0, np.uint64),
            np.zeros(1, np.intp),
            np.empty(0, np.int32),
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
        meanings = np.zeros((len(keys), KEPT), np.int8)
        meanings[known] = before.meanings[found[known]]
        meanings[new] = _meanings(keys[new], [" ".join(row) for row in spoken])
        return cls(tuple(table), keys, starts, numbers, meanings), place

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
                made = cls(tuple(table), keys, starts, file["numbers"].astype(np.int32), meanings)
                return cls.none() if missing.any() else made
        except (ValueError, KeyError, OSError, EOFError):
            return cls.none()

    def words_of(self, row: int) -> tuple[str, ...]:
        """Give the words of a row."""
        numbers = self.numbers[self.starts[row] : self.starts[row + 1]]
        return tuple(self.table[number] for number in numbers.tolist())


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
