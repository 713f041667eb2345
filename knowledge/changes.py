"""Changes of the knowledge base: each a set of rows, before and after, carried out as one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from knowledge.model import Fact, Figure, Report, Term, Topic

Thing = Report | Topic | Term | Fact
TYPES: Mapping[str, type[Thing]] = {"report": Report, "topic": Topic, "term": Term, "fact": Fact}
_NAMES = {made: name for name, made in TYPES.items()}


@dataclass(frozen=True, slots=True)
class Swap:
    """One row as it was and as it will be; None where there was, or will be, none."""

    before: Thing | None
    after: Thing | None

    @property
    def kind(self) -> str:
        """Name the table: report, topic, term or fact."""
        return _NAMES[type(self._thing)]

    @property
    def key(self) -> str:
        """Give the row's id; for a term what people say."""
        return self._thing.said if isinstance(self._thing, Term) else self._thing.id

    @property
    def fields(self) -> tuple[str, ...]:
        """Name the fields that differ; all of them for a row that comes or goes."""
        names = tuple(field.name for field in fields(self._thing))
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
    """A change to make: `what` it is, in words for the history, and the rows it touches.

    It is refused when a row no longer stands as its `before` says. `reverts` is the number of the
    change that it takes back, if it does.
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


def swaps(before: Iterable[Thing], after: Iterable[Thing]) -> tuple[Swap, ...]:
    """Give a swap for each thing of `after` that is new or differs."""
    known = {_key(thing): thing for thing in before}
    return tuple(
        Swap(known.get(_key(thing)), thing) for thing in after if known.get(_key(thing)) != thing
    )


def _key(thing: Thing) -> tuple[str, str]:
    swap = Swap(None, thing)
    return swap.kind, swap.key


def to_json(thing: Thing | None) -> str | None:
    """Write a row as JSON for the history."""
    return None if thing is None else json.dumps(asdict(thing), ensure_ascii=False)


def from_json(kind: str, text: str | None) -> Thing | None:
    """Read a row back from the history; what a newer version has added is left at its default."""
    if text is None:
        return None
    row: dict[str, Any] = json.loads(text)
    made = TYPES[kind]
    row = {field.name: row[field.name] for field in fields(made) if field.name in row}
    if made is Fact:
        row |= {name: tuple(row.get(name, ())) for name in ("also_asked", "beside")}
        row["figures"] = tuple(Figure(**figure) for figure in row.get("figures", ()))
    return made(**row)
