"""Figures of a table set against each other: gaps, extremes, differences, comparisons."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge import texts
from knowledge.dialogue import grammar
from knowledge.dialogue.asked import (
    APART,
    BETTER,
    COMPARING,
    NARROW,
    ORDINALS,
    WIDE,
    WORSE,
    Asked,
    direction,
)
from knowledge.dialogue.cells import MOST, Cell, Said, figure, ordered, place_of
from knowledge.dialogue.tables import Choice, Table


def gaps(table: Table, asked: Asked) -> Said | None:
    """Tell where a gap between rows or columns is widest or narrowest."""
    if asked.spoken.isdisjoint(APART) or not asked.spoken & (WIDE | NARROW):
        return None
    wide = bool(asked.spoken & WIDE)
    choice = asked.choice
    rows, columns = choice.all_rows(table), choice.all_columns(table)
    # "Where do NPS and CRC differ most" asks for the row; "which group differs most" seldom.
    if len(columns) > 1 and table.is_wide:
        lines = [[(r, c) for c in columns if (r, c) in table.cells] for r in rows]
    else:
        lines = [[(r, c) for r in rows if (r, c) in table.cells] for c in columns]
    spans = []
    for line in lines:
        in_order = ordered(table, line, high=True)
        if len(in_order) > 1:
            apart = table.cells[in_order[0]].value - table.cells[in_order[-1]].value
            spans.append((apart, in_order[0], in_order[-1]))
    if len(spans) < 2:
        return None
    apart, high, low = (max if wide else min)(spans, key=lambda one: one[0])
    row = len(columns) > 1 and table.is_wide
    place = place_of(table, high, row=row, column=not row)
    ends = [
        f"{figure(table, one)} ({place_of(table, one, row=not row, column=row)})"
        for one in (high, low)
    ]
    word = "widest" if wide else "narrowest"
    return "", texts.gap(texts.points(apart, table.unit), word, place, *ends)


def extreme(table: Table, asked: Asked) -> Said | None:
    """Give the highest or lowest figure, and the next."""
    if not asked.extremes or asked.spoken & APART:
        return None
    high = direction(table, asked)
    if high is None:
        return None
    word = "highest" if high else "lowest"
    cells = asked.choice.cells(table)
    if asked.whether and len(asked.choice.rows) == 1 and len(cells) < len(table.cells):
        return _is_extreme(table, asked, high=high)
    if not table.is_wide and (len(cells) < 2 or (len(cells) < 3 and "which" not in asked.spoken)):
        return None
    if len(cells) < 2:
        # "Is planning the lowest for them": among its neighbours.
        cells = [one for one in table.cells if one[1] == cells[0][1]] if cells else []
    in_order = ordered(table, cells, high=high)
    skip = next((n for word, n in ORDINALS.items() if word in asked.spoken), 0)
    values = list(dict.fromkeys(table.cells[one].value for one in in_order))
    if len(values) <= skip or len(in_order) < 2:
        return None
    best = [one for one in in_order if table.cells[one].value == values[skip]]
    then = ""
    if len(values) > skip + 1 and not skip:
        other = next(one for one in in_order if table.cells[one].value == values[1])
        then = f"{figure(table, other)}, {place_of(table, other)}"
    ordinal = {0: "", 1: "second ", 2: "third "}[skip]
    places = [place_of(table, one) for one in best]
    return "", texts.extreme(figure(table, best[0]), ordinal + word, places, then)


def _is_extreme(table: Table, asked: Asked, *, high: bool) -> Said | None:
    """Tell whether a row is the highest or lowest within the columns chosen."""
    row = asked.choice.rows[0]
    columns = asked.choice.all_columns(table)
    word = "highest" if high else "lowest"
    told, settled = [], set()
    if len(table.rows.labels) < 3:
        return None
    for column in columns:
        line = [one for one in table.cells if one[1] == column]
        first = ordered(table, line, high=high)[0]
        settled.add(first[0] in row)
        told.append(
            f"{place_of(table, first, column=False)} {figure(table, first)}"
            + (f" ({table.columns.labels[column]})" if table.is_wide else "")
        )
    lead = "" if len(settled) > 1 else (texts.YES if True in settled else texts.NO)
    return lead, texts.extremes(word, told)


def differences(table: Table, asked: Asked) -> Said | None:
    """Tell how far two figures are apart."""
    spoken = asked.spoken
    by = re.search(r"\bby (how much|what)\b|\bhow (much|many|far)\b", asked.text)
    if (
        spoken.isdisjoint(APART)
        and not (by and spoken & (BETTER | WORSE))
        and not (by and by[0].startswith("by"))
    ):
        return None
    pairs = _pairs(table, asked.choice)
    if not pairs:
        return None
    if len(pairs) == 1:
        return "", _apart(table, *pairs[0])
    return "", texts.capital(
        "; ".join(_apart(table, *pair).rstrip(".") for pair in pairs[:MOST]) + "."
    )


def _apart(table: Table, first: Cell, second: Cell) -> str:
    one, other = table.cells[first].value, table.cells[second].value
    same_row, same_column = first[0] == second[0], first[1] == second[1]
    names = [place_of(table, c, row=not same_row, column=not same_column) for c in (first, second)]
    if one == other:
        return texts.no_difference(figure(table, first), *names)
    place = place_of(table, first, row=same_row, column=same_column) if table.is_wide else ""
    place = place if same_row or same_column else ""
    return texts.difference(
        texts.points(abs(one - other), table.unit),
        place,
        (names[0], figure(table, first)),
        (names[1], figure(table, second)),
    )


def _pairs(table: Table, choice: Choice) -> list[tuple[Cell, Cell]]:
    """Give the pairs of figures that two groups of rows or columns set against each other."""
    for groups, others, turned in (
        (choice.columns, choice.all_rows(table), False),
        (choice.rows, choice.all_columns(table), True),
    ):
        if len(groups) != 2:
            continue
        if turned is False and len(choice.rows) == 2:
            # Two rows and two columns: each with its own.
            cells = [(choice.rows[n][0], groups[n][0]) for n in (0, 1)]
            return [(cells[0], cells[1])]
        axis = table.rows if turned else table.columns
        matched = _matched(axis.features, *groups)
        pairs = [
            ((a, other), (b, other)) if turned else ((other, a), (other, b))
            for other in others
            for a, b in matched
        ]
        return [pair for pair in pairs if pair[0] in table.cells and pair[1] in table.cells]
    cells = choice.cells(table)
    return [(cells[0], cells[1])] if len(cells) == 2 and choice.is_some else []


def _matched(
    features: Sequence[frozenset[str]], first: Sequence[int], second: Sequence[int]
) -> list[tuple[int, int]]:
    """Set the labels of two groups against each other, like with like: NPS medium, CRC medium."""
    if len(first) == len(second) == 1:
        return [(first[0], second[0])]
    return [(a, b) for a in first for b in second if a != b and features[a] & features[b]]


def compared(table: Table, asked: Asked) -> Said | None:
    """Set two rows or columns against each other."""
    spoken = asked.spoken
    wants = spoken & (COMPARING | BETTER | WORSE)
    if not wants and not ("or" in spoken and len(asked.choice.columns + asked.choice.rows) > 1):
        return None
    pairs = _pairs(table, asked.choice)
    if not pairs:
        return None
    signs = [table.cells[a].value - table.cells[b].value for a, b in pairs]
    turned = pairs[0][0][1] == pairs[0][1][1]
    axis, side = (table.rows, 0) if turned else (table.columns, 1)
    groups = asked.choice.rows if turned else asked.choice.columns
    names = [axis.labels[group[0]] if len(group) == 1 else "" for group in groups]
    names = [name or axis.labels[pairs[0][n][side]] for n, name in enumerate((*names, "", "")[:2])]
    ahead = 0 if sum(sign > 0 for sign in signs) >= sum(sign < 0 for sign in signs) else 1
    count = sum((sign > 0) == (ahead == 0) and sign != 0 for sign in signs)
    lead = _settled(table, asked, signs)
    told = [
        f"{place_of(table, a, row=not turned, column=turned)} ".lstrip()
        + f"{figure(table, a)} against {figure(table, b)}"
        for a, b in pairs
    ]
    if len(pairs) == 1:
        apart = texts.points(abs(signs[0]), table.unit)
        if not signs[0]:
            return lead, texts.no_difference(figure(table, pairs[0][0]), *names)
        place = place_of(table, pairs[0][0], row=not turned, column=turned) if table.is_wide else ""
        in_order = pairs[0] if ahead == 0 else (pairs[0][1], pairs[0][0])
        pair = " against ".join(figure(table, one) for one in in_order)
        return lead, texts.leads(names[ahead], apart, True, place, pair)
    if count == len(pairs):
        return lead, texts.leads_everywhere(names[ahead], True, count, told[:MOST])
    return lead, texts.leads_sometimes(names[ahead], True, count, len(pairs), told[:MOST])


def _settled(table: Table, asked: Asked, signs: Sequence[float]) -> str:
    """Give the yes or no that a comparison settles, "" where it does not."""
    if not asked.whether or "or" in asked.spoken or asked.spoken & grammar.NEGATION:
        return ""
    high = direction(table, asked)
    if high is None:
        return ""
    holds = {(sign > 0) == high and sign != 0 for sign in signs}
    return "" if len(holds) > 1 else (texts.YES if True in holds else texts.NO)
