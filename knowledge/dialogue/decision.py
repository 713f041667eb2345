"""The decision between an answer, suggestions and "the report doesn't say".

It rests on how likely the entries are, and on whether what a question takes for granted, or turns
round, holds: a figure put forward, the why of it, a "not".
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import log

from knowledge import dates, texts
from knowledge.dialogue import grammar
from knowledge.dialogue.amounts import Amount, things, words_of
from knowledge.matching.features import MANY_WAYS
from knowledge.matching.matcher import COUNTED, Matcher
from knowledge.matching.question import KINDS, WHETHER, Question
from knowledge.matching.text import stem, words
from knowledge.model import Answer, Fact, Match, Near, Reply, Suggestions, Unknown

# Facts offered when none is sure enough to be the answer.
SUGGESTED = 4
# A gap this likely stands, whatever else fits but for a word.
STANDS = 0.5
# The confidence (0-1) in one of two that are asked in the same words.
SHARED = 0.5
# The share of a question's words, by weight, that an entry accounts for when yes can be said.
SETTLED = 0.85
# The share of an entry's ways of asking with a word from which that is another word for its own:
# for a yes, and where a figure is put right.
OFTEN, SOMETIMES = 0.1, 0.05

# A grade as a report writes it, in quotes.
_QUOTED = re.compile(r"'([A-Z][a-z]+(?: [a-z]+)?)'")
# What asks for a yes at the end of a statement.
_TAG = re.compile(
    r"[\s,.\"”–-]+(?:(?:am i |(?:is|are) (?:that|it|he|she|they) |that'?s )?(?:right|correct|true)|"
    r"yes|yeah|innit|"
    r"do(?:es)? (?:you|the report) (?:back|confirm|support|say) (?:that|it|this)(?: up)?|"
    r"(?:is|are|was|were|did|does|do|has|have)n'?t (?:it|they|there|that)\b.*)[\s?!.]*$",
    re.I,
)
# What somebody says who only heard of a thing.
_HEARD = re.compile(
    r"^(?:so )?(?:(?:i )?(?:heard|read|saw|thought|gather|see|was told)(?: (?:on|in) \w+)?|"
    r"apparently|(?:someone|somebody|they|people|(?:the|a|an|my) (?:\w+ )?\w+|it) "
    r"(?:said|says?|reckons?|claims?|told (?:me|us))|"
    r"is it (?:correct|right|true))(?: that)? |^so (?=.*\?\s*$)",
    re.I,
)
_OPPOSITES = [[frozenset(map(stem, side)) for side in sides] for sides in grammar.OPPOSITES]
# With these somebody speaks of himself.
_OWN = frozenset("i me my mine we us our".split())
_VERBS = frozenset("is are was were has have had did does do".split())


@dataclass(frozen=True, slots=True)
class Bands:
    """Probabilities that decide between an answer, a gap and suggestions."""

    # The least confidence of an answer, for an entry with a hundred ways of asking, and what is
    # added for one with a single way. Measured on 125 such: 59 % answered right, 2 % wrong.
    answer: float = 0.22
    scarce: float = 0.3
    # The least confidence with which a gap is given although facts may be meant ...
    gap: float = 0.6
    # ... and the mass of facts below which that is not so.
    doubt: float = 0.15
    # The least confidence of a gap that is given at all, and how many times likelier it must be
    # than any fact that may be meant and has a single way of asking.
    faint: float = 0.25
    likelier: float = 8.0
    # The part of the likeliest fact's confidence at which another one makes it no answer.
    tie: float = 0.9
    # The least mass of facts worth offering at all.
    suggest: float = 0.1

    def least(self, fact: Fact) -> float:
        """Give the confidence that an entry needs: a fact's the more the fewer ways of asking."""
        return self.gap if fact.is_gap else self.answer + self.scarce * _scarcity(fact)

    def denies(self, gap: Match, facts: Iterable[Match]) -> bool:
        """Tell whether a gap is meant rather than any of the facts that may be."""
        rivals = (one.confidence * (1 + (self.likelier - 1) * _scarcity(one.fact)) for one in facts)
        return gap.confidence >= max(self.faint, *rivals)


def _scarcity(fact: Fact) -> float:
    """Tell how few ways of asking an entry has: 1 for a single one, 0 for a hundred or more."""
    return 1 - log(min(len(fact.phrasings), MANY_WAYS)) / log(MANY_WAYS)


BANDS = Bands()


def decide(matches: Sequence[Match], bands: Bands = BANDS) -> Reply:
    """Choose the reply from the matches, likeliest first."""
    if not matches:
        return Unknown()
    top = matches[0]
    facts = [match for match in matches if not match.fact.is_gap]
    mass = sum(match.confidence for match in facts)
    if top.fact.is_gap:
        if top.confidence >= bands.gap or mass < bands.doubt:
            return Unknown(top) if top.confidence >= bands.faint else Unknown()
        if bands.denies(top, facts[:SUGGESTED]):
            # It tells what the report does say, which is one tap away.
            return Unknown(top)
        # The gap may be what is meant: it is offered right behind the likeliest fact.
        return Suggestions((*facts[:1], top, *facts[1 : SUGGESTED - 1]))
    tied = len(facts) > 1 and facts[1].confidence >= bands.tie * top.confidence
    if top.confidence >= bands.least(top.fact) and not tied:
        return Answer((top,))
    return Suggestions(tuple(facts[:SUGGESTED])) if mass >= bands.suggest else Unknown()


def contested(reply: Reply, facts: Sequence[Fact], phrased: Fact | None) -> Reply:
    """Offer what answers as well: facts of other reports that are `phrased` alike.

    Beside what denies them, the facts that were saved against it.
    """
    told = answer_of(reply)
    if told and phrased and told.fact == phrased:
        alike = [one for one in facts if one.question.casefold() == phrased.question.casefold()]
        elsewhere = (o for o in alike if o.report != phrased.report and not o.is_gap)
        others = (Match(one, SHARED) for one in elsewhere)
        offered = (told, *others)[:SUGGESTED]
        return Suggestions(offered) if len(offered) > 1 else reply
    denial = reply.matches[0] if isinstance(reply, Near) else gap_of(reply)
    against = [one for one in facts if denial and denial.fact.id in one.beside and not one.is_gap]
    if not denial or not against:
        return reply
    offered = tuple(Match(one, denial.confidence) for one in against)
    return Suggestions((*offered, Match(denial.fact, denial.confidence)))


def holding(facts: Sequence[Fact], figure: str) -> Reply:
    """Give what holds a figure: an answer where one entry begins with it, else those that do."""
    figure, told = figure.lstrip("£"), list[Match]()
    for fact in facts:
        said = [word.lstrip("£") for word in words(fact.answer)]
        if figure.isdecimal():
            # "The 22" is £22m.
            said = [word.rstrip("m") for word in said]
        if figure in said and not fact.is_gap:
            told.append(Match(fact, 1 / (1 + said.index(figure))))
    told.sort(key=lambda match: -match.confidence)
    if not told:
        return Unknown()
    is_plain = len(told) == 1 or told[0].confidence > told[1].confidence
    return Answer((told[0],)) if is_plain else Suggestions(tuple(told[:SUGGESTED]))


def answer_of(reply: Reply) -> Match | None:
    """Give the fact that a reply answers with, None where it does not."""
    match = reply.matches[0] if isinstance(reply, Answer) else None
    return match if match and not match.fact.is_gap else None


def gap_of(reply: Reply) -> Match | None:
    """Give the gap that a reply rests on."""
    return reply.gap if isinstance(reply, Unknown) else None


def given(match: Match) -> Reply:
    """Give what an entry says, or that it says what the report does not."""
    return Unknown(match) if match.fact.is_gap else Answer((match,))


# --- What is taken for granted --------------------------------------------------------------------


def as_question(text: str) -> str:
    """Write what is put forward to be confirmed as a question: "most were good, right?"."""
    text = re.sub(r"\bnot (?:a single|one)\b", "no", text, flags=re.I)
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
    stems = matcher.read(f"{fact.question} {fact.answer}")[0].stems
    speaks = claim.unit.startswith("£") or {*claim.counted[:1]} <= {*stems}
    # "Unsatisfactory" is no yes to "satisfactory", nor are "CRC cases" CRCs.
    judged = (grammar.QUALITY | grammar.JUDGING).intersection(question.plain.split())
    lacking = judged and grammar.LACKING.intersection(words(fact.answer)).difference(tokens)
    body = matcher.contrasts.named(claim.noun[:1]) and claim.noun[0]
    of_body = {stem(after) for before, after in pairwise(answer) if before == body}
    other_body = grammar.content(of_body.difference(question.stems))
    if lacking or other_body or levels(matcher, tokens, fact)[0]:
        return ""
    # "8.5m nights" is held against nights, whatever the money was.
    alike = [one for one in told if {*one.counted[:1]} & {*claim.counted[:1]}]
    alike = alike or [one for one in told if one.holds(claim)]
    # The report may have this figure as well, of something else; so may the detail.
    same = [one for one in told if one.value == claim.value and one not in alike[:1]]
    other = any(one.unit or {*one.counted} & {*claim.counted} for one in same)
    if not (others or claim.limits):
        beside = Amount.all_in(matcher.read(fact.detail)[0].tokens)
        other = other or any(one.holds(claim) == texts.YES for one in beside)
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
