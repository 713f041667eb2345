"""What follows from the figures of a table: the rest, shares, sums, limits, ranks, cells.

Nothing is worked out but from an entry's own figures.
"""

from __future__ import annotations

from collections.abc import Callable

from knowledge import texts
from knowledge.dialogue import grammar
from knowledge.dialogue.asked import (
    APART,
    LIMIT,
    LIMITS,
    RANKING,
    SHARING,
    SUMMING,
    TOP,
    TOP_AFTER,
    UNDER,
    Asked,
    direction,
)
from knowledge.dialogue.cells import MOST, Said, figure, listed, ordered, place_of
from knowledge.dialogue.comparisons import compared, differences, extreme, gaps
from knowledge.dialogue.tables import Table


def said_of(table: Table, asked: Asked) -> Said | None:
    """Say what a question wants of a table: what comes before it, and the figures."""
    for way in (
        _rest, _part, _sum, _limits, _tops, _ranks, gaps, extreme, differences, compared, _plain
    ):  # fmt: skip
        if said := way(table, asked):
            return said
    return None


def _rest(table: Table, asked: Asked) -> Said | None:
    """Give those that did not, where what is left can be known."""
    if asked.spoken.isdisjoint(grammar.NEGATION) or asked.whether:
        return None
    cells = asked.choice.cells(table)
    if table.total is not None and len(cells) == 1:
        value = table.cells[cells[0]].value
        rest = texts.figure(table.total - value, "")
        place = place_of(table, cells[0])
        return "", texts.rest_of(rest, f"{value:g}", texts.figure(table.total, table.unit), place)
    if table.unit == "%" and len(cells) == 1 and table.is_share:
        left = texts.figure(100 - table.cells[cells[0]].value, "%")
        return "", texts.complement(left, figure(table, cells[0]), place_of(table, cells[0]))
    return None


def _part(table: Table, asked: Asked) -> Said | None:
    """Give a count of a known total, in per cent."""
    if table.total is None or asked.spoken.isdisjoint(SHARING) or table.unit == "%":
        return None
    cells = asked.choice.cells(table)
    if len(cells) != 1:
        return None
    value = table.cells[cells[0]].value
    share = texts.figure(100 * value / table.total, "%")
    total = texts.figure(table.total, table.unit)
    return "", texts.as_share(share, f"{value:g}", total, place_of(table, cells[0]))


def _sum(table: Table, asked: Asked) -> Said | None:
    """Put counts together; shares of groups cannot be."""
    if table.unit == "%" or asked.spoken.isdisjoint(SUMMING) or "compare" in asked.spoken:
        return None
    cells = asked.choice.cells(table)
    if len(cells) < 2:
        return None
    value = sum(table.cells[one].value for one in cells)
    return "", texts.total(texts.figure(value, table.unit), listed(table, cells))


def _limits(table: Table, asked: Asked) -> Said | None:
    """Give the figures below or above a limit."""
    found = LIMIT.search(asked.text)
    if not found:
        return None
    said = found["limit"]
    limit = LIMITS[said] if said in LIMITS else float(said)
    if found["limit"] in LIMITS and table.unit != "%":
        return None
    under = found["way"] in UNDER
    cells = asked.choice.cells(table)
    fits: Callable[[float], bool] = (lambda v: v < limit) if under else (lambda v: v > limit)
    inside = [one for one in cells if fits(table.cells[one].value)]
    word = "below" if under else "above"
    told = [f"{place_of(table, one)} {figure(table, one)}" for one in inside]
    lead = (texts.YES if inside else texts.NO) if asked.whether else ""
    bound = texts.figure(limit, table.unit)
    if len(cells) == 1:
        return lead, texts.cell(figure(table, cells[0]), place_of(table, cells[0]))
    return lead, texts.threshold(len(inside), len(cells), word, bound, told)


def _tops(table: Table, asked: Asked) -> Said | None:
    """Give the three highest, the two lowest."""
    found, after = TOP.search(asked.text), TOP_AFTER.search(asked.text)
    if not found and not after:
        return None
    said = found[2] if found else after[1] if after else ""
    high = direction(table, asked)
    if high is None:
        return None
    count = int(said)
    in_order = ordered(table, asked.choice.cells(table), high=high)[:count]
    told = [f"{figure(table, one)} {place_of(table, one)}" for one in in_order]
    return "", texts.ranked("highest" if high else "lowest", told)


def _ranks(table: Table, asked: Asked) -> Said | None:
    """Put figures in order."""
    if asked.spoken.isdisjoint(RANKING):
        return None
    cells = asked.choice.cells(table)
    if not 2 <= len(cells) <= MOST:
        return None
    high = "lowest first" not in asked.text and "to highest" not in asked.text
    told = listed(table, ordered(table, cells, high=high))
    return "", texts.ranked("highest" if high else "lowest", told)


def _plain(table: Table, asked: Asked) -> Said | None:
    """Give the figures that a question names by row and column."""
    choice = asked.choice
    if not (choice.rows or choice.columns) or not table.is_wide:
        return None
    if asked.extremes or asked.spoken & (grammar.NEGATION | APART):
        return None
    cells = choice.cells(table)
    if len(cells) == 1:
        return "", texts.cell(figure(table, cells[0]), place_of(table, cells[0]))
    rows, columns = {r for r, _ in cells}, {c for _, c in cells}
    if len(rows) == 1:
        pairs = [(table.columns.labels[c], figure(table, (r, c))) for r, c in cells]
        return "", texts.series(table.rows.labels[cells[0][0]], pairs)
    if len(columns) == 1:
        pairs = [(table.rows.labels[r], figure(table, (r, c))) for r, c in cells]
        return "", texts.series(table.columns.labels[cells[0][1]], pairs)
    if len(cells) > MOST:
        return None
    lines = []
    for r in sorted(rows):
        line = [(table.columns.labels[c], figure(table, (r, c))) for _, c in cells if _ == r]
        lines.append(texts.series(table.rows.labels[r], line))
    return "", " ".join(lines)
