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

    def by_column(self) -> dict[str, dict[str, float]]:
        """Give the values by column, then by row."""
        lines = zip(*self.values, strict=True)
        columns = (dict(zip(self.rows, line, strict=True)) for line in lines)
        return dict(zip(self.columns, columns, strict=True))


def number(value: float) -> str:
    """Write a number with its thousands apart and no needless decimals."""
    return f"{value:,.10g}"


def drawable(fact: Fact) -> bool:
    """Tell whether a fact has a chart."""
    return not fact.is_gap and table_of(fact.figures) is not None


def table_of(figures: Sequence[Figure]) -> Table | None:
    """Lay out figures, None where they make no picture: a single bar is a number."""
    drawn = [one for one in figures if one.label.casefold() not in _TOTALS]
    totals = [one.value for one in figures if one not in drawn]
    cells = {(one.label, one.column): one.value for one in drawn}
    if not 1 < len(drawn) == len(cells) or len(totals) > 1 or len({f.unit for f in figures}) > 1:
        return None
    lowest, highest = min(cells.values()), max(cells.values())
    unit, whole = drawn[0].unit, sum(totals)
    if unit == PERCENT and highest <= 100:
        whole = 100
    if lowest < 0 or highest > whole > 0:
        return None
    rows, columns = (tuple(dict.fromkeys(place[axis] for place in cells)) for axis in (0, 1))
    if len(rows) * len(columns) != len(cells):
        # A table with holes: its cells below each other.
        cells = {(", ".join(filter(None, place)), ""): value for place, value in cells.items()}
        rows, columns = tuple(row for row, _ in cells), ("",)
    elif len(rows) == 1 or WIDEST < len(columns) > len(rows):
        rows, columns = columns, rows
        cells = {(column, row): value for (row, column), value in cells.items()}
    if len(rows) > (MOST_BARS if len(columns) == 1 else HIGHEST) or len(columns) > WIDEST:
        return None
    lines = tuple(tuple(cells[row, column] for column in columns) for row in rows)
    return Table(columns, rows, lines, unit, whole)
