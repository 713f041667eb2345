"""What texts mean, by a sentence encoder, and what comes with the program of it.

`pretrained.npz` holds the meanings of the shipped reports' texts and the weights of the
confidence, since working them out takes a minute; `python -m tests.training` makes it anew. A
text that is missing from it is read at the start, so that an older one only costs time. The encoder
takes a fifth of a second and 50 MB to load and 2 ms a question, so it is loaded when it is first
needed. It reads sixteen languages.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from numpy.lib.npyio import NpzFile

from knowledge.errors import watched
from knowledge.matching.encoder import PARTS, Encoder

Floats = npt.NDArray[np.floating]
Ints = npt.NDArray[np.integer]
Rows = npt.NDArray[np.intp]
Bytes = npt.NDArray[np.int8]

NAME = "pretrained.npz"
# Dimensions kept of the encoder's 512.
KEPT = 128
# What stands for 1 in a byte; components of rows of length 1 are rarely larger than a half.
SCALE = 254


@dataclass(frozen=True, slots=True)
class Network:
    """A small network that makes a worth of the features of a candidate.

    Features are centred by `mean` and `scale`; `inner` and `bias` make the hidden units, `outer`
    and `direct` the worth, which stands against that of "none of these".
    """

    mean: Floats
    scale: Floats
    inner: Floats
    bias: Floats
    outer: Floats
    direct: Floats
    none: Floats

    def probabilities(self, features: Floats) -> tuple[Floats, float]:
        """Give one probability per row of `features` (candidates) and that of none of them."""
        centred = (features - self.mean) / self.scale
        worths = np.tanh(centred @ self.inner + self.bias) @ self.outer + centred @ self.direct
        odds = np.exp(np.append(worths, self.none) - max(worths.max(initial=0.0), self.none[0]))
        odds /= odds.sum()
        return odds[:-1], float(odds[-1])


@dataclass(frozen=True, slots=True)
class Pretrained:
    """A projection of shape (512, KEPT), and weights with and without meanings."""

    projection: Floats
    by_words: Network
    by_meaning: Network


def arrays() -> NpzFile:
    """Open the file that comes with the program, for a `with`."""
    opened: NpzFile = np.load(Path(__file__).parents[1] / NAME)
    return opened


@cache
def pretrained() -> Pretrained:
    """Read what every question needs."""
    with arrays() as held:
        words, meaning = (
            Network(*(held[f"{name} {field.name}"] for field in fields(Network)))
            for name in ("words", "meaning")
        )
        return Pretrained(held["projection"].astype(np.float32), words, meaning)


@cache
def signature() -> str:
    """Give letters that change with what the encoder's rows are made into."""
    return hashlib.blake2b(pretrained().projection.tobytes(), digest_size=8).hexdigest()


# Texts encoded at a time, and how many times as many at once: between them it can be told how far a
# long reading has come.
BATCH, CORES = 128, min(4, os.cpu_count() or 1)

_loading = threading.Lock()


@cache
def _encoder() -> Encoder:
    return Encoder()


def load(*, whole: bool = False) -> None:
    """Load the encoder, unless it is loaded or being loaded; for any thread.

    As a `whole` no question will wait for words that are rare in English.
    """
    with _loading:
        encoder = _encoder()
    for part in range(PARTS) if whole else ():
        encoder.read(part)


def is_loaded() -> bool:
    """Tell whether the encoder answers at once."""
    return _encoder.cache_info().currsize > 0


def encode(texts: Sequence[str]) -> Floats:
    """Give the encoder's own rows of length 1, of shape (texts, 512)."""
    load()
    if len(texts) <= BATCH:
        return _encoder().encode(texts)
    # Numpy lets others work meanwhile: a base with thousands of new texts is read on all cores.
    rows: list[Floats] = []
    with ThreadPoolExecutor(CORES) as pool:
        for start in watched(range(0, len(texts), BATCH * CORES), "meaning"):
            ends = range(start, min(start + BATCH * CORES, len(texts)), BATCH)
            rows += pool.map(_encoder().encode, [texts[at : at + BATCH] for at in ends])
    return np.vstack(rows)


def meanings(texts: Sequence[str]) -> Floats:
    """Give a row of length 1 for each text; the product of two is how alike they mean (0-1)."""
    return unit(encode([text or " " for text in texts]) @ pretrained().projection)


def unit(rows: Floats) -> Floats:
    """Bring rows to length 1."""
    lengths = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return np.asarray(rows / lengths, np.float32)


def in_bytes(rows: Floats) -> Bytes:
    """Write rows of length 1 in one byte a component, SCALE standing for 1."""
    return np.clip(np.rint(rows * SCALE), -127, 127).astype(np.int8)
