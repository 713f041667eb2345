"""Questions that fit an entry but for one thing: a date, a body, a figure, a name, a "not".

What does not fit is said, and what the report does say is given. None of this is curated: it holds
for any base.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from knowledge import texts
from knowledge.dialogue import dates, grammar
from knowledge.dialogue.decision import STANDS, SUGGESTED, answer_of, decide
from knowledge.dialogue.queries import AMOUNTS, Amount
from knowledge.dialogue.tables import is_total
from knowledge.matching.matcher import COUNTED, SELDOM, Matcher, Weighed
from knowledge.matching.question import KINDS, WHETHER, Question, numbers
from knowledge.matching.spelling import NAME, rarity
from knowledge.matching.text import is_number, stem, words
from knowledge.model import Answer, Fact, Match, Near, Reply, Suggestions, Unknown

# The share of a question's words, by weight, that an entry accounts for when yes can be said.
SETTLED = 0.9
# Facts that a name is asked of at most; what more of them are asked with is a word of the report.
FEW = 10

# A grade as a report writes it, and what asks for one.
_QUOTED = re.compile(r"'([A-Z][a-z]+(?: [a-z]+)?)'")
_RATED = frozenset("rated graded rating ratings grade".split())
_NAME = re.compile(
    r"(?<!\w)(?:(?P<at>in|at|from|near|around|for|within|across) (?P<the>the )?)?"
    r"(?P<word>[^\W\d_]{3,})(?!\w)",
    re.I,
)
# No year, nor a part of a name or an address ("Covid-19").
_FIGURE = re.compile(r"(?<![\w/.-])£?(?!(?:19|20)\d\d\b)\d")
# What asks for a yes at the end of a statement, and what a question begins with.
_TAG = re.compile(
    r"[\s,.]+(?:(?:am i |is that |that'?s )?(?:right|correct|true)|yes|yeah|innit|"
    r"(?:is|are|was|were|did|does|do|has|have)n'?t (?:it|they|there|that))[\s?!.]*$",
    re.I,
)
_VERBS = frozenset("is are was were has have did does do".split())
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
    facts = tuple(one for one in weighed.matches if not one.fact.is_gap)
    if (
        isinstance(reply, Answer)
        and reply.matches[0].confidence < STANDS
        and _counts_else(matcher, question, reply.matches[0].fact)
    ):
        return Suggestions(facts[:SUGGESTED])
    if isinstance(reply, Answer) and _lacks_figure(matcher, question, reply.matches[0].fact):
        return Suggestions(facts[:SUGGESTED])
    if isinstance(reply, Answer) and not _RATED.isdisjoint(question.tokens):
        match = reply.matches[0]
        asked, told = _levels(matcher, question.tokens, match.fact)
        if asked and told:
            lead = texts.NOT_OF.format(texts.listed(sorted(asked)), texts.listed(sorted(told)))
            return Near((replace(match, lead=lead),))
        strange = matcher.explained(match.fact, grammar.content(question.tokens)) < SETTLED
        if told and (strange or _counts_other(matcher, question, match.fact)):
            # "Rated outstanding for unpaid work" is not told by what was for another thing.
            return Suggestions(facts[:SUGGESTED])
    return reply


def _lacks_figure(matcher: Matcher, question: Question, fact: Fact) -> bool:
    """Tell whether a figure is asked of an entry that has none, and is seldom asked for one."""
    asking = grammar.QUESTION.intersection(question.tokens) <= {"how", "what", "whats"}
    whether = question.tokens[:1] and question.tokens[0] in grammar.AUXILIARY
    if KINDS[question.asks] not in COUNTED or whether or not asking:
        return False
    told = dates.named(fact.answer)[1]
    return not _FIGURE.search(told) and matcher.asked_share(fact, question.asks) < SELDOM


def _counts_other(matcher: Matcher, question: Question, fact: Fact) -> bool:
    """Tell whether a body is to be counted where an entry counts something not asked about."""
    tokens, told = question.tokens, Amount.all_in(matcher.read(fact.answer)[0].tokens)
    after = [word for before, word in pairwise(tokens) if before == "many"]
    counted = {word for one in told for word in one.counted}
    return bool(matcher.contrasts.named(after) and counted) and counted.isdisjoint(question.stems)


def _counts_else(matcher: Matcher, question: Question, fact: Fact) -> bool:
    """Tell whether "how many" is asked of one thing that an entry doesn't speak of."""
    said = question.tokens
    named = grammar.content(said)
    spoken = set(map(stem, matcher.read(f"{fact.question} {fact.answer}")[0].tokens))
    return said[:2] == ("how", "many") and len(named) == 1 and stem(named[0]) not in spoken


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
    # Only for what the report does not say is a name asked for that is not written as one.
    gaps = [{f.is_gap for f in matcher.asked_with(one.casefold())} == {True} for one in found]
    sure = all(gap or name.istitle() for name, gap in zip(found, gaps, strict=True))
    if told is not None and (told.computed or not sure):
        return whole
    named = [t for t in grammar.content(rest) if not is_number(t) and t not in AMOUNTS]
    if matcher.explained(match.fact, named) < SETTLED:
        return whole
    gap = whole.gap if isinstance(whole, Unknown) else None
    if gap and gap.confidence >= STANDS and _speaks_of(matcher, gap.fact, found):
        return whole
    said = texts.listed([name[:1].upper() + name[1:] for name in found])
    return Near((replace(match, lead=texts.not_for(said, "")),))


def _speaks_of(matcher: Matcher, fact: Fact, found: Sequence[str]) -> bool:
    return any(matcher.explained(fact, [name.casefold()]) for name in found)


# --- Figures --------------------------------------------------------------------------------------


def as_question(text: str) -> str:
    """Write what is put forward to be confirmed as a question: "most were good, right?"."""
    statement, tags = _TAG.subn("", text)
    said = words(statement)
    while said and said[0] in grammar.LEADING:
        del said[0]
    claims = Amount.all_in(said)
    asks = said[:1] and (said[0] in grammar.AUXILIARY or grammar.QUESTION.intersection(said))
    if not claims or asks or grammar.points(said):
        return text
    verb = next((word for word in said if word in _VERBS), "did")
    first = claims[0]
    opens = first.is_quantifier and first.said.split()[0] == said[0] and verb in said
    wonders = words(text)[0] == "so" and text.rstrip().endswith("?")
    return " ".join((verb, *(w for w in said if w != verb))) if tags or opens or wonders else text


def premised(matcher: Matcher, question: Question, reply: Reply) -> Reply:
    """Say whether a figure put forward is the report's: yes, or what the report says instead."""
    tokens = question.tokens
    opens = next((token for token in tokens if token not in grammar.LEADING), "")
    claims = Amount.all_in(tokens)
    is_whether = opens in grammar.AUXILIARY and grammar.QUESTION.isdisjoint(tokens)
    if isinstance(reply, Near) or not (is_whether and claims) or grammar.negates(tokens):
        return reply
    judged = _judged(matcher, tokens, reply)
    figures = [one for one in claims if not one.said.isalpha()]
    if not figures or (judged and (_is_sure(judged) or len(claims) > 1)):
        return judged or reply
    # The wrong figure may have led elsewhere; another may say what it is about.
    plain = reply
    for wrong in (figures, figures[:1]):
        spoken = (word for one in wrong for word in one.said.split())
        said = {word for word in spoken if is_number(word) or word in AMOUNTS}
        found = decide(matcher.reread(tuple(t for t in tokens if t not in said), WHETHER).matches)
        if other := _judged(matcher, tokens, found):
            return other if _is_sure(other) or not _held_elsewhere(matcher, question) else found
        plain = found if isinstance(found, Answer) and not isinstance(plain, Answer) else plain
    return judged or plain


def _is_sure(reply: Answer) -> bool:
    return reply.matches[0].lead in (texts.YES, texts.NO)


def _judged(matcher: Matcher, tokens: Sequence[str], reply: Reply) -> Answer | None:
    """Hold what is put forward against the figure that counts it; None where none does."""
    if not isinstance(reply, Answer) or len(reply.matches) != 1:
        return None
    fact = reply.matches[0].fact
    if fact.answer.startswith((texts.YES[:-1], texts.NO[:-1])):
        return reply
    named = [t for t in grammar.content(tokens) if not is_number(t) and t not in AMOUNTS]
    if matcher.explained(fact, named) < SETTLED or _levels(matcher, tokens, fact)[0]:
        return None
    told = Amount.all_in(matcher.read(dates.named(fact.answer)[1])[0].tokens)
    own = [one for one in told if not one.is_quantifier]
    claims = Amount.all_in(tokens)
    leads = {_lead(own, claims, tokens)}
    if own and own[0].share is None and claims[0].is_quantifier:
        # Of how many there are may be told elsewhere.
        wholes = _wholes(matcher, fact, own[0])
        leads = {_lead([replace(own[0], whole=one), *own[1:]], claims, tokens) for one in wholes}
    lead = leads.pop() if len(leads) == 1 else ""
    return Answer((replace(reply.matches[0], lead=lead),)) if lead else None


def _lead(own: Sequence[Amount], claims: Sequence[Amount], tokens: Sequence[str]) -> str:
    """Give yes, no, or what the report says instead; "" where no figure is sure to count it."""
    claim, *others = claims
    given = {one.value for one in own} | {one.whole for one in own}
    alike = [one for one in own if one.counts_as(claim)]
    # "60% over 100% and 30% over 120%": which goes with which is not known.
    if (
        not alike
        or not {one.value for one in others} <= given
        or (others and len(own) != len(claims))
    ):
        return ""
    told, asked = alike[0], set(map(stem, tokens))
    aside = {told.value, *(one.value for one in others)}
    rivals = {word for one in alike if one.value not in aside for word in one.counted}
    lead = told.holds(claim)
    # "20 out of 21 require improvement and 1 is inadequate": which is meant is not sure.
    return "" if asked & rivals and lead not in (texts.YES, texts.NO) else lead


def _held_elsewhere(matcher: Matcher, question: Question) -> bool:
    """Tell whether another entry has just the figure put forward: neither yes nor no is sure."""
    wanted = numbers(question.claims)
    with_it = [f for f in matcher.facts if wanted <= matcher.profile(f).answer_numbers]
    answers = (Answer((Match(fact, 0.0),)) for fact in with_it if not fact.is_gap)
    judged = (_judged(matcher, question.tokens, one) for one in answers)
    return any(one.matches[0].lead == texts.YES for one in judged if one)


def _wholes(matcher: Matcher, fact: Fact, told: Amount) -> set[float]:
    """Give the totals that a report has of what a figure counts."""
    totals = (
        one
        for other in matcher.facts
        for one in other.figures
        if other.report == fact.report and is_total(one) and one.value >= told.value
    )
    return {one.value for one in totals if {*told.counted[:1]} & {*matcher.read(one.unit)[0].stems}}


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
