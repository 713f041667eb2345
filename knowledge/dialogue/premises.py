"""What a question takes for granted, or turns round: a figure put forward, the why, a "not"."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import dropwhile, pairwise
from weakref import WeakKeyDictionary

from knowledge import dates, texts
from knowledge.dialogue import grammar
from knowledge.dialogue.amounts import AMOUNTS, Amount, things, words_of
from knowledge.dialogue.decision import decide
from knowledge.dialogue.tables import is_total
from knowledge.matching.matcher import COUNTED, Matcher
from knowledge.matching.question import KINDS, WHETHER, Question
from knowledge.matching.text import is_number, stem, words
from knowledge.model import Answer, Fact, Match, Reply, Suggestions

# The share of a question's words, by weight, that an entry accounts for when yes can be said.
SETTLED = 0.9
# The share of an entry's ways of asking with a word from which that is another word for its own:
# for a yes, and where a figure is put right.
OFTEN, SOMETIMES = 0.1, 0.05

# A grade as a report writes it, in quotes.
_QUOTED = re.compile(r"'([A-Z][a-z]+(?: [a-z]+)?)'")
# The grades of a base, by its matcher.
_GRADES: WeakKeyDictionary[Matcher, frozenset[str]] = WeakKeyDictionary()
# What asks for a yes at the end of a statement.
_TAG = re.compile(
    r"[\s,.]+(?:(?:am i |is that |that'?s )?(?:right|correct|true)|yes|yeah|innit|"
    r"(?:is|are|was|were|did|does|do|has|have)n'?t (?:it|they|there|that)\b.*)[\s?!.]*$",
    re.I,
)
# What somebody says who only heard of a thing.
_HEARD = re.compile(
    r"(?:so )?(?:i (?:heard|read|thought|gather|see|was told)|apparently|"
    r"(?:someone|somebody|they|the (?:report|slides?)|it) (?:said|says?|told me)|"
    r"is it (?:correct|right|true))(?: that)? ",
    re.I,
)
# What says that there are none, where it is put forward.
_NONE = re.compile(
    r"\bnot (?:a single|one|any)\b|"
    r"(?:^|(?<=^did )|(?<=^was )|(?<=^were ))no\b(?! (?:\d|the|i|it|\w+ing)\b)"
)
_OPPOSITES = [[frozenset(map(stem, side)) for side in sides] for sides in grammar.OPPOSITES]
_STEMS_OF_RATED = frozenset(map(stem, grammar.RATED))
# With these somebody speaks of himself.
_OWN = frozenset("i me my mine we us our".split())
_VERBS = frozenset("is are was were has have had did does do".split())


def as_question(text: str) -> str:
    """Write what is put forward to be confirmed as a question: "most were good, right?"."""
    heard = _HEARD.match(text)
    statement, tags = _TAG.subn("", text[heard.end() :] if heard else text)
    said = _with_none(dropwhile(grammar.LEADING.__contains__, words(statement)))
    claims = Amount.all_in(said)
    asks = said[:1] and (said[0] in grammar.AUXILIARY or grammar.QUESTION.intersection(said))
    if not claims or asks:
        return text
    verb = next((word for word in said if word in _VERBS), "did")
    wonders = words(text)[0] == "so" and text.rstrip().endswith("?")
    tells = verb in said and _OWN.isdisjoint(said) and not text.rstrip().endswith("?")
    is_claim = tags or heard or wonders or tells
    return " ".join((verb, *(w for w in said if w != verb))) if is_claim else text


def _with_none(said: Iterable[str]) -> list[str]:
    return _NONE.sub("none", " ".join(said)).split()


def claimed(tokens: Sequence[str]) -> tuple[str, ...]:
    """Give what a question puts forward, to be confirmed or for the reason of it; () for none."""
    said = tuple(_with_none(token for token in tokens if token not in grammar.LEADING))
    begin = 1 if said[:1] == ("why",) else 2 if said[:2] == ("how", "come") else 0
    if not begin and not grammar.AUXILIARY.intersection(said[:1]):
        return ()
    asks = grammar.QUESTION.intersection(said[begin:]) or grammar.doubts(said)
    return () if asks else said[begin:]


def premised(matcher: Matcher, question: Question, reply: Reply) -> Reply:
    """Say whether a figure put forward is the report's: yes, or what the report says instead."""
    tokens = claimed(question.tokens)
    claims = Amount.all_in(tokens)
    if not claims or grammar.negates(tokens):
        return reply
    told = _confirmed(matcher, tokens, claims, reply)
    if told.matches and _is_lacking(told.matches[0].fact, question.plain.split()):
        # "Unsatisfactory" is no yes to "satisfactory".
        return reply
    # Where a reason is asked for, only what is not so needs saying.
    wrong = isinstance(told, Answer) and told.matches[0].lead not in ("", texts.YES)
    return told if question.asks == WHETHER or wrong else reply


def _confirmed(
    matcher: Matcher, tokens: Sequence[str], claims: Sequence[Amount], reply: Reply
) -> Reply:
    judged = _judged(matcher, tokens, reply)
    if judged and (judged.matches[0].lead in (texts.YES, texts.NO) or len(claims) > 1):
        return judged
    # The wrong figure may have led elsewhere; another may say what it is about.
    said = {word for word in words_of(claims) if is_number(word) or word in AMOUNTS}
    found = decide(matcher.reread(tuple(t for t in tokens if t not in said), WHETHER).matches)
    return _judged(matcher, tokens, found) or judged or reply


def _judged(matcher: Matcher, tokens: Sequence[str], reply: Reply) -> Answer | None:
    """Hold what is put forward against the figure that counts it; None where none does."""
    if not isinstance(reply, Answer) or len(reply.matches) != 1:
        return None
    fact = reply.matches[0].fact
    asked, _ = levels(matcher, tokens, fact)
    named = [one for one in things(tokens) if one not in grammar.RECKONING]
    sure = named and is_own(matcher, fact, tokens, SOMETIMES) and rates_it(matcher, fact, tokens)
    if asked or fact.has_columns or not sure:
        return None
    told = Amount.all_in(matcher.read(dates.named(fact.answer)[1])[0].tokens)
    own = [one for one in told if not one.is_quantifier]
    question = matcher.read(fact.question)[0]
    if own and KINDS[question.asks] == "count":
        # "Over 650 posts were vacant" tells how many vacancies there were.
        own[0] = replace(own[0], noun=(*own[0].noun, *things(question.tokens)))
    # "Vacancies were 560".
    claims = [
        one if one.noun or one.unit else replace(one, noun=tuple(things(tokens)))
        for one in Amount.all_in(tokens)
    ]
    leads, first = {_lead(own, claims)}, claims[0]
    if first.is_quantifier and [o.value for o in told[:1] if o.is_quantifier] == [first.value]:
        return Answer((replace(reply.matches[0], lead=texts.YES),))
    if first.is_quantifier and not first.value:
        return Answer((replace(reply.matches[0], lead=texts.NO),))
    if own and own[0].share is None and first.share is not None:
        if not first.noun or not {*first.counted[:2]} <= {*own[0].counted}:
            # A share of cases is not one of companies.
            return None
        # Of how many there are may be told elsewhere; "all ten" are of those of ten.
        wholes = _wholes(matcher, fact, own[0])
        wholes = (first.is_quantifier and wholes & {first.whole}) or wholes
        leads = {_lead([replace(own[0], whole=one), *own[1:]], claims) for one in wholes}
    lead = leads.pop() if len(leads) == 1 else ""
    if not lead or (lead == texts.YES and not is_own(matcher, fact, tokens)):
        return None
    alike = (one for one in own[1:] if one.unit == "%" or {*one.counted} & {*first.counted})
    # The report may have this figure as well, of something else.
    other = lead != texts.YES and any(one.value == first.value for one in alike)
    counted = not other and _is_counted(matcher, fact, tokens, first)
    return Answer((replace(reply.matches[0], lead=lead),)) if counted else None


def _is_lacking(fact: Fact, tokens: Sequence[str]) -> bool:
    """Tell whether an entry says that something is lacking, and it is asked how good it is."""
    lacking = grammar.LACKING.intersection(words(fact.answer)).difference(tokens)
    return bool(lacking) and not (grammar.QUALITY | grammar.JUDGING).isdisjoint(tokens)


def _is_counted(matcher: Matcher, fact: Fact, tokens: Sequence[str], claim: Amount) -> bool:
    """Tell whether an entry speaks of what is counted; "CRC cases" are no CRCs."""
    told = matcher.read(fact.answer)[0]
    thing = () if claim.unit.startswith("£") else claim.counted[:1]
    after = {one for before, one in pairwise(told.tokens) if (before,) == claim.noun[:1]}
    of_it = set(map(stem, grammar.content(after))) - set(map(stem, tokens)) - _STEMS_OF_RATED
    said = {*told.stems, *matcher.read(fact.question)[0].stems}
    return {*thing} <= said and not (of_it and matcher.contrasts.named(claim.noun[:1]))


def rates_it(matcher: Matcher, fact: Fact, tokens: Sequence[str]) -> bool:
    """Tell whether all that an entry's grade is for is named: on staffing, for case supervision."""
    about = set(map(stem, things(matcher.read(fact.question)[0].tokens)))
    grades = {stem(word) for one in _QUOTED.findall(fact.answer) for word in words(one)}
    grades |= _STEMS_OF_RATED | {stem(word) for one in fact.figures for word in words(one.unit)}
    left = {one for one in about - grades if not matcher.contrasts.named([one])}
    return not about & grades or left <= set(map(stem, tokens))


def is_own(matcher: Matcher, fact: Fact, tokens: Sequence[str], least: float = OFTEN) -> bool:
    """Tell whether all that is put forward is what an entry speaks of, so that yes or no is sure.

    It says each word, or is asked with it in a share of at `least` so many of its phrasings.
    """
    # "Not an overall rating" does not tell of one.
    also = (one for one in fact.detail.split(". ") if not grammar.negates(words(one)))
    said = matcher.read(" ".join((fact.question, fact.answer, fact.measure, *also)))[0].stems
    return all(
        stem(one) in said or matcher.spoken_share(fact, (one,)) >= least
        for one in things(tokens)
        if one not in grammar.RECKONING - grammar.ORDINALS.keys()
    )


def _lead(own: Sequence[Amount], claims: Sequence[Amount]) -> str:
    """Give yes, no, or what the report says instead; "" where no figure is sure to count it."""
    claim, *others = claims
    # "Under 120%" is not what "more than 120%" tells.
    given = {(one.value, one.limits) for one in own} | {(one.whole, 0) for one in own}
    alike = [one for one in own if one.counts_as(claim)]
    # "8.5m nights" is held against nights, whatever the money was.
    alike = [one for one in own if {*one.counted[:1]} & {*claim.counted[:1]}] or alike
    if not alike or not {(one.value, one.limits) for one in others} <= given:
        return ""
    return alike[0].holds(claim)


def _wholes(matcher: Matcher, fact: Fact, told: Amount) -> set[float]:
    """Give the totals that a report has of what a figure counts."""
    totals = (
        one
        for other in matcher.facts
        for one in other.figures
        if other.report == fact.report and is_total(one) and one.value >= told.value
    )
    return {one.value for one in totals if {*told.counted[:1]} & {*matcher.read(one.unit)[0].stems}}


def levels(matcher: Matcher, tokens: Sequence[str], fact: Fact) -> tuple[set[str], set[str]]:
    """Give the grades, as a report writes them in quotes, that are asked for, and those told.

    None are asked for where one of them is told.
    """
    told = set(_QUOTED.findall(fact.answer))
    if not told:
        return set(), told
    every = _GRADES.get(matcher)
    if every is None:
        answers = " ".join(other.answer for other in matcher.facts)
        every = _GRADES[matcher] = frozenset(_QUOTED.findall(answers))
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
    fits = matcher.explained(fact, things(said)) >= SETTLED
    counts = KINDS[question.asks] in COUNTED and "without" not in said and not fact.has_columns
    answer = matcher.read(fact.answer)[0].tokens
    told = [one for one in Amount.all_in(answer) if one.share and not one.is_quantifier]
    # Of several shares the one is meant that the answer begins with.
    leads = told and (len(told) == 1 or " ".join(answer).startswith(told[0].said))
    rest = told[0].rest if fits and counts and leads else ""
    if not rest:
        return Suggestions(tuple(facts))
    return Answer((replace(match, lead=texts.REST.format(rest)),))


def is_opposite(question: Question, fact: Fact) -> bool:
    """Tell whether a question asks for the other direction than an entry gives."""
    asked = frozenset(question.stems)
    said = frozenset(stem(t) for t in words(f"{fact.question} {fact.answer}"))
    return any(
        asked & wanted and not asked & against and said & against and not said & wanted
        for wanted, against in _OPPOSITES
    )
