"""Spreadsheets as text: the header found, and the rows under the numbers a spreadsheet shows."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice

from knowledge.errors import ImportRefused, Problem
from knowledge.exchange.validation import COLUMNS, REQUIRED, visible

# Rows in which the header is looked for: titles and blank rows may stand above it.
HEADER_WITHIN = 20
# A line of a cell that a spreadsheet would take for a formula; those already quoted are quoted
# once more. The last four are full-width signs.
_FORMULA = re.compile("^(?='*[=+\\-@\t\uff1d\uff0b\uff0d\uff20])", re.M)
_QUOTED_FORMULA = re.compile("^'(?='*[=+\\-@\t\uff1d\uff0b\uff0d\uff20])", re.M)
_BREAK = re.compile(r"\r\n?|\n")
# A quote that does not close its cell is text.
_TAB_CELL = re.compile(r'"([^"]*+(?:""[^"]*+)*+)"(?=[\t\r\n]|\Z)|[^\t\r\n]*')

Record = tuple[int, list[str]]
# The number of a row and what stands under each column.
Raw = tuple[int, Mapping[str, object]]


def rows_of(text: str, delimiters: str) -> tuple[list[Raw], list[str]]:
    """Give the rows by column and what is not read of the table; raises ImportRefused."""
    if said := re.match(r"sep=(.)\r?\n", text):
        # A line by which spreadsheets tell each other what stands between the cells.
        delimiters, text = said[1], text[said.end() :]
    order = sorted(delimiters, key=text[:5000].count, reverse=True)
    delimiter = next((one for one in order if _header_row(text, one)), order[0])
    records = [record for record in _records(text, delimiter) if any(map(str.strip, record[1]))]
    if not records:
        raise ImportRefused((Problem(0, "", "it is empty"),))
    top = _header_row(text, delimiter) or records[0][0]
    names = next(cells for number, cells in records if number == top)
    header = [column(name) for name in names]
    below = [record for record in records if record[0] > top]
    width = _width(names)
    problems = _of_header(top, names)
    problems += [
        Problem(number, "", f"{_width(cells)} cells, the header has {width}")
        for number, cells in below
        if _width(cells) > width
    ]
    if problems:
        raise ImportRefused(tuple(problems))
    unread = [
        f"the column “{visible(name)}”" if name.strip() else f"column {place + 1}, without a name"
        for place, name in enumerate(names[:width])
        if header[place] not in COLUMNS
        and (name.strip() or any("".join(cells[place : place + 1]).strip() for _, cells in below))
    ]
    unread += [f"row {number}, above the header" for number, _ in records if number < top]
    rows: list[Raw] = [
        (n, dict(zip(header, map(unquoted, cells), strict=False))) for n, cells in below
    ]
    return rows, unread


def column(name: str) -> str:
    """Give the name of a column as it is known here, however a header writes it."""
    seen = (c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) != "Cf")
    return re.sub(r"[\s_-]+", "_", "".join(seen).strip().lower())


def quoted(cell: str) -> str:
    """Keep a spreadsheet from taking a cell, or a later line of it, for a formula."""
    return _FORMULA.sub("'", cell)


def unquoted(cell: str) -> str:
    """Give a cell as it was before it was quoted."""
    return _QUOTED_FORMULA.sub("", _BREAK.sub("\n", cell))


def _width(cells: list[str]) -> int:
    return max((place for place, cell in enumerate(cells, start=1) if cell.strip()), default=0)


def _of_header(row: int, names: list[str]) -> list[Problem]:
    """Give what is wrong with a header."""
    header = [column(name) for name in names]
    has = ", ".join(f"“{visible(name.strip())[:40]}”" for name in names[:10])
    return [
        Problem(0, name, f"this column is missing; row {row} has {has}")
        for name in REQUIRED
        if name not in header
    ] + [
        Problem(row, name, "stands twice in the header")
        for name in COLUMNS
        if header.count(name) > 1
    ]


def _header_row(text: str, delimiter: str) -> int:
    with suppress(ImportRefused):
        for number, cells in islice(_records(text, delimiter), HEADER_WITHIN):
            if set(REQUIRED) <= set(map(column, cells)):
                return number
    return 0


def _records(text: str, delimiter: str) -> Iterator[Record]:
    number = 0
    try:
        for number, cells in enumerate(_split(text, delimiter), start=1):
            yield number, cells
    except csv.Error as error:
        reason = "text goes on after a closing quote; inside quotes, write every quote twice"
        if "end of data" in str(error) or "another row" in str(error):
            reason = "a quote opens a cell here and doesn't close it in this row"
        elif "limit" in str(error):
            reason = f"a cell of more than {csv.field_size_limit():,} characters"
        raise ImportRefused((Problem(number + 1, "", reason),)) from None


def _split(text: str, delimiter: str) -> Iterator[list[str]]:
    if delimiter != "\t":
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return
    start = place = 0
    cells: list[str] = []
    while place < len(text) or cells:
        cell = _TAB_CELL.match(text, place)
        assert cell is not None
        place = cell.end()
        cells.append(cell[0] if cell[1] is None else cell[1].replace('""', '"'))
        if text[place : place + 1] == "\t":
            place += 1
            continue
        lines = _BREAK.split(text[start:place])
        if len(lines) > 1 < len(cells) and all(
            line.count("\t") + 1 == len(cells) for line in lines
        ):
            # Two quotes that are text, in two rows: read as one cell, the rows would become one.
            raise csv.Error("a quote closes in another row")
        yield cells
        cells = []
        end = _BREAK.match(text, place)
        start = place = end.end() if end else place
