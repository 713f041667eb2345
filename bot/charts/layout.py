"""How figures are laid out: rows of bars under one column or several, each bar with its value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge import Fact, Figure

# More than this is no longer read on a phone: bars below each other, columns, rows under these.
MOST_BARS, WIDEST, HIGHEST = 12, 4, 8
PERCENT = "%"
_TOTALS = frozenset({"in all", "total", "all", "altogether"})


@dataclass(frozen=True, slots=True)
class Table:
    """Figures in rows and columns; `whole` is what each is a part of, 0 for counts of their own."""

    columns: tuple[str, ...]
    rows: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    unit: str = ""
    whole: float = 0

    @property
    def top(self) -> float:
        """Give the value that fills a bar."""
        return self.whole or max(map(max, self.values)) or 1

    def said(self, value: float) -> str:
        """Write a value as it stands at its bar: "78%", "8 of 10", "1,200"."""
        if self.unit == PERCENT:
            return f"{number(value)}%"
        return f"{number(value)} of {number(self.whole)}" if self.whole else number(value)


def number(value: float) -> str:
    """Write a number with its thousands apart and no needless decimals."""
    return f"{value:,.10g}"


def drawable(fact: Fact) -> bool:
    """Tell whether a fact has a chart."""
    return not fact.is_gap and table_of(fact.figures) is not None


def table_of(figures: Sequence[Figure]) -> Table | None:
    """Lay out figures, None where they make no picture: one alone is a number."""
    totals = [one.value for one in figures if one.label.casefold() in _TOTALS]
    drawn = [one for one in figures if one.label.casefold() not in _TOTALS]
    places = [_place(one) for one in drawn]
    if len(figures) < 2 or not drawn or len(totals) > 1 or len(set(places)) < len(places):
        return None
    values = [one.value for one in drawn]
    unit, whole = figures[0].unit, totals[0] if totals else 0
    if unit == PERCENT and max(values) <= 100:
        whole = 100
    if any(one.unit != unit for one in figures) or min(values) < 0 or max(values) > whole > 0:
        return None
    cells = dict(zip(places, values, strict=True))
    columns, rows = (tuple(dict.fromkeys(place[axis] for place in cells)) for axis in (1, 0))
    if len(rows) == 1 < len(columns) or WIDEST < len(columns) > len(rows):
        columns, rows = rows, columns
        cells = {(column, row): value for (row, column), value in cells.items()}
    fits = len(columns) == 1 or (len(columns) <= WIDEST and len(rows) <= HIGHEST)
    if len(rows) * len(columns) != len(cells) or not fits:
        # A table with holes, or too wide: its cells below each other.
        cells = {(", ".join(p for p in place if p), ""): v for place, v in cells.items()}
        columns, rows = ("",), tuple(row for row, _ in cells)
    if len(columns) == 1 and len(rows) > MOST_BARS:
        return None
    lines = tuple(tuple(cells[row, column] for column in columns) for row in rows)
    return Table(columns, rows, lines, unit, whole)


def _place(figure: Figure) -> tuple[str, str]:
    """Give row and column; without a column they stand in a label such as "Planning, NPS"."""
    row, comma, column = figure.label.partition(", ")
    if figure.column or not comma or ", " in column:
        return figure.label, figure.column
    return row, column
