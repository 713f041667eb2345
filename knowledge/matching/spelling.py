"""Word repair: an unknown word goes to the nearest word of the knowledge base."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from copy import copy
from functools import cache, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA
from spellchecker import SpellChecker

from knowledge.matching.text import READ_AS_OTHERS, is_number

# Similarity 0-1 below which two words are different words; measured on typed typos of one or two
# edits: lower turns names into words, higher misses two slips in a long word. A shade under four
# fifths, which one slip in five letters is, but for rounding.
SIMILARITY = 0.799
SHORTEST = 4
# A word this rare in English text is not proof against being a slip ("teh", "wich").
COMMON = 50


@cache
def english() -> SpellChecker:
    """Load the list of English words once; a correct word is never repaired."""
    return SpellChecker(language="en", distance=1)


@lru_cache(maxsize=100_000)
def rarity(word: str) -> float:
    """Tell how much a word says, by how rare it is in English: about 3 for "the", 16 if unknown."""
    frequency = english().word_frequency
    return math.log((frequency.total_words + 1) / (frequency.dictionary.get(word, 0) + 1))


Words = tuple[str, ...]


class Speller:
    """Repairs words against the words of a knowledge base."""

    def __init__(self, vocabulary: Iterable[str], known: Iterable[str] = ()) -> None:
        self._terms = frozenset(known) | READ_AS_OTHERS
        self._set(Counter(vocabulary))

    def _set(self, counts: Counter[str]) -> None:
        self._counts = counts
        self._by_length: dict[int, list[str]] = defaultdict(list)
        # What is read as something else does not stand in the index, but is typed and misspelt.
        for word in (*counts, *(self._terms - counts.keys())):
            if word.isalpha() and len(word) >= SHORTEST:
                self._by_length[len(word)].append(word)
        self._cache: dict[str, tuple[Words, ...]] = {}

    def extended(self, vocabulary: Iterable[str]) -> Speller:
        """Give a speller that knows more words."""
        wider = copy(self)
        counts = self._counts.copy()
        counts.update(vocabulary)
        wider._set(counts)
        return wider

    def knows(self, word: str) -> bool:
        """Tell whether the knowledge base uses this very word."""
        return word in self._counts or word in self._terms

    def repairs(self, word: str) -> tuple[Words, ...]:
        """Give what may be meant, each a word or two, likeliest first.

        That is the word itself when it is correct, a number or unclear.
        """
        if self.knows(word) or is_number(word) or len(word) < SHORTEST:
            return ((word,),)
        if word not in self._cache:
            if len(self._cache) > 10_000:
                self._cache.clear()
            self._cache[word] = self._repaired(word)
        return self._cache[word]

    def _repaired(self, word: str) -> tuple[Words, ...]:
        if english().word_frequency.dictionary.get(word, 0) >= COMMON:
            return ((word,),)
        nearest = self._nearest(word)
        return tuple((near,) for near in nearest) or (self._split(word) or (word,),)

    def _nearest(self, word: str) -> list[str]:
        pool = [
            candidate
            for length in range(len(word) - 2, len(word) + 3)
            for candidate in self._by_length.get(length, ())
        ]
        found = process.extract(
            word,
            pool,
            scorer=OSA.normalized_similarity,
            score_cutoff=SIMILARITY if len(word) > SHORTEST else 0.749,
            limit=5,
        )
        best = max((round(likeness, 2) for _, likeness, _ in found), default=0.0)
        nearest = [near for near, likeness, _ in found if round(likeness, 2) == best]
        return sorted(nearest, key=lambda near: -self._counts[near])

    def _split(self, word: str) -> Words:
        halves = [
            (word[:cut], word[cut:])
            for cut in range(3, len(word) - 2)
            if word[:cut] in self._counts and word[cut:] in self._counts
        ]
        return max(halves, key=lambda pair: min(map(self._counts.__getitem__, pair)), default=())
