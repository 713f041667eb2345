"""Questions that tables answer: which table a question speaks of, and what it chooses of it.

Figures are given only where a question says no more than the table and its entry account for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from knowledge import texts
from knowledge.dialogue import grammar, items
from knowledge.dialogue.arithmetic import said_of
from knowledge.dialogue.asked import APART, ASKING, COMPARES, OWN, Asked
from knowledge.dialogue.cells import Said
from knowledge.dialogue.tables import Choice, Table
from knowledge.matching.matcher import EXACT, Matcher, Weighed
from knowledge.matching.text import stem, words
from knowledge.model import Context, Match

# The share of a question's words, by weight, that a table and its entry account for.
FITS = 0.85
# The confidence of another entry below which a table that accounts for every word is meant.
UNSURE = 0.35
# The least confidence of a table that nothing of the question names.
LIKELY = 0.02
# The confidence of what follows on within a table: nothing else was named.
FOLLOWED = 0.9
_OTHERS = re.compile(r"(?:(?:and|ok|what about|how about) )*the (?:others?|rest)(?: (?:ones?|\d))?")
_BY_HOW_MUCH = "by how much"
_GROUPS = frozenset("all both each every 2 3 4 5 6 groups group them".split())
_EVERY = frozenset({"all", "each", "every"})
_BY = frozenset({"difference"})
# With these a comparison sets something beside what was said before.
_BESIDE = grammar.POINTERS | {"than", "with", "to", "against", "vs", "versus"}
# Entries whose figures are looked at, besides the tables with columns.
NEAREST = 6


def compute(matcher: Matcher, text: str, weighed: Weighed) -> Match | None:
    """Answer a question from the figures of the entry that accounts for it best."""
    best: tuple[tuple[float, bool, int], Match] | None = None
    top = weighed.matches[0] if weighed.matches else None
    for match in _candidates(matcher, weighed):
        table = Table.read(matcher, match.fact)
        if table is None:
            continue
        asked = Asked.of(matcher, text, table)
        count = str(len(table.columns.labels))
        if count in asked.spoken and (asked.spoken & _EVERY or asked.text.startswith(count)):
            # "All four, from the higher to the lower risk".
            asked = replace(asked, choice=replace(asked.choice, columns=()))
        own = asked.choice
        fit = accounts(matcher, table, asked.tokens)
        if own.lacks or not (
            _is_meant(table, own, match, top)
            or (match.confidence >= LIKELY and _is_asked(table, asked, fit, top))
        ):
            continue
        is_top = top is not None and top.fact.id == match.fact.id
        worth = round(fit, 2), is_top, len(own.rows) + len(own.columns)
        if fit < FITS or (best is not None and worth <= best[0]):
            continue
        if said := said_of(table, asked):
            sure = min(max(match.confidence, fit), EXACT)
            best = worth, _match(table, said, sure)
    return best[1] if best else None


def follow(matcher: Matcher, text: str, context: Context, *, brief: bool) -> Match | None:
    """Answer a message that speaks of the table last spoken of, and of nothing else.

    What it names changes what was chosen of the table; the rest of that stays, and what was asked
    of it (the lowest, the difference) where the message asks for nothing of its own. One that must
    be `brief` is no whole question.
    """
    table = _spoken_of(matcher, context)
    if table is None:
        return None
    asked = Asked.of(matcher, grammar.corrected(text), table)
    was_it = table.fact.id == context.answered[-1]
    before = Asked.of(matcher, context.question if was_it else "", table)
    place = None if asked.extremes else items.place_in(text, _GROUPS)
    counted = place is not None or bool(_OTHERS.fullmatch(asked.text))
    if counted:
        asked = replace(asked, choice=_counted(table, place, before.choice))
    own = asked.spoken & ASKING or (_BY if _BY_HOW_MUCH in asked.text else frozenset())
    named = [t for t in grammar.content(asked.tokens) if t not in OWN]
    if asked.choice.lacks or not (asked.choice.is_some or own):
        return None
    entry = {stem(word) for word in words(f"{table.fact.question} {table.fact.measure}")}
    if not counted and any(stem(t) not in table.words | entry for t in named):
        return None
    if (
        brief
        and not counted
        and not (grammar.leans(asked.text.split()) and not asked.choice.is_whole)
    ):
        return None
    kept = frozenset() if own or asked.choice.is_several else before.spoken & ASKING
    whole = replace(
        asked,
        text=" ".join((asked.text, *sorted(kept))),
        spoken=asked.spoken | kept,
        choice=_chosen(table, asked, before.choice, counted=counted),
    )
    said = said_of(table, whole)
    if said is None:
        return None
    asks = " ".join((*sorted(own or kept), whole.choice.name(table)))
    return replace(_match(table, said, FOLLOWED), asked=asks)


def _counted(table: Table, place: int | None, before: Choice) -> Choice:
    """Choose a row by its place, or those that were not chosen before."""
    count = len(table.rows.labels)
    if place is not None:
        return Choice(((place % count,),)) if -count <= place < count else Choice()
    chosen = before.all_rows(table) if before.rows else ()
    left = tuple(row for row in range(count) if row not in chosen)
    return Choice((left,)) if chosen and left else Choice()


def _spoken_of(matcher: Matcher, context: Context) -> Table | None:
    """Give the table of the entry spoken of last, or the one that stands in the same place."""
    facts = {fact.id: fact for fact in matcher.facts}
    last = facts.get(context.answered[-1]) if context.answered else None
    if last is None:
        return None
    beside = (f for f in facts.values() if f.source == last.source and f.report == last.report)
    wide = [fact for fact in beside if any(one.column for one in fact.figures)]
    for fact in (last, *sorted(wide, key=lambda fact: -len(fact.figures))):
        if table := Table.read(matcher, fact):
            return table
    return None


def _chosen(table: Table, asked: Asked, before: Choice, *, counted: bool) -> Choice:
    """Change what was chosen before by what is named now; "than NPS" is set beside it."""
    own = asked.choice
    if counted:
        return own if asked.spoken & {"all", "groups"} else replace(own, columns=before.columns)
    if asked.extremes and asked.spoken & APART:
        # The widest of several gaps: what they lie between stays.
        return replace(own, columns=own.columns or before.columns)
    if asked.spoken & COMPARES and asked.spoken & _BESIDE:
        return Choice(
            (*before.rows, *(one for one in own.rows if one not in before.rows)),
            (*before.columns, *(one for one in own.columns if one not in before.columns)),
        )
    chosen = own.over(before, table)
    if len(own.columns) == 1 and asked.spoken & {"both", str(max(len(own.columns[0]), 2))}:
        # "The two mediums", not the medium one of the body spoken of.
        chosen = replace(chosen, columns=own.columns)
    # "Which of the four": all that stand beside what was chosen.
    if str(len(table.columns.labels)) in asked.spoken and len(before.rows) == 1:
        return replace(chosen, columns=own.columns)
    if str(len(table.rows.labels)) in asked.spoken:
        return replace(chosen, rows=own.rows)
    return chosen


def _match(table: Table, said: Said, confidence: float) -> Match:
    lead, told = said
    fact = table.fact
    measure = f" {texts.measured(fact.measure)}" if fact.measure else ""
    return Match(fact, confidence, lead, told + measure)


def _candidates(matcher: Matcher, weighed: Weighed) -> Iterator[Match]:
    near = [match for match in weighed.matches[:NEAREST] if match.fact.figures]
    confidence = {match.fact.id: match for match in weighed.matches}
    yield from near
    seen = {match.fact.id for match in near}
    for fact in matcher.facts:
        if fact.id not in seen and any(one.column for one in fact.figures) and not fact.is_gap:
            yield confidence.get(fact.id) or Match(fact, 0.0)


def _is_meant(table: Table, own: Choice, match: Match, top: Match | None) -> bool:
    """Tell whether a table is spoken of: likeliest, or named by two of its rows and columns."""
    if top is not None and top.fact.id == match.fact.id:
        return True
    if top is not None and top.confidence >= EXACT and not top.fact.is_gap:
        return False
    return table.is_wide and len(own.rows) + len(own.columns) > 1


def _is_asked(table: Table, asked: Asked, fit: float, top: Match | None) -> bool:
    """Tell whether a table accounts for all that is asked, and nothing else does for sure."""
    unsure = top is None or top.confidence < UNSURE
    return table.is_wide and asked.reckons and fit >= 1 and unsure


def accounts(matcher: Matcher, table: Table, tokens: Sequence[str]) -> float:
    """Give the share of a question's words, by weight, that a table and its entry account for."""
    named = [token for token in grammar.content(tokens) if token not in OWN]
    measure = {stem(word) for word in words(table.fact.measure)}
    return matcher.explained(table.fact, named, also=table.words | measure)
