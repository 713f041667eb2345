"""Follow-ups: a few words read after what was said last.

A message that stands by itself is never bent: what leans says so by its form, or names too little.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise

from knowledge import dates, texts
from knowledge.dialogue import grammar, lists
from knowledge.dialogue.decision import gap_of, given
from knowledge.dialogue.grammar import EXTREMES, Said
from knowledge.matching.matcher import EXACT, SELDOM, TELLING, Matcher, Weighed
from knowledge.matching.question import KINDS, YEAR, Contrasts, asks, conflicts
from knowledge.matching.text import stem
from knowledge.model import Answer, Context, Fact, Match, Near, Reply, Unknown

# What does not say that it follows names so many things at most.
FEW = 2
# The probability from which a follow-up is taken to mean an entry, and from which it may.
MEANT, MAYBE = 0.5, 0.2
# The confidence from which a message is taken by itself unless it leans, and in any case; and from
# which one that points back, but names more, is no question of what was shown.
WHOLLY, ALONE, ITSELF = 0.7, 0.85, 0.4
# How much likelier what stands under the topic spoken of is, and the probability from which that
# answers. Measured on conversations.
CLOSE, NEARBY = 5, 0.15
# Not of a name ("Covid-19").
_FIGURE = re.compile(r"(?<![\w/-])\d|\b(?:half|thirds?|quarters?|all)\b", re.I)
_REASON = re.compile(r"\b(due to|because|in order to|so that|leading to|as a result)\b")
_PLACE = re.compile(r"\b(?:in|at|for) (?:the )?(?!CRC|NPS)[A-Z][a-z]+")
NAMED = re.compile(r"\b[A-Z][a-z]\w*(?: [A-Z][a-z]\w*)+")
_TOTAL = re.compile(r"\bof (?:the |all )?\d")
_EXTENT = re.compile(
    r"\b(?:all|every|each|everywhere|some|only|most|many|both|none|\d+ (?:out )?of)\b", re.I
)
_CHANGING = grammar.CHANGE | {"better", "worse"}
# The share, by weight, of what is kept of the question shown that an entry must be asked with; and
# of what is added, all but for rounding; the probability from which nothing else is looked for.
SAME, ALL, SURELY = 0.3, 0.99, 0.8
# The share of an entry's ways of asking that counts at all, and from which it is asked so.
LEAST, OFTEN = 0.005, 0.2
# How often a kind of question is asked of an entry that it has nothing to do with; the words of an
# answer that a follow-up is read with.
RARE, ANSWERED = 0.05, 6


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
    if shown := spoken_of(matcher, context):
        reply = _Turn(matcher, said, context, shown, alone, weighed).reply()
        lacks = reply and reply.matches and reply.matches[0].lead == texts.CANT_TELL
        if not (lacks and shown.is_gap and context.before):
            return reply
        # What was spoken of before a refusal still is.
        before = lean(matcher, tokens, context.before, alone, weighed)
        return before if isinstance(before, Answer) else reply
    # Alone, words that name nothing would find anything; "who is it by" asks of the report itself.
    return None if said.own or "it" in said.tokens else Unknown(unread=True)


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
        # "Out of how many".
        if " of how many " in f" {' '.join(said.tokens)} ":
            told = bool(_TOTAL.search(self.shown.answer))
            return again if told else unjudged(self.matcher, self.context, texts.CANT_TELL)
        if self._stands():
            return self.beside()
        # "In percent" names nothing of its own, and "in which towns" a part: of no other topic.
        own = said.own and not grammar.is_fragment(said.tokens)
        every = follow(self.matcher, said, self.shown)
        found = [one for one in every if own or _are_near(one.fact, self.shown)]
        # "Is it about young people also" is asked of it as well as what it tells.
        asks_it = said.points and said.own and not (said.asking or said.compares or said.judges)
        told = self._has_it() or bool(asks_it and self._speaks())
        if found and found[0].confidence >= MEANT:
            return given(found[0])
        if clear and not (said.is_helpless or self._is_part()):
            return self.beside()
        if told and (said.leans or said.is_helpless or not self._is_answered(MEANT)):
            return again
        near = self.beside()
        if near and (not found or near.matches[0].confidence >= found[0].confidence):
            return near
        if found and found[0].confidence >= MAYBE:
            part = self._is_overview() or said.is_helpless or self._is_part()
            likelier = not part and self._is_answered(found[0].confidence)
            return None if likelier else given(found[0])
        return self._shown_again()

    def _stands(self) -> bool:
        """Tell whether a message is answered by itself, whatever was said before it."""
        said = self.said
        # "What did it conclude" asks for no overview, nor "how did CRCs do on that".
        bodies = said.own and all(self.matcher.contrasts.named([one]) for one in said.own)
        vague = bool(said.points and (bodies or self._is_overview()))
        # "Which year" names nothing, but "what went well" is asked in these words.
        telling = not grammar.CIRCUMSTANCE.isdisjoint(said.asking)
        brief = {*said.own} <= grammar.CHANGE and (telling or not self._is_answered(EXACT))
        # "And CRC", after what PSO means, asks what that means.
        brief |= said.marked and len(said.own) < FEW
        return not (brief or vague or self._is_part()) and self._is_answered(ALONE)

    def _is_part(self) -> bool:
        """Tell whether a message asks for a part, or for a rival, of what was shown."""
        said, contrasts = self.said, self.matcher.contrasts
        swaps = conflicts(contrasts.hinted(said.tokens), self.matcher.named(self.shown)) > 0
        # "Which NPS area was looked at", after the CRCs, is a question of its own.
        own = [one for one in said.own if not contrasts.named([one])]
        swaps &= said.leans or len(own) < FEW
        return swaps or grammar.is_fragment(self.said.tokens) or self.said.judges

    def _is_answered(self, least: float) -> bool:
        """Tell whether a message is answered by itself, at least that surely."""
        answered = isinstance(self.alone, Answer) or gap_of(self.alone)
        return bool(answered) and any(m.confidence >= least for m in self.weighed.matches[:1])

    def _is_overview(self) -> bool:
        """Tell whether what a message gets by itself is an overview."""
        return any(lists.is_overview(one.fact) for one in self.weighed.matches[:1])

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
        # "Everywhere", "all of them" ask how far it goes.
        few = len({*said.own} - grammar.SCOPE) <= FEW and not said.asking
        if few and grammar.SCOPE & {*said.tokens} and grammar.OTHERS.isdisjoint(said.tokens):
            return bool(_EXTENT.search(f"{told} {self.shown.detail}"))
        # "Where was it worst".
        ends = [t for t in said.tokens if grammar.WANTS.get(t) in EXTREMES]
        speaks = self.matcher.says(self.shown, (*said.own, *ends))
        if not (speaks and grammar.EARLIER.isdisjoint(said.tokens)):
            return False
        date, rest = dates.named(told)
        has = {"when": date, "why": _REASON.search(rest), "where": _PLACE.search(told)}
        # "How many people" is not told by how many nights.
        things = {word for before, word in pairwise(said.tokens) if before == "many"}
        other = things & {*said.own} or {"percent", "proportion", "share"} & {*said.asking}
        amounts = not other and grammar.AMOUNT.intersection(said.asking) and _FIGURE.search(rest)
        return bool(amounts) or any(map(has.get, said.asking))

    def beside(self) -> Reply | None:
        """Answer what is likely only since it stands beside what was shown; None for nothing."""
        said, shown, matches = self.said, self.shown, self.weighed.matches
        if not matches or said.judges:
            return None
        times = [CLOSE if _are_near(one.fact, shown) else 1 for one in matches]
        each = zip(matches, times, strict=True)
        worths = [replace(one, confidence=one.confidence * n) for one, n in each]
        total = sum(one.confidence for one in worths) + self.weighed.none
        first = max(worths, key=lambda one: one.confidence)
        likely = _are_near(first.fact, shown) and first.confidence >= NEARBY * total
        # "Is that worse" asks of what was shown alone, "is it getting better" may not.
        asked_so = self.matcher.spoken_share(first.fact, _CHANGING) >= OFTEN
        fits = asked_so or (said.own and not self._sets_against())
        sure = replace(first, confidence=first.confidence / total)
        return given(sure) if likely and fits else None

    def _shown_again(self) -> Reply | None:
        """Say that the report tells no more of what was shown; None where that is not asked."""
        said = self.said
        near = (o for o in self.matcher.facts if lists.is_overview(o) and _are_near(o, self.shown))
        whole = next(near, self.shown) if len(said.own) <= FEW else self.shown
        if "else" in said.tokens and whole.id != self.shown.id:
            # "Anything else that went well".
            return Answer((Match(whole, lists.CHOSEN),))
        if self._sets_against() or (said.judges and grammar.asks_whether(said.tokens)):
            return unjudged(self.matcher, self.context)
        itself = len(said.own) > 1 and not self._is_part() and self._is_answered(ITSELF)
        if (self._speaks() or said.points) and not (itself and (said.asking or not said.marked)):
            return unjudged(self.matcher, self.context, texts.CANT_TELL)
        return None


def _are_near(fact: Fact, shown: Fact) -> bool:
    """Tell whether an entry stands beside another: under its topic."""
    return fact.report == shown.report and fact.topic == shown.topic


@dataclass(frozen=True, slots=True)
class Reading:
    """A follow-up as a whole question: `added` is new in it, `kept` comes from what was shown."""

    tokens: tuple[str, ...]
    added: tuple[str, ...]
    kept: tuple[str, ...]
    kind: int | None = None


def follow(matcher: Matcher, said: Said, shown: Fact) -> tuple[Match, ...]:
    """Give what a follow-up to `shown` may mean, likeliest first: what accounts for all it adds."""
    question = matcher.read(shown.question)[0].tokens
    plain, found = readings(said, question, matcher.contrasts), list[Match]()
    for one in chain(plain, _after_answer(said, matcher, shown, question)):
        found = sorted((*found, *_weighed(matcher, said, shown, one)), key=lambda m: -m.confidence)
        if found and found[0].confidence >= MEANT:
            break
    # What to think of it is told by what is asked just that, or not at all.
    least = SURELY if said.judges and not said.compares else 0.0
    likeliest: dict[str, Match] = {}
    for match in found:
        if match.confidence >= least:
            likeliest.setdefault(match.fact.id, match)
    return tuple(likeliest.values())


def _weighed(matcher: Matcher, said: Said, shown: Fact, reading: Reading) -> Iterator[Match]:
    weighed = matcher.reread(reading.tokens, reading.kind)
    reported = (one for one in weighed.matches if one.fact.report == shown.report)
    others = [one for one in reported if one.fact.id != shown.id]
    worths = [one.confidence * _asked_so(matcher, said, reading, one.fact) for one in others]
    total = sum(worths) + weighed.none * RARE
    # A body that is not said stays the one spoken of.
    named = {**matcher.named(shown), **matcher.contrasts.named(reading.tokens)}
    for match, worth in zip(others, worths, strict=True):
        fits = worth and matcher.explained(match.fact, reading.added) >= ALL
        fits = fits and matcher.explained(match.fact, reading.kept) >= SAME
        if fits and not conflicts(named, matcher.named(match.fact)):
            yield Match(match.fact, worth / total, asked=" ".join(reading.tokens))


def _asked_so(matcher: Matcher, said: Said, reading: Reading, fact: Fact) -> float:
    """Give the share of a fact's phrasings that ask in this way (0-1)."""
    compared = matcher.spoken_share(fact, {*said.compares, *_CHANGING}) if said.compares else 1.0
    if reading.kind is None or KINDS[reading.kind] not in TELLING:
        return max(compared, LEAST)
    share = max(matcher.asked_share(fact, reading.kind), matcher.spoken_share(fact, said.asking))
    return share * max(compared, LEAST) if share >= SELDOM else 0.0


def readings(said: Said, shown: Sequence[str], contrasts: Contrasts) -> Iterator[Reading]:
    """Read a follow-up after a question `shown`, its words in the form the matcher reads."""
    text = tuple(shown)
    # The qualifiers and years said stand in the place of their rivals.
    for group, members in contrasts.hinted(said.tokens).items():
        if len(members) == 1:
            text = contrasts.replaced(text, group, next(iter(members)))
    if years := tuple(t for t in said.tokens if YEAR.fullmatch(t)):
        text = (*(t for t in text if not YEAR.fullmatch(t)), *years)
    changed, stems = grammar.without(text, shown), set(map(stem, shown))
    own = tuple(t for t in said.own if t not in changed and stem(t) not in stems)
    more = own or said.asking or said.compares
    lead = grammar.without(said.tokens, grammar.POINTERS.union(changed)) if more else ()
    rest = grammar.without(grammar.content(text) if said.asking else text, lead)
    if more or changed:
        kind = asks(lead) if said.asking else None
        named, added = grammar.content(text), (*changed, *own)
        yield Reading((*lead, *rest), added, grammar.without(named, added), kind)


def _after_answer(
    said: Said, matcher: Matcher, shown: Fact, question: Sequence[str]
) -> Iterator[Reading]:
    """Read a follow-up after what an answer says beyond its question: its figures and names."""
    known = set(map(stem, (*question, *said.own)))
    answer = grammar.content(matcher.read(shown.answer)[0].tokens)
    told = set(map(stem, answer))
    subject = tuple(t for t in grammar.content(question) if stem(t) in told and t not in said.own)
    if subject and said.own and said.points:
        # "You made a report on this".
        plain = grammar.without(said.tokens, grammar.POINTERS)
        yield Reading((*plain, *subject), said.own, subject)
    kept = tuple(token for token in answer if stem(token) not in known)[:ANSWERED]
    if kept and said.own and not said.compares:
        yield Reading((*grammar.without(said.tokens, grammar.POINTERS), *kept), said.own, kept)
    people = NAMED.findall(f"{shown.question.partition(' ')[2]} \n {shown.answer}")
    if people and not grammar.PEOPLE.isdisjoint(said.tokens):
        # "What did he do".
        name = matcher.read(people[0])[0].tokens
        place = next(n for n, token in enumerate(said.tokens) if token in grammar.PEOPLE)
        yield Reading((*said.tokens[:place], *name, *said.tokens[place + 1 :]), said.own, name)
