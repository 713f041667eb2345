"""Questions as the matcher reads them: their words repaired, what they ask for, what they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.matching.lexicon import Floats
from knowledge.matching.question_type import Contrasts, asks, claims, numbers
from knowledge.matching.spelling import Speller
from knowledge.matching.text import Vocabulary, stem, words


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the matcher reads it.

    `plain` has its words repaired, before terms are put in; `meaning` is a row of length 1, None
    where it has not been read.
    """

    text: str
    plain: str
    tokens: tuple[str, ...]
    stems: tuple[str, ...]
    meaning: Floats | None
    asks: int
    numbers: frozenset[str]
    claims: frozenset[str]
    named: Mapping[str, frozenset[str]]


# A question and the repairs made in it.
Read = tuple[Question, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads questions with the words of a base."""

    vocabulary: Vocabulary
    contrasts: Contrasts
    speller: Speller

    def read(self, question: str) -> Read:
        """Read a question, its words repaired; also gives the repairs made."""
        typed = words(question)
        # A term may hold a word that nothing else does.
        repaired = [self.speller.repair(token) for token in typed]
        repairs = tuple(
            (token, " ".join(better))
            for token, better in zip(typed, repaired, strict=True)
            if better != (token,)
        )
        plain = [token for better in repaired for token in better]
        if repairs:
            plain = words(" ".join(plain))
        tokens = tuple(self.vocabulary.apply(plain))
        return self.question(question, tokens, " ".join(plain)), repairs

    def question(self, text: str, tokens: Sequence[str], plain: str = "") -> Question:
        """Give a question made of words that were read already, its meaning not read yet."""
        kind = asks(tokens)
        claimed = claims(tokens, kind)
        return Question(
            text=text,
            plain=plain or " ".join(tokens),
            tokens=tuple(tokens),
            stems=tuple(stem(token) for token in tokens),
            meaning=None,
            asks=kind,
            numbers=numbers(token for token in tokens if token not in claimed),
            claims=claimed,
            named=self.contrasts.named(tokens),
        )
