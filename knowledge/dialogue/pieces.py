"""One question and its reply: by itself, from a table, or after what was said before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge import texts
from knowledge.dialogue import (
    computing,
    dates,
    grammar,
    items,
    mismatch,
)
from knowledge.dialogue.dates import Date
from knowledge.dialogue.decision import decide
from knowledge.dialogue.follow_up import facts_of, lean
from knowledge.matching.matcher import Matcher, Weighed
from knowledge.matching.spelling import rarity
from knowledge.matching.text import is_number, stem, words
from knowledge.model import (
    NO_CONTEXT,
    Answer,
    Context,
    Fact,
    Match,
    Near,
    Reply,
    Report,
    Unknown,
)
from knowledge.snapshot import Snapshot

# A message that matches one entry this well, and says nothing beside it, asks one thing.
CERTAIN = 0.9
# An exact way of asking of so many words is never bent by what was said before it.
WHOLE = 3
# A word rarer than this in English text is hardly English.
RARE = 20


@dataclass(frozen=True, slots=True)
class Piece:
    """A question within a message, its reply, and the confidence that rests on (0-1).

    `explained` is the share of its words that its likeliest entry accounts for.
    """

    text: str
    reply: Reply
    confidence: float
    explained: float
    leant: bool = False
    notes: tuple[str, ...] = ()

    @property
    def match(self) -> Match | None:
        """Give what the reply says for sure: a fact, or what the report does not say."""
        if isinstance(self.reply, Answer | Near):
            return self.reply.matches[0]
        return self.reply.gap if isinstance(self.reply, Unknown) else None

    @property
    def known(self) -> float:
        """Give the confidence of what is said for sure, none where nothing is."""
        return self.confidence if self.match else 0.0

    @property
    def worth(self) -> float:
        """Give the confidence, less what the entry does not account for."""
        return self.confidence * self.explained

    @property
    def is_certain(self) -> bool:
        """Tell whether a fact answers this without a doubt."""
        return isinstance(self.reply, Answer) and self.confidence >= CERTAIN


@dataclass(frozen=True, slots=True)
class Known:
    """What questions are answered from: entries in a matcher, and all they belong to."""

    matcher: Matcher
    snapshot: Snapshot | None = None

    @property
    def reports(self) -> Sequence[Report]:
        """Give the reports that the entries stand in."""
        return self.snapshot.reports if self.snapshot else ()

    def knows(self, word: str) -> bool:
        """Tell whether a word is English, or used by the entries."""
        used = stem(word) in self.matcher.index.lexicon.numbers
        return used or is_number(word) or rarity(word) < RARE

    def report(self, fact: Fact) -> Report | None:
        """Give the report that an entry belongs to."""
        return next((one for one in self.reports if one.id == fact.report), None)


def piece_of(known: Known, text: str, context: Context = NO_CONTEXT) -> Piece:
    """Answer a question as one, whatever dates it names."""
    if known.matcher.phrased(text) is None:
        one = known.reports[0] if len(known.reports) == 1 else None
        asked, left = dates.named(dates.relative(text, one))
        if asked and (put_right := _premised(known, asked, left, context)):
            return Piece(text, put_right, items.PICKED, 1.0, leant=True)
        if asked and grammar.content(words(left)):
            dated, plain = _undated(known, text, context), _undated(known, left, context)
            own = mismatch.of_its_report(asked, (dated.reply, plain.reply), known.report)
            if 0 < len(own) < len(asked):
                # The report's own year beside another says nothing.
                return piece_of(known, dates.without(text, own), context)
            reply = mismatch.dated(asked, dated.reply, plain.reply, known.report)
            if reply is dated.reply:
                return dated
            return replace(plain, text=text, reply=reply, notes=(*plain.notes, texts.dated(asked)))
    return _undated(known, text, context)


def _premised(known: Known, asked: Sequence[Date], left: str, context: Context) -> Reply | None:
    """Say whether a date put forward is that of the answer before ("that's 2020, right?")."""
    spoken = words(left)
    answered = facts_of(known.matcher, context)
    tells = grammar.points(spoken) and not set(spoken) & grammar.QUESTION
    if not answered or not tells or not set(spoken) <= grammar.FUNCTION | grammar.CONFIRMING:
        return None
    return mismatch.dated_so(answered[0], asked)


def _undated(known: Known, text: str, context: Context) -> Piece:
    """Answer a question as it stands."""
    matcher = known.matcher
    read, _ = matcher.read(text)
    weighed = matcher.weigh(read)
    matches = weighed.matches
    exact = matcher.phrased(text)
    if exact is None and context.offered and (pick := items.picked(matcher, text, context)):
        return Piece(text, pick, items.PICKED, 1.0, leant=True, notes=(texts.PICKED,))
    found = _computed(known, text, weighed, context, exact)
    if found is not None:
        return found
    if exact is None and (pick := items.picked(matcher, text, context)):
        return Piece(text, pick, items.PICKED, 1.0, leant=True, notes=(texts.PICKED,))
    alone = decide(matches)
    if exact is None:
        alone = mismatch.fitted(matcher, read, weighed, alone)
        alone = mismatch.premised(matcher, read, alone)
        alone = mismatch.opposed(read, weighed, alone)
    first = mismatch.matches_of(alone)[:1] or matches[:1]
    confidence = first[0].confidence if first else 0.0
    shown = facts_of(matcher, context)
    leant = lean(matcher, read.tokens, shown, alone, confidence)
    if leant is not None:
        notes = (texts.followed(shown[0].question),) if shown else ()
        made = Piece(text, leant, 1.0, 1.0, leant=True, notes=notes)
        return replace(made, confidence=made.match.confidence if made.match else 0.0)
    explained = matcher.explained(first[0].fact, grammar.content(read.tokens)) if first else 0
    return Piece(text, alone, confidence, explained)


def _computed(
    known: Known, text: str, weighed: Weighed, context: Context, exact: Fact | None
) -> Piece | None:
    """Answer a question from a table: the one it asks about, or the one spoken of last."""
    if exact is not None and len(exact.figures) < 2:
        return None
    lent = exact is None or len(words(text)) < WHOLE
    if lent and (match := computing.follow(known.matcher, text, context, brief=True)):
        return _from_table(text, match, context)
    if match := computing.compute(known.matcher, text, weighed):
        return _from_table(text, match)
    alone = decide(weighed.matches)
    sure = isinstance(alone, Answer) and alone.matches[0].fact.id not in context.answered
    match = None if exact or sure else computing.follow(known.matcher, text, context, brief=False)
    return _from_table(text, match, context) if match else None


def _from_table(text: str, match: Match, after: Context | None = None) -> Piece:
    notes = (texts.followed(after.question),) if after else ()
    worked = texts.computed_from(match.fact.question)
    leant = after is not None
    reply = Answer((match,))
    return Piece(text, reply, match.confidence, 1.0, leant=leant, notes=(*notes, worked))


def entry_of(piece: Piece) -> str | None:
    """Give the id of the entry that a piece is answered from."""
    return piece.match.fact.id if piece.match else None
