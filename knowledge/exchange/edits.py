"""Changes: what rows, of a file or typed by an administrator, make of what there is."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, count
from typing import Any

from knowledge.errors import KnowledgeError, Problem, refuse
from knowledge.exchange import columns
from knowledge.exchange.columns import COLUMNS, REQUIRED, Cells, read_cells
from knowledge.matching.text import words
from knowledge.model import Fact, Report, Term, Topic
from knowledge.snapshot import Edit, Snapshot, Swap, place_of

Heading = Report | Topic | Term

# Columns that hold lists, and what each thing in them is called.
_LISTS = {"also_asked": "phrasing", "figures": "figure", "beside": "beside"}


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a file, by the fields of a fact that the file holds; typed ones have no number.

    `title` is the report that the row belongs to when it names none, `file` where it stands when
    there are several.
    """

    number: int
    fields: Mapping[str, Any]
    title: str = ""
    file: str = ""

    def __str__(self) -> str:
        return f"row {self.number}" + (f" of {self.file}" if self.file else "")


def row_in(number: int, cells: Cells) -> tuple[Row, list[Problem]]:
    """Read a row as fields of a fact, and name all that is wrong with it."""
    read, problems = read_cells(COLUMNS, cells, REQUIRED, number, "")
    fields = {name: field for name, field in read.items() if name in cells}
    if asked := fields.get("also_asked"):
        fields["also_asked"] = tuple(way for way in asked if way != fields.get("question"))
    if "state" in fields:
        fields["retired"] = fields.pop("state") == "retired"
    return Row(number, fields), problems


def difference(swap: Swap) -> list[str]:
    """Write what a change does to each field of a fact, a line or more for each."""
    if swap.before is None and isinstance(new := swap.after, Fact):
        # Of a new one, what is said of it.
        plain = Fact(new.id, "", "", new.report, new.topic, kind=new.kind)
        swap = Swap(plain, new)
    lines: list[str] = []
    for name in swap.fields:
        before, after = getattr(swap.before, name), getattr(swap.after, name)
        if word := _LISTS.get(name):
            write: Callable[[Any], str] = columns.figure_line if word == "figure" else str
            lines += [f"{word} added: {write(one)}" for one in after if one not in before]
            lines += [f"{word} taken away: {write(one)}" for one in before if one not in after]
        elif name == "retired":
            lines.append("retired" if after else "restored")
        else:
            lines.append(f"{name}: “{before}” becomes “{after}”" if before else f"{name}: {after}")
    return lines


class Names:
    """What there is, with the headings that a file brings: reports and topics by their names."""

    def __init__(self, snapshot: Snapshot, brought: Sequence[Heading] = ()) -> None:
        self.brought, self._facts = list(brought), snapshot.facts
        self._by_question: dict[str, list[Fact]] = defaultdict(list)
        for fact in snapshot.facts.values():
            self.add(fact)
        every = (*snapshot.reports, *snapshot.topics, *brought)
        self._last = max((one.position for one in every if isinstance(one, Topic)), default=0)
        # A name is read exactly first, then whatever its case; ids go before titles.
        self._by_name: dict[tuple[type[Heading], str], Report | Topic] = {
            (type(thing), write(name)): thing
            for write in (_alike, str)
            for field in ("short_title", "title", "name", "id")
            for thing in reversed(every)
            if not isinstance(thing, Term) and (name := getattr(thing, field, ""))
        }

    def add(self, fact: Fact) -> None:
        """Note an entry's question."""
        self._by_question[_alike(fact.question)].append(fact)

    def known(self, kind: type[Heading], name: str) -> Report | Topic | None:
        """Give the report or topic of a name, None when there is none."""
        return self._by_name.get((kind, name)) or self._by_name.get((kind, _alike(name)))

    def named(self, kind: type[Heading], name: str) -> Report | Topic:
        """Give the report or topic of a name, made if there is none yet."""
        if found := self.known(kind, name):
            return found
        key = _new_id(name, {known for of, known in self._by_name if of is kind})
        made: Report | Topic = Report(key, name, name, "", "", "")
        if kind is Topic:
            self._last += 1
            made = Topic(key, name, self._last)
        self._by_name |= {(kind, key): made, (kind, _alike(name)): made}
        self.brought.append(made)
        return made

    def asked(self, key: str, question: str, report: str) -> list[Fact]:
        """Give the entry of an id, else those of a question, of one report where it is named."""
        if key:
            return [self._facts[key]] if key in self._facts else []
        own = self.known(Report, report)
        same = self._by_question[_alike(question)]
        return [fact for fact in same if not report or (own and fact.report == own.id)]


def compared(
    rows: Sequence[Row], snapshot: Snapshot, what: str, headings: Sequence[Heading] = ()
) -> tuple[Edit, list[Fact]]:
    """Give the change that rows, with the headings that come with them, make; and their entries.

    Raises ImportRefused where rows don't say which entry they mean, or two mean the same.
    """
    names = Names(snapshot, headings)
    # Ids are taken by what there is and by what the file itself names.
    taken = {*snapshot.facts, *(row.fields.get("id", "") for row in rows)}
    problems: list[Problem] = []
    came: dict[str, tuple[Row, Fact]] = {}
    for row in rows:
        said = dict(row.fields)
        key, report, topic = (said.pop(name, "") for name in ("id", "report", "topic"))
        same = names.asked(key, said["question"], named := report or row.title)
        if len(same) > 1:
            reason = f"{len(same)} entries ask this; name the id of the one meant"
            problems.append(Problem(row.number, "question", reason, row.file))
        # What the file has no column for stays; an empty report or topic changes nothing.
        if same:
            before = same[0]
        else:
            first = snapshot.reports[0] if snapshot.reports and not named else None
            own = first or names.named(Report, named or "Report")
            before = Fact(key or _new_id(said["question"], taken), "", "", own.id)
            # What a plain table holds stands under one heading of its own.
            heading = getattr(own, "short_title", "") or getattr(own, "title", "")
            topic = topic or (heading[: columns.LONGEST_TOPIC] if row.title else "Other")
        said["report"] = names.named(Report, report).id if report else before.report
        said["topic"] = names.named(Topic, topic).id if topic else before.topic
        after = replace(before, **said)
        if not row.number or not (same or named or "added" in said):
            after = replace(after, added=_added(before, after))
        if after.id in came:
            reason = f"“{after.id}” stands in {came[after.id][0]} already"
            column = "id" if row.fields.get("id") else "question"
            problems.append(Problem(row.number, column, reason, row.file))
        if not same:
            names.add(after)
            taken.add(after.id)
        came[after.id] = row, after
    refuse(problems)
    facts = [fact for _, fact in came.values()]
    things = {place_of(one): one for one in (*names.brought, *facts)}
    swaps = (Swap(snapshot.held.get(place), one) for place, one in things.items())
    return Edit(what, tuple(swap for swap in swaps if swap.before != swap.after)), facts


def _added(before: Fact, after: Fact) -> str:
    """Give the day of a fact that names no source: it is somebody's word, not the report's."""
    if after.source and not after.is_gap:
        return ""
    # One that never had a source is as old as it was.
    is_old = after.is_gap or (before.answer and not before.source)
    return before.added if is_old else date.today().isoformat()


def _new_id(text: str, taken: Container[str]) -> str:
    """Make an id from words: lower case, hyphens, and a number where it is taken."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    made = "-".join(re.findall(r"[a-z0-9]+", plain))[: columns.LONGEST_ID].strip("-") or "entry"
    numbered = (f"{made[: columns.LONGEST_ID - 5]}-{number}" for number in count(2))
    return next(one for one in chain([made], numbered) if one not in taken)


def _alike(text: str) -> str:
    """Give what texts have in common that differ in case and spaces alone."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def objection(column: str, value: object) -> str:
    """Say what is wrong with one field of an entry, "" when nothing is."""
    _, problems = read_cells({column: COLUMNS[column]}, {column: value}, REQUIRED, 0, "")
    return problems[0].reason if problems else ""


def _typed(cells: Cells) -> Row:
    row, problems = row_in(0, cells)
    if problems:
        reasons = ". ".join(f"{problem.column}: {problem.reason}" for problem in problems)
        raise KnowledgeError(f"Nothing was saved. Please correct this first: {reasons}.")
    return row


def added(snapshot: Snapshot, cells: Cells) -> Edit:
    """Give the change that adds an entry; its id is made from the question when it has none."""
    row, names = _typed(cells), Names(snapshot)
    question, key, report = (row.fields.get(name, "") for name in ("question", "id", "report"))
    for fact in (*names.asked(key, "", ""), *names.asked("", question, report)):
        instead = "It is retired: restore it" if fact.retired else "Edit that one"
        raise KnowledgeError(f"“{fact.question}” is an entry already. {instead} instead.")
    what = f"added {row.fields.get('kind', 'fact')} “{question}”"
    return compared((row,), snapshot, what)[0]


def edited(snapshot: Snapshot, before: Fact, cells: Cells) -> Edit:
    """Give the change of some fields of an entry, as it stood when the editing began."""
    row = _typed({**columns.cells_of(before), **cells, "id": before.id})
    # Compared with the entry as the editor saw it: the store refuses if that is not how it stands.
    seen = replace(snapshot, facts={**snapshot.facts, before.id: before})
    made, _ = compared((row,), seen, f"edited “{before.question}”")
    if not made.swaps:
        raise KnowledgeError("Nothing has been changed.")
    if [swap.fields for swap in made.swaps] == [("retired",)]:
        return retired(before, not before.retired)
    return made


def retired(before: Fact, is_retired: bool = True) -> Edit:
    """Give the change that takes an entry out of use, or brings it back."""
    what = f"{'retired' if is_retired else 'restored'} “{before.question}”"
    return Edit(what, (Swap(before, replace(before, retired=is_retired)),))


def learned(before: Fact, phrasings: Iterable[str]) -> Edit:
    """Give the change that makes what people asked phrasings of an entry."""
    new = tuple(text for text in phrasings if text not in before.phrasings)
    if not new:
        raise KnowledgeError(f"“{before.question}” has these phrasings already.")
    count = f"{len(new)} phrasings" if len(new) > 1 else f"“{new[0]}”"
    after = replace(before, also_asked=(*before.also_asked, *new))
    return Edit(f"added {count} to “{before.question}”", (Swap(before, after),))


def with_term(snapshot: Snapshot, said: str, means: str) -> Edit:
    """Give the change that adds a term, or gives one another meaning."""
    said, means, before = _alike(said), " ".join(means.split()), _term(snapshot, said)
    if not words(said) or not words(means):
        raise KnowledgeError("A term needs what people say and what the report says for it.")
    if words(said) == words(means):
        raise KnowledgeError("Both sides of a term must differ.")
    after = replace(before, means=means) if before else Term(said, means)
    if before == after:
        raise KnowledgeError(f"“{said}” means “{means}” already.")
    return Edit(f"term “{said}” means “{means}”", (Swap(before, after),))


def without_term(snapshot: Snapshot, said: str) -> Edit:
    """Give the change that takes a term away."""
    if term := _term(snapshot, said):
        return Edit(f"term “{term.said}” taken away", (Swap(term, None),))
    raise KnowledgeError(f"There is no term “{said}”.")


def _term(snapshot: Snapshot, said: str) -> Term | None:
    return next((term for term in snapshot.terms if _alike(term.said) == _alike(said)), None)
