"""Questions that fit an entry but for one thing: a date, a body, a figure, a name, a "not".

What does not fit is said, and what the report does say is given. None of this is curated: it holds
for any base.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from knowledge import texts
from knowledge.dialogue import dates, grammar
from knowledge.dialogue.decision import STANDS, SUGGESTED, answer_of, decide
from knowledge.matching.matcher import Matcher, Weighed
from knowledge.matching.question import WHETHER, YEAR, Question, numbers
from knowledge.matching.spelling import rarity
from knowledge.matching.text import is_number, stem, words
from knowledge.model import Answer, Fact, Match, Near, Reply, Suggestions, Unknown

# The share of a question's words, by weight, that an entry accounts for when yes can be said.
SETTLED = 0.9
# Facts that a name is asked of at most; what more of them are asked with is a word of the report.
FEW = 10

# A grade as a report writes it, and what asks for one.
_QUOTED = re.compile(r"'([A-Z][a-z]+(?: [a-z]+)?)'")
_RATED = frozenset("rated graded rating ratings grade".split())
# A word rarer than this in English text may be a name.
NAME = 13
_NAME = re.compile(
    r"(?<!\w)(?:(?P<at>in|at|from|near|around|for|within|across) (?P<the>the )?)?"
    r"(?P<word>[^\W\d_]{3,})(?!\w)",
    re.I,
)
_MORE, _LESS = "over|above|more than|at least", "less than|fewer than|under|below"
_ABOUT = r"over|more than|nearly|almost|about|around|up to|at least|fewer than|less than"
# A figure, of how many where that is told, and what comes after it: that is what it counts.
_COUNT = re.compile(
    rf"(?:(?P<about>{_ABOUT}) )?(?<!\S)(?P<figure>£?\d\S*)(?P<upto> to £?\d\S*)?"
    r"(?:(?: out)? of (?:the )?(?P<whole>\d+)\b)?(?=(?P<noun>(?: [^\W\d]\S*){0,4}))"
)
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


# --- Bodies, levels, names ------------------------------------------------------------------------


def fitted(matcher: Matcher, question: Question, weighed: Weighed, reply: Reply) -> Reply:
    """Say what the report says of another body, level or grade, where that alone differs."""
    top = next((match for match in weighed.matches if not match.fact.is_gap), None)
    if top is None or (isinstance(reply, Unknown) and reply.gap and reply.gap.confidence >= STANDS):
        return reply
    named = matcher.profile(top.fact).named
    groups = [g for g, m in question.named.items() if g in named and not m & named[g]]
    if len(groups) == 1:
        group, other = groups[0], min(named[groups[0]])
        swapped = matcher.contrasts.replaced(question.tokens, group, other)
        again = decide(matcher.reread(swapped).matches)
        if isinstance(again, Answer) and again.matches[0].fact.id == top.fact.id:
            lead = texts.NOT_OF.format(texts.listed(sorted(question.named[group])), other)
            return Near((replace(again.matches[0], lead=lead),))
    if isinstance(reply, Answer) and not _RATED.isdisjoint(question.tokens):
        match = reply.matches[0]
        asked, told = _levels(matcher, question.tokens, match.fact)
        if asked and told:
            lead = texts.NOT_OF.format(texts.listed(sorted(asked)), texts.listed(sorted(told)))
            return Near((replace(match, lead=lead),))
        if told and matcher.explained(match.fact, grammar.content(question.tokens)) < SETTLED:
            # "Rated outstanding for unpaid work" is not told by what was for another thing.
            facts = tuple(one for one in weighed.matches if not one.fact.is_gap)
            return Suggestions(facts[:SUGGESTED])
    return reply


def _levels(matcher: Matcher, tokens: Sequence[str], fact: Fact) -> tuple[set[str], set[str]]:
    """Give the grades, as a report writes them in quotes, that are asked for, and those told.

    None are asked for where one of them is told.
    """
    told = set(_QUOTED.findall(fact.answer))
    if not told:
        return set(), told
    said = f" {' '.join(tokens)} "
    every = {one for other in matcher.facts for one in _QUOTED.findall(other.answer)}
    asked = {one for one in every if f" {' '.join(words(one))} " in said}
    return (set() if asked & told else asked), told


def names(matcher: Matcher, text: str) -> tuple[tuple[str, ...], str]:
    """Give the places and names in a question that are no English words, and the rest of it."""
    found = []
    is_cased = text not in (text.upper(), text.title())
    for one in _NAME.finditer(text):
        word = one["word"].casefold()
        named = one["at"] or (is_cased and one["word"].istitle() and one.start())
        if not named or rarity(word) < NAME or matcher.contrasts.named([word]):
            continue
        used = sum(not fact.is_gap for fact in matcher.asked_with(word))
        if used <= FEW and matcher.read(word)[0].tokens == (word,):
            found.append(one)
    left = text
    for one in reversed(found):
        left = f"{left[: one.start()]} {left[one.end() :]}"
    # Places take no article: "in kent" is one, "at the outset" is none.
    places = {one["word"] for one in found if one["at"] in ("in", "near") and not one["the"]}
    said = (one["word"].title() if one["word"] in places else one["word"] for one in found)
    return tuple(said), " ".join(left.split())


def of_names(
    matcher: Matcher, found: Sequence[str], whole: Reply, without: Reply, rest: Sequence[str]
) -> Reply:
    """Choose the reply to a question that names what its fact has not, given that `without` it."""
    match, told = answer_of(without), answer_of(whole)
    if match is None or _speaks_of(matcher, match.fact, found):
        return whole
    sure = all(name.istitle() or _marks_gaps(matcher, name.casefold()) for name in found)
    if told is not None and (told.computed or not sure):
        return whole
    named = [t for t in grammar.content(rest) if not is_number(t) and t not in _QUANTIFIERS]
    if matcher.explained(match.fact, named) < SETTLED:
        return whole
    gap = whole.gap if isinstance(whole, Unknown) else None
    if gap and gap.confidence >= STANDS and _speaks_of(matcher, gap.fact, found):
        return whole
    said = texts.listed([name[:1].upper() + name[1:] for name in found])
    return Near((replace(match, lead=texts.not_for(said, "")),))


def _marks_gaps(matcher: Matcher, name: str) -> bool:
    """Tell whether nothing but what the report does not say is asked for by a name."""
    asked = [fact.is_gap for fact in matcher.asked_with(name)]
    return bool(asked) and all(asked)


def _speaks_of(matcher: Matcher, fact: Fact, found: Sequence[str]) -> bool:
    return any(matcher.explained(fact, [name.casefold()]) for name in found)


# --- Figures --------------------------------------------------------------------------------------


def premised(matcher: Matcher, question: Question, reply: Reply) -> Reply:
    """Say whether a figure put forward is the report's: yes, or what the report says instead."""
    tokens = question.tokens
    if isinstance(reply, Near):
        return reply
    opens = next((token for token in tokens if token not in grammar.LEADING), "")
    if opens not in grammar.AUXILIARY or grammar.QUESTION.intersection(tokens):
        return reply
    claims = [one for one in _counts(tokens) if not YEAR.fullmatch(one["figure"])]
    quantifier = [word for word in _QUANTIFIERS if word in tokens]
    if grammar.negates(tokens) or not (claims or quantifier):
        return reply
    judged = _judged(matcher, tokens, claims, quantifier, reply)
    if not claims or (judged and judged.matches[0].lead in (texts.YES, texts.NO)):
        return judged or reply
    # The wrong figure may have led elsewhere; another may say what it is about.
    figures, plain = [one["figure"] for one in claims], reply
    if judged is not None and len(claims) > 1:
        return judged
    for wrong in (figures, figures[:1]):
        rest = tuple(token for token in tokens if token not in wrong)
        found = decide(matcher.reread(rest, WHETHER).matches)
        if (other := _judged(matcher, tokens, claims, quantifier, found)) is not None:
            sure = other.matches[0].lead in (texts.YES, texts.NO)
            return other if sure or not _held_elsewhere(matcher, question, claims) else found
        plain = found if isinstance(found, Answer) and not isinstance(plain, Answer) else plain
    return judged or plain


def _judged(
    matcher: Matcher,
    tokens: Sequence[str],
    claims: Sequence[re.Match[str]],
    quantifier: Sequence[str],
    reply: Reply,
) -> Answer | None:
    """Hold what is put forward against the figure that counts it; None where none does."""
    if not isinstance(reply, Answer) or len(reply.matches) != 1:
        return None
    match = reply.matches[0]
    if match.fact.answer.startswith((texts.YES[:-1], texts.NO[:-1])):
        return reply
    named = [t for t in grammar.content(tokens) if not is_number(t) and t not in _QUANTIFIERS]
    if matcher.explained(match.fact, named) < SETTLED or _levels(matcher, tokens, match.fact)[0]:
        return None
    own = _counts(matcher.read(dates.named(match.fact.answer)[1])[0].tokens)
    lead = _quantified(own, claims, quantifier) if quantifier else _held(own, claims, tokens)
    return Answer((replace(match, lead=lead),)) if lead else None


def _held_elsewhere(matcher: Matcher, question: Question, claims: Sequence[re.Match[str]]) -> bool:
    """Tell whether another entry has just the figure put forward: neither yes nor no is sure."""
    wanted = numbers(one["figure"] for one in claims)
    with_it = (f for f in matcher.facts if wanted <= matcher.profile(f).answer_numbers)
    judged = [
        _judged(matcher, question.tokens, claims, (), Answer((Match(fact, 0.0),)))
        for fact in with_it
        if not fact.is_gap
    ]
    return any(one is not None and one.matches[0].lead == texts.YES for one in judged)


def _quantified(
    own: Sequence[re.Match[str]], claims: Sequence[re.Match[str]], quantifier: Sequence[str]
) -> str:
    """Give yes or no to "were most of them good" where the share is known."""
    first = own[0] if own else None
    if first is None or len(quantifier) != 1 or first["about"]:
        return ""
    if any(claim["figure"] != first["whole"] for claim in claims):
        # "All ten" are those of "8 out of 10".
        return ""
    if not first["whole"] and _unit(first) != "%":
        return ""
    share = _value(first) / (float(first["whole"]) if first["whole"] else 100)
    return texts.YES if _QUANTIFIERS[quantifier[0]](share) else texts.NO


def _held(
    own: Sequence[re.Match[str]], claims: Sequence[re.Match[str]], tokens: Sequence[str]
) -> str:
    """Give yes, or what the report says instead, "" where no figure is sure to count the same."""
    claim, *others = claims
    given = {one["figure"] for one in own} | {one["whole"] for one in own}
    alike = [one for one in own if _unit(one) == _unit(claim)]
    if not _unit(claim) and not claim["whole"]:
        alike = [one for one in alike if _counted(one) & _counted(claim, 2)]
    if not alike or any(one["figure"] not in given for one in others):
        return ""
    if others and len(own) != len(claims):
        # "60% over 100% and 30% over 120%": which goes with which is not known.
        return ""
    told, asked = alike[0], set(map(stem, tokens))
    value, limit = _value(told), _value(claim)
    if claim["about"]:
        at_least = value >= limit and told["about"] in (None, "over", "more than")
        more, less = (re.fullmatch(way, claim["about"]) for way in (_MORE, _LESS))
        return (texts.YES if more else texts.NO) if at_least and (more or less) else ""
    if told["upto"] != claim["upto"]:
        return ""
    if value == limit:
        # "Over 650" is not 650, nor "3" three out of ten.
        same = not told["about"] and claim["whole"] in (None, told["whole"])
        return texts.YES if same else ""
    named = {one["figure"] for one in others} | {told["figure"]}
    rivals = [one for one in own if one["figure"] not in named and _unit(one) == _unit(claim)]
    if any(_counted(one) & asked for one in rivals):
        # "20 out of 21 require improvement and 1 is inadequate": which is meant is not sure.
        return ""
    if claim["figure"] == told["whole"] and not claim["whole"]:
        return ""
    return texts.instead(told[0], claim[0])


def _counts(tokens: Sequence[str]) -> list[re.Match[str]]:
    return list(_COUNT.finditer(" ".join(tokens)))


def _counted(found: re.Match[str], most: int = 4) -> frozenset[str]:
    """Give the words that say what a figure counts."""
    return frozenset(map(stem, grammar.content(found["noun"].split()[:most])))


def _value(found: re.Match[str]) -> float:
    number = re.search(r"\d[\d,]*(?:\.\d+)?", found["figure"])
    return float(number[0].replace(",", "")) if number else 0.0


def _unit(found: re.Match[str]) -> str:
    return "".join(c for c in found["figure"] if c in "£%m")


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
    return Suggestions(offered[:SUGGESTED]) if offered else Suggestions(reply.matches)


def _is_turned(question: Question, fact: Fact) -> bool:
    """Tell whether a question negates what an entry says plainly."""
    if not grammar.negates(_outside_if(question.tokens)):
        return False
    told = words(f"{fact.question} {fact.answer}")
    # "Not inadequate" is not what "inadequate" says.
    lacking = grammar.LACKING.intersection(told).difference(question.tokens)
    return not (lacking or grammar.negates(told))


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
                return True
    return False
