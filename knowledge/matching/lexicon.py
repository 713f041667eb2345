"""The stems a base is asked and answered with: how rare each is, and which are spelt alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import exp, log, sqrt

import numpy as np
import numpy.typing as npt

from knowledge.matching.spelling import rarity

Floats = npt.NDArray[np.floating]
Ints = npt.NDArray[np.integer]

# Lengths of the character sequences by which stems are compared.
SIZES = range(2, 6)
# The likeness (0-1) from which one stem speaks for another ("inspector" for "inspect").
ALIKE = 0.45
# Texts of everyday English, and the words of each, that count beside the entries of a base: in a
# base of a few rows they tell that "many" says less than "churches".
EVERYDAY, WORDS = 30, 200
# The part of its rareness that a stem says which nothing here is like: it may be a slip.
UNHEARD = 0.8
# Stems looked up before the memory of them is cleared.
REMEMBERED = 20_000


class Lexicon:
    """Numbered stems; `rareness` is that of the commonest word of each in English.

    `idf` counts the entries that use one, however often each of them does.

    Counted by phrasings, a word of one entry with a hundred phrasings would seem common.
    """

    def __init__(
        self,
        stems: Sequence[str],
        frequency: npt.NDArray[np.integer],
        entries: int,
        rareness: Floats,
    ) -> None:
        self.stems = tuple(stems)
        self.numbers = {stem: number for number, stem in enumerate(self.stems)}
        self._texts = 1 + entries + EVERYDAY
        everyday = EVERYDAY * (1 - np.exp(-WORDS * np.exp(-rareness)))
        self.idf = (np.log(self._texts / (1 + frequency + everyday)) + 1).astype(np.float32)
        self._alike = _Alike(self.stems)
        self._near: dict[str, tuple[Ints, Floats]] = {}

    def __len__(self) -> int:
        return len(self.stems)

    def near(self, stem: str) -> tuple[Ints, Floats]:
        """Give the stems spelt like one and how much (0-1), itself first where it is known."""
        found = self._near.get(stem)
        if found is None:
            if len(self._near) > REMEMBERED:
                self._near.clear()
            found = self._near[stem] = self._alike.find(stem, self.numbers.get(stem))
        return found

    def weight(self, stem: str) -> float:
        """Give how much a stem says, by its rareness or that of the stems like it."""
        number = self.numbers.get(stem)
        if number is not None:
            return float(self.idf[number])
        places, likeness = self.near(stem)
        if len(places):
            return float((self.idf[places] * likeness).max())
        return UNHEARD * log(self._texts / (1 + _everyday(stem))) + 1


def _everyday(stem: str) -> float:
    """Give how many everyday texts a stem is likely to stand in."""
    return EVERYDAY * (1 - exp(-WORDS * exp(-rarity(stem))))


class _Alike:
    """Finds stems by the character sequences they share."""

    def __init__(self, stems: Sequence[str]) -> None:
        grams: dict[str, int] = {}
        columns: list[int] = []
        counts: list[int] = []
        lengths = np.zeros(len(stems), np.int64)
        for place, stem in enumerate(stems):
            found = Counter(_grams(stem))
            lengths[place] = len(found)
            columns += [grams.setdefault(gram, len(grams)) for gram in found]
            counts += found.values()
        self._grams, self._size = grams, len(stems)
        column = np.array(columns, np.int32)
        frequency = np.bincount(column, minlength=len(grams))
        self._idf = (np.log((1 + len(stems)) / (1 + frequency)) + 1).astype(np.float32)
        self._rare = log(1 + len(stems)) + 1
        weights = np.sqrt(np.array(counts, np.float32)) * self._idf[column]
        owner = np.repeat(np.arange(len(stems), dtype=np.int32), lengths)
        norms = np.sqrt(np.bincount(owner, weights=weights * weights, minlength=len(stems)))
        weights = (weights / np.maximum(norms, 1e-9)[owner]).astype(np.float32)
        order = np.argsort(column, kind="stable")
        self._owner, self._weights = owner[order], weights[order]
        self._starts = np.concatenate([[0], np.cumsum(frequency)])

    def find(self, stem: str, own: int | None) -> tuple[Ints, Floats]:
        likeness = np.zeros(self._size, np.float32)
        total = 0.0
        for gram, count in Counter(_grams(stem)).items():
            column = self._grams.get(gram)
            weight = sqrt(count) * (self._rare if column is None else float(self._idf[column]))
            total += weight * weight
            if column is not None:
                cells = slice(self._starts[column], self._starts[column + 1])
                likeness[self._owner[cells]] += weight * self._weights[cells]
        likeness /= max(sqrt(total), 1e-9)
        if own is not None:
            likeness[own] = 2.0
        places = np.flatnonzero(likeness >= ALIKE).astype(np.int32)
        places = places[np.argsort(-likeness[places], kind="stable")]
        return places, np.minimum(likeness[places], 1)


def _grams(stem: str) -> Iterable[str]:
    padded = f" {stem} "
    return (
        padded[start : start + size] for size in SIZES for start in range(len(padded) - size + 1)
    )
