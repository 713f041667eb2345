"""Makes `pretrained.npz` anew from the shipped reports, in some minutes.

With `--texts` only words and meanings of what is shipped: the weights stay as they were learned.

The weights are learned from worlds: bases made of the shipped entries, some of them left out and
the others cut down to one way of asking or a few, that are asked what was held out of them. So they
serve a base of any size, and entries with however few ways of asking.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from spellchecker import SpellChecker

from knowledge.matching import embeddings
from knowledge.matching.embeddings import Floats, Ints, Network
from knowledge.matching.features import FEATURES
from knowledge.matching.matcher import Matcher, said
from knowledge.matching.readings import Readings
from knowledge.matching.text import digests, words
from knowledge.model import Fact, Term
from tests.benchmark.material import shipped_snapshot

Mask = npt.NDArray[np.bool_]
# The entry that a question belongs to ("" for none), its text, what it counts.
Question = tuple[str, str, float]

SEED = 2020
# Ways of asking that entries are cut down to.
FEW = (1, 1, 2, 3, 5, 10, 30)
# The share of the entries that a world has, the share of those that are cut down, and whether gaps
# are among them: a base of one's own has none.
WORLDS = tuple(
    (share, cut, gaps)
    for share in (1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.25, 0.25)
    for cut in (0.15, 0.5, 1.0)
    for gaps in (True, False)
) + tuple((share, 1.0, False) for share in (0.1, 0.05, 0.02, 0.02, 0.01, 0.01, *(8 * [0.001])))
# Topics that a large world leaves out whole: what is asked of them is beside it, while an entry
# that is missing among its like is often answered by one of them.
TOPICS, LARGE = 2, 0.5
# Questions that a world is asked: of its entries, of those missing among their like, of topics left
# out. Beside a small base most questions are far off: there the hardest of so many times as many
# teach.
INSIDE, MISSING, BESIDE = 400, 120, 200
SMALL, HARD = 0.2, 4
# What a question counts that belongs to no entry of a base with gaps, missing among its like or of
# a topic left out; and of one without: these keep the words of the base and are harder to tell
# than what people ask beside a report.
NEAR, FAR, UNGUARDED = 0.1, 0.2, 2.0
# What a question counts that a gap answers: held-out ways of asking for gaps are as many as for
# facts, while people mostly ask for what a report says.
GAPS = 0.3
# What everyday English counts beside the shipped texts when it is settled which dimensions of a
# meaning are kept, and how many of its words: with the shipped texts alone a public collection's
# questions find their entry by meaning 77 times in a hundred, so 81 times, as with all 512.
EVERYDAY, COMMONEST = 3, 8000
# How Americans spell what the British spell otherwise. What is no word for that nobody types.
BRITISH = (
    (r"(?<=..)or(?=s?$|ed$|ing$|abl|ite|hood|less|ful|al)", "our"),
    (r"(?<=...)iz(?=e|i|a)", "is"),
    (r"yz(?=e|i)", "ys"),
    (r"(?<=..)(?<=[bt])er(?=s?$)", "re"),
    (r"(?<=gr)am(?=s?$)", "amme"),
    (r"(?<=en)s(?=es?$)", "c"),
    (r"(?<=[aeiou])l(?=ed$|ing$|ers?$|ors?$)", "ll"),
    (r"log(?=s?$)", "logue"),
)
# Networks learned from different beginnings and joined into one, the hidden units of each, passes
# over the lessons, lessons at a time, the first step, how strongly weights are drawn to nothing.
NETWORKS, HIDDEN, PASSES, BATCH, STEP, DECAY = 9, 10, 40, 256, 3e-3, 1e-3


@dataclass(frozen=True, slots=True)
class Lesson:
    """The features of a question's candidates; `right` is the row of its entry, None for none."""

    features: Floats
    right: int | None
    weight: float = 1.0


def fit(lessons: Sequence[Lesson]) -> Network:
    """Learn networks that make the lessons likely, and join them into one that gives their mean."""
    rows = np.concatenate([lesson.features for lesson in lessons])
    mean, scale = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-3)
    most = max(len(lesson.features) for lesson in lessons)
    features = np.zeros((len(lessons), most, rows.shape[1]), np.float32)
    absent = np.ones((len(lessons), most), bool)
    for number, lesson in enumerate(lessons):
        features[number, : len(lesson.features)] = (lesson.features - mean) / scale
        absent[number, : len(lesson.features)] = False
    right = np.array([most if lesson.right is None else lesson.right for lesson in lessons])
    counts = np.array([lesson.weight for lesson in lessons], np.float32)
    learned = [_descend(features, absent, right, counts, seed) for seed in range(NETWORKS)]
    inner, bias, outer, direct, none = zip(*learned, strict=True)
    return Network(
        mean,
        scale,
        np.concatenate(inner, axis=1),
        np.concatenate(bias),
        np.concatenate(outer) / NETWORKS,
        np.mean(direct, axis=0),
        np.mean(none, axis=0),
    )


def _descend(
    features: Floats, absent: Mask, right: Ints, counts: Floats, seed: int
) -> tuple[Floats, ...]:
    """Learn the weights of one network by Adam's method (Kingma and Ba, 2015)."""
    chance = np.random.default_rng(seed)
    width = features.shape[2]
    weights = [
        chance.normal(size=(width, HIDDEN)) / np.sqrt(width),
        np.zeros(HIDDEN),
        chance.normal(size=HIDDEN) / HIDDEN,
        np.zeros(width),
        np.zeros(1),
    ]
    means, squares = ([np.zeros_like(one) for one in weights] for _ in range(2))
    steps = 0
    for turn in range(PASSES):
        order = chance.permutation(len(features))
        for start in range(0, len(order), BATCH):
            some = order[start : start + BATCH]
            slopes = _slopes(weights, features[some], absent[some], right[some], counts[some])
            steps += 1
            for one, slope, mean, square in zip(weights, slopes, means, squares, strict=True):
                mean += 0.1 * (slope - mean)
                square += 0.001 * (slope * slope - square)
                size = np.sqrt(square / (1 - 0.999**steps)) + 1e-8
                decayed = DECAY * one if one is not weights[-1] else 0
                one -= STEP * (1 - turn / PASSES) * (mean / (1 - 0.9**steps) / size + decayed)
    return tuple(one.astype(np.float32) for one in weights)


def _slopes(
    weights: Sequence[Floats], features: Floats, absent: Mask, right: Ints, counts: Floats
) -> tuple[Floats, ...]:
    """Give how the surprise at some lessons rises with each weight."""
    inner, bias, outer, direct, none = weights
    hidden = np.tanh(features @ inner + bias)
    worths = np.where(absent, -np.inf, hidden @ outer + features @ direct)
    worths = np.concatenate([worths, np.full((len(worths), 1), none[0])], axis=1)
    odds = np.exp(worths - worths.max(axis=1, keepdims=True))
    odds /= odds.sum(axis=1, keepdims=True)
    odds[np.arange(len(odds)), right] -= 1
    odds *= (counts / counts.sum())[:, None]
    entries = odds[:, :-1]
    back = entries[:, :, None] * outer * (1 - hidden * hidden)
    return (
        np.einsum("nkf,nkh->fh", features, back, optimize=True),
        back.sum(axis=(0, 1)),
        np.einsum("nk,nkh->h", entries, hidden),
        np.einsum("nk,nkf->f", entries, features),
        odds[:, -1:].sum(axis=0),
    )


def world(
    facts: Sequence[Fact], setting: tuple[float, float, bool], chance: random.Random
) -> list[Fact]:
    """Give a base made of some of the facts."""
    share, cut, gaps = setting
    topics = sorted({fact.topic for fact in facts})
    without = chance.sample(topics, TOPICS) if share >= LARGE else ()
    some = [fact for fact in facts if fact.topic not in without and (gaps or not fact.is_gap)]
    kept = chance.sample(some, max(1, round(share * len(some) * 0.97)))
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


def lessons(facts: Sequence[Fact], terms: Sequence[Term]) -> Iterator[Lesson]:
    """Ask worlds what was held out of them."""
    chance = random.Random(SEED)
    whole = Matcher(facts, terms)
    for setting in WORLDS:
        share, _, gaps = setting
        base = world(facts, setting, chance)
        made = Matcher(base, terms, before=whole)
        held = {fact.id: fact.phrasings for fact in base}
        topics = {fact.topic for fact in base}
        inside: list[Question] = []
        missing: list[Question] = []
        beside: list[Question] = []
        for fact in facts:
            if fact.id in held:
                weight = GAPS if fact.is_gap else 1.0
                left = set(fact.also_asked) - set(held[fact.id])
                inside += [(fact.id, text, weight) for text in sorted(left)]
            else:
                weight = UNGUARDED if not gaps else NEAR if fact.topic in topics else FAR
                near = missing if fact.topic in topics or share < LARGE else beside
                near += [("", text, weight) for text in fact.phrasings]
        yield from _asked(made, chance.sample(inside, min(INSIDE, len(inside))))
        tried = MISSING * (HARD if share < SMALL else 1)
        hard = _asked(made, chance.sample(missing, min(tried, len(missing))))
        hard.sort(key=lambda one: -float(one.features[:, 0].max(initial=0.0)))
        yield from hard[:MISSING]
        yield from _asked(made, chance.sample(beside, min(BESIDE, len(beside))))


def _asked(made: Matcher, questions: Sequence[Question]) -> list[Lesson]:
    """Ask questions of owners; those are left out whose entry is not among the candidates."""
    read = [
        (owner, made.read(text)[0], weight)
        for owner, text, weight in questions
        if made.phrased(text) is None
    ]
    meant: Iterable[Floats] = ()
    if read:
        meant = embeddings.meanings([question.plain for _, question, _ in read])
    found = []
    for (owner, question, weight), meaning in zip(read, meant, strict=True):
        held = made.evidence.gather(question, meaning)
        ids = [made.facts[entry].id for entry in held.entries]
        if not owner or owner in ids:
            found.append(Lesson(held.features, ids.index(owner) if owner else None, weight))
    return found


def english() -> dict[str, int]:
    """Give how often words stand in English texts."""
    found: dict[str, int] = SpellChecker(language="en").word_frequency.dictionary
    return found


def listed(counts: dict[str, int]) -> dict[str, Any]:
    """Give words as digests, and how often each stands, as the program reads them.

    Those spelt in America are spelt as in Britain too: "programme" and "behaviour" would else be no
    words, and be taken for names.
    """
    # "Isn't" is read without its mark.
    counts = {re.sub("n't$", "nt", word): count for word, count in counts.items()} | counts
    for american, british in BRITISH:
        counts = {re.sub(american, british, one): count for one, count in counts.items()} | counts
    keys = digests(list(counts))
    order = np.argsort(keys)
    return {
        "english": keys[order],
        "counts": np.fromiter(counts.values(), np.uint32)[order],
    }


def everyday(chance: random.Random) -> list[str]:
    """Give the commonest words of English, each alone and in threes."""
    counts = english()
    common = sorted(counts, key=lambda word: (-counts[word], word))[:COMMONEST]
    return common + [" ".join(chance.sample(common, 3)) for _ in common]


def _spread(texts: Sequence[str]) -> Floats:
    """Give how the meanings of texts vary together, for one text."""
    rows = embeddings.encode(texts)
    return np.asarray(rows.T @ rows / len(rows), np.float64)


def _texts(facts: Sequence[Fact]) -> list[str]:
    return sorted({text for fact in facts for text in (*fact.phrasings, said(fact))})


def reread(facts: Sequence[Fact], path: Path) -> None:
    """Read all texts anew, and keep what else the file holds."""
    with embeddings.arrays() as held:
        kept = {name: held[name] for name in held.files}
    np.savez(
        path,
        allow_pickle=False,
        **(kept | listed(english()) | Readings.fresh(_texts(facts)).arrays()),
    )


def train(facts: Sequence[Fact], terms: Sequence[Term], path: Path) -> None:
    """Read what all texts mean, learn the weights, and write both to a file."""
    texts = _texts(facts)
    spread = _spread([" ".join(words(text)) or " " for text in texts])
    spread += EVERYDAY * _spread(everyday(random.Random(SEED)))
    projection = np.linalg.eigh(spread)[1][:, ::-1][:, : embeddings.KEPT]
    read = listed(english())
    width = len(FEATURES)
    nothing = Network(
        np.zeros(width),
        np.ones(width),
        np.zeros((width, 1)),
        np.zeros(1),
        np.zeros(1),
        np.zeros(width),
        np.zeros(1),
    )

    def write(network: Network) -> None:
        # As they are: to unpack them takes longer than to read them.
        np.savez(
            path,
            allow_pickle=False,
            projection=projection.astype(np.float16),
            **read,
            **{field.name: getattr(network, field.name) for field in fields(Network)},
        )
        for known in (embeddings.network, embeddings.projection, embeddings.signature):
            known.cache_clear()

    # What is learned rests on the meanings as they are kept.
    write(nothing)
    read |= Readings.fresh(texts).arrays()
    write(nothing)
    write(fit(list(lessons(facts, terms))))


def main() -> None:
    """Learn anew, or only read anew."""
    parser = argparse.ArgumentParser(prog="python -m tests.training", description=__doc__)
    parser.add_argument("--texts", action="store_true", help="keep the weights")
    only_texts = parser.parse_args().texts
    snapshot = shipped_snapshot()
    facts = [fact for fact in snapshot.facts.values() if not fact.retired]
    path = Path(embeddings.__file__).parents[1] / embeddings.NAME
    if only_texts:
        reread(facts, path)
    else:
        train(facts, snapshot.terms, path)


if __name__ == "__main__":
    main()
