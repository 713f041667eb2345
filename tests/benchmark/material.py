"""What is asked and of what: the shipped phrasings, some held out, many more made from them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from knowledge import Fact, Term
from knowledge.base import shipped_files
from knowledge.evaluation import Labelled, labelled
from knowledge.exchange import files

SEED = 20200
# One phrasing in so many is held out of each fact.
EVERY = 10


@cache
def shipped() -> tuple[tuple[Fact, ...], tuple[Term, ...]]:
    """The shipped facts and terms."""
    batch = files.joined([files.read(data, name) for name, data in shipped_files()])
    facts = tuple(row.fact for row in batch.rows if not row.fact.retired)
    return facts, tuple(batch.terms)


def held_out(
    facts: Sequence[Fact], first: int = EVERY - 1
) -> tuple[tuple[Fact, ...], tuple[Labelled, ...]]:
    """The facts without every tenth phrasing, and those phrasings as questions.

    The report does not say what a gap is asked for: it is right to refuse.
    """
    kept: list[Fact] = []
    questions: list[Labelled] = []
    for fact in facts:
        out = fact.also_asked[first::EVERY]
        kept.append(replace(fact, also_asked=tuple(p for p in fact.also_asked if p not in out)))
        questions += [Labelled(text, () if fact.is_gap else (fact.id,)) for text in out]
    return tuple(kept), tuple(questions)


def sample(questions: Sequence[Labelled], limit: int) -> tuple[Labelled, ...]:
    """Some of the questions in random order, so that the first of them are a sample as well."""
    return tuple(random.Random(SEED).sample(list(questions), min(limit, len(questions))))


def material(file: Path | None, limit: int) -> tuple[tuple[Fact, ...], tuple[Labelled, ...]]:
    """The base to ask and the questions: those of a file, or phrasings held out."""
    facts, _ = shipped()
    if file is not None:
        return facts, sample(labelled(file.read_bytes()), limit)
    kept, questions = held_out(facts)
    return kept, sample(questions, limit)


def fewer(facts: Iterable[Fact], most: int) -> tuple[Fact, ...]:
    """The facts with so many phrasings at most, drawn at random; the question itself is one."""
    chance = random.Random(SEED)
    return tuple(
        replace(f, also_asked=tuple(chance.sample(f.also_asked, min(most - 1, len(f.also_asked)))))
        for f in facts
    )


def crowd(size: int, *, single: bool = False) -> tuple[tuple[Fact, ...], tuple[str, ...]]:
    """Facts with `size` phrasings in all, and 200 questions that none of them is to the letter.

    Phrasings beyond the shipped ones are shipped ones with a word changed, left out or put in.
    `single` makes a fact of each.
    """
    chance = random.Random(SEED)
    pool = [(fact, text) for fact in shipped()[0] for text in fact.phrasings]
    chance.shuffle(pool)
    words = [word for _, text in pool for word in text.split()]
    texts: dict[str, Fact] = {}
    place = 0
    while len(texts) < size + 200:
        fact, text = pool[place % len(pool)]
        if place >= len(pool) or len(texts) >= size:
            text = _with_an_edit(text, words, chance)
        texts.setdefault(text, fact)
        place += 1
    said = list(texts.items())
    questions = tuple(text for text, _ in said[size:])
    if single:
        facts = [
            replace(fact, id=f"{fact.id}-{number}", question=text, also_asked=())
            for number, (text, fact) in enumerate(said[:size])
        ]
        return tuple(facts), questions
    mine: dict[str, list[str]] = {}
    for text, fact in said[:size]:
        mine.setdefault(fact.id, []).append(text)
    by_id = {fact.id: fact for fact in shipped()[0]}
    return tuple(
        replace(by_id[key], question=first, also_asked=tuple(others))
        for key, (first, *others) in mine.items()
    ), questions


def _with_an_edit(text: str, words: Sequence[str], chance: random.Random) -> str:
    parts = text.split()
    place = chance.randrange(len(parts))
    match chance.randrange(3):
        case 0 if len(parts) > 2:
            del parts[place]
        case 1:
            parts[place] = chance.choice(words)
        case _:
            parts.insert(place, chance.choice(words))
    return " ".join(parts)
