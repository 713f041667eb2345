"""Messages as people hold a conversation: several questions at once, or leaning on what was shown.

A message is taken apart, or read after what was shown last, only where the matcher is surer of
that reading than of the message by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

from knowledge import texts
from knowledge.dialogue import (
    computing,
    dates,
    grammar,
    items,
    languages,
    mismatch,
    overviews,
    splitting,
)
from knowledge.dialogue.dates import Date
from knowledge.dialogue.decision import BANDS, decide
from knowledge.dialogue.follow_up import ALL, OFFERED, facts_of, lean
from knowledge.matching.matcher import Matcher, Weighed
from knowledge.matching.spelling import rarity
from knowledge.matching.text import is_number, stem, words
from knowledge.model import (
    NO_CONTEXT,
    Answer,
    Context,
    Explanation,
    Fact,
    Match,
    Near,
    Reply,
    Report,
    Suggestions,
    Unknown,
)
from knowledge.snapshot import Snapshot

# A message that matches one entry this well, and says nothing beside it, asks one thing.
CERTAIN = 0.9
# A message of more words is a letter or a copied text: only what it asks is answered.
LETTER = 30
# A question of more words is not taken apart at its joints.
LONG = 25
# The confidence that each of two parts needs, and less where both open like questions.
SURE, FAIR = 0.6, 0.46
# An entry that accounts for more of another part than this answers that part as well.
NEARLY = 0.9
# An exact way of asking of so many words is never bent by what was said before it.
WHOLE = 3
# A word rarer than this in English text is hardly English.
RARE = 20
# So many questions of a message are answered at once.
ANSWERS = 3


@dataclass(frozen=True, slots=True)
class _Piece:
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


def ask(
    matcher: Matcher,
    question: str,
    context: Context = NO_CONTEXT,
    snapshot: Snapshot | None = None,
) -> Reply:
    """Answer a message, read after what the conversation has said before it."""
    return _answered(Known(matcher, snapshot), question, context)[0]


def explain(
    matcher: Matcher,
    question: str,
    context: Context = NO_CONTEXT,
    snapshot: Snapshot | None = None,
) -> Explanation:
    """Answer a message and show how the answer came about."""
    reply, reading = _answered(Known(matcher, snapshot), question, context)
    found = matcher.explain(question)
    return replace(found, reply=reply, verdict=texts.verdict(reply), reading=reading)


def _answered(known: Known, question: str, context: Context) -> tuple[Reply, tuple[str, ...]]:
    """Give the reply to a message, and how it was read."""
    if not context.answered and known.matcher.phrased(question) is not None:
        return _read(_piece(known, question, context))
    if other := languages.reply_to(known.matcher, question, known.knows):
        return other, (texts.OTHER_LANGUAGE,)
    overall = overviews.overview(known.snapshot, question) if known.snapshot else None
    if overall is not None and known.matcher.phrased(question) is None:
        return overall, (texts.OVERVIEW,)
    asked = splitting.questions(question)
    is_letter = len(question.split()) > LETTER
    if is_letter and not asked:
        return _unsure(known, question), ()
    if is_letter and len(asked) == 1 and grammar.points(words(asked[0])):
        # "Could you tell me who those were": the story says who.
        pieces_of_story = [_piece(known, one, context) for one in (question, asked[0])]
        return _read(max(pieces_of_story, key=lambda piece: piece.known))
    if is_letter or len(asked) > 1:
        pieces: list[_Piece] = []
        for one in asked:
            # Each sentence may lean on the one before it.
            before = context
            if pieces and pieces[-1].match:
                before = context.after(pieces[-1].text, pieces[-1].reply)
            pieces += _pieces(known, one, before)
        return _together(known, pieces), _notes(pieces)
    text = splitting.plain(question)
    whole = _pieces(known, text, context)
    if asked and asked[0] != text:
        # What stands before the question may belong to it or not.
        only = _pieces(known, asked[0], context)
        if only[0].known > whole[0].known:
            whole = only
    return _together(known, whole), _notes(whole)


def _read(piece: _Piece) -> tuple[Reply, tuple[str, ...]]:
    return piece.reply, piece.notes


def _notes(pieces: Sequence[_Piece]) -> tuple[str, ...]:
    """Say how a message was taken apart and its parts were read."""
    parts = tuple(texts.part(piece.text) for piece in pieces) if len(pieces) > 1 else ()
    return (*parts, *(note for piece in pieces for note in piece.notes))


def _unsure(known: Known, text: str) -> Reply:
    """Offer what a text without a question comes near to; it was not asked, so it is no answer."""
    matches = known.matcher.weigh(known.matcher.read(text)[0]).matches
    facts = tuple(match for match in matches if not match.fact.is_gap)[:OFFERED]
    near = sum(match.confidence for match in facts) >= BANDS.suggest
    return Suggestions(facts) if near else Unknown()


def _piece(known: Known, text: str, context: Context = NO_CONTEXT) -> _Piece:
    """Answer a question as one, whatever dates it names."""
    if known.matcher.phrased(text) is None:
        one = known.reports[0] if len(known.reports) == 1 else None
        asked, left = dates.named(dates.relative(text, one))
        if asked and (put_right := _premised(known, asked, left, context)):
            return _Piece(text, put_right, items.PICKED, 1.0, leant=True)
        if asked and grammar.content(words(left)):
            dated, plain = _undated(known, text, context), _undated(known, left, context)
            own = mismatch.of_its_report(asked, (dated.reply, plain.reply), known.report)
            if 0 < len(own) < len(asked):
                # The report's own year beside another says nothing.
                return _piece(known, dates.without(text, own), context)
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


def _undated(known: Known, text: str, context: Context) -> _Piece:
    """Answer a question as it stands."""
    matcher = known.matcher
    read, _ = matcher.read(text)
    weighed = matcher.weigh(read)
    matches = weighed.matches
    exact = matcher.phrased(text)
    if exact is None and context.offered and (pick := items.picked(matcher, text, context)):
        return _Piece(text, pick, items.PICKED, 1.0, leant=True, notes=(texts.PICKED,))
    found = _computed(known, text, weighed, context, exact)
    if found is not None:
        return found
    if exact is None and (pick := items.picked(matcher, text, context)):
        return _Piece(text, pick, items.PICKED, 1.0, leant=True, notes=(texts.PICKED,))
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
        made = _Piece(text, leant, 1.0, 1.0, leant=True, notes=notes)
        return replace(made, confidence=made.match.confidence if made.match else 0.0)
    explained = matcher.explained(first[0].fact, grammar.content(read.tokens)) if first else 0
    return _Piece(text, alone, confidence, explained)


def _computed(
    known: Known, text: str, weighed: Weighed, context: Context, exact: Fact | None
) -> _Piece | None:
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


def _from_table(text: str, match: Match, after: Context | None = None) -> _Piece:
    notes = (texts.followed(after.question),) if after else ()
    worked = texts.computed_from(match.fact.question)
    leant = after is not None
    reply = Answer((match,))
    return _Piece(text, reply, match.confidence, 1.0, leant=leant, notes=(*notes, worked))


def _pieces(known: Known, text: str, context: Context = NO_CONTEXT) -> Sequence[_Piece]:
    """Give the questions within one sentence."""
    whole = _piece(known, text, context)
    if whole.leant and whole.match is not None:
        return (whole,)
    if len(words(text)) > LONG:
        return (whole,)
    parts = _parts(known, whole)
    if isinstance(whole.reply, Unknown) and whole.match and _of(whole) in map(_of, parts):
        # What the report doesn't say of the whole covers what it says beside.
        return (whole,)
    return parts


def _parts(known: Known, whole: _Piece) -> Sequence[_Piece]:
    """Take a sentence apart, where it asks for several things."""
    if whole.is_certain and whole.explained > ALL:
        # Unless it asks twice in so many words.
        joints = splitting.splits(whole.text)
        opens = any(apart and _opens(left, right) for left, right, apart in joints)
        return (opens and _split(known, whole)) or (whole,)
    return _listed(known, whole) or _split(known, whole) or (whole,)


def _listed(known: Known, whole: _Piece) -> Sequence[_Piece]:
    """Take a list of three or more questions apart, at most one of them unknown."""
    found: list[_Piece] = []
    for readings in splitting.listed(whole.text):
        best = max((_piece(known, text) for text in readings), key=lambda p: p.known)
        found.append(replace(best, text=readings[0]))
        if found[0].known < SURE:
            # What the rest of the list is asked with is not understood.
            return ()
        if sum(piece.known < SURE for piece in found) > 1:
            return ()
    matches = [piece.match.fact for piece in found if piece.match is not None]
    differ = len({fact.id for fact in matches}) == len(matches)
    surer = sum(p.known for p in found) > len(found) * whole.worth
    return found if differ and surer else ()


def _split(known: Known, whole: _Piece) -> tuple[_Piece, _Piece] | None:
    """Take a question apart where the matcher is surer of the parts than of the whole."""
    best: tuple[_Piece, _Piece] | None = None
    worth = whole.worth
    short = len(words(whole.text)) <= splitting.LIST
    tried: dict[str, _Piece] = {}

    def piece(part: str) -> _Piece:
        if part not in tried:
            tried[part] = _piece(known, part)
        return tried[part]

    for left, right, apart in splitting.splits(whole.text):
        one, other = piece(left), piece(right)
        if apart and one.match is not None and other.match is None and _asks_anew(right):
            other = _piece(known, right, NO_CONTEXT.after(left, one.reply))
        opens = apart and _opens(left, right)
        differ = _adds(known, one, other) and (other.leant or _adds(known, other, one))
        if one.match is None or other.match is None:
            # Two that stand by themselves may be told apart though one of them is not known.
            names = opens and bool(grammar.content(words(right)))
            sure = max(one.known, other.known) >= SURE
            if best is None and names and sure and (differ or not whole.is_certain):
                best = one, other
            continue
        least = min(one.confidence, other.confidence)
        value = sqrt(one.worth * other.worth)
        doubtless = opens and least >= CERTAIN
        surer = value > worth or (opens and best is None and not whole.is_certain)
        if not (surer or doubtless) or not (opens or short):
            continue
        if least < (FAIR if opens else SURE):
            continue
        if known.matcher.answers_both(
            one.match.fact, other.match.fact
        ) or known.matcher.answers_both(other.match.fact, one.match.fact):
            # One answer holds the other: no reason to doubt an answer to the whole.
            if best is None and not isinstance(whole.reply, Answer):
                best = one, other
        elif differ or doubtless:
            best, worth = (one, other), value
    return best


def _opens(left: str, right: str) -> bool:
    """Tell whether both sides of a joint open like questions."""
    first, second = words(left), words(right)
    if not first or not second or not grammar.content(first):
        return False
    opening = first[0] in grammar.OPENERS and second[0] in grammar.OPENERS
    return opening and _asks_anew(right)


def _asks_anew(part: str) -> bool:
    """Tell whether a part asks for something: "... and what is it" does not."""
    spoken = words(part)
    asking = set(spoken) & (grammar.QUESTION | grammar.AMOUNT) - {"what"}
    return bool(grammar.content(spoken) or asking)


def _adds(known: Known, one: _Piece, other: _Piece) -> bool:
    """Tell whether `other` asks for what the entry found for `one` does not speak of."""
    if one.match is None:
        return True
    named = grammar.content(known.matcher.read(other.text)[0].tokens)
    # A gap names much that it is not about.
    answers = not one.match.fact.is_gap
    return not named or known.matcher.explained(one.match.fact, named, answers=answers) <= NEARLY


def _of(piece: _Piece) -> str | None:
    """Give the id of the entry that a piece is answered from."""
    return piece.match.fact.id if piece.match else None


def _together(known: Known, pieces: Sequence[_Piece]) -> Reply:
    """Put the replies to several questions into one: two answers, and what is left to ask."""
    if len(pieces) == 1:
        return pieces[0].reply
    sure = [(piece.text, piece.match) for piece in pieces if piece.match is not None]
    if not sure:
        offered = [
            m for p in pieces if isinstance(p.reply, Suggestions) for m in p.reply.matches[:2]
        ]
        return Suggestions(tuple(offered[:OFFERED])) if offered else Unknown()
    answers_both = known.matcher.answers_both
    given: list[Match] = []
    later: list[str] = []
    # What the report says goes before what it does not.
    for text, match in sorted(sure, key=lambda one: one[1].fact.is_gap):
        if any(answers_both(held.fact, match.fact) for held in given):
            continue
        if len(given) == ANSWERS:
            later.append(text)
        else:
            given = [held for held in given if not answers_both(match.fact, held.fact)]
            given.append(match)
    order = [match.fact.id for _, match in sure]
    given.sort(key=lambda match: order.index(match.fact.id))
    later += [piece.text for piece in pieces if isinstance(piece.reply, Suggestions)]
    missing = [p.text for p in pieces if p.reply == Unknown() and grammar.content(words(p.text))]
    if all(match.fact.is_gap for match in given):
        # Nothing of it is in the report: the first gap says what is.
        return Unknown(given[0])
    return Answer(tuple(given), missing[0] if missing else "", later[0] if later else "")
