"""Rows compared with what there is: the outcome of an import before it happens, and its words."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from typing import Any, Generic, TypeVar

from knowledge.errors import ImportRefused, Problem
from knowledge.exchange.columns import COLUMNS, LONGEST_TOPIC, Cells, figure_line, read_cells
from knowledge.model import Fact, Figure, Report, Term, Topic
from knowledge.snapshot import LONGEST_ID, Edit, Snapshot, Swap, free, place_of

T = TypeVar("T", bound=Report | Topic)
Heading = Report | Topic | Term

# Of each list, what is written out when a plan is printed.
SHOWN = 10
_LISTS = {"also_asked": "phrasing", "figures": "figure", "beside": "beside"}


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a file, by the fields of a fact that the file holds.

    `title` is the report that the row belongs to when it names none, `file` where it stands when
    there are several.
    """

    number: int
    fields: dict[str, Any]
    title: str = ""
    file: str = ""

    def __str__(self) -> str:
        return f"row {self.number}" + (f" of {self.file}" if self.file else "")


def row_in(number: int, cells: Cells) -> tuple[Row | None, list[Problem]]:
    """Read a row as fields of a fact, or name all that is wrong with it."""
    read, problems = read_cells(COLUMNS, cells, number)
    if problems:
        return None, problems
    read["also_asked"] = tuple(way for way in read["also_asked"] if way != read["question"])
    fields = {name: field for name, field in read.items() if name in cells}
    if "state" in fields:
        fields["retired"] = fields.pop("state") == "retired"
    return Row(number, fields), []


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

    def lines(self, most: int | None = SHOWN) -> list[str]:
        """Say what would change, with so many entries of each list; None for all."""
        new, changed = self.new, self.changed
        lines = [f"{len(new)} new, {len(changed)} changed, {self.unchanged} unchanged."]
        for kind in ("report", "topic", "term"):
            if keys := [swap.key for swap in self.edit.swaps if swap.kind == kind]:
                lines.append(f"New or changed {kind}s: {', '.join(_some(keys, most))}.")
        lines += _some(self.notes, most)
        added = (Swap(Fact(f.id, "", "", f.report, f.topic, kind=f.kind), f) for f in new)
        lines += _some([_told("new: ", swap) for swap in added], most)
        lines += _some([_told("", swap) for swap in changed], most)
        return lines

    def __str__(self) -> str:
        return "\n".join(self.lines())


def _some(lines: Sequence[str], most: int | None) -> list[str]:
    left = len(lines) - len(lines[:most])
    return [*lines[:most], *([f"and {left} more"] if left else [])]


def _told(new: str, swap: Swap) -> str:
    both = all(isinstance(fact, Fact) and fact.retired for fact in (swap.before, swap.after))
    head = f"- {new}{swap.key}{' (retired)' * both}"
    return head + textwrap.indent("\n" + "\n".join(difference(swap)), "    ")


def difference(swap: Swap) -> list[str]:
    """Write what a change does to each field of a fact, a line or more for each."""
    lines: list[str] = []
    for name in swap.fields:
        before, after = getattr(swap.before, name), getattr(swap.after, name)
        if word := _LISTS.get(name):
            lines += [f"{word} added: {_written(one)}" for one in after if one not in before]
            lines += [f"{word} taken away: {_written(one)}" for one in before if one not in after]
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
    """Compare rows, and the headings that come with them, with what there is."""
    reports = reports_of(snapshot, headings)
    brought = [one for one in headings if isinstance(one, Topic)]
    last = max((topic.position for topic in (*snapshot.topics, *brought)), default=0)
    places = count(last + 1)
    topics = Headings(snapshot.topics, brought, lambda key, name: Topic(key, name, next(places)))
    by_question: dict[str, list[Fact]] = defaultdict(list)
    for fact in snapshot.facts.values():
        by_question[alike(fact.question)].append(fact)
    # Ids are taken by what there is and by what the file itself names.
    taken = {*snapshot.facts, *(row.fields.get("id", "") for row in rows)}
    problems: list[Problem] = []
    came: dict[str, tuple[Row, Fact]] = {}
    for row in rows:
        said = dict(row.fields)
        key, report, topic = (said.pop(name, "") for name in ("id", "report", "topic"))
        named, asked = report or row.title, by_question[alike(said["question"])]
        own = reports.known(named)
        if key:
            same = [snapshot.facts[key]] if key in snapshot.facts else []
        else:
            same = [one for one in asked if not named or (own and one.report == own.id)]
        if len(same) > 1:
            reason = f"{len(same)} entries ask this; name the id of the one meant"
            problems.append(Problem(row.number, "question", reason, row.file))
        # What the file has no column for stays; an empty report or topic changes nothing.
        if same:
            before = same[0]
        else:
            if not named and snapshot.reports:
                own = snapshot.reports[0]
            own = own or reports.named(named or "Report")
            key = key or free(slug(said["question"]), taken)
            # An entry without any source is an administrator's word, not the report's.
            is_own = not (named or said.get("source") or said.get("kind") == "gap")
            before = Fact(key, "", "", own.id, added=date.today().isoformat() if is_own else "")
            # What a plain table holds stands under one heading of its own.
            heading = (own.short_title or own.title)[:LONGEST_TOPIC] if row.title else "Other"
            topic = topic or heading
        said["report"] = reports.named(report).id if report else before.report
        said["topic"] = topics.named(topic).id if topic else before.topic
        after = replace(before, **said)
        if after.id in came:
            reason = f"“{after.id}” stands in {came[after.id][0]} already"
            column = "id" if row.fields.get("id") else "question"
            problems.append(Problem(row.number, column, reason, row.file))
        if not same:
            asked.append(after)
            taken.add(after.id)
        came[after.id] = row, after
    if problems:
        raise ImportRefused(*problems)
    above = {place_of(one): one for one in (*reports.brought, *topics.brought, *headings)}
    things = (*above.values(), *(after for _, after in came.values()))
    swaps = (Swap(snapshot.held.get(place_of(one)), one) for one in things)
    edit = Edit(what, tuple(swap for swap in swaps if swap.before != swap.after))
    known = came.keys() | snapshot.facts.keys()
    for row, after in came.values():
        lost = sorted({*after.beside} - known)
        nowhere = (f"Careful: {row} stands beside “{one}”, which is no entry." for one in lost)
        notes = (*notes, *nowhere)
    # Of reports that come again, those that do not.
    again = {snapshot.facts[key].report for key in came.keys() & snapshot.facts.keys()}
    others = (one for one in snapshot.facts.values() if not one.retired and one.id not in came)
    if left := sum(one.report in again for one in others):
        notes = (*notes, f"Entries that are not in the file and stay as they are: {left}.")
    return Plan(edit, len(came) - len(edit.facts()), tuple(notes))


# --- Names ----------------------------------------------------------------------------------------


class Headings(Generic[T]):
    """Reports or topics by their names; `brought` has those that a file brings or makes."""

    def __init__(
        self, known: Sequence[T], brought: Sequence[T], make: Callable[[str, str], T]
    ) -> None:
        self.brought, self._make = list(brought), make
        # A name is read exactly first, then whatever its case; ids go before titles.
        self._by_name = {
            write(name): thing
            for write in (alike, str)
            for field in ("short_title", "title", "name", "id")
            for thing in reversed((*known, *brought))
            if (name := getattr(thing, field, ""))
        }

    def known(self, name: str) -> T | None:
        """Give the one of a name, None when there is none."""
        return self._by_name.get(name) or self._by_name.get(alike(name))

    def named(self, name: str) -> T:
        """Give the one of a name, made if there is none yet."""
        if found := self.known(name):
            return found
        made = self._make(free(slug(name), self._by_name), name)
        self._by_name |= {made.id: made, alike(name): made}
        self.brought.append(made)
        return made


def reports_of(snapshot: Snapshot, brought: Sequence[Heading] = ()) -> Headings[Report]:
    """Give the reports that there are, with those that a file brings."""
    mine = [one for one in brought if isinstance(one, Report)]
    return Headings(snapshot.reports, mine, lambda key, name: Report(key, name, name, "", "", ""))


def slug(text: str) -> str:
    """Make an id from words: lower case, hyphens, at most 48 characters."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:LONGEST_ID].strip("-") or "entry"


def alike(text: str) -> str:
    """Give what texts have in common that differ in case and spaces alone."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
