"""Figures of a table and how they are named."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge import texts
from knowledge.dialogue.tables import Table

# Cells that are listed one by one at most.
MOST = 12
Cell = tuple[int, int]
Said = tuple[str, str]


def figure(table: Table, cell: Cell) -> str:
    """Write the figure of a cell with its unit."""
    return texts.figure(table.cells[cell].value, table.unit)


def place_of(table: Table, cell: Cell, *, row: bool = True, column: bool = True) -> str:
    """Name a cell by its row and column, without what needs no saying."""
    names = []
    if row:
        names.append(table.rows.labels[cell[0]])
    if column and table.is_wide:
        names.append(table.columns.labels[cell[1]])
    return ", ".join(names)


def listed(table: Table, cells: Sequence[Cell]) -> list[str]:
    """Name cells with their figures, by no more than tells them apart."""
    rows, columns = {r for r, _ in cells}, {c for _, c in cells}
    return [
        f"{place_of(table, one, row=len(rows) > 1 or len(columns) < 2, column=len(columns) > 1)} "
        f"{figure(table, one)}"
        for one in cells
    ]


def ordered(table: Table, cells: Sequence[Cell], *, high: bool) -> list[Cell]:
    """Put cells in the order of their figures."""
    return sorted(cells, key=lambda one: table.cells[one].value, reverse=high)
