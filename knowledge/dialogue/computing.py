"""Questions that tables answer: which table a question speaks of, and what it chooses of it.

Figures are given only where a question says no more than the table and its entry account for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from knowledge import texts
from knowledge.dialogue import grammar
from knowledge.dialogue.arithmetic import COMPARES, Asked, Said, said_of
from knowledge.dialogue.decision import BANDS
from knowledge.dialogue.tables import RARE, Choice, Table
from knowledge.matching.matcher import EXACT, Matcher, Weighed
from knowledge.matching.question import conflicts
from knowledge.matching.spelling import rarity
from knowledge.matching.text import stem, words
from knowledge.model import Context, Match

# The share of a question's words, by weight, that a table and its entry account for, and that is
# enough where both a row and a column are named.
FITS, NAMED = 0.85, 0.7

# The share of the ways of asking for a gap from which on a word in them marks it.
MARKED = 0.05
# The least confidence of a table that nothing of the question names.
LIKELY = 0.02
# The confidence of what follows on within a table: nothing else was named.
FOLLOWED = 0.9
# Entries whose figures are looked at, besides the tables with columns.
NEAREST = 6
_OTHERS = re.compile(r"(?:(?:and|ok|what about|how about) )*the (?:others?|rest)(?: (?:ones?|\d))?")
_GROUPS = frozenset("all both each every 2 3 4 5 6 groups group them".split())
# With these a comparison sets something beside what was said before.
_BESIDE = grammar.POINTERS | {"than", "with", "to", "against", "vs", "versus"}


def compute(matcher: Matcher, text: str, weighed: Weighed) -> Match | None:
    """Answer a question from the figures of the entry that accounts for it best."""
    best: tuple[tuple[float, bool, int], Match] | None = None
    top = weighed.matches[0] if weighed.matches else None
    question = matcher.read(text)[0]
    for match in _candidates(matcher, weighed):
        table = Table.read(matcher, match.fact)
        if table is None or conflicts(question.named, matcher.profile(match.fact).named):
            continue
        asked = Asked.of(matcher, text, table)
        count = str(len(table.columns.labels))
        if count in asked.spoken and (
            asked.spoken & {"all", "each", "every"} or asked.text.startswith(count)
        ):
            # "All four, from the higher to the lower risk".
            asked = replace(asked, choice=replace(asked.choice, columns=()))
        fit = accounts(matcher, table, asked, weighed)
        is_top = top is not None and top.fact.id == match.fact.id
        worth = round(fit, 2), is_top, asked.choice.count
        least = NAMED if asked.choice.rows and asked.choice.columns else FITS
        if asked.choice.lacks or fit <= least or (best is not None and worth <= best[0]):
            continue
        if not is_top and not _is_meant(table, asked, fit, match, top):
            continue
        if said := said_of(table, asked):
            best = worth, _match(table, said, min(max(match.confidence, fit), EXACT))
    return best[1] if best else None


def _candidates(matcher: Matcher, weighed: Weighed) -> Iterator[Match]:
    near = [match for match in weighed.matches[:NEAREST] if match.fact.figures]
    confidence = {match.fact.id: match for match in weighed.matches}
    yield from near
    seen = {match.fact.id for match in near}
    for fact in matcher.facts:
        if fact.id not in seen and any(one.column for one in fact.figures) and not fact.is_gap:
            yield confidence.get(fact.id) or Match(fact, 0.0)


def _is_meant(table: Table, asked: Asked, fit: float, match: Match, top: Match | None) -> bool:
    """Tell whether a table that is not the likeliest entry is spoken of all the same.

    Two of its rows and columns are named, or it accounts for all and nothing else does for sure.
    """
    if not table.is_long:
        return False
    is_exact = top is not None and top.confidence >= EXACT and not top.fact.is_gap
    if table.is_wide and asked.choice.count > 1 and not is_exact:
        return True
    unsure = top is None or top.confidence < BANDS.least(top.fact)
    return match.confidence >= LIKELY and bool(asked.wants or asked.counts) and fit >= 1 and unsure


def accounts(matcher: Matcher, table: Table, asked: Asked, weighed: Weighed) -> float:
    """Give the share of a question's words, by weight, that a table and its entry account for.

    None of them where another word marks what the report does not say.
    """
    sizes = len(table.figures), len(table.rows.labels), len(table.columns.labels)
    counts = asked.counts | {f"{count:g}" for count in (table.total or 0, *sizes)}
    own = (
        grammar.RECKONING
        | grammar.QUALITY
        | (grammar.LACKING if "not" in asked.wants else frozenset())
    )
    named = [
        token
        for token in grammar.content(asked.tokens)
        if token not in own and token.rstrip("%") not in counts
    ]
    also = {stem(word) for word in words(table.fact.measure)}
    also |= {stem(token) for token in named if table.hears(token)}
    left = [one for one in named if not matcher.explained(table.fact, [one], also=also)]
    gaps = [match.fact for match in weighed.matches[:NEAREST] if match.fact.is_gap]
    marked = any(matcher.spoken_share(gap, [one]) > MARKED for gap in gaps for one in left)
    fit = matcher.explained(table.fact, named, also=also)
    return 0.0 if marked else min(fit, NAMED) if any(rarity(one) > RARE for one in left) else fit


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
    before = Asked.of(matcher, context.question, table)
    place = None if asked.extreme else grammar.place_in(text, _GROUPS)
    counted = place is not None or bool(_OTHERS.fullmatch(asked.text))
    if counted:
        asked = replace(asked, choice=_counted(table, place, before.choice))
    own = asked.wants | ({"apart"} if "by how much" in asked.text else set())
    if asked.choice.lacks or not (asked.choice.count or own):
        return None
    entry = {stem(word) for word in words(f"{table.fact.question} {table.fact.measure}")}
    for token in () if counted else grammar.content(asked.tokens):
        if token not in grammar.RECKONING and stem(token) not in entry and not table.hears(token):
            return None
    is_whole = bool(asked.choice.rows and asked.choice.columns)
    if brief and not counted and (is_whole or not grammar.leans(asked.text.split())):
        return None
    several = max(len(asked.choice.rows), len(asked.choice.columns)) > 1
    kept = frozenset() if own or several else before.spoken & grammar.WANTS.keys()
    whole = replace(
        asked,
        text=" ".join((asked.text, *sorted(kept))),
        spoken=asked.spoken | kept,
        wants=asked.wants | {grammar.WANTS[word] for word in kept},
        choice=_chosen(table, asked, before.choice, counted=counted),
    )
    said = said_of(table, whole)
    if said is None:
        return None
    wanted = sorted(asked.spoken & grammar.WANTS.keys() or kept)
    return replace(
        _match(table, said, FOLLOWED), asked=" ".join((*wanted, whole.choice.name(table)))
    )


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
    ordered = (last, *sorted(wide, key=lambda fact: -len(fact.figures)))
    return next((t for fact in ordered if (t := Table.read(matcher, fact))), None)


def _chosen(table: Table, asked: Asked, before: Choice, *, counted: bool) -> Choice:
    """Change what was chosen before by what is named now; "than NPS" is set beside it."""
    own = asked.choice
    if asked.spoken & {"whole", "entire"}:
        return own
    if counted:
        return own if asked.spoken & {"all", "groups"} else replace(own, columns=before.columns)
    if asked.extreme and "apart" in asked.wants:
        # The widest of several gaps: what they lie between stays.
        return replace(own, columns=own.columns or before.columns)
    if asked.wants & COMPARES and asked.spoken & _BESIDE:
        return Choice(
            tuple(dict.fromkeys((*before.rows, *own.rows))),
            tuple(dict.fromkeys((*before.columns, *own.columns))),
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
    measure = f" {texts.measured(table.fact.measure)}" if table.fact.measure else ""
    return Match(table.fact, confidence, lead, told + measure)
