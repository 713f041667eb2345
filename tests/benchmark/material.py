"""What is asked and of what: the shipped report with some phrasings held out, or variants of it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import cycle
from pathlib import Path

from knowledge import Edit, Swap
from knowledge.base import REPORTS
from knowledge.evaluation import Labelled, labelled
from knowledge.exchange.importing import files_at, plan_files
from knowledge.snapshot import Snapshot

SEED = 20200
# One phrasing in so many is held out of each entry with at least MANY of them.
EVERY, MANY = 10, 10


def shipped_snapshot() -> Snapshot:
    """Give what a new database holds."""
    return Snapshot().after(plan_files(files_at(REPORTS), Snapshot()).edit)


def material(file: Path | None, limit: int) -> tuple[Snapshot, tuple[Labelled, ...]]:
    """Give the base to ask and the questions: those of a file, or phrasings held out of the base.

    The report does not say what a gap is asked for: it is right to refuse.
    """
    base = shipped_snapshot()
    if file is not None:
        return base, _sample(labelled(file.read_bytes()), limit)
    swaps, questions = [], []
    for fact in base.facts.values():
        out = fact.also_asked[EVERY - 1 :: EVERY] if len(fact.phrasings) >= MANY else ()
        kept = replace(fact, also_asked=tuple(p for p in fact.also_asked if p not in out))
        swaps.append(Swap(fact, kept))
        questions += [Labelled(text, () if fact.is_gap else (fact.id,)) for text in out]
    return base.after(Edit("held out", tuple(swaps))), _sample(questions, limit)


def _sample(questions: Sequence[Labelled], limit: int) -> tuple[Labelled, ...]:
    return tuple(random.Random(SEED).sample(list(questions), min(limit, len(questions))))


def variants(texts: Iterable[str], number: int) -> tuple[str, ...]:
    """Make so many different texts of those given, each with a word changed, left out or put in."""
    given = list(texts)
    words = [word for text in given for word in text.split()]
    chance = random.Random(SEED)
    made = dict.fromkeys(_edited(given, words, chance, number))
    return tuple(made)[:number]


def _edited(
    given: Sequence[str], words: Sequence[str], chance: random.Random, number: int
) -> Iterator[str]:
    # Some come twice.
    for _ in range(2 * number):
        parts = chance.choice(given).split()
        place = chance.randrange(len(parts))
        parts[place : place + chance.randrange(2)] = chance.choices(words, k=chance.randrange(2))
        if parts:
            yield " ".join(parts)


def single(base: Snapshot, number: int) -> Edit:
    """Give so many more entries with one way of asking each; all of their texts are new."""
    facts = [fact for fact in base.facts.values() if not fact.is_gap]
    texts = variants((text for fact in facts for text in fact.phrasings), number)
    answers = variants((fact.answer for fact in facts), number)
    rows = zip(texts, answers, cycle(facts), strict=False)
    return Edit(
        "imported",
        tuple(
            Swap(
                None,
                replace(
                    fact,
                    id=f"entry-{row}",
                    question=text,
                    also_asked=(),
                    answer=answer,
                    figures=(),
                ),
            )
            for row, (text, answer, fact) in enumerate(rows)
        ),
    )
