"""Messages taken apart into the questions they ask, where that reads surer than the whole."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from knowledge import dates, texts
from knowledge.dialogue import grammar
from knowledge.dialogue.decision import gap_of
from knowledge.dialogue.remarks import plain, unframed
from knowledge.matching.matcher import Matcher
from knowledge.matching.text import words
from knowledge.model import NO_CONTEXT, Answer, Context, Match, Near, Reply, Suggestions, Unknown

# A message that matches one entry this well, and says nothing beside it, asks one thing.
CERTAIN, ALL = 0.9, 0.99
# The confidence that each of two parts needs, and less where both open like questions.
SURE, FAIR = 0.6, 0.46
# A question of more words is not taken apart at its joints, nor a list of more words or parts.
LONG, LIST, MOST_LISTED = 25, 18, 5
# At most so many words beside a joint belong to both sides.
SHARED = 2
# So many questions of a message are answered at once.
ANSWERS = 3

_SENTENCE = re.compile(r"(?<=[.?!;])\s+|\n+")
# "1) …", "(b) …", "2. …", "3 which …" and bullets, at the beginning or after a space.
_MARK = re.compile(
    r"(?:^|(?<=\s))(?:\(?(?:[1-9]|[a-h])\)|[1-9]\.(?=\s)|[•*–-](?=\s)|"
    rf"[1-9](?= (?:{'|'.join(grammar.OPENERS)})\b))\s*",
    re.I,
)
# A sentence may say that it asks, before the question itself.
_REQUEST = re.compile(
    r"\b(?:tell|know|wonder(?:ing)?|ask(?:ing)?|explain|find out|confirm|advise)\b[^?]*?"
    rf"(?=\b(?:{'|'.join(grammar.QUESTION)})\b)",
    re.I,
)
_CLAUSE = re.compile(r"[,;:]\s+|\s[–-]\s")
_JOINING = frozenset("and & plus also n + vs versus".split())
_JOINT = rf"(?:{'|'.join(map(re.escape, _JOINING))})\.?"
_ENDS = re.compile(rf"^(?:{_JOINT}(?: |$))+|(?: {_JOINT})+$", re.I)
# What stands between two things, or two years, set against each other; what asks which of them.
_EITHER = frozenset("or and v vs versus than with to against".split())
_SETTING = _JOINING | _EITHER | {"compare", "compared", "differ", "differed", "changed"}
_AGAINST = re.compile(
    rf"\s*(\b(?:{'|'.join(_EITHER | grammar.COMPARISON | {'comparison'})})\b|[,;:?])\s*", re.I
)
_WHICH = frozenset("which what how do does did is are was were one of the 2 two".split())


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
        return gap_of(self.reply)

    @property
    def known(self) -> float:
        """Give the confidence of what is said for sure, none where nothing is."""
        return self.confidence if self.match else 0.0

    @property
    def is_certain(self) -> bool:
        """Tell whether a fact answers this without a doubt."""
        return isinstance(self.reply, Answer) and self.confidence >= CERTAIN

    @property
    def is_accounted(self) -> bool:
        """Tell whether a fact answers every word of this."""
        return isinstance(self.reply, Answer) and self.explained > ALL


# Answers one question after what was said before it.
Reads = Callable[[str, Context], Piece]


# --- Sentences and items --------------------------------------------------------------------------


def questions(text: str) -> tuple[str, ...]:
    """Give what a message asks, item by item or by sentence; nothing for one that only tells."""
    lead, *items = [item.strip(" \t\n;,") for item in _MARK.split(text)]
    if len(items) < 2:
        lead, items = (items[0] if items and not lead else text), []
    # What stands before a list only leads up to it, unless it asks by itself.
    return (
        *filter(None, map(_asked, sentences(lead))),
        *(plain(one) for one in items if words(one)),
    )


def sentences(text: str) -> tuple[str, ...]:
    """Give the sentences of a text."""
    return tuple(part.strip() for part in _SENTENCE.split(text) if words(part))


def last_clause(text: str) -> str:
    """Give what follows the last comma or dash, "" where it is a word, or names nothing."""
    last = plain(_CLAUSE.split(text)[-1])
    # "Good or bad" names nothing.
    named = set(grammar.content(words(last))) - grammar.RECKONING - grammar.JUDGING
    return last if named and len(words(last)) > 1 and not grammar.excludes(text) else ""


def _asked(sentence: str) -> str:
    left = plain(sentence)
    spoken = words(left)
    if spoken[0] in grammar.OPENERS or left.endswith("?"):
        return unframed(left)[0]
    found = _REQUEST.search(sentence)
    return sentence[found.end() :] if found else ""


# --- Joints ---------------------------------------------------------------------------------------


def parts_of(matcher: Matcher, whole: Piece, context: Context, reads: Reads) -> Sequence[Piece]:
    """Take a sentence apart, where it asks for several things."""
    if len(words(whole.text)) > LONG or grammar.excludes(whole.text):
        return (whole,)
    parts = _in_turn(matcher, whole, context, reads)
    # "PO vacancies in London, how many".
    denied = gap_of(whole.reply) and whole.known >= FAIR and whole.explained > ALL
    if parts or whole.leant or denied:
        return parts or (whole,)
    parts = _dated(whole, reads) or _compared(matcher, whole, reads)
    return parts or _listed(matcher, whole, reads) or (whole,)


def _dated(whole: Piece, reads: Reads) -> Sequence[Piece]:
    """Ask the same of each of two years that are set against each other."""
    years, left = dates.named(whole.text)
    asked = _text([w for w in left.split() if w.strip(",?.") not in _SETTING])
    if len(years) != 2:
        return ()
    pieces = [reads(f"{asked} in {year}", NO_CONTEXT) for year in years]
    told = {one.match.fact.id for one in pieces if one.match}
    return pieces if len(told) == len(pieces) else ()


def _compared(matcher: Matcher, whole: Piece, reads: Reads) -> Sequence[Piece]:
    """Ask of each of two things that are set against each other: "which is better, A or B"."""
    found = _AGAINST.split(whole.text)
    joints = [at for at, part in enumerate(found) if at % 2 and part.casefold() in _EITHER]
    against = grammar.COMPARISON | {"against", "vs", "versus"}
    told = isinstance(whole.reply, Answer) and _is_told(matcher, whole)
    if told or len(joints) != 1 or against.isdisjoint(map(str.casefold, found[1::2])):
        return ()
    stretches = [_text([w for w in part.split() if w.casefold() not in _WHICH]) for part in found]
    sides = stretches[joints[0] - 1 :: -2], stretches[joints[0] + 1 :: 2]
    one, other = (next(filter(None, side), "") for side in sides)
    rest = [part for part in stretches[::2] if part and part not in (one, other)]
    pieces = [reads(_text([*rest, name]), NO_CONTEXT) for name in (one, other) if name]
    found_in = {piece.match.fact.id for piece in pieces if piece.match and piece.known >= FAIR}
    return pieces if len(found_in) > 1 else ()


def _in_turn(matcher: Matcher, whole: Piece, context: Context, reads: Reads) -> Sequence[Piece]:
    """Take questions apart that each open like one; each may lean on the one before it."""
    found = whole.text.split()
    cuts = [at for at in _joints(found) if _opens(words(_text(found[at:])))]
    stretches = _cut(found, cuts)
    if stretches and not _opens(words(whole.text)):
        # "The new way of inspecting, where is it tried and when is it needed".
        stretches = tuple(f"{stretches[0]}, {one}" for one in stretches[1:])
    if len(stretches) < 2:
        return ()
    pieces: list[Piece] = []
    matcher.expect(stretches)
    for text in stretches:
        last = pieces[-1] if pieces and pieces[-1].match else None
        piece = reads(text, context)
        if last and (piece.leant or piece.known < SURE):
            after = reads(text, context.after(last.text, last.reply))
            leans = piece.leant and after.match
            piece = after if leans else max(piece, after, key=lambda one: one.known)
        pieces += (not piece.is_certain and _listed(matcher, piece, reads)) or [piece]
    told = [one.match.fact.id if one.match else "" for one in (whole, pieces[0])]
    if gap_of(whole.reply) and told[0] == told[1] and all(one.leant for one in pieces[1:]):
        # What the report leaves out, and the same in other words.
        return ()
    # An answer that accounts for every word is doubted only for parts that are all likely.
    least = SURE if whole.is_certain else FAIR
    likely = min(piece.known for piece in pieces) >= least
    return pieces if likely or not whole.is_accounted else ()


def _listed(matcher: Matcher, whole: Piece, reads: Reads) -> Sequence[Piece]:
    """Take a list apart where the matcher is surer of its parts."""
    if whole.is_certain and whole.is_accounted and _is_told(matcher, whole):
        return ()
    pieces: list[Piece] = []
    # A year stands for all parts.
    when = "".join(f" in {one}" for one in dates.named(whole.text)[0][:1])
    for forms in parts_in(whole.text):
        dated = [form if dates.named(form)[0] else f"{form}{when}" for form in forms]
        matcher.expect(dated)
        read = [reads(form, NO_CONTEXT) for form in dated]
        # Of several that are sure the longest: it has lost the least.
        piece = max(read, key=lambda one: (min(one.known, CERTAIN), len(one.text)))
        pieces.append(replace(piece, text=dated[0]))
    matches = [one.match for one in pieces if one.match]
    # Where one answer holds the other there is no reason to doubt an answer to the whole.
    both = ((one.fact, other.fact) for one, other in pairwise(matches))
    held = any(matcher.answers_both(*two) or matcher.answers_both(*two[::-1]) for two in both)
    return pieces if sum(one.known >= FAIR for one in pieces) > 1 and not held else ()


def _is_told(matcher: Matcher, whole: Piece) -> bool:
    """Tell whether an answer, not only its ways of asking, speaks of all that is asked."""
    match, asked = whole.reply.matches[0], matcher.read(whole.text)[0].tokens
    return bool(match.computed) or matcher.says(match.fact, grammar.content(asked))


def _opens(spoken: Sequence[str]) -> bool:
    """Tell whether words open like a question: "since when" does."""
    first, then = (*spoken, "", "")[:2]
    return first in grammar.OPENERS or then in grammar.QUESTION


def parts_in(question: str) -> tuple[tuple[str, ...], ...]:
    """Give the parts of a list, each in the ways it can be read by itself.

    The first and the last may have lent words to the others ("what is A and B", "A and B ratings").
    """
    found = question.split()
    parts = [part.split() for part in _cut(found, _joints(found))]
    if not 1 < len(parts) <= MOST_LISTED or len(found) > LIST:
        return ()
    first, last = parts[0], parts[-1]
    ways = []
    for part in parts:
        forms = [part]
        for n in range(1, SHARED + 1):
            forms += [[*first[:n], *part]] if part is not first and len(first) > n else []
            forms += [[*part, *last[-n:]]] if part is not last and len(last) > n else []
        ways.append(tuple(dict.fromkeys(map(_text, forms))))
    return tuple(ways)


def _joints(found: Sequence[str]) -> list[int]:
    """Give the places that follow a joint: an "and", or a comma in a list or before a question."""
    places, listed = [], sum(word[-1] == "," for word in found) > 1
    for place, word in enumerate(found[:-1], 1):
        rest = [one.casefold() for one in found[place:]]
        asks = not grammar.OPENERS.isdisjoint(words(rest[0])[:1])
        ends = word[-1] in ",;?." and (asks or listed or not _JOINING.isdisjoint(rest))
        # "Between 2019 and 2021" is one thing.
        between = "between" in found[max(place - 4, 0) : place]
        if ends or (word.casefold() in _JOINING and not between):
            places.append(place)
    return places


def _cut(found: Sequence[str], places: Sequence[int]) -> tuple[str, ...]:
    """Cut words at places, without the words that join them there."""
    ends = pairwise([0, *places, len(found)])
    parts = (_text([_ENDS.sub("", " ".join(found[start:end]))]) for start, end in ends)
    return tuple(filter(None, parts))


def _text(found: Sequence[str]) -> str:
    return " ".join(found).strip(" ,;?.")


# --- One reply ------------------------------------------------------------------------------------


def together(pieces: Sequence[Piece]) -> tuple[Reply, tuple[str, ...]]:
    """Put the replies to several questions into one, with how they were read."""
    # What only says again what was said before the message has no part in what answers it.
    told, again = any(isinstance(o.reply, Answer) for o in pieces), (texts.CANT_TELL, texts.NO_VIEW)
    pieces = [o for o in pieces if not (told and o.leant and o.match and o.match.lead in again)]
    notes = tuple(note for piece in pieces for note in piece.notes)
    if len(pieces) == 1:
        return pieces[0].reply, notes
    notes = (*(texts.PART.format(piece.text) for piece in pieces), *notes)
    given: list[Match] = []
    later: list[str] = []
    missing: list[str] = []
    for piece in pieces:
        match, offered = piece.match, isinstance(piece.reply, Suggestions)
        if match and (match.fact.id, match.computed) in ((o.fact.id, o.computed) for o in given):
            continue
        if match and len(given) < ANSWERS:
            given.append(match)
        else:
            (later if match or offered else missing).append(piece.text)
    if given and not told:
        only_gap = given[0].fact.is_gap and not given[1:]
        return Unknown(given[0]) if only_gap else Near(tuple(given)), notes
    if given:
        left = ("; ".join(one.strip(" ?") for one in parts) for parts in (missing, later))
        return Answer(tuple(given), *left), notes
    likeliest = max(pieces, key=lambda one: (isinstance(one.reply, Suggestions), one.confidence))
    return likeliest.reply, notes
