"""What a short message says by itself, and how it reads after a question shown before it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from knowledge.dialogue import grammar
from knowledge.matching.question import YEAR, Contrasts, asks
from knowledge.matching.text import stem

# Words of an answer that a follow-up is read with.
ANSWERED = 6
_JOINTS = frozenset({"the", "of", "a", "an"})


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a message that may follow on, without those that say so (`marked`)."""

    tokens: tuple[str, ...]
    marked: bool = False

    @classmethod
    def of(cls, tokens: Sequence[str]) -> Said:
        """Hear what a message says."""
        begin = grammar.marker(tokens)
        return cls(tuple(tokens[begin:]), begin > 0)

    @property
    def own(self) -> tuple[str, ...]:
        """Give the words that name a thing."""
        return grammar.content(self.tokens)

    @property
    def asking(self) -> tuple[str, ...]:
        """Give the words that ask: "how", "many"."""
        return tuple(t for t in self.tokens if t in grammar.QUESTION or t in grammar.AMOUNT)

    @property
    def compares(self) -> bool:
        """Tell whether one time or thing is to be set against another."""
        return not grammar.COMPARISON.isdisjoint(self.tokens)

    @property
    def judges(self) -> bool:
        """Tell whether nothing is asked but what to think of a thing: "is that good"."""
        return bool(self.own) and set(self.own) <= grammar.JUDGING and not self.asking

    @property
    def pointing(self) -> bool:
        """Tell whether a message speaks of something named before it."""
        return grammar.points(self.tokens)


@dataclass(frozen=True, slots=True)
class Reading:
    """A follow-up as a whole question: `added` is new in it, `kept` comes from what was shown."""

    tokens: tuple[str, ...]
    added: tuple[str, ...]
    kept: tuple[str, ...]
    kind: int | None = None


def readings(said: Said, shown: Sequence[str], contrasts: Contrasts) -> Iterator[Reading]:
    """Read a follow-up after a question `shown`, its words in the form the matcher reads."""
    text, changed = _qualified(said, tuple(shown), contrasts)
    stems = set(map(stem, shown))
    own = tuple(t for t in said.own if t not in changed and stem(t) not in stems)
    named = grammar.content(text)
    if not (changed or own or said.asking or said.compares):
        # Nothing new is said.
        return
    if changed and not own and not said.asking and not said.compares:
        yield Reading(text, changed, _without(named, changed))
        return
    added = (*changed, *own)
    lead = _without(said.tokens, grammar.POINTERS.union(changed))
    if said.asking:
        yield Reading((*lead, *_without(named, lead)), added, _without(named, added), asks(lead))
        return
    yield Reading((*lead, *_without(text, lead)), added, _without(named, added))
    # Something else of the same kind; but what points back speaks of the whole.
    if own and not said.pointing:
        for chunk in _chunks(text):
            rest = _without(text, chunk)
            if kept := _without(grammar.content(rest), added):
                yield Reading((*rest, *own), added, kept)


def about_answer(said: Said, question: Sequence[str], answer: Sequence[str]) -> Iterator[Reading]:
    """Read a follow-up after what an answer says beyond its question: its names and figures."""
    stems = set(map(stem, said.own))
    own = tuple(said.own)
    if not own or said.compares:
        return
    known = set(map(stem, question))
    kept = tuple(t for t in grammar.content(answer) if stem(t) not in known | stems)[:ANSWERED]
    if kept:
        lead = _without(said.tokens, grammar.POINTERS)
        yield Reading((*lead, *kept), own, kept, asks(lead) if said.asking else None)


def _qualified(
    said: Said, shown: tuple[str, ...], contrasts: Contrasts
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Put the qualifiers and years said in place of their rivals; also gives the new words."""
    text = shown
    for group, members in contrasts.hinted(said.tokens).items():
        if len(members) == 1:
            text = contrasts.replaced(text, group, next(iter(members)))
    years = tuple(t for t in said.tokens if YEAR.fullmatch(t))
    if years or not grammar.PRESENT.isdisjoint(said.tokens):
        text = (*(t for t in text if not YEAR.fullmatch(t)), *years)
    return text, _without(text, shown)


def _chunks(text: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Give the stretches of a question that name something."""
    chunk: list[str] = []
    for token in (*text, "is"):
        if token in _JOINTS or token not in grammar.FUNCTION:
            chunk.append(token)
            continue
        if not _JOINTS.issuperset(chunk):
            yield tuple(chunk)
        chunk = []


def _without(tokens: Sequence[str], others: Collection[str]) -> tuple[str, ...]:
    return tuple(t for t in tokens if t not in others)
