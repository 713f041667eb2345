"""What facts themselves hold, read when it is first needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from knowledge.asking import KINDS, Contrasts, numbers
from knowledge.index import Index
from knowledge.model import Fact
from knowledge.postings import Rows
from knowledge.text import Vocabulary, stem, words


@dataclass(frozen=True, slots=True)
class Profile:
    """The numbers, qualifiers and words of a fact's question, answer and phrasings.

    `asked_with` counts how often phrasings use a stem, `kinds` how many ask for each kind.
    """

    numbers: frozenset[str]
    numbers_given: frozenset[str]
    named: dict[str, frozenset[str]]
    gap: bool
    own_stems: frozenset[int]
    answer_stems: frozenset[int]
    asked_with: Mapping[int, int]
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

    def stems(self, rows: Iterable[int] | Rows) -> Counter[int]:
        """Count how often the phrasings in `rows` use each stem."""
        return self._counted(self._used(rows))

    def _used(self, rows: Iterable[int] | Rows) -> Counter[str]:
        tokens = self._index.tokens
        return Counter(chain.from_iterable([tokens[row] for row in rows]))

    def _counted(self, used: Mapping[str, int]) -> Counter[int]:
        counts: Counter[int] = Counter()
        for token, count in used.items():
            number = self._index.vectoriser.stem_number(stem(token))
            if number is not None:
                counts[number] += count
        return counts

    def _profile(self, fact: Fact, number: int) -> Profile:
        rows = self._index.rows_of(number).tolist()
        used = self._used(rows)
        asked = self._vocabulary.apply(words(fact.question))
        answer = self._vocabulary.apply(words(fact.answer))
        given = answer + self._vocabulary.apply(words(fact.detail))
        kinds = Counter(self._index.asked[rows].tolist())
        return Profile(
            numbers=numbers([*asked, *given, *used]),
            numbers_given=numbers(answer),
            named=self._contrasts.named(asked) or self._contrasts.named(given),
            gap=fact.is_gap,
            own_stems=self._numbered(answer),
            answer_stems=self._numbered(given),
            asked_with=self._counted(used),
            kinds=tuple(kinds[kind] for kind in range(len(KINDS))),
        )

    def _numbered(self, tokens: Iterable[str]) -> frozenset[int]:
        number_of = self._index.vectoriser.stem_number
        found = (number_of(stem(token)) for token in tokens)
        return frozenset(number for number in found if number is not None)
