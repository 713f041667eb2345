"""The outcome of an import before it happens, and how it is written out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.changes import Edit, Swap
from knowledge.exchange.figures import figure_line
from knowledge.model import Fact, Figure

# New and changed entries written out when a plan is printed.
SHOWN_NEW = 3
SHOWN = 20


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
            lines += [f"- new: {fact.id}", *_indented(contents(fact))]
        lines += _rest(self.new[new:], " new")
        for change in self.changed[:changed]:
            state = " (retired)" if change.before.retired and change.after.retired else ""
            lines += [f"- {change.after.id}{state}", *_indented(difference(change))]
        return [*lines, *_rest(self.changed[changed:], " changed")]

    def __str__(self) -> str:
        return "\n".join(self.lines())


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}".replace("\n", "\n    ") for line in lines]


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
    return figure_line(one) if isinstance(one, Figure) else str(one)
