"""Other ways of asking what an entry answers, worked out from its question and answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.dialogue.answering import ask
from knowledge.matching.matcher import Matcher
from knowledge.matching.text import stem, words
from knowledge.model import Fact, Near, Unknown

MOST = 8
# The most words of an answer that is asked about as it stands.
SHORT = 4
# Words that say how something is asked, not what about.
ASKING = frozenset(
    "a about an and any are as at be been by can could did do does for from had has have how i in "
    "is it its many me much my number of on or our please should tell that the their there these "
    "they this those to us was we were what whats when where which who whom whose why will with "
    "would you your currently now still today latest new newest since until".split()
)
# What a date is told by; "may" and "march" only beside a number.
MONTHS = (
    "january february march april may june july august september october november december"
).split()
_YEAR = r"(?:19|20)\d\d(?:\s?[/-]\s?(?:20)?\d\d)?"
_DATE = re.compile(
    rf"\s*,?\s*\b(?:(?:in|on|since|from|by|for|during|until|as (?:of|at))\s+)?(?:the\s+)?"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?(?:(?:{'|'.join(MONTHS)})\s+)?{_YEAR}\b",
    re.I,
)
# "Community Rehabilitation Companies (CRCs)".
_SHORT = re.compile(r"\b((?:[A-Z][\w-]*\s+(?:and\s+|of\s+)?){1,5}[A-Z][\w-]*)\s+\(([A-Z]{2,}s?)\)")
# How a question begins, and what stands for that before its own words.
_OPENINGS = (
    (r"how many", ("number of",)),
    (r"(?:what (?:is|was|were|are) )?the number of", ("how many",)),
    (r"what (?:percentage|proportion|share) of", ("how many", "share of")),
    (r"how much", ("cost of", "amount of")),
    (r"how long", ("length of",)),
    (r"how often", ("frequency of",)),
    (r"who", ("name of",)),
    (r"when", ("date of",)),
    (r"where", ("location of", "address of")),
    (r"why", ("reason for",)),
    (r"(?:is|are|was|were) there", ("do you have", "have you got")),
    (r"(?:does|do|did) .{1,40}? (?:have|offer|run)", ("is there",)),
    (r"(?:which|what are|what were)", ("list of",)),
)


def proposals(fact: Fact, matcher: Matcher) -> tuple[str, ...]:
    """Give up to eight ways of asking that find the fact and that no entry is asked with yet.

    `matcher` is the one that knows the fact. What it reads as one is proposed once: abbreviations
    that are terms, say.
    """
    kept: dict[tuple[str, ...], str] = {}
    for text in rewordings(fact):
        read = matcher.read(text)[0].tokens
        if read not in kept and matcher.phrased(text) is None and finds(matcher, text, fact):
            kept[read] = text
    return tuple(kept.values())[:MOST]


def finds(matcher: Matcher, text: str, fact: Fact) -> bool:
    """Tell whether a question is answered with a fact, or the fact offered first."""
    reply = ask(matcher, text)
    first = reply.gap if isinstance(reply, Unknown) else reply.matches[0]
    wanted = not isinstance(reply, Near) and (fact.is_gap or not isinstance(reply, Unknown))
    return first is not None and wanted and first.fact.id == fact.id


def rewordings(fact: Fact) -> tuple[str, ...]:
    """Give ways of asking that say no more than the question and answer, those it has left out."""
    found: dict[str, None] = {}
    had = {tuple(words(text)) for text in fact.phrasings}
    for text in _reworded(fact):
        said = tuple(words(text))
        if len(said) > 1 or (said and said[0] not in ASKING and len(said[0]) > 3):
            if said not in had:
                found.setdefault(text)
            had.add(said)
    return tuple(found)


def undated(text: str) -> str:
    """Give a text without the dates it names."""
    return " ".join(_DATE.sub(" ", text).split())


def content(text: str) -> tuple[str, ...]:
    """Give the words of a question that say what it is about, in their order."""
    return tuple(word for word in words(text) if word not in ASKING)


def _reworded(fact: Fact) -> Iterator[str]:
    question = fact.question.strip().rstrip("?.! ")
    plain = undated(question)
    yield " ".join(content(plain))
    if plain != question:
        yield plain
        yield " ".join(content(question))
    elif date := _DATE.search(fact.answer):
        yield f"{question} {date[0].strip(' ,').lower()}"
    yield from _opened(plain)
    answer = fact.answer.strip().rstrip(".")
    if len(answer.split()) <= SHORT and re.match(r"(?:who|what|which|where|when)\b", plain, re.I):
        # "Is it Martin Jones?"
        yield f"is {answer} {' '.join(content(plain))}"
    yield from _abbreviated(fact, plain)


def _opened(question: str) -> Iterator[str]:
    """Ask the same with another opening."""
    for opening, others in _OPENINGS:
        if found := re.match(rf"{opening}\b\s*(.+)", question, re.I):
            about = " ".join(content(found[1])) or found[1]
            for other in others:
                yield f"{other} {about}"
            return


def _abbreviated(fact: Fact, question: str) -> Iterator[str]:
    """Say an abbreviation that the answer explains for its long form, and the other way round."""
    asked = f" {' '.join(words(question))} "
    for pair in _SHORT.findall(f"{fact.answer} {fact.detail}"):
        long, short = (f" {' '.join(words(one))} " for one in pair)
        for one, other in ((long, short), (short, long)):
            if one in asked:
                yield " ".join(content(asked.replace(one, other)))


def subject(question: str) -> frozenset[str]:
    """Give the stems of what a question is about, whenever it asks for."""
    return frozenset(stem(word) for word in content(undated(question)))
