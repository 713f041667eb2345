"""Marks: what a question carries and the entry that else fits it has not.

A date, a name, a body, a grade, a figure, a "not": what does not fit is said, and what the report
does say is given. None of this is curated: it holds for any base.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from knowledge import dates, texts
from knowledge.dates import Date
from knowledge.dialogue import grammar, lists, premises
from knowledge.dialogue.amounts import Amount, things
from knowledge.dialogue.decision import STANDS, SUGGESTED, answer_of, decide, gap_of
from knowledge.matching.matcher import COUNTED, SELDOM, Matcher, Weighed
from knowledge.matching.question import KINDS, WHETHER, Question
from knowledge.matching.spelling import NAME, rarity
from knowledge.matching.text import NUMBER_WORDS, stem, words
from knowledge.model import Answer, Fact, Match, Near, Reply, Report, Suggestions

# Facts that a name is asked of at most; what more of them are asked with is a word of the report.
FEW = 10
# A word this rare in English text is a name wherever it stands, if only gaps are asked for with it.
FOREIGN, UNHEARD, SHORT = 17, 21, 3
# The least share that any of a thing are.
LITTLE = 0.001

_REASON = re.compile(r"\b(because|due to|after|owing|since|reasons?|led to|caused?|result of|as)\b")
# What asks for a name, and for a grade.
_NAMING = re.compile(r"^name\b|\b(?:names?|titles?) of\b|^what\b.* called\b")
_PER = re.compile(r"\b(?:per|each|apiece)\b(?! ?cent)|\b(?:one|1|a single) (?:night|case|person)\b")
WHO = KINDS.index("who")
_ANOTHER = frozenset({"next", "previous", "upcoming"})
_RATED = grammar.RATED | {"grade"}
_NAME = re.compile(
    r"(?<!\w)(?:(?P<at>in|at|from|near|around|for|within|across) (?P<the>the )?)?"
    r"(?P<word>[^\W\d_]{3,})(?!\w)",
    re.I,
)
# No year, nor a part of a name or an address ("Covid-19").
_FIGURE = re.compile(
    r"(?<![\w/.-])£?(?!(?:19|20)\d\d\b)\d|\b(?:half|thirds?|quarters?|majority|most|none|"
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

    def are_held(self, whole: Reply) -> bool:
        """Tell whether a question is answered, dates and names and all."""
        told = answer_of(whole)
        if told is None or told.computed or told.confidence < STANDS:
            return False
        named = not self.names or self._speaks(told.fact)
        return named and (not self.dates or dates.owns(told.fact, self.dates))

    def chosen(self, whole: Reply, rest: Reply) -> Reply:
        """Choose the reply to a question, given that to the `rest` of it.

        A fact's own dates speak for it, and so do those of its report; what it does not hold is
        said not to be in the report.
        """
        told, plain = answer_of(whole), answer_of(rest)
        for match in (told, plain):
            # The figures of a fact may be of dates: one is looked up, several are computed with.
            held = dates.labelled(match.fact, self.dates) if match else []
            if match and match.computed and held:
                return Answer((match,))
            if match and len(held) == 1 < len(match.fact.figures):
                place = ", ".join(filter(None, (held[0].label, held[0].column)))
                said = texts.CELL.format(texts.figure(held[0].value, held[0].unit), place)
                return Answer((replace(match, computed=said, lead=""),))
        if plain and self._is_of_others(whole, plain):
            said = texts.listed([name[:1].upper() + name[1:] for name in self.names])
            return Near((replace(plain, lead=texts.not_for(said, "")),))
        return self._dated(whole, rest) if self.dates else whole

    def _is_of_others(self, whole: Reply, plain: Match) -> bool:
        """Tell whether a question is the one of a fact, but for the names in it."""
        told, gap = answer_of(whole), gap_of(whole)
        sure = gap if gap and gap.confidence >= STANDS else None
        if not self.names or any(self._speaks(one.fact) for one in (plain, told, sure) if one):
            return False
        # Only for what the report does not say is a name asked for that is not written as one.
        written = any(map(str.istitle, self.names))
        denied = all(_is_denied(self.matcher, one) for one in self.names)
        if (denied and not written) if told is None else (told.computed or not (written or denied)):
            return False
        named = things(self.matcher.read(self.left)[0].tokens)
        return self.matcher.explained(plain.fact, named) >= premises.SETTLED

    def _speaks(self, fact: Fact) -> bool:
        return any(self.matcher.explained(fact, [name.casefold()]) for name in self.names)

    def _dated(self, whole: Reply, rest: Reply) -> Reply:
        """Choose the reply to a question that names dates."""
        told, plain, asked = answer_of(whole), answer_of(rest), self.dates
        if plain is not None and dates.owns(plain.fact, asked, self.reports.get(plain.fact.report)):
            return rest
        if told is not None and dates.owns(told.fact, asked):
            return whole
        if premises.claimed(words(self.left)):
            for first in (*rest.matches[:1], *whole.matches[:1]):
                if said := self._not_then(first):
                    return Answer((said,))
        if plain is None:
            spoken_of = [reply.matches[0].fact for reply in (whole, rest) if reply.matches]
            own = any(dates.are_of(asked, self.reports.get(fact.report)) for fact in spoken_of)
            return Suggestions((told,)) if told else rest if own else whole
        if set(asked) <= {*dates.of_fact(plain.fact)}:
            return rest
        when = dates.main_date(plain.fact)
        lead = texts.not_for(texts.listed([str(one) for one in asked]), str(when or ""))
        return Near((replace(plain, lead=lead),))

    def _not_then(self, match: Match) -> Match | None:
        """Put a date right that is put forward for what an entry gives another one for."""
        fact, asked = match.fact, self.dates
        # Of two dates which one is meant is not known.
        told = [one for one in dates.named(fact.answer)[0] if not one.span]
        tells = not fact.is_gap and dates.tells_when(fact) and len(told) == 1
        left = self.matcher.read(self.left)[0].tokens
        own = tells and premises.is_own(self.matcher, fact, left)
        return replace(match, lead=texts.not_then(asked, told[0])) if own else None


def of_its_time(reply: Reply, text: str, reports: Mapping[str, Report]) -> Reply:
    """Take yes or no from an entry of another year than the report's, where none was asked for.

    A table of another year is only offered.
    """
    told = answer_of(reply)
    claims = Amount.all_in(premises.claimed(words(premises.as_question(text))))
    figures = [one for one in claims if not one.is_quantifier]
    if told is None or not (figures or (told.computed and claims)):
        return reply
    said = f"{told.fact.answer} {told.fact.measure if told.computed else ''}"
    spans = [one for one in dates.named(said)[0] if one.span][:1]
    if not spans or dates.are_of(spans, reports.get(told.fact.report)):
        return reply
    plain = replace(told, lead="", computed="")
    return Suggestions((plain,)) if told.computed else Answer((plain,))


def _names(matcher: Matcher, text: str) -> tuple[tuple[str, ...], str]:
    """Give the places and names in a question that are no English words, and the rest of it."""
    found = []
    is_cased = text not in (text.upper(), text.title())
    for one in _NAME.finditer(text):
        word = one["word"].casefold()
        written = one["at"] or (is_cased and one["word"].istitle() and one.start())
        if rarity(word) < NAME or matcher.contrasts.named([word]) or word in grammar.NEGATION:
            continue
        used = sum(not fact.is_gap for fact in matcher.asked_with(word))
        hardly = len(word) > SHORT and rarity(word) >= FOREIGN and _is_denied(matcher, word)
        named = (written and used <= FEW) or hardly
        if named and matcher.read(word)[0].tokens == (word,):
            found.append(one)
    left = text
    for one in reversed(found):
        left = f"{left[: one.start()]} {left[one.end() :]}"
    # Places take no article: "in kent" is one, "at the outset" is none.
    places = {one["word"] for one in found if one["at"] in ("in", "near") and not one["the"]}
    said = (one["word"].title() if one["word"] in places else one["word"] for one in found)
    return tuple(said), " ".join(left.split())


def _is_denied(matcher: Matcher, name: str) -> bool:
    """Tell whether a name stands in questions, and in next to none that a fact answers."""
    asked = matcher.asked_with(name := name.casefold())
    told = [one for one in asked if not one.is_gap]
    if rarity(name) < UNHEARD or any(name in words(f"{o.question} {o.answer}") for o in told):
        return bool(asked) and not told
    return len(told) < len(asked)


# --- Bodies, grades, figures, kinds: what is held against the entry that fits ---------------------


def settled(matcher: Matcher, question: Question, weighed: Weighed) -> Reply:
    """Decide on a question, and say what the entry that fits it has not, or has otherwise."""
    reply = decide(weighed.matches)
    top = next((match for match in weighed.matches if not match.fact.is_gap), None)
    gap = gap_of(reply)
    if top and not (gap and gap.confidence >= STANDS):
        reply = _of_another(matcher, question, top) or reply
    if question.asks != WHETHER and (right := premises.premised(matcher, question, reply)) != reply:
        return right
    if isinstance(reply, Answer):
        reply = _held(matcher, question, weighed, reply)
    whether = question.asks == WHETHER and not isinstance(reply, Near)
    return premises.premised(matcher, question, reply) if whether else reply


def _of_another(matcher: Matcher, question: Question, top: Match) -> Near | None:
    """Say what the report says of another body or level, where that alone differs."""
    named = matcher.named(top.fact)
    groups = [g for g, m in question.named.items() if g in named and not m & named[g]]
    if len(groups) != 1:
        return None
    group, other = groups[0], min(named[groups[0]])
    swapped = matcher.contrasts.replaced(question.tokens, group, other)
    again = decide(matcher.reread(swapped).matches)
    if answer_of(again) is None or again.matches[0].fact.id != top.fact.id:
        return None
    lead = texts.not_for(texts.listed(sorted(question.named[group])), other)
    return Near((replace(again.matches[0], lead=lead),))


def _held(matcher: Matcher, question: Question, weighed: Weighed, reply: Answer) -> Reply:
    """Hold an answer against what is asked: its grade, its kind, what it counts, its direction."""
    match, fact, tokens = reply.matches[0], reply.matches[0].fact, question.tokens
    facts = tuple(one for one in weighed.matches if not one.fact.is_gap)[:SUGGESTED]
    # "The next report" is another one; "since the previous one" only says since when.
    another = _ANOTHER.intersection(tokens) if "since" not in tokens else ()
    other = another and matcher.spoken_share(fact, another) < SELDOM
    if other or _counts_else(matcher, question, match):
        return Suggestions(facts)
    if lacks := lacks_in(matcher, question, fact):
        fits = match.confidence >= STANDS or lacks != texts.NO_FIGURE
        return Near((replace(match, lead=lacks),)) if fits else Suggestions(facts)
    if not _RATED.isdisjoint(tokens):
        asked, told = premises.levels(matcher, tokens, fact)
        if asked:
            # So many were rated otherwise that what is put forward cannot be.
            most = [one.share or 0 for one in Amount.all_in(matcher.read(fact.answer)[0].tokens)]
            claim = [one.share or 0 for one in Amount.all_in(tokens)] or [LITTLE]
            same = premises.rates_it(matcher, fact, tokens)
            if premises.claimed(tokens) and same and sum((*most[:1], claim[0])) > 1:
                return Answer((replace(match, lead=texts.NO),))
            return Near((replace(match, lead=other_grade(matcher, tokens, fact)),))
        strange = matcher.explained(fact, grammar.content(tokens)) < premises.SETTLED
        if told and strange:
            # "Rated outstanding for unpaid work" is not told by what was for another thing.
            return Suggestions(facts)
    if not grammar.asks_whether(tokens) and premises.is_opposite(question, fact):
        return Suggestions(facts)
    return premises.turned(matcher, question, match, facts) or reply


def lacks_in(matcher: Matcher, question: Question, fact: Fact) -> str:
    """Say that an entry has no figure, reason or name, where it is seldom asked for one."""
    said, claims, kind = question.tokens, premises.claimed(question.tokens), KINDS[question.asks]
    # A few ways of asking tell nothing of how seldom it is asked otherwise.
    many = len(fact.phrasings) * SELDOM >= 1
    rarely = matcher.asked_share(fact, question.asks) < SELDOM
    seldom = many and rarely
    asking = grammar.QUESTION.intersection(said) <= {"how", "what", "whats"}
    counts = (kind in COUNTED or said[:2] == ("how", "far")) and asking and not claims
    # A "number" is a count or none ("contact number"); a sum is told in figures or not at all.
    amount = (rarely or kind == "money") and not grammar.AMOUNT.isdisjoint(said)
    counts = counts and (seldom or amount)
    if counts and not _FIGURE.search(dates.named(fact.answer)[1]):
        # What is listed can be counted.
        named = {stem(after) for before, after in pairwise(said) if before == "many"}
        if len(lists.items_of(fact)) <= 2 or not named <= {*matcher.read(fact.question)[0].stems}:
            return texts.NO_FIGURE
    # What all cost together does not tell what one did.
    each = (kind in COUNTED or "per" in said) and _PER.search(" ".join(said))
    if (
        each
        and not _PER.search(fact.answer)
        and matcher.spoken_share(fact, ("per", "each", "every")) < SELDOM
    ):
        return texts.NO_FIGURE
    limits = [one for one in Amount.all_in(said) if one.limits and not one.is_quantifier]
    if limits and kind in COUNTED and not claims:
        # "More than 20" is not told by "between 11 and 20".
        told = {(o.value, o.limits) for o in Amount.all_in(matcher.read(fact.answer)[0].tokens)}
        if (limits[0].value, limits[0].limits) not in told:
            return texts.not_for(limits[0].said, "")
    reasons = kind == "why" and "explain" not in said and seldom
    if reasons and not _REASON.search(f"{fact.answer} {fact.detail}"):
        return texts.NO_REASON
    # "Which CRCs" asks for names as well.
    names = seldom and said[:1] == ("which",) and bool(matcher.contrasts.named(said[1:4]))
    if not names and _NAMING.search(" ".join(said)):
        asked = matcher.spoken_share(fact, ("name", "called", "title"))
        names = asked + matcher.asked_share(fact, WHO) < SELDOM
    return texts.NO_NAME if names else ""


def other_grade(matcher: Matcher, named: Sequence[str], fact: Fact) -> str:
    """Say that an entry tells of another grade, where nothing but a grade is asked for."""
    asked, told = (texts.listed(sorted(one)) for one in premises.levels(matcher, named, fact))
    return texts.not_for(asked, told) if asked else ""


def _counts_else(matcher: Matcher, question: Question, match: Match) -> bool:
    """Tell whether "how many" is asked of one thing that an entry doesn't speak of."""
    named, fact = grammar.content(question.tokens), match.fact
    if question.tokens[:2] != ("how", "many") or len(named) != 1 or match.confidence >= STANDS:
        return False
    return stem(named[0]) not in matcher.read(f"{fact.question} {fact.answer}")[0].stems
