"""Rows compared with what there is: the outcome of an import before it happens, and its words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, TypeVar

from knowledge.errors import Problem, refuse
from knowledge.exchange.columns import COLUMNS, LONGEST_TOPIC, Cells, figure_line, read_cells
from knowledge.model import Fact, Figure, Report, Term, Topic
from knowledge.snapshot import LONGEST_ID, Edit, Snapshot, Swap, free, place_of

T = TypeVar("T", bound=Report | Topic)
Heading = Report | Topic | Term

# New entries, and changed ones and notes, written out when a plan is printed.
SHOWN_NEW = 3
SHOWN = 20
_LISTS = {"also_asked": "phrasing", "figures": "figure", "beside": "beside"}


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of a file, its id "" where the file gives none; `given` names the fields held.

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


def row_in(number: int, cells: Cells) -> tuple[Row | None, list[Problem]]:
    """Read a row as a fact, or name all that is wrong with it."""
    fields, problems = read_cells(COLUMNS, cells, number)
    if problems:
        return None, problems
    fields["also_asked"] = tuple(w for w in fields["also_asked"] if w != fields["question"])
    fields["retired"] = fields.pop("state") == "retired"
    given = {"retired" if name == "state" else name for name in COLUMNS if name in cells}
    return Row(number, Fact(**fields), frozenset(given)), []


@dataclass(frozen=True, slots=True)
class Plan:
    """The outcome of an import, before it happens; `edit` makes it happen.

    `notes` say what of the files is not read, is cut or looks spoilt, and what stays as it is.
    """

    edit: Edit
    unchanged: int
    notes: tuple[str, ...] = ()

    @property
    def new(self) -> tuple[Fact, ...]:
        """Give the facts that there are none of yet."""
        return tuple(after for before, after in self.edit.facts() if after and not before)

    @property
    def changed(self) -> tuple[Swap, ...]:
        """Give the facts that there are already, before and after."""
        return tuple(swap for swap in self.edit.swaps if swap.kind == "fact" and swap.before)

    @property
    def changes_nothing(self) -> bool:
        """Tell whether carrying out the plan would leave everything as it is."""
        return not self.edit.swaps

    def lines(self, new: int = SHOWN_NEW, changed: int = SHOWN, notes: int = SHOWN) -> list[str]:
        """Say what would change, with so many new and changed entries and notes in full."""
        added, moved = self.new, self.changed
        lines = [f"{len(added)} new, {len(moved)} changed, {self.unchanged} unchanged."]
        for kind in ("report", "topic", "term"):
            if keys := [swap.key for swap in self.edit.swaps if swap.kind == kind]:
                rest = f" and {len(keys) - 5} more" if len(keys) > 5 else ""
                lines.append(f"New or changed {kind}s: {', '.join(keys[:5])}{rest}.")
        lines += [*self.notes[:notes], *_rest(self.notes[notes:])]
        for fact in added[:new]:
            empty = Fact(fact.id, "", "", fact.report, fact.topic, kind=fact.kind)
            lines += [f"- new: {fact.id}", *_indented(difference(Swap(empty, fact)))]
        lines += _rest(added[new:], " new")
        for swap in moved[:changed]:
            retired = all(isinstance(f, Fact) and f.retired for f in (swap.before, swap.after))
            lines.append(f"- {swap.key}{' (retired)' if retired else ''}")
            lines += _indented(difference(swap))
        return [*lines, *_rest(moved[changed:], " changed")]

    def __str__(self) -> str:
        return "\n".join(self.lines())


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}".replace("\n", "\n    ") for line in lines]


def _rest(left: Sequence[object], what: str = "") -> list[str]:
    return [f"- and {len(left)} more{what}"] if left else []


def difference(swap: Swap) -> list[str]:
    """Write what a change does to each field of a fact, a line or more for each."""
    lines: list[str] = []
    for name in swap.fields:
        before, after = getattr(swap.before, name), getattr(swap.after, name)
        if word := _LISTS.get(name):
            lines += [f"{word} added: {_written(one)}" for one in after if one not in before]
            lines += [f"{word} taken away: {_written(one)}" for one in before if one not in after]
            if set(before) == set(after):
                lines.append(f"{word}s in another order")
        elif name == "retired":
            lines.append("retired" if after else "restored")
        else:
            lines.append(f"{name}: “{before}” becomes “{after}”" if before else f"{name}: {after}")
    return lines


def _written(one: object) -> str:
    return figure_line(one) if isinstance(one, Figure) else str(one)


# --- Comparing ------------------------------------------------------------------------------------


def plan(
    rows: Sequence[Row],
    snapshot: Snapshot,
    what: str,
    headings: Sequence[Heading] = (),
    notes: Sequence[str] = (),
) -> Plan:
    """Compare rows, and the headings that come with them, with what there is.

    A new entry without source, of no report that the file names, is said to be added today.
    """
    reports, topics = reports_of(snapshot, headings), _topics_of(snapshot, headings)
    first = next(iter((*reports.brought, *snapshot.reports)), None)
    by_question: dict[str, list[Fact]] = {}
    for fact in snapshot.facts.values():
        by_question.setdefault(alike(fact.question), []).append(fact)
    # Ids are taken by what there is and by what the file itself names.
    taken = {*snapshot.facts, *(row.fact.id for row in rows)}
    swaps: list[Swap] = []
    problems: list[Problem] = []
    by_id: dict[str, Row] = {}
    asked: dict[tuple[str, str], Row] = {}
    for row in rows:
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
            # What the file has no column for stays; an empty report or topic changes nothing.
            said = {name: getattr(fact, name) for name in row.given} | {"id": before.id}
            said["report"] = reports.named(fact.report).id if fact.report else before.report
            said["topic"] = topics.named(fact.topic).id if fact.topic else before.topic
            after = replace(before, **said)
        else:
            report = first if first and not name else reports.named(name or "Report")
            # What a plain table holds stands under one heading of its own.
            own = (report.short_title or report.title)[:LONGEST_TOPIC] if row.title else "Other"
            key = fact.id or free(slug(fact.question), taken)
            topic = topics.named(fact.topic or own)
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
    refuse(problems)
    terms = (one for one in headings if isinstance(one, Term))
    brought: tuple[Heading, ...] = (*reports.brought, *topics.brought, *terms)
    every = (*(Swap(snapshot.held.get(place_of(one)), one) for one in brought), *swaps)
    edit = Edit(what, tuple(swap for swap in every if swap.before != swap.after))
    moved = [after for _, after in edit.facts() if after]
    nowhere = (
        f"Careful: {fact.id} stands beside “{one}”, which there is none of."
        for fact in moved
        for one in fact.beside
        if one not in taken
    )
    shared = _shared(moved, snapshot.after(edit))
    return Plan(edit, len(swaps) - len(moved), (*notes, *nowhere, *shared, *_left(swaps, snapshot)))


def _left(swaps: Sequence[Swap], snapshot: Snapshot) -> Iterator[str]:
    """Say how many entries of reports that come again are not among those that come."""
    again = {swap.key: swap.before for swap in swaps if isinstance(swap.before, Fact)}
    reports = {fact.report for fact in again.values()}
    live = (fact for fact in snapshot.facts.values() if not fact.retired)
    if left := sum(fact.report in reports and fact.id not in again for fact in live):
        yield f"{left} other {'entries stay as they are' if left > 1 else 'entry stays as it is'}."


def _shared(facts: Iterable[Fact], snapshot: Snapshot) -> Iterator[str]:
    """Say how many phrasings of facts another has as well."""
    owners = Counter(text for fact in snapshot.facts.values() for text in _ways(fact))
    mine = {text for fact in facts for text in _ways(fact)}
    if shared := sum(owners[text] > 1 for text in mine):
        yield f"Careful: phrasings that belong to another entry as well: {shared}."


def _ways(fact: Fact) -> set[str]:
    return set() if fact.retired else {phrasing.casefold() for phrasing in fact.phrasings}


# --- Names ----------------------------------------------------------------------------------------


class Headings(Generic[T]):
    """Reports or topics by their names; `brought` has those that a file brings or makes.

    A name is read exactly first, then whatever its case; ids go before titles.
    """

    def __init__(
        self, known: Sequence[T], brought: Sequence[T], make: Callable[[str, str], T]
    ) -> None:
        self.brought, self._make = list(brought), make
        every = (*known, *brought)
        self._ids = {thing.id for thing in every}
        self.by_name: dict[str, T] = {}
        for write in (str, alike):
            for name in ("id", "name", "title", "short_title"):
                for thing in every:
                    self.by_name.setdefault(write(getattr(thing, name, "")), thing)
        self.by_name.pop("", None)

    def known(self, name: str) -> T | None:
        """Give the one of a name, None when there is none."""
        return self.by_name.get(name) or self.by_name.get(alike(name))

    def named(self, name: str) -> T:
        """Give the one of a name, made if there is none yet."""
        if found := self.known(name):
            return found
        made = self._make(free(slug(name), self._ids), name)
        self._ids.add(made.id)
        self.by_name[alike(name)] = made
        self.brought.append(made)
        return made


def reports_of(snapshot: Snapshot, brought: Sequence[Heading] = ()) -> Headings[Report]:
    """Give the reports that there are, with those that a file brings."""
    mine = [one for one in brought if isinstance(one, Report)]
    return Headings(snapshot.reports, mine, lambda key, name: Report(key, name, name, "", "", ""))


def _topics_of(snapshot: Snapshot, brought: Sequence[Heading]) -> Headings[Topic]:
    ids = {topic.id for topic in snapshot.topics}
    names = {alike(topic.name): topic for topic in reversed(snapshot.topics)}
    mine = [one for one in brought if isinstance(one, Topic)]
    # One that differs from a known topic in its id and in case alone is that one.
    same = {t.id: names[alike(t.name)] for t in mine if t.id not in ids and alike(t.name) in names}

    def make(key: str, name: str) -> Topic:
        last = max((topic.position for topic in (*snapshot.topics, *made.brought)), default=0)
        return Topic(key, name, last + 1)

    made = Headings(snapshot.topics, [topic for topic in mine if topic.id not in same], make)
    made.by_name |= same
    return made


def slug(text: str) -> str:
    """Make an id from words: lower case, hyphens, at most 48 characters."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:LONGEST_ID].strip("-") or "entry"


def alike(text: str) -> str:
    """Give what texts have in common that differ in case and spaces alone."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
