"""Entries being written or edited: kept in the database, so that a restart loses nothing."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from time import time

from knowledge import Edit, Editor, Fact, Snapshot, Store, Swap, edits, from_json

KIND = "draft"
# Seconds after which a typed text is a question again; the draft itself is kept.
PATIENCE = 3600
# Asked for one after the other of a new entry; the report only where there are several.
STEPS = ("question", "answer", "report", "topic")
# What a draft waits for while its preview is shown: a question to try it with.
TRIAL = "trial"


@dataclass(slots=True)
class Draft:
    """An entry in the making: `waiting` names the field that the next text is for.

    `before` is the entry edited, as it stood when that began, "" for a new one. Of the preview:
    `verdict` is what was found out (HTML), `rivals` the ids of entries that speak against it and
    how, `replaces` those of them that go when it is saved, `proposed` ways of asking not yet kept.
    """

    number: str = field(default_factory=lambda: secrets.token_hex(4))
    cells: dict[str, object] = field(default_factory=dict)
    waiting: str = ""
    before: str = ""
    # When it was written to last; 0 once somebody was told that it had waited for too long.
    touched: float = 0.0
    verdict: str = ""
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
        return self.value("kind") == "gap"

    @property
    def is_over(self) -> bool:
        """Tell whether it has waited for too long to take what is typed now."""
        return not self.touched or time() - self.touched >= PATIENCE

    @property
    def title(self) -> str:
        """Give what the draft is about, "" for one just begun."""
        return str(self.value("question"))

    @property
    def phrasings(self) -> tuple[str, ...]:
        """Give the phrasings as they will be."""
        value = self.value("also_asked")
        return tuple(value) if isinstance(value, list | tuple) else ()

    @property
    def beside(self) -> tuple[str, ...]:
        """Give the gaps offered behind it."""
        given = self.value("beside")
        return tuple(given) if isinstance(given, list | tuple) else ()

    def value(self, name: str) -> object:
        """Give a field as it will be, "" where nothing is said of it."""
        return self.cells.get(name, getattr(self.fact, name, ""))

    def missing(self, snapshot: Snapshot) -> str:
        """Give the next field to ask for of a new entry, "" when there is none."""
        left = (one for one in STEPS if one not in self.cells and not self.before)
        return next((one for one in left if one != "report" or len(snapshot.reports) > 1), "")

    def to_save(self) -> Draft:
        """Give it as it is saved: gaps that deny it and stay are offered with it."""
        gaps = [one for one, how in self.rivals.items() if how == "denies"]
        kept = [one for one in gaps if one not in self.replaces and not self.is_gap]
        beside = list(dict.fromkeys((*self.beside, *kept)))
        return replace(self, cells=self.cells | {"beside": beside}) if kept else self

    def ask_also(self, texts: Sequence[str]) -> None:
        """Add ways of asking."""
        self.cells["also_asked"] = list(dict.fromkeys((*self.phrasings, *texts)))
        self.proposed = [text for text in self.proposed if text not in texts]


def edit_of(draft: Draft, editor: Editor, snapshot: Snapshot) -> Edit:
    """Give the change that a draft stands for, its own entry last; raises KnowledgeError.

    What it replaces goes with it, and its question is no longer another entry's phrasing.
    """
    fact, cells = draft.fact, dict(draft.cells)
    gone = [snapshot.facts[one] for one in draft.replaces if one in snapshot.facts]
    if behind := [one for old in gone if not draft.is_gap for one in old.beside]:
        # A gap that was offered behind what goes would deny what comes.
        cells["beside"] = [*draft.beside, *behind]
    made = edits.edited(snapshot, fact, cells) if fact else edits.added(snapshot, cells)
    what, swaps = made.what, [swap for one in gone for swap in edits.retired(one).swaps]
    if gone:
        what += f" in place of {' and '.join(f'“{one.question}”' for one in gone)}"
    for _, owner in editor.owned([draft.title], draft.fact_id):
        left = tuple(text for text in owner.also_asked if _words(text) != _words(draft.title))
        if owner not in gone and left != owner.also_asked:
            swaps.append(Swap(owner, replace(owner, also_asked=left)))
            what += f", until now a way of asking “{owner.question}”"
    return replace(made, what=what, swaps=(*swaps, *made.swaps))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


class Drafts:
    """Where the one draft of an administrator is kept."""

    def __init__(self, store: Store, who: int) -> None:
        self._store, self._who = store, who

    def of(self, number: str = "") -> Draft | None:
        """Give the draft, if it has this number where one is named."""
        # Read anew each time: another process may have had the last word with this administrator.
        text = self._store.notes(KIND).get(self._who)
        # A draft that another version began may have fields that this one has not.
        known = Draft.__dataclass_fields__
        draft = Draft(**{k: v for k, v in json.loads(text).items() if k in known}) if text else None
        return draft if draft and number in ("", draft.number) else None

    def waiting(self) -> Draft | None:
        """Give the draft that the next text is for."""
        draft = self.of()
        return draft if draft and draft.waiting and not draft.is_over else None

    def keep(self, draft: Draft, *, lapsed: bool = False) -> None:
        """Keep a draft as it is now, in place of any other; `lapsed`: it is known to be over."""
        draft.touched = 0 if lapsed else time()
        self._store.put_note(KIND, self._who, json.dumps(asdict(draft)))

    def close(self) -> None:
        """Drop the draft."""
        self._store.put_note(KIND, self._who, None)
