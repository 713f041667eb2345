"""Follow-ups: a few words read after what was said last, as a question or as a pick of its items.

A message that stands by itself is never bent: what leans says so by its form, or names too little.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge import texts
from knowledge.dialogue import dates, grammar
from knowledge.dialogue.decision import SUGGESTED
from knowledge.matching.matcher import EXACT, Matcher, Weighed
from knowledge.matching.question import KINDS, YEAR, Contrasts, asks, conflicts
from knowledge.matching.spelling import NAME, rarity
from knowledge.matching.text import stem, words
from knowledge.model import Answer, Context, Fact, Match, Near, Reply, Suggestions, Unknown

# A follow-up names this many things at most, and one that does not say it follows so many.
SHORT, FEW = 4, 2
# The probability from which a follow-up is taken to mean an entry, and from which it may.
MEANT, MAYBE = 0.5, 0.2
# The confidence in what was shown, where it is that again which is asked for.
SURELY = 0.8
# The share of what somebody tells, by weight, that the answer shown speaks of.
TOLD = 0.5
# The confidence from which what leans on nothing shown is taken by itself after all.
OTHERWISE = 0.3
# The share, by weight, of what is kept of the question shown that an entry must be asked with to
# be about the same thing; and of what was added, short of all of it only by rounding.
SAME, ALL = 0.3, 0.99
# The share of its phrasings below which an entry is not asked in some way, and the least that
# counts, since phrasings are few.
SELDOM, LEAST = 0.05, 0.005
# How often a kind of question is asked of an entry that it has nothing to do with.
RARE = 0.05
# Words of an answer that a follow-up is read with.
ANSWERED = 6
# How much likelier what stands under the topic spoken of is, the probability from which that
# answers, how much likelier than anything else it must be, and the share of the words it accounts
# for. Measured on conversations.
CLOSE, NEARBY, CLEARLY, KNOWN = 5, 0.22, 1.5, 0.6
# The confidence in what stands by itself though it points.
WHOLLY = 0.7
# Kinds that say little of what is wanted.
MEANING = KINDS.index("meaning")
_PLAIN = frozenset({KINDS.index("what"), KINDS.index("whether"), KINDS.index("keywords")})
_TOTAL = re.compile(r"\bof (?:the |all )?\d")
# Not of a name ("Covid-19").
_FIGURE = re.compile(r"(?<![\w/-])\d")
# The figure that an answer begins with.
_LEADING = re.compile(
    r"(?P<money>£?)(?P<value>\d[\d,]*(?:\.\d+)?)(?P<unit>[%m]?)"
    r"(?P<points> percentage points?)?(?!\w)"
)
# What can be reckoned of two figures, and words for just two.
_OF_TWO = frozenset("apart against sum mean".split())
_RECKONED = _OF_TWO | frozenset("more most less least".split())
_TWO = frozenset("two 2 both".split())
_REASON = re.compile(r"\b(due to|because|in order to|so that|leading to|as a result)\b")
_TELLING = frozenset("who why where when".split())
_PEOPLE = frozenset("he him his she her hers".split())
_NAME = re.compile(r"\b[A-Z]\w+(?: [A-Z]\w+)+")


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a message that may follow on, without those that say so (`marked`).

    `own` name a thing, `asking` ask ("how many"), `compares` set one time or thing against another.
    """

    tokens: tuple[str, ...]
    marked: bool
    own: tuple[str, ...]
    asking: tuple[str, ...]
    compares: tuple[str, ...]

    @classmethod
    def of(cls, message: Sequence[str]) -> Said:
        """Hear what a message says."""
        begin = grammar.marker(message)
        tokens = _without(message[begin:], grammar.EMPHASIS)
        asking = tuple(t for t in tokens if t in grammar.QUESTION or t in grammar.AMOUNT)
        compares = tuple(t for t in tokens if t in grammar.COMPARISON)
        return cls(tokens, begin > 0, grammar.content(tokens), asking, compares)

    @property
    def judges(self) -> bool:
        """Tell whether nothing is asked but what to think of a thing: "is that good"."""
        return bool(self.own) and set(self.own) <= grammar.JUDGING and not self.asking

    @property
    def is_helpless(self) -> bool:
        """Tell whether a message names nothing but a time, or what was left out."""
        known = grammar.PRESENT | grammar.OTHERS
        return all(token in known or YEAR.fullmatch(token) for token in self.own)

    @property
    def wants_whole(self) -> bool:
        """Tell whether it is asked of how many a number is: "out of how many posts"."""
        return " of how many " in f" {' '.join(self.tokens)} "


@dataclass(frozen=True, slots=True)
class Reading:
    """A follow-up as a whole question: `added` is new in it, `kept` comes from what was shown."""

    tokens: tuple[str, ...]
    added: tuple[str, ...]
    kept: tuple[str, ...]
    kind: int | None = None


@dataclass(frozen=True, slots=True)
class Leading:
    """The figure that an answer begins with, its unit, and what it is `of`."""

    value: float
    unit: str
    of: str

    @classmethod
    def read(cls, found: re.Match[str], of: str) -> Leading:
        """Read a figure that was found."""
        unit = f"{found['money']}{found['unit'] or ''}{found['points'] or ''}"
        return cls(float(found["value"].replace(",", "")), unit, of)

    def __str__(self) -> str:
        money, unit = self.unit[: self.unit.startswith("£")], self.unit.removeprefix("£")
        return f"{money}{round(self.value, 1):,g}{unit}"


def spoken_of(matcher: Matcher, context: Context) -> Fact | None:
    """Give the fact that a message may follow, with what was said of it; none after a refusal."""
    fact = matcher.by_id.get(context.answered[0]) if context.answered else None
    return replace(fact, answer=context.computed) if fact and context.computed else fact


def unjudged(matcher: Matcher, context: Context) -> Reply:
    """Say that the report does not judge what was shown last, and that again."""
    shown = matcher.by_id[context.answered[0]]
    said = Match(shown, SURELY, texts.NO_VIEW, context.computed, context.question)
    return Unknown(about=shown) if shown.is_gap else Near((said,))


def lean(
    matcher: Matcher, tokens: Sequence[str], context: Context, alone: Reply, weighed: Weighed
) -> Reply | None:
    """Answer a message from what was shown last; None for one that stands by itself.

    `alone` is what it would get by itself, and `weighed` what that rests on.
    """
    said, points = Said.of(tokens), grammar.points(tokens)
    confidence = next((one.confidence for one in alone.matches or weighed.matches), 0.0)
    if not context.answered and context.before and said.own and not points:
        # What was refused or only offered since is nothing that "them" could be.
        context = context.before
    shown = spoken_of(matcher, context)
    vague = said.wants_whole or bool(said.compares and (points or said.is_helpless))
    open_ = not vague and (isinstance(alone, Answer | Suggestions) or not alone.matches)
    if shown is None:
        # Alone, words that name nothing would find anything.
        bare = set(said.own) <= grammar.PRESENT | grammar.JUDGING and confidence < EXACT
        return Unknown(unread=True) if bare and not isinstance(alone, Unknown) else None
    if len(said.own) > SHORT or (confidence >= EXACT and said.own and not said.marked):
        return on_topic(matcher, said, shown, alone, weighed) if open_ else None
    # What points at something shown ("is that good") hardly stands by itself, nor does what carries
    # on and would be told what a word means.
    clear = isinstance(alone, Answer) and (
        not points or (confidence >= WHOLLY and len(said.own) >= FEW and not said.judges)
    )
    swaps = matcher.contrasts.hinted(said.tokens).keys() & matcher.profile(shown).named.keys()
    if clear and said.marked:
        means = matcher.read(alone.matches[0].fact.question)[0].asks == MEANING
        clear = confidence >= MEANT and not means and not swaps
    if clear and grammar.defines(tokens):
        # "What is a CRC" needs nothing that was said.
        return None
    leans = said.is_helpless or said.marked or points or said.wants_whole
    if not leans and len(said.own) > (1 if clear else FEW):
        return on_topic(matcher, said, shown, alone, weighed) if open_ else None
    for line in shown.answer.split("\n"):
        label, _, rest = line.partition(": ")
        label = label.rpartition(". ")[2]
        if rest and set(said.own) - grammar.PRESENT == set(words(label)):
            # "Now the bad", of an overview with a line "Bad: …".
            line = f"{label}: {rest}"
            return Answer((Match(shown, SURELY, "", line, context.question),))
    found = tuple(
        one for one in follow(matcher, said, shown) if not _of_another(matcher, said.own, one.fact)
    )
    if said.wants_whole:
        # The number itself is no answer to "out of how many".
        found = tuple(m for m in found if m.fact.is_gap or _TOTAL.search(m.fact.answer))
    told = _tells(matcher, said, shown, points=points)
    again = Answer((Match(shown, SURELY),))
    if told and (said.wants_whole or (said.own and not clear and found and found[0].fact.is_gap)):
        return again
    if found and found[0].confidence >= MEANT:
        return given(found[0])
    if (clear and said.own and not said.wants_whole) or not (leans or len(said.own) == 1):
        return on_topic(matcher, said, shown, alone, weighed) if open_ else None
    if told:
        return again
    if open_ and (beside := on_topic(matcher, said, shown, alone, weighed)):
        return beside
    asked = [one.fact for one in alone.matches]
    if leans and found and found[0].confidence >= MAYBE:
        # What alone may be meant is, unless it denies something else than was shown or asked for.
        only = found[0].confidence > 2 * max([0.0, *(one.confidence for one in found[1:])])
        first = found[0].fact
        near = shown.id in first.beside or first.topic == shown.topic or first in asked
        if near if first.is_gap and said.wants_whole else only and (near or not first.is_gap):
            return given(found[0])
        offered = {one.fact.id: one for one in (*found[:2], *alone.matches, *found[2:])}
        return Suggestions(tuple(offered.values())[:SUGGESTED])
    likely = not isinstance(alone, Unknown) and confidence >= OTHERWISE
    compares = bool(said.compares) or said.judges
    if compares and (points or said.is_helpless):
        return unjudged(matcher, context)
    if said.is_helpless or said.wants_whole or (points and not likely):
        return Unknown(about=shown, unread=not (said.own or said.asking))
    vague = (swaps and confidence < MEANT) or (points and len(said.own) < FEW)
    if isinstance(alone, Answer) and vague and not _beside(alone.matches[0].fact, shown):
        return Suggestions(alone.matches)
    return None


def on_topic(
    matcher: Matcher, said: Said, shown: Fact, alone: Reply, weighed: Weighed
) -> Reply | None:
    """Answer what is likely only since it stands beside what was spoken of; None for nothing."""
    named = [token for token in said.own if token not in grammar.RECKONING]
    if not said.own or said.judges or not (named or isinstance(alone, Answer)):
        return None
    worths = [
        replace(one, confidence=one.confidence * (CLOSE if _beside(one.fact, shown) else 1))
        for one in weighed.matches
    ]
    total = sum(one.confidence for one in worths) + weighed.none
    likely = sorted(worths, key=lambda one: -one.confidence)[:2]
    if not likely or likely[0].fact.id == shown.id or not _beside(likely[0].fact, shown):
        return None
    first = replace(likely[0], confidence=likely[0].confidence / total)
    second = likely[1].confidence / total if likely[1:] else 0.0
    known = matcher.explained(first.fact, named) >= KNOWN
    if first.confidence < NEARBY or second * CLEARLY > first.confidence or not known:
        return None
    return given(first)


# --- Figures of the last two answers --------------------------------------------------------------


def between(matcher: Matcher, text: str, context: Context) -> Match | None:
    """Reckon with the figures that the last two answers begin with: "the gap between those two"."""
    said = set(words(text))
    wants = {grammar.WANTS[word] for word in said & grammar.WANTS.keys()}
    named = set(grammar.content(said)) - grammar.RECKONING
    # Which is more is asked of more than two as well.
    two = wants & _OF_TWO or said & (grammar.POINTERS | _TWO)
    if context.before is None or named or not (wants & _RECKONED and two):
        return None
    before, last = (_figures(matcher, one) for one in (context.before, context))
    pairs = [(a, b) for a in before for b in last if a.unit == b.unit and a.of != b.of]
    if not pairs or not (pairs[0][0].unit or pairs[0] == (before[0], last[0])):
        return None
    told = pairs[0]
    low, high = sorted(told, key=lambda one: one.value)
    listed, unit = [f"{one} ({one.of})" for one in told], high.unit
    made = ""
    if wants & {"mean", "sum"}:
        total = low.value + high.value
        if "mean" in wants:
            made = texts.mean(str(replace(high, value=total / 2)), listed)
        elif not set(unit) & {"%", "p"}:
            made = texts.total(str(replace(high, value=total)), listed)
    elif wants & {"apart", "against"}:
        apart = (
            texts.points(high.value - low.value, "%")
            if unit == "%"
            else str(replace(high, value=high.value - low.value))
        )
        apart = apart if high.value > low.value else ""
        made = f"{texts.difference(apart, '', (high.of, str(high)), (low.of, str(low)))}."
    else:
        one, other = (high, low) if wants & {"most", "more"} else (low, high)
        word = "higher" if one is high else "lower"
        made = texts.extreme(str(one), word, [one.of], f"{other}, {other.of}")
    shown = spoken_of(matcher, context)
    if not made or not shown:
        return None
    # What comes next may change what was set side by side.
    asked = (
        f"{' '.join(said & grammar.WANTS.keys())} {context.before.question} and {context.question}"
    )
    return Match(shown, SURELY, "", made, asked)


def _figures(matcher: Matcher, context: Context) -> list[Leading]:
    """Give the figures in an answer's first sentence; the one that leads what was worked out."""
    shown = spoken_of(matcher, context)
    if shown is None:
        return []
    said, of = shown.answer.split(". ")[0], shown.question.strip("?")
    if context.computed:
        first, _, place = said.partition(": ")
        leads = _LEADING.match(first)
        return [Leading.read(leads, place.strip("."))] if leads and place else []
    return [Leading.read(found, of) for found in _LEADING.finditer(dates.named(said)[1])]


def _beside(fact: Fact, shown: Fact) -> bool:
    """Tell whether an entry stands beside another: under its topic or on its slide."""
    alike = fact.topic == shown.topic or (bool(fact.source) and fact.source == shown.source)
    return fact.report == shown.report and (alike or shown.id in fact.beside)


def _of_another(matcher: Matcher, said: Sequence[str], fact: Fact) -> bool:
    """Tell whether a gap is about another name than the one said."""
    rare = [t for t in said if rarity(t) >= NAME]
    names = {t for t in rare if all(one.is_gap for one in matcher.asked_with(t))}
    own = set(words(f"{fact.question} {fact.answer}"))
    theirs = any(rarity(t) >= NAME for t in words(fact.question))
    return fact.is_gap and theirs and bool(names) and names.isdisjoint(own)


def _tells(matcher: Matcher, said: Said, shown: Fact, *, points: bool) -> bool:
    """Tell whether the answer shown has what is asked for, or speaks of what is told."""
    if said.wants_whole:
        return bool(_TOTAL.search(shown.answer))
    if said.judges or "not" in said.tokens or set(said.tokens[:1]) & grammar.AUXILIARY:
        return False
    if said.asking:
        date, rest = dates.named(shown.answer)
        amounts = set(said.asking) & grammar.AMOUNT
        has = {"when": date, "why": _REASON.search(rest)}
        told = _FIGURE.search(rest) if amounts else any(map(has.get, said.asking))
        return bool(told) and matcher.explained(shown, said.own) >= ALL
    if said.marked or not grammar.OTHERS.isdisjoint(said.tokens):
        # What goes on, or asks for the rest, is not told the same again.
        return False
    return bool(said.own) and matcher.explained(shown, said.own) >= (TOLD if points else ALL)


def given(match: Match) -> Reply:
    """Give what an entry says, or that it says what the report does not."""
    return Unknown(match) if match.fact.is_gap else Answer((match,))


def follow(matcher: Matcher, said: Said, shown: Fact) -> tuple[Match, ...]:
    """Give the entries that a follow-up to `shown` may mean, likeliest first.

    Only entries that account for all that was added and are about the same thing count. Their
    confidence is the probability that each is meant, given that it is not `shown` again.
    """
    if said.judges and not said.compares:
        return ()
    question, answer = (matcher.read(text)[0].tokens for text in (shown.question, shown.answer))
    read = (
        *readings(said, question, matcher.contrasts),
        *_after_answer(said, question, answer),
        *_after_name(said, matcher, shown),
    )
    found: list[Match] = []
    for one in read:
        found = sorted((*found, *_weighed(matcher, said, shown, one)), key=lambda m: -m.confidence)
        if found and found[0].confidence >= SURELY and not said.wants_whole:
            break
    return tuple({match.fact.id: match for match in reversed(found)}.values())[::-1]


def _weighed(matcher: Matcher, said: Said, shown: Fact, reading: Reading) -> Iterator[Match]:
    weighed = matcher.reread(reading.tokens, reading.kind)
    others = [
        match
        for match in weighed.matches
        if match.fact.id != shown.id and match.fact.report == shown.report
    ]
    worths = [one.confidence * _asked_so(matcher, said, reading, one.fact) for one in others]
    total = sum(worths) + weighed.none * RARE
    named = matcher.contrasts.named(reading.tokens)
    for match, worth in zip(others, worths, strict=True):
        if (
            worth
            and not conflicts(named, matcher.profile(match.fact).named)
            and matcher.explained(match.fact, reading.added) >= ALL
            and matcher.explained(match.fact, reading.kept) >= SAME
        ):
            yield Match(match.fact, worth / total, asked=" ".join(reading.tokens))


def _asked_so(matcher: Matcher, said: Said, reading: Reading, fact: Fact) -> float:
    """Give the share of a fact's phrasings that ask in this way (0-1)."""
    compared = matcher.spoken_share(fact, grammar.COMPARISON) if said.compares else 1.0
    if reading.kind is None or reading.kind in _PLAIN:
        return max(compared, LEAST)
    share = max(matcher.asked_share(fact, reading.kind), matcher.spoken_share(fact, said.asking))
    return share * max(compared, LEAST) if share >= SELDOM else 0.0


# --- Readings -------------------------------------------------------------------------------------


def readings(said: Said, shown: Sequence[str], contrasts: Contrasts) -> Iterator[Reading]:
    """Read a follow-up after a question `shown`, its words in the form the matcher reads."""
    text, changed = _qualified(said, tuple(shown), contrasts)
    stems = set(map(stem, shown))
    own = tuple(t for t in said.own if t not in changed and stem(t) not in stems)
    named, added = grammar.content(text), (*changed, *own)
    lead = _without(said.tokens, grammar.POINTERS.union(changed))
    if said.asking:
        tokens = (*lead, *_without(named, lead))
        # "Who paid" asks for somebody, not for a sum.
        telling = [token for token in said.asking if token in _TELLING]
        yield Reading(tokens, added, _without(named, added), asks(telling or lead))
    elif own or said.compares:
        yield Reading((*lead, *_without(text, lead)), added, _without(named, added))
    elif changed:
        yield Reading(text, changed, _without(named, changed))


def _after_answer(said: Said, question: Sequence[str], answer: Sequence[str]) -> Iterator[Reading]:
    """Read a follow-up after what an answer says beyond its question: its names and figures."""
    if not said.own or said.compares:
        return
    known = set(map(stem, (*question, *said.own)))
    kept = tuple(t for t in grammar.content(answer) if stem(t) not in known)[:ANSWERED]
    if kept:
        lead = _without(said.tokens, grammar.POINTERS)
        yield Reading((*lead, *kept), said.own, kept, asks(lead) if said.asking else None)


def _after_name(said: Said, matcher: Matcher, shown: Fact) -> Iterator[Reading]:
    """Read "what did he do" with the name of the person spoken of."""
    found = _NAME.findall(f"{shown.question.partition(' ')[2]} \n {shown.answer}")
    if found and not _PEOPLE.isdisjoint(said.tokens):
        name = matcher.read(found[0])[0].tokens
        place = next(n for n, token in enumerate(said.tokens) if token in _PEOPLE)
        tokens = (*said.tokens[:place], *name, *said.tokens[place + 1 :])
        yield Reading(tokens, said.own, name)


def _qualified(
    said: Said, shown: tuple[str, ...], contrasts: Contrasts
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Put the qualifiers and years said in place of their rivals; also gives the new words."""
    text = shown
    for group, members in contrasts.hinted(said.tokens).items():
        if len(members) == 1:
            text = contrasts.replaced(text, group, next(iter(members)))
    years = tuple(t for t in said.tokens if YEAR.fullmatch(t))
    if years or not grammar.PRESENT.isdisjoint(said.tokens):
        text = (*(t for t in text if not YEAR.fullmatch(t)), *years)
    return text, _without(text, shown)


def _without(tokens: Sequence[str], others: Collection[str]) -> tuple[str, ...]:
    return tuple(t for t in tokens if t not in others)
