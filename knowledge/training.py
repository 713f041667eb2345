"""Makes `pretrained.npz` anew from the shipped reports, in some minutes.

The weights are learned from worlds: bases made of the shipped entries, some of them left out and
the others cut down to one way of asking or a few, that are asked what was held out of them. So they
serve a base of any size, and entries with however few ways of asking.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from knowledge.base import shipped_snapshot
from knowledge.matching import embeddings
from knowledge.matching.embeddings import Logit
from knowledge.matching.features import FEATURES
from knowledge.matching.index import Floats
from knowledge.matching.matcher import Matcher, said
from knowledge.matching.text import words
from knowledge.model import Fact, Term

SEED = 2020
# Ways of asking that entries are cut down to.
FEW = (1, 1, 2, 3, 5, 10, 30)
# The share of the entries that a world has, the share of those that are cut down, and whether gaps
# are among them: a base of one's own has none.
WORLDS = tuple(
    (share, cut, gaps)
    for share in (1.0, 1.0, 0.5, 0.25)
    for cut in (0.15, 0.5, 1.0)
    for gaps in (True, False)
) + tuple((share, 1.0, False) for share in (0.1, 0.05, 0.02, 0.02, 0.01, 0.01))
# Questions that a world is asked, and those among them that belong to none of its entries.
INSIDE, OUTSIDE = 300, 120
# Beside a small base most questions are far off: there the hardest of so many times as many teach.
SMALL, HARD = 0.2, 4
# What a question of no entry counts: these keep the words of the base and are harder to tell than
# what people ask beside a report, where gaps stand for what it leaves out.
GUARDED, UNGUARDED = 0.12, 2.0
# How strongly fitted weights are drawn to nothing, in units of examples.
PRIOR = 0.5
# Newton steps until the weights no longer move.
STEPS = 60


@dataclass(frozen=True, slots=True)
class Lesson:
    """The features of a question's candidates; `right` is the row of its entry, None for none."""

    features: Floats
    right: int | None
    weight: float = 1.0


def fit(lessons: Sequence[Lesson]) -> Logit:
    """Learn the weights that make the lessons likeliest, by Newton's method."""
    size = lessons[0].features.shape[1]
    most = max(len(lesson.features) for lesson in lessons) + 1
    features = np.zeros((len(lessons), most, size + 1))
    absent = np.ones((len(lessons), most), bool)
    right = np.zeros(len(lessons), int)
    for number, lesson in enumerate(lessons):
        count = len(lesson.features)
        features[number, 1 : count + 1, :size] = lesson.features
        absent[number, : count + 1] = False
        right[number] = 0 if lesson.right is None else lesson.right + 1
    features[:, 0, size] = 1
    counts = np.array([lesson.weight for lesson in lessons])
    chosen = features[np.arange(len(lessons)), right]
    scale = np.concatenate([features[:, 1:, :size].std(axis=(0, 1)), [1.0]])
    drawn = 2 * PRIOR * np.maximum(scale, 1e-3) ** 2
    weights = np.zeros(size + 1)
    for _ in range(STEPS):
        worths = np.where(absent, -np.inf, features @ weights)
        odds = np.exp(worths - worths.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        mean = np.einsum("nk,nkf->nf", odds, features)
        slope = counts @ (mean - chosen) + drawn * weights
        spread = np.einsum("nk,nkf,nkg->nfg", odds * counts[:, None], features, features).sum(0)
        curve = spread - np.einsum("n,nf,ng->fg", counts, mean, mean) + np.diag(drawn)
        step = np.linalg.solve(curve, slope)
        # Damped: far from the best a whole step can overshoot.
        weights -= step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-9))
        if float(np.abs(step).max()) < 1e-4:
            break
    return Logit.of(weights)


def world(
    facts: Sequence[Fact], setting: tuple[float, float, bool], chance: random.Random
) -> list[Fact]:
    """Give a base made of some of the facts."""
    share, cut, gaps = setting
    some = [fact for fact in facts if gaps or not fact.is_gap]
    kept = chance.sample(some, max(1, round(share * len(some) * 0.95)))
    silent = not gaps and chance.random() < 0.5
    return [
        replace(
            fact,
            also_asked=_few(fact, chance) if chance.random() < cut else _most(fact, chance),
            answer="" if silent else fact.answer,
            detail="" if silent else fact.detail,
        )
        for fact in kept
    ]


def _few(fact: Fact, chance: random.Random) -> tuple[str, ...]:
    count = min(chance.choice(FEW) - 1, len(fact.also_asked))
    return tuple(chance.sample(fact.also_asked, count))


def _most(fact: Fact, chance: random.Random) -> tuple[str, ...]:
    """Leave out a run of phrasings: neighbours in the list were written by one person."""
    size = max(1, len(fact.also_asked) // 5)
    start = chance.randrange(max(1, len(fact.also_asked)))
    return fact.also_asked[:start] + fact.also_asked[start + size :]


def lessons(facts: Sequence[Fact], terms: Sequence[Term]) -> Iterator[tuple[Lesson, Lesson]]:
    """Ask worlds what was held out of them; gives what words show and what meanings show."""
    chance = random.Random(SEED)
    whole = Matcher.build(facts, terms)
    for setting in WORLDS:
        base = world(facts, setting, chance)
        made = Matcher.build(base, terms, before=whole)
        held = {fact.id: set(fact.phrasings) for fact in base}
        inside = [
            (fact.id, text)
            for fact in facts
            if fact.id in held
            for text in fact.also_asked
            if text not in held[fact.id]
        ]
        outside = [("", text) for fact in facts if fact.id not in held for text in fact.phrasings]
        weight = GUARDED if setting[2] else UNGUARDED
        for owner, text in chance.sample(inside, min(INSIDE, len(inside))):
            if made.phrased(text) is None and (lesson := _lesson(made, owner, text, weight)):
                yield lesson
        tried = OUTSIDE * (HARD if setting[0] < SMALL else 1)
        asked = [
            lesson
            for owner, text in chance.sample(outside, min(tried, len(outside)))
            if made.phrased(text) is None and (lesson := _lesson(made, owner, text, weight))
        ]
        asked.sort(key=lambda lesson: -float(lesson[1].features[:, 0].max(initial=0.0)))
        yield from asked[:OUTSIDE]


def _lesson(made: Matcher, owner: str, text: str, weight: float) -> tuple[Lesson, Lesson] | None:
    """Ask one question; None where its entry is not found among the candidates."""
    question, _ = made.read(text)
    if not question.tokens:
        return None
    both = []
    for meaning in (None, embeddings.meanings([question.plain])[0]):
        found = made.gather(replace(question, meaning=meaning))
        place = [row for row, e in enumerate(found.entries) if made.facts[e].id == owner]
        if owner and not place:
            return None
        both.append(Lesson(found.features, place[0] if owner else None, 1.0 if owner else weight))
    return both[0], both[1]


def train(facts: Sequence[Fact], terms: Sequence[Term], path: Path) -> None:
    """Read what all texts mean, learn the weights, and write both to a file."""
    texts = sorted({text for fact in facts for text in (*fact.phrasings, said(fact))})
    rows = embeddings.encode([" ".join(words(text)) or " " for text in texts])
    projection = np.linalg.svd(rows, full_matrices=False)[2][: embeddings.KEPT].T
    kept = rows @ projection
    kept /= np.linalg.norm(kept, axis=1, keepdims=True)
    keys = embeddings.digests(texts)
    order = np.argsort(keys)
    nothing = Logit((0.0,) * len(FEATURES), 0.0)

    def write(by_words: Logit, by_meaning: Logit) -> None:
        np.savez_compressed(
            path,
            projection=projection.astype(np.float16),
            digests=keys[order],
            meanings=embeddings.in_bytes(kept[order]),
            by_words=np.array([*by_words.weights, by_words.none]),
            by_meaning=np.array([*by_meaning.weights, by_meaning.none]),
        )
        embeddings.pretrained.cache_clear()

    # What is learned rests on the meanings as they are kept.
    write(nothing, nothing)
    by_words, by_meaning = zip(*lessons(facts, terms), strict=True)
    write(fit(by_words), fit(by_meaning))


if __name__ == "__main__":
    argparse.ArgumentParser(prog="python -m knowledge.training", description=__doc__).parse_args()
    snapshot = shipped_snapshot()
    train(
        [fact for fact in snapshot.facts.values() if not fact.retired],
        snapshot.terms,
        Path(embeddings.__file__).parents[1] / embeddings.NAME,
    )
