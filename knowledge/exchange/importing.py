"""What an import would change: a plan that can be shown before it is carried out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import TypeVar

from knowledge.changes import Edit, Swap, swaps
from knowledge.errors import ImportRefused, Problem
from knowledge.exchange.figures import line_of
from knowledge.exchange.files import FORMATS, Batch, joined, read
from knowledge.exchange.validation import COLUMNS, LONGEST, Row, alike, free, slug, visible
from knowledge.model import Fact, Figure, Report, Topic
from knowledge.snapshot import Snapshot

# New and changed entries written out when a plan is printed.
SHOWN_NEW = 3
SHOWN = 20

T = TypeVar("T", Report, Topic)


@dataclass(frozen=True, slots=True)
class Changed:
    """A fact before and after, and the names of the fields that differ."""

    before: Fact
    after: Fact
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The outcome of an import, before it happens; `edit` makes it happen.

    `shared` counts phrasings of new and changed facts that belong to another fact already;
    `notes` say what of the files is not read and what looks spoilt.
    """

    edit: Edit
    new: tuple[Fact, ...]
    changed: tuple[Changed, ...]
    unchanged: int
    shared: int = 0
    notes: tuple[str, ...] = ()
    batch: Batch = field(default_factory=lambda: Batch(()), repr=False)
    today: str = ""

    def on(self, snapshot: Snapshot) -> Edit:
        """Give the edit for what there is by now, where it does the same to every entry."""
        now = plan(self.batch, snapshot, self.edit.what, self.today).edit
        return now if now.facts() == self.edit.facts() else self.edit

    @property
    def changes_nothing(self) -> bool:
        """Tell whether carrying out the plan would leave everything as it is."""
        return not self.edit.swaps

    def lines(self, new: int = SHOWN_NEW, changed: int = SHOWN, notes: int = SHOWN) -> list[str]:
        """Say what would change, with so many new and changed entries and notes in full."""
        lines = [f"{len(self.new)} new, {len(self.changed)} changed, {self.unchanged} unchanged."]
        for kind in ("report", "topic", "term"):
            if keys := [swap.key for swap in self.edit.swaps if swap.kind == kind]:
                rest = f" and {len(keys) - 5} more" if len(keys) > 5 else ""
                lines.append(f"New or changed {kind}s: {', '.join(keys[:5])}{rest}.")
        lines += [*self.notes[:notes], *_rest(self.notes[notes:])]
        for fact in self.new[:new]:
            lines += [f"- new: {fact.id}", *(f"    {line}" for line in contents(fact))]
        lines += _rest(self.new[new:], " new")
        for change in self.changed[:changed]:
            state = " (retired)" if change.before.retired and change.after.retired else ""
            lines += [f"- {change.after.id}{state}"]
            lines += [f"    {line}" for line in difference(change)]
        return [*lines, *_rest(self.changed[changed:], " changed")]

    def __str__(self) -> str:
        return "\n".join(self.lines())


def _rest(left: Sequence[object], what: str = "") -> list[str]:
    return [f"- and {len(left)} more{what}"] if left else []


def contents(fact: Fact) -> list[str]:
    """Write what an entry says, a line or more for each field."""
    empty = Fact(fact.id, "", "", fact.report, fact.topic, kind=fact.kind)
    return difference(Changed(empty, fact, Swap(empty, fact).fields))


_LISTS = {"also_asked": "phrasing", "figures": "figure", "beside": "beside"}


def difference(change: Changed) -> list[str]:
    """Write what a change does to each field, a line or more for each."""
    lines: list[str] = []
    for name in change.fields:
        before, after = getattr(change.before, name), getattr(change.after, name)
        if word := _LISTS.get(name):
            lines += [f"{word} added: {_written(one)}" for one in after if one not in before]
            lines += [f"{word} taken away: {_written(one)}" for one in before if one not in after]
            if set(before) == set(after):
                lines.append(f"{word}s in another order")
        elif name == "retired":
            lines.append("retired" if after else "restored")
        elif before:
            lines.append(f"{name}: “{before}” becomes “{after}”")
        else:
            lines.append(f"{name}: {after}")
    return lines


def _written(one: object) -> str:
    return line_of(one) if isinstance(one, Figure) else str(one)


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
    problems: list[Problem] = []
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
    known = {alike(name) for report in snapshot.reports for name in _report_names(report)}
    notes = [f"Not read: {', '.join(unread)}."] if unread else []
    rows: list[Row] = []
    for name, batch in batches.items():
        own = title or brought.get(_folder(name), "") or title_of(name)
        if not (several or title or batch.reports or not snapshot.reports or alike(own) in known):
            own = ""
        rows += (replace(row, title=own) for row in batch.rows)
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
    headings = _Headings(batch, snapshot)
    new: list[Fact] = []
    changed: list[Changed] = []
    unchanged = 0
    problems: list[Problem] = []
    by_question: dict[str, list[Fact]] = {}
    for fact in snapshot.facts.values():
        by_question.setdefault(alike(fact.question), []).append(fact)
    # Ids are taken by what there is and by what the file itself names.
    taken = {*snapshot.facts, *(row.fact.id for row in batch.rows if "id" in row.given)}
    for row in batch.rows:
        if "id" in row.given:
            before = snapshot.facts.get(row.fact.id)
        else:
            asked = by_question.get(alike(row.fact.question), [])
            if name := row.fact.report or row.title:
                asked = [fact for fact in asked if fact.report == headings.known(name)]
            asked = [f for f in asked if f.question == row.fact.question] or asked
            if len(asked) > 1:
                reason = f"{len(asked)} entries ask this; name the id of the one meant"
                problems.append(Problem(row.number, "question", reason))
            before = asked[0] if asked else None
        if before is None:
            fact = _complete(row, headings, today)
            if "id" not in row.given:
                fact = replace(fact, id=free(fact.id, taken))
            taken.add(fact.id)
            new.append(fact)
            continue
        after = _merged(before, row, headings)
        if names := Swap(before, after).fields:
            changed.append(Changed(before, after, names))
        else:
            unchanged += 1
    if problems:
        raise ImportRefused(tuple(problems))
    made = (
        *swaps(snapshot.reports, headings.reports),
        *swaps(snapshot.topics, headings.topics),
        *swaps(snapshot.terms, batch.terms),
        *(Swap(change.before, change.after) for change in changed),
        *(Swap(None, fact) for fact in new),
    )
    touched = [*new, *(change.after for change in changed)]
    nowhere = {
        f"Careful: {fact.id} stands beside “{one}”, which there is none of."
        for fact in touched for one in fact.beside if one not in taken
    }  # fmt: skip
    notes = (*batch.notes, *sorted(nowhere))
    edit, shared = Edit(what, made), _shared(touched, snapshot)
    return Plan(edit, tuple(new), tuple(changed), unchanged, shared, notes, batch, today)


class _Headings:
    """The reports and topics that rows name, made where there are none yet."""

    def __init__(self, batch: Batch, snapshot: Snapshot) -> None:
        self.reports = list(batch.reports)
        self._reports = _by_name([*snapshot.reports, *batch.reports], _report_names)
        self._first = next((r.id for r in (*batch.reports, *snapshot.reports)), "")
        self._topics = _by_name(snapshot.topics, lambda topic: (topic.id, topic.name))
        known = {topic.id for topic in snapshot.topics}
        # One that differs from a known topic in its id and in case alone is that one.
        self.topics = [t for t in batch.topics if t.id in known or not self._topic(t.name)]
        named = _by_name([*snapshot.topics, *self.topics], lambda topic: (topic.id, topic.name))
        same = {topic.id: named[alike(topic.name)] for topic in batch.topics}
        self._topics = same | named
        self._position = max((t.position for t in self._topics.values()), default=0)

    def known(self, name: str) -> str:
        """Give the id of the report of a name, "" when there is none."""
        found = self._reports.get(name) or self._reports.get(alike(name))
        return found.id if found else ""

    def report(self, name: str) -> str:
        """Give the id of a report by its name, "" for the first."""
        if not name and self._first:
            return self._first
        name = name or "Report"
        if not self.known(name):
            made = Report(
                free(slug(name), {r.id for r in self._reports.values()}), name, name, "", "", ""
            )
            self._reports[alike(name)] = made
            self.reports.append(made)
        return self.known(name)

    def topic(self, name: str) -> str:
        """Give the id of a topic by its name."""
        if not (found := self._topic(name)):
            self._position += 1
            ids = {topic.id for topic in self._topics.values()}
            found = Topic(free(slug(name), ids), name, self._position)
            self._topics[alike(name)] = found
            self.topics.append(found)
        return found.id

    def title(self, report: str) -> str:
        """Give the short title of a report by its id."""
        return next(r.short_title or r.title for r in self._reports.values() if r.id == report)

    def _topic(self, name: str) -> Topic | None:
        return self._topics.get(name) or self._topics.get(alike(name))


def _report_names(report: Report) -> tuple[str, ...]:
    return report.id, report.title, report.short_title


def _by_name(things: Iterable[T], names: Callable[[T], tuple[str, ...]]) -> dict[str, T]:
    """Find things by their names: exactly first, then whatever their case; ids before others."""
    last = {names(thing)[0]: thing for thing in things}.values()
    found: dict[str, T] = {}
    for write in (str, alike):
        for level in zip(*map(names, last), strict=True):
            for name, thing in zip(level, last, strict=True):
                if name:
                    found.setdefault(write(name), thing)
    return found


def _complete(row: Row, headings: _Headings, today: str) -> Fact:
    """Give a new fact its headings, and the day it was added when it has no source."""
    fact = row.fact
    report = headings.report(fact.report or row.title)
    topic = fact.topic or (headings.title(report) if row.title else "Other")
    dated = not (fact.is_gap or fact.source or fact.report or row.title or "added" in row.given)
    return replace(
        fact,
        report=report,
        topic=headings.topic(topic[: LONGEST["topic"]]),
        added=today if dated else fact.added,
    )


def _merged(before: Fact, row: Row, headings: _Headings) -> Fact:
    """Keep what the file has no column for; an empty report or topic cell changes nothing."""
    fact = row.fact
    kept = {name: getattr(before, name) for name in COLUMNS if name not in ("state", *row.given)}
    return replace(
        fact,
        **kept
        | {
            "id": before.id,
            "report": headings.report(fact.report) if fact.report else before.report,
            "topic": headings.topic(fact.topic) if fact.topic else before.topic,
            "retired": fact.retired if "state" in row.given else before.retired,
        },
    )


def _shared(facts: Sequence[Fact], snapshot: Snapshot) -> int:
    after = {**snapshot.facts, **{fact.id: fact for fact in facts}}
    owners = Counter(
        text for fact in after.values() if not fact.retired
        for text in {phrasing.casefold() for phrasing in fact.phrasings}
    )  # fmt: skip
    mine = {text.casefold() for fact in facts if not fact.retired for text in fact.phrasings}
    return sum(owners[text] > 1 for text in mine)
