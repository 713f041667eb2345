"""How figures are drawn: as bars, as a table of shades, or as a count out of a total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge import Figure

# More bars than this are no longer read on a phone; a grid may be this wide and this high.
MOST_BARS = 12
WIDEST, HIGHEST = 4, 8
# A count out of a total is drawn as so many dots at most.
MOST_DOTS = 25
PERCENT = "%"

_TOTALS = frozenset({"in all", "total", "all", "altogether"})


@dataclass(frozen=True, slots=True)
class Bars:
    """Values side by side; `top` is where the longest bar could end."""

    labels: tuple[str, ...]
    values: tuple[float, ...]
    top: float
    unit: str = ""
    note: str = ""

    @property
    def heading(self) -> str:
        """Name what is counted, once for all bars, and what their labels share."""
        said = ", ".join(part for part in (self._named, self.note) if part)
        return said[:1].upper() + said[1:]

    @property
    def written(self) -> tuple[str, ...]:
        """Give the values as they stand beside the bars."""
        return tuple(number(value, "" if self._named else self.unit) for value in self.values)

    @property
    def _named(self) -> str:
        return "" if self.unit == PERCENT else self.unit


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of values, row after row; `top` is the darkest shade there could be."""

    columns: tuple[str, ...]
    rows: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    top: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Dots:
    """A count out of a total."""

    label: str
    count: int
    total: int
    unit: str = ""


Body = Bars | Grid | Dots


def body_of(figures: Sequence[Figure]) -> Body | None:
    """Choose dots for a count out of a total, a grid for a table, otherwise bars.

    One figure alone is a number, not a picture.
    """
    units = {figure.unit for figure in figures}
    values = tuple(figure.value for figure in figures)
    places = [_place(figure) for figure in figures]
    if len(figures) < 2 or len(units) > 1 or min(values) < 0 or len(set(places)) < len(places):
        return None
    unit = units.pop()
    if dots := _dots(figures, unit):
        return dots
    if grid := _grid(dict(zip(places, values, strict=True)), unit):
        return grid
    if len(figures) > MOST_BARS:
        return None
    labels, note = _shared(places)
    return Bars(labels, values, top_of(values, unit), unit, note)


def number(value: float, unit: str) -> str:
    """Write a value with its unit: "78%", "1,200 posts"."""
    written = f"{value:,.10g}"
    return written + (unit if unit in {PERCENT, ""} else f" {unit}")


def _place(figure: Figure) -> tuple[str, str]:
    """Give row and column; without a column they stand in a label such as "Planning, NPS"."""
    row, comma, column = figure.label.partition(", ")
    if figure.column or not comma or ", " in column:
        return figure.label, figure.column
    return row, column


def _dots(figures: Sequence[Figure], unit: str) -> Dots | None:
    if len(figures) != 2 or unit == PERCENT:
        return None
    part, whole = sorted(figures, key=lambda figure: figure.label.lower() in _TOTALS)
    fits = part.value <= whole.value <= MOST_DOTS and part.label.lower() not in _TOTALS
    if whole.label.lower() not in _TOTALS or not fits or part.value % 1 or whole.value % 1:
        return None
    return Dots(part.label, int(part.value), int(whole.value), unit)


def _grid(cells: dict[tuple[str, str], float], unit: str) -> Grid | None:
    """Make a table of cells without holes; None where there is none to be made."""
    rows = tuple(dict.fromkeys(row for row, _ in cells))
    columns = tuple(dict.fromkeys(column for _, column in cells))
    if min(len(rows), len(columns)) < 2 or len(rows) * len(columns) != len(cells):
        return None
    if len(columns) > WIDEST and len(columns) > len(rows):
        rows, columns = columns, rows
        cells = {(column, row): value for (row, column), value in cells.items()}
    if len(columns) > WIDEST or len(rows) > HIGHEST:
        return None
    values = tuple(tuple(cells[row, column] for column in columns) for row in rows)
    return Grid(columns, rows, values, top_of(tuple(cells.values()), unit), unit)


def _shared(places: Sequence[tuple[str, str]]) -> tuple[tuple[str, ...], str]:
    """Take from row and column the one that all bars share: it is said once."""
    for same, other in ((0, 1), (1, 0)):
        if len({place[same] for place in places}) == 1 and all(place[other] for place in places):
            return tuple(place[other] for place in places), places[0][same]
    return tuple(", ".join(part for part in place if part) for place in places), ""


def top_of(values: Sequence[float], unit: str) -> float:
    """Give the value that fills a bar: the whole for shares, the largest for counts."""
    largest = max(values, default=0) or 1
    return max(100.0, largest) if unit == PERCENT else largest
