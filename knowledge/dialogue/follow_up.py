"""Follow-ups: a few words read after what was said last.

A message that stands by itself is never bent: what leans says so by its form, or names too little.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge import texts
from knowledge.dialogue import dates, grammar
from knowledge.dialogue.decision import gap_of, given
from knowledge.dialogue.ellipsis import ALL, NAMED, PEOPLE, SURELY, follow
from knowledge.dialogue.grammar import Said
from knowledge.matching.matcher import EXACT, Matcher, Weighed
from knowledge.matching.question import KINDS
from knowledge.model import (
    SUGGESTED,
    Answer,
    Context,
    Fact,
    Match,
    Near,
    Reply,
    Suggestions,
    Unknown,
)

# A follow-up names this many things at most, and one that does not say it follows so many.
SHORT, FEW = 4, 2
# The probability from which a follow-up is taken to mean an entry, and from which it may.
MEANT, MAYBE = 0.5, 0.2
# The confidence from which what leans on nothing shown is taken by itself after all, or though it
# points, or in any case.
OTHERWISE, WHOLLY, ALONE = 0.3, 0.7, 0.85
# How much likelier what stands under the topic spoken of is, the probability from which that
# answers, how much likelier than anything else it must be, and the share of the words it accounts
# for. Measured on conversations.
CLOSE, NEARBY, CLEARLY, KNOWN = 5, 0.22, 1.5, 0.6
# Not of a name ("Covid-19").
_FIGURE = re.compile(r"(?<![\w/-])\d")
_REASON = re.compile(r"\b(due to|because|in order to|so that|leading to|as a result)\b")
_PLACE = re.compile(r"\b(?:in|at|for) (?:the )?(?!CRC|NPS)[A-Z][a-z]+")
_TOTAL = re.compile(r"\bof (?:the |all )?\d")
MEANING = KINDS.index("meaning")


def spoken_of(matcher: Matcher, context: Context) -> Fact | None:
    """Give the fact that a message may follow, with what was said of it; none after a refusal."""
    fact = matcher.by_id.get(context.answered[0]) if context.answered else None
    return replace(fact, answer=context.computed) if fact and context.computed else fact


def unjudged(matcher: Matcher, context: Context, lead: str = texts.NO_VIEW) -> Reply:
    """Say that the report does not judge what was shown last, and that again."""
    said = _again(matcher, context, lead)
    return Unknown(said) if said.fact.is_gap else Near((said,))


def _again(matcher: Matcher, context: Context, lead: str = "") -> Match:
    last = matcher.by_id[context.answered[0]]
    return Match(last, SURELY, lead, context.computed, context.question)


def lean(
    matcher: Matcher, tokens: Sequence[str], context: Context, alone: Reply, weighed: Weighed
) -> Reply | None:
    """Answer a message from what was shown last; None for one that stands by itself.

    `alone` is what it would get by itself, and `weighed` what that rests on.
    """
    said = Said.of(tokens)
    if not context.answered and context.before and said.own and not said.points:
        # What was refused or only offered since is nothing that "them" could be.
        context = context.before
    shown = spoken_of(matcher, context)
    if shown is not None:
        return _Turn(matcher, said, context, shown, alone, weighed).reply()
    # Alone, words that name nothing would find anything.
    exact = any(one.confidence >= EXACT for one in weighed.matches[:1])
    bare = set(said.own) <= grammar.PRESENT | grammar.JUDGING and not exact
    return Unknown(unread=True) if bare and not isinstance(alone, Unknown) else None


@dataclass(frozen=True, slots=True)
class _Turn:
    """A message after what was `shown`, and what it would get `alone`."""

    matcher: Matcher
    said: Said
    context: Context
    shown: Fact
    alone: Reply
    weighed: Weighed

    def reply(self) -> Reply | None:
        """Choose between what follows on, what stands beside it, and what stands by itself."""
        said, clear = self.said, self._is_clear()
        if clear and grammar.defines(said.tokens):
            # "What is a CRC" needs nothing that was said.
            return None
        again = given(_again(self.matcher, self.context))
        if said.wants_whole:
            told = bool(_TOTAL.search(self.shown.answer))
            return again if told else unjudged(self.matcher, self.context, texts.CANT_TELL)
        names = len(said.own)
        long = names > SHORT or (not said.leans and names > (1 if clear else FEW))
        if self._stands() or long:
            return self.beside()
        found, told = follow(self.matcher, said, self.shown), self._has_it()
        if told and found and names and not clear and found[0].fact.is_gap:
            return again
        # "In percent" names nothing of its own, so nothing of another topic.
        own = found and (names or found[0].fact.is_gap or found[0].fact.topic == self.shown.topic)
        if own and found[0].confidence >= MEANT:
            return given(found[0])
        if (clear and names) or not (said.leans or names == 1):
            return self.beside()
        return again if told else self.beside() or self._perhaps(found, clear=clear)

    @property
    def confidence(self) -> float:
        """Give the confidence in what the message gets by itself."""
        found = self.alone.matches or self.weighed.matches
        return found[0].confidence if found else 0.0

    def _stands(self) -> bool:
        """Tell whether a message is answered by itself, whatever was said before it."""
        said = self.said
        part = grammar.is_fragment(said.tokens) or said.judges or self._swaps()
        # "What went well" is asked in these words, though it names nothing.
        bare = not said.own and (said.points or said.marked or self.confidence < EXACT)
        open_ = part or bare or (len(said.own) < FEW and PEOPLE.intersection(said.tokens))
        answered = isinstance(self.alone, Answer) or gap_of(self.alone)
        return bool(answered) and not open_ and self.confidence >= ALONE

    def _is_clear(self) -> bool:
        """Tell whether a message is answered by itself for sure: what points hardly is."""
        said, alone = self.said, self.alone
        if not isinstance(alone, Answer):
            return False
        sure = self.confidence >= WHOLLY and len(said.own) >= FEW and not said.judges
        if said.points and not sure:
            return False
        means = self.matcher.read(alone.matches[0].fact.question)[0].asks == MEANING
        # "And who was the provider that failed" is a whole question for all that.
        if (
            len(said.own) < FEW
            and self.confidence < WHOLLY
            and not grammar.asks_whether(said.tokens)
        ):
            return False
        whole = self.confidence >= MEANT or (bool(said.asking) and len(said.own) >= FEW)
        return not said.marked or (whole and not means and not self._swaps())

    def _swaps(self) -> bool:
        """Tell whether a qualifier is named in the place of one of what was shown."""
        hinted = self.matcher.contrasts.hinted(self.said.tokens)
        return not hinted.keys().isdisjoint(self.matcher.profile(self.shown).named)

    def _has_it(self) -> bool:
        """Tell whether the answer shown has the kind of thing that is asked for of it."""
        said, told = self.said, self.shown.answer
        # "How many does he have" asks of somebody whom the answer names.
        other = grammar.EARLIER | (frozenset() if NAMED.search(told) else PEOPLE)
        if self.shown.is_gap or not other.isdisjoint(said.tokens):
            return False
        if self.matcher.explained(self.shown, said.own) < ALL:
            return False
        date, rest = dates.named(told)
        has = {"when": date, "why": _REASON.search(rest), "where": _PLACE.search(told)}
        amounts = not grammar.AMOUNT.isdisjoint(said.asking) and _FIGURE.search(rest)
        return bool(amounts) or any(map(has.get, said.asking))

    def beside(self) -> Reply | None:
        """Answer what is likely only since it stands beside what was shown; None for nothing."""
        said, shown, alone = self.said, self.shown, self.alone
        named = [token for token in said.own if token not in grammar.RECKONING]
        is_open = isinstance(alone, Answer | Suggestions) or not alone.matches
        against = said.compares and (said.points or said.is_helpless)
        vague = said.judges or against
        if not is_open or vague or not (named or (said.own and isinstance(alone, Answer))):
            return None
        worths = [
            replace(one, confidence=one.confidence * (CLOSE if _are_near(one.fact, shown) else 1))
            for one in self.weighed.matches
        ]
        total = sum(one.confidence for one in worths) + self.weighed.none
        first, *rest = sorted(worths, key=lambda one: -one.confidence) or [Match(shown, 0.0)]
        if first.fact.id == shown.id or not _are_near(first.fact, shown):
            return None
        rival = rest[0].confidence if rest else 0.0
        known = self.matcher.explained(first.fact, named) >= KNOWN
        if not known or first.confidence < max(NEARBY * total, CLEARLY * rival):
            return None
        return given(replace(first, confidence=first.confidence / total))

    def _perhaps(self, found: Sequence[Match], *, clear: bool) -> Reply | None:
        """Offer what may be meant, or say that the report says nothing of it."""
        said, shown, alone = self.said, self.shown, self.alone
        # What names nothing asks nothing of another topic.
        found = [one for one in found if said.own or _are_near(one.fact, shown)]
        if said.leans and found and found[0].confidence >= MAYBE:
            first, rest = found[0], [one.confidence for one in found[1:]]
            near = _are_near(first.fact, shown) or first.fact in [m.fact for m in alone.matches]
            only = first.confidence > 2 * max(rest, default=0.0)
            # What alone may be meant is, unless it denies something else than was asked for.
            if only and (near or not first.fact.is_gap):
                return given(first)
            offered = {one.fact.id: one for one in (*found[:2], *alone.matches, *found[2:])}
            return Suggestions(tuple(offered.values())[:SUGGESTED])
        if (said.compares or said.judges) and (said.points or said.is_helpless):
            return unjudged(self.matcher, self.context)
        stands = isinstance(alone, Answer) and not grammar.is_fragment(said.tokens)
        likely = stands and bool(said.own) and self.confidence >= OTHERWISE
        told = not (stands and clear) and self.matcher.explained(shown, said.own) >= ALL
        # Who names several things asks about those.
        vague = said.points and not likely and len(said.own) <= FEW
        if said.is_helpless or told or vague:
            if told and not (said.is_helpless or said.asking):
                return given(_again(self.matcher, self.context))
            return unjudged(self.matcher, self.context, texts.CANT_TELL)
        hangs = said.points and len(said.own) < FEW and not clear
        doubted = hangs or (self.confidence < MEANT and self._swaps())
        if isinstance(alone, Answer) and doubted and not _are_near(alone.matches[0].fact, shown):
            return Suggestions(alone.matches)
        return None


def _are_near(fact: Fact, shown: Fact) -> bool:
    """Tell whether an entry stands beside another: under its topic or on its slide."""
    alike = fact.topic == shown.topic or (bool(fact.source) and fact.source == shown.source)
    return fact.report == shown.report and (alike or shown.id in fact.beside)
