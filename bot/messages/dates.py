"""How old the report is: said with the first answer of a chat that needs it, not with each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from knowledge import Fact, Match

# What is said of the report's date, and what stays of the sentence without it.
_SAID: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:That is|These [\w ]+ are) as of [^.,]+, the date of the slides\.\s*"), ""),
    (re.compile(r"The slides are (?:from|dated) [\w ]+ and (?=don't\b)"), "The slides "),
    (re.compile(r"The slides are (?:from|dated) [\w ]+; l(?=ook\b)"), "L"),
)


def undated(text: str) -> str:
    """Leave out of a text how old the report is."""
    for pattern, rest in _SAID:
        text = pattern.sub(rest, text)
    return text.strip()


def dated_once(matches: Iterable[Match], shown: Iterable[Fact]) -> tuple[Match, ...]:
    """Leave the report's date out of all but the first answer that says it; `shown` come before."""
    told = any(map(_says, shown))
    kept = []
    for match in matches:
        fact = match.fact
        if told:
            fact = replace(fact, answer=undated(fact.answer), detail=undated(fact.detail))
        told = told or _says(match.fact)
        kept.append(replace(match, fact=fact))
    return tuple(kept)


def _says(fact: Fact) -> bool:
    return any(pattern.search(f"{fact.answer}\n{fact.detail}") for pattern, _ in _SAID)
