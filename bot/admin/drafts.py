"""Entries being written or edited: kept in the database, so that a restart loses nothing."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from knowledge import Edit, Editor, Fact, Snapshot, Swap, edits, from_json, to_json

KIND = "draft"
# Seconds after which a typed text is a question again; the draft itself is kept.
PATIENCE = 3600
STEPS = ("question", "answer", "topic", "link", "source", "also_asked")
# What a draft waits for while its preview is shown: a question to try it with.
TRIAL = "trial"


@dataclass(slots=True)
class Draft:
    """An entry in the making: `waiting` names the field that the next text is for.

    `before` is the entry edited, as it stood when that began, "" for a new one. Of the preview:
    `verdict` is what was found out (HTML), `moved` lists the other questions that it moves, None
    when that is to be found out anew; `rivals` the ids of entries that speak against it and
    how, `replaces` those of them that go when it is saved, `proposed` ways of asking not yet kept.
    """

    number: str
    cells: dict[str, object] = field(default_factory=dict)
    waiting: str = ""
    before: str = ""
    # Once a preview was shown, every field leads back to it.
    previewed: bool = False
    touched: float = 0.0
    # Whether somebody was told that it had waited for too long.
    lapsed: bool = False
    verdict: str = ""
    moved: str | None = None
    rivals: dict[str, str] = field(default_factory=dict)
    replaces: list[str] = field(default_factory=list)
    proposed: list[str] = field(default_factory=list)

    @property
    def fact(self) -> Fact | None:
        """Give the entry being edited, as it stood when that began."""
        found = from_json("fact", self.before) if self.before else None
        return found if isinstance(found, Fact) else None

    @property
    def fact_id(self) -> str:
        """Give the id of the entry being edited, "" for a new one."""
        return self.fact.id if self.fact else ""

    @property
    def is_gap(self) -> bool:
        """Tell whether this will say what the report leaves out."""
        kind = self.cells.get("kind") or (self.fact.kind if self.fact else "fact")
        return kind == "gap"

    @property
    def is_stepping(self) -> bool:
        """Tell whether one field is asked for after the other."""
        return not self.before and not self.previewed

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

    def ask_also(self, texts: Sequence[str]) -> None:
        """Add ways of asking."""
        self.cells["also_asked"] = list(dict.fromkeys((*self.phrasings, *texts)))
        self.proposed = [text for text in self.proposed if text not in texts]
        self.moved = None


def _same(one: str, other: str) -> bool:
    return re.findall(r"\w+", one.casefold()) == re.findall(r"\w+", other.casefold())


def steps(snapshot: Snapshot) -> tuple[str, ...]:
    """Give the fields asked for one after the other; the report only where there are several."""
    return STEPS if len(snapshot.reports) < 2 else (*STEPS[:2], "report", *STEPS[2:])


def following(name: str, order: Sequence[str], by: int = 1) -> str:
    """Give the field asked for after another, or with -1 before it; "" beyond the last or first."""
    place = order.index(name) + by if name in order else -1
    return order[place] if 0 <= place < len(order) else ""


class Drafts:
    """One draft for each administrator."""

    def __init__(self, editor: Editor, clock: Callable[[], float] = time.time) -> None:
        self._editor = editor
        self._clock = clock

    def begin(
        self, who: int, cells: Mapping[str, object] | None = None, fact: Fact | None = None
    ) -> Draft:
        """Open a draft in place of any other: a new entry, or an edit of `fact`."""
        draft = Draft(
            _base36(int(self._clock() * 10)), dict(cells or {}), before=to_json(fact) or ""
        )
        self.keep(who, draft)
        return draft

    def edit(self, draft: Draft, snapshot: Snapshot) -> Edit:
        """Give the change that a draft stands for, its own entry last; raises KnowledgeError.

        What it replaces goes with it, and its question is no longer another entry's phrasing.
        """
        gone = [snapshot.facts[one] for one in draft.replaces if one in snapshot.facts]
        if draft.fact is not None:
            made = edits.edited(snapshot, draft.fact, draft.cells)
        else:
            made = edits.added(snapshot, draft.cells)
        what = made.what
        swaps = [swap for fact in gone for swap in edits.retired(fact).swaps]
        if gone:
            what += f" in place of {' and '.join(f'“{fact.question}”' for fact in gone)}"
        for _, owner in self._editor.owned([draft.title], draft.fact_id):
            left = tuple(text for text in owner.also_asked if not _same(text, draft.title))
            if owner not in gone and left != owner.also_asked:
                swaps.append(Swap(owner, replace(owner, also_asked=left)))
                what += f", until now a way of asking “{owner.question}”"
        return replace(made, what=what, swaps=(*swaps, *made.swaps))

    def keep(self, who: int, draft: Draft) -> None:
        """Keep a draft as it is now."""
        draft.touched, draft.lapsed = self._clock(), False
        self._write(who, draft)

    def lapse(self, who: int, draft: Draft) -> None:
        """Note that somebody was told that a draft has waited for too long."""
        draft.lapsed = True
        self._write(who, draft)

    def _write(self, who: int, draft: Draft) -> None:
        self._editor.put_note(KIND, who, json.dumps(asdict(draft)))

    def of(self, who: int, number: str = "") -> Draft | None:
        """Give an administrator's draft, if it has this number where one is named."""
        # Read anew each time: another process may have had the last word with this administrator.
        text = self._editor.notes(KIND).get(who)
        draft = _read(text) if text else None
        return draft if draft and (not number or draft.number == number) else None

    def waiting(self, who: int) -> Draft | None:
        """Give the draft that the next text is for."""
        draft = self.of(who)
        return draft if draft and draft.waiting and not self._is_over(draft) else None

    def over(self, who: int) -> Draft | None:
        """Give a draft that waited for a text for too long, until somebody is told."""
        draft = self.of(who)
        over = draft and draft.waiting and not draft.lapsed and self._is_over(draft)
        return draft if over else None

    def _is_over(self, draft: Draft) -> bool:
        return draft.lapsed or self._clock() - draft.touched >= PATIENCE

    def close(self, who: int) -> None:
        """Drop an administrator's draft."""
        self._editor.put_note(KIND, who, None)


def _read(text: str) -> Draft:
    # A draft that another version began may have fields that this one has not.
    return Draft(**{k: v for k, v in json.loads(text).items() if k in Draft.__dataclass_fields__})


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    made = ""
    while number:
        number, place = divmod(number, 36)
        made = digits[place] + made
    return made[-7:]
