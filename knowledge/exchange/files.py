"""CSV, TSV, JSON and JSON lines: their letters, their rows by the numbers a spreadsheet shows."""

import csv
import io
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import PurePath
from typing import Any

from knowledge.errors import ImportRefused, Problem, refuse
from knowledge.exchange.columns import COLUMNS, LISTS, REQUIRED, SPOILT, Cells, cells_of, lines_of
from knowledge.snapshot import Snapshot

FORMATS = ("csv", "tsv", "json", "jsonl")
# What spreadsheets on Windows write when nobody asks them for Unicode.
OLDER = "windows-1252"
# Where what is wrong with a file stands that has no row.
THE_FILE = "the file"
# Lines in which the header is looked for: titles and blank rows may stand above it.
HEADER_WITHIN = 20
# How a cell begins that a spreadsheet would take for a formula; those already quoted are quoted
# once more. The last four are full-width signs.
_SIGN = "(?='*[=+\\-@\t\uff1d\uff0b\uff0d\uff20])"
_FORMULA, _QUOTED = re.compile(f"^{_SIGN}"), re.compile(f"^'{_SIGN}")

# Cells by column, under where they stand: "row 3", or "reports, entry 1".
Rows = Mapping[str, Cells]


def kind_of(filename: str) -> str:
    """Name the format of a file by its suffix, "" for one that cannot be read."""
    suffix = PurePath(filename).suffix.lower().lstrip(".").replace("ndjson", "jsonl")
    return suffix if suffix in FORMATS else ""


def read(data: bytes, filename: str) -> tuple[dict[str, Rows], list[str]]:
    """Give the rows of a file's lists, and what of it is not read; raises ImportRefused."""
    suffix = _checked(filename)
    text, notes = _decoded(data)
    unread: list[str] = []
    found: Mapping[str, Mapping[str, Any]]
    if suffix in ("csv", "tsv"):
        rows, unread = _table(text)
        found = {"facts": rows}
    elif suffix == "jsonl":
        lines = enumerate(text.split("\n"), start=1)
        found = {"facts": _json({f"row {number}": one for number, one in lines if one.strip()})}
    else:
        document = _json({THE_FILE: text})[THE_FILE]
        document = {"facts": document} if isinstance(document, list) else document
        known = isinstance(document, dict) and [name for name in LISTS if name in document]
        if not known or not all(isinstance(document[name], list) for name in known):
            raise _refusal("it must be a list of rows, or an object with a list called facts")
        at = {name: f"{name}, entry" for name in known} | {"facts": "row"}
        found = {
            name: {f"{at[name]} {number}": one for number, one in enumerate(document[name], 1)}
            for name in known
        }
        unread = [f"“{printable(one)}”" for one in document if one not in LISTS]
    lists = {name: _objects(rows) for name, rows in found.items()}
    for name, rows in lists.items():
        strange = dict.fromkeys(one for cells in rows.values() for one in cells)
        told = "the column “{}”" if name == "facts" else f"“{{}}” of {name}"
        unread += (told.format(one) for one in strange if one not in LISTS[name][0])
    return lists, [*notes, *([f"Not read: {', '.join(unread)}."] if unread else [])]


def _checked(filename: str) -> str:
    if kind := kind_of(filename):
        return kind
    raise _refusal(
        f"{filename or 'it'} cannot be read: save a spreadsheet workbook as “CSV UTF-8”; a name "
        "must end in .csv, .tsv, .json or .jsonl"
    )


def _refusal(reason: str, place: str = THE_FILE) -> ImportRefused:
    return ImportRefused(Problem(place, "", reason))


def printable(text: str) -> str:
    """Give a name without what neither a terminal nor a database takes."""
    return "".join(filter(str.isprintable, text))


def _column(name: str) -> str:
    """Give the name of a column as it is known here, however a header writes it."""
    name = printable(unicodedata.normalize("NFKC", re.sub(r"\s", " ", name)))
    return re.sub(r"[\s_-]+", "_", name.strip().lower())


def _decoded(data: bytes) -> tuple[str, list[str]]:
    """Give the text of a file that is Unicode, or of an older kind; say so."""
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if data[:4] == b"PK\x03\x04":
        raise _refusal("this is a zip or a spreadsheet workbook; save it as “CSV UTF-8” first")
    if b"\0" in data and not wide:
        raise _refusal("this is not a text file")
    try:
        return data.decode("utf-16" if wide else "utf-8").lstrip("\ufeff"), []
    except UnicodeDecodeError as error:
        text = "\ufffd" if wide else data.decode(OLDER, "replace")
        # Where other letters are good UTF-8, a bad one does not make the file another kind.
        if SPOILT.search(text):
            line = data.count(b"\n", 0, error.start) + 1
            raise _refusal(f"line {line} is not UTF-8 text; save it as “CSV UTF-8”") from None
        # A word shows how the file was read.
        words = re.finditer(r"[^\s,;\"?.!:()]+", text)
        sample = next((word[0] for word in words if word.end() > error.start), OLDER)[:40]
        save = "If that isn't right, save it as “CSV UTF-8” and import that."
        return text, [f"Careful: read as Windows-1252, so that it says “{sample}”. {save}"]


def _table(text: str) -> tuple[Rows, list[str]]:
    """Give the rows of a table, and name those that stand above its header."""
    lines = text[:50_000].splitlines()[:HEADER_WITHIN]
    delimiter = next((one for line in lines for one in ",;\t" if _is_header(line.split(one))), ",")
    every = _records(text, delimiter)
    rows = {n: cells for n, cells in enumerate(every, start=1) if any(map(str.strip, cells))}
    if not rows:
        raise _refusal("it is empty")
    top = next((number for number, cells in rows.items() if _is_header(cells)), min(rows))
    below = {f"row {number}": cells for number, cells in rows.items() if number > top}
    header = [*map(_column, rows[top])]
    while header and not header[-1]:
        header.pop()
    has = ", ".join(f"“{name[:40]}”" for name in header[:10])
    missing = f"this column is missing; row {top} has {has}"
    problems = [Problem(THE_FILE, name, missing) for name in REQUIRED if name not in header]
    twice = (name for name, count in Counter(header).items() if count > 1 and name in COLUMNS)
    problems += (Problem(f"row {top}", name, "stands twice in the header") for name in twice)
    problems += (
        Problem(place, "", f"{len(cells)} cells, the header has {len(header)}")
        for place, cells in below.items()
        if any(map(str.strip, cells[len(header) :]))
    )
    refuse(problems)
    above = [f"row {number}, above the header" for number in rows if number < top]
    return {place: dict(zip(header, cells, strict=False)) for place, cells in below.items()}, above


def _is_header(names: Iterable[str]) -> bool:
    return set(REQUIRED) <= {_column(name.strip('"')) for name in names}


def _records(text: str, delimiter: str) -> list[list[str]]:
    # Not every program quotes cells between tabs: where a quote doesn't close its cell, none does.
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE) if delimiter == "\t" else (0,):
        found: list[list[str]] = []
        lines = io.StringIO(text, newline="")
        try:
            for cells in csv.reader(lines, delimiter=delimiter, quoting=quoting, strict=True):
                found.append([_QUOTED.sub("", one) for one in cells])
            return found
        except csv.Error as error:
            reason = f"a quote isn't closed; inside quotes, write every quote twice ({error})"
            refused = _refusal(reason, f"row {len(found) + 1}")
    raise refused


def _json(texts: Mapping[str, str]) -> dict[str, Any]:
    """Read texts, each by where it stands."""
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    for place, text in texts.items():
        try:
            # A number stays as it is written: 1.50 is no 1.5.
            found[place] = json.loads(text, parse_float=str)
        except (ValueError, RecursionError) as error:
            problems.append(Problem(place, "", f"this is not JSON ({error})"))
    refuse(problems)
    return found


def _objects(found: Mapping[str, Any]) -> Rows:
    reason = "must be an object { … }"
    refuse([Problem(at, "", reason) for at, row in found.items() if not isinstance(row, dict)])
    return {at: {_column(name): cell for name, cell in row.items()} for at, row in found.items()}


def write(snapshot: Snapshot, filename: str) -> bytes:
    """Write everything so that reading it back gives the same; CSV and TSV hold the facts only."""
    suffix = _checked(filename)
    facts = snapshot.facts.values()
    if suffix == "jsonl":
        return "".join(json.dumps(cells_of(f), ensure_ascii=False) + "\n" for f in facts).encode()
    if suffix == "json":
        whole = {
            "reports": [*map(asdict, snapshot.reports)],
            "terms": [*map(asdict, snapshot.terms)],
            "facts": [*map(cells_of, facts)],
        }
        return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()
    return spreadsheet([COLUMNS, *map(lines_of, facts)], "\t" if suffix == "tsv" else ",")


def spreadsheet(rows: Iterable[Iterable[str]], delimiter: str = ",") -> bytes:
    """Write rows for a spreadsheet, with nothing in them that it would take for a formula."""
    out = io.StringIO(newline="")
    plain = ([_FORMULA.sub("'", cell) for cell in row] for row in rows)
    csv.writer(out, delimiter=delimiter).writerows(plain)
    # The mark tells spreadsheets that the file is UTF-8.
    return out.getvalue().encode("utf-8-sig")
