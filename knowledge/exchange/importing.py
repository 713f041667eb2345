"""Files as an import takes them: every row read, or named with what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from knowledge.errors import ImportRefused, Problem, refuse
from knowledge.exchange import files
from knowledge.exchange.columns import LISTS, LONGEST_TEXT, LONGEST_TOPIC, doubts_of, read_cells
from knowledge.exchange.plan import Heading, Plan, Row, plan, reports_of, row_in
from knowledge.model import Report
from knowledge.progress import watched
from knowledge.snapshot import Snapshot

# Characters of an answer that is too long which stay its answer: as many as a message has room for
# with a whole detail.
FIRST_PART = 800


@dataclass(slots=True)
class Batch:
    """What a file holds; its `notes` say what of it is not read, is cut or looks spoilt."""

    rows: list[Row]
    headings: list[Heading]
    notes: list[str]


def files_at(path: Path) -> list[tuple[str, bytes]]:
    """Give the file at a path, or all in a folder, by their names; those never read are empty."""
    if not path.is_dir():
        return [(path.name, path.read_bytes())]
    found = ((file, str(file.relative_to(path))) for file in sorted(path.rglob("*")))
    return [
        (name, file.read_bytes() if files.kind_of(name) else b"")
        for file, name in found
        if file.is_file() and not any(part.startswith(".") for part in PurePath(name).parts)
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
    found, several = [(files.printable(name), data) for name, data in found], len(found) != 1
    unread = [name for name, _ in found if several and not files.kind_of(name)]
    notes = [f"Not read: {', '.join(unread)}."] if unread else []
    batches: dict[str, Batch] = {}
    problems: list[Problem] = []
    # The report that a folder is about.
    brought: dict[PurePath, str] = {}
    for name, data in found:
        try:
            if name not in unread:
                batches[name] = batch = read(data, name, encoding)
                for report in (one for one in batch.headings if isinstance(one, Report)):
                    brought.setdefault(PurePath(name).parent, report.id)
        except ImportRefused as refused:
            if not several:
                raise
            problems += (replace(problem, file=name) for problem in refused.problems)
    if not batches and not problems:
        problems.append(Problem(0, "", "there is no .csv, .tsv, .json or .jsonl file in it"))
    refuse(problems)
    rows: list[Row] = []
    for name, batch in batches.items():
        own = title or brought.get(PurePath(name).parent) or title_of(name)
        if not (several or title or brought or not snapshot.reports):
            # A file of more rows for what there is, unless it is called like a report.
            own = own if reports_of(snapshot).known(own) else ""
        rows += (replace(row, title=own, file=name if several else "") for row in batch.rows)
        notes += (f"{name}: {note}" if several else note for note in batch.notes)
    headings = [heading for batch in batches.values() for heading in batch.headings]
    named = f"{len(batches)} files" if several else found[0][0]
    return plan(rows, snapshot, what or f"imported {named}", headings, notes)


def title_of(filename: str) -> str:
    """Make the title of a report of a file's name."""
    words = " ".join(re.split(r"[\s_-]+", PurePath(filename).stem)).strip()
    return (words[:1].upper() + words[1:])[:LONGEST_TOPIC] or "Report"


def read(data: bytes, filename: str, encoding: str = "") -> Batch:
    """Read a file; raises ImportRefused naming every row and column that cannot be taken."""
    found, lists, notes = files.rows_in(data, filename, encoding)
    batch = Batch([], [], notes)
    problems: list[Problem] = []
    for number, cells in watched(list(found.items()), "checking"):
        careful = [*doubts_of(number, cells)]
        answer, detail = cells.get("answer"), cells.get("detail")
        if isinstance(answer, str) and len(answer.strip()) > LONGEST_TEXT and not detail:
            first, detail, said = _folded(answer.strip())
            cells = {**cells, "answer": first, "detail": detail}
            careful.append(Problem(number, "answer", said))
        row, wrong = row_in(number, cells)
        problems += wrong
        batch.rows += [row] if row else []
        batch.notes += (f"Careful: {one}." for one in careful)
    for name, (made, columns) in LISTS.items():
        several = lists.get(name) or []
        for number, entry in enumerate(several if isinstance(several, list) else [several], 1):
            place = f"{name}, entry {number}"
            if not isinstance(entry, dict):
                problems.append(Problem(0, place, "must be an object { … }"))
                continue
            strange = [key for key in entry if key not in columns]
            batch.notes += (f"Not read: “{files.printable(key)}” of {place}." for key in strange)
            fields, wrong = read_cells(columns, entry, place=f"{place}, ")
            problems += wrong
            batch.headings += [] if wrong else [made(**fields)]
    refuse(problems)
    return batch


def _folded(answer: str) -> tuple[str, str, str]:
    """Part an answer that is too long into answer and detail, and say so."""
    first, rest = _cut(answer, FIRST_PART)
    said = f"{len(answer):,} characters: what follows “… {first[-30:]}” is now its detail"
    if len(rest) > LONGEST_TEXT:
        rest, left = _cut(rest, LONGEST_TEXT - 2)
        rest += " …"
        said += f", but for the last {len(left):,} characters, which are left out"
    return first, rest, said


def _cut(text: str, most: int) -> tuple[str, str]:
    """Part a text after the last sentence, or else word, that ends within so many characters."""
    ends = (re.finditer(end, text[: most + 1]) for end in (r"(?<=[.!?])\s", r"\s"))
    places = [[one.start() for one in found if one.start() > most / 2] for found in ends]
    end = next((found[-1] for found in places if found), most)
    return text[:end].rstrip(), text[end:].strip()
