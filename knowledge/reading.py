"""Questions as the matcher reads them: their words repaired, their parts found in an index."""

from __future__ import annotations

from dataclasses import dataclass, replace

from knowledge.asking import Contrasts, asks, numbers
from knowledge.index import Index
from knowledge.spelling import Speller
from knowledge.text import Vocabulary, stem, words
from knowledge.vectors import Floats, Vector


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
    named: dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads questions with the words of an index."""

    index: Index
    vocabulary: Vocabulary
    contrasts: Contrasts
    speller: Speller

    def read(self, question: str) -> tuple[Question, tuple[tuple[str, str], ...]]:
        """Read a question, its words repaired; also gives the repairs made."""
        typed = self.vocabulary.apply(words(question))
        repaired = [self.speller.repair(token) for token in typed]
        repairs = tuple(
            (token, " ".join(better))
            for token, better in zip(typed, repaired, strict=True)
            if better != (token,)
        )
        tokens = tuple(token for better in repaired for token in better)
        if repairs:
            tokens = tuple(self.vocabulary.apply(words(" ".join(tokens))))
        return self.question(question, tokens), repairs

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
        vectoriser = self.index.vectoriser
        return Question(
            text=text,
            tokens=tokens,
            stems=stems,
            vector=vectoriser.vector(stems),
            meaning=None,
            stem_numbers=tuple(vectoriser.stem_number(s) for s in stems),
            asks=asks(tokens),
            numbers=numbers(tokens),
            named=self.contrasts.named(tokens),
        )
