"""What would take a minute to work out at the first start, and comes with the program instead.

`readymade.npz` holds the meanings of the shipped reports' phrasings and what is learned from them.
`python -m knowledge.matching.making` makes it anew after the reports or the matcher have changed;
what is missing from it is worked out at the start, so that an older one only costs time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt

from knowledge.matching.confidence import FEATURES, Logit
from knowledge.matching.learned import ENOUGH, Learned
from knowledge.matching.tfidf import Floats

NAME = "readymade.npz"
# Dimensions kept of the encoder's 512. Measured: 64 cost two points in a hundred, 128 none.
KEPT = 128
# A component in one byte; those of rows of length 1 are rarely larger than half.
STEPS = 254
Digests = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Readymade:
    """A projection of shape (512, KEPT), meanings by digest, and what was learned."""

    projection: Floats
    digests: Digests
    meanings: npt.NDArray[np.int8]
    learned: Learned

    def find(self, texts: Sequence[str]) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """Give a row for each text, and which of them are known."""
        wanted = digests(texts)
        places = np.minimum(np.searchsorted(self.digests, wanted), len(self.digests) - 1)
        known = self.digests[places] == wanted
        found = np.zeros((len(texts), KEPT), np.float32)
        found[known] = normal(self.meanings[places[known]].astype(np.float32))
        return found, known

    def learned_from(self, texts: Sequence[str]) -> Learned | None:
        """Give what was learned, if it was from nearly the same phrasings."""
        mine = int(np.isin(digests(texts), self.digests).sum())
        most, least = (1 + ENOUGH) * self.learned.phrasings, (1 - ENOUGH) * self.learned.phrasings
        return self.learned if least <= mine and len(texts) <= most else None


def digests(texts: Sequence[str]) -> Digests:
    """Give a number of 64 bits for each text."""
    raw = b"".join(hashlib.blake2b(text.encode(), digest_size=8).digest() for text in texts)
    return np.frombuffer(raw, np.uint64)


def normal(rows: Floats) -> Floats:
    """Bring rows to length 1."""
    lengths: Floats = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-6))
    return rows / lengths


def projected(rows: Floats, projection: Floats) -> Floats:
    """Keep of the encoder's rows the directions in which questions differ most."""
    return normal(rows @ projection)


@cache
def load() -> Readymade:
    """Read what comes with the program."""
    with resources.as_file(resources.files("knowledge") / NAME) as path:
        return read(path)


def read(path: Path) -> Readymade:
    """Read such a file."""
    with np.load(path, allow_pickle=False) as file:
        return Readymade(
            file["projection"].astype(np.float32),
            file["digests"],
            file["meanings"],
            _learned(file),
        )


def _learned(file: np.lib.npyio.NpzFile) -> Learned:
    if tuple(file["features"].tolist()) != FEATURES:
        return Learned()
    words, meaning = (_logit(file[name]) for name in ("words", "meaning"))
    slips, (held, phrasings) = tuple(file["slips"].tolist()), file["counts"].tolist()
    return Learned(words, meaning, slips, held, phrasings)


def _logit(weights: Floats) -> Logit:
    *features, none = weights.tolist()
    return Logit(tuple(features), none)


def save(path: Path, texts: Sequence[str], rows: Floats, learned: Learned | None = None) -> None:
    """Write the encoder's `rows` of `texts` and what was learned from them."""
    projection = np.linalg.svd(rows, full_matrices=False)[2][:KEPT].T
    keys = digests(texts)
    order = np.argsort(keys)
    kept = np.clip(np.rint(projected(rows, projection) * STEPS), -127, 127).astype(np.int8)
    learned = learned or Learned()
    np.savez_compressed(
        path,
        allow_pickle=False,
        projection=projection.astype(np.float16),
        digests=keys[order],
        meanings=kept[order],
        features=np.array(FEATURES if learned.held else ()),
        words=np.array([*learned.words.weights, learned.words.none]),
        meaning=np.array([*learned.meaning.weights, learned.meaning.none]),
        slips=np.array(learned.slips),
        counts=np.array([learned.held, learned.phrasings]),
    )
