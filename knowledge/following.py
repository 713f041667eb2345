"""Follow-ups: a few words read as a question about what was shown last."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from knowledge import grammar
from knowledge.asking import KINDS, Contrasts, asks
from knowledge.matcher import EXACT, YEAR, Matcher
from knowledge.model import Answer, Fact, Match, Reply, Suggestions, Unknown
from knowledge.spelling import rarity
from knowledge.text import stem

# A follow-up names this many things at most.
SHORT = 4
# The probability from which a follow-up is taken to mean an entry, and from which it may.
MEANT, MAYBE = 0.58, 0.2
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
# How often a kind of question is asked of an entry that it has nothing to do with.
RARE = 0.05
OFFERED = 4
# Kinds that say little of what is wanted.
_PLAIN = frozenset({KINDS.index("what"), KINDS.index("whether"), KINDS.index("keywords")})
_JOINTS = frozenset({"the", "of", "a", "an"})


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a message that may follow on, without those that say so (`marked`)."""

    tokens: tuple[str, ...]
    marked: bool = False

    @classmethod
    def of(cls, tokens: Sequence[str]) -> Said:
        """Hear what a message says."""
        begin = grammar.marker(tokens)
        return cls(tuple(tokens[begin:]), begin > 0)

    @property
    def own(self) -> tuple[str, ...]:
        """Give the words that name a thing."""
        return grammar.content(self.tokens)

    @property
    def asking(self) -> tuple[str, ...]:
        """Give the words that ask: "how", "many"."""
        return tuple(t for t in self.tokens if t in grammar.QUESTION or t in grammar.AMOUNT)

    @property
    def compares(self) -> bool:
        """Tell whether one time or thing is to be set against another."""
        return not grammar.COMPARISON.isdisjoint(self.tokens)

    @property
    def judges(self) -> bool:
        """Tell whether nothing is asked but what to think of a thing: "is that good"."""
        return set(self.own) <= grammar.JUDGING and not self.asking

    @property
    def pointing(self) -> bool:
        """Tell whether a message speaks of something named before it."""
        return not grammar.POINTERS.isdisjoint(self.tokens)


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
    if not said.own and not shown and not exact:
        # Alone such words would find anything.
        return alone if isinstance(alone, Unknown) else Unknown()
    if not shown or len(said.own) > SHORT or (exact and said.own):
        return None
    gap = isinstance(alone, Unknown) and alone.gap is not None
    clear = isinstance(alone, Answer) or (gap and confidence >= CLOSE)
    helpless = not said.own or _only_qualifies(matcher, said)
    leans = helpless or said.marked or said.pointing or len(said.own) == 1
    if clear and not leans:
        return None
    found = _followed(matcher, said, shown)
    top = found[0] if found else None
    if top is not None and top.confidence >= MEANT:
        return Unknown(top) if top.fact.is_gap else Answer((top,))
    if not leans or (clear and said.own and not said.marked):
        return None
    if top is not None and top.confidence >= MAYBE and (helpless or said.pointing or said.marked):
        return _offered(found, alone.matches if clear and isinstance(alone, Answer) else ())
    by_itself = said.own and not said.compares and not said.judges and confidence >= OTHERWISE
    if helpless or (said.pointing and not clear and not by_itself):
        return Unknown(about=shown[0], compares=said.compares or said.judges)
    return None


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
    if said.judges and said.own and not said.compares:
        return ()
    asked, _ = matcher.read(shown.question)
    found: dict[str, Match] = {}
    for reading in readings(said, asked.tokens, matcher.contrasts):
        for match in _weighed(matcher, said, shown, reading):
            old = found.get(match.fact.id)
            if old is None or old.confidence < match.confidence:
                found[match.fact.id] = match
    return tuple(sorted(found.values(), key=lambda match: -match.confidence))


@dataclass(frozen=True, slots=True)
class Reading:
    """A follow-up as a whole question: `added` is new in it, `kept` comes from what was shown."""

    tokens: tuple[str, ...]
    added: tuple[str, ...]
    kept: tuple[str, ...]
    kind: int | None = None


def readings(said: Said, shown: Sequence[str], contrasts: Contrasts) -> Iterator[Reading]:
    """Read a follow-up after a question `shown`, its words in the form the matcher reads."""
    text, changed = _qualified(said, tuple(shown), contrasts)
    stems = set(map(stem, shown))
    own = tuple(t for t in said.own if t not in changed and stem(t) not in stems)
    named = grammar.content(text)
    if not (changed or own or said.asking or said.compares):
        # Nothing new is said.
        return
    if changed and not own and not said.asking and not said.compares:
        yield Reading(text, changed, _without(named, changed))
        return
    added = (*changed, *own)
    lead = _without(said.tokens, grammar.POINTERS.union(changed))
    if said.asking:
        yield Reading((*lead, *_without(named, lead)), added, _without(named, added), asks(lead))
        return
    yield Reading((*lead, *_without(text, lead)), added, _without(named, added))
    # Something else of the same kind; but what points back speaks of the whole.
    if own and not said.pointing:
        for chunk in _chunks(text):
            rest = _without(text, chunk)
            if kept := _without(grammar.content(rest), added):
                yield Reading((*rest, *own), added, kept)


def _qualified(
    said: Said, shown: tuple[str, ...], contrasts: Contrasts
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Put the qualifiers and years said in place of their rivals; also gives the new words."""
    text = shown
    for group, members in contrasts.hinted(said.tokens).items():
        if len(members) == 1:
            text = contrasts.replaced(text, group, next(iter(members)))
    if years := tuple(t for t in said.tokens if YEAR.fullmatch(t)):
        text = (*(t for t in text if not YEAR.fullmatch(t)), *years)
    return text, _without(text, shown)


def _chunks(text: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Give the stretches of a question that name something."""
    chunk: list[str] = []
    for token in (*text, "is"):
        if token in _JOINTS or token not in grammar.FUNCTION:
            chunk.append(token)
            continue
        if not _JOINTS.issuperset(chunk):
            yield tuple(chunk)
        chunk = []


def _without(tokens: Sequence[str], others: Collection[str]) -> tuple[str, ...]:
    return tuple(t for t in tokens if t not in others)


def _weighed(matcher: Matcher, said: Said, shown: Fact, reading: Reading) -> Iterator[Match]:
    weighed = matcher.reread(reading.tokens, reading.kind)
    others = [match for match in weighed.matches if match.fact.id != shown.id]
    worths = [
        match.confidence * _asked_so(matcher, said, reading, match.fact) * _near(shown, match.fact)
        for match in others
    ]
    total = sum(worths) + weighed.none * RARE
    for match, worth in zip(others, worths, strict=True):
        if not worth or accounted(matcher, match.fact, reading.added) < ALL:
            continue
        if accounted(matcher, match.fact, reading.kept) >= SAME:
            yield Match(match.fact, worth / total)


def accounted(matcher: Matcher, fact: Fact, tokens: Sequence[str]) -> float:
    """Give the share of words, by weight, that a fact is asked with or answers with."""
    profile = matcher.profile(fact)
    known = profile.asked_with | profile.answer_stems
    number = matcher.index.vectoriser.stem_number
    total = sum(map(rarity, tokens))
    return sum(rarity(t) for t in tokens if number(stem(t)) in known) / total if total else 1.0


def _asked_so(matcher: Matcher, said: Said, reading: Reading, fact: Fact) -> float:
    """Give the share of a fact's phrasings that ask in this way (0-1)."""
    rows = matcher.index.rows_of(matcher.index.numbers[fact.id]).tolist()
    share = 1.0
    if reading.kind is not None and reading.kind not in _PLAIN:
        kinds, spoken = (
            matcher.profile(fact).kinds[reading.kind],
            _with_any(matcher, rows, said.asking),
        )
        if not kinds and not spoken:
            return 0.0
        share = sqrt(_share(kinds, rows) * _share(spoken, rows))
    if said.compares:
        compared = tuple(t for t in said.tokens if t in grammar.COMPARISON)
        share *= _share(_with_any(matcher, rows, grammar.COMPARISON), rows)
        share *= (1 + accounted(matcher, fact, compared)) / 2
    return share


def _share(found: int, rows: Sequence[int]) -> float:
    """Give a share of phrasings, never none: there are few."""
    return (found + 0.2) / (len(rows) + 1)


def _with_any(matcher: Matcher, rows: Sequence[int], wanted: Collection[str]) -> int:
    return sum(not set(wanted).isdisjoint(matcher.index.tokens[row]) for row in rows)


def _near(shown: Fact, other: Fact) -> float:
    if shown.topic and other.topic and shown.topic != other.topic:
        return OTHER_TOPIC
    return OTHER_SLIDE if shown.source != other.source else 1.0
