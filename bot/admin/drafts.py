"""Entries being written or edited: kept in the database, so that a restart loses nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal

from knowledge import Edit, Editor, Fact, Snapshot, edits, from_json, to_json

KIND = "draft"
# Seconds after which a typed text is a question again; the draft itself is kept.
PATIENCE = 3600
STEPS = ("question", "answer", "topic", "link", "source", "also_asked")


@dataclass(slots=True)
class Draft:
    """An entry in the making: `waiting` names the field that the next text is for."""

    number: str
    kind: Literal["add", "edit"]
    cells: dict[str, object] = field(default_factory=dict)
    waiting: str = ""
    # The entry edited, as it stood when the editing began.
    before: str = ""
    # Once a preview was shown, every field leads back to it.
    previewed: bool = False
    touched: float = 0.0

    @property
    def fact(self) -> Fact | None:
        """Give the entry being edited, as it stood when that began."""
        found = from_json("fact", self.before) if self.before else None
        return found if isinstance(found, Fact) else None

    @property
    def is_gap(self) -> bool:
        """Tell whether this will say what the report leaves out."""
        kind = self.cells.get("kind") or (self.fact.kind if self.fact else "fact")
        return kind == "gap"

    @property
    def title(self) -> str:
        """Give what the draft is about, "" for one just begun."""
        return str(self.cells.get("question") or (self.fact.question if self.fact else ""))

    def value(self, name: str) -> object:
        """Give a field as it will be."""
        if name in self.cells:
            return self.cells[name]
        if self.fact is None:
            return () if name in ("also_asked", "figures") else ""
        return getattr(self.fact, name)

    @property
    def phrasings(self) -> tuple[str, ...]:
        """Give the phrasings as they will be."""
        value = self.value("also_asked")
        return tuple(value) if isinstance(value, list | tuple) else ()

    def edit(self, snapshot: Snapshot) -> Edit:
        """Give the change that the draft stands for; raises KnowledgeError."""
        if self.fact is not None:
            return edits.edited(snapshot, self.fact, self.cells)
        return edits.added(snapshot, self.cells)


def steps(snapshot: Snapshot) -> tuple[str, ...]:
    """Give the fields asked for one after the other; the report only where there are several."""
    return STEPS if len(snapshot.reports) < 2 else (*STEPS[:2], "report", *STEPS[2:])


def following(name: str, order: Sequence[str]) -> str:
    """Give the field asked for after another, "" after the last."""
    place = order.index(name) + 1 if name in order else len(order)
    return order[place] if place < len(order) else ""


def preceding(name: str, order: Sequence[str]) -> str:
    """Give the field asked for before another, "" before the first."""
    place = order.index(name) - 1 if name in order else -1
    return order[place] if place >= 0 else ""


class Drafts:
    """One draft for each administrator."""

    def __init__(self, editor: Editor, clock: Callable[[], float] = time.time) -> None:
        self._editor = editor
        self._clock = clock

    def begin(
        self, who: int, cells: Mapping[str, object] | None = None, fact: Fact | None = None
    ) -> Draft:
        """Open a draft in place of any other: a new entry, or an edit of `fact`."""
        number = _base36(int(self._clock() * 10))
        kind: Literal["add", "edit"] = "edit" if fact else "add"
        draft = Draft(number, kind, dict(cells or {}), before=to_json(fact) or "")
        self.keep(who, draft)
        return draft

    def keep(self, who: int, draft: Draft) -> None:
        """Keep a draft as it is now."""
        draft.touched = self._clock()
        self._editor.put_note(KIND, who, json.dumps(asdict(draft)))

    def of(self, who: int, number: str = "") -> Draft | None:
        """Give an administrator's draft, if it has this number where one is named."""
        # Read anew each time: another process may have had the last word with this administrator.
        text = self._editor.notes(KIND).get(who)
        draft = Draft(**json.loads(text)) if text else None
        return draft if draft and (not number or draft.number == number) else None

    def waiting(self, who: int) -> Draft | None:
        """Give the draft that the next text is for."""
        draft = self.of(who)
        if draft and draft.waiting and self._clock() - draft.touched < PATIENCE:
            return draft
        return None

    def close(self, who: int) -> None:
        """Drop an administrator's draft."""
        self._editor.put_note(KIND, who, None)


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    made = ""
    while number:
        number, place = divmod(number, 36)
        made = digits[place] + made
    return made[-7:]
