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
    """Choose dots for a count out of a total, a grid for a table, otherwise bars."""
    units = {figure.unit for figure in figures}
    values = tuple(figure.value for figure in figures)
    if (
        len(units) != 1
        or min(values) < 0
        or len({figure.label for figure in figures}) < len(values)
    ):
        return None
    unit = units.pop()
    if dots := _dots(figures, unit):
        return dots
    # One count alone is a number, not a picture; one share stands against the whole.
    if len(figures) < 2 and unit != PERCENT:
        return None
    if grid := _grid(figures, unit):
        return grid
    if len(figures) > MOST_BARS:
        return None
    labels, note = _shared([figure.label for figure in figures])
    return Bars(labels, values, top_of(values, unit), unit, note)


def number(value: float, unit: str) -> str:
    """Write a value with its unit: "78%", "1,200 posts"."""
    written = f"{value:,.10g}"
    return written + (unit if unit in {PERCENT, ""} else f" {unit}")


def _dots(figures: Sequence[Figure], unit: str) -> Dots | None:
    if len(figures) != 2:
        return None
    part, whole = sorted(figures, key=lambda figure: figure.label.lower() in _TOTALS)
    fits = part.value <= whole.value <= MOST_DOTS and part.label.lower() not in _TOTALS
    if whole.label.lower() not in _TOTALS or not fits or part.value % 1 or whole.value % 1:
        return None
    return Dots(part.label, int(part.value), int(whole.value), unit)


def _grid(figures: Sequence[Figure], unit: str) -> Grid | None:
    """Read labels such as "Planning, NPS high risk" as row and column of a table without holes."""
    cells = {tuple(figure.label.split(", ")): figure.value for figure in figures}
    if any(len(place) != 2 for place in cells):
        return None
    rows = tuple(dict.fromkeys(place[0] for place in cells))
    columns = tuple(dict.fromkeys(place[1] for place in cells))
    if min(len(rows), len(columns)) < 2 or len(rows) * len(columns) != len(cells):
        return None
    if len(columns) > WIDEST and len(columns) > len(rows):
        rows, columns = columns, rows
        cells = {(column, row): value for (row, column), value in cells.items()}
    if len(columns) > WIDEST or len(rows) > HIGHEST:
        return None
    values = tuple(tuple(cells[row, column] for column in columns) for row in rows)
    return Grid(columns, rows, values, top_of(tuple(cells.values()), unit), unit)


def _shared(labels: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Take from labels such as "Planning, NPS" and "Planning, CRC" the part that all share."""
    parts = [label.split(", ") for label in labels]
    if len(labels) > 1 and all(len(part) == 2 for part in parts):
        for same, other in ((0, 1), (1, 0)):
            if len({part[same] for part in parts}) == 1:
                return tuple(part[other] for part in parts), parts[0][same]
    return tuple(labels), ""


def top_of(values: Sequence[float], unit: str) -> float:
    """Give the value that fills a bar: the whole for shares, the largest for counts."""
    largest = max(values, default=0) or 1
    return max(100.0, largest) if unit == PERCENT else largest
