"""The items of what was said or offered last, in order: "the second one", "the others", "2"."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from knowledge.dialogue import grammar
from knowledge.matching.matcher import Matcher
from knowledge.matching.text import words
from knowledge.model import Answer, Context, Fact, Match, Reply, Unknown

_PLACES = {
    **{word: place for place, words_ in enumerate(
        ("first 1st", "second 2nd", "third 3rd", "fourth 4th", "fifth 5th", "sixth 6th")
    ) for word in words_.split()},
    "last": -1,
    "latter": -1,
    "former": 0,
}  # fmt: skip
# What goes with an ordinal and says nothing more.
_AROUND = frozenset(
    "the one ones a an please pls and ok okay so now then what about how more on of for tell me "
    "give show number no option question answer point topic item thing i mean meant want take "
    "that this it yes in detail say something".split()
)
_NUMBER = re.compile(r"(?:no\.?|number|option|#)?\s*([1-9])[.)]?")
_LINES = re.compile(r"\n\s*(?:[•*–-]|\d[.)])?\s*")
_LIST = re.compile(r",\s+(?:and\s+)?|\s+and\s+|;\s+")
# The confidence in an entry that was picked by its place.
PICKED = 0.99
# The confidence from which an item of an answer is taken to mean an entry of its own.
MEANT = 0.3


def place_in(text: str, around: Collection[str] = ()) -> int | None:
    """Give the place that a message picks, from 0, negative from the end; None for no pick.

    Words `around` it may stand beside those that always may.
    """
    if found := _NUMBER.fullmatch(text.strip().casefold()):
        return int(found[1]) - 1
    spoken = words(text)
    places = [_PLACES[word] for word in spoken if word in _PLACES]
    rest = [word for word in spoken if word not in _PLACES and word not in _AROUND | set(around)]
    return places[0] if len(places) == 1 and not rest else None


def picked(matcher: Matcher, text: str, context: Context) -> Reply | None:
    """Answer a message that picks an item of what was offered or said; None for any other."""
    place = place_in(text)
    if place is None:
        return None
    facts = {fact.id: fact for fact in matcher.facts}
    offered = [facts[one] for one in context.offered if one in facts]
    if offered:
        return _given(offered, place)
    answered = [facts[one] for one in context.answered if one in facts]
    if text.strip().isdecimal() or not answered:
        # A number alone picks nothing of an answer.
        return None
    if len(answered) > 1:
        return _given(answered, place)
    items = items_of(answered[0])
    if not -len(items) <= place < len(items):
        return Unknown(about=answered[0]) if items else None
    return _on_item(matcher, items[place], answered[0])


def items_of(fact: Fact) -> tuple[str, ...]:
    """Give the items that an answer lists: its lines, or the parts of its first list."""
    lines = [part.strip() for part in _LINES.split(fact.answer) if part.strip()]
    if len(lines) > 2:
        return tuple(lines[1:] if lines[0].endswith(":") else lines)
    head, colon, rest = fact.answer.partition(": ")
    told = rest.split(". ")[0] if colon else head.split(". ")[0]
    parts = [part.strip(" .") for part in _LIST.split(told) if part.strip(" .")]
    return tuple(parts) if len(parts) > 1 else ()


def _given(facts: Sequence[Fact], place: int) -> Reply | None:
    if not -len(facts) <= place < len(facts):
        return None
    match = Match(facts[place], PICKED, asked=facts[place].question)
    return Unknown(match) if match.fact.is_gap else Answer((match,))


def _on_item(matcher: Matcher, item: str, fact: Fact) -> Reply:
    """Answer with the entry on an item of an answer, else with what the answer says of it."""
    named = " ".join(grammar.content(matcher.read(item)[0].tokens))
    for match in matcher.weigh(matcher.read(named)[0]).matches[:3]:
        near = match.fact.topic == fact.topic and match.fact.id != fact.id
        if near and not match.fact.is_gap and match.confidence >= MEANT:
            return Answer((Match(match.fact, match.confidence, asked=item),))
    return Answer(
        (Match(fact, PICKED, computed=f"{item[:1].upper()}{item[1:].rstrip('.')}.", asked=item),)
    )
