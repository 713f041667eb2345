"""Everything a knowledge base holds at one moment, and changes of it: rows before and after."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cached_property
from typing import Any, Self, cast

from knowledge.errors import KnowledgeError
from knowledge.model import Fact, Figure, Report, Term

Thing = Report | Term | Fact
# By the name of the table that they stand in.
TYPES: Mapping[str, type[Thing]] = {"report": Report, "term": Term, "fact": Fact}
FIELDS = {kind: tuple(one.name for one in fields(made)) for kind, made in TYPES.items()}
Place = tuple[str, str]


def place_of(thing: Thing | None) -> Place:
    """Give the kind and the id of an entry; of a term what people say."""
    key = thing.said if isinstance(thing, Term) else getattr(thing, "id", "")
    return type(thing).__name__.lower(), key


@dataclass(frozen=True, slots=True)
class Swap:
    """One entry as it was and as it will be; None where there was, or will be, none."""

    before: Thing | None
    after: Thing | None

    @property
    def place(self) -> Place:
        """Give the table and the id of the entry."""
        return place_of(self.after or self.before)

    @property
    def kind(self) -> str:
        """Name the table: report, term or fact."""
        return self.place[0]

    @property
    def key(self) -> str:
        """Give the entry's id; for a term what people say."""
        return self.place[1]


@dataclass(frozen=True, slots=True)
class Edit:
    """A change to make: in words, the entries it touches, and which change it takes back."""

    what: str
    swaps: tuple[Swap, ...]
    reverts: int | None = None

    def facts(self) -> tuple[tuple[Fact | None, Fact | None], ...]:
        """Give the facts touched, before and after."""
        pairs = ((swap.before, swap.after) for swap in self.swaps if swap.kind == "fact")
        return cast("tuple[tuple[Fact | None, Fact | None], ...]", tuple(pairs))


@dataclass(frozen=True, slots=True)
class Revision:
    """A change that was made: its number, when (ISO, UTC) and by whom."""

    number: int
    at: str
    who: str
    edit: Edit


@dataclass(frozen=True)
class Snapshot:
    """Reports, terms and facts (by id, in reading order) after change number `change`.

    `damaged` names entries that are not what was once saved, and so are left out.
    """

    change: int = 0
    reports: tuple[Report, ...] = ()
    terms: tuple[Term, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    damaged: tuple[str, ...] = ()

    @classmethod
    def of(cls, change: int, things: Iterable[Thing], damaged: Iterable[str] = ()) -> Self:
        """Put entries in order: facts as they come, all others by name."""
        held = list(things)
        reports = sorted((t for t in held if isinstance(t, Report)), key=lambda one: one.id)
        terms = sorted((t for t in held if isinstance(t, Term)), key=lambda one: one.said)
        facts = {thing.id: thing for thing in held if isinstance(thing, Fact)}
        return cls(change, tuple(reports), tuple(terms), facts, tuple(damaged))

    @cached_property
    def held(self) -> dict[Place, Thing]:
        """Give every entry by its place."""
        every = (self.reports, self.terms, self.facts.values())
        return {place_of(thing): thing for things in every for thing in things}

    @cached_property
    def topics(self) -> Mapping[str, Sequence[Fact]]:
        """Give the live facts without gaps, by topic; topics stand as their first facts do."""
        topics: dict[str, list[Fact]] = {}
        for fact in self.facts.values():
            if not fact.retired and not fact.is_gap:
                topics.setdefault(fact.topic, []).append(fact)
        return topics

    def settled(self, edit: Edit) -> Edit:
        """Give a change as others' changes of other entries have left it to be made.

        Raises KnowledgeError where an entry no longer stands as the change says it did.
        """
        swaps, after = list[Swap](), self.after(edit)
        used = {fact.report for fact in after.facts.values()}
        for swap in edit.swaps:
            now = self.held.get(swap.place)
            if now == swap.after or (swap.before is None and isinstance(now, Report)):
                # Somebody else has done this, or made the same report, meanwhile.
                continue
            if swap.kind == "report" and swap.after is None and swap.key in used:
                # A report that facts still stand under stays.
                continue
            if now != swap.before and swap.key not in self.damaged:
                kind = "entry" if swap.kind == "fact" else swap.kind
                raise _meanwhile(f"{kind} “{swap.key}” has been changed")
            swaps.append(swap)
        edit = replace(edit, swaps=tuple(swaps))
        reports = {report.id for report in (*self.reports, *after.reports)}
        for gone in {new.report for _, new in edit.facts() if new} - reports - {"", *self.damaged}:
            raise _meanwhile(f"report “{gone}” has gone")
        return edit

    def after(self, edit: Edit) -> Self:
        """Give what there is once a change was made."""
        held = self.held | {swap.place: swap.after for swap in edit.swaps}
        mended = {swap.key for swap in edit.swaps}
        damaged = [one for one in self.damaged if one not in mended]
        return self.of(self.change + 1, filter(None, held.values()), damaged)


def _meanwhile(what: str) -> KnowledgeError:
    said = "Nothing was saved. Look at it as it is now, then make your change again."
    return KnowledgeError(f"The {what} meanwhile. {said}")


def to_json(thing: Thing | None) -> str | None:
    """Write an entry as JSON: for the file, its history and drafts."""
    return None if thing is None else json.dumps(asdict(thing), ensure_ascii=False)


def from_json(kind: str, text: str | None) -> Thing | None:
    """Read an entry back; raises ValueError, TypeError or KeyError for what is none."""
    return None if text is None else made(kind, json.loads(text))


def made(kind: str, fields: Mapping[str, Any]) -> Thing:
    """Make an entry of its fields; those that other versions have don't count."""
    values: dict[str, Any] = {name: fields[name] for name in FIELDS[kind] if name in fields}
    if kind == "fact":
        for name in ("also_asked", "beside", "figures"):
            values[name] = tuple(values.get(name, ()))
        values["figures"] = tuple(Figure(**figure) for figure in values["figures"])
    return TYPES[kind](**values)


def digest_of(*texts: str) -> str:
    """Give 16 letters that change with anything an entry says.

    SQLite keeps no checksums: a byte that changes on the disk changes a text in silence. The digest
    tells, so that nobody is given a figure that nobody wrote.
    """
    return hashlib.blake2b("\n".join(texts).encode(), digest_size=8).hexdigest()
