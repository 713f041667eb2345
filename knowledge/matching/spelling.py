"""Word repair: an unknown word goes to the nearest word of the knowledge base."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from math import log10

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.matching import embeddings
from knowledge.matching.text import READ_AS_OTHERS, digests, is_number

# Similarity 0-1 below which two words are different words; measured on typed typos of one or two
# edits: lower turns names into words, higher misses two slips in a long word. A shade under four
# fifths, which one slip in five letters is, but for rounding.
SIMILARITY = 0.799
SHORTEST = 4
# What a word that is used ten times as often may be less alike.
COMMONER = 0.03
# A word this rare in English text is not proof against being a slip ("teh", "wich").
COMMON = 50
# How much rarer than a word of the base an English word is that is a slip of it.
RARER = 100
# A word of so few letters is near to many others: it is only taken for one that makes up such a
# part of what a base is asked with. A name is not made a word hardly used ("carta", "cart").
SHORT, USED = 5, 1 / 20_000
# Repairs kept in memory.
REMEMBERED = 10_000


@cache
def _english() -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint32], int]:
    """Read how often words stand in English texts: their digests, sorted, their counts, the sum.

    As numbers: as a dictionary the list takes ten times the memory, and the time to read.
    """
    with embeddings.arrays() as held:
        return held["english"], held["counts"], int(held["counts"].sum())


def _count(words: Sequence[str]) -> npt.NDArray[np.uint32]:
    keys, counts, _ = _english()
    wanted = digests(words)
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[places] == wanted, counts[places], 0)


def rarities(words: Sequence[str]) -> npt.NDArray[np.float64]:
    """Tell how much each word says, by how rare it is in English: "the" about 3, 16 if unknown."""
    return np.log((_english()[2] + 1) / (_count(words) + 1))


@lru_cache(maxsize=100_000)
def rarity(word: str) -> float:
    """Tell how much one word says."""
    return float(rarities([word])[0])


# The part of the letters of two words that can differ where they are as much alike as that: a slip
# puts one letter for another.
APART = 0.29
# A word rarer than this in English text may be a name.
NAME = 13

_VOWELS = frozenset("aeiou")

Words = tuple[str, ...]


class Spellings:
    """Words told apart by their letters at once, so that few are compared in full."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._letters = _letters(words)
        self._lengths = np.array([*map(len, words)], np.intp)

    def like(self, word: str, part: float) -> list[str]:
        """Give the words that have no more than such a part of the letters of both for themselves.

        What is as much alike in spelling is among them.
        """
        apart = np.bitwise_count(self._letters ^ _letters([word]))
        places = np.flatnonzero(apart <= part * (self._lengths + len(word)) + 1e-6)
        return [self._words[place] for place in places.tolist()]


def _letters(words: Sequence[str]) -> npt.NDArray[np.uint32]:
    """Give a bit for each letter of each word."""
    letters = np.frombuffer("".join(words).encode("utf-32-le", "replace"), np.uint32)
    starts = np.cumsum([0, *map(len, words)])[:-1]
    return np.bitwise_or.reduceat(np.uint32(1) << (letters & 31), starts) if words else letters


def _consonants(word: str) -> str:
    return "".join(letter for letter in word if letter not in _VOWELS)


def _is_within(word: str, whole: str) -> bool:
    """Tell whether a word's letters stand in another one, in their order."""
    letters = iter(whole)
    return all(letter in letters for letter in word)


class Speller:
    """Repairs words against the words of a base, by how often each of them is used there."""

    def __init__(self, counts: Mapping[str, int], known: Iterable[str] = ()) -> None:
        self._counts = counts
        self._terms = frozenset(known) | READ_AS_OTHERS
        # What is read as something else does not stand in the base, but is typed and misspelt.
        words = (*counts, *sorted(self._terms - counts.keys()))
        self._spellings = Spellings([w for w in words if w.isalpha() and len(w) >= SHORTEST])
        self._used = USED * sum(counts.values())
        often = (word for word, count in counts.items() if count >= self._used)
        self._often = sorted(often, key=counts.__getitem__, reverse=True)  # the most used first
        self.repair = lru_cache(maxsize=REMEMBERED)(self._repair)

    def knows(self, word: str) -> bool:
        """Tell whether the base uses this very word."""
        return word in self._counts or word in self._terms

    def _repair(self, word: str) -> Words:
        """Give what is meant, a word or two: the word itself when it is correct or unclear."""
        if self.knows(word) or is_number(word) or len(word) < SHORTEST - 1:
            return (word,)
        english = _count([word])[0]
        if english >= COMMON:
            # "Planing" is English, but "planning" hundreds of times as much.
            near = self._nearest(word) if len(word) > SHORT else ""
            slipped = near and OSA.distance(word, near) == 1
            return (near,) if slipped and _count([near])[0] >= RARER * english else (word,)
        # What has no vowels at all has lost more than a letter.
        ways = [self._nearest, self._whole] if len(word) >= SHORTEST else [self._whole]
        ways = ways if _VOWELS.intersection(word[1:]) else ways[::-1]
        meant = next(filter(None, (way(word) for way in ways)), "")
        return (meant,) if meant else self._split(word) or (word,)

    def _nearest(self, word: str) -> str:
        pool = self._spellings.like(word, APART)
        if len(word) <= SHORT:
            pool = [one for one in pool if self._counts.get(one, self._used) >= self._used]
        found = process.extract(
            word,
            pool,
            scorer=OSA.normalized_similarity,
            score_cutoff=SIMILARITY if len(word) > SHORTEST else 0.749,
            limit=5,
        )
        worths = {
            near: likeness + COMMONER * log10(1 + self._counts.get(near, 0))
            for near, likeness, _ in found
        }
        return max(worths, key=worths.__getitem__, default="")

    def _whole(self, word: str) -> str:
        """Give the word most used that this is short for: all its consonants, or the most of them.

        "Rvw", "delivrd", "assmt"; what is short for a word begins like it.
        """
        bare, letters = not _VOWELS.intersection(word[1:]), _consonants(word)
        meant = (
            one
            for one in self._often
            if one[0] == word[0]
            and len(one) > len(word)
            and _is_within(word, one)
            and (one[-1] == word[-1] if bare else _consonants(one) == letters)
        )
        return next(meant, "")

    def _split(self, word: str) -> Words:
        halves = [
            (word[:cut], word[cut:])
            for cut in range(3, len(word) - 2)
            if word[:cut] in self._counts and word[cut:] in self._counts
        ]
        return max(halves, key=lambda pair: min(map(self._counts.__getitem__, pair)), default=())
