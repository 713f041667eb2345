"""Follow-ups: a few words read after what was said last.

A message that stands by itself is never bent: what leans says so by its form, or names too little.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from knowledge import dates, texts
from knowledge.dialogue import grammar, lists
from knowledge.dialogue.decision import STANDS, gap_of, given
from knowledge.dialogue.ellipsis import ALL, SURELY, Said, follow
from knowledge.dialogue.splitting import Piece
from knowledge.matching.matcher import EXACT, Matcher, Weighed
from knowledge.matching.question import conflicts
from knowledge.model import Answer, Context, Fact, Match, Near, Reply, Suggestions, Unknown

# What does not say that it follows names so many things at most.
FEW = 2
# The probability from which a follow-up is taken to mean an entry, and from which it may.
MEANT, MAYBE = 0.5, 0.2
# The confidence from which a message is taken by itself unless it leans, and in any case.
WHOLLY, ALONE = 0.7, 0.85
# How much likelier what stands under the topic spoken of is, and the probability from which that
# answers. Measured on conversations.
CLOSE, NEARBY = 5, 0.15
# Not of a name ("Covid-19").
_FIGURE = re.compile(r"(?<![\w/-])\d|\b(?:half|thirds?|quarters?|all)\b", re.I)
_REASON = re.compile(r"\b(due to|because|in order to|so that|leading to|as a result)\b")
_PLACE = re.compile(r"\b(?:in|at|for) (?:the )?(?!CRC|NPS)[A-Z][a-z]+")
_TOTAL = re.compile(r"\bof (?:the |all )?\d")
_EXTENT = re.compile(
    r"\b(?:all|every|each|everywhere|some|only|most|many|both|none|\d+ (?:out )?of)\b", re.I
)
_SHARES = frozenset({"percent", "proportion", "share"})


def spoken_of(matcher: Matcher, context: Context) -> Fact | None:
    """Give the fact that a message may follow, with what was said of it; none after a refusal."""
    fact = matcher.by_id.get(context.answered[0]) if context.answered else None
    return replace(fact, answer=context.computed) if fact and context.computed else fact


def unjudged(matcher: Matcher, context: Context, lead: str = texts.NO_VIEW) -> Reply:
    """Say that the report does not judge what was shown last, and that again."""
    said = _again(matcher, context, lead)
    return Unknown(said) if said.fact.is_gap else Near((said,))


def viewed(matcher: Matcher, context: Context, reply: Reply, pieces: Sequence[Piece]) -> Reply:
    """Say that a report neither judges nor predicts, unless it has a fact on just that."""
    match reply:
        case Answer((first,)) if pieces[0].leant:
            return Near((replace(first, lead=texts.NO_VIEW),))
        case Answer(matches) if not all(p.is_certain and p.is_accounted for p in pieces):
            return Suggestions(matches, note=texts.NO_VIEW)
        case Unknown(gap) if gap and pieces[0].confidence >= STANDS:
            return reply
        case Suggestions() | Unknown():
            if spoken_of(matcher, context):
                return unjudged(matcher, context)
            offers = isinstance(reply, Suggestions)
            return replace(reply if offers else Unknown(), note=texts.NO_VIEW)
    return reply


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
    if shown := spoken_of(matcher, context):
        return _Turn(matcher, said, context, shown, alone, weighed).reply()
    # Alone, words that name nothing would find anything.
    exact = any(one.confidence >= EXACT for one in weighed.matches[:1])
    # "Who is it by" asks of the report itself.
    bare = not (said.own or exact or "it" in said.tokens)
    return Unknown(unread=True) if bare else None


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
        said, clear = self.said, self._is_answered(WHOLLY)
        again = given(_again(self.matcher, self.context))
        if said.wants_whole:
            told = bool(_TOTAL.search(self.shown.answer))
            return again if told else unjudged(self.matcher, self.context, texts.CANT_TELL)
        if self._stands():
            return self.beside()
        # "In percent" names nothing of its own, and "in which towns" a part: of no other topic.
        own = said.own and not grammar.is_fragment(said.tokens)
        found = [
            one
            for one in follow(self.matcher, said, self.shown)
            if own or grammar.negates(said.tokens) or _are_near(one.fact, self.shown)
        ]
        told = self._has_it()
        if found and found[0].confidence >= MEANT:
            return given(found[0])
        if clear and not (said.is_helpless or self._is_part()):
            return self.beside()
        leans = said.leans or said.is_helpless
        if told and (leans or not self._is_answered(MEANT)):
            return again
        if near := self.beside():
            return near
        if found and found[0].confidence >= MAYBE:
            part = self._is_overview() or said.is_helpless or self._is_part()
            likelier = not part and self._is_answered(found[0].confidence)
            return None if likelier else given(found[0])
        return self._shown_again()

    @property
    def confidence(self) -> float:
        """Give the confidence in what the message gets by itself."""
        found = self.alone.matches or self.weighed.matches
        return found[0].confidence if found else 0.0

    def _stands(self) -> bool:
        """Tell whether a message is answered by itself, whatever was said before it."""
        said = self.said
        # "What did it conclude" asks for no overview.
        vague = said.points and self._is_overview()
        # "What went well" is asked in these words, though it names nothing.
        telling = not grammar.CIRCUMSTANCE.isdisjoint(said.asking)
        bare = {*said.own} <= grammar.CHANGE and (telling or self.confidence < EXACT)
        # "And CRC", after what PSO means, asks what that means.
        carries = len(said.own) < FEW and said.marked
        open_ = self._is_part() or bare or vague or carries
        return not open_ and self._is_answered(ALONE)

    def _is_part(self) -> bool:
        """Tell whether a message asks for a part, or for a rival, of what was shown."""
        return grammar.is_fragment(self.said.tokens) or self.said.judges or self._swaps()

    def _is_answered(self, least: float) -> bool:
        """Tell whether a message is answered by itself, at least that surely."""
        answered = isinstance(self.alone, Answer) or gap_of(self.alone)
        return bool(answered) and self.confidence >= least

    def _is_overview(self) -> bool:
        """Tell whether what a message gets by itself is an overview."""
        return any(lists.is_overview(one.fact) for one in self.weighed.matches[:1])

    def _swaps(self) -> bool:
        """Tell whether a qualifier is named in the place of one of what was shown."""
        hinted = self.matcher.contrasts.hinted(self.said.tokens)
        return conflicts(hinted, self.matcher.named(self.shown)) > 0

    def _speaks(self) -> bool:
        """Tell whether the entry shown accounts for all that the message names."""
        return self.matcher.explained(self.shown, self.said.own) >= ALL

    def _sets_against(self) -> bool:
        """Tell whether what was shown is set against another time or thing, and nothing else."""
        few = self.said.points and len(self.said.own) < FEW
        return bool(self.said.compares) and (few or self._speaks())

    def _has_it(self) -> bool:
        """Tell whether the answer shown has the kind of thing that is asked for of it."""
        said, told = self.said, self.shown.answer
        if self._asks_how_far():
            return bool(_EXTENT.search(f"{told} {self.shown.detail}"))
        speaks = self.matcher.says(self.shown, said.own)
        if not (speaks and grammar.EARLIER.isdisjoint(said.tokens)):
            return False
        date, rest = dates.named(told)
        has = {"when": date, "why": _REASON.search(rest), "where": _PLACE.search(told)}
        # "How many people" is not told by how many nights.
        things = {word for before, word in pairwise(said.tokens) if before == "many"}
        other = things.intersection(said.own) or _SHARES.intersection(said.asking)
        amounts = not other and grammar.AMOUNT.intersection(said.asking) and _FIGURE.search(rest)
        return bool(amounts) or any(map(has.get, said.asking))

    def _asks_how_far(self) -> bool:
        """Tell whether it is asked how far what was shown goes: "everywhere", "all of them"."""
        said = self.said
        scoped = not (said.asking or grammar.SCOPE.isdisjoint(said.tokens))
        return scoped and grammar.OTHERS.isdisjoint(said.tokens)

    def beside(self) -> Reply | None:
        """Answer what is likely only since it stands beside what was shown; None for nothing."""
        said, shown, matches = self.said, self.shown, self.weighed.matches
        # "Is that worse" asks of what was shown alone.
        if not (matches and said.own) or said.judges or self._sets_against():
            return None
        worths = [
            replace(one, confidence=one.confidence * (CLOSE if _are_near(one.fact, shown) else 1))
            for one in matches
        ]
        total = sum(one.confidence for one in worths) + self.weighed.none
        first = max(worths, key=lambda one: one.confidence)
        if not _are_near(first.fact, shown) or first.confidence < NEARBY * total:
            return None
        return given(replace(first, confidence=first.confidence / total))

    def _shown_again(self) -> Reply | None:
        """Say that the report tells no more of what was shown; None where that is not asked."""
        said, told = self.said, self._speaks()
        if self._sets_against() or (said.judges and grammar.asks_whether(said.tokens)):
            return unjudged(self.matcher, self.context)
        if told or said.points:
            return unjudged(self.matcher, self.context, texts.CANT_TELL)
        return None


def _are_near(fact: Fact, shown: Fact) -> bool:
    """Tell whether an entry stands beside another: under its topic."""
    return fact.report == shown.report and fact.topic == shown.topic
