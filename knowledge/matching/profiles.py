"""What facts themselves hold, read when it is first needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from knowledge.matching.index import Index
from knowledge.matching.postings import Rows, spans
from knowledge.matching.question_type import KINDS, Contrasts, numbers
from knowledge.matching.text import Vocabulary, stem, words
from knowledge.model import Fact


@dataclass(frozen=True, slots=True)
class Profile:
    """The numbers, qualifiers and words of a fact's question, answer and phrasings.

    `asked_with` has the stems of its phrasings, `kinds` counts how many ask for each kind.
    """

    numbers: frozenset[str]
    numbers_given: frozenset[str]
    named: dict[str, frozenset[str]]
    gap: bool
    own_stems: frozenset[int]
    answer_stems: frozenset[int]
    asked_with: frozenset[int]
    kinds: tuple[int, ...]


class Profiles:
    """The profiles of the facts of an index, by number; most are never needed."""

    def __init__(
        self, facts: Mapping[int, Fact], index: Index, vocabulary: Vocabulary, contrasts: Contrasts
    ) -> None:
        self._facts, self._index = facts, index
        self._vocabulary, self._contrasts = vocabulary, contrasts
        self._read: dict[int, Profile] = {}

    def __getitem__(self, number: int) -> Profile:
        profile = self._read.get(number)
        if profile is None:
            profile = self._read[number] = self._profile(self._facts[number], number)
        return profile

    def stems(self, rows: Rows) -> frozenset[int]:
        """Give the stems that the phrasings in `rows` use."""
        tokens, built = self._index.tokens, int(self._index.starts[-1])
        counts, old = self._index.vectoriser.counts, rows[rows < built]
        starts = counts.indptr[old]
        used = counts.indices[spans(starts, counts.indptr[old + 1] - starts)]
        late = [token for row in rows[rows >= built].tolist() for token in tokens[row]]
        return frozenset(np.unique(used).tolist()) | self._numbered(late)

    def _profile(self, fact: Fact, number: int) -> Profile:
        rows = self._index.rows_of(number)
        asked_with = self.stems(rows)
        stems = self._index.vectoriser.stem
        spoken = [stems(one) for one in asked_with & self._index.vectoriser.numeric]
        asked = self._vocabulary.apply(words(fact.question))
        answer = self._vocabulary.apply(words(fact.answer))
        given = answer + self._vocabulary.apply(words(fact.detail))
        kinds = Counter(self._index.asked[rows].tolist())
        return Profile(
            numbers=numbers([*asked, *given, *spoken]),
            numbers_given=numbers(answer),
            named=self._contrasts.named(asked) or self._contrasts.named(given),
            gap=fact.is_gap,
            own_stems=self._numbered(answer),
            answer_stems=self._numbered(given),
            asked_with=asked_with,
            kinds=tuple(kinds[kind] for kind in range(len(KINDS))),
        )

    def _numbered(self, tokens: Iterable[str]) -> frozenset[int]:
        number_of = self._index.vectoriser.stem_number
        found = (number_of(stem(token)) for token in tokens)
        return frozenset(number for number in found if number is not None)
