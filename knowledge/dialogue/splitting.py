"""Messages taken apart: courtesy from questions, and several questions from each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from knowledge.dialogue import grammar
from knowledge.matching.text import words

_OATH = re.compile(
    r"\b(?:bloody|(?:mother)?fuck\w*|ffs|wtf|god ?damn|damn|sodding|(?:bull)?shit\w*|crap|bollocks|"
    r"arse|the (?:hell|heck|devil)|on earth)\b[,!]*",
    re.I,
)
# Words that a message may begin or end with before it comes to the point ...
_COURTESY = frozenset(
    "hi hello hey hiya dear sir sirs madam or all team good morning afternoon evening day there "
    "please pls plz kindly sorry to bother trouble you u excuse me us quick small short question "
    "query one just could can would will do does anyone someone anybody somebody tell let know if "
    "i im am was be been id like want wanted need wonder wondering ask find out grateful whether "
    "thanks thank thx ty cheers ta mate so very much many a lot in advance again ok okay um but "
    "for your help that possible".split()
)
# ... and those that alone make it courtesy.
_COURTEOUS = frozenset(
    "hi hello hey hiya dear sir sirs madam morning afternoon evening please pls plz kindly sorry "
    "excuse wonder wondering tell know ask thanks thank thx ty cheers mate quick question query "
    "grateful".split()
)
_TRAILING = frozenset("me us if whether to out you u there all or much one question query".split())
_CLOSING = frozenset("please pls plz kindly thanks thank thx ty cheers mate".split())
_SENTENCE = re.compile(r"(?<=[.?!;])\s+|\n+")
# "1) …", "(b) …", "2. …" and bullets, at the beginning or after a space.
_MARK = re.compile(r"(?:^|(?<=\s))(?:\(?(?:[1-9]|[a-h])\)|[1-9]\.(?=\s)|[•*–-](?=\s))\s*")
# A sentence may say that it asks, before the question itself.
_REQUEST = re.compile(
    r"\b(?:tell|know|wonder(?:ing)?|ask(?:ing)?|explain|find out|confirm|advise)\b[^?]*?"
    r"(?=\b(?:who|whom|whose|what|when|where|why|which|how)\b)",
    re.I,
)
_WORD = re.compile(r"\S+")
_OPENINGS = tuple([word] for word in grammar.OPENERS)
_JOINING = frozenset({"and", "&", "plus", "also"})
# At most so many words beside a joint belong to both sides.
SHARED = 2
# Joints tried in one question.
JOINTS = 2
# In a longer question the sides of a joint stand by themselves.
LIST = 18
# Joints of a list at most.
MOST_LISTED = 4


def plain(text: str) -> str:
    """Give a message without oaths and courtesies at its ends; itself when it is nothing else."""
    found = [(m[0], words(m[0])) for m in _WORD.finditer(_OATH.sub(" ", text))]
    start = _courtesy([spoken for _, spoken in found], _COURTEOUS, _TRAILING)
    rest = found[start:]
    end = _courtesy([spoken for _, spoken in reversed(rest)], _CLOSING, frozenset())
    left = " ".join(word for word, _ in rest[: len(rest) - end])
    return left if words(left) else text


def _courtesy(
    spoken: Sequence[Sequence[str]], strong: frozenset[str], trailing: frozenset[str]
) -> int:
    """Count the words at the beginning that are courtesy."""
    cut = 0
    for place, tokens in enumerate(spoken):
        if not all(token in _COURTESY for token in tokens):
            break
        if any(t in strong for t in tokens) or (
            place == cut and all(t in trailing for t in tokens)
        ):
            cut = place + 1
    return cut


def questions(text: str) -> tuple[str, ...]:
    """Give what a message asks, item by item or by sentence; nothing for one that only tells."""
    items = [item.strip(" \t\n;,") for item in _MARK.split(text)]
    if len(_MARK.findall(text)) > 1:
        listed = [plain(item) for item in items[1:] if words(item)]
        before = [asked for part in _SENTENCE.split(items[0]) if (asked := _asked(part.strip()))]
        # What stands before the list only leads up to it, unless it asks by itself.
        return (*(one for one in before if not items[0].rstrip().endswith(":")), *listed)
    text = _MARK.sub(" ", text, count=1).strip() if _MARK.match(text) else text
    return tuple(asked for part in _SENTENCE.split(text) if (asked := _asked(part.strip())))


def _asked(sentence: str) -> str:
    left = plain(sentence)
    opening = words(left)[:1]
    if not opening:
        return ""
    if opening[0] in grammar.OPENERS or (left.endswith("?") and len(words(left)) <= 25):
        return left
    found = _REQUEST.search(sentence)
    return sentence[found.end() :] if found else ""


def splits(question: str) -> Iterator[tuple[str, str, bool]]:
    """Give ways to read a question as two.

    Each side may have lent words to the other ("what is A and B", "A and B ratings"); the last
    value tells whether the sides stand by themselves.
    """
    found = _WORD.findall(question)
    for left, right in _joints(found)[:JOINTS]:
        first, second = _text(left), _text(right)
        yield first, second, True
        if len(found) > LIST:
            continue
        firsts = [_text(left + right[n:]) for n in range(1, min(SHARED, len(right) - 1) + 1)]
        seconds = [_text(left[:-n] + right) for n in range(1, min(SHARED, len(left) - 1) + 1)]
        for one in (first, *firsts):
            for other in (second, *seconds):
                if (one, other) != (first, second):
                    yield one, other, False


def listed(question: str) -> tuple[tuple[str, ...], ...]:
    """Give the parts of a list of three or more, each in the ways it can be read by itself."""
    found = _WORD.findall(question)
    joints = _joints(found)
    if not 2 <= len(joints) <= MOST_LISTED or len(found) > LIST:
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
        while right and right[0].casefold() in _JOINING:
            right = right[1:]
        if not (ends or joins) or not left or not right or left[-1].casefold() in _JOINING:
            continue
        lists = not _JOINING.isdisjoint(w.casefold() for w in found[place + 1 :])
        alike = words(right[0])[:1] == words(left[0])[:1]
        if joins or lists or alike or words(right[0])[:1] in _OPENINGS:
            joints.append((left, right))
    return joints


def _text(found: Sequence[str]) -> str:
    return " ".join(found).strip(" ,;?.")
