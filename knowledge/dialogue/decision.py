"""The decision between an answer, suggestions and "the report doesn't say"."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

from knowledge.matching.features import MANY_WAYS
from knowledge.matching.text import words
from knowledge.model import Answer, Fact, Match, Near, Reply, Suggestions, Unknown

# Facts offered when none is sure enough to be the answer.
SUGGESTED = 4
# A gap this likely stands, whatever else fits but for a word.
STANDS = 0.5
# A sum of money or a share.
_SUM = re.compile(r"£\d[\d.,]*m?|\d[\d.,]*[%m]")
# The confidence (0-1) in one of two that are asked in the same words.
SHARED = 0.5


@dataclass(frozen=True, slots=True)
class Bands:
    """Probabilities that decide between an answer, a gap and suggestions."""

    # The least confidence of an answer, for an entry with a hundred ways of asking or more, and
    # what is added for one with a single way. Measured: at most three in a hundred answers wrong.
    answer: float = 0.22
    scarce: float = 0.4
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
        """Give the confidence that an entry's answer needs: the fewer ways of asking, the more."""
        return self.answer + self.scarce * _scarcity(fact)

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
    told, facts = answer_of(reply), [one for one in facts if not one.is_gap]
    if told and phrased and told.fact == phrased:
        alike = [one for one in facts if one.question.casefold() == phrased.question.casefold()]
        others = (Match(one, SHARED) for one in alike if one.report != phrased.report)
        offered = (told, *others)[:SUGGESTED]
        return Suggestions(offered) if len(offered) > 1 else reply
    denial = reply.matches[0] if isinstance(reply, Near) else gap_of(reply)
    against = [one for one in facts if denial and denial.fact.id in one.beside]
    if not denial or not against:
        return reply
    offered = tuple(Match(one, denial.confidence) for one in against)
    return Suggestions((*offered, Match(denial.fact, denial.confidence)))


def is_figure(tokens: Sequence[str], text: str) -> bool:
    """Tell whether a message names a figure and nothing else: "£22m", "what was the 63"."""
    if len(tokens) != 1:
        return False
    return bool(_SUM.fullmatch(tokens[0])) or (tokens[0].isdigit() and "the" in words(text))


def holding(facts: Sequence[Fact], tokens: Sequence[str]) -> Reply:
    """Give what holds a figure: an answer where one entry begins with it, else those that do."""
    figure, told = tokens[0].lstrip("£"), list[Match]()
    for fact in facts:
        said = [word.lstrip("£") for word in words(fact.answer)]
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
