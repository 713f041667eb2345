"""Knowledge as files: CSV, TSV, JSON and JSON lines, read with every problem named, and written."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, fields
from pathlib import PurePath
from typing import Any, TypeVar

from knowledge.errors import ImportRefused, NotUnicode, Problem
from knowledge.exchange.figures import line_of, plain
from knowledge.exchange.validation import COLUMNS, REQUIRED, Row, rows_from, wrong_id, wrong_link
from knowledge.model import Fact, Report, Term, Topic

T = TypeVar("T", Report, Topic, Term)

FORMATS = ("csv", "tsv", "json", "jsonl")
WORKBOOKS = ("xlsx", "xls", "ods", "numbers")
# What spreadsheets on Windows write when nobody asks them for Unicode.
OLDER = "windows-1252"
# A cell that a spreadsheet would take for a formula; those already quoted are quoted once more.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_QUOTED = re.compile(r"'+[=+\-@\t\r]")
# What a report, a topic or a term cannot do without.
NAMES = frozenset({"id", "title", "name", "said", "means"})


@dataclass(frozen=True, slots=True)
class Batch:
    """What a file holds."""

    rows: tuple[Row, ...]
    reports: tuple[Report, ...] = ()
    topics: tuple[Topic, ...] = ()
    terms: tuple[Term, ...] = ()


def read(data: bytes, filename: str, encoding: str = "") -> Batch:
    """Read a file; raises ImportRefused naming every row and column that cannot be taken.

    A file that is not Unicode raises NotUnicode, unless its `encoding` is given.
    """
    suffix = format_of(filename)
    text = _decoded(data, encoding)
    if suffix in ("csv", "tsv"):
        return Batch(rows_from(_table(text, "\t" if suffix == "tsv" else None)))
    if suffix == "jsonl":
        return Batch(rows_from(_lines(text)))
    return _document(text)


def write(batch: Batch, filename: str) -> bytes:
    """Write a batch so that reading it back gives the same; CSV and TSV hold its rows only."""
    suffix = format_of(filename)
    facts = [row.fact for row in batch.rows]
    rows = [_cells(fact) for fact in facts]
    if suffix == "jsonl":
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    if suffix == "json":
        document: dict[str, object] = {
            "reports": [asdict(report) for report in batch.reports],
            "topics": [asdict(topic) for topic in batch.topics],
            "terms": [asdict(term) for term in batch.terms],
            "facts": rows,
        }
        return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
    out = io.StringIO(newline="")
    table = csv.writer(out, delimiter="\t" if suffix == "tsv" else ",", lineterminator="\r\n")
    table.writerow(COLUMNS)
    for fact, row in zip(facts, rows, strict=True):
        for name in ("also_asked", "beside"):
            row[name] = "\n".join(getattr(fact, name))
        row["figures"] = "\n".join(map(line_of, fact.figures))
        table.writerow([_quoted(str(row[column])) for column in COLUMNS])
    # The mark tells spreadsheets that the file is UTF-8.
    return out.getvalue().encode("utf-8-sig")


def joined(batches: Iterable[Batch]) -> Batch:
    """Make one batch of several."""
    every = list(batches)
    return Batch(
        tuple(row for batch in every for row in batch.rows),
        tuple(report for batch in every for report in batch.reports),
        tuple(topic for batch in every for topic in batch.topics),
        tuple(term for batch in every for term in batch.terms),
    )


def format_of(filename: str) -> str:
    """Give the format a file's name ends in; raises ImportRefused for any other."""
    suffix = PurePath(filename).suffix.lower().lstrip(".").replace("ndjson", "jsonl")
    if suffix in WORKBOOKS:
        raise _refusal(
            f"{filename} is a spreadsheet workbook; save it as “CSV UTF-8”, ending in .csv"
        )
    if suffix not in FORMATS:
        raise _refusal(f"{filename or 'it'} must end in .csv, .tsv, .json or .jsonl")
    return suffix


def _refusal(reason: str) -> ImportRefused:
    return ImportRefused((Problem(0, "", reason),))


def _decoded(data: bytes, encoding: str) -> str:
    if data[:4] == b"PK\x03\x04":
        raise _refusal("this is a zip or a spreadsheet workbook; save it as “CSV UTF-8” first")
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if b"\0" in data and not wide:
        raise _refusal("this is not a text file")
    try:
        return data.decode("utf-16" if wide else encoding or "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        if wide or encoding:
            raise _refusal(f"line {line} cannot be read as text; save it as “CSV UTF-8”") from None
        try:
            text = data.decode(OLDER)
        except UnicodeDecodeError:
            raise _refusal(f"line {line} is not UTF-8 text; save it as “CSV UTF-8”") from None
        raise NotUnicode(OLDER, line, _word_at(text, error.start)) from None
    except LookupError:
        raise _refusal(f"there is no encoding called “{encoding}”") from None


def _word_at(text: str, place: int) -> str:
    """Give the word around a place, to show how a file reads in some encoding."""
    around = (match for match in re.finditer(r"[\w'’-]+", text) if match.end() > place)
    found = next(around, None)
    return found[0][:40] if found and found.start() <= place else text[place]


def _table(text: str, delimiter: str | None) -> list[tuple[int, Mapping[str, object]]]:
    first, _, rest = text.partition("\n")
    if said := re.fullmatch(r"sep=(.)\s*", first):
        # A line by which spreadsheets tell each other what stands between the cells.
        delimiter, text = said[1], rest
        first = text.split("\n", 1)[0]
    if delimiter is None:
        delimiter = max(",;\t", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise _refusal(f"it cannot be read as a table ({error})") from None
    if not lines:
        raise _refusal("it is empty")
    header = [_column(name) for name in lines[0]]
    _require(header)
    return [
        (number, dict(zip(header, map(_unquoted, line), strict=False)))
        for number, line in enumerate(lines[1:], start=1)
        if any(cell.strip() for cell in line)
    ]


def _quoted(cell: str) -> str:
    """Keep a spreadsheet from taking a cell for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _unquoted(cell: str) -> str:
    return cell[1:] if _QUOTED.match(cell) else cell


def _column(name: str) -> str:
    return "_".join(name.strip().lower().split()).replace("-", "_")


def _require(header: Sequence[str]) -> None:
    missing = [
        Problem(0, column, "this column is missing") for column in REQUIRED if column not in header
    ]
    if missing:
        raise ImportRefused(tuple(missing))


def _lines(text: str) -> list[tuple[int, Mapping[str, object]]]:
    rows: list[tuple[int, Mapping[str, object]]] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            problems.append(Problem(number, "", f"this is not JSON ({error})"))
            continue
        if isinstance(row, dict):
            rows.append((number, row))
        else:
            problems.append(Problem(number, "", "a row must be an object { … }"))
    if problems:
        raise ImportRefused(tuple(problems))
    return rows


def _document(text: str) -> Batch:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refusal(f"it is not JSON ({error})") from None
    if isinstance(document, list):
        document = {"facts": document}
    if not isinstance(document, dict) or not isinstance(document.get("facts", []), list):
        raise _refusal("it must be a list of rows, or an object with a list called facts")
    facts = document.get("facts", [])
    if not all(isinstance(row, dict) for row in facts):
        raise _refusal("every row must be an object { … }")
    return Batch(
        rows_from(list(enumerate(facts, start=1))),
        _things(document, "reports", Report),
        _things(document, "topics", Topic),
        _things(document, "terms", Term),
    )


def _things(document: Mapping[str, Any], name: str, made: type[T]) -> tuple[T, ...]:
    """Read the reports, topics or terms of a document."""
    rows = document.get(name) or []
    found: list[T] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows if isinstance(rows, list) else [rows], start=1):
        wrong = _wrong(row, made)
        problems += [Problem(0, f"{name}, entry {number}", reason) for reason in wrong]
        if not wrong:
            blank = (field.name for field in fields(made) if field.default is MISSING)
            found.append(made(**{**dict.fromkeys(blank, ""), **row}))
    if problems:
        raise ImportRefused(tuple(problems))
    return tuple(found)


def _wrong(row: object, made: type[Report | Topic | Term]) -> list[str]:
    if not isinstance(row, dict):
        return ["must be an object { … }"]
    known = {field.name for field in fields(made)}
    wrong = [f"has no field “{name}”" for name in row if name not in known]
    wrong += [f"“{name}” is missing" for name in sorted(NAMES & known) if not row.get(name)]
    for name, value in row.items():
        if not isinstance(value, int if name == "position" else str):
            wrong.append(f"“{name}” must be {'a number' if name == 'position' else 'text'}")
        elif name.endswith("url") and value and (reason := wrong_link(str(value))):
            wrong.append(f"“{name}” {reason}")
        elif name == "id" and value and (reason := wrong_id(str(value))):
            wrong.append(f"“id”: {reason}")
    return wrong


def _cells(fact: Fact) -> dict[str, object]:
    cells: dict[str, object] = {name: getattr(fact, name, "") for name in COLUMNS}
    return cells | {
        "also_asked": list(fact.also_asked),
        "beside": list(fact.beside),
        "figures": [
            {"row": f.label, "column": f.column, "value": plain(f.value), "unit": f.unit}
            for f in fact.figures
        ],
        "state": "retired" if fact.retired else "live",
    }
