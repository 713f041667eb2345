"""What a question asks for, and the qualifiers (bodies, levels, years, numbers) it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from knowledge.model import Term
from knowledge.text import fold, is_number, words

# The first kind whose cue is found is the one asked for, so the order matters: "how many pounds"
# is money before it is a count, "what percentage" a share before it is a "what".
ASKS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(cue))
    for name, cue in (
        ("why", r"\b(why|reasons?|how come|cos of what|what caused|what led|explain)\b"),
        ("money", r"£|\b(how much (money|cash|extra|funding)|pounds?|quid|cost|costs|budget|spen[dt])\b"),
        ("share", r"\b(percent|proportion|share|fraction|rate|how often)\b"),
        ("count", r"\b(how many|how much|number|no of|count|total|figure|how big|how large)\b"),
        ("when", r"\b(when|what (date|month|year|day|time)|which (month|year)|since|date|how long)\b"),
        ("who", r"\b(who|whose|whom|name of the|by whom)\b"),
        ("where", r"\b(where|location|whereabouts|which (area|place|part|region|country))\b"),
        ("link", r"\b(link|url|website|web|online|download|pdf|email|e-mail|phone|address)\b"),
        ("meaning", r"\b(mean|means|meaning|stands? for|definition|define|abbreviation|short for)\b"),
        ("list", r"\b(list|which|what are|name the|names|what were)\b"),
        ("how", r"\b(how)\b"),
        ("what", r"\b(what|whats)\b"),
        (
            "whether",
            r"^(\W|so |and |but |ok )*(did|does|do|is|are|was|were|has|have|had|can|could|will|"
            r"would|should|any|still)\b",
        ),
    )
)
KINDS: tuple[str, ...] = (*(name for name, _ in ASKS), "keywords")


def asks(question: str) -> int:
    """Give the number in `KINDS` of what `question` asks for; the last where it only names a thing."""
    folded = fold(question)
    return next(
        (number for number, (_, cue) in enumerate(ASKS) if cue.search(folded)), len(KINDS) - 1
    )


def numbers(tokens: Iterable[str]) -> frozenset[str]:
    """Give the numbers, years and sums of money among `tokens`, without their units."""
    return frozenset(token.strip("£%m") for token in tokens if is_number(token))


class Contrasts:
    """Groups of qualifiers that exclude each other, such as two bodies or three levels of risk."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._members: dict[str, dict[tuple[str, ...], str]] = {}
        for term in terms:
            if term.contrast:
                phrase = tuple(words(term.means))
                self._members.setdefault(term.contrast, {})[phrase] = term.means

    def named(self, tokens: Sequence[str]) -> dict[str, frozenset[str]]:
        """Give, for each group mentioned in `tokens`, the members mentioned."""
        found: dict[str, set[str]] = {}
        for group, members in self._members.items():
            for phrase, member in members.items():
                size = len(phrase)
                if any(
                    tuple(tokens[start : start + size]) == phrase
                    for start in range(len(tokens) - size + 1)
                ):
                    found.setdefault(group, set()).add(member)
        return {group: frozenset(members) for group, members in found.items()}


def conflicts(asked: dict[str, frozenset[str]], given: dict[str, frozenset[str]]) -> int:
    """Count the groups in which a question names a member and a fact names only others."""
    return sum(
        1 for group, members in asked.items() if group in given and not members & given[group]
    )
