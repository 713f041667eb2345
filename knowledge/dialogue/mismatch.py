"""Marks: what a question carries and the entry that else fits it has not.

A date, a name, a body, a grade, a figure, a "not": what does not fit is said, and what the report
does say is given. None of this is curated: it holds for any base.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge import dates, texts
from knowledge.dates import Date
from knowledge.dialogue import decision, grammar
from knowledge.dialogue.amounts import Amount, things
from knowledge.matching.matcher import COUNTED, SELDOM, Matcher, Weighed
from knowledge.matching.question import KINDS, Question
from knowledge.matching.spelling import NAME, rarity
from knowledge.matching.text import NUMBER_WORDS, stem, words
from knowledge.model import Answer, Fact, Match, Near, Reply, Report, Suggestions

# Facts that a name is asked of at most; what more of them are asked with is a word of the report.
FEW = 10
# A word this rare in English text is a name wherever it stands, if a gap is asked for with it
# and no fact speaks of it.
FOREIGN = 21

# What asks for a name, and for what one of a thing has.
_NAMING = re.compile(
    r"^name\b|\b(?:names?|titles?) of\b|^what\b.* called\b|^who (?:(?:is|was|will|has|are|were) )?"
    r"(?:going to )?(?:be )?(?:lead|led|run|provid|suppl|fund|pa[iy]|writ|wrote|own|won|chair)|"
    r"^which (?:supplier|company|firm|organisation|service|provider) "
)
_PER = re.compile(r"\b(?:per|each|apiece)\b(?! ?cent)|\b(?:one|1|a single) (?:night|case|person)\b")
_RATED = grammar.RATED | {"grade"}
# A word, and whether it stands where places and bodies do: "in kent", but not "at the outset".
_NAME = re.compile(
    r"(?<!\w)(?P<at>(?:in|at|from|near|around|for|within|across) )?(?P<word>[^\W\d_]{4,})(?!\w)",
    re.I,
)
# No year, nor a part of a name or an address ("Covid-19", "Part 1").
_FIGURE = re.compile(
    r"(?<![\w/.-])(?<!Part )£?(?!(?:19|20)\d\d\b)\d|\b(?:half|thirds?|quarters?|majority|most|none|"
    rf"all(?! had\b)|{'|'.join(NUMBER_WORDS)})\b(?<!\bone)"
)


# --- Dates and names: what can be taken out of a question -----------------------------------------


@dataclass(frozen=True, slots=True)
class Marks:
    """The dates, and the names and places that are no English words, of a question.

    `left` is the question without them; `reports` are those of its base, by their ids.
    """

    matcher: Matcher
    reports: Mapping[str, Report]
    dates: tuple[Date, ...]
    names: tuple[str, ...]
    left: str

    @classmethod
    def of(cls, matcher: Matcher, text: str, reports: Mapping[str, Report]) -> Marks | None:
        """Find the marks of a question; None where it has none, or nothing else."""
        asked, left = dates.named(text)
        names, left = _names(matcher, left if asked else text)
        known = bool(grammar.content(words(left)))
        return cls(matcher, reports, asked, names, left) if known and (asked or names) else None

    def chosen(self, whole: Reply, rest: Reply) -> Reply:
        """Choose the reply to a question, given that to the `rest` of it.

        A fact's own dates speak for it, and so do those of its report; what it does not hold is
        said not to be in the report.
        """
        told, plain = decision.answer_of(whole), decision.answer_of(rest)
        for match in filter(None, (told, plain)):
            # The figures of a fact may be of dates: one is looked up, several are computed with.
            held = dates.labelled(match.fact, self.dates)
            if held and match.computed:
                return Answer((match,))
            if len(held) == 1 < len(match.fact.figures):
                place = ", ".join(filter(None, (held[0].label, held[0].column)))
                said = texts.CELL.format(texts.figure(held[0].value, held[0].unit), place)
                return Answer((replace(match, computed=said, lead=""),))
        if plain and self._is_of_others(plain, told or decision.gap_of(whole)):
            said = texts.listed(list(map(texts.capital, self.names)))
            return Near((replace(plain, lead=texts.not_for(said, "")),))
        return self._dated(whole, rest) if self.dates else whole

    def _is_of_others(self, plain: Match, told: Match | None) -> bool:
        """Tell whether a question is the one of a fact, but for the names in it."""
        own = any(self._speaks(one.fact) for one in (plain, told) if one)
        if own or not self.names or (told and told.computed):
            return False
        named = things(self.matcher.read(self.left)[0].tokens)
        return self.matcher.explained(plain.fact, named) >= decision.SETTLED

    def _speaks(self, fact: Fact) -> bool:
        return any(self.matcher.explained(fact, [name.casefold()]) for name in self.names)

    def _dated(self, whole: Reply, rest: Reply) -> Reply:
        """Choose the reply to a question that names dates."""
        told, plain, asked = decision.answer_of(whole), decision.answer_of(rest), self.dates
        held = told is not None and dates.owns(told.fact, asked)
        if held and told and told.confidence >= decision.STANDS and not told.computed:
            return whole
        report = self.reports.get(plain.fact.report) if plain else None
        if plain and (
            dates.owns(plain.fact, asked, report)
            or {*dates.in_year_of(report, asked)} <= {*dates.of_fact(plain.fact)}
        ):
            return rest
        if held:
            return whole
        if plain is None:
            spoken_of = [reply.matches[0].fact for reply in (whole, rest) if reply.matches]
            own = any(dates.are_of(asked, self.reports.get(fact.report)) for fact in spoken_of)
            return Suggestions((told,)) if told else rest if own else whole
        lead = texts.not_for(
            texts.listed(list(map(str, asked))), str(dates.main_date(plain.fact) or "")
        )
        return Near((replace(plain, lead=lead),))


def of_its_time(reply: Reply, text: str, reports: Mapping[str, Report]) -> Reply:
    """Take yes or no from an entry of another year than the report's, where none was asked for."""
    told = decision.answer_of(reply)
    if not (told and told.lead and decision.claimed(words(decision.as_question(text)))):
        return reply
    spans = [one for one in dates.named(told.fact.answer)[0] if one.span][:1]
    is_own = dates.are_of(spans, reports.get(told.fact.report))
    return reply if is_own else Answer((replace(told, lead=""),))


def _names(matcher: Matcher, text: str) -> tuple[tuple[str, ...], str]:
    """Give the places and names in a question that are no English words, and the rest of it."""
    names, left, lexicon = list[str](), text, matcher.index.lexicon
    for one in _NAME.finditer(text):
        word = one["word"].casefold()
        # What English makes of another word ("in preference") is no name.
        made = len(word) - len(stem(word)) > 2 or word in grammar.NEGATION
        if rarity(word) < NAME or matcher.contrasts.named([word]) or made:
            continue
        asked = matcher.asked_with(word)
        told = [fact for fact in asked if not fact.is_gap]
        written = one["at"] or (one["word"].istitle() and one.start())
        said = any(word in words(f"{fact.question} {fact.answer}") for fact in told)
        denied = rarity(word) >= FOREIGN and len(told) < len(asked) and not said
        # What no text has, and is spelt much like a word of the base, is a slip.
        slip = rarity(word) >= FOREIGN and not asked and lexicon.near(stem(word))[0].size
        named = denied or (written and len(told) <= FEW and not slip)
        if named and matcher.read(word)[0].tokens == (word,):
            names.append(word.capitalize() if written else word)
            left = left.replace(one[0], " ")
    return tuple(names), " ".join(left.split())


# --- Bodies, grades, figures, kinds: what is held against the entry that fits ---------------------


def settled(matcher: Matcher, question: Question, weighed: Weighed) -> Reply:
    """Decide on a question, and say what the entry that fits it has not, or has otherwise."""
    reply = decision.decide(weighed.matches)
    facts = tuple(match for match in weighed.matches if not match.fact.is_gap)[: decision.SUGGESTED]
    gap = decision.gap_of(reply)
    if facts and not (gap and gap.confidence >= decision.STANDS):
        reply = _of_another(matcher, question, facts[0]) or reply
    if isinstance(reply, Near) or (said := decision.premised(matcher, question, reply)) != reply:
        return reply if isinstance(reply, Near) else said
    told = decision.answer_of(reply)
    return (told and _held(matcher, question, told, facts)) or reply


def _of_another(matcher: Matcher, question: Question, top: Match) -> Near | None:
    """Say what the report says of another body or level, where that alone differs."""
    named = matcher.named(top.fact)
    groups = [g for g, m in question.named.items() if g in named and not m & named[g]]
    if len(groups) != 1 or matcher.named_share(top.fact, groups[0], question) >= decision.OFTEN:
        # "When do the CRCs hand over to the NPS" is asked of both.
        return None
    group, other = groups[0], min(named[groups[0]])
    swapped = matcher.contrasts.replaced(question.tokens, group, other)
    again = decision.answer_of(decision.decide(matcher.reread(swapped).matches))
    # "What % of PSOs are over 120%" is nearest to what POs are over 100%.
    counts = KINDS[question.asks] in COUNTED
    of_other = again and counts and other in matcher.named(again.fact).get(group, ())
    if again is None or not (again.fact.id == top.fact.id or of_other):
        return None
    lead = texts.not_for(texts.listed(sorted(question.named[group])), other)
    return Near((replace(again, lead=lead),))


def after_another(matcher: Matcher, question: Question, match: Match) -> Reply | None:
    """Hold what a follow-up is taken to mean against what it asks; None where it fits."""
    turned = decision.turned(matcher, question, match, (match,))
    if reply := turned or _of_another(matcher, question, match):
        return reply
    own = [one for one in grammar.content(question.tokens) if not matcher.contrasts.named([one])]
    # "And good?" asks for a grade, "this help is good now?" does not.
    grade = other_grade(matcher, own, match.fact) if len(own) == 1 or _RATED & {*own} else ""
    lacks = lacks_in(matcher, question, match.fact) or grade
    return Near((replace(match, lead=lacks),)) if lacks else None


def _held(
    matcher: Matcher, question: Question, match: Match, facts: tuple[Match, ...]
) -> Reply | None:
    """Hold an answer against what is asked: its kind, its grade, its direction; None if it fits."""
    fact, tokens = match.fact, question.tokens
    if not _RATED.isdisjoint(tokens):
        asked, told = decision.levels(matcher, tokens, fact)
        if asked:
            return Near((replace(match, lead=other_grade(matcher, tokens, fact)),))
        # "Rated outstanding for unpaid work" is not told by what was for another thing.
        if told and matcher.explained(fact, grammar.content(tokens)) < decision.SETTLED:
            return Suggestions(facts)
    if lacks := lacks_in(matcher, question, fact):
        fits = match.confidence >= decision.STANDS or lacks != texts.NO_FIGURE
        return Near((replace(match, lead=lacks),)) if fits else Suggestions(facts)
    if not grammar.asks_whether(tokens) and decision.is_opposite(question, fact):
        return Suggestions(facts)
    return decision.turned(matcher, question, match, facts)


def lacks_in(matcher: Matcher, question: Question, fact: Fact) -> str:
    """Say that an entry has no figure, reason or name, where it is seldom asked for one."""
    said, kind = question.tokens, KINDS[question.asks]
    plain, seldom = " ".join(said), matcher.asked_share(fact, question.asks) < SELDOM
    claims = decision.claimed(said)
    asking = grammar.QUESTION.intersection(said) <= {"how", "what", "whats"}
    if kind in COUNTED and asking and not claims:
        # A sum is told in figures or not at all.
        sure = seldom or (kind == "money" and not grammar.AMOUNT.isdisjoint(said))
        figure = "£" if kind == "money" and seldom else _FIGURE
        if sure and not re.search(figure, dates.named(fact.answer)[1]):
            return texts.NO_FIGURE
    limits = [one for one in Amount.all_in(said) if one.limits and not one.is_quantifier]
    bounded = kind in COUNTED and limits and not (claims or fact.has_columns)
    if bounded and (limit := _limit_beyond(matcher, limits, fact)):
        return texts.not_for(limit, "")
    # What all cost together does not tell what one did.
    one = (kind in COUNTED or "per" in said) and _PER.search(plain)
    rarely = matcher.spoken_share(fact, ("per", "each", "every")) < SELDOM
    if one and rarely and not _PER.search(fact.answer):
        return texts.NO_FIGURE
    if kind == "why" and seldom:
        return texts.NO_REASON
    # "Which CRCs" asks for names as well, and so does "which services" of what counts them.
    which = said[:1] == ("which",) and seldom
    answer = matcher.read(fact.answer)[0].tokens if which else ()
    counted = {one for told in Amount.all_in(answer) for one in told.counted}
    if (which and (matcher.contrasts.named(said[1:4]) or counted & {*map(stem, said[1:3])})) or (
        _NAMING.search(plain)
        and matcher.spoken_share(fact, ("name", "called", "title"))
        # "Name the standards" asks for a list.
        + matcher.asked_share(fact, KINDS.index("list" if said[0] == "name" else "who"))
        < SELDOM
    ):
        return texts.NO_NAME
    return ""


def _limit_beyond(matcher: Matcher, limits: Sequence[Amount], fact: Fact) -> str:
    """Give the limit that an entry does not tell of: "more than 20" of "between 11 and 20"."""
    told = Amount.all_in(matcher.read(dates.named(f"{fact.answer} {fact.detail}")[1])[0].tokens)
    sides = {one.value: one.limits for one in told if one.limits}
    for limit in limits:
        # "Well over half" may be what is told: 60%.
        plain = (o for o in told if o.unit == limit.unit and not o.limits)
        within = limit.value not in sides and any(limit.includes(one.value) for one in plain)
        if not within and sides.get(limit.value) != limit.limits:
            return limit.said
    return ""


def other_grade(matcher: Matcher, named: Sequence[str], fact: Fact) -> str:
    """Say that an entry tells of another grade, where nothing but a grade is asked for."""
    asked, told = (texts.listed(sorted(one)) for one in decision.levels(matcher, named, fact))
    return texts.not_for(asked, told) if asked else ""
