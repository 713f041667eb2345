"""The evidence for each candidate entry: the features that its confidence is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt

from knowledge.matching.embeddings import SCALE
from knowledge.matching.index import Floats, Index, Ints, Rows, spans
from knowledge.matching.question import Question, conflicts
from knowledge.matching.spelling import rarity

FEATURES: tuple[str, ...] = (
    "ridge",
    "ridge x ways",
    "ways",
    "meaning",
    "unexplained",
    "answer",
    "conflict",
    "gap",
    "guarded",
)
# Entries whose phrasings are read for their meaning, and those looked at closely.
POOL, SHORTLIST = 60, 20
# What an entry with one way of asking is ahead when the shortlist is drawn up: the best of a
# hundred ways is nearer by chance than the best of one.
SCARCE = 0.15
# Phrasings that the ridge is solved on, and its strength; a phrasing's kernel with itself is 1.
NEAREST, RIDGE = 64, 0.3
# From so many ways of asking on, more of them say nothing new.
MANY_WAYS = 100
# How rare in English a word is at least that says what a question is about ("many" is not).
TELLING = 8.0
# The share of gaps from which a base is taken to say what its report leaves out.
GUARDED = 0.3


@dataclass(frozen=True, slots=True)
class Profile:
    """What an entry says: its numbers, those of its answer alone, its qualifiers by group."""

    numbers: frozenset[str]
    answer_numbers: frozenset[str]
    named: Mapping[str, frozenset[str]]
    gap: bool


@dataclass(frozen=True, slots=True)
class Candidates:
    """Entries considered, their features of shape (entries, len(FEATURES)), nearest phrasings.

    `foreign` tells of which entries a question has no word that says anything.
    """

    entries: Rows
    features: Floats
    nearest: Rows
    foreign: npt.NDArray[np.bool_]


class Evidence:
    """Compares questions with the entries of an index."""

    def __init__(self, index: Index, profiles: Sequence[Profile]) -> None:
        self.index, self._profiles = index, profiles
        self._ways = np.log(np.minimum(index.ways(), MANY_WAYS)) / log(MANY_WAYS)
        self._gaps = np.array([profile.gap for profile in profiles], bool)
        self._guarded = min(1.0, float(self._gaps.mean()) / GUARDED)
        # Entry by entry: all meanings at once, as floats, would take four times their memory.
        bounds = zip(index.starts.tolist(), index.starts[1:].tolist(), strict=False)
        self._centres = unit(
            np.array(
                [index.meanings[index.meant[a:b]].sum(axis=0, dtype=np.float32) for a, b in bounds]
            )
        )
        self._said = index.meanings[index.said].astype(np.float32) / SCALE

    def gather(self, question: Question) -> Candidates:
        """Gather the likeliest entries for a question and what speaks for and against each."""
        index = self.index
        near = {s: index.lexicon.near(s) for s in dict.fromkeys(question.stems)}
        weights = {stem: index.lexicon.weight(stem) for stem in near}
        words = _product(index, near, weights)
        said = (
            self._said @ question.meaning
            if question.meaning is not None
            else np.zeros(len(self._profiles), np.float32)
        )
        pool = self._pool(index.best(words), question.meaning)
        rows = spans(index.starts[pool], index.sizes[pool])
        bounds = np.cumsum(index.sizes[pool]) - index.sizes[pool]
        mine = np.clip(words[rows], 0, 1)
        meant = np.zeros(len(rows), np.float32)
        alike = mine
        if question.meaning is not None:
            near_by = index.meanings[index.meant[rows]].astype(np.float32)
            meant = np.clip(near_by @ (question.meaning / SCALE), 0, 1)
            alike = (mine + meant) / 2
        ridge = self._ridge(rows, mine, meant, question.meaning is not None)
        place = np.repeat(np.arange(len(pool)), index.sizes[pool])
        ridges = np.bincount(place, ridge, len(pool)).astype(np.float32)
        top = np.maximum.reduceat(alike, bounds)
        scarce = SCARCE * (1 - self._ways[pool])
        rank = top + 0.3 * ridges + 0.2 * said[pool] + scarce
        best = np.argsort(-rank, kind="stable")[:SHORTLIST]
        chosen = pool[best]
        ways = self._ways[chosen]
        found = np.zeros((len(chosen), len(FEATURES)), np.float32)
        found[:, 0], found[:, 1], found[:, 2] = ridges[best], ridges[best] * ways, ways
        found[:, 3] = np.maximum.reduceat(meant, bounds)[best]
        found[:, 4], foreign = self._unexplained(chosen, near, weights, question)
        found[:, 5] = np.clip(said[chosen], 0, 1)
        found[:, 6] = [
            conflicts(question.named, self._profiles[entry].named) for entry in chosen.tolist()
        ]
        found[:, 7], found[:, 8] = self._gaps[chosen], self._guarded
        nearest = np.array(
            [
                rows[bounds[one] + alike[bounds[one] : bounds[one] + size].argmax()]
                for one, size in zip(best.tolist(), index.sizes[chosen].tolist(), strict=True)
            ],
            np.intp,
        )
        return Candidates(chosen, found, nearest, foreign)

    def _pool(self, words: Floats, meaning: Floats | None) -> Rows:
        pool = _largest(words, POOL)
        if meaning is not None:
            pool = np.union1d(pool, _largest(self._centres @ meaning, POOL))
            pool = np.union1d(pool, _largest(self._said @ meaning, SHORTLIST))
        return pool

    def _ridge(self, rows: Rows, words: Floats, meant: Floats, meaning: bool) -> Floats:
        """Weigh the nearest phrasings against each other: what many say alike counts once."""
        index = self.index
        kernel = (_kernel(words) + meant * meant) / 2 if meaning else _kernel(words)
        found = np.zeros(len(rows), np.float32)
        near = _largest(kernel, NEAREST)
        if not len(near):
            return found
        chosen = rows[near]
        system = _kernel(_products(index, chosen))
        if meaning:
            vectors = index.meanings[index.meant[chosen]].astype(np.float32) / SCALE
            system = (system + np.square(np.clip(vectors @ vectors.T, 0, 1))) / 2
        system[np.diag_indices_from(system)] = 1 + RIDGE
        found[near] = np.linalg.solve(system, kernel[near])
        return found

    def _unexplained(
        self,
        chosen: Rows,
        near: Mapping[str, tuple[Ints, Floats]],
        weights: Mapping[str, float],
        question: Question,
    ) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """Give the share of a question, by weight, that entries are not asked or answered with.

        Also tells where that is all of it but words like "how many".
        """
        stems = [stem for stem in near if stem not in question.claims]
        total = sum(weights[stem] for stem in stems)
        if not total:
            return np.zeros(len(chosen), np.float32), np.zeros(len(chosen), bool)
        table = np.zeros((len(stems), len(self.index.lexicon)), np.float32)
        for row, stem in enumerate(stems):
            places, likeness = near[stem]
            table[row, places] = likeness
        shares = np.array([weights[stem] for stem in stems], np.float32) / total
        found, foreign = np.zeros(len(chosen), np.float32), np.zeros(len(chosen), bool)
        spoken = dict(zip(question.stems, question.tokens, strict=True))
        telling = np.array([rarity(spoken[stem]) >= TELLING for stem in stems], bool)
        for row, entry in enumerate(chosen.tolist()):
            own = self._profiles[entry].numbers
            fits = np.array([stem.strip("£%m") in own for stem in stems], np.float32)
            known = [self.index.answers.row(entry), self.index.asked_with.row(entry)]
            heard = np.maximum(table[:, np.concatenate(known)].max(axis=1, initial=0), fits)
            found[row] = shares @ (1 - heard)
            foreign[row] = telling.any() and not heard[telling].any()
        return found, foreign


def _product(
    index: Index, near: Mapping[str, tuple[Ints, Floats]], weights: Mapping[str, float]
) -> Floats:
    """Give the cosine of each phrasing with a question, stems spelt alike counted in part."""
    wanted = np.zeros(len(index.lexicon), np.float32)
    for stem, (places, likeness) in near.items():
        np.maximum.at(wanted, places, np.float32(weights[stem]) * likeness)
    columns = np.flatnonzero(wanted)
    length = np.sqrt(sum(weight * weight for weight in weights.values()))
    return index.words.times(columns, wanted[columns] / max(float(length), 1e-9))


def _products(index: Index, rows: Rows) -> Floats:
    """Multiply some phrasings with one another."""
    lengths = index.words.starts[rows + 1] - index.words.starts[rows]
    cells = spans(index.words.starts[rows], lengths)
    columns, place = np.unique(index.words.columns[cells], return_inverse=True)
    dense = np.zeros((len(rows), len(columns)), np.float32)
    dense[np.repeat(np.arange(len(rows)), lengths), place] = index.words.weights[cells]
    return np.asarray(dense @ dense.T, np.float32)


def _kernel(cosines: Floats) -> Floats:
    return (cosines + cosines * cosines) / 2


def _largest(scores: Floats, count: int) -> Rows:
    """Give the places of the largest scores above 0, in order of place."""
    places = np.flatnonzero(scores > 0)
    if len(places) <= count:
        return places
    return np.sort(places[np.argpartition(-scores[places], count - 1)[:count]])


def unit(rows: npt.NDArray[np.floating]) -> Floats:
    """Bring rows to length 1."""
    lengths = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return np.asarray(rows / lengths, np.float32)
