"""Follow-ups: a few words read as a question about what was shown last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import sqrt

from knowledge.dialogue import grammar
from knowledge.dialogue.said import Reading, Said, about_answer, readings
from knowledge.matching.matcher import EXACT, Matcher
from knowledge.matching.question import KINDS, YEAR, conflicts
from knowledge.matching.spelling import rarity
from knowledge.matching.text import stem
from knowledge.model import Answer, Context, Fact, Match, Reply, Suggestions, Unknown

# A follow-up names this many things at most.
SHORT = 4
# The probability from which a follow-up is taken to mean an entry, and from which it may.
MEANT, MAYBE = 0.5, 0.2
# The facts shown last that may be followed, and the probability that the older ones need.
RECENT, SURELY = 4, 0.8
# The confidence from which what leans on nothing shown is taken by itself after all.
OTHERWISE = 0.3
# A few words that fit a gap less than this may as well follow on from what was shown.
CLOSE = 0.97
# The share, by weight, of what is kept of the question shown that an entry must be asked with to
# be about the same thing; and of what was added, short of all of it only by rounding.
SAME, ALL = 0.3, 0.99
# How much less likely an entry is meant that stands on another slide, or in another topic.
OTHER_SLIDE, OTHER_TOPIC = 0.6, 0.2
# The share of its phrasings below which an entry is not asked in some way.
SELDOM = 0.05
# How often a kind of question is asked of an entry that it has nothing to do with.
RARE = 0.05
OFFERED = 4
# The share of what somebody tells, by weight, that the answer shown speaks of.
TOLD = 0.5
# A message of more words of its own, that does not say it follows, does not.
FEW = 2
# Kinds that say little of what is wanted.
_PLAIN = frozenset({KINDS.index("what"), KINDS.index("whether"), KINDS.index("keywords")})


def facts_of(matcher: Matcher, context: Context) -> tuple[Fact, ...]:
    """Give the facts that a message may follow, newest first; none after a guess or a refusal."""
    if not context.answered:
        return ()
    facts = {fact.id: fact for fact in matcher.facts}
    ids = dict.fromkeys((*context.answered, *context.shown))
    return tuple(facts[one] for one in ids if one in facts)


def lean(
    matcher: Matcher,
    tokens: Sequence[str],
    shown: Sequence[Fact],
    alone: Reply,
    confidence: float,
) -> Reply | None:
    """Answer a message from what was shown last; None for one that stands by itself.

    `alone` is what it would get by itself, with the `confidence` of its likeliest entry.
    """
    said = Said.of(tokens)
    exact = confidence >= EXACT
    names = [token for token in said.own if token not in grammar.PRESENT]
    if not names and not shown and not exact:
        # Alone such words would find anything.
        return alone if isinstance(alone, Unknown) else Unknown()
    if not shown or len(said.own) > SHORT or (exact and said.own):
        return None
    gap = isinstance(alone, Unknown) and alone.gap is not None
    # What points at something shown ("is that good") hardly stands by itself.
    known = gap or (isinstance(alone, Answer) and said.pointing)
    clear = confidence >= CLOSE if known else isinstance(alone, Answer)
    helpless = not said.own or _only_qualifies(matcher, said)
    leans = helpless or said.marked or said.pointing or len(said.own) == 1
    if not leans and (clear or len(said.own) > FEW):
        # It says enough to be a question of its own.
        return None
    found = _followed(matcher, said, shown)
    top = found[0] if found else None
    if top is not None and top.confidence >= MEANT:
        return Unknown(top) if top.fact.is_gap else Answer((top,))
    if not leans or (clear and said.own and not said.marked):
        return None
    if top is not None and top.confidence >= MAYBE and (helpless or said.pointing or said.marked):
        return _offered(found, alone.matches if clear and isinstance(alone, Answer) else ())
    if _tells_of(matcher, said, shown[0], clear=clear):
        return Unknown(Match(shown[0], SURELY)) if shown[0].is_gap else _again(shown[0])
    by_itself = not isinstance(alone, Unknown) and confidence >= OTHERWISE
    by_itself = by_itself and bool(said.own) and not said.compares and not said.judges
    if helpless or (said.pointing and not clear and not by_itself):
        return Unknown(about=shown[0], compares=said.compares or said.judges)
    return None


def _again(fact: Fact) -> Answer:
    return Answer((Match(fact, SURELY),))


def _tells_of(matcher: Matcher, said: Said, shown: Fact, *, clear: bool) -> bool:
    """Tell whether somebody tells a thing that the answer shown speaks of ("he was released")."""
    if clear or not said.pointing or said.asking or said.judges or not said.own:
        return False
    told = {stem(t) for t in matcher.read(shown.answer)[0].tokens}
    total = sum(map(rarity, said.own))
    return sum(rarity(t) for t in said.own if stem(t) in told) >= TOLD * total


def _offered(found: Sequence[Match], by_itself: tuple[Match, ...]) -> Suggestions:
    """Offer what a follow-up may mean, a fact before gaps hardly likelier."""
    likely = [match for match in found if match.confidence >= MAYBE / 4]
    fact = next((match for match in likely if not match.fact.is_gap), None)
    if fact is not None and fact.confidence >= likely[0].confidence / 2:
        likely = [fact, *(match for match in likely if match is not fact)]
    return Suggestions((*likely[: OFFERED - len(by_itself)], *by_itself))


def _followed(matcher: Matcher, said: Said, shown: Sequence[Fact]) -> tuple[Match, ...]:
    """Follow the fact shown last; one shown before it only where that says clearly more."""
    found = follow(matcher, said, shown[0])
    for fact in shown[1:RECENT]:
        if found and found[0].confidence >= MEANT:
            break
        earlier = follow(matcher, said, fact)
        if earlier and earlier[0].confidence >= SURELY and earlier[0].fact.id != shown[0].id:
            return earlier
    return found


def _only_qualifies(matcher: Matcher, said: Said) -> bool:
    """Tell whether a message names nothing but bodies, levels or years."""
    named = {
        word.casefold()
        for members in matcher.contrasts.hinted(said.own).values()
        for member in members
        for word in member.split()
    }
    return all(t in named or YEAR.fullmatch(t) for t in said.own)


def follow(matcher: Matcher, said: Said, shown: Fact) -> tuple[Match, ...]:
    """Give the entries that a follow-up to `shown` may mean, likeliest first.

    Only entries that account for all that was added and are about the same thing count. Their
    confidence is the probability that each is meant, given that it is not `shown` again.
    """
    if said.judges and not said.compares:
        return ()
    found: dict[str, Match] = {}
    question, answer = (matcher.read(text)[0].tokens for text in (shown.question, shown.answer))
    told = (*readings(said, question, matcher.contrasts), *about_answer(said, question, answer))
    for reading in told:
        for match in _weighed(matcher, said, shown, reading):
            old = found.get(match.fact.id)
            if old is None or old.confidence < match.confidence:
                found[match.fact.id] = match
    return tuple(sorted(found.values(), key=lambda match: -match.confidence))


def _weighed(matcher: Matcher, said: Said, shown: Fact, reading: Reading) -> Iterator[Match]:
    weighed = matcher.reread(reading.tokens, reading.kind)
    others = [
        match
        for match in weighed.matches
        if match.fact.id != shown.id and match.fact.report == shown.report
    ]
    worths = [
        match.confidence * _asked_so(matcher, said, reading, match.fact) * _near(shown, match.fact)
        for match in others
    ]
    total = sum(worths) + weighed.none * RARE
    named = matcher.contrasts.named(reading.tokens)
    years = frozenset(t for t in reading.tokens if YEAR.fullmatch(t))
    for match, worth in zip(others, worths, strict=True):
        profile = matcher.profile(match.fact)
        if not worth or conflicts(named, profile.named) or not years <= profile.numbers:
            continue
        if matcher.explained(match.fact, reading.added) < ALL:
            continue
        if matcher.explained(match.fact, reading.kept) >= SAME:
            yield Match(match.fact, worth / total)


def _asked_so(matcher: Matcher, said: Said, reading: Reading, fact: Fact) -> float:
    """Give the share of a fact's phrasings that ask in this way (0-1)."""
    share = 1.0
    if reading.kind is not None and reading.kind not in _PLAIN:
        kinds = matcher.asked_share(fact, reading.kind)
        spoken = matcher.spoken_share(fact, said.asking)
        if max(kinds, spoken) < SELDOM:
            return 0.0
        share = sqrt(_share(kinds) * _share(spoken))
    if said.compares:
        compared = tuple(t for t in said.tokens if t in grammar.COMPARISON)
        told = matcher.explained(fact, compared)
        if not told and not reading.added:
            return 0.0
        share *= _share(matcher.spoken_share(fact, grammar.COMPARISON)) * (1 + told) / 2
    return share


def _share(found: float) -> float:
    """Give a share of phrasings, never none: there are few."""
    return max(found, 0.005)


def _near(shown: Fact, other: Fact) -> float:
    if shown.topic and other.topic and shown.topic != other.topic:
        return OTHER_TOPIC
    return OTHER_SLIDE if shown.source != other.source else 1.0
