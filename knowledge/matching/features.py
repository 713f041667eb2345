"""The evidence for each candidate entry: the features that its confidence is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

import numpy as np
import numpy.typing as npt

from knowledge.matching.embeddings import SCALE, Floats, Ints, Rows, unit
from knowledge.matching.index import Index
from knowledge.matching.question import Named, Question, conflicts
from knowledge.matching.spelling import rarity
from knowledge.matching.text import spans
from knowledge.model import Fact

Mask = npt.NDArray[np.bool_]

FEATURES: tuple[str, ...] = (
    "ridge",
    "ways",
    "meaning",
    "unexplained",
    "answer",
    "conflict",
    "gap",
    "guarded",
    "unmarked",
)
# Entries whose phrasings are read for their meaning, and those looked at closely.
POOL, SHORTLIST = 30, 20
# What an entry with one way of asking is ahead when pool and shortlist are drawn up: the best of a
# hundred ways is nearer by chance than the best of one. Measured on facts left with one: with .15
# they are looked at closely for 82 of 100 questions, with .35 for 97.
SCARCE = 0.35
# Words whose hearing is kept in memory.
REMEMBERED = 256
# Phrasings that the ridge is solved on, and its strength; a phrasing's kernel with itself is 1.
NEAREST, RIDGE = 64, 0.3
# From so many ways of asking on, more of them say nothing new.
MANY_WAYS = 100
# The share of gaps from which a base is taken to say what its report leaves out.
GUARDED = 0.3
# How much a gap marks a question that stands beside no fact.
ALONE = 0.3
# How rare in English a word is at least that says what a question is about ("many" is not).
TELLING = 8.0


@dataclass(frozen=True, slots=True)
class Candidates:
    """Entries considered, their features of shape (entries, len(FEATURES)).

    `nearest` has the place of the phrasing of each that is most like the question; what is
    `unheard` has no word in common with it but such as "how many".
    """

    entries: Rows
    features: Floats
    nearest: Rows
    unheard: Mask


class Evidence:
    """Compares questions with the entries of an index.

    `named` are the qualifiers of each; `beside` has for each gap the places of the facts that it
    stands beside.
    """

    def __init__(self, index: Index, facts: Sequence[Fact], named: Sequence[Named]) -> None:
        self.index, self._named = index, named
        places = {fact.id: place for place, fact in enumerate(facts)}
        self.beside = {
            places[fact.id]: [places[one] for one in fact.beside if one in places]
            for fact in facts
            if fact.is_gap
        }
        self._ways = np.log(np.minimum(index.ways(), MANY_WAYS)) / log(MANY_WAYS)
        self._ahead = SCARCE * (1 - self._ways)
        self._gaps = np.array([fact.is_gap for fact in facts], bool)
        self._guarded = min(1.0, self._gaps.sum() / max(len(facts), 1) / GUARDED)
        # In whole numbers: all meanings as floats would take four times their memory.
        meant = np.add.reduceat(index.meanings, index.starts[:-1], axis=0, dtype=np.int32)
        self._centres = unit(meant.astype(np.float32))
        self._heard = lru_cache(maxsize=REMEMBERED)(self._hear)

    def gather(self, question: Question, meaning: Floats) -> Candidates:
        """Gather the likeliest entries for a question and what speaks for and against each."""
        index, wanted = self.index, meaning / SCALE
        near = {stem: index.lexicon.near(stem) for stem in dict.fromkeys(question.stems)}
        weights = {stem: index.lexicon.weight(stem) for stem in near}
        heard = _product(index, near, weights)
        unexplained, unheard = self._unexplained(weights, question)
        best_heard = np.maximum.reduceat(heard, index.starts[:-1])
        near_by = best_heard + self._centres @ meaning + 2 * self._ahead
        pool = _largest(near_by, POOL)
        rows = spans(index.starts[pool], index.sizes[pool])
        meanings = index.meanings[rows].astype(np.float32)
        bounds = np.cumsum(index.sizes[pool]) - index.sizes[pool]
        worded, meant = np.clip(heard[rows], 0, 1), np.clip(meanings @ wanted, 0, 1)
        solved = self._ridge(rows, (_kernel(worded) + meant * meant) / 2)
        ridges = np.add.reduceat(solved, bounds)
        said = np.clip(index.answers[pool].astype(np.float32) @ wanted, 0, 1)
        alike = (worded + meant) / 2
        top = np.maximum.reduceat(alike, bounds)
        rank = top + 0.3 * ridges + 0.2 * said + self._ahead[pool]
        best = np.argsort(-rank, kind="stable")[:SHORTLIST]
        chosen = pool[best]
        columns = (
            ridges[best],
            self._ways[chosen],
            np.maximum.reduceat(meant, bounds)[best],
            unexplained[chosen],
            said[best],
            [conflicts(question.named, self._named[one]) for one in chosen.tolist()],
            self._gaps[chosen],
            np.full(len(chosen), self._guarded),
            [self._unmarked(one, unexplained) for one in chosen.tolist()],
        )
        features = np.column_stack(columns).astype(np.float32)
        # Of each entry the first phrasing that is as much alike as its best.
        likest = np.flatnonzero(alike == np.repeat(top, index.sizes[pool]))
        nearest = (likest[np.searchsorted(likest, bounds)] - bounds)[best]
        return Candidates(chosen, features, nearest, unheard[chosen])

    def _ridge(self, rows: Rows, kernel: Floats) -> Floats:
        """Weigh the nearest phrasings against each other: what many say alike counts once."""
        found = np.zeros(len(rows), np.float32)
        near = _largest(kernel, NEAREST)
        if len(near):
            meant = self.index.meanings[rows[near]] / np.float32(SCALE)
            meant = np.square(np.clip(meant @ meant.T, 0, 1))
            system = (_kernel(_products(self.index, rows[near])) + meant) / 2
            np.fill_diagonal(system, 1 + RIDGE)
            found[near] = np.linalg.solve(system, kernel[near])
        return found

    def _unexplained(self, weights: Mapping[str, float], question: Question) -> tuple[Floats, Mask]:
        """Give the share of a question, by weight, that entries are not asked or answered with.

        Also tells where that is all of it but words like "how many".
        """
        stems = [stem for stem in weights if stem not in question.claims]
        heard = np.array([self._heard(stem) for stem in stems]).reshape(len(stems), -1)
        shares = np.array([weights[stem] for stem in stems], np.float32)
        spoken = dict(zip(question.stems, question.tokens, strict=True))
        telling = [rarity(spoken[stem]) >= TELLING for stem in stems]
        unheard = (heard[telling].max(axis=0, initial=0) == 0) & any(telling)
        return shares @ (1 - heard) / max(shares.sum(), 1e-9), unheard

    def _hear(self, stem: str) -> Floats:
        """Give how much each entry is asked or answered with a stem (0-1)."""
        heard = np.zeros(len(self._named), np.float32)
        for place, likeness in zip(*self.index.lexicon.near(stem), strict=True):
            entries = self.index.held.column(place)
            heard[entries] = np.maximum(heard[entries], likeness)
        return heard

    def _unmarked(self, entry: int, unexplained: Floats) -> float:
        """Tell how little a gap explains of a question that a fact beside it does not.

        A gap is meant by a mark that its fact does not have: another year, a place, "why".
        """
        if entry not in self.beside:
            return 0.0
        beside = [float(unexplained[entry] - unexplained[one]) for one in self.beside[entry]]
        return max(beside, default=-ALONE)


def _product(
    index: Index, near: Mapping[str, tuple[Ints, Floats]], weights: Mapping[str, float]
) -> Floats:
    """Give the cosine of each phrasing with a question, stems spelt alike counted in part."""
    wanted = np.zeros(len(index.lexicon.stems), np.float32)
    for stem, (places, likeness) in near.items():
        wanted[places] = np.maximum(wanted[places], np.float32(weights[stem]) * likeness)
    columns = np.flatnonzero(wanted)
    length = np.sqrt(sum(weight * weight for weight in weights.values()))
    return index.words.times(columns, wanted[columns] / max(float(length), 1e-9))


def _products(index: Index, rows: Rows) -> Floats:
    """Multiply some phrasings with one another."""
    lengths = index.words.starts[rows + 1] - index.words.starts[rows]
    cells = spans(index.words.starts[rows], lengths)
    columns = index.words.columns[cells]
    used = np.bincount(columns) > 0
    place = np.cumsum(used) - 1
    dense = np.zeros((len(rows), np.count_nonzero(used)), np.float32)
    dense[np.repeat(np.arange(len(rows)), lengths), place[columns]] = index.words.weights[cells]
    return np.asarray(dense @ dense.T, np.float32)


def _kernel(cosines: Floats) -> Floats:
    return (cosines + cosines * cosines) / 2


def _largest(scores: Floats, count: int) -> Rows:
    """Give the places of the largest scores above 0, in order of place."""
    places = np.flatnonzero(scores > 0)
    if len(places) <= count:
        return places
    return np.sort(places[np.argpartition(-scores[places], count - 1)[:count]])
