"""Messages taken apart into the questions they ask, where that reads surer than the whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from knowledge import texts
from knowledge.dialogue import grammar
from knowledge.dialogue.decision import SUGGESTED
from knowledge.dialogue.remarks import plain
from knowledge.matching.matcher import Matcher
from knowledge.matching.text import words
from knowledge.model import NO_CONTEXT, Answer, Context, Match, Near, Reply, Suggestions, Unknown

# A message that matches one entry this well, and says nothing beside it, asks one thing.
CERTAIN, ALL = 0.9, 0.99
# The confidence that each of two parts needs, and less where both open like questions.
SURE, FAIR = 0.6, 0.46
# A question of more words is not taken apart at its joints.
LONG = 25
# At most so many words beside a joint belong to both sides.
SHARED = 2
# So many questions of a message are answered at once.
ANSWERS = 3
# Words and joints of a list at most.
LIST, MOST_LISTED = 18, 4

_SENTENCE = re.compile(r"(?<=[.?!;])\s+|\n+")
# "1) …", "(b) …", "2. …" and bullets, at the beginning or after a space.
_MARK = re.compile(r"(?:^|(?<=\s))(?:\(?(?:[1-9]|[a-h])\)|[1-9]\.(?=\s)|[•*–-](?=\s))\s*")
# A sentence may say that it asks, before the question itself.
_REQUEST = re.compile(
    r"\b(?:tell|know|wonder(?:ing)?|ask(?:ing)?|explain|find out|confirm|advise)\b[^?]*?"
    r"(?=\b(?:who|whom|whose|what|when|where|why|which|how)\b)",
    re.I,
)
_TAIL = re.compile(
    r"\b(?:is|are|was|were|do|does|did|can|could|will|would|should|may|have|has|who|what|when|where|"
    r"why|how|which)(?: \w+)? (?:i|he|she|they|we|you|it|there)\b",
    re.I,
)
_WORD = re.compile(r"\S+")
_JOINING = frozenset({"and", "&", "plus", "also"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A question within a message, its reply, and the confidence that rests on (0-1).

    `explained` is the share of its words that its likeliest entry accounts for; one that `leant`
    was read after what was said before, as `notes` tell.
    """

    text: str
    reply: Reply
    confidence: float
    explained: float = 1.0
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


# Answers one question after what was said before it.
Reads = Callable[[str, Context], Piece]


# --- Sentences and items --------------------------------------------------------------------------


def questions(text: str) -> tuple[str, ...]:
    """Give what a message asks, item by item or by sentence; nothing for one that only tells."""
    items = [item.strip(" \t\n;,") for item in _MARK.split(text)]
    if len(items) > 2:
        listed = [plain(item) for item in items[1:] if words(item)]
        # What stands before the list only leads up to it, unless it asks by itself.
        leads_up = items[0].endswith(":")
        return (*(() if leads_up else _sentences(items[0])), *listed)
    return _sentences(_MARK.sub(" ", text, count=1) if _MARK.match(text) else text)


def sentences(text: str) -> tuple[str, ...]:
    """Give the sentences of a text."""
    return tuple(part.strip() for part in _SENTENCE.split(text) if words(part))


def _sentences(text: str) -> tuple[str, ...]:
    return tuple(asked for part in sentences(text) if (asked := _asked(part)))


def tail(text: str) -> str:
    """Give the question at the end of a story told without a full stop, "" where there is none."""
    found = list(_TAIL.finditer(text))
    before = words(text[: found[-1].start()]) if found else []
    tells = len(before) > 2 and before[0] not in grammar.OPENERS
    return text[found[-1].start() :] if tells else ""


def _asked(sentence: str) -> str:
    left = plain(sentence)
    opening = words(left)[:1]
    if not opening:
        return ""
    if opening[0] in grammar.OPENERS or (left.endswith("?") and len(words(left)) <= LONG):
        return left
    found = _REQUEST.search(sentence)
    return sentence[found.end() :] if found else ""


# --- Joints ---------------------------------------------------------------------------------------


def parts_of(matcher: Matcher, whole: Piece, context: Context, reads: Reads) -> Sequence[Piece]:
    """Take a sentence apart, where it asks for several things."""
    if whole.leant or len(words(whole.text)) > LONG:
        return (whole,)
    parts = _in_turn(matcher, whole, context, reads)
    if not parts and not (whole.is_certain and whole.explained > ALL):
        parts = _listed(matcher, whole, reads)
    return parts or (whole,)


def _in_turn(matcher: Matcher, whole: Piece, context: Context, reads: Reads) -> Sequence[Piece]:
    """Take questions apart that each open like one; each may lean on the one before it."""
    stretches = _stretches(whole.text)
    if len(stretches) < 2 or not grammar.content(words(stretches[0])):
        return ()
    pieces: list[Piece] = []
    for text in stretches:
        last = pieces[-1] if pieces and pieces[-1].match else None
        piece = reads(text, NO_CONTEXT if last else context)
        if last and not piece.match:
            piece = reads(text, context.after(last.text, last.reply))
        pieces.append(piece)
    least, most = min(p.known for p in pieces), max(p.known for p in pieces)
    if whole.is_certain:
        surer = least >= CERTAIN or (whole.explained <= ALL and most >= SURE)
    else:
        # An answer that accounts for every word is doubted only for parts that are all likely.
        accounts = isinstance(whole.reply, Answer) and whole.explained > ALL
        surer = least >= FAIR or (not accounts and most > min(SURE, whole.known))
    return pieces if surer else ()


def _stretches(text: str) -> list[str]:
    """Cut a text where, after a joint, a question opens that asks for something."""
    found = _WORD.findall(text)
    if not _opens(words(text)):
        return [text]
    cuts = [
        len(found) - len(right)
        for _, right in _joints(found)
        if _opens(words(_text(right))) and _asks_anew(words(_text(right)))
    ]
    parts = [found[start:end] for start, end in pairwise([0, *cuts, len(found)])]
    for part in parts:
        while part and part[-1].casefold() in _JOINING:
            part.pop()
    return [_text(part) for part in parts if part]


def _listed(matcher: Matcher, whole: Piece, reads: Reads) -> Sequence[Piece]:
    """Take a list apart where the matcher is surer of its parts."""
    best: list[Piece] = []
    for forms in parts_in(whole.text):
        piece = max((reads(form, NO_CONTEXT) for form in forms), key=lambda one: one.known)
        best.append(replace(piece, text=forms[0]))
        if best[0].known < FAIR:
            return ()
    matches = [one.match for one in best if one.match]
    if len(best) < 2 or (len(best) == 2 and len(matches) < 2):
        return ()
    for one, other in pairwise(matches):
        if matcher.answers_both(one.fact, other.fact) or matcher.answers_both(other.fact, one.fact):
            # One answer holds the other: no reason to doubt an answer to the whole.
            return () if isinstance(whole.reply, Answer) else best
    return best


def _opens(spoken: Sequence[str]) -> bool:
    """Tell whether words open like a question: "how many", "since when"."""
    return bool(set(spoken[:1]) & grammar.OPENERS or set(spoken[1:2]) & grammar.QUESTION)


def _asks_anew(spoken: Sequence[str]) -> bool:
    """Tell whether a part asks for something: "... and what is it" does not."""
    asking = set(spoken) & (grammar.QUESTION | grammar.AMOUNT) - {"what"}
    return bool(grammar.content(spoken) or asking)


def parts_in(question: str) -> tuple[tuple[str, ...], ...]:
    """Give the parts of a list, each in the ways it can be read by itself.

    The first and the last may have lent words to the others ("what is A and B", "A and B ratings").
    """
    found = _WORD.findall(question)
    joints = _joints(found)
    if not 1 <= len(joints) <= MOST_LISTED or len(found) > LIST:
        return ()
    ends = [0, *(len(found) - len(right) for _, right in joints), len(found)]
    parts = [
        [word for word in found[start:end] if word.casefold() not in _JOINING]
        for start, end in pairwise(ends)
    ]
    first, last = parts[0], parts[-1]
    return tuple(
        tuple(dict.fromkeys((_text(part), *_lent(part, first, last)))) for part in parts if part
    )


def _lent(part: Sequence[str], first: Sequence[str], last: Sequence[str]) -> Iterator[str]:
    """Give a part of a list with words lent by the first or the last."""
    for n in range(1, SHARED + 1):
        if part is not first and len(first) > n:
            yield _text([*first[:n], *part])
        if part is not last and len(last) > n:
            yield _text([*part, *last[-n:]])


def _joints(found: Sequence[str]) -> list[tuple[list[str], list[str]]]:
    """Give both sides of each joint: an "and", or a comma in a list or before a question."""
    joints = []
    for place, word in enumerate(found):
        joins = word.casefold() in _JOINING
        ends = word[-1] in ",;?." and place + 1 < len(found)
        left, right = list(found[: place + ends]), list(found[place + 1 :])
        if not (ends or joins) or not left or not right or left[-1].casefold() in _JOINING:
            continue
        lists = not _JOINING.isdisjoint(w.casefold() for w in found[place + 1 :])
        opening = words(right[0])[:1]
        asks = opening == words(left[0])[:1] or (opening and opening[0] in grammar.OPENERS)
        if joins or lists or asks:
            joints.append((left, right))
    return joints


def _text(found: Sequence[str]) -> str:
    return " ".join(found).strip(" ,;?.")


# --- One reply ------------------------------------------------------------------------------------


def together(matcher: Matcher, pieces: Sequence[Piece]) -> tuple[Reply, tuple[str, ...]]:
    """Put the replies to several questions into one, with how they were read."""
    notes = tuple(note for piece in pieces for note in piece.notes)
    if len(pieces) == 1:
        return pieces[0].reply, notes
    notes = (*(texts.part(piece.text) for piece in pieces), *notes)
    sure = [(piece.text, piece.match) for piece in pieces if piece.match is not None]
    if not sure:
        offered = [
            m for p in pieces if isinstance(p.reply, Suggestions) for m in p.reply.matches[:2]
        ]
        unread = all(isinstance(p.reply, Unknown) and p.reply.unread for p in pieces)
        return Suggestions(tuple(offered[:SUGGESTED])) if offered else Unknown(unread=unread), notes
    given: list[Match] = []
    later: list[str] = []
    # What the report says goes before what it does not.
    for text, match in sorted(sure, key=lambda one: one[1].fact.is_gap):
        if any(matcher.answers_both(held.fact, match.fact) for held in given):
            continue
        if len(given) == ANSWERS:
            later.append(text)
        else:
            given = [held for held in given if not matcher.answers_both(match.fact, held.fact)]
            given.append(match)
    order = [match.fact.id for _, match in sure]
    given.sort(key=lambda match: order.index(match.fact.id))
    later += [piece.text for piece in pieces if isinstance(piece.reply, Suggestions)]
    missing = [
        piece.text
        for piece in pieces
        if isinstance(piece.reply, Unknown)
        and not piece.match
        and grammar.content(words(piece.text))
    ]
    if all(match.fact.is_gap for match in given):
        # Nothing of it is in the report: the first gap says what is.
        return Unknown(given[0]), notes
    return Answer(tuple(given), *(next(iter(left), "") for left in (missing, later))), notes
