"""The evidence for each candidate fact: the features that the confidence is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from knowledge.asking import KINDS, conflicts
from knowledge.confidence import FEATURES
from knowledge.index import Index
from knowledge.neighbours import Neighbourhood, Neighbours, Rows, by_owner
from knowledge.spelling import rarity
from knowledge.vectors import Floats, Vector

# Facts looked at closely for one question.
SHORTLIST = 12


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
class Profile:
    """What a fact itself holds: numbers, qualifiers and words of its question and answer."""

    numbers: frozenset[str]
    numbers_given: frozenset[str]
    named: dict[str, frozenset[str]]
    gap: bool
    own_stems: frozenset[int]
    answer_stems: frozenset[int]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Facts considered for a question and their features, of shape (facts, len(FEATURES))."""

    facts: Rows
    features: Floats
    near: Neighbourhood


class Evidence:
    """Compares questions with facts through their phrasings, the rows of an index."""

    def __init__(
        self,
        index: Index,
        profiles: Sequence[Profile],
    ) -> None:
        facts, owner = len(profiles), index.owner
        self._owner, self._asked, self._profiles = owner, index.asked, profiles
        self._counts = index.vectoriser.counts
        self._neighbours = Neighbours(index.vectoriser.matrix, index.meanings)
        membership = sp.csr_array(
            (np.ones(len(owner), np.float32), (owner, np.arange(len(owner)))),
            shape=(facts, len(owner)),
        )
        self._words = (membership @ self._counts).tocsr()
        self._kinds = np.zeros((facts, len(KINDS)))
        np.add.at(self._kinds, (owner, index.asked), 1)
        self._usual = (self._kinds.sum(axis=0) + 1) / (self._kinds.sum() + len(KINDS))

    def gather(
        self, question: Question, left_out: Rows | None = None, without: int | None = None
    ) -> Candidates:
        """Gather the candidates for a question.

        `left_out` rows count for nothing, `without` is a fact that is no candidate: both serve to
        learn from the knowledge base's own phrasings.
        """
        near = self._neighbours.near(question.vector, left_out, question.meaning)
        owner = self._owner[near.rows]
        ridge = by_owner(near.weights, owner, len(self._profiles))
        best = np.argsort(-ridge, kind="stable")[: SHORTLIST + 1]
        best = best[(ridge[best] > 0) & (best != without)][:SHORTLIST]
        features = np.empty((len(best), len(FEATURES)), np.float32)
        for place, fact in enumerate(best):
            rows = () if left_out is None else left_out[self._owner[left_out] == fact]
            profile = self._profiles[fact]
            features[place] = (
                ridge[fact],
                near.cosines[owner == fact].max(initial=0.0),
                self._unexplained(question, fact, rows),
                self._asks(question, fact, rows),
                conflicts(question.named, profile.named),
                bool(question.numbers - profile.numbers),
                profile.gap,
                near.meanings[owner == fact].max(initial=0.0),
            )
        return Candidates(best, features, near)

    def _unexplained(self, question: Question, fact: int, left_out: Sequence[int] | Rows) -> float:
        cells = slice(self._words.indptr[fact], self._words.indptr[fact + 1])
        stems = self._words.indices[cells]
        known = self._profiles[fact].answer_stems
        if len(left_out):
            gone = Counter(self._counts[left_out].indices.tolist())
            left = dict(zip(stems.tolist(), self._words.data[cells].tolist(), strict=True))
            mine = {stem for stem, count in left.items() if count > gone[stem]}
        else:
            mine = set(stems.tolist())
        total = missing = 0.0
        for token, number in zip(question.tokens, question.stem_numbers, strict=True):
            weight = rarity(token)
            total += weight
            if number is None or (number not in mine and number not in known):
                missing += weight
        return missing / total if total else 1.0

    def _asks(self, question: Question, fact: int, left_out: Sequence[int] | Rows) -> float:
        """Tell how much more often than usual this kind of question is asked of a fact (log)."""
        kind = question.asks
        gone = [self._asked[row] for row in left_out]
        mine = self._kinds[fact, kind] - gone.count(kind)
        every = self._kinds[fact].sum() - len(gone)
        share = (mine + 4 * self._usual[kind]) / (every + 4)
        return float(np.log(share / self._usual[kind]))
