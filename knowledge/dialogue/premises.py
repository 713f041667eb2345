"""What a question takes for granted, or turns round: a figure put forward, the why, a "not"."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from knowledge import dates, texts
from knowledge.dialogue import grammar
from knowledge.dialogue.amounts import Amount, things, words_of
from knowledge.dialogue.decision import answer_of, decide
from knowledge.matching.matcher import COUNTED, Matcher
from knowledge.matching.question import KINDS, WHETHER, Question
from knowledge.matching.text import stem, words
from knowledge.model import Answer, Fact, Match, Reply, Suggestions

# The share of a question's words, by weight, that an entry accounts for when yes can be said.
SETTLED = 0.9
# The share of an entry's ways of asking with a word from which that is another word for its own:
# for a yes, and where a figure is put right.
OFTEN, SOMETIMES = 0.1, 0.05

# A grade as a report writes it, in quotes.
_QUOTED = re.compile(r"'([A-Z][a-z]+(?: [a-z]+)?)'")
# What asks for a yes at the end of a statement.
_TAG = re.compile(
    r"[\s,.]+(?:(?:am i |is that |that'?s )?(?:right|correct|true)|yes|yeah|innit|"
    r"(?:is|are|was|were|did|does|do|has|have)n'?t (?:it|they|there|that)\b.*)[\s?!.]*$",
    re.I,
)
# What somebody says who only heard of a thing.
_HEARD = re.compile(
    r"^(?:so )?(?:i (?:heard|read|thought|gather|see|was told)|apparently|"
    r"(?:someone|somebody|they|the (?:report|slides?)|it) (?:said|says?|told me)|"
    r"is it (?:correct|right|true))(?: that)? |^so (?=.*\?\s*$)",
    re.I,
)
_OPPOSITES = [[frozenset(map(stem, side)) for side in sides] for sides in grammar.OPPOSITES]
# With these somebody speaks of himself.
_OWN = frozenset("i me my mine we us our".split())
_VERBS = frozenset("is are was were has have had did does do".split())


def as_question(text: str) -> str:
    """Write what is put forward to be confirmed as a question: "most were good, right?"."""
    statement = _TAG.sub("", _HEARD.sub("", text))
    said = words(statement)
    if grammar.asks_whether(said) or grammar.QUESTION.intersection(said):
        return text
    verb = next((word for word in said if word in _VERBS), "")
    tells = verb and _OWN.isdisjoint(said) and not text.rstrip().endswith("?")
    if not (statement != text or tells) or not Amount.all_in(said):
        return text
    return " ".join((verb or "did", *(word for word in said if word != verb)))


def claimed(tokens: Sequence[str]) -> tuple[str, ...]:
    """Give what a question puts forward, to be confirmed or for the reason of it; () for none."""
    said = grammar.without(tokens, grammar.LEADING)
    asks_why = said[:1] == ("why",)
    said = said[asks_why:]
    claims = asks_why or grammar.asks_whether(said)
    asks = grammar.QUESTION.intersection(said) or grammar.doubts(said)
    return said if claims and not asks else ()


def premised(matcher: Matcher, question: Question, reply: Reply) -> Reply:
    """Say whether a figure put forward is the report's: yes, or what the report says instead."""
    tokens = claimed(question.tokens)
    claims = Amount.all_in(tokens)
    if not claims or grammar.negates(tokens):
        return reply
    # The wrong figure may have led elsewhere; another may say what it is about.
    plain = grammar.without(tokens, words_of(claims[:1]))
    for one in (reply, decide(matcher.reread(plain, WHETHER).matches)):
        match = answer_of(one)
        lead = _verdict(matcher, question, claims, match.fact) if match else ""
        # Where a reason is asked for, only what is not so needs saying.
        if match and lead and (question.asks == WHETHER or lead != texts.YES):
            return Answer((replace(match, lead=lead),))
    return reply


def _verdict(matcher: Matcher, question: Question, claims: Sequence[Amount], fact: Fact) -> str:
    """Give yes, no or what an entry says instead of the first claim; "" where that is not sure."""
    (claim, *others), tokens = claims, claimed(question.tokens)
    answer = matcher.read(dates.named(fact.answer)[1])[0].tokens
    told = Amount.all_in(answer)
    # "Under 120%" is not what "more than 120%" tells.
    given = {(one.value, one.limits) for one in told} | {(one.whole, 0) for one in told}
    known = {(one.value, one.limits) for one in others} <= given
    if fact.has_columns or not known or not things(tokens):
        return ""
    told_of = {*matcher.read(f"{fact.question} {fact.answer}")[0].stems}
    speaks = claim.unit.startswith("£") or {*claim.counted[:1]} <= told_of
    # "Unsatisfactory" is no yes to "satisfactory", nor are "CRC cases" CRCs.
    judged = (grammar.QUALITY | grammar.JUDGING).intersection(question.plain.split())
    lacking = judged and grammar.LACKING.intersection(words(fact.answer)).difference(tokens)
    body = matcher.contrasts.named(claim.noun[:1]) and claim.noun[0]
    of_body = {stem(after) for before, after in pairwise(answer) if before == body}
    graded, _ = levels(matcher, tokens, fact)
    if graded or lacking or grammar.content(of_body.difference(question.stems)):
        return ""
    # "8.5m nights" is held against nights, whatever the money was.
    alike = [one for one in told if {*one.counted[:1]} & {*claim.counted[:1]}]
    alike = alike or [one for one in told if one.holds(claim)]
    # The report may have this figure as well, of something else.
    other = any(
        one.value == claim.value and (one.unit or {*one.counted} & {*claim.counted})
        for one in told
        if one not in alike[:1]
    )
    if other or not (alike and speaks) or not rates_it(matcher, fact, tokens):
        return ""
    lead = alike[0].holds(claim)
    least = OFTEN if lead == texts.YES else SOMETIMES
    return lead if is_own(matcher, fact, tokens, least) else ""


def is_own(matcher: Matcher, fact: Fact, tokens: Sequence[str], least: float = OFTEN) -> bool:
    """Tell whether an entry says, or is asked so often with, all that is put forward."""
    said = matcher.read(f"{fact.question} {fact.answer} {fact.measure}")[0].stems
    return all(
        stem(one) in said or matcher.spoken_share(fact, (one,)) >= least
        for one in things(tokens)
        if one not in grammar.RECKONING
    )


def rates_it(matcher: Matcher, fact: Fact, tokens: Sequence[str]) -> bool:
    """Tell whether all that an entry's grade is for is named: on staffing, for case supervision."""
    about = set(map(stem, things(matcher.read(fact.question)[0].tokens)))
    quoted = words(" ".join(_QUOTED.findall(fact.answer)))
    grades = {stem(word) for word in (*quoted, *grammar.RATED)}
    left = {one for one in about - grades if not matcher.contrasts.named([one])}
    return not about & grades or left <= set(map(stem, tokens))


def levels(matcher: Matcher, tokens: Sequence[str], fact: Fact) -> tuple[set[str], set[str]]:
    """Give the grades, as a report writes them in quotes, that are asked for, and those told.

    None are asked for where one of them is told.
    """
    told = set(_QUOTED.findall(fact.answer))
    if not told:
        return set(), told
    every = _QUOTED.findall(" ".join(other.answer for other in matcher.facts))
    said = f" {' '.join(tokens)} "
    asked = {one for one in every if f" {' '.join(words(one))} " in said}
    return (set() if asked & told else asked), told


# --- "Not", and the other direction ---------------------------------------------------------------


def turned(
    matcher: Matcher, question: Question, match: Match, facts: Sequence[Match]
) -> Reply | None:
    """Say what is left of the share that an entry tells, where a question negates that.

    Offers `facts` where that is not known; None where nothing is turned.
    """
    fact, said = match.fact, question.tokens
    told_of = words(f"{fact.question} {fact.answer}")
    # "Not inadequate" is not what "inadequate" says.
    lacking = grammar.LACKING.intersection(told_of).difference(said) or grammar.negates(told_of)
    # What somebody says of himself is turned round by no "not".
    if grammar.asks_whether(said) or lacking or {*said} & _OWN or not grammar.negates(said):
        return None
    fits = matcher.explained(fact, things(said)) >= SETTLED and KINDS[question.asks] in COUNTED
    shares = [one for one in Amount.all_in(matcher.read(fact.answer)[0].tokens) if one.share]
    rest = shares[0].rest if fits and len(shares) == 1 else ""
    if not rest:
        return Suggestions(tuple(facts))
    return Answer((replace(match, lead=texts.REST.format(rest)),))


def is_opposite(question: Question, fact: Fact) -> bool:
    """Tell whether a question asks for the other direction than an entry gives."""
    asked = frozenset(question.stems)
    said = frozenset(map(stem, words(f"{fact.question} {fact.answer}")))
    return any(
        asked & wanted and not asked & against and said & against and not said & wanted
        for wanted, against in _OPPOSITES
    )
