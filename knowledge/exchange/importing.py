"""Files as an import takes them: every row read, or named with what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path, PurePath
from typing import Any

from knowledge.errors import ImportRefused, Problem
from knowledge.exchange import files
from knowledge.exchange.columns import (
    COLUMNS,
    LONGEST_TEXT,
    LONGEST_TOPIC,
    Cell,
    doubts_of,
    read_id,
    read_link,
    read_text,
    visible,
)  # fmt: skip
from knowledge.exchange.plan import Plan, Row, plan, reports_of, row_in
from knowledge.model import Report, Term, Topic
from knowledge.progress import watched
from knowledge.snapshot import Snapshot, place_of

Heading = Report | Topic | Term
# What a report, a topic or a term cannot do without.
_NEEDED = frozenset({"id", "title", "name", "said", "means"})
# Characters of an answer that is too long which stay its answer: no more than are shown at once,
# or as many as a message has room for with a whole detail.
FIRST_PART = (300, 800)


@dataclass(frozen=True, slots=True)
class Batch:
    """What a file holds; `notes` say what of it is not read, is cut or looks spoilt."""

    rows: tuple[Row, ...]
    headings: tuple[Heading, ...]
    notes: tuple[str, ...]

    @property
    def report(self) -> str:
        """Give the id of the first report that it brings, "" for none."""
        return next((one.id for one in self.headings if isinstance(one, Report)), "")


# --- Several files --------------------------------------------------------------------------------


def files_at(path: Path) -> list[tuple[str, bytes]]:
    """Give the file at a path, or all in a folder, by their names; those never read are empty."""
    if not path.is_dir():
        return [(path.name, path.read_bytes())]
    return [
        (str(file.relative_to(path)), file.read_bytes() if _reads(file.name) else b"")
        for file in sorted(path.rglob("*"))
        if file.is_file() and not any(p.startswith(".") for p in file.relative_to(path).parts)
    ]


def plan_files(
    found: Sequence[tuple[str, bytes]],
    snapshot: Snapshot,
    encoding: str = "",
    title: str = "",
    what: str = "",
) -> Plan:
    """Read files and say what they would change together; raises ImportRefused.

    Rows that name no report belong to the first one that a file beside theirs brings; where none
    does, and there is no other or `title` names it, to one called like the file.
    """
    batches: dict[str, Batch] = {}
    problems: list[Problem] = []
    try:
        COLUMNS["report"].read(title)
    except ValueError as error:
        problems.append(Problem(0, "report", str(error)))
    several = len(found) != 1
    for name, data in found:
        if several and not _reads(name):
            continue
        try:
            batches[name] = read(data, name, encoding)
        except ImportRefused as refused:
            if not several:
                raise
            problems += (replace(p, file=visible(name)) for p in refused.problems)
    if not batches and not problems:
        problems.append(Problem(0, "", "there is no .csv, .tsv, .json or .jsonl file in it"))
    if problems:
        raise ImportRefused(*problems)
    brought = {_folder(name): b.report for name, b in reversed(batches.items()) if b.report}
    known = reports_of(snapshot)
    unread = [visible(name) for name, _ in found if name not in batches]
    notes = [f"Not read: {', '.join(unread)}."] if unread else []
    rows: list[Row] = []
    for name, batch in batches.items():
        own = title or brought.get(_folder(name), "") or title_of(name)
        if not (several or title or batch.report or not snapshot.reports or known.known(own)):
            own = ""
        rows += (replace(row, title=own, file=name if several else "") for row in batch.rows)
        notes += (f"{visible(name)}: {note}" if several else note for note in batch.notes)
    headings = [heading for batch in batches.values() for heading in batch.headings]
    named = f"{len(batches)} files" if several else visible(found[0][0])
    return plan(rows, snapshot, what or f"imported {named}", headings, notes)


def title_of(filename: str) -> str:
    """Make the title of a report of a file's name."""
    words = " ".join(re.split(r"[\s_-]+", visible(PurePath(filename).stem))).strip()
    return (words[:1].upper() + words[1:])[:LONGEST_TOPIC] or "Report"


def _folder(name: str) -> str:
    return str(PurePath(name).parent)


def _reads(name: str) -> bool:
    return PurePath(name).suffix.lower().lstrip(".") in (*files.FORMATS, "ndjson")


# --- One file -------------------------------------------------------------------------------------


def read(data: bytes, filename: str, encoding: str = "") -> Batch:
    """Read a file; raises ImportRefused naming every row and column that cannot be taken."""
    suffix = files.format_of(filename)
    text = files.decoded(data, encoding)
    document: dict[str, Any] = {}
    if suffix in ("csv", "tsv"):
        found, unread = files.table(text, "\t" if suffix == "tsv" else ",;\t")
    elif suffix == "json":
        document = files.document(text)
        found, unread = files.objects(document.pop("facts"))
    else:
        found, unread = files.objects(files.json_lines(text))
    unread += (f"“{visible(name)}”" for name in document if name not in files.LISTS)
    notes = [f"Not read: {', '.join(unread)}."] if unread else []
    rows: list[Row] = []
    problems: list[Problem] = []
    for number, cells in watched(list(found.items()), "checking"):
        cells, note = folded(cells)
        row, wrong = row_in(number, cells)
        problems += wrong
        rows += [row] if row else []
        careful = [Problem(number, "answer", note)] if note else []
        notes += (f"Careful: {one}." for one in (*careful, *doubts_of(number, cells)))
    headings: dict[tuple[str, str], Heading] = {}
    for name, made in files.LISTS.items():
        several = document.get(name) or []
        listed = several if isinstance(several, list) else [several]
        for number, entry in enumerate(listed, start=1):
            try:
                heading = _heading(entry, made)
                place = place_of(heading)
                if headings.setdefault(place, heading) is not heading:
                    raise ValueError(f"“{place[1]}” stands there twice")
            except ValueError as error:
                problems.append(Problem(0, f"{name}, entry {number}", str(error)))
    if problems:
        raise ImportRefused(*problems)
    return Batch(tuple(rows), tuple(headings.values()), tuple(notes))


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


def _heading(entry: object, made: type[Heading]) -> Heading:
    """Read a report, a topic or a term; raises ValueError saying why not."""
    if not isinstance(entry, dict):
        raise ValueError("must be an object { … }")
    values: dict[str, Any] = {}
    known = {field.name: field for field in fields(made)}
    wrong = [f"has no field “{visible(name)}”" for name in entry if name not in known]
    for name, field in known.items():
        try:
            if name in entry or field.default is MISSING:
                values[name] = _field(name, entry.get(name, ""))
            if name in _NEEDED and not values[name]:
                wrong.append(f"“{name}” is missing")
        except ValueError as error:
            wrong.append(f"“{name}” {error}")
    if wrong:
        raise ValueError("; ".join(wrong))
    return made(**values)


def _field(name: str, value: Cell) -> object:
    if name == "position":
        if type(value) is not int:
            raise ValueError("must be a number")
        return value
    if not isinstance(value, str):
        raise ValueError("must be text")
    return (read_id if name == "id" else read_link if name.endswith("url") else read_text)(value)
