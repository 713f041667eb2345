"""What a text is: its words and its meaning, worked out once and kept by the text.

A build gathers rows and works out only the new ones, so that an edit costs what it changes.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from knowledge.matching import embeddings
from knowledge.matching.embeddings import SCALE, Bytes, Ints, Rows
from knowledge.matching.question import asks
from knowledge.matching.text import Tokens, digests, sought, words


@dataclass(frozen=True, slots=True)
class Readings:
    """Texts by their `digests`: words, what each asks for (of KINDS), what it means.

    A meaning is a row of length 127, one byte a component; `new` counts those read just now.
    """

    digests: Ints
    tokens: Tokens
    kinds: Bytes
    meanings: Bytes
    new: int = 0

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
        meant = np.rint(embeddings.meanings([" ".join(row) for row in spoken]) * SCALE)
        kinds = np.array([asks(row) for row in spoken], np.int8)
        return cls(
            digests(texts), Tokens.of(spoken), kinds, np.clip(meant, -127, 127).astype(np.int8)
        )

    def of(self, texts: Sequence[str]) -> Readings:
        """Give the readings of texts, in that order; new ones are read now."""
        keys = digests(texts)
        places = sought(keys, self.digests)
        if new := dict.fromkeys(texts[at] for at in np.flatnonzero(places < 0).tolist()):
            return replace(self.joined(Readings.fresh(list(new))).of(texts), new=len(new))
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
