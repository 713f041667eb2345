"""Lists: overviews of a report, a topic or a subject, and the items of what was listed.

An overview is put together where nobody has written one.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import chain

from knowledge import texts
from knowledge.dialogue import grammar
from knowledge.dialogue.decision import given
from knowledge.matching.matcher import Matcher
from knowledge.matching.text import ORDINALS, stem, words
from knowledge.model import Answer, Context, Fact, Match, Near, Reply
from knowledge.snapshot import Snapshot

# Lines of an overview put together, and the characters they take on a phone.
LINES, ROOM = 5, 300
# The confidence in an overview: what was asked is plain, what belongs in it is a choice.
CHOSEN = 0.9
# How the ids of entries begin that were written as overviews: of the report, and of their topic.
WHOLE, OF_TOPIC = "main-findings", "overview-"
# The confidence in an entry that was picked by its place, and the least of one on an item picked.
PICKED, ON_ITEM = 0.99, 0.2
_MARKED = re.compile(r"(?:^|\s)(?:[•*–-]|\d[.)])\s+")
# "Six reviews are listed for 2020." is no item of them.
_LEADING_UP = re.compile(r":$|\blist(?:s|ed)\b[^.]*\.$")
OTHERS = re.compile(
    r"(?:(?:and|ok|so|what about|how about) )*the (?:(?:others?|rest|remaining|missing)(?: \w+)?|"
    r"\w+ (?:thats?|you|is|are|still)(?: is| are| have)? (?:missing|left(?: out)?))"
)
_WHOLE = re.compile(
    r"\b(tl ?dr|summary|summari[sz]e|summari[sz]ed|main (findings?|points?|messages?|conclusions?)|"
    r"key (findings?|points?|messages?|takeaways?|facts)|highlights|overview|in a nutshell|gist|"
    r"headlines?|what d(oes|id) ((the|this) report|it|they|you( lot| all)?) (say|find)|"
    r"what(s| is) (it|this)( thing)?( all)? about|what(s| is) in (the|this) report|"
    r"explain (the|this) report)\b(?! (?:about|on|re|regarding)\b)"
)
# Places in what was listed.
PLACES = {"former": 0, "top": 0, "last": -1, "latter": -1, "bottom": -1}
PLACES |= {word: place for place, word in enumerate(ORDINALS)}
# What goes with an ordinal and says nothing more.
_AROUND = frozenset(
    "which came comes the one ones a an please pls and ok okay so now then what about how more on "
    "of for tell me give show number no option question answer point topic item thing i mean meant "
    "want take that this it they them yes in detail say something is was are were does do did "
    "elaborate explain expand describe can could you list who where when why".split()
)
_ITEMS = frozenset("one point item topic thing option about is was are does consist cover".split())
# "And the first, aimed at whom?", "unpack the third".
_PLACED = rf"the (?:{'|'.join(PLACES)})\b"
_PICKED = re.compile(rf"^(?:and |ok |now )*(?:{_PLACED},|(?:\w+ )?{_PLACED}[?. ]*$)")
# With these a digit is a place, not an amount.
_NUMBERED = frozenset("no number option point item question".split())
# Words that name the report itself.
_REPORT = frozenset(
    "report reports slides presentation whole everything lines line 3 4 5 ten words please main "
    "findings points short quick brief figures".split()
)


# --- Overviews ------------------------------------------------------------------------------------


def is_overview(fact: Fact) -> bool:
    """Tell whether an entry was written as an overview."""
    return fact.id == WHOLE or fact.id.startswith(OF_TOPIC)


def overview(snapshot: Snapshot, about: str, *, wished: bool) -> Answer | None:
    """Give the overview of a report or a topic that is `wished` for; None for any other message."""
    said = " ".join(words(about))
    if not wished and not _WHOLE.search(said):
        return None
    named = set(grammar.content(words(said if wished else _WHOLE.sub(" ", said))))
    titles = {word for one in snapshot.reports for word in words(one.title)}
    # The period of a report narrows nothing, while "probation" may be all that is wished for.
    own = {word for word in titles if not (wished and word.isalpha())}
    stems = {stem(word) for word in named - _REPORT - own}
    if not stems:
        every = chain.from_iterable(snapshot.topics.values())
        return _written(every, WHOLE) or _told([facts[0] for facts in snapshot.topics.values()])
    for topic, facts in snapshot.topics.items():
        if stems <= {stem(word) for word in words(topic)}:
            return _written(facts, OF_TOPIC) or _told(facts)
    return None


def _written(facts: Iterable[Fact], begins: str) -> Answer | None:
    """Give the first entry whose id begins so."""
    written = next((fact for fact in facts if fact.id.startswith(begins)), None)
    return Answer((Match(written, CHOSEN),)) if written else None


def subject(matcher: Matcher, about: str) -> Answer | None:
    """Put together what entries say of a subject that a message asks about in general."""
    named = grammar.content(matcher.read(about)[0].tokens)
    likely = (match.fact for match in matcher.reread(named).matches)
    told = [fact for fact in likely if not fact.is_gap and matcher.says(fact, named)]
    return _told(told) if len(told) > 1 else None


def _told(facts: Sequence[Fact]) -> Answer | None:
    """Give the first sentences of entries, as many as a phone shows."""
    lines: list[str] = []
    for fact in facts[:LINES]:
        first = re.split(r"(?<=[.!?])\s+(?=[A-Z0-9£])", fact.answer, maxsplit=1)[0]
        lines.append(texts.line(first, fact.source))
        if sum(map(len, lines)) > ROOM and len(lines) > 2:
            lines.pop()
            break
    said, told = "\n".join((texts.IN_SHORT, *lines)), facts[: len(lines)]
    listed = tuple(fact.id for fact in told)
    return Answer((Match(told[0], CHOSEN, computed=said, of=listed),)) if told else None


# --- Items ----------------------------------------------------------------------------------------


def picked(matcher: Matcher, text: str, context: Context) -> Reply | None:
    """Answer a message that picks an item of what was offered or said; None for any other."""
    place = place_in(text)
    others = bool(OTHERS.fullmatch(" ".join(words(text))))
    if place is None and not others:
        return None
    known = matcher.by_id
    ids = context.offered or context.listed or context.answered
    facts = [known[one] for one in ids if one in known]
    if not facts or (not context.offered and text.strip().isdecimal()):
        # A number alone picks nothing of an answer.
        return None
    if context.offered or len(facts) > 1:
        if place is None or not -len(facts) <= place < len(facts):
            return None
        return given(Match(facts[place], PICKED, asked=facts[place].question, of=ids))
    items = items_of(facts[0])
    if others:
        left = [item for item in items if item != context.question]
        return _item(facts[0], "; ".join(left)) if 0 < len(left) < len(items) else None
    if place is None or not -len(items) <= place < len(items):
        lacks = Match(facts[0], PICKED, texts.CANT_TELL, context.computed, context.question)
        return Near((lacks,)) if items else None
    return _on_item(matcher, items[place], facts[0])


def items_of(fact: Fact) -> tuple[str, ...]:
    """Give the items that an answer lists: its lines, or the parts of its first list."""
    lines = [line for line in fact.answer.split("\n") if line.strip()]
    if len(lines) > 2:
        # What stands before numbered lines is none of them.
        numbered = _MARKED.match(lines[1]) and not _MARKED.match(lines[0])
        told = lines[1:] if numbered or _LEADING_UP.search(lines[0]) else lines
        return tuple(_MARKED.sub("", line, count=1).strip() for line in told)
    head, colon, rest = fact.answer.partition(": ")
    # "The marks, from best to worst, are A, B and C" lists from its "are" on.
    told_in = re.split(r", (?:are|were) ", (rest if colon else head).split(". ")[0])[-1]
    # What comes after ", and" is the last item, whatever it lists itself.
    first, joint, last = told_in.partition(", and ")
    if not joint:
        first, _, last = told_in.rpartition(" and ")
    parts = [part.strip(" .") for part in (*re.split(r"[,;]\s+", first), last)]
    return tuple(filter(None, parts)) if all(parts[-2:]) else ()


def _on_item(matcher: Matcher, item: str, fact: Fact) -> Reply:
    """Give the entry on an item, or what the answer says of it."""
    named = grammar.content(matcher.read(item)[0].tokens)
    likely = [one for one in matcher.reread(named).matches[:3] if not one.fact.is_gap]
    others = [one for one in likely if one.fact.id != fact.id and one.confidence >= ON_ITEM]
    if not others:
        return _item(fact, item)
    match = max(others, key=lambda one: matcher.explained(one.fact, named))
    return Answer((replace(match, asked=item, of=(fact.id,)),))


def _item(fact: Fact, item: str) -> Reply:
    said = f"{item[:1].upper()}{item[1:].rstrip('.')}."
    return Answer((Match(fact, PICKED, computed=said, asked=item, of=(fact.id,)),))


# --- Places ---------------------------------------------------------------------------------------


def beyond(text: str) -> str:
    """Give what a message that picks says besides: "the third one, what did CRCs get for it"."""
    said = [word for word in words(text) if word not in _NUMBERED.union(PLACES, _ITEMS)]
    return " ".join(said) if grammar.content(said) else ""


def of_item(text: str, item: str) -> str:
    """Ask of an item what is asked of "it" or "that"."""
    said = words(text)
    at = next((n for n, word in enumerate(said) if word in grammar.POINTERS), len(said))
    return " ".join((*said[:at], item, *said[at + 1 :]))


def place_in(text: str, around: Collection[str] = ()) -> int | None:
    """Give the place that a message picks, from 0, negative from the end; None for no pick.

    Words `around` it may stand beside those that always may.
    """
    spoken = words(text)
    beside = _AROUND.union(around, _NUMBERED).difference(PLACES)
    said = [word for word in spoken if word not in beside]
    if len(said) == 1 and re.fullmatch("[1-9]", said[0]):
        numbered = spoken == said or not _NUMBERED.isdisjoint(spoken)
        return int(said[0]) - 1 if numbered else None
    first = next((word for word in said if word in PLACES), "")
    # "The second point, any number behind it" picks, whatever is asked of it.
    picks = first and spoken[spoken.index(first) + 1 :][:1]
    picked = said == [first] or (picks and picks[0] in _ITEMS) or _PICKED.search(text.casefold())
    return PLACES[first] if picked else None
