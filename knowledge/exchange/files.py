"""Knowledge as files: CSV, TSV, JSON and JSON lines, read with every problem named, and written."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from pathlib import PurePath
from typing import Any, TypeVar

from knowledge.errors import ImportRefused, Problem
from knowledge.exchange import reading
from knowledge.exchange.columns import (
    COLUMNS,
    LONGEST_TEXT,
    Cell,
    cells_of,
    fact_in,
    lines_of,
    read_id,
    read_link,
    read_text,
    visible,
    wrong_link,
)  # fmt: skip
from knowledge.exchange.reading import misread, quoted, refusal
from knowledge.model import Fact, Report, Term, Topic
from knowledge.progress import watched

T = TypeVar("T", Report, Topic, Term)

FORMATS = ("csv", "tsv", "json", "jsonl")
WORKBOOKS = ("xlsx", "xls", "ods", "numbers")
_LISTS: Mapping[str, type[Report | Topic | Term]] = {
    "reports": Report, "topics": Topic, "terms": Term,
}  # fmt: skip
# What a report, a topic or a term cannot do without.
_NEEDED = frozenset({"id", "title", "name", "said", "means"})
# Characters of an answer that is too long which stay its answer: no more than are shown at once,
# or as many as a message has room for with a whole detail.
FIRST_PART = (300, 800)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.I)
# What a spreadsheet or a web page has left behind, and marks that turn the reading direction.
_REMAINS = re.compile(
    r"#(?:NAME\?|REF!|N/A|VALUE!|DIV/0!|NUM!|NULL!|#{3,})|&(?:[a-z]{2,8}|#\d+|#x[0-9a-f]+);|\ufffd"
    r"|[\u202a-\u202e\u2066-\u2069]",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of a file, its id "" where the file gives none; `given` names the columns held.

    `title` is the report that the row belongs to when it names none, `file` where it stands when
    there are several.
    """

    number: int
    fact: Fact
    given: frozenset[str]
    title: str = ""
    file: str = ""

    def problem(self, column: str, reason: str) -> Problem:
        """Give a problem of one of its cells."""
        return Problem(self.number, column, reason, self.file)

    def __str__(self) -> str:
        return f"row {self.number}" + (f" of {self.file}" if self.file else "")


@dataclass(frozen=True, slots=True)
class Batch:
    """What a file holds; `notes` say what of it is not read, is cut or looks spoilt."""

    rows: tuple[Row, ...]
    reports: tuple[Report, ...] = ()
    topics: tuple[Topic, ...] = ()
    terms: tuple[Term, ...] = ()
    notes: tuple[str, ...] = ()


def format_of(filename: str) -> str:
    """Give the format a file's name ends in; raises ImportRefused for any other."""
    suffix = PurePath(filename).suffix.lower().lstrip(".").replace("ndjson", "jsonl")
    if suffix in WORKBOOKS:
        raise refusal(
            f"{visible(filename)} is a spreadsheet workbook; save it as “CSV UTF-8”, ending in .csv"
        )
    if suffix not in FORMATS:
        raise refusal(f"{visible(filename) or 'it'} must end in .csv, .tsv, .json or .jsonl")
    return suffix


# --- Reading --------------------------------------------------------------------------------------


def read(data: bytes, filename: str, encoding: str = "") -> Batch:
    """Read a file; raises ImportRefused naming every row and column that cannot be taken."""
    suffix = format_of(filename)
    text = reading.decoded(data, encoding)
    document: dict[str, Any] = {}
    if suffix in ("csv", "tsv"):
        raw = reading.table(text, "\t" if suffix == "tsv" else ",;\t")
    else:
        document = (
            reading.document(text, _LISTS)
            if suffix == "json"
            else {"facts": reading.json_lines(text)}
        )
        raw = reading.objects(document.pop("facts"))
    unread = [*raw.unread, *(f"“{visible(name)}”" for name in document if name not in _LISTS)]
    notes = [f"Not read: {', '.join(unread)}."] if unread else []
    rows: list[Row] = []
    problems: list[Problem] = []
    for number, cells in watched(list(raw.cells.items()), "checking"):
        cells, note = folded(cells)
        fact, wrong = fact_in(number, cells)
        problems += wrong
        if fact is not None:
            given = (name for name in COLUMNS if name in cells and (name != "id" or fact.id))
            rows.append(Row(number, fact, frozenset(given)))
        careful = [Problem(number, "answer", note)] if note else []
        notes += (f"Careful: {one}." for one in (*careful, *doubts_of(number, cells)))
    if problems:
        raise ImportRefused(*problems)
    return Batch(
        tuple(rows),
        _things(document, "reports", Report),
        _things(document, "topics", Topic),
        _things(document, "terms", Term),
        tuple(notes),
    )


def folded(cells: Mapping[str, Cell]) -> tuple[Mapping[str, Cell], str]:
    """Make what follows the first sentences of an answer that is too long its detail; say so."""
    answer, detail = cells.get("answer"), cells.get("detail")
    if not isinstance(answer, str) or detail or len(answer := answer.strip()) <= LONGEST_TEXT:
        return cells, ""
    for most in FIRST_PART:
        first, rest = _cut(answer, most)
        if len(rest) <= LONGEST_TEXT:
            break
    said = f"{len(answer):,} characters: what follows “… {first[-30:]}” is now its detail"
    if len(rest) > LONGEST_TEXT:
        rest, left = _cut(rest, LONGEST_TEXT - 2)
        rest += " …"
        said += f", but for the last {len(left):,} characters, which are left out"
    return {**cells, "answer": first, "detail": rest}, said


def _cut(text: str, most: int) -> tuple[str, str]:
    """Part a text after the last sentence, or else word, that ends within so many characters."""
    ends = [found.start() for found in re.finditer(r"(?<=[.!?])\s|\n", text[: most + 1])]
    end = ends[-1] if ends and ends[-1] > most / 2 else text.rfind(" ", most // 2, most + 1)
    end = end if end > 0 else most
    return text[:end].rstrip(), text[end:].strip()


def doubts_of(number: int, cells: Mapping[str, Cell]) -> Iterator[Problem]:
    """Give what can be taken but looks as if another program had spoilt it."""
    for column in (column for column in COLUMNS if column in cells):
        text = _plain(cells[column])
        if found := misread(text):
            yield Problem(number, column, f"“{found}” looks like letters read wrongly")
        if left := _REMAINS.search(text):
            yield Problem(number, column, f"holds “{visible(left[0])}”")
        for address in _ADDRESS.findall(text if column != "link" else ""):
            if reason := wrong_link(address):
                yield Problem(number, column, f"“{visible(address)}” {reason}")


def _plain(cell: Cell) -> str:
    if isinstance(cell, dict):
        cell = list(cell.values())
    return "\n".join(map(_plain, cell)) if isinstance(cell, list) else str(cell or "")


def _things(document: Mapping[str, Any], name: str, made: type[T]) -> tuple[T, ...]:
    """Read the reports, topics or terms of a document."""
    rows = document.get(name) or []
    found: dict[str, T] = {}
    problems: list[Problem] = []
    for number, row in enumerate(rows if isinstance(rows, list) else [rows], start=1):
        values, wrong = _fields(row, made)
        if not wrong:
            thing = made(**values)
            key = thing.said if isinstance(thing, Term) else thing.id
            if found.setdefault(key, thing) is not thing:
                wrong = [f"“{key}” stands there twice"]
        problems += [Problem(0, f"{name}, entry {number}", reason) for reason in wrong]
    if problems:
        raise ImportRefused(*problems)
    return tuple(found.values())


def _fields(row: object, made: type[Report | Topic | Term]) -> tuple[dict[str, Any], list[str]]:
    if not isinstance(row, dict):
        return {}, ["must be an object { … }"]
    values: dict[str, Any] = {}
    known = {field.name: field for field in fields(made)}
    wrong = [f"has no field “{visible(name)}”" for name in row if name not in known]
    for name, field in known.items():
        try:
            if name in row or field.default is MISSING:
                values[name] = _field(name, row.get(name, ""))
            if name in _NEEDED and not values[name]:
                wrong.append(f"“{name}” is missing")
        except ValueError as error:
            wrong.append(f"“{name}” {error}")
    return values, wrong


def _field(name: str, value: Cell) -> object:
    if name == "position":
        if type(value) is not int:
            raise ValueError("must be a number")
        return value
    if not isinstance(value, str):
        raise ValueError("must be text")
    return (read_id if name == "id" else read_link if name.endswith("url") else read_text)(value)


# --- Writing --------------------------------------------------------------------------------------


def write(batch: Batch, filename: str) -> bytes:
    """Write a batch so that reading it back gives the same; CSV and TSV hold its rows only."""
    suffix = format_of(filename)
    facts = [row.fact for row in batch.rows]
    if suffix == "jsonl":
        return "".join(json.dumps(cells_of(f), ensure_ascii=False) + "\n" for f in facts).encode()
    if suffix == "json":
        document: dict[str, object] = {
            name: [asdict(thing) for thing in getattr(batch, name)] for name in _LISTS
        }
        document["facts"] = [cells_of(fact) for fact in facts]
        return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
    out = io.StringIO(newline="")
    table = csv.writer(out, delimiter="\t" if suffix == "tsv" else ",", lineterminator="\r\n")
    table.writerow(COLUMNS)
    table.writerows([*map(quoted, lines_of(fact))] for fact in facts)
    # The mark tells spreadsheets that the file is UTF-8.
    return out.getvalue().encode("utf-8-sig")
