"""Messages as people hold a conversation: several questions at once, or leaning on what was shown.

A message is taken apart, or read after what was shown last, only where the matcher is surer of
that reading than of the message by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt

from knowledge import texts
from knowledge.dialogue import (
    grammar,
    languages,
    overviews,
    splitting,
)
from knowledge.dialogue.decision import BANDS
from knowledge.dialogue.follow_up import ALL, OFFERED
from knowledge.dialogue.pieces import CERTAIN, Known, Piece, entry_of, piece_of
from knowledge.matching.matcher import Matcher
from knowledge.matching.text import words
from knowledge.model import (
    NO_CONTEXT,
    Answer,
    Context,
    Explanation,
    Match,
    Reply,
    Suggestions,
    Unknown,
)
from knowledge.snapshot import Snapshot

# A message of more words is a letter or a copied text: only what it asks is answered.
LETTER = 30
# A question of more words is not taken apart at its joints.
LONG = 25
# The confidence that each of two parts needs, and less where both open like questions.
SURE, FAIR = 0.6, 0.46
# An entry that accounts for more of another part than this answers that part as well.
NEARLY = 0.9
# So many questions of a message are answered at once.
ANSWERS = 3


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
        return _read(piece_of(known, question, context))
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
        pieces_of_story = [piece_of(known, one, context) for one in (question, asked[0])]
        return _read(max(pieces_of_story, key=lambda piece: piece.known))
    if is_letter or len(asked) > 1:
        pieces: list[Piece] = []
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


def _read(piece: Piece) -> tuple[Reply, tuple[str, ...]]:
    return piece.reply, piece.notes


def _notes(pieces: Sequence[Piece]) -> tuple[str, ...]:
    """Say how a message was taken apart and its parts were read."""
    parts = tuple(texts.part(piece.text) for piece in pieces) if len(pieces) > 1 else ()
    return (*parts, *(note for piece in pieces for note in piece.notes))


def _unsure(known: Known, text: str) -> Reply:
    """Offer what a text without a question comes near to; it was not asked, so it is no answer."""
    matches = known.matcher.weigh(known.matcher.read(text)[0]).matches
    facts = tuple(match for match in matches if not match.fact.is_gap)[:OFFERED]
    near = sum(match.confidence for match in facts) >= BANDS.suggest
    return Suggestions(facts) if near else Unknown()


def _pieces(known: Known, text: str, context: Context = NO_CONTEXT) -> Sequence[Piece]:
    """Give the questions within one sentence."""
    whole = piece_of(known, text, context)
    if whole.leant and whole.match is not None:
        return (whole,)
    if len(words(text)) > LONG:
        return (whole,)
    parts = _parts(known, whole)
    if isinstance(whole.reply, Unknown) and whole.match and entry_of(whole) in map(entry_of, parts):
        # What the report doesn't say of the whole covers what it says beside.
        return (whole,)
    return parts


def _parts(known: Known, whole: Piece) -> Sequence[Piece]:
    """Take a sentence apart, where it asks for several things."""
    if whole.is_certain and whole.explained > ALL:
        # Unless it asks twice in so many words.
        joints = splitting.splits(whole.text)
        opens = any(apart and _opens(left, right) for left, right, apart in joints)
        return (opens and _split(known, whole)) or (whole,)
    return _listed(known, whole) or _split(known, whole) or (whole,)


def _listed(known: Known, whole: Piece) -> Sequence[Piece]:
    """Take a list of three or more questions apart, at most one of them unknown."""
    found: list[Piece] = []
    for readings in splitting.listed(whole.text):
        best = max((piece_of(known, text) for text in readings), key=lambda p: p.known)
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


def _split(known: Known, whole: Piece) -> tuple[Piece, Piece] | None:
    """Take a question apart where the matcher is surer of the parts than of the whole."""
    best: tuple[Piece, Piece] | None = None
    worth = whole.worth
    short = len(words(whole.text)) <= splitting.LIST
    tried: dict[str, Piece] = {}

    def piece(part: str) -> Piece:
        if part not in tried:
            tried[part] = piece_of(known, part)
        return tried[part]

    for left, right, apart in splitting.splits(whole.text):
        one, other = piece(left), piece(right)
        if apart and one.match is not None and other.match is None and _asks_anew(right):
            other = piece_of(known, right, NO_CONTEXT.after(left, one.reply))
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


def _adds(known: Known, one: Piece, other: Piece) -> bool:
    """Tell whether `other` asks for what the entry found for `one` does not speak of."""
    if one.match is None:
        return True
    named = grammar.content(known.matcher.read(other.text)[0].tokens)
    # A gap names much that it is not about.
    answers = not one.match.fact.is_gap
    return not named or known.matcher.explained(one.match.fact, named, answers=answers) <= NEARLY


def _together(known: Known, pieces: Sequence[Piece]) -> Reply:
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
