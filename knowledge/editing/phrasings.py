"""Other ways of asking what an entry answers, worked out from its question and answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from knowledge.dialogue.answering import ask
from knowledge.matching.matcher import Matcher
from knowledge.matching.text import stem, words
from knowledge.model import Fact, Near, Term, Unknown

MOST = 8
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
    (r"how much", ("cost of", "amount of")),
    (r"how long", ("length of",)),
    (r"how often", ("frequency of",)),
    (r"who", ("name of",)),
    (r"when", ("date of",)),
    (r"where", ("location of", "address of")),
    (r"why", ("reason for",)),
    (r"(?:is|are|was|were) there", ("do you have", "have you got")),
    (r"(?:does|do|did) .{1,40}? (?:have|offer|run)", ("is there",)),
    (r"what (?:is|are|was|were)", ("tell me about",)),
)


def proposals(fact: Fact, terms: Iterable[Term], matcher: Matcher) -> tuple[str, ...]:
    """Give up to eight ways of asking that find the fact and that no other entry is asked with.

    `matcher` is the one that knows the fact.
    """
    kept: list[str] = []
    for text in rewordings(fact, terms):
        owner = matcher.phrased(text)
        if owner is None and finds(matcher, text, fact):
            kept.append(text)
    return tuple(kept[:MOST])


def finds(matcher: Matcher, text: str, fact: Fact) -> bool:
    """Tell whether a question is answered with a fact, or the fact offered first."""
    reply = ask(matcher, text)
    first = reply.gap if isinstance(reply, Unknown) else reply.matches[0]
    wanted = not isinstance(reply, Near) and (fact.is_gap or not isinstance(reply, Unknown))
    return first is not None and wanted and first.fact.id == fact.id


def rewordings(fact: Fact, terms: Iterable[Term] = ()) -> tuple[str, ...]:
    """Give ways of asking that say no more than the question, those it has left out."""
    found: dict[str, None] = {}
    had = {tuple(words(text)) for text in fact.phrasings}
    for text in _reworded(fact, tuple(terms)):
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


def _reworded(fact: Fact, terms: Sequence[Term]) -> Iterator[str]:
    question = fact.question.strip().rstrip("?.! ")
    plain = undated(question)
    yield " ".join(content(plain))
    if plain != question:
        yield plain
        yield " ".join(content(question))
    else:
        for date in list(dict.fromkeys(_DATE.findall(fact.answer)))[:1]:
            yield f"{question} {date.strip(' ,').lower()}"
    yield from _opened(plain)
    yield from _abbreviated(fact, plain, terms)


def _opened(question: str) -> Iterator[str]:
    """Ask the same with another opening."""
    for opening, others in _OPENINGS:
        if found := re.match(rf"{opening}\b\s*(.+)", question, re.I):
            about = " ".join(content(found[1])) or found[1]
            for other in others:
                yield f"{other} {about}"
            return


def _abbreviated(fact: Fact, question: str, terms: Sequence[Term]) -> Iterator[str]:
    """Say an abbreviation for its long form, and the other way round."""
    pairs = [(long, short) for long, short in _SHORT.findall(f"{fact.answer} {fact.detail}")]
    pairs += [(term.means, term.said) for term in terms if len(term.said) < len(term.means)]
    lowered = f" {' '.join(words(question))} "
    for long, short in pairs:
        for one, other in ((long, short), (short, long)):
            wanted = f" {' '.join(words(one))} "
            if wanted.strip() and wanted in lowered:
                swapped = lowered.replace(wanted, f" {' '.join(words(other))} ")
                yield " ".join(content(swapped))


def subject(question: str) -> frozenset[str]:
    """Give the stems of what a question is about, whenever it asks for."""
    return frozenset(stem(word) for word in content(undated(question)))
