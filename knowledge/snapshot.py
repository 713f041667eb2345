"""Everything a knowledge base holds at one moment, and changes of it: rows before and after."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from operator import attrgetter
from typing import Any

from knowledge.model import Fact, Figure, Report, Term, Topic

Thing = Report | Topic | Term | Fact
TYPES: Mapping[str, type[Thing]] = {"report": Report, "topic": Topic, "term": Term, "fact": Fact}
_KINDS = {made: kind for kind, made in TYPES.items()}
FIELDS = {made: tuple(field.name for field in fields(made)) for made in TYPES.values()}
# What tells entries of a kind apart.
PRIMARY = {"report": "id", "topic": "id", "term": "said", "fact": "id"}
Place = tuple[str, str]
LONGEST_ID = 48


def place_of(thing: Thing) -> Place:
    """Give the kind and the id of an entry."""
    kind = _KINDS[type(thing)]
    return kind, getattr(thing, PRIMARY[kind])


@dataclass(frozen=True, slots=True)
class Swap:
    """One entry as it was and as it will be; None where there was, or will be, none."""

    before: Thing | None
    after: Thing | None

    @property
    def kind(self) -> str:
        """Name the table: report, topic, term or fact."""
        return place_of(self._thing)[0]

    @property
    def key(self) -> str:
        """Give the entry's id; for a term what people say."""
        return place_of(self._thing)[1]

    @property
    def fields(self) -> tuple[str, ...]:
        """Name the fields that differ; all of them for an entry that comes or goes."""
        names = FIELDS[type(self._thing)]
        if self.before is None or self.after is None:
            return names
        return tuple(n for n in names if getattr(self.before, n) != getattr(self.after, n))

    @property
    def _thing(self) -> Thing:
        thing = self.after or self.before
        assert thing is not None
        return thing


@dataclass(frozen=True, slots=True)
class Edit:
    """A change to make: `what` it is, in words for the history, and the entries it touches.

    It is refused when an entry no longer stands as its `before` says. `reverts` is the number of
    the change that it takes back, if it does.
    """

    what: str
    swaps: tuple[Swap, ...]
    reverts: int | None = None

    def facts(self) -> tuple[tuple[Fact | None, Fact | None], ...]:
        """Give the facts touched, before and after."""
        return tuple(
            (
                swap.before if isinstance(swap.before, Fact) else None,
                swap.after if isinstance(swap.after, Fact) else None,
            )
            for swap in self.swaps
            if swap.kind == "fact"
        )


@dataclass(frozen=True, slots=True)
class Revision:
    """A change that was made: its number, when, by whom, and what it touched.

    One that is not `whole` cannot be taken back: some of what it replaced can't be read any more.
    """

    number: int
    at: str
    who: str
    edit: Edit
    whole: bool = True

    @property
    def what(self) -> str:
        """Say in a few words what was done."""
        return self.edit.what

    def back(self, what: str) -> Edit:
        """Give the change that takes this one back."""
        swaps = tuple(Swap(swap.after, swap.before) for swap in reversed(self.edit.swaps))
        return Edit(what, swaps, self.number)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Reports, topics, terms and facts (by id, in reading order) after change number `change`.

    `damaged` names entries that are not what was once saved, and so are left out.
    """

    change: int = 0
    reports: tuple[Report, ...] = ()
    topics: tuple[Topic, ...] = ()
    terms: tuple[Term, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    damaged: tuple[str, ...] = ()
    _shelves: dict[str, tuple[Fact, ...]] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )

    @classmethod
    def of(cls, change: int, things: Iterable[Thing], damaged: tuple[str, ...] = ()) -> Snapshot:
        """Put entries in order: facts as they come, all others by name."""
        held = list(things)
        return cls(
            change,
            tuple(sorted((t for t in held if isinstance(t, Report)), key=attrgetter("id"))),
            tuple(
                sorted(
                    (t for t in held if isinstance(t, Topic)), key=attrgetter("position", "name")
                )
            ),
            tuple(sorted((t for t in held if isinstance(t, Term)), key=attrgetter("said"))),
            {thing.id: thing for thing in held if isinstance(thing, Fact)},
            damaged,
        )

    @property
    def things(self) -> tuple[Thing, ...]:
        """Give all entries."""
        return (*self.reports, *self.topics, *self.terms, *self.facts.values())

    def after(self, edit: Edit) -> Snapshot:
        """Give the snapshot as it will be when `edit` is made."""
        held = {place_of(thing): thing for thing in self.things}
        for swap in edit.swaps:
            if swap.after is None:
                held.pop((swap.kind, swap.key), None)
            else:
                held[swap.kind, swap.key] = swap.after
        return Snapshot.of(self.change + 1, held.values(), self.damaged)

    def sharing(self, before: Snapshot) -> Snapshot:
        """Give the same with the facts of another where they are equal: what is held is held once.

        What was worked out for a fact can then be known by the fact itself.
        """
        facts = {
            key: known if (known := before.facts.get(key)) == fact else fact
            for key, fact in self.facts.items()
        }
        return replace(self, facts=facts)

    @property
    def shelves(self) -> Mapping[str, tuple[Fact, ...]]:
        """Give the live facts without gaps, by topic, in reading order."""
        # Sorted once: with every answer it would take longer than the answer.
        if not self._shelves:
            shelves: dict[str, list[Fact]] = {}
            for fact in self.facts.values():
                if not fact.retired and not fact.is_gap:
                    shelves.setdefault(fact.topic, []).append(fact)
            self._shelves.update((topic, tuple(facts)) for topic, facts in shelves.items())
        return self._shelves

    def answers_as(self, other: Snapshot) -> bool:
        """Tell whether a matcher made for the one serves the other."""
        return self.terms == other.terms and self.facts == other.facts


def free(wanted: str, taken: Container[str]) -> str:
    """Give an id as wanted, or with a number where it is taken."""
    number, made = 1, wanted
    while made in taken:
        number += 1
        made = f"{wanted[: LONGEST_ID - 5]}-{number}"
    return made


def to_json(thing: Thing | None) -> str | None:
    """Write an entry as JSON, for the history and for drafts."""
    return None if thing is None else json.dumps(row_of(thing), ensure_ascii=False)


def from_json(kind: str, text: str | None) -> Thing | None:
    """Read an entry back; raises ValueError, TypeError or KeyError for what is none."""
    return None if text is None else from_row(kind, json.loads(text))


def row_of(thing: Thing) -> dict[str, Any]:
    """Give the fields of an entry; figures are mappings."""
    row = {name: getattr(thing, name) for name in FIELDS[type(thing)]}
    if isinstance(thing, Fact):
        row["figures"] = [asdict(figure) for figure in thing.figures]
    return row


def from_row(kind: str, row: Mapping[str, Any]) -> Thing:
    """Make an entry of its fields, lists as such or as JSON.

    What a newer version has added is left at its default, what it has taken away is passed over.
    """
    made = TYPES[kind]
    values = {name: row[name] for name in FIELDS[made] if name in row}
    if made is Fact:
        for name in ("also_asked", "beside", "figures"):
            value = values.get(name, ())
            values[name] = tuple(json.loads(value) if isinstance(value, str) else value)
        values["figures"] = tuple(Figure(**figure) for figure in values["figures"])
        values["retired"] = bool(values.get("retired"))
    return made(**values)


# --- Rows with a digest ---------------------------------------------------------------------------

# SQLite keeps no checksums: a byte that changes on the disk changes a text in silence. The digest
# tells, so that nobody is given a figure that nobody wrote.


def signed(thing: Thing) -> dict[str, Any]:
    """Give the row of an entry with its digest."""
    row = row_of(thing)
    return row | {"digest": _digest(row)}


def whole(kind: str, row: Mapping[str, Any]) -> Thing | None:
    """Give the entry that stands in a row, None when it is not what was once written there."""
    try:
        thing = from_row(kind, row)
        return thing if _digest(row_of(thing)) == row["digest"] else None
    except (KeyError, TypeError, ValueError):
        return None


def _digest(row: Mapping[str, Any]) -> str:
    """Give 16 letters that change with anything an entry says; fields left empty don't count."""
    # A field that a later version adds leaves the digests of older entries as they are.
    said = {name: value for name, value in row.items() if value not in ("", (), [], 0)}
    return signature(json.dumps(said, ensure_ascii=False).encode())


def signature(data: bytes) -> str:
    """Give 16 letters that change with the data."""
    return hashlib.blake2b(data, digest_size=8).hexdigest()
