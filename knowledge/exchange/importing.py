"""Files compared with what there is: the plan of an import, and everything as a file holds it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePath

from knowledge.changes import Edit, Swap, swaps
from knowledge.errors import ImportRefused, Problem
from knowledge.exchange.files import FORMATS, Batch, joined, read
from knowledge.exchange.headings import reports_of, topics_of
from knowledge.exchange.plan import Changed, Plan
from knowledge.exchange.validation import COLUMNS, LONGEST, Row, alike, free, problems_of, visible
from knowledge.model import Fact, Report, Topic
from knowledge.snapshot import Snapshot


def batch_of(snapshot: Snapshot) -> Batch:
    """Give everything as a file holds it: topics by their names, where a name tells them apart."""
    names = Counter(name for t in snapshot.topics for name in (t.name, t.id))
    topics = {t.id: t.name for t in snapshot.topics if names[t.name] == 1 or t.name == t.id}
    rows = (
        Row(number, replace(fact, topic=topics.get(fact.topic, fact.topic)), frozenset(COLUMNS))
        for number, fact in enumerate(snapshot.facts.values(), start=1)
    )
    return Batch(tuple(rows), snapshot.reports, snapshot.topics, snapshot.terms)


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
    files: Sequence[tuple[str, bytes]],
    snapshot: Snapshot,
    encoding: str = "",
    title: str = "",
    what: str = "",
    today: str = "",
) -> Plan:
    """Read files and say what they would change together; raises ImportRefused.

    Rows that name no report belong to the first one that a file beside theirs brings; where none
    does, and there is no other or `title` names it, to one called like the file.
    """
    batches: dict[str, Batch] = {}
    problems = problems_of(0, {"question": "?", "answer": ".", "report": title})
    several = len(files) != 1
    for name, data in files:
        if several and not _reads(name):
            continue
        try:
            batches[name] = read(data, name, encoding)
        except ImportRefused as refused:
            if not several:
                raise
            problems += (replace(p, file=visible(name)) for p in refused.problems)
    unread = [visible(name) for name, _ in files if name not in batches]
    if several and not batches and not problems:
        problems.append(Problem(0, "", "there is no .csv, .tsv, .json or .jsonl file in it"))
    if problems:
        raise ImportRefused(tuple(problems))
    brought = {_folder(name): b.reports[0].id for name, b in reversed(batches.items()) if b.reports}
    known = reports_of(snapshot, ())
    notes = [f"Not read: {', '.join(unread)}."] if unread else []
    rows: list[Row] = []
    for name, batch in batches.items():
        own = title or brought.get(_folder(name), "") or title_of(name)
        if not (several or title or batch.reports or not snapshot.reports or known.known(own)):
            own = ""
        rows += (replace(row, title=own, file=name if several else "") for row in batch.rows)
        notes += (f"{visible(name)}: {note}" if several else note for note in batch.notes)
    whole = replace(joined(batches.values()), rows=tuple(rows), notes=tuple(notes))
    named = visible(files[0][0]) if len(files) == 1 else f"{len(batches)} files"
    return plan(whole, snapshot, what or f"imported {named}", today)


def title_of(filename: str) -> str:
    """Make the title of a report of a file's name."""
    words = " ".join(re.split(r"[\s_-]+", visible(PurePath(filename).stem))).strip()
    return (words[:1].upper() + words[1:])[: LONGEST["topic"]] or "Report"


def _folder(name: str) -> str:
    return str(PurePath(name).parent)


def _reads(name: str) -> bool:
    return PurePath(name).suffix.lower().lstrip(".") in (*FORMATS, "ndjson")


def plan(batch: Batch, snapshot: Snapshot, what: str = "import", today: str = "") -> Plan:
    """Compare a file's batch with what there is.

    A new entry without source, of no report that the file names, is said to be added `today`.
    """
    reports, topics = reports_of(snapshot, batch.reports), topics_of(snapshot, batch.topics)
    first = next(iter((*batch.reports, *snapshot.reports)), None)
    by_question: dict[str, list[Fact]] = {}
    for fact in snapshot.facts.values():
        by_question.setdefault(alike(fact.question), []).append(fact)
    # Ids are taken by what there is and by what the file itself names.
    taken = {*snapshot.facts, *(row.fact.id for row in batch.rows if "id" in row.given)}
    pairs: list[tuple[Fact | None, Fact]] = []
    problems: list[Problem] = []
    by_id: dict[str, Row] = {}
    asked: dict[tuple[str, str], Row] = {}
    for row in batch.rows:
        fact, name, named = row.fact, row.fact.report or row.title, "id" in row.given
        report = reports.known(name) if name else None
        same = [snapshot.facts[fact.id]] if named and fact.id in snapshot.facts else []
        if not named:
            same = by_question.get(alike(fact.question), [])
            same = [one for one in same if not name or (report and one.report == report.id)]
            same = [one for one in same if one.question == fact.question] or same
        if len(same) > 1:
            reason = f"{len(same)} entries ask this; name the id of the one meant"
            problems.append(row.problem("question", reason))
        before = same[0] if same else None
        if before:
            report = reports.named(fact.report) if fact.report else None
            topic = topics.named(fact.topic) if fact.topic else None
            after = _merged(before, row, report, topic)
        else:
            report = reports.named(name or "Report") if name or not first else first
            # What a plain table holds stands under one heading of its own.
            own = (report.short_title or report.title)[: LONGEST["topic"]] if row.title else "Other"
            after = replace(fact, report=report.id, topic=topics.named(fact.topic or own).id)
            if not named:
                after = replace(after, id=free(fact.id, taken))
            if not (fact.is_gap or fact.source or name or "added" in row.given):
                after = replace(after, added=today)
            taken.add(after.id)
        pairs.append((before, after))
        if (other := by_id.setdefault(after.id, row)) is not row:
            problems.append(row.problem("id", f"“{after.id}” stands in {other} already"))
        # An entry without an id is found by its question, which must be of one.
        other = asked.setdefault((after.report, alike(after.question)), row)
        if other is not row and not (named and "id" in other.given):
            reason = f"{other} has the same; give both an id, or leave one out"
            problems.append(row.problem("question", reason))
    if problems:
        raise ImportRefused(tuple(problems))
    moved = [Swap(before, after) for before, after in pairs if before != after]
    changed = [Changed(b, a, Swap(b, a).fields) for b, a in pairs if b and b != a]
    edit = Edit(
        what,
        (
            *swaps(snapshot.reports, reports.brought),
            *swaps(snapshot.topics, topics.brought),
            *swaps(snapshot.terms, batch.terms),
            *moved,
        ),
    )
    new = tuple(after for before, after in pairs if before is None)
    touched = [*new, *(change.after for change in changed)]
    nowhere = (
        f"Careful: {fact.id} stands beside “{one}”, which there is none of."
        for fact in touched
        for one in fact.beside
        if one not in taken
    )
    return Plan(
        edit,
        new,
        tuple(changed),
        len(pairs) - len(moved),
        _shared(touched, snapshot),
        (*batch.notes, *nowhere),
    )


def _merged(before: Fact, row: Row, report: Report | None, topic: Topic | None) -> Fact:
    """Keep what the file has no column for; an empty report or topic cell changes nothing."""
    kept = {name: getattr(before, name) for name in COLUMNS if name not in ("state", *row.given)}
    return replace(
        row.fact,
        **kept
        | {
            "id": before.id,
            "report": report.id if report else before.report,
            "topic": topic.id if topic else before.topic,
            "retired": row.fact.retired if "state" in row.given else before.retired,
        },
    )


def _shared(facts: Sequence[Fact], snapshot: Snapshot) -> int:
    """Count phrasings of facts that another has as well."""
    after = {**snapshot.facts, **{fact.id: fact for fact in facts}}
    owners = Counter(
        text
        for fact in after.values()
        if not fact.retired
        for text in {phrasing.casefold() for phrasing in fact.phrasings}
    )
    mine = {text.casefold() for fact in facts if not fact.retired for text in fact.phrasings}
    return sum(owners[text] > 1 for text in mine)
