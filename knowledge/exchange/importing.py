"""Files compared with what there is: the plan of an import, and everything as a file holds it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePath
from typing import Generic, TypeVar

from knowledge.errors import ImportRefused, Problem
from knowledge.exchange.columns import COLUMNS, LONGEST_TOPIC, visible
from knowledge.exchange.files import FORMATS, Batch, Row, read
from knowledge.exchange.plan import Plan
from knowledge.model import Fact, Report, Topic
from knowledge.snapshot import LONGEST_ID, Edit, Snapshot, Swap, Thing, free, place_of

T = TypeVar("T", bound=Report | Topic)


def batch_of(snapshot: Snapshot) -> Batch:
    """Give everything as a file holds it: topics by their names, where a name tells them apart."""
    names = Counter(name for t in snapshot.topics for name in (t.name, t.id))
    topics = {t.id: t.name for t in snapshot.topics if names[t.name] == 1 or t.name == t.id}
    rows = (
        Row(number, replace(fact, topic=topics.get(fact.topic, fact.topic)), frozenset(COLUMNS))
        for number, fact in enumerate(snapshot.facts.values(), start=1)
    )
    return Batch(tuple(rows), snapshot.reports, snapshot.topics, snapshot.terms)


# --- Files ----------------------------------------------------------------------------------------


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
    if not batches and not problems:
        problems.append(Problem(0, "", "there is no .csv, .tsv, .json or .jsonl file in it"))
    if problems:
        raise ImportRefused(*problems)
    brought = {_folder(name): b.reports[0].id for name, b in reversed(batches.items()) if b.reports}
    known = _reports(snapshot, ())
    unread = [visible(name) for name, _ in files if name not in batches]
    notes = [f"Not read: {', '.join(unread)}."] if unread else []
    rows: list[Row] = []
    for name, batch in batches.items():
        own = title or brought.get(_folder(name), "") or title_of(name)
        if not (several or title or batch.reports or not snapshot.reports or known.known(own)):
            own = ""
        rows += (replace(row, title=own, file=name if several else "") for row in batch.rows)
        notes += (f"{visible(name)}: {note}" if several else note for note in batch.notes)
    every = batches.values()
    whole = Batch(
        tuple(rows),
        tuple(report for batch in every for report in batch.reports),
        tuple(topic for batch in every for topic in batch.topics),
        tuple(term for batch in every for term in batch.terms),
        tuple(notes),
    )
    named = f"{len(batches)} files" if several else visible(files[0][0])
    return plan(whole, snapshot, what or f"imported {named}")


def title_of(filename: str) -> str:
    """Make the title of a report of a file's name."""
    words = " ".join(re.split(r"[\s_-]+", visible(PurePath(filename).stem))).strip()
    return (words[:1].upper() + words[1:])[:LONGEST_TOPIC] or "Report"


def _folder(name: str) -> str:
    return str(PurePath(name).parent)


def _reads(name: str) -> bool:
    return PurePath(name).suffix.lower().lstrip(".") in (*FORMATS, "ndjson")


# --- Comparing ------------------------------------------------------------------------------------


def plan(batch: Batch, snapshot: Snapshot, what: str = "import") -> Plan:
    """Compare a file's batch with what there is.

    A new entry without source, of no report that the file names, is said to be added today.
    """
    reports, topics = _reports(snapshot, batch.reports), _topics(snapshot, batch.topics)
    first = next(iter((*batch.reports, *snapshot.reports)), None)
    by_question: dict[str, list[Fact]] = {}
    for fact in snapshot.facts.values():
        by_question.setdefault(alike(fact.question), []).append(fact)
    # Ids are taken by what there is and by what the file itself names.
    taken = {*snapshot.facts, *(row.fact.id for row in batch.rows)}
    swaps: list[Swap] = []
    problems: list[Problem] = []
    by_id: dict[str, Row] = {}
    asked: dict[tuple[str, str], Row] = {}
    for row in batch.rows:
        fact, name = row.fact, row.fact.report or row.title
        report = reports.known(name)
        same = [snapshot.facts[fact.id]] if fact.id in snapshot.facts else []
        if not fact.id:
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
            report = first if first and not name else reports.named(name or "Report")
            # What a plain table holds stands under one heading of its own.
            own = (report.short_title or report.title)[:LONGEST_TOPIC] if row.title else "Other"
            topic = topics.named(fact.topic or own)
            key = fact.id or free(slug(fact.question), taken)
            after = replace(fact, id=key, report=report.id, topic=topic.id)
            if not (fact.is_gap or fact.source or name or "added" in row.given):
                after = replace(after, added=date.today().isoformat())
            taken.add(after.id)
        swaps.append(Swap(before, after))
        if (other := by_id.setdefault(after.id, row)) is not row:
            problems.append(row.problem("id", f"“{after.id}” stands in {other} already"))
        # An entry without an id is found by its question, which must be of one.
        other = asked.setdefault((after.report, alike(after.question)), row)
        if other is not row and not (fact.id and other.fact.id):
            reason = f"{other} has the same; give both an id, or leave one out"
            problems.append(row.problem("question", reason))
    if problems:
        raise ImportRefused(*problems)
    moved = [swap for swap in swaps if swap.before != swap.after]
    held = {place_of(thing): thing for thing in snapshot.things}
    brought: tuple[Thing, ...] = (*reports.brought, *topics.brought, *batch.terms)
    new = [Swap(held.get(place_of(one)), one) for one in brought if held.get(place_of(one)) != one]
    edit = Edit(what, (*new, *moved))
    touched = [swap.after for swap in moved if isinstance(swap.after, Fact)]
    nowhere = (
        f"Careful: {fact.id} stands beside “{one}”, which there is none of."
        for fact in touched
        for one in fact.beside
        if one not in taken
    )
    unchanged = len(swaps) - len(moved)
    return Plan(edit, unchanged, _shared(touched, snapshot), (*batch.notes, *nowhere))


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


# --- Names ----------------------------------------------------------------------------------------


class Headings(Generic[T]):
    """Reports or topics by their names; `brought` has those that a file brings or makes.

    A name is read exactly first, then whatever its case; ids go before titles.
    """

    def __init__(
        self,
        known: Sequence[T],
        brought: Iterable[T],
        names: Sequence[str],
        make: Callable[[str, str], T],
    ) -> None:
        self.brought, self._make = list(brought), make
        every = (*known, *self.brought)
        self._ids = {thing.id for thing in every}
        self._by_name: dict[str, T] = {}
        for write in (str, alike):
            for name in names:
                for thing in every:
                    self._by_name.setdefault(write(getattr(thing, name)), thing)
        self._by_name.pop("", None)

    def known(self, name: str) -> T | None:
        """Give the one of a name, None when there is none."""
        return self._by_name.get(name) or self._by_name.get(alike(name))

    def named(self, name: str) -> T:
        """Give the one of a name, made if there is none yet."""
        if found := self.known(name):
            return found
        made = self._make(free(slug(name), self._ids), name)
        self._ids.add(made.id)
        self._by_name[alike(name)] = made
        self.brought.append(made)
        return made

    def call(self, name: str, thing: T) -> None:
        """Let a name stand for one that is known by another."""
        self._by_name[name] = thing


def _reports(snapshot: Snapshot, brought: Iterable[Report]) -> Headings[Report]:
    names = ("id", "title", "short_title")
    return Headings(
        snapshot.reports, brought, names, lambda key, title: Report(key, title, title, "", "", "")
    )


def _topics(snapshot: Snapshot, brought: Sequence[Topic]) -> Headings[Topic]:
    ids = {topic.id for topic in snapshot.topics}
    names = {alike(topic.name): topic for topic in reversed(snapshot.topics)}
    # One that differs from a known topic in its id and in case alone is that one.
    same = [topic for topic in brought if topic.id not in ids and alike(topic.name) in names]
    new = [topic for topic in brought if topic not in same]

    def make(key: str, name: str) -> Topic:
        last = max((topic.position for topic in (*snapshot.topics, *made.brought)), default=0)
        return Topic(key, name, last + 1)

    made = Headings(snapshot.topics, new, ("id", "name"), make)
    for topic in same:
        made.call(topic.id, names[alike(topic.name)])
    return made


def slug(text: str) -> str:
    """Make an id from words: lower case, hyphens, at most 48 characters."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:LONGEST_ID].strip("-") or "entry"


def alike(text: str) -> str:
    """Give what texts have in common that differ in case and spaces alone."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
