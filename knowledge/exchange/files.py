"""CSV, TSV, JSON and JSON lines: their letters, their rows by the numbers a spreadsheet shows."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from itertools import islice
from pathlib import PurePath
from typing import Any

from knowledge.errors import ImportRefused, Problem, refuse
from knowledge.exchange.columns import (
    COLUMNS,
    LISTS,
    REQUIRED,
    Cells,
    cells_of,
    lines_of,
    misread,
    visible,
)  # fmt: skip
from knowledge.snapshot import Snapshot

FORMATS = ("csv", "tsv", "json", "jsonl")
# What spreadsheets on Windows write when nobody asks them for Unicode.
OLDER = "windows-1252"
# Rows in which the header is looked for: titles and blank rows may stand above it.
HEADER_WITHIN = 20
# A line of a cell that a spreadsheet would take for a formula; those already quoted are quoted
# once more. The last four are full-width signs.
_FORMULA = re.compile("^(?='*[=+\\-@\t\uff1d\uff0b\uff0d\uff20])", re.M)
_QUOTED_FORMULA = re.compile("^'(?='*[=+\\-@\t\uff1d\uff0b\uff0d\uff20])", re.M)
OPEN_QUOTE = "a quote opens a cell here and doesn't close it in this row"

# Cells by column under the numbers of their rows, and the names of what is not read.
Rows = tuple[dict[int, Cells], list[str]]


def _suffix_of(filename: str) -> str:
    return PurePath(filename).suffix.lower().lstrip(".").replace("ndjson", "jsonl")


def reads(filename: str) -> bool:
    """Tell whether a file has the name of one that can be read."""
    return _suffix_of(filename) in FORMATS


def rows_in(data: bytes, filename: str, encoding: str) -> tuple[Rows, Mapping[str, Any]]:
    """Give the rows of a file, and the other lists that it holds; raises ImportRefused."""
    suffix = _checked(filename)
    text = _decoded(data, encoding)
    if suffix in ("csv", "tsv"):
        return _table(text, "\t" if suffix == "tsv" else ",;\t"), {}
    if suffix == "jsonl":
        return _objects(_json_lines(text)), {}
    document = _document(text)
    found, unread = _objects(dict(enumerate(document.pop("facts"), start=1)))
    unread += (f"“{visible(name)}”" for name in document if name not in LISTS)
    return (found, unread), document


def _checked(filename: str) -> str:
    suffix = _suffix_of(filename)
    if not reads(filename):
        raise _refusal(
            f"{visible(filename) or 'it'} cannot be read: save a spreadsheet workbook as "
            "“CSV UTF-8”; a name must end in .csv, .tsv, .json or .jsonl"
        )
    return suffix


def _refusal(reason: str) -> ImportRefused:
    return ImportRefused(Problem(0, "", reason))


# --- Letters --------------------------------------------------------------------------------------


def _decoded(data: bytes, encoding: str) -> str:
    """Give the text of a file that is Unicode, or in the `encoding` named."""
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if data[:4] == b"PK\x03\x04":
        raise _refusal("this is a zip or a spreadsheet workbook; save it as “CSV UTF-8” first")
    if b"\0" in data and not wide:
        raise _refusal("this is not a text file")
    try:
        return data.decode("utf-16" if wide else encoding or "utf-8").lstrip("\ufeff")
    except LookupError:
        raise _refusal(f"there is no encoding called “{visible(encoding)}”") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        said = f"line {line} is not UTF-8 text"
        text = "" if wide or encoding else data.decode(OLDER, "replace")
        if not text or "\ufffd" in text or misread(text, [OLDER]):
            # Where other letters are good UTF-8, a bad one does not make the file another kind.
            raise _refusal(f"{said}; save it as “CSV UTF-8”") from None
        # A word shows how the file would be read.
        words = (one for one in re.finditer(r"[^\s,;\"]+", text) if one.end() > error.start)
        sample = next((word[0] for word in words), text[error.start])[:40].strip("?.!:()")
        reason = (
            f"{said}; it looks like Windows-1252 (“{sample}”). Say that it is to be read so "
            f"(--encoding {OLDER}), or save it as “CSV UTF-8”"
        )
        raise ImportRefused(Problem(0, "", reason), sample=sample) from None


# --- Tables ---------------------------------------------------------------------------------------


def _table(text: str, delimiters: str) -> Rows:
    order = sorted(delimiters, key=text[:5000].count, reverse=True)
    tops = {one: _header_at(text, one) for one in order}
    delimiter = next((one for one in order if tops[one]), order[0])
    records = [record for record in _records(text, delimiter) if any(map(str.strip, record[1]))]
    if not records:
        raise _refusal("it is empty")
    top = tops[delimiter] or records[0][0]
    names = next(cells for number, cells in records if number == top)
    header, width = [_column(name) for name in names], _width(names)
    below = [record for record in records if record[0] > top]
    has = ", ".join(f"“{visible(name.strip())[:40]}”" for name in names[:10])
    missing = f"this column is missing; row {top} has {has}"
    twice = [name for name in COLUMNS if header.count(name) > 1]
    problems = [Problem(0, name, missing) for name in REQUIRED if name not in header]
    problems += [Problem(top, name, "stands twice in the header") for name in twice]
    for number, cells in below:
        if (cell_count := _width(cells)) > width:
            problems.append(Problem(number, "", f"{cell_count} cells, the header has {width}"))
    refuse(problems)
    unread = [
        f"the column “{visible(name)}”" if name.strip() else f"column {place + 1}, without a name"
        for place, name in enumerate(names[:width])
        if header[place] not in COLUMNS
        and (
            name.strip() or any(map(str.strip, (c for _, r in below for c in r[place : place + 1])))
        )
    ]
    unread += [f"row {number}, above the header" for number, _ in records if number < top]
    return {n: dict(zip(header, map(_unquoted, cells), strict=False)) for n, cells in below}, unread


def _column(name: str) -> str:
    """Give the name of a column as it is known here, however a header writes it."""
    seen = (c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) != "Cf")
    return re.sub(r"[\s_-]+", "_", "".join(seen).strip().lower())


def _quoted(cell: str) -> str:
    """Keep a spreadsheet from taking a cell, or a later line of it, for a formula."""
    return _FORMULA.sub("'", cell)


def _unquoted(cell: str) -> str:
    return _QUOTED_FORMULA.sub("", re.sub("\r\n?", "\n", cell))


def _width(cells: list[str]) -> int:
    return max((place for place, cell in enumerate(cells, start=1) if cell.strip()), default=0)


def _header_at(text: str, delimiter: str) -> int:
    with suppress(ImportRefused):
        for number, cells in islice(_records(text, delimiter), HEADER_WITHIN):
            if set(REQUIRED) <= set(map(_column, cells)):
                return number
    return 0


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    number = 0
    try:
        for number, cells in enumerate(_split(text, delimiter), start=1):
            yield number, cells
    except csv.Error as error:
        reason = "text goes on after a closing quote; inside quotes, write every quote twice"
        if "end of data" in str(error):
            reason = OPEN_QUOTE
        elif "limit" in str(error):
            reason = f"a cell of more than {csv.field_size_limit():,} characters"
        raise ImportRefused(Problem(number + 1, "", reason)) from None


def _split(text: str, delimiter: str) -> Iterable[list[str]]:
    found = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    if delimiter != "\t":
        return found
    # Not every program quotes cells here: where a quote doesn't close its cell, none does.
    lines = io.StringIO(text, newline="")
    plain = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    try:
        rows = list(found)
    except csv.Error:
        return plain
    if len(rows) < len(plain) and len({len(cells) for cells in plain if cells}) == 1:
        # Two quotes that are text, in two rows: read as one cell, the rows would become one.
        first = next(n for n, cells in enumerate(rows, 1) if re.search("[\r\n]", "".join(cells)))
        raise ImportRefused(Problem(first, "", OPEN_QUOTE))
    return rows


# --- JSON -----------------------------------------------------------------------------------------


def _document(text: str) -> dict[str, Any]:
    """Give what a JSON file holds: its rows as `facts`, and other lists by their names."""
    try:
        found = _json(text)
    except (ValueError, RecursionError) as error:
        raise _refusal(f"it is not JSON ({error})") from None
    if isinstance(found, list):
        found = {"facts": found}
    known = isinstance(found, dict) and found.keys() & {"facts", *LISTS}
    if not known or not isinstance(found.setdefault("facts", []), list):
        raise _refusal("it must be a list of rows, or an object with a list called facts")
    made: dict[str, Any] = found
    return made


def _json_lines(text: str) -> dict[int, object]:
    rows: dict[int, object] = {}
    problems: list[Problem] = []
    # Other marks that end a line for some programs are text here.
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            if line.strip():
                rows[number] = _json(line)
        except (ValueError, RecursionError) as error:
            problems.append(Problem(number, "", f"this is not JSON ({error})"))
    refuse(problems)
    return rows


def _objects(found: Mapping[int, object]) -> Rows:
    """Give rows by column of what JSON has for them."""
    cells: dict[int, Cells] = {}
    unread: dict[str, None] = {}
    problems: list[Problem] = []
    for number, row in found.items():
        if not isinstance(row, dict):
            problems.append(Problem(number, "", "a row must be an object { … }"))
            continue
        names = [_column(name) for name in row]
        twice = [name for name in COLUMNS if names.count(name) > 1]
        problems += [Problem(number, name, "stands twice in this row") for name in twice]
        unread |= dict.fromkeys(visible(n) for n in row if _column(n) not in COLUMNS)
        cells[number] = dict(zip(names, row.values(), strict=True))
    refuse(problems)
    return cells, [f"the column “{name}”" for name in unread]


def _json(text: str) -> Any:
    # Numbers stay as they are written: 1.50 is no 1.5, and NaN is refused by its row.
    return json.loads(text, parse_float=str, parse_constant=str, object_pairs_hook=_object)


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    names = [name for name, _ in pairs]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise ValueError(f"“{visible(twice)}” stands twice in one object")
    return dict(pairs)


# --- Writing --------------------------------------------------------------------------------------


def write(snapshot: Snapshot, filename: str) -> bytes:
    """Write everything so that reading it back gives the same; CSV and TSV hold the facts only."""
    suffix = _checked(filename)
    names = Counter(name for t in snapshot.topics for name in (t.name, t.id))
    # Topics by their names, where a name tells them apart.
    topics = {t.id: t.name for t in snapshot.topics if names[t.name] == 1 or t.name == t.id}
    facts = [replace(f, topic=topics.get(f.topic, f.topic)) for f in snapshot.facts.values()]
    if suffix == "jsonl":
        return "".join(json.dumps(cells_of(f), ensure_ascii=False) + "\n" for f in facts).encode()
    if suffix == "json":
        lists = {name: [asdict(thing) for thing in getattr(snapshot, name)] for name in LISTS}
        whole = {**lists, "facts": [cells_of(fact) for fact in facts]}
        return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()
    out = io.StringIO(newline="")
    rows = csv.writer(out, delimiter="\t" if suffix == "tsv" else ",", lineterminator="\r\n")
    rows.writerow(COLUMNS)
    rows.writerows([*map(_quoted, lines_of(fact))] for fact in facts)
    # The mark tells spreadsheets that the file is UTF-8.
    return out.getvalue().encode("utf-8-sig")
