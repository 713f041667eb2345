"""The evidence for each candidate fact: the features that the confidence is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from knowledge.matching.confidence import FEATURES
from knowledge.matching.index import Index
from knowledge.matching.neighbours import Neighbourhood, Neighbours
from knowledge.matching.postings import Rows
from knowledge.matching.profiles import Profile, Profiles
from knowledge.matching.question import Question
from knowledge.matching.question_type import KINDS, conflicts
from knowledge.matching.spelling import rarity
from knowledge.matching.tfidf import Floats

# Facts looked at closely for one question.
SHORTLIST = 12


@dataclass(frozen=True, slots=True)
class Candidates:
    """Facts considered for a question and their features, of shape (facts, len(FEATURES))."""

    facts: Rows
    features: Floats
    near: Neighbourhood


class Evidence:
    """Compares questions with facts through their phrasings, the rows of an index."""

    def __init__(self, index: Index, profiles: Profiles, neighbours: Neighbours) -> None:
        self._index = index
        self._owner, self._asked, self._profiles = index.owner, index.asked, profiles
        self.neighbours = neighbours
        kinds = np.bincount(index.asked[index.owner >= 0], minlength=len(KINDS))
        self._usual = ((kinds + 1) / (kinds.sum() + len(KINDS))).tolist()

    def gather(
        self, question: Question, left_out: Rows | None = None, without: int | None = None
    ) -> Candidates:
        """Gather the candidates for a question.

        `left_out` rows count for nothing, `without` is a fact that is no candidate: both serve to
        learn from the knowledge base's own phrasings.
        """
        near = self.neighbours.near(question.vector, left_out, question.meaning)
        # Only the facts of near phrasings, however many there are in all.
        facts, place = np.unique(self._owner[near.rows], return_inverse=True)
        # About 1 for the fact meant, about 0 for others.
        ridge = np.bincount(place, weights=near.weights, minlength=len(facts)).astype(np.float32)
        nearest, meanings = np.zeros_like(ridge), np.zeros_like(ridge)
        np.maximum.at(nearest, place, near.cosines)
        np.maximum.at(meanings, place, near.meanings)
        best = np.argsort(-ridge, kind="stable")[: SHORTLIST + 1]
        best = best[(ridge[best] > 0) & (facts[best] != without)][:SHORTLIST]
        features = np.empty((len(best), len(FEATURES)), np.float32)
        said = [
            (number, rarity(token))
            for number, token in zip(question.stem_numbers, question.tokens, strict=True)
            if token not in question.claims
        ]
        for row, (fact, one) in enumerate(zip(facts[best].tolist(), best.tolist(), strict=True)):
            profile = self._profiles[fact]
            gone = [] if left_out is None else left_out[self._owner[left_out] == fact].tolist()
            asked_with = profile.asked_with
            if gone:
                asked_with = self._profiles.stems(np.setdiff1d(self._index.rows_of(fact), gone))
            features[row] = (
                ridge[one],
                nearest[one],
                _unexplained(said, asked_with | profile.answer_stems),
                self._asks(question.asks, profile, gone),
                conflicts(question.named, profile.named),
                bool(profile.numbers_given and question.numbers - profile.numbers),
                profile.gap,
                meanings[one],
            )
        return Candidates(facts[best].astype(np.intp), features, near)

    def _asks(self, kind: int, profile: Profile, gone: Sequence[int]) -> float:
        """Tell how much more often than usual this kind of question is asked of a fact (log)."""
        usual: float = self._usual[kind]
        mine = profile.kinds[kind] - sum(int(self._asked[row]) == kind for row in gone)
        share = (mine + 4 * usual) / (sum(profile.kinds) - len(gone) + 4)
        return log(share / usual)


def _unexplained(said: Sequence[tuple[int | None, float]], accounted: frozenset[int]) -> float:
    """Give the share of a question's words, by weight, that are not `accounted` for."""
    total = missing = 0.0
    for number, weight in said:
        total += weight
        if number is None or number not in accounted:
            missing += weight
    return missing / total if total else 1.0
