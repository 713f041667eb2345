"""Questions that lean on others: two in one message, and follow-ups to what was shown last."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.asking import Contrasts
from knowledge.decision import decide
from knowledge.matcher import Matcher, Weighed
from knowledge.model import Answer, Fact, Match, Reply, Unknown
from knowledge.text import words

OPENERS = frozenset(
    "who what whats when where why which whose how is are was were did do does has have had can "
    "could will would should".split()
)
_BREAK = re.compile(r"[?;.]\s+(?:and\s+|also\s+)?|,?\s+(?:and(?: also)?|also|plus|&)\s+|,\s+", re.I)
_MARKER = re.compile(r"^\s*(?:and|what about|how about|what of|ok and|same for|but)\b", re.I)
_MARKER_WORDS = frozenset(
    "and what about how of ok same for but the in with then them those".split()
)
# A follow-up says little of its own.
SHORT = 4


def parts(question: str) -> tuple[str, str] | None:
    """Split a message that asks two things; None when it asks one.

    The second part must open like a question: "reports and ratings" is one thing, "how many, and
    who" is two.
    """
    for gap in _BREAK.finditer(question):
        first, second = question[: gap.start()].strip(), question[gap.end() :].strip()
        opening = words(second)[:1]
        if len(words(first)) >= 2 and len(words(second)) >= 2 and opening[0] in OPENERS:
            return first, second
    return None


def is_marked(question: str) -> bool:
    """Tell whether a question says itself that it follows on ("and …", "what about …")."""
    return bool(_MARKER.match(question))


def may_follow(tokens: Sequence[str]) -> bool:
    """Tell whether a question is short enough to lean on what was shown before."""
    return len([t for t in tokens if t not in _MARKER_WORDS]) <= SHORT


def follow_up(tokens: Sequence[str], shown: Sequence[str], contrasts: Contrasts) -> tuple[str, ...]:
    """Read a follow-up (`tokens`) as a whole question, after the question `shown` last.

    A qualifier named replaces its rival ("and low risk?" after a question on medium risk);
    anything else is asked of the same thing ("since when?").
    """
    named = contrasts.hinted(tokens)
    text = tuple(shown)
    for group, members in named.items():
        if len(members) == 1:
            text = contrasts.replaced(text, group, next(iter(members)))
    if named and text != tuple(shown):
        return text
    said = tuple(t for t in tokens if t not in _MARKER_WORDS)
    rest = [t for t in shown if t not in OPENERS and t not in said]
    return (*said, *rest) if said else (*tokens, *rest)


def ask(matcher: Matcher, question: str, shown: Sequence[Fact] = ()) -> Reply:
    """Answer a message that may ask two things, or follow on from the facts `shown` last."""
    read, _ = matcher.read(question)
    whole = matcher.weigh(read)
    reply = decide(whole.matches, matcher.bands)
    leans = is_marked(question) or (may_follow(read.tokens) and not _stands_alone(whole, reply))
    if shown and leans:
        followed = _followed(matcher, read.tokens, shown[0])
        if followed is not None:
            return followed
    asked = parts(question)
    if asked is not None and not (whole.matches and whole.matches[0].confidence >= CERTAIN):
        return _both(matcher, asked) or reply
    return reply


# A message that matches one entry this well asks one thing, however it is built.
CERTAIN = 0.9
# A few words that fit a gap less than this may as well follow on from what was shown.
CLOSE = 0.97


def _stands_alone(whole: Weighed, reply: Reply) -> bool:
    """Tell whether a question needs no context: a fact answers it, or a gap fits it closely."""
    return isinstance(reply, Answer) or (
        isinstance(reply, Unknown) and reply.gap is not None and _top(whole).confidence >= CLOSE
    )


def _followed(matcher: Matcher, tokens: Sequence[str], shown: Fact) -> Reply | None:
    """Answer a follow-up to the fact shown last; an older one could bend its meaning."""
    asked, _ = matcher.read(shown.question)
    text = follow_up(tokens, asked.tokens, matcher.contrasts)
    whole = matcher.reread(text)
    reply = decide(whole.matches, matcher.bands)
    if not whole.matches or _top(whole).fact.id == shown.id:
        return None
    turned = len(text) <= len(asked.tokens)
    known = isinstance(reply, Answer) or (isinstance(reply, Unknown) and reply.gap is not None)
    return reply if known or turned else None


def _top(weighed: Weighed) -> Match:
    return weighed.matches[0]


def _both(matcher: Matcher, asked: tuple[str, str]) -> Reply | None:
    """Answer two parts together; None unless at least one of them is answered."""
    replies = [
        decide(matcher.weigh(matcher.read(part)[0]).matches, matcher.bands) for part in asked
    ]
    known = [reply.matches[0] for reply in replies if isinstance(reply, Answer)]
    if len(known) == 2:
        first, second = known
        if matcher.answers_both(first.fact, second.fact):
            return Answer((first,))
        if matcher.answers_both(second.fact, first.fact):
            return Answer((second,))
        return Answer((first, second))
    for reply, part in zip(replies, asked, strict=True):
        if known and isinstance(reply, Unknown):
            # A gap says better than we could what the report does not cover, and what it does.
            if reply.gap is not None:
                return Answer((known[0], reply.gap))
            return Answer((known[0],), unanswered=part)
    return None
