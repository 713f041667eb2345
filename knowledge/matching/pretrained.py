"""What comes with the program, since working it out takes a minute: meanings and weights.

`pretrained.npz` holds the meanings of the shipped reports' texts and the weights of the
confidence; `python -m knowledge.training` makes it anew. A text that is missing from it is
read at the start, so that an older one only costs time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from knowledge.matching.confidence import Logit
from knowledge.matching.lexicon import Floats

NAME = "pretrained.npz"
# Dimensions kept of the encoder's 512.
KEPT = 128
# What stands for 1 in a byte; components of rows of length 1 are rarely larger than a half.
SCALE = 254


@dataclass(frozen=True, slots=True)
class Meanings:
    """Meanings of texts by their digests, sorted; a byte a component."""

    digests: npt.NDArray[np.uint64]
    meanings: npt.NDArray[np.int8]

    def find(
        self, keys: npt.NDArray[np.uint64]
    ) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int8]]:
        """Tell which digests are known, and give the rows of those."""
        place = np.minimum(np.searchsorted(self.digests, keys), len(self.digests) - 1)
        known = np.asarray(self.digests[place] == keys)
        return known, self.meanings[place[known]]


@dataclass(frozen=True, slots=True)
class Pretrained:
    """A projection of shape (512, KEPT), and weights with and without meanings."""

    projection: Floats
    by_words: Logit
    by_meaning: Logit


@cache
def pretrained() -> Pretrained:
    """Read what every question needs."""
    with (resources.files("knowledge") / NAME).open("rb") as file, np.load(file) as held:
        return Pretrained(
            held["projection"].astype(np.float32),
            Logit.of(held["by_words"]),
            Logit.of(held["by_meaning"]),
        )


def meanings_shipped() -> Meanings:
    """Read the meanings; not kept, since a build takes what it needs of them."""
    with (resources.files("knowledge") / NAME).open("rb") as file, np.load(file) as held:
        return Meanings(held["digests"], held["meanings"])


def digests(texts: Sequence[str]) -> npt.NDArray[np.uint64]:
    """Give a number of 64 bits for each text."""
    digest = hashlib.blake2b
    raw = b"".join(
        digest(text.encode("utf-8", "replace"), digest_size=8).digest() for text in texts
    )
    return np.frombuffer(raw, np.uint64)
