"""Messages as people hold a conversation: several questions at once, or leaning on what was shown.

A message is taken apart, or read after what was shown last, only where the matcher is surer of
that reading than of the message by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from knowledge import grammar, parting
from knowledge.decision import decide
from knowledge.following import ALL, OFFERED, accounted, lean
from knowledge.matcher import Matcher
from knowledge.model import Answer, Fact, Match, Reply, Suggestions, Unknown
from knowledge.text import words

# A message that matches one entry this well, and says nothing beside it, asks one thing.
CERTAIN = 0.9
# A message of more words is a letter or a copied text: only what it asks is answered.
LETTER = 30
# A question longer than this is not taken apart at its joints.
LONG = 25
LIST = 18
# So many questions of a message are answered at once.
ANSWERS = 2
# The confidence that each of two parts needs.
SURE, FAIR = 0.6, 0.46
NEARLY = 0.9


@dataclass(frozen=True, slots=True)
class _Piece:
    """A question within a message, its reply, and the confidence that rests on (0-1)."""

    text: str
    reply: Reply
    confidence: float

    @property
    def match(self) -> Match | None:
        """Give what the reply says for sure: a fact, or what the report does not say."""
        if isinstance(self.reply, Answer):
            return self.reply.matches[0]
        return self.reply.gap if isinstance(self.reply, Unknown) else None

    @property
    def known(self) -> float:
        """Give the confidence of what is said for sure, none where nothing is."""
        return self.confidence if self.match else 0.0


def ask(matcher: Matcher, question: str, shown: Sequence[Fact] = ()) -> Reply:
    """Answer a message, given the facts `shown` by the reply before it."""
    if not shown and matcher.phrased(question) is not None:
        return matcher.ask(question)
    asked = parting.questions(question)
    is_letter = len(question.split()) > LETTER
    if is_letter and not asked:
        return _unsure(matcher, question)
    if len(asked) > 1 or is_letter:
        pieces: list[_Piece] = []
        for one in asked:
            # Each sentence may lean on the one before it.
            before = [p.match.fact for p in pieces[-1:] if p.match] if pieces else shown
            pieces += _pieces(matcher, one, before)
        return _together(matcher, pieces)
    return _together(matcher, _pieces(matcher, parting.plain(question), shown))


def _unsure(matcher: Matcher, text: str) -> Reply:
    """Offer what a text without a question comes near to; it was not asked, so it is no answer."""
    matches = matcher.weigh(matcher.read(text)[0]).matches
    facts = tuple(match for match in matches if not match.fact.is_gap)[:OFFERED]
    near = sum(match.confidence for match in facts) >= matcher.bands.suggest
    return Suggestions(facts) if near else Unknown()


def _piece(matcher: Matcher, text: str, shown: Sequence[Fact] = ()) -> tuple[_Piece, float]:
    """Answer a question as one; also gives the share of it that its likeliest entry explains."""
    read, _ = matcher.read(text)
    matches = matcher.weigh(read).matches
    alone = decide(matches, matcher.bands)
    confidence = matches[0].confidence if matches else 0.0
    leant = lean(matcher, read.tokens, shown, alone, confidence)
    if leant is not None:
        piece = _Piece(text, leant, 0.0)
        return _Piece(text, leant, piece.match.confidence if piece.match else 0.0), 1.0
    explained = accounted(matcher, matches[0].fact, grammar.content(read.tokens)) if matches else 0
    return _Piece(text, alone, confidence), explained


def _pieces(
    matcher: Matcher, text: str, shown: Sequence[Fact], *, listed: bool = False
) -> list[_Piece]:
    """Give the questions within one sentence; `listed` when it is itself a part of a list."""
    whole, explained = _piece(matcher, text, shown)
    best, worth = [whole], whole.confidence * explained
    certain = isinstance(whole.reply, Answer) and whole.confidence >= CERTAIN
    length = len(words(text))
    if (certain and explained > ALL) or length > LONG:
        return best
    tried: dict[str, _Piece] = {}

    def piece(part: str) -> _Piece:
        if part not in tried:
            tried[part], _ = _piece(matcher, part)
        return tried[part]

    for left, right, apart in parting.splits(text, listed=listed):
        one, other = piece(left), piece(right)
        leans = other.match is None and apart and one.match is not None
        if leans and one.match is not None:
            other, _ = _piece(matcher, right, (one.match.fact,))
        opens = apart and _opens(left, right)
        if one.match is None or other.match is None:
            # Two that stand by themselves may be told apart though one of them is not known.
            sure = max(one.known, other.known) >= SURE
            sure = sure and opens and bool(grammar.content(words(right))) and best == [whole]
            if sure and (not certain or (_adds(matcher, one, other) and _adds(matcher, other, one))):
                best = [one, other]
            continue
        value = sqrt(one.confidence * other.confidence)
        sure = min(one.confidence, other.confidence) >= (FAIR if opens else SURE)
        surer = value > worth or (opens and best == [whole] and not certain)
        if not sure or not surer or not (opens or length <= LIST):
            continue
        if _within(matcher, one.match.fact, other.match.fact):
            if best == [whole] and not isinstance(whole.reply, Answer):
                best = [one, other]
        elif _adds(matcher, one, other) and (leans or _adds(matcher, other, one)):
            best, worth = [one, other], value
    if len(best) == 1:
        return best
    return [p for part in best for p in _parts_of(matcher, part)]


def _parts_of(matcher: Matcher, piece: _Piece) -> list[_Piece]:
    """Give the parts of a piece that may itself hold several."""
    parts = _pieces(matcher, piece.text, (), listed=True)
    return parts if len(parts) > 1 else [piece]


def _opens(left: str, right: str) -> bool:
    """Tell whether both sides of a joint open like questions."""
    first, second = words(left), words(right)
    if first[0] not in grammar.OPENERS or second[0] not in grammar.OPENERS:
        return False
    # "... and what is it" asks nothing new.
    asks = set(second) & (grammar.QUESTION | grammar.AMOUNT) - {"what"}
    return bool(grammar.content(first)) and bool(grammar.content(second) or asks)


def _within(matcher: Matcher, one: Fact, other: Fact) -> bool:
    """Tell whether one answer holds the other."""
    return matcher.answers_both(one, other) or matcher.answers_both(other, one)


def _adds(matcher: Matcher, one: _Piece, other: _Piece) -> bool:
    """Tell whether `other` asks for what the entry found for `one` does not speak of."""
    named = grammar.content(matcher.read(other.text)[0].tokens)
    return one.match is None or not named or accounted(matcher, one.match.fact, named) <= NEARLY


def _together(matcher: Matcher, pieces: Sequence[_Piece]) -> Reply:
    """Put the replies to several questions into one: two answers, and what is left to ask."""
    if len(pieces) == 1:
        return pieces[0].reply
    known = [(piece.text, piece.match) for piece in pieces if piece.match is not None]
    if not known:
        offered = [m for p in pieces if isinstance(p.reply, Suggestions) for m in p.reply.matches[:2]]
        return Suggestions(tuple(offered[:OFFERED])) if offered else Unknown()
    given: list[Match] = []
    later: list[str] = []
    # What the report says goes before what it does not.
    for text, match in sorted(known, key=lambda one: one[1].fact.is_gap):
        holder = next((g for g in given if matcher.answers_both(g.fact, match.fact)), None)
        if holder is not None:
            continue
        if len(given) < ANSWERS:
            given = [g for g in given if not matcher.answers_both(match.fact, g.fact)] + [match]
        else:
            later.append(text)
    order = [match.fact.id for _, match in known]
    given.sort(key=lambda match: order.index(match.fact.id))
    later += [piece.text for piece in pieces if isinstance(piece.reply, Suggestions)]
    missing = [piece.text for piece in pieces if piece.reply == Unknown()]
    if len(given) == 1 and given[0].fact.is_gap and not later and not missing:
        return Unknown(given[0])
    return Answer(tuple(given), missing[0] if missing else "", later[0] if later else "")
