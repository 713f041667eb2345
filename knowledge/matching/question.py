"""Questions as the matcher reads them: their words repaired, their parts found in an index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest

from knowledge.matching.index import Index
from knowledge.matching.question_type import Contrasts, asks, claims, numbers
from knowledge.matching.spelling import Speller, Words
from knowledge.matching.text import Vocabulary, stem, words
from knowledge.matching.tfidf import Floats, Vector


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the matcher reads it."""

    text: str
    tokens: tuple[str, ...]
    stems: tuple[str, ...]
    vector: Vector
    meaning: Floats | None
    stem_numbers: tuple[int | None, ...]
    asks: int
    numbers: frozenset[str]
    claims: frozenset[str]
    named: dict[str, frozenset[str]]


# A question and the repairs made in it.
Read = tuple[Question, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads questions with the words of an index."""

    index: Index
    vocabulary: Vocabulary
    contrasts: Contrasts
    speller: Speller

    def read(self, question: str) -> Read:
        """Read a question, its words repaired; also gives the repairs made."""
        typed = self.vocabulary.apply(words(question))
        repaired = self._repaired(typed)
        repairs = tuple(
            (token, " ".join(better))
            for token, better in zip(typed, repaired, strict=True)
            if better != (token,)
        )
        tokens = tuple(token for better in repaired for token in better)
        if repairs:
            tokens = tuple(self.vocabulary.apply(words(" ".join(tokens))))
        return self.question(question, tokens), repairs

    def _repaired(self, typed: Sequence[str]) -> list[Words]:
        """Repair each word; of repairs equally near, the one that phrasings use beside the last."""
        repaired: list[Words] = []
        for token, after in zip_longest(typed, typed[1:], fillvalue=""):
            options = self.speller.repairs(token)
            before = repaired[-1][-1] if repaired else ""
            # The first of the best: they come likeliest first.
            repaired.append(max(options, key=lambda option: self._fits(before, option, after)))
        return repaired

    def _fits(self, before: str, option: Words, after: str) -> int:
        knows = self.index.vectoriser.knows_pair
        return sum(
            self.vocabulary.holds(first, second) or knows(stem(first), stem(second))
            for first, second in pairwise((before, *option, after))
            if first and second
        )

    def row(self, row: int, meant: bool) -> Question:
        """Give a phrasing of the index as a question, with its meaning where it is `meant`."""
        tokens, meanings = self.index.tokens[row], self.index.meanings
        question = self.question(" ".join(tokens), tokens)
        return (
            replace(question, meaning=meanings[row]) if meant and meanings is not None else question
        )

    def question(self, text: str, tokens: tuple[str, ...]) -> Question:
        """Give a question made of words that were read already, its meaning not read yet."""
        stems = tuple(stem(token) for token in tokens)
        kind = asks(tokens)
        claimed = claims(tokens, kind)
        vectoriser = self.index.vectoriser
        return Question(
            text=text,
            tokens=tokens,
            stems=stems,
            vector=vectoriser.vector(stems),
            meaning=None,
            stem_numbers=tuple(vectoriser.stem_number(s) for s in stems),
            asks=kind,
            numbers=numbers(token for token in tokens if token not in claimed),
            claims=claimed,
            named=self.contrasts.named(tokens),
        )
