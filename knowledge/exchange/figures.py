"""Figures as files and people write them: a line or an object each, with a row and a column."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from knowledge.model import Figure

LINES = "label | value | unit, or row | column | value | unit"
LONGEST = 120
_NAMES = {"row", "label", "column", "value", "unit"}
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?(e[+-]?\d+)?", re.A | re.I)


def figures_in(value: str | Sequence[Mapping[str, object]]) -> tuple[Figure, ...]:
    """Read figures; raises ValueError saying which of them can't be taken, and why."""
    cells = map(_cells, value.split("\n")) if isinstance(value, str) else value
    figures = tuple(_figure(cell) for cell in cells if cell)
    places = [(figure.label, figure.column) for figure in figures if figure.column]
    for place in places:
        if places.count(place) > 1:
            raise ValueError(f"“{' | '.join(place)}” stands there twice")
    return figures


def figure_line(figure: Figure) -> str:
    """Write a figure so that it is read back as the same."""
    parts = [figure.label, figure.column, str(plain(figure.value)), figure.unit]
    if not figure.column and not _NUMBER.fullmatch(figure.unit):
        del parts[1]
    return " | ".join(parts)


def plain(value: float) -> int | float:
    """Give a whole number without a point."""
    return int(value) if value.is_integer() else value


def _cells(line: str) -> Mapping[str, object]:
    """Tell the parts of a line by how many there are and which of them is the number."""
    parts = [part.strip() for part in line.split("|")]
    if len(parts) == 3 and _NUMBER.fullmatch(parts[2]):
        parts.append("")
    names = {2: "row value", 3: "row value unit", 4: "row column value unit"}.get(len(parts), "")
    if line.strip() and not names:
        raise ValueError(f"“{line.strip()[:LONGEST]}”: write one figure a line: {LINES}")
    return dict(zip(names.split(), parts, strict=False))


def _figure(cell: Mapping[str, object]) -> Figure:
    if unknown := cell.keys() - _NAMES:
        raise ValueError(f"“{min(unknown)}” is no part of a figure: {LINES}")
    label, column, unit = (
        " ".join(str(part or "").split())
        for part in (cell.get("row") or cell.get("label"), cell.get("column"), cell.get("unit"))
    )
    if not label:
        raise ValueError(f"each figure needs a label and a number: {LINES}")
    for part in (label, column, unit):
        if "|" in part or len(part) > LONGEST:
            raise ValueError(f"“{part[:LONGEST]}”: at most {LONGEST} characters, and no “|”")
    return Figure(label, _number(label, cell.get("value")), unit, column)


def _number(label: str, value: object) -> float:
    text = "" if isinstance(value, bool) else str(value).strip().replace("\u2212", "-")
    number = float(text.replace(",", "")) if _NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(number):
        raise ValueError(f"“{label}” needs a number, not “{str(value)[:LONGEST]}”: {LINES}")
    if Decimal(text.replace(",", "")) not in (Decimal(number), Decimal(repr(number))):
        raise ValueError(f"“{text[:LONGEST]}” has more digits than can be kept")
    return number
