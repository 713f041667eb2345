"""What follows from the figures of a table for what a question wants of it.

Every way of reckoning gives what to say to a query, None where that is not what it asks. Nothing is
worked out but from an entry's own figures.
"""

import re
from collections.abc import Sequence

from knowledge import texts
from knowledge.dialogue import grammar
from knowledge.dialogue.amounts import Amount
from knowledge.dialogue.queries import COMPARES, EXTREMES, Query
from knowledge.dialogue.tables import Cell, Table
from knowledge.matching.text import stem, words

# Cells that are listed one by one at most.
MOST = 12
FEW = re.compile(
    r"\b(?:(?:top|bottom|highest|lowest|best|worst) ([1-9])|"
    r"([1-9]) (?:highest|lowest|best|worst))\b"
)
_RISING = re.compile(r"\b(?:lowest|worst|least) first\b|\bto (?:highest|best)\b")
_ALWAYS = re.compile(r"\b(?:always|ever|every(?:where)?|each|both|in all)\b")
BY = re.compile(r"\b(by )?how (?:much|many|far)\b|\bby what\b")

# What says that a figure went up, or down, from one column to the next.
_TURNS = {
    1: re.compile(r"\b(?:up|rise|risen|rose|increased?|grow|grew|grown|improved?)\b"),
    -1: re.compile(r"\b(?:down|fall|fallen|fell|decreased?|drop|dropped|declined?)\b"),
}

# With these it is asked how many times one figure has another.
_TIMES = frozenset({"times", "double", "twice"})

# What comes before the figures, if anything, and the figures.
Said = tuple[str, str]


def answer(query: Query) -> Said | None:
    """Say what a question wants of its table."""
    if grammar.excludes(query.text):
        # What is left out may be what is asked for.
        return None
    ways = (_part, _pooled, _limit, _ranked, _gap, _extreme, _against, _plain)
    return next(filter(None, (way(query, query.table, query.cells) for way in ways)), None)


def _part(query: Query, table: Table, cells: list[Cell]) -> Said | None:
    """Give counts of a known total in per cent, or what a count or a share leaves."""
    rest = "not" in query.wants
    only = query.count or len(table.figures) == 1
    if not only or query.is_whether or not query.wants & {"not", "share"}:
        return None
    if table.total is not None:
        if rest and "which" in query.spoken:
            # How many there are names none.
            return None
        value = sum(map(table.figures.__getitem__, cells))
        whole = texts.figure(table.total, table.unit)
        place = texts.listed(table.named(cells)[1])
        left = table.total - value
        if rest and "share" not in query.wants:
            return "", texts.REST_OF.format(texts.figure(left, ""), f"{value:g}", whole, place)
        part, place = (left, texts.NOT.format(place)) if rest else (value, place)
        share = texts.figure(100 * part / table.total, "%")
        return "", texts.AS_SHARE.format(share, f"{part:g}", whole, place)
    # "Had no plan" is not "had no good plan".
    told = grammar.QUALITY.union(words(table.fact.measure)) - grammar.RECKONING - grammar.FUNCTION
    if not rest or not table.is_share or len(cells) > MOST:
        return None
    named = (one for one in grammar.content(query.tokens) if not table.hears(one))
    # "How many weren't", of what was chosen.
    bare = len(cells) == 1 and "no" not in query.spoken and grammar.RECKONING.issuperset(named)
    if table.is_wide and not bare and query.spoken.isdisjoint(grammar.QUALITY | told):
        return None
    left_by = [texts.figure(100 - table.figures[one], "%") for one in cells]
    each = zip(left_by, map(table.figure, cells), map(table.place, cells), strict=True)
    return "", " ".join(texts.COMPLEMENT.format(*one) for one in each)


def _pooled(query: Query, table: Table, cells: list[Cell]) -> Said | None:
    """Put counts together, or give the mean of one column.

    Shares of groups cannot be put together, and groups differ in size, so theirs has no mean.
    """
    if len(cells) < 2 or (query.is_whether and "mean" not in query.wants):
        return None
    # Over the years, what is no share has a mean as well.
    alike = len(query.all(1)) == 1 or (table.unit != "%" and table.columns.heard("years") == "")
    whole, told = sum(map(table.figures.__getitem__, cells)), texts.listed(table.listed(cells))
    if "mean" in query.wants and alike:
        value = whole / len(cells)
        lead = _settled({query.limit.includes(value)}) if query.limit and query.is_whether else ""
        return lead, texts.MEAN.format(texts.figure(value, table.unit), len(cells), told)
    # One of the parts of a whole or another: both together.
    either = "or" in query.spoken and table.total is not None and not query.wants
    if table.unit == "%" or not (either or "sum" in query.wants):
        return None
    return "", texts.TOTAL.format(texts.figure(whole, table.unit), told)


# --- Order ----------------------------------------------------------------------------------------


def _limit(query: Query, table: Table, cells: list[Cell]) -> Said | None:
    """Give the figures below or above a limit."""
    limit = query.limit
    if limit is None or "not" in query.wants:
        return None
    if query.is_whether and table.total is not None and not query.count:
        # "At least ten CRCs were inspected" is said of all.
        return None
    if (table.is_share and limit.value >= 100) or not _is_counted(table, limit):
        # "More than 12 services" is asked of no shares of cases.
        return None
    inside = [one for one in cells if limit.includes(table.figures[one])]
    every = query.spoken & {"all", "every", "everything", "each"}
    most = query.spoken & {"most", "majority"}
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
    few = FEW.search(query.text)
    high = query.high if few else not _RISING.search(query.text)
    if high is None or not (few or ("rank" in query.wants and 2 <= len(cells) <= MOST)):
        return None
    in_order = table.ordered(cells, high=high)[: int(few[1] or few[2]) if few else MOST]
    order = "highest" if high else "lowest"
    return "", texts.RANKED.format(order, "; ".join(table.listed(in_order)))


def _extreme(query: Query, table: Table, cells: list[Cell]) -> Said | None:
    """Give the highest or lowest figure, and the next; or whether a row is that."""
    if not query.wants & EXTREMES or "apart" in query.wants or query.high is None:
        return None
    if query.wants >= {"best", "worst"} or query.wants >= {"most", "least"}:
        ends = table.ordered(cells, high=True)[:: max(len(cells) - 1, 1)]
        alike = ([c for c in cells if table.figures[c] == table.figures[end]] for end in ends)
        told = zip(("highest", "lowest"), alike, strict=False)
        each = ((table.figure(c[0]), word, list(map(table.place, c)), "") for word, c in told)
        return "", " ".join(texts.extreme(*one) for one in each)
    # "Is planning the lowest for them" is asked of a row, "is crc low the best on that" is not.
    first = next((n for t in query.tokens for n in (0, 1) if table.axes[n].heard(t)), 0)
    side = first if all(query.named) else 0
    asks = query.is_whether and len(query.named[side]) == 1 and len(table.axes[side].labels) > 2
    if asks or len(cells) == 1:
        # Among its neighbours.
        cells = [one for one in table.figures if one[1 - side] in query.all(1 - side)]
    elif not table.is_wide and len(cells) < 3 and "which" not in query.spoken:
        return None
    in_order = table.ordered(cells, high=query.high)
    skip = next((n for word, n in grammar.ORDINALS.items() if word in query.spoken), 0)
    values = list(dict.fromkeys(table.figures[one] for one in in_order))
    if len(values) <= skip or len(in_order) < 2:
        return None
    best = [one for one in in_order if table.figures[one] == values[skip]]
    then = next((c for c in in_order if c not in best), None) if not skip else None
    if then and "by how" in query.text:
        return "", _each(query, [(best[0], then)])
    after = f"{table.figure(then)}, {table.place(then)}" if then else ""
    word = ("", "second ", "third ", "fourth ")[skip] + ("highest" if query.high else "lowest")
    # The lowest of all is not the lowest in each.
    asks &= not _ALWAYS.search(query.text)
    lead = _settled({one[side] in query.named[side][0] for one in best}) if asks else ""
    return lead, texts.extreme(table.figure(best[0]), word, list(map(table.place, best)), after)


def _is_counted(table: Table, amount: Amount) -> bool:
    """Tell whether what an amount counts, if it says so, is what a table counts."""
    known = set(map(stem, words(f"{table.unit} {table.fact.measure} {table.fact.question}")))
    money = amount.unit.startswith("£") and not table.unit.startswith("£")
    return not money and all(
        stem(one) in known or one in grammar.RECKONING or table.hears(one)
        for one in amount.noun[:1]
    )


def _settled(holds: set[bool]) -> str:
    """Give the yes or no that is the same for all, "" where it is not."""
    return "" if len(holds) > 1 else (texts.YES if True in holds else texts.NO)


# --- One against another --------------------------------------------------------------------------


def _gap(query: Query, table: Table, cells: list[Cell]) -> Said | None:
    """Tell where a gap between rows or columns is widest or narrowest."""
    extremes = query.wants & {"most", "least"}
    if "apart" not in query.wants or not extremes:
        return None
    if len(extremes) == 2 and len(cells) > 1:
        in_order = table.ordered(cells, high=True)
        return "", _each(query, [(in_order[0], in_order[-1])])
    # "Where do NPS and CRC differ most" asks for the row; "which group differs most" seldom.
    side = 0 if len(query.all(1)) > 1 and len(query.named[0]) < 2 else 1
    lines: dict[int, list[Cell]] = {}
    for cell in table.ordered(cells, high=True):
        lines.setdefault(cell[side], []).append(cell)
    # Of two bodies like is set against like.
    like = [table.ordered(pair, high=True) for pair in query.pairs]
    among = like if any(len(groups) == 2 for groups in query.named) and like else lines.values()
    spans = {table.figures[line[0]] - table.figures[line[-1]]: line for line in among}
    if len(spans) < 2:
        return None
    apart, word = (max(spans), "widest") if "most" in query.wants else (min(spans), "narrowest")
    ends = spans[apart][0], spans[apart][-1]
    place, names = table.named(ends)
    told = [f"{table.figure(c)} ({name})" for c, name in zip(ends, names, strict=True)]
    return "", texts.GAP.format(texts.points(apart, table.unit), word, place, *told)


def _against(query: Query, table: Table, cells: list[Cell]) -> Said | None:
    """Set two rows, columns or cells against each other: which is higher, and by how much."""
    pairs, by = query.pairs[:MOST], BY.search(query.text)
    either = "or" in query.spoken and query.count > 1
    turns = [way for way, form in _TURNS.items() if form.search(query.text)]
    changes = by and (by[0].startswith("by") or query.spoken & grammar.COMPARISON)
    if not pairs or not (either or query.wants & COMPARES or changes or turns):
        return None
    if "apart" in query.wants or by:
        return "", _each(query, pairs)
    signs = [table.figures[a] - table.figures[b] for a, b in pairs]
    lead = ""
    if query.is_whether and len(turns) == 1 and not query.wants:
        return _settled({turns[0] * sign < 0 for sign in signs}), _each(query, pairs)
    # "Is one better than the other" asks for more than a table tells, "higher in all" does not.
    plain = all(query.named) or not table.is_wide or _ALWAYS.search(query.text)
    if query.is_whether and not (either or query.amounts) and plain:
        holds = {sign != 0 and (sign > 0) == query.high for sign in signs}
        lead = "" if "not" in query.wants or query.high is None else _settled(holds)
    # Who is worse is named first, where that is asked for.
    first = -1 if query.high is False else 1
    if sum(first * sign < 0 for sign in signs) > sum(first * sign > 0 for sign in signs):
        pairs = [(b, a) for a, b in pairs]
    named = [table.named(pair) for pair in pairs]
    if len(pairs) == 1 and table.figures[pairs[0][0]] != table.figures[pairs[0][1]] and not lead:
        (place, names), figures = named[0], map(table.figure, pairs[0])
        apart = texts.points(abs(signs[0]), table.unit)
        word = "higher" if first > 0 else "lower"
        return lead, texts.leads(place, word, apart, *zip(names, figures, strict=True))
    if len(pairs) == 1 or len({tuple(names) for _, names in named}) > 1:
        return lead if len(pairs) == 1 else "", _each(query, pairs)
    ahead = sum(first * table.figures[a] > first * table.figures[b] for a, b in pairs)
    told = [
        f"{place} {table.figure(a)} against {table.figure(b)}"
        for (place, _), (a, b) in zip(named, pairs, strict=True)
    ]
    name, other = named[0][1]
    return lead, texts.leads_in(name, other, ahead, told, "higher" if first > 0 else "lower")


def _each(query: Query, pairs: Sequence[tuple[Cell, Cell]]) -> str:
    """Tell how far figures are apart, or how many times the higher of two has the lower."""
    table, told = query.table, list[str]()
    for pair in pairs:
        place, names = table.named(pair)
        low, high = sorted(table.figures[one] for one in pair)
        apart = texts.points(high - low, table.unit)
        if query.spoken & _TIMES and low:
            apart = texts.figure(high / low, "times")
        figures = map(table.figure, pair)
        told.append(
            texts.difference(apart if high > low else "", place, *zip(names, figures, strict=True))
        )
    return f"{texts.capital('; '.join(told))}."


# --- As it stands ---------------------------------------------------------------------------------


def _plain(query: Query, table: Table, cells: list[Cell]) -> Said | None:
    """Give the figures that a question names by row and column."""
    told = table.is_long or (query.claims and table.total is not None)
    if not query.count or not told or len(cells) > (1 if query.claims else MOST):
        return None
    pooled = {"sum", "mean"} if len(cells) == 1 else set()
    # "Rated less than good" names no row.
    pooled |= {"more", "less"} if "against" in query.wants else set()
    if query.wants & (EXTREMES | {"not", "apart"} | pooled):
        return None
    if len(cells) == 1:
        value, figure, lead = table.figures[cells[0]], table.figure(cells[0]), ""
        if table.total is not None:
            figure = f"{value:g} of {texts.figure(table.total, table.unit)}"
        if query.is_whether and "any" in query.spoken and table.unit != "%":
            lead = texts.YES if value else texts.NO
        claims = query.claims
        if len(claims) == 1 and _is_counted(table, claims[0]):
            lead = Amount(figure, value, "%" if table.unit == "%" else "", table.total).holds(
                claims[0]
            )
        if not (table.is_long or lead):
            return None
        return lead, texts.CELL.format(figure, table.place(cells[0]))
    side = 0 if len(query.all(0)) == 1 or len(query.all(1)) > 1 else 1
    lines: dict[int, list[Cell]] = {}
    for one in cells:
        lines.setdefault(one[side], []).append(one)
    said = []
    for line in lines.values():
        place, names = table.named(line)
        said.append(texts.series(place, list(zip(names, map(table.figure, line), strict=True))))
    return "", " ".join(said)
