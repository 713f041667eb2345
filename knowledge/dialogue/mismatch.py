"""Questions that fit an entry but for one thing: a date, a body, a figure, a name, a "not".

What does not fit is said, and what the report does say is given. None of this is curated: it holds
for any base.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from knowledge import texts
from knowledge.dialogue import dates, grammar
from knowledge.dialogue.dates import Date
from knowledge.dialogue.decision import decide
from knowledge.matching.matcher import Matcher, Weighed
from knowledge.matching.question import WHETHER, Question, conflicts
from knowledge.matching.text import is_number, stem, words
from knowledge.model import Answer, Fact, Match, Near, Reply, Report, Suggestions, Unknown

# A gap this likely stands, whatever else fits but for a word.
STANDS = 0.5
# The share of a question's words, by weight, that an entry accounts for when yes can be said.
SETTLED = 0.9
OFFERED = 4

_OVER = frozenset({"over", "above"})
_ABOUT = r"over|more than|nearly|almost|about|around|up to|at least|fewer than|less than"
_FIGURE = re.compile(
    rf"(?:(?P<about>{_ABOUT}) )?(?P<figure>£?\d[\d,]*(?:\.\d+)?(?:m|bn)?%?)"
    r"(?: ?(?:million|per cent))?(?: out of (?:\d+|ten))?",
    re.I,
)
_SHARE = re.compile(r"\b(\d+)(?: out)? of (?:the )?(\d+)\b|\b(\d+)% of\b")
_QUANTIFIERS: dict[str, Callable[[float], bool]] = {
    "most": lambda share: share > 0.5,
    "majority": lambda share: share > 0.5,
    "all": lambda share: share == 1,
    "every": lambda share: share == 1,
    "none": lambda share: share == 0,
}
# Words that are each other's opposite, side by side.
_OPPOSITES = tuple(
    (frozenset(map(stem, one.split())), frozenset(map(stem, other.split())))
    for one, other in (
        ("well success successes strength strengths", "wrong badly failure failures weakness"),
        ("best strongest highest most", "worst weakest poorest lowest least"),
        ("widest biggest largest", "narrowest smallest"),
        ("rise rose rising increase increased grew growth", "fall fell falling fallen decrease "
         "decreased decline declined drop dropped"),
        ("better improve improved improving", "worse worsen worsened deteriorate deteriorated"),
        ("positive positives good", "negative negatives bad"),
    )
)  # fmt: skip


# --- Dates ----------------------------------------------------------------------------------------


def dated(
    asked: Sequence[Date], with_date: Reply, without: Reply, report: Callable[[Fact], Report | None]
) -> Reply:
    """Choose the reply to a question that names dates, given the reply to it `without` them.

    The fact's own dates speak for it, and so do those of its report; another date is said not to
    be in the report.
    """
    told = _first(with_date)
    plain = _first(without)
    if plain is not None and _owns(plain.fact, asked, report):
        return without
    if told is not None and _owns(told.fact, asked):
        return with_date
    if plain is None:
        if told is not None and not _owns(told.fact, asked, report):
            return Suggestions((told,))
        own = of_its_report(asked, (with_date, without), report)
        return without if own == tuple(asked) and told is None else with_date
    if isinstance(with_date, Unknown) and with_date.gap is not None:
        names = _owns(with_date.gap.fact, asked) or not plain.fact.figures
        if names and with_date.gap.confidence >= STANDS:
            return with_date
    when = dates.main_date(plain.fact)
    lead = texts.not_for(texts.listed([str(date) for date in asked]), str(when) if when else "")
    return Near((_led(plain, lead),))


def dated_so(fact: Fact, asked: Sequence[Date]) -> Reply | None:
    """Say yes to the date of an entry's answer, or put another one right."""
    when = dates.main_date(fact)
    if when is None:
        return None
    right = all(one.is_told_by(when) for one in asked)
    claimed = texts.listed([str(one) for one in asked])
    lead = texts.YES if right else texts.not_then(claimed, str(when))
    return Answer((Match(fact, STANDS, lead),))


def _owns(
    fact: Fact, asked: Sequence[Date], report: Callable[[Fact], Report | None] = lambda _: None
) -> bool:
    """Tell whether all dates asked about are the entry's own, or its report's."""
    own = dates.of_fact(fact)
    if all(any(one.is_told_by(other) for other in own) for one in asked):
        return True
    about = report(fact)
    theirs = dates.of_report(about) if about else ()
    if not all(any(one.is_told_by(other) for other in (*theirs, *own)) for one in asked):
        return False
    # What is told for another period only is not told for the report's.
    when = dates.main_date(fact)
    return when is None or not when.span or any(when.is_told_by(other) for other in theirs)


def of_its_report(
    asked: Sequence[Date], replies: Sequence[Reply], report: Callable[[Fact], Report | None]
) -> tuple[Date, ...]:
    """Give the dates asked about that are those of the report which is spoken of."""
    facts = [match.fact for reply in replies for match in matches_of(reply)[:1]]
    theirs = [d for fact in facts if (about := report(fact)) for d in dates.of_report(about)]
    return tuple(one for one in asked if any(one.is_told_by(other) for other in theirs))


# --- Bodies, levels, names ------------------------------------------------------------------------


def fitted(matcher: Matcher, question: Question, weighed: Weighed, reply: Reply) -> Reply:
    """Say what the report says of another body or level, where it is that alone which differs."""
    if isinstance(reply, Answer) or not question.named:
        return reply
    if isinstance(reply, Unknown) and reply.gap and reply.gap.confidence >= STANDS:
        return reply
    top = next((match for match in weighed.matches if not match.fact.is_gap), None)
    if top is None:
        return reply
    named = matcher.profile(top.fact).named
    if conflicts(question.named, named) != 1:
        return reply
    group = next(g for g, m in question.named.items() if g in named and not m & named[g])
    other = next(iter(sorted(named[group])))
    swapped = matcher.contrasts.replaced(question.tokens, group, other)
    again = decide(matcher.reread(swapped).matches)
    if not isinstance(again, Answer) or again.matches[0].fact.id != top.fact.id:
        return reply
    lead = texts.not_of(texts.listed(sorted(question.named[group])), other)
    return Near((_led(again.matches[0], lead),))


# --- Figures --------------------------------------------------------------------------------------


def premised(matcher: Matcher, question: Question, reply: Reply) -> Reply:
    """Say whether a figure put forward is the report's: yes, or what the report says instead."""
    if question.asks != WHETHER or grammar.negates(question.tokens):
        return reply
    claimed = [t for t in question.tokens if is_number(t) and t in question.claims]
    if not claimed:
        return _quantified(matcher, question, reply)
    found = reply
    if not isinstance(reply, Answer):
        # The wrong figure may have kept it from being found.
        rest = tuple(t for t in question.tokens if t not in claimed)
        found = decide(matcher.reread(rest, WHETHER).matches)
    if not isinstance(found, Answer) or len(found.matches) != 1:
        return reply
    match = found.matches[0]
    given = {_bare(t) for t in words(match.fact.answer) if is_number(t)}
    if match.fact.answer.startswith((texts.YES[:-1], texts.NO[:-1])):
        return found
    if all(_bare(t) in given for t in claimed):
        named = [t for t in grammar.content(question.tokens) if not is_number(t)]
        sure = matcher.explained(match.fact, named) >= SETTLED
        return Answer((_led(match, texts.YES),)) if sure else found
    figures = [one for one in _FIGURE.finditer(match.fact.answer) if not _is_date(one, match.fact)]
    alike = [one for one in figures if _unit(one["figure"]) == _unit(claimed[0])]
    if len(claimed) != 1 or len(alike) != 1:
        return reply if not isinstance(reply, Answer) else found
    more = _OVER.intersection(question.tokens) or "more than" in " ".join(question.tokens)
    value, limit = float(_bare(alike[0]["figure"])), float(_bare(claimed[0]))
    if more and alike[0]["about"] in (None, "over", "more than") and value >= limit:
        return Answer((_led(match, texts.YES),))
    if more or not {"less", "fewer", "under", "below"}.isdisjoint(question.tokens):
        return found
    return Answer((_led(match, texts.instead(alike[0][0].strip(), claimed[0])),))


def _quantified(matcher: Matcher, question: Question, reply: Reply) -> Reply:
    """Say yes or no to "were most of them good" where the share is known."""
    wanted = [word for word in _QUANTIFIERS if word in question.tokens]
    if len(wanted) != 1 or not isinstance(reply, Answer) or len(reply.matches) != 1:
        return reply
    match = reply.matches[0]
    share = _SHARE.search(match.fact.answer)
    begins = match.fact.answer.split(" ", 1)[0].strip(".,")
    if share is None or begins in ("Yes", "No"):
        return reply
    named = [t for t in grammar.content(question.tokens) if t not in _QUANTIFIERS]
    if matcher.explained(match.fact, named) < SETTLED:
        return reply
    part = int(share[3]) / 100 if share[3] else int(share[1]) / max(int(share[2]), 1)
    return Answer((_led(match, texts.YES if _QUANTIFIERS[wanted[0]](part) else texts.NO),))


def _bare(token: str) -> str:
    return token.strip("£%m").removesuffix("bn").replace(",", "").split("/")[0] or "0"


def _unit(token: str) -> str:
    return "".join(c for c in token if c in "£%m")


def _is_date(found: re.Match[str], fact: Fact) -> bool:
    year = found["figure"]
    return bool(re.fullmatch(r"(19|20)\d\d", year)) and any(
        str(one.year) == year for one in dates.of_fact(fact)
    )


# --- Not, and the other direction -----------------------------------------------------------------


def opposed(question: Question, weighed: Weighed, reply: Reply) -> Reply:
    """Keep an answer from being given plainly to a question that asks for its opposite."""
    if not isinstance(reply, Answer) or len(reply.matches) != 1 or question.asks == WHETHER:
        return reply
    match = reply.matches[0]
    if not (_is_turned(question, match.fact) or _is_opposite(question, match.fact)):
        return reply
    gap = next((m for m in weighed.matches if m.fact.is_gap), None)
    others = [m for m in weighed.matches if m is not gap and not m.fact.is_gap]
    offered = (*others[:1], *((gap,) if gap else ()), *others[1:])
    return Suggestions(offered[:OFFERED]) if offered else Suggestions(reply.matches)


def _is_turned(question: Question, fact: Fact) -> bool:
    """Tell whether a question negates what an entry says plainly."""
    if not grammar.negates(_outside_if(question.tokens)):
        return False
    told = words(f"{fact.question} {fact.answer}")
    # "Not inadequate" is not what "inadequate" says.
    if grammar.negates(told) or grammar.LACKING.intersection(told).difference(question.tokens):
        return False
    return not grammar.negates(_nearest(question, fact))


def _outside_if(tokens: Sequence[str]) -> Sequence[str]:
    """Leave out what is only supposed: "what was done, if it was not that"."""
    return tokens[: tokens.index("if")] if "if" in tokens else tokens


def _is_opposite(question: Question, fact: Fact) -> bool:
    """Tell whether a question asks for the other direction than an entry gives."""
    asked = frozenset(question.stems)
    said = frozenset(stem(t) for t in words(f"{fact.question} {fact.answer} {fact.detail}"))
    for one, other in _OPPOSITES:
        for wanted, against in ((one, other), (other, one)):
            if asked & wanted and not asked & against and said & against and not said & wanted:
                return wanted.isdisjoint(map(stem, _nearest(question, fact)))
    return False


def _nearest(question: Question, fact: Fact) -> Sequence[str]:
    """Give the way of asking for an entry that is most like a question."""
    asked = set(question.stems)

    def likeness(said: Sequence[str]) -> float:
        other = set(map(stem, said))
        return len(asked & other) / max(len(asked | other), 1)

    return max((words(phrasing) for phrasing in fact.phrasings), key=likeness)


# --- Parts ----------------------------------------------------------------------------------------


def matches_of(reply: Reply) -> tuple[Match, ...]:
    """Give the matches of any reply."""
    if isinstance(reply, Unknown):
        return (reply.gap,) if reply.gap else ()
    return reply.matches


def _first(reply: Reply) -> Match | None:
    """Give the fact that a reply answers with."""
    match = reply.matches[0] if isinstance(reply, Answer) else None
    return match if match and not match.fact.is_gap else None


def _led(match: Match, lead: str) -> Match:
    return Match(match.fact, match.confidence, lead, match.computed, match.asked)
