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
from knowledge.exchange.figures import figure_line, plain
from knowledge.exchange.tables import Raw, column, quoted, rows_of
from knowledge.exchange.validation import (
    COLUMNS,
    Row,
    doubts_of,
    is_blank,
    misread,
    rows_from,
    unwritable,
    visible,
    wrong_id,
    wrong_link,
)
from knowledge.model import Fact, Report, Term, Topic

T = TypeVar("T", Report, Topic, Term)

FORMATS = ("csv", "tsv", "json", "jsonl")
WORKBOOKS = ("xlsx", "xls", "ods", "numbers")
# What spreadsheets on Windows write when nobody asks them for Unicode.
OLDER = "windows-1252"
# What a report, a topic or a term cannot do without.
NAMES = frozenset({"id", "title", "name", "said", "means"})
_THINGS: Mapping[str, type[Report | Topic | Term]] = {
    "reports": Report, "topics": Topic, "terms": Term,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Batch:
    """What a file holds; `notes` say what of it is not read and what looks spoilt."""

    rows: tuple[Row, ...]
    reports: tuple[Report, ...] = ()
    topics: tuple[Topic, ...] = ()
    terms: tuple[Term, ...] = ()
    notes: tuple[str, ...] = ()


def read(data: bytes, filename: str, encoding: str = "") -> Batch:
    """Read a file; raises ImportRefused naming every row and column that cannot be taken.

    A file that is not Unicode raises NotUnicode, unless its `encoding` is given.
    """
    suffix = format_of(filename)
    text = _decoded(data, encoding)
    document: Mapping[str, Any] = {}
    if suffix in ("csv", "tsv"):
        raw, unread = rows_of(text, "\t" if suffix == "tsv" else ",;\t")
    else:
        document = _document(text) if suffix == "json" else {"facts": _lines(text)}
        raw, unread = _rows(document.get("facts", []))
        unread += [f"“{visible(name)}”" for name in document if name not in ("facts", *_THINGS)]
    notes = [f"Not read: {', '.join(unread)}."] if unread else []
    notes += [f"Careful: {doubt}." for row in raw for doubt in doubts_of(*row)]
    return Batch(
        rows_from(raw),
        _things(document, "reports", Report),
        _things(document, "topics", Topic),
        _things(document, "terms", Term),
        tuple(notes),
    )


def write(batch: Batch, filename: str) -> bytes:
    """Write a batch so that reading it back gives the same; CSV and TSV hold its rows only."""
    suffix = format_of(filename)
    facts = [row.fact for row in batch.rows]
    if suffix == "jsonl":
        return "".join(json.dumps(_cells(f), ensure_ascii=False) + "\n" for f in facts).encode()
    if suffix == "json":
        document: dict[str, object] = {
            "reports": [asdict(report) for report in batch.reports],
            "topics": [asdict(topic) for topic in batch.topics],
            "terms": [asdict(term) for term in batch.terms],
            "facts": [_cells(fact) for fact in facts],
        }
        return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
    out = io.StringIO(newline="")
    table = csv.writer(out, delimiter="\t" if suffix == "tsv" else ",", lineterminator="\r\n")
    table.writerow(COLUMNS)
    for fact in facts:
        cells = _cells(fact) | {
            "also_asked": "\n".join(fact.also_asked),
            "beside": "\n".join(fact.beside),
            "figures": "\n".join(map(figure_line, fact.figures)),
        }
        table.writerow([quoted(str(cells[column])) for column in COLUMNS])
    # The mark tells spreadsheets that the file is UTF-8.
    return out.getvalue().encode("utf-8-sig")


def joined(batches: Iterable[Batch]) -> Batch:
    """Make one batch of several."""
    every = list(batches)
    names = (field.name for field in fields(Batch))
    return Batch(*(tuple(one for b in every for one in getattr(b, name)) for name in names))


def format_of(filename: str) -> str:
    """Give the format a file's name ends in; raises ImportRefused for any other."""
    suffix = PurePath(filename).suffix.lower().lstrip(".").replace("ndjson", "jsonl")
    if suffix in WORKBOOKS:
        raise _refusal(
            f"{visible(filename)} is a spreadsheet workbook; save it as “CSV UTF-8”, ending in .csv"
        )
    if suffix not in FORMATS:
        raise _refusal(f"{visible(filename) or 'it'} must end in .csv, .tsv, .json or .jsonl")
    return suffix


def _refusal(reason: str) -> ImportRefused:
    return ImportRefused((Problem(0, "", reason),))


def _decoded(data: bytes, encoding: str) -> str:
    if data[:4] == b"PK\x03\x04":
        raise _refusal("this is a zip or a spreadsheet workbook; save it as “CSV UTF-8” first")
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = data.decode("utf-16" if wide else encoding or "utf-8")
    except LookupError:
        raise _refusal(f"there is no encoding called “{visible(encoding)}”") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        text = "" if wide or encoding else data.decode(OLDER, "replace")
        if b"\0" in data and not wide:
            raise _refusal("this is not a text file") from None
        if not text or "\ufffd" in text or misread(text, [OLDER]):
            # Where other letters are good UTF-8, a bad one does not make the file another kind.
            raise _refusal(f"line {line} is not UTF-8 text; save it as “CSV UTF-8”") from None
        raise NotUnicode(OLDER, line, _word_at(text, error.start)) from None
    if "\0" in text:
        raise _refusal("this is not a text file")
    return text.lstrip("\ufeff")


def _word_at(text: str, place: int) -> str:
    """Give the word around a place, to show how a file reads in some encoding."""
    around = (match for match in re.finditer(r"[\w'’-]+", text) if match.end() > place)
    found = next(around, None)
    return found[0][:40] if found and found.start() <= place else text[place]


# --- JSON -----------------------------------------------------------------------------------------


def _json(text: str) -> Any:
    # Numbers stay as they are written: 1.50 is no 1.5, and NaN is refused by its row.
    return json.loads(text, parse_float=str, parse_constant=str, object_pairs_hook=_object)


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"“{visible(twice)}” stands twice in one object")
    return made


def _lines(text: str) -> dict[int, object]:
    """Give what each line holds, by its number."""
    rows: dict[int, object] = {}
    problems: list[Problem] = []
    # Other marks that end a line for some programs are text here.
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            if line.strip():
                rows[number] = _json(line)
        except (ValueError, RecursionError) as error:
            problems.append(Problem(number, "", f"this is not JSON ({error})"))
    if problems:
        raise ImportRefused(tuple(problems))
    return rows


def _document(text: str) -> dict[str, Any]:
    try:
        document = _json(text)
    except (ValueError, RecursionError) as error:
        raise _refusal(f"it is not JSON ({error})") from None
    if isinstance(document, list):
        document = {"facts": document}
    if not isinstance(document, dict) or not document.keys() & {"facts", *_THINGS}:
        raise _refusal("it must be a list of rows, or an object with a list called facts")
    facts = document.get("facts", [])
    if not isinstance(facts, list):
        raise _refusal("it must be a list of rows, or an object with a list called facts")
    return {**document, "facts": dict(enumerate(facts, start=1))}


def _rows(found: Mapping[int, object]) -> tuple[list[Raw], list[str]]:
    """Give rows by column, and the names of those that are not read."""
    rows: list[Raw] = []
    problems: list[Problem] = []
    unread: dict[str, None] = {}
    for number, row in found.items():
        if not isinstance(row, dict):
            problems.append(Problem(number, "", "a row must be an object { … }"))
            continue
        names = [column(name) for name in row]
        problems += [
            Problem(number, name, "stands twice in this row")
            for name in COLUMNS
            if names.count(name) > 1
        ]
        unread |= dict.fromkeys(visible(n) for n in row if column(n) not in COLUMNS)
        rows.append((number, dict(zip(names, row.values(), strict=True))))
    if problems:
        raise ImportRefused(tuple(problems))
    return rows, [f"the column “{name}”" for name in unread]


def _things(document: Mapping[str, Any], name: str, made: type[T]) -> tuple[T, ...]:
    """Read the reports, topics or terms of a document."""
    rows = document.get(name) or []
    found: dict[str, T] = {}
    problems: list[Problem] = []
    for number, row in enumerate(rows if isinstance(rows, list) else [rows], start=1):
        wrong = _wrong(row, made)
        if not wrong:
            blank = (field.name for field in fields(made) if field.default is MISSING)
            thing = made(**{**dict.fromkeys(blank, ""), **row})
            key = thing.said if isinstance(thing, Term) else thing.id
            if found.setdefault(key, thing) is not thing:
                wrong = [f"“{key}” stands there twice"]
        problems += [Problem(0, f"{name}, entry {number}", reason) for reason in wrong]
    if problems:
        raise ImportRefused(tuple(problems))
    return tuple(found.values())


def _wrong(row: object, made: type[Report | Topic | Term]) -> list[str]:
    if not isinstance(row, dict):
        return ["must be an object { … }"]
    known = {field.name for field in fields(made)}
    found = {name: _reason(name, value) for name, value in row.items() if name in known}
    return [
        *(f"has no field “{visible(name)}”" for name in row if name not in known),
        *(
            f"“{name}” is missing"
            for name in sorted(NAMES & known)
            if is_blank(str(row.get(name, "")))
        ),
        *(f"“{name}” {reason}" for name, reason in found.items() if reason),
    ]


def _reason(name: str, value: object) -> str:
    if name == "position":
        return "" if type(value) is int else "must be a number"
    if not isinstance(value, str):
        return "must be text"
    check = wrong_id if name == "id" else wrong_link if name.endswith("url") else unwritable
    return unwritable(value) or (check(value) if value else "")


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
