"""The outcome of an import before it happens, and how it is written out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.exchange.columns import figure_line
from knowledge.model import Fact, Figure
from knowledge.snapshot import Edit, Swap

# New entries, and changed ones and notes, written out when a plan is printed.
SHOWN_NEW = 3
SHOWN = 20
_LISTS = {"also_asked": "phrasing", "figures": "figure", "beside": "beside"}


@dataclass(frozen=True, slots=True)
class Plan:
    """The outcome of an import, before it happens; `edit` makes it happen.

    `shared` counts phrasings of new and changed facts that belong to another fact already;
    `notes` say what of the files is not read, is cut or looks spoilt.
    """

    edit: Edit
    unchanged: int
    shared: int = 0
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
