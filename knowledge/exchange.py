"""Knowledge as files: CSV, TSV, JSON and JSON lines, read with every problem named, and written."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePath

from knowledge.errors import ImportRefused, Problem
from knowledge.model import Fact, Report, Term, Topic
from knowledge.rows import COLUMNS, REQUIRED, Row, rows_from

FORMATS = ("csv", "tsv", "json", "jsonl")


@dataclass(frozen=True, slots=True)
class Batch:
    """What a file holds."""

    rows: tuple[Row, ...]
    reports: tuple[Report, ...] = ()
    topics: tuple[Topic, ...] = ()
    terms: tuple[Term, ...] = ()


def read(data: bytes, filename: str) -> Batch:
    """Read a file; raises ImportRefused naming every row and column that cannot be taken."""
    suffix = format_of(filename)
    text = _decoded(data)
    if suffix in ("csv", "tsv"):
        return Batch(rows_from(_table(text, "\t" if suffix == "tsv" else None)))
    if suffix == "jsonl":
        return Batch(rows_from(_lines(text)))
    return _document(text)


def write(batch: Batch, filename: str) -> bytes:
    """Write a batch so that reading it back gives the same; CSV and TSV hold its rows only."""
    suffix = format_of(filename)
    rows = [_cells(row.fact) for row in batch.rows]
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
    for row in rows:
        table.writerow([_flat(row[column]) for column in COLUMNS])
    # The mark tells spreadsheets that the file is UTF-8.
    return out.getvalue().encode("utf-8-sig")


def format_of(filename: str) -> str:
    """Give the format a file's name ends in; raises ImportRefused for any other."""
    suffix = PurePath(filename).suffix.lower().lstrip(".").replace("ndjson", "jsonl")
    if suffix not in FORMATS:
        raise _refusal(f"{filename or 'it'} must end in .csv, .tsv, .json or .jsonl")
    return suffix


def _refusal(reason: str) -> ImportRefused:
    return ImportRefused((Problem(0, "", reason),))


def _decoded(data: bytes) -> str:
    if data[:4] == b"PK\x03\x04":
        raise _refusal("this is a zip or a spreadsheet workbook; save it as “CSV UTF-8” first")
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refusal(
            f"line {line} is not UTF-8 text (perhaps Windows-1252); save it as “CSV UTF-8”"
        ) from None


def _table(text: str, delimiter: str | None) -> list[tuple[int, Mapping[str, object]]]:
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
        (number, dict(zip(header, line, strict=False)))
        for number, line in enumerate(lines[1:], start=1)
        if any(cell.strip() for cell in line)
    ]


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
        except ValueError as error:
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
    except ValueError as error:
        raise _refusal(f"it is not JSON ({error})") from None
    if isinstance(document, list):
        document = {"facts": document}
    if not isinstance(document, dict) or not isinstance(document.get("facts", []), list):
        raise _refusal("it must be a list of rows, or an object with a list called facts")
    facts = document.get("facts", [])
    if not all(isinstance(row, dict) for row in facts):
        raise _refusal("every row must be an object { … }")
    try:
        return Batch(
            rows_from(list(enumerate(facts, start=1))),
            tuple(Report(**row) for row in document.get("reports", [])),
            tuple(Topic(**row) for row in document.get("topics", [])),
            tuple(Term(**row) for row in document.get("terms", [])),
        )
    except TypeError as error:
        raise _refusal(f"a report, topic or term has a wrong or missing field ({error})") from None


def _cells(fact: Fact) -> dict[str, object]:
    return {
        "id": fact.id,
        "report": fact.report,
        "topic": fact.topic,
        "question": fact.question,
        "also_asked": list(fact.also_asked),
        "answer": fact.answer,
        "detail": fact.detail,
        "link": fact.link,
        "source": fact.source,
        "kind": fact.kind,
        "figures": [
            {"label": f.label, "value": _plain(f.value), "unit": f.unit} for f in fact.figures
        ],
        "state": "retired" if fact.retired else "live",
    }


def _plain(value: float) -> int | float:
    return int(value) if value == int(value) else value


def _flat(value: object) -> str:
    if not isinstance(value, list):
        return str(value)
    return "\n".join(
        " | ".join(str(part) for part in item.values()) if isinstance(item, dict) else str(item)
        for item in value
    )
