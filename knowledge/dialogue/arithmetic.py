"""What follows from the figures of a table for what a question wants of it.

Every way of reckoning gives what to say to a query, None where that is not what it asks. Nothing is
worked out but from an entry's own figures.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby, takewhile

from knowledge import texts
from knowledge.dialogue import grammar
from knowledge.dialogue.amounts import Amount
from knowledge.dialogue.grammar import EXTREMES
from knowledge.dialogue.queries import COMPARES, OF_TWO, Query
from knowledge.dialogue.tables import Cell, Table
from knowledge.matching.text import stem, words

# Cells that are listed one by one at most.
MOST = 12
_IN_ORDER = re.compile(
    r"\b(?:(?:top|bottom|highest|lowest|best|worst) ([1-9])|"
    r"([1-9]) (?:highest|lowest|best|worst)|(?:highest|lowest|best|worst) first)\b"
)
# The highest in one is not the highest in each.
_EACH = frozenset("always ever every everywhere each both all".split())
# What says that a figure went up (True), or down, from one column to the next.
_TURNS = {
    True: frozenset("up rise rose risen increase increased grow grew improve improved".split()),
    False: frozenset("down fall fell fallen decrease decreased drop dropped decline".split()),
}

# What comes before the figures, if anything, and the figures.
Said = tuple[str, str]


def answer(query: Query) -> Said | None:
    """Say what a question wants of its table."""
    if grammar.excludes(query.text):
        # What is left out may be what is asked for.
        return None
    ways = (_part, _pooled, _limit, _ranked, _extreme, _gap, _against, _plain)
    return next(filter(None, (way(query, query.table, query.cells) for way in ways)), None)


def _part(query: Query, table: Table, cells: list[Cell]) -> Said | None:
    """Give counts of a known total in per cent, or what a count or a share leaves."""
    rest = "not" in query.wants
    only = query.count or len(table.figures) == 1
    if not only or query.is_whether or not query.wants & {"not", "share"}:
        return None
    if rest and "which" in query.spoken:
        # How many there are names none.
        return None
    if table.total is not None:
        value, place = sum(table.figures[c] for c in cells), texts.listed(table.named(cells)[1])
        left, whole = table.total - value, texts.figure(table.total, table.unit)
        if "share" not in query.wants:
            return "", texts.REST_OF.format(texts.figure(left, ""), f"{value:g}", whole, place)
        part, place = (left, texts.NOT.format(place)) if rest else (value, place)
        share = texts.figure(100 * part / table.total, "%")
        return "", texts.AS_SHARE.format(share, f"{part:g}", whole, place)
    # "Had no plan" is not "had no good plan".
    bare = "no" in query.spoken and grammar.QUALITY.isdisjoint(query.spoken)
    if not rest or bare or not table.is_share or len(cells) > MOST:
        return None
    left_by = [texts.figure(100 - table.figures[one], "%") for one in cells]
    each = zip(left_by, map(table.figure, cells), map(table.place, cells), strict=True)
    return "", " ".join(texts.COMPLEMENT.format(*one) for one in each)


def _pooled(query: Query, table: Table, cells: list[Cell]) -> Said | None:
    """Put counts together, or give the mean of one column.

    Shares of groups cannot be put together, and groups differ in size, so theirs has no mean.
    """
    if len(cells) < 2:
        return None
    whole, told = sum(map(table.figures.__getitem__, cells)), texts.listed(table.listed(cells))
    if "mean" in query.wants and (table.unit != "%" or len(query.all(1)) == 1):
        mean, limit = whole / len(cells), query.limit
        lead = _settled({limit.includes(mean)}) if limit and query.is_whether else ""
        return lead, texts.MEAN.format(texts.figure(mean, table.unit), len(cells), told)
    # One of the parts of a whole or another: both together.
    either = "or" in query.spoken and table.total is not None and not query.wants
    if table.unit == "%" or not (either or "sum" in query.wants):
        return None
    return "", texts.TOTAL.format(texts.figure(whole, table.unit), told)


# --- Order ----------------------------------------------------------------------------------------


def _limit(query: Query, table: Table, cells: list[Cell]) -> Said | None:
    """Give the figures below or above a limit."""
    limit = query.limit
    if limit is None or "not" in query.wants or not _is_counted(table, limit):
        return None
    inside = [one for one in cells if limit.includes(table.figures[one])]
    every, most = query.spoken & _EACH, query.spoken & {"most", "majority"}
    least = len(cells) if every else len(cells) // 2 + 1 if most else 1
    lead = _settled({len(inside) >= least}) if query.is_whether else ""
    if len(cells) == 1:
        return lead, texts.CELL.format(table.figure(cells[0]), table.place(cells[0]))
    told = [f"{table.place(one)} {table.figure(one)}" for one in inside]
    ways = ("below", "above") if limit.is_open else ("at most", "at least")
    word, bound = ways[limit.limits > 0], texts.figure(limit.value, table.unit)
    return lead, texts.threshold(len(inside), len(cells), word, bound, told)


def _ranked(query: Query, table: Table, cells: list[Cell]) -> Said | None:
    """Put figures in order: all, or the three highest, the two lowest."""
    asked, high = _IN_ORDER.search(query.text), query.high is not False
    if len(cells) < 2 or not (asked or "rank" in query.wants):
        return None
    few = int(asked[1] or asked[2] or MOST) if asked else MOST
    in_order = table.ordered(cells, high=high)[:few]
    order = "highest" if high else "lowest"
    return "", texts.RANKED.format(order, "; ".join(table.listed(in_order)))


def _extreme(query: Query, table: Table, cells: list[Cell]) -> Said | None:
    """Give the highest or lowest figure, and the next; or whether a row is that."""
    by_how = "by how" in query.text
    if not query.wants & EXTREMES or query.high is None or ("apart" in query.wants and not by_how):
        return None
    in_order = _alike(table, cells, high=query.high)
    if len(query.wants & EXTREMES) == 2:
        ends = zip(("highest", "lowest"), (in_order[0], in_order[-1]), strict=True)
        return "", " ".join(_end(table, end, word) for word, end in ends)
    # "Is planning the lowest for them" is asked of a row, "is crc low the best on that" is not.
    first = next((n for t in query.tokens for n in (0, 1) if table.axes[n].heard(t)), 0)
    side = first if all(query.named) else 0
    # "Is the worst group on reviewing the same one" is asked of no row.
    before = takewhile(lambda word: word not in grammar.WANTS, query.text.split())
    asks = query.is_whether and len(query.named[side]) == 1 and any(map(table.hears, before))
    if asks or len(cells) == 1:
        # Among its neighbours.
        cells = [one for one in table.figures if one[1 - side] in query.all(1 - side)]
        in_order = _alike(table, cells, high=query.high)
    skip = next((n for word, n in grammar.ORDINALS.items() if word in query.spoken), 0)
    if (
        len(cells) < 2
        or len(in_order) <= skip
        or not (table.is_long or "which" in query.spoken or OF_TWO.search(query.text))
    ):
        return None
    best, then = in_order[skip], in_order[1][0] if len(in_order) > 1 and not skip else None
    if then and by_how:
        return "", _each(query, [(best[0], then)])
    word = ("", "second ", "third ", "fourth ")[skip] + ("highest" if query.high else "lowest")
    sure = asks and query.spoken.isdisjoint(_EACH)
    lead = _settled({one[side] in query.named[side][0] for one in best}) if sure else ""
    return lead, _end(table, best, word, then)


def _alike(table: Table, cells: list[Cell], *, high: bool) -> list[list[Cell]]:
    """Put cells in the order of their figures, those with the same together."""
    in_order = table.ordered(cells, high=high)
    return [list(same) for _, same in groupby(in_order, table.figures.__getitem__)]


def _end(table: Table, cells: list[Cell], word: str, then: Cell | None = None) -> str:
    after = f"{table.figure(then)}, {table.place(then)}" if then else ""
    return texts.extreme(table.figure(cells[0]), word, list(map(table.place, cells)), after)


def _is_counted(table: Table, limit: Amount) -> bool:
    """Tell whether what a limit counts, if it says so, is what a table counts.

    "More than 12 services" is asked of no shares of cases.
    """
    known = set(map(stem, words(f"{table.unit} {table.fact.measure} {table.fact.question}")))
    unlike = limit.unit[:1] == "£" != table.unit[:1] or (table.is_share and limit.value >= 100)
    noun = limit.noun[:1]
    own = (one in grammar.RECKONING or stem(one) in known or table.hears(one) for one in noun)
    return not unlike and all(own)


def _settled(holds: set[bool]) -> str:
    """Give the yes or no that is the same for all, "" where it is not."""
    return "" if len(holds) > 1 else (texts.YES if True in holds else texts.NO)


# --- One against another --------------------------------------------------------------------------


def _gap(query: Query, table: Table, cells: list[Cell]) -> Said | None:
    """Tell where a gap between rows or columns is widest or narrowest; of two, the wider is."""
    two = {"more", "less"} if query.spoken & {"gap", "gaps", "difference"} else set()
    extremes = query.wants & ({"most", "least"} | two)
    both = {"most", "least"} <= query.wants or {"best", "worst"} <= query.wants
    if "apart" not in query.wants or not (extremes or both):
        return None
    in_order = table.ordered(cells, high=True)
    if both:
        # "Highest minus lowest".
        return "", _each(query, [(in_order[0], in_order[-1])])
    # "Where do NPS and CRC differ most" asks for the row, and sets like against like.
    lines = _lines(in_order, 0 if len(query.all(1)) > 1 else 1)
    among = [table.ordered(pair, high=True) for pair in query.pairs] or lines
    spans = {table.figures[line[0]] - table.figures[line[-1]]: line for line in among}
    if len(spans) < 2:
        return None
    apart, word = (max(spans), "widest") if query.high else (min(spans), "narrowest")
    ends = spans[apart][0], spans[apart][-1]
    place, names = table.named(ends)
    told = [f"{table.figure(c)} ({name})" for c, name in zip(ends, names, strict=True)]
    return "", texts.GAP.format(texts.points(apart, table.unit), word, place, *told)


def _against(query: Query, table: Table, _: list[Cell]) -> Said | None:
    """Set two rows, columns or cells against each other: which is higher, and by how much."""
    pairs, high = query.pairs[:MOST], query.high
    either = "or" in query.spoken and query.count > 1
    turns = [up for up, words in _TURNS.items() if query.spoken & words]
    if not pairs or not (either or query.wants & COMPARES or turns):
        return None
    if "apart" in query.wants:
        lead = ""
        if len(pairs) == len(query.claims) == 1:
            # "So 10 points behind the NPS?"
            lead = _apart(table, pairs[0]).holds(replace(query.claims[0], unit=""))
        return lead, _each(query, pairs)
    if query.is_whether and (turns or "get" in query.spoken):
        # "Did it fall from 2019 to 2020", "did it get worse": the later against the earlier.
        pairs = [(b, a) for a, b in pairs]
        high = turns[0] if turns else high
    signs = [table.figures[a] - table.figures[b] for a, b in pairs]
    # "Is one better than the other" asks for more than a table tells, "higher in all" does not.
    plain = all(query.named) or turns or not table.is_wide or query.spoken & _EACH
    sure = query.is_whether and plain and not (either or query.amounts or "not" in query.wants)
    lead = _settled({sign != 0 and (sign > 0) == high for sign in signs}) if sure else ""
    if high is None:
        lead = ""
    # Who is worse is named first, where that is asked for.
    first = -1 if high is False else 1
    if sum(first * sign < 0 for sign in signs) > sum(first * sign > 0 for sign in signs):
        pairs = [(b, a) for a, b in pairs]
    word, named = "higher" if first > 0 else "lower", [table.named(pair) for pair in pairs]
    if len(pairs) == 1 and signs[0] and not lead:
        (place, names), figures = named[0], map(table.figure, pairs[0])
        apart = texts.points(abs(signs[0]), table.unit)
        return "", texts.leads(place, word, apart, *zip(names, figures, strict=True))
    if len(pairs) == 1 or len({tuple(names) for _, names in named}) > 1:
        return lead, _each(query, pairs)
    ahead = sum(first * table.figures[a] > first * table.figures[b] for a, b in pairs)
    each = zip(named, pairs, strict=True)
    told = [f"{place} {table.figure(a)} against {table.figure(b)}" for (place, _), (a, b) in each]
    name, other = named[0][1]
    return lead, texts.leads_in(name, other, ahead, told, word)


def _apart(table: Table, pair: tuple[Cell, Cell]) -> Amount:
    """Give how far two figures are apart."""
    apart = abs(table.figures[pair[0]] - table.figures[pair[1]])
    return Amount(texts.points(apart, table.unit) if apart else "", apart)


def _each(query: Query, pairs: Sequence[tuple[Cell, Cell]]) -> str:
    """Tell how far figures are apart."""
    table, told = query.table, list[str]()
    for pair in pairs:
        place, names = table.named(pair)
        figures = zip(names, map(table.figure, pair), strict=True)
        told.append(texts.difference(_apart(table, pair).said, place, *figures))
    return f"{texts.capital('; '.join(told))}."


# --- As it stands ---------------------------------------------------------------------------------


def _plain(query: Query, table: Table, cells: list[Cell]) -> Said | None:
    """Give the figures that a question names by row and column."""
    other = query.wants & (EXTREMES | {"not", "apart", "rank"})
    other |= query.wants & {"sum", "mean"} if len(cells) == 1 else set()
    known = table.is_long or (query.claims and table.total is not None)
    if other or not known or not query.count or len(cells) > MOST:
        return None
    if len(cells) == 1:
        value, figure, lead = table.figures[cells[0]], table.figure(cells[0]), ""
        if table.total is not None:
            count = f"{value:g}" if value else texts.NONE
            figure = f"{count} of {texts.figure(table.total, table.unit)}"
        if query.is_whether and "any" in query.spoken:
            lead = texts.YES if value else texts.NO
        if len(query.claims) == 1 and _is_counted(table, query.claims[0]):
            own = Amount(figure, value, "%" if table.unit == "%" else "", table.total)
            lead = own.holds(query.claims[0])
        told = texts.CELL.format(figure, table.place(cells[0]))
        return (lead, told) if table.is_long or lead else None
    said = []
    for line in _lines(cells, 0 if len(query.all(0)) == 1 or len(query.all(1)) > 1 else 1):
        place, names = table.named(line)
        said.append(texts.series(place, list(zip(names, map(table.figure, line), strict=True))))
    return "", " ".join(said)


def _lines(cells: Iterable[Cell], side: int) -> list[list[Cell]]:
    """Put cells together by row (0) or by column (1)."""
    lines: dict[int, list[Cell]] = {}
    for cell in cells:
        lines.setdefault(cell[side], []).append(cell)
    return list(lines.values())
