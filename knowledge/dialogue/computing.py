"""Questions that tables answer: which table a question speaks of, by itself or after another.

Figures are given only where a question says no more than the table and its entry account for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from knowledge import texts
from knowledge.dialogue import arithmetic, grammar
from knowledge.dialogue.arithmetic import COMPARES, EXTREMES, FEW, Said
from knowledge.dialogue.decision import BANDS
from knowledge.dialogue.lists import OTHERS
from knowledge.dialogue.queries import Query
from knowledge.dialogue.tables import RARE, Named, Table
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
_GROUPS = frozenset("all both each every 2 3 4 5 6 groups group them".split())
# With these a comparison sets something beside what was said before.
_BESIDE = grammar.POINTERS | {"than", "with", "to", "against", "vs", "versus"}


def compute(matcher: Matcher, text: str, weighed: Weighed) -> Match | None:
    """Answer a question from the figures of the entry that accounts for it best."""
    best: tuple[tuple[float, bool, int], Match] | None = None
    top = weighed.matches[0] if weighed.matches else None
    named = matcher.read(text)[0].named
    for match in _candidates(matcher, weighed):
        table = Table.read(matcher, match.fact)
        if table is None or conflicts(named, matcher.profile(match.fact).named):
            continue
        query = Query.read(matcher, text, table)
        fit = _accounts(matcher, query, weighed)
        is_top = top is not None and top.fact.id == match.fact.id
        worth = round(fit, 2), is_top, query.count
        if (
            query.lacks
            or fit <= (NAMED if all(query.named) else FITS)
            or (best and worth <= best[0])
        ):
            continue
        if not is_top and not _is_meant(query, fit, match, top):
            continue
        if said := arithmetic.answer(query):
            best = worth, _match(table, said, min(max(match.confidence, fit), EXACT))
    return best[1] if best else None


def _candidates(matcher: Matcher, weighed: Weighed) -> Iterator[Match]:
    """Give the likeliest entries that have figures, and the tables with columns."""
    for place, match in enumerate(weighed.matches):
        fact = match.fact
        if fact.figures and (place < NEAREST or (fact.has_columns and not fact.is_gap)):
            yield match
    weighed_too = {match.fact.id for match in weighed.matches}
    for fact in matcher.tables:
        if fact.id not in weighed_too:
            yield Match(fact, 0.0)


def _is_meant(query: Query, fit: float, match: Match, top: Match | None) -> bool:
    """Tell whether a table that is not the likeliest entry is spoken of all the same.

    Two of its rows and columns are named, or it accounts for all and nothing else does for sure.
    """
    if not query.table.is_long and query.table.total is None:
        return False
    is_exact = top is not None and top.confidence >= EXACT and not top.fact.is_gap
    if query.table.is_wide and query.count > 1 and not is_exact:
        return True
    unsure = top is None or top.confidence < (
        BANDS.gap if top.fact.is_gap else BANDS.least(top.fact)
    )
    wanted = query.wants or query.claims or query.limit
    return match.confidence >= LIKELY and bool(wanted) and fit >= 1 and unsure


def _accounts(matcher: Matcher, query: Query, weighed: Weighed) -> float:
    """Give the share of a question's words, by weight, that a table and its entry account for.

    None of them where another word marks what the report does not say.
    """
    table = query.table
    sizes = table.total or 0, len(table.figures), *(len(axis.labels) for axis in table.axes)
    few, amounts = FEW.search(query.text), (*query.claims, *filter(None, (query.limit,)))
    counts = {*(f"{one:g}" for one in sizes), *(few[0].split() if few else ())}
    counts |= {word.rstrip("%") for one in amounts for word in one.said.split()}
    own = grammar.RECKONING | grammar.QUALITY | counts
    own |= grammar.LACKING if "not" in query.wants else set()
    own |= grammar.COMPARISON if query.pairs else set()
    named = [one for one in grammar.content(query.tokens) if one.rstrip("%") not in own]
    also = {stem(word) for word in words(table.fact.measure)}
    also |= {stem(token) for token in named if table.hears(token)}
    left = [one for one in named if not matcher.explained(table.fact, [one], also=also)]
    gaps = [match.fact for match in weighed.matches[:NEAREST] if match.fact.is_gap]
    if any(matcher.spoken_share(gap, [one]) > MARKED for gap in gaps for one in left):
        return 0.0
    fit = matcher.explained(table.fact, named, also=also)
    return min(fit, NAMED) if any(rarity(one) > RARE for one in left) else fit


# --- After another question -----------------------------------------------------------------------


def follow(matcher: Matcher, text: str, context: Context, *, brief: bool) -> Match | None:
    """Answer a message that speaks of the table last spoken of, and of nothing else.

    What it names changes what was chosen of the table; the rest of that stays, and what was asked
    of it (the lowest, the difference) where the message asks for nothing of its own. One that must
    be `brief` is no whole question.
    """
    table = _spoken_of(matcher, context)
    if table is None:
        return None
    query = Query.read(matcher, grammar.corrected(text), table)
    before = Query.read(matcher, context.question, table)
    place = None if query.wants & EXTREMES else grammar.place_in(text, _GROUPS)
    counted = place is not None or bool(OTHERS.fullmatch(query.text))
    if counted:
        query = replace(query, named=_counted(table, place, before), lacks=False)
    own = query.wants | ({"apart"} if "by how much" in query.text else set())
    if query.lacks or not (query.count or own):
        return None
    entry = {stem(word) for word in words(f"{table.fact.question} {table.fact.measure}")}
    for token in () if counted else grammar.content(query.tokens):
        if token not in grammar.RECKONING and stem(token) not in entry and not table.hears(token):
            return None
    if brief and not counted and (all(query.named) or not grammar.leans(query.text.split())):
        return None
    own -= {"apart"} if own == {"apart"} and before.wants & EXTREMES else set()
    kept = [] if own or max(map(len, query.named)) > 1 else before.spoken & grammar.WANTS.keys()
    whole = replace(
        query,
        text=" ".join((query.text, *sorted(kept))),
        wants=query.wants | {grammar.WANTS[word] for word in kept},
        named=_chosen(query, before, counted=counted),
    )
    if whole.wants & EXTREMES and not whole.is_whether and len(whole.cells) == 1:
        # The lowest of one is the lowest among its neighbours.
        whole = replace(whole, named=((), whole.named[1]))
    said = arithmetic.answer(whole)
    if said is None:
        return None
    wanted = sorted(query.spoken & grammar.WANTS.keys() or kept)
    return replace(_match(table, said, FOLLOWED), asked=" ".join((*wanted, whole.name())))


def _counted(table: Table, place: int | None, before: Query) -> Named:
    """Choose a row by its place, or those that were not chosen before."""
    count = len(table.rows.labels)
    if place is not None:
        return (((place % count,),) if -count <= place < count else ()), ()
    left = tuple(row for row in range(count) if row not in before.all(0))
    return ((left,) if left else ()), ()


def _spoken_of(matcher: Matcher, context: Context) -> Table | None:
    """Give the table of the entry spoken of last, or the one that stands in the same place."""
    last = matcher.by_id.get(context.answered[-1]) if context.answered else None
    if last is None:
        return None
    beside = [f for f in matcher.tables if (f.source, f.report) == (last.source, last.report)]
    wide = sorted(beside, key=lambda fact: -len(fact.figures))
    return next((table for fact in (last, *wide) if (table := Table.read(matcher, fact))), None)


def _chosen(query: Query, before: Query, *, counted: bool) -> Named:
    """Change what was chosen before by what is named now; "than NPS" is set beside it."""
    (rows, columns), table = query.named, query.table
    if query.spoken & {"whole", "entire"}:
        return rows, columns
    if counted:
        return rows, columns if query.spoken & {"all", "groups"} else before.named[1]
    if query.wants & EXTREMES and "apart" in query.wants:
        # The widest of several gaps: what they lie between stays.
        return rows, columns or before.named[1]
    if query.wants & COMPARES and query.spoken & _BESIDE:
        both = zip(before.named, query.named, strict=True)
        rows, columns = (tuple(dict.fromkeys((*old, *new))) for old, new in both)
        return rows, columns
    kept_rows, kept_columns = query.over(before).named
    if len(columns) == 1 and query.spoken & {"both", str(max(len(columns[0]), 2))}:
        # "The two mediums", not the medium one of the body spoken of.
        kept_columns = columns
    # "Which of the four": all that stand beside what was chosen.
    if str(len(table.columns.labels)) in query.spoken and len(before.named[0]) == 1:
        return kept_rows, columns
    return rows if str(len(table.rows.labels)) in query.spoken else kept_rows, kept_columns


def _match(table: Table, said: Said, confidence: float) -> Match:
    lead, told = said
    measure = f" {texts.measured(table.fact.measure)}" if table.fact.measure else ""
    return Match(table.fact, confidence, lead, told + measure)
