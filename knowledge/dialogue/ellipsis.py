"""Ellipsis: what a few words leave out, taken from the question and the answer shown last."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.dialogue import grammar
from knowledge.matching.matcher import SELDOM, Matcher
from knowledge.matching.question import KINDS, YEAR, Contrasts, asks, conflicts
from knowledge.matching.text import stem
from knowledge.model import Fact, Match

# The share, by weight, of what is kept of the question shown that an entry must be asked with to
# be about the same thing; and of what was added, short of all of it only by rounding; the
# probability from which no other reading is looked for.
SAME, ALL, SURELY = 0.3, 0.99, 0.8
# The least share of its phrasings that counts.
LEAST = 0.005
# How often a kind of question is asked of an entry that it has nothing to do with; the words of an
# answer that a follow-up is read with.
RARE, ANSWERED = 0.05, 6
# Somebody, and the name of somebody.
PEOPLE = frozenset("he him his she her hers".split())
NAMED = re.compile(r"\b[A-Z][a-z]\w*(?: [A-Z][a-z]\w*)+")
_PLAIN = frozenset({KINDS.index("what"), KINDS.index("whether"), KINDS.index("keywords")})


# What asks for a time, a reason or a judgement in more words than one.
_ASKED_FOR = tuple(
    (re.compile(form), word)
    for form, word in (
        (r"\bhow come\b|\bwhat for\b|\bwhat(?: is|s) (?:behind|driving|causing)\b", "why"),
        (r"\bwhat (?:causes|caused)\b|\bwhat (?:makes?|made) (?:it|this|that) happen\b", "why"),
        (r"\bwhat do(?:es)? .*\bthink (?:of|about) (?:it|this|that|them)\b", "is it good"),
        (
            r"\bthe (?:figure|number)(?: itself)?$|^(?:and )?(?:in )?(?:figures|numbers)$",
            "how many",
        ),
        (
            r"\b(?:over )?(?:which|what) (?:year|month|date|day|period|time(?:frame|span)?)s?\b",
            "when",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a message that may follow on, without those that say so (`marked`).

    `own` name a thing, `asking` ask ("how many"), `compares` set one time or thing against another.
    """

    tokens: tuple[str, ...]
    marked: bool
    points: bool
    own: tuple[str, ...]
    asking: tuple[str, ...]
    compares: tuple[str, ...]

    @classmethod
    def of(cls, message: Sequence[str]) -> Said:
        """Hear what a message says."""
        text = " ".join(message)
        for form, word in _ASKED_FOR:
            text = form.sub(word, text)
        message = text.split()
        begin = grammar.marker(message)
        tokens = grammar.without(message[begin:], grammar.EMPHASIS)
        asking = tuple(t for t in tokens if t in grammar.QUESTION or t in grammar.AMOUNT)
        compares = tuple(t for t in tokens if t in grammar.COMPARISON)
        leans = grammar.points(message) or grammar.is_fragment(tokens)
        return cls(tokens, begin > 0, leans, grammar.content(tokens), asking, compares)

    @property
    def leans(self) -> bool:
        """Tell whether a message by its form is no whole question."""
        return self.marked or self.points

    @property
    def judges(self) -> bool:
        """Tell whether nothing is asked but what to think of a thing: "is that good"."""
        return bool(self.own) and set(self.own) <= grammar.JUDGING

    @property
    def is_helpless(self) -> bool:
        """Tell whether a message names nothing but a time, or what was left out."""
        known = grammar.PRESENT | grammar.OTHERS
        return all(token in known or YEAR.fullmatch(token) for token in self.own)

    @property
    def wants_whole(self) -> bool:
        """Tell whether it is asked of how many a number is: "out of how many"."""
        return " of how many " in f" {' '.join(self.tokens)} "


@dataclass(frozen=True, slots=True)
class Reading:
    """A follow-up as a whole question: `added` is new in it, `kept` comes from what was shown."""

    tokens: tuple[str, ...]
    added: tuple[str, ...]
    kept: tuple[str, ...]
    kind: int | None = None


def follow(matcher: Matcher, said: Said, shown: Fact) -> tuple[Match, ...]:
    """Give what a follow-up to `shown` may mean, likeliest first: what accounts for all it adds."""
    question = matcher.read(shown.question)[0].tokens
    read = (
        *readings(said, question, matcher.contrasts),
        *_after_answer(said, matcher, shown, question),
    )
    found: list[Match] = []
    for one in read:
        found = sorted((*found, *_weighed(matcher, said, shown, one)), key=lambda m: -m.confidence)
        if found and found[0].confidence >= SURELY:
            break
    # What to think of it is told by what is asked just that, or not at all.
    least = SURELY if said.judges and not said.compares else 0.0
    likeliest: dict[str, Match] = {}
    for match in found:
        if match.confidence >= least:
            likeliest.setdefault(match.fact.id, match)
    return tuple(likeliest.values())


def _weighed(matcher: Matcher, said: Said, shown: Fact, reading: Reading) -> Iterator[Match]:
    weighed = matcher.reread(reading.tokens, reading.kind)
    others = [
        match
        for match in weighed.matches
        if match.fact.id != shown.id and match.fact.report == shown.report
    ]
    worths = [one.confidence * _asked_so(matcher, said, reading, one.fact) for one in others]
    total = sum(worths) + weighed.none * RARE
    # A body that is not said stays the one spoken of.
    named = {**matcher.named(shown), **matcher.contrasts.named(reading.tokens)}
    for match, worth in zip(others, worths, strict=True):
        if (
            worth
            and not conflicts(named, matcher.named(match.fact))
            and matcher.explained(match.fact, reading.added) >= ALL
            and matcher.explained(match.fact, reading.kept) >= SAME
        ):
            yield Match(match.fact, worth / total, asked=" ".join(reading.tokens))


def _asked_so(matcher: Matcher, said: Said, reading: Reading, fact: Fact) -> float:
    """Give the share of a fact's phrasings that ask in this way (0-1)."""
    compared = matcher.spoken_share(fact, grammar.COMPARISON) if said.compares else 1.0
    if reading.kind is None or reading.kind in _PLAIN:
        return max(compared, LEAST)
    share = max(matcher.asked_share(fact, reading.kind), matcher.spoken_share(fact, said.asking))
    return share * max(compared, LEAST) if share >= SELDOM else 0.0


# --- Readings -------------------------------------------------------------------------------------


def readings(said: Said, shown: Sequence[str], contrasts: Contrasts) -> Iterator[Reading]:
    """Read a follow-up after a question `shown`, its words in the form the matcher reads."""
    text = tuple(shown)
    # The qualifiers and years said stand in the place of their rivals.
    for group, members in contrasts.hinted(said.tokens).items():
        if len(members) == 1:
            text = contrasts.replaced(text, group, next(iter(members)))
    if years := tuple(t for t in said.tokens if YEAR.fullmatch(t)):
        text = (*(t for t in text if not YEAR.fullmatch(t)), *years)
    changed, stems = grammar.without(text, shown), set(map(stem, shown))
    own = tuple(t for t in said.own if t not in changed and stem(t) not in stems)
    more = bool(own or said.asking or said.compares)
    if not (more or changed):
        return
    named, added = grammar.content(text), (*changed, *own)
    lead = grammar.without(said.tokens, grammar.POINTERS.union(changed)) if more else ()
    tokens = (*lead, *grammar.without(named if said.asking else text, lead))
    kind = asks(lead) if said.asking else None
    yield Reading(tokens, added, grammar.without(named, added), kind)


def _after_answer(
    said: Said, matcher: Matcher, shown: Fact, question: Sequence[str]
) -> Iterator[Reading]:
    """Read a follow-up after what an answer says beyond its question: its figures and names."""
    known = set(map(stem, (*question, *said.own)))
    answer = grammar.content(matcher.read(shown.answer)[0].tokens)
    kept = tuple(token for token in answer if stem(token) not in known)[:ANSWERED]
    if kept and said.own and not said.compares:
        lead = grammar.without(said.tokens, grammar.POINTERS)
        yield Reading((*lead, *kept), said.own, kept, asks(lead) if said.asking else None)
    people = NAMED.findall(f"{shown.question.partition(' ')[2]} \n {shown.answer}")
    if people and not PEOPLE.isdisjoint(said.tokens):
        # "What did he do".
        name = matcher.read(people[0])[0].tokens
        place = next(n for n, token in enumerate(said.tokens) if token in PEOPLE)
        yield Reading((*said.tokens[:place], *name, *said.tokens[place + 1 :]), said.own, name)
