"""The evidence for each candidate fact: the features that the confidence is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from knowledge.asking import KINDS, conflicts
from knowledge.vectors import Floats, Ints, Vector


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the matcher reads it."""

    text: str
    tokens: tuple[str, ...]
    stems: tuple[str, ...]
    vector: Vector
    stem_numbers: tuple[int | None, ...]
    asks: int
    numbers: frozenset[str]
    named: dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Profile:
    """What a fact itself holds: numbers and qualifiers of its question and answer, and its kind."""

    numbers: frozenset[str]
    named: dict[str, frozenset[str]]
    gap: bool
    answer_stems: tuple[int, ...]


class Evidence:
    """Compares questions with facts through a set of phrasings (rows), sorted by their fact."""

    def __init__(
        self,
        matrix: sp.csr_array,
        counts: sp.csr_array,
        owner: Ints,
        asked: Ints,
        profiles: Sequence[Profile],
        stem_idf: Floats,
    ) -> None:
        facts = len(profiles)
        self._matrix, self._profiles, self._stem_idf = matrix, profiles, stem_idf
        self._rarest = float(stem_idf.max(initial=1.0))
        self._starts = np.searchsorted(owner, np.arange(facts + 1))
        membership = sp.csr_array(
            (np.ones(len(owner), np.float32), (owner, np.arange(len(owner)))),
            shape=(facts, len(owner)),
        )
        centroids = (membership @ matrix).tocsr()
        lengths = np.sqrt(np.asarray(centroids.multiply(centroids).sum(axis=1)).ravel())
        scale = sp.diags_array(1 / np.maximum(lengths, 1e-9))
        self._centroids = (scale @ centroids).tocsr().astype(np.float32)
        known = (membership @ counts).tocsr()
        self._words = [
            frozenset(known.indices[known.indptr[f] : known.indptr[f + 1]].tolist())
            | frozenset(profile.answer_stems)
            for f, profile in enumerate(profiles)
        ]
        kinds = np.zeros((facts, len(KINDS)))
        np.add.at(kinds, (owner, asked), 1)
        overall = (kinds.sum(axis=0) + 1) / (kinds.sum() + len(KINDS))
        # How much more often than usual this kind of question is asked of this fact.
        share = (kinds + 4 * overall) / (kinds.sum(axis=1, keepdims=True) + 4)
        self._asked = np.log(share / overall).astype(np.float32)

    def features(self, question: Question, ridge: Floats, candidates: Ints) -> Floats:
        """Give the features of shape (candidates, len(FEATURES)); `ridge` scores all facts."""
        dense = np.zeros(self._matrix.shape[1], np.float32)
        dense[question.vector.columns] = question.vector.weights
        out = np.empty((len(candidates), 8), np.float32)
        out[:, 0] = ridge[candidates]
        out[:, 4] = self._asked[candidates, question.asks]
        for row, fact in enumerate(candidates):
            profile = self._profiles[fact]
            out[row, 1] = self.similarities(dense, fact).max(initial=0.0)
            out[row, 2] = _dot(self._centroids, fact, dense)
            out[row, 3] = self._unexplained(question, fact)
            out[row, 5] = conflicts(question.named, profile.named)
            out[row, 6] = bool(question.numbers - profile.numbers)
            out[row, 7] = profile.gap
        return out

    def similarities(self, dense: Floats, fact: int) -> Floats:
        """Give the cosine of a question (dense vector) to each phrasing of a fact."""
        first, last = self._starts[fact], self._starts[fact + 1]
        if first == last:
            return np.zeros(0, np.float32)
        pointers = self._matrix.indptr[first : last + 1]
        cells = slice(pointers[0], pointers[-1])
        products = self._matrix.data[cells] * dense[self._matrix.indices[cells]]
        return np.asarray(np.add.reduceat(products, pointers[:-1] - pointers[0]), np.float32)

    def _unexplained(self, question: Question, fact: int) -> float:
        known = self._words[fact]
        total = missing = 0.0
        for number in question.stem_numbers:
            weight = self._rarest if number is None else float(self._stem_idf[number])
            total += weight
            if number is None or number not in known:
                missing += weight
        return missing / total if total else 1.0


def _dot(matrix: sp.csr_array, row: int, dense: Floats) -> float:
    cells = slice(matrix.indptr[row], matrix.indptr[row + 1])
    return float(matrix.data[cells] @ dense[matrix.indices[cells]])
