"""What people do in a conversation besides asking: want the source, more, agree, object."""

from __future__ import annotations

import re
from typing import Literal

from knowledge.dialogue.grammar import POINTERS
from knowledge.dialogue.splitting import plain
from knowledge.matching.text import words

Move = Literal[
    "source",
    "link",
    "more",
    "again",
    "shorter",
    "simpler",
    "quote",
    "vouch",
    "sure",
    "yes",
    "no",
    "wrong",
]

# A message is a move when it has a word of the move's own and none beyond those that go with it.
# Nothing here is about any report: "where is that from" is a move, "where is the report" is not.
_COMMON = POINTERS | frozenset(
    "a an the is are was did does do can could have has got get give show send need want see me i "
    "you there any some please and so ok okay for of to in on at from with what which where how "
    "your it one then thing answer figure".split()
)
_SOURCE = frozenset(
    "source sources slide slides page pages link links url reference ref citation cite".split()
)
_LINK = frozenset("link links url".split())
_PROVENANCE = frozenset(
    "from get got come comes came say says said find found stand stands".split()
)
_MORE = frozenset(
    "more detail details explain elaborate expand further continue else understand".split()
)
_WITH_MORE = _COMMON | frozenset(
    "tell go say bit little about anything something info information dont didnt mean means "
    "meaning again know not really".split()
)
_YES = frozenset("yes yep yeah yup ya aye exactly correct right precisely".split())
_WITH_YES = _COMMON | frozenset("thanks thank you good great perfect sure first meant".split())
_NO = frozenset("no nope nah none neither".split())
_WITH_NO = _COMMON | frozenset("thanks thank not really those".split())
_WRONG = frozenset(
    "wrong incorrect false untrue mistaken mistake nonsense rubbish not isnt".split()
)
_WITH_WRONG = (
    _COMMON
    | _NO
    | frozenset(
        "right correct true asked ask meant mean wanted my question think completely totally all "
        "thats quite looking real".split()
    )
)
_ASKING = frozenset("why who when whose".split())
_CHECKING = frozenset("is are was were does did".split())


# Moves that are said in so many words, wherever the words stand.
_PHRASES: tuple[tuple[Move, re.Pattern[str]], ...] = (
    (
        "quote",
        re.compile(
            r"(can|may|could) (i|we) (quote|cite|use|print|publish) (you|that|this|it)\b.*|"
            r"how (do|should|can) (i|we) (cite|reference|quote) (that|this|it|you)|"
            r"(quote|cite) (that|this|it)|citation( for that)?"
        ),
    ),
    (
        "shorter",
        re.compile(
            r"(can you )?(make (it|that) |say (it|that) )?(short|shorter|briefer|"
            r"more briefly)( please)?|"
            r"(the )?short version|in (short|brief|a nutshell|one sentence|a sentence)|too long|"
            r"sum (it|that) up|in (fewer|less) words"
        ),
    ),
    (
        "simpler",
        re.compile(
            r"(can you |please )?(make (it|that) |say (it|that) |explain (it|that) )?"
            r"(simpler|simply|more simply|easier|in (plain|simple|easy|normal) (english|"
            r"words|terms))"
            r"( please)?|(sorry )?i (dont|do not|didnt|not) understand( that| this| it)?( please)?|"
            r"eli5|what does that mean in (plain|simple) (english|words)"
        ),
    ),
    (
        "again",
        re.compile(
            r"(can you |please )?(say|tell me|repeat) (that|it|this)( again)?( please)?|"
            r"(please )?repeat( please)?|again( please)?|come again|pardon|say again|"
            r"what was that( again)?"
        ),
    ),
    (
        "vouch",
        re.compile(
            r"(and )?(who (says|said|wrote) (that|this|so|it)|says who|according to who|"
            r"how (old|recent|current|up to date) (is|are) (this|that|it|these|"
            r"those)( figures?| numbers?)?|"
            r"(is|are) (this|that|it|these|those)( figures?| numbers?)? (still )?(current|"
            r"recent|up to "
            r"date|still true)|when (is|was) (this|that|it) from|"
            r"what date is (this|that))"
        ),
    ),
    (
        "sure",
        re.compile(
            r"(are )?(you|u) (really |quite )?(sure|certain)( about (that|this|it))?|"
            r"really|for real"
        ),
    ),
)
_VIEW = re.compile(
    r"\b(what do (you|u) think|do (you|u) (think|agree|believe|reckon|like)|"
    r"your (own )?(view|opinion|"
    r"thoughts?|take)|in (your|ur) (view|opinion)|(whose|who s|whos) fault|who is to blame|"
    r"whos to blame|which (one )?(matters|is) more( important)?|should (i|we|"
    r"they) (be )?(worr|sack|fire)\w*)"
)


def asks_for_a_view(text: str) -> bool:
    """Tell whether somebody wants an opinion or a judgement, which the report may not give."""
    return bool(_VIEW.search(" ".join(words(text))))


def move_of(text: str) -> Move | None:
    """Name the move that a message makes, None for one that asks about the report."""
    spoken = words(text)
    phrase = " ".join(words(plain(text)))
    for move, pattern in _PHRASES:
        if pattern.fullmatch(phrase):
            return move
    said, left = frozenset(spoken), frozenset(words(plain(text)))
    if said & _ASKING:
        return None
    points = bool(left & POINTERS)
    about_report = _COMMON | {"report"} if points else _COMMON
    if _is(left, _SOURCE, about_report):
        return "link" if left & _LINK else "source"
    if points and "where" in left and _is(left, _PROVENANCE, about_report):
        return "source"
    if _is(left, _MORE, _WITH_MORE) or left == {"go", "on"} or _means(left):
        # "Is that more than last year?" compares.
        return None if {"is", "that"} <= left else "more"
    if spoken[:1] and spoken[0] in _CHECKING:
        return None
    if _is(said, _WRONG, _WITH_WRONG):
        return "wrong"
    if _is(said, _NO, _WITH_NO):
        return "no"
    return "yes" if _is(said, _YES, _WITH_YES) else None


def _means(said: frozenset[str]) -> bool:
    """Tell whether somebody asks what was meant."""
    return "what" in said and _is(said, frozenset({"mean", "means"}), _WITH_MORE)


def _is(said: frozenset[str], own: frozenset[str], others: frozenset[str]) -> bool:
    return bool(said & own) and said <= own | others
