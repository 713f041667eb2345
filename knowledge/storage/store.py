"""The entries in the file: read as a whole, changed with a revision for each change."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from knowledge.errors import KnowledgeError
from knowledge.model import Fact
from knowledge.progress import watched
from knowledge.snapshot import (
    PRIMARY,
    Edit,
    Revision,
    Snapshot,
    Swap,
    Thing,
    free,
    from_json,
    from_row,
    signature,
    signed,
    to_json,
    whole,
)  # fmt: skip
from knowledge.storage.database import PATIENT, File, Identity
from knowledge.storage.question_log import PATIENCE, QuestionLog

# Who loads the reports that come with the program: nobody can take that back.
SHIPPED = "shipped"
# Seconds after which no update comes again: what nobody fetches is kept elsewhere for a day.
KEPT = 2 * 24 * 3600


class Store:
    """Everything in one database file; belongs to the thread that opened it."""

    def __init__(
        self, path: str | Path, patience: int = PATIENT, same: Identity | None = None
    ) -> None:
        self.file = File(path, patience, same)
        self.asked = QuestionLog(self.file)
        self.handled_updates = HandledUpdates(self.file)

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    # --- Reading ----------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """Give everything as it stands after one change, never half of another."""
        with self.file.reading() as db, db.atomic():
            things: list[Thing] = []
            damaged: list[str] = []
            for kind, primary in PRIMARY.items():
                for row in db.table(kind).rows_where(order_by="rowid"):
                    thing = whole(kind, row)
                    if thing is None:
                        damaged.append(str(row[primary]))
                        if kind in ("report", "topic"):
                            # Facts stand under it: it keeps its name, and leads nowhere.
                            nowhere = dict.fromkeys(("url", "ratings_url", "reports_url"), "")
                            thing = from_row(kind, {**row, **nowhere})
                    if thing is not None:
                        things.append(thing)
            return Snapshot.of(self.last_change(), things, tuple(damaged))

    def last_change(self) -> int:
        """Give the number of the last change, 0 before the first."""
        with self.file.reading() as db:
            return int(db.execute("select coalesce(max(number), 0) from revision").fetchone()[0])

    def reverted(self) -> dict[int, tuple[str, int | None]]:
        """Give who made each change and which change it takes back, the oldest first."""
        with self.file.reading() as db:
            found = db.execute("select number, who, reverts from revision order by number")
            return {number: (who, reverts) for number, who, reverts in found}

    def revisions(
        self, key: str | None = None, limit: int = 10, before: int | None = None
    ) -> tuple[Revision, ...]:
        """Give the last changes, newest first: of one entry, or all; those under a number."""
        with self.file.reading() as db:
            rows = db.table("revision").rows_where(
                "number < :before and (:key is null or number in "
                "(select change from replaced where key = :key))",
                {"before": before or 1 << 60, "key": key},
                order_by="number desc",
                limit=limit,
            )
            return tuple(_revision(db, row) for row in list(rows))

    # --- Changing ---------------------------------------------------------------------------------

    def change(self, edit: Edit, who: str) -> int:
        """Make a change, whole or not at all, and give its number.

        Raises KnowledgeError when an entry no longer stands as the edit says it did.
        """
        with self.file.writing() as db:
            # Rows of one change may lean on each other in any order.
            db.execute("pragma defer_foreign_keys = on")
            swaps = _settled(db, edit.swaps)
            number = self.last_change() + 1
            at = datetime.now(UTC).isoformat(timespec="seconds")
            made = {"number": number, "at": at, "who": who, "what": edit.what}
            db.table("revision").insert(made | {"reverts": edit.reverts})
            if who != SHIPPED:
                db.table("replaced").insert_all(
                    {"change": number, "kind": swap.kind, "key": swap.key,
                     "before": to_json(swap.before), "after": to_json(swap.after)}
                    for swap in swaps
                )  # fmt: skip
            for kind, primary in PRIMARY.items():
                mine = [swap for swap in swaps if swap.kind == kind]
                gone = [(swap.key,) for swap in mine if swap.after is None]
                db.conn.executemany(f"delete from {kind} where {primary} = ?", gone)
                kept = [signed(swap.after) for swap in mine if swap.after is not None]
                db.table(kind).upsert_all(watched(kept, "saving"), pk=primary)
        return number

    # --- What is kept beside the entries ----------------------------------------------------------

    def kept(self) -> tuple[int, bytes] | None:
        """Give what a matcher left for the next start, and of how many phrasings it was made."""
        with self.file.reading() as db:
            for row in db.table("kept").rows:
                data = row["data"] or b""
                if row["digest"] == signature(b"%d %b" % (row["phrasings"], data)):
                    return row["phrasings"], data
        return None

    def keep(self, phrasings: int, data: bytes) -> None:
        """Keep what a matcher of so many phrasings leaves for the next start."""
        with self.file.writing() as db:
            row = {"id": 1, "phrasings": phrasings, "data": data}
            digest = signature(b"%d %b" % (phrasings, data))
            db.table("kept").upsert(row | {"digest": digest}, pk="id")

    def notes(self, kind: str) -> dict[int, str]:
        """Give the notes of a kind, by the administrator they belong to."""
        with self.file.reading() as db:
            return dict(db.execute("select who, text from note where kind = ?", [kind]).fetchall())

    def put_note(self, kind: str, who: int, text: str | None) -> None:
        """Keep a note about an administrator's unfinished work; None deletes it."""
        with self.file.writing() as db:
            if text is None:
                db.table("note").delete_where("kind = ? and who = ?", [kind, who])
            else:
                row = {"kind": kind, "who": who, "text": text}
                db.table("note").upsert(row, pk=("kind", "who"))


# --- Updates that were handled --------------------------------------------------------------------


class HandledUpdates:
    """The table of updates, each under a name that tells nothing of whom it is from."""

    def __init__(self, file: File, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._clock = clock

    def is_done(self, name: str) -> bool | None:
        """Tell whether an update was finished; None for one never seen."""
        with self._file.reading() as db:
            found = list(db.execute("select done from handled_update where id = ?", [name]))
        return bool(found[0][0]) if found else None

    def note(self, name: str, *, is_done: bool) -> None:
        """Note an update: as begun, before one that may not be handled twice, or as finished."""
        now = int(self._clock())
        with self._file.writing(PATIENCE) as db:
            db.execute(
                "insert or replace into handled_update values (?, ?, ?)", (name, now, is_done)
            )
            db.execute("delete from handled_update where at < ?", [now - KEPT])


# --- Changes --------------------------------------------------------------------------------------


def _revision(db: Database, row: Mapping[str, Any]) -> Revision:
    number, is_whole = row["number"], True
    swaps: list[Swap] = []
    for one in db.table("replaced").rows_where("change = ?", [number], order_by="id"):
        kind = one["kind"]
        try:
            swaps.append(Swap(from_json(kind, one["before"]), from_json(kind, one["after"])))
        except (KeyError, TypeError, ValueError):
            is_whole = False
    edit = Edit(row["what"], tuple(swaps), row["reverts"])
    return Revision(number, row["at"], row["who"], edit, is_whole)


def _settled(db: Database, swaps: Sequence[Swap]) -> tuple[Swap, ...]:
    """Give the entries to change, as others' changes of other entries have left them."""
    facts = [swap.after for swap in swaps if isinstance(swap.after, Fact)]
    changed = {swap.key for swap in swaps if swap.kind == "fact"}
    settled = []
    for kind in PRIMARY:
        mine = [swap for swap in swaps if swap.kind == kind]
        now = _standing(db, kind, [swap.key for swap in mine])
        for swap in mine:
            is_there, stands = swap.key in now, now.get(swap.key)
            if kind in ("report", "topic"):
                if swap.before is None and is_there:
                    # Somebody else has made the same heading meanwhile.
                    continue
                if swap.after is None and _is_used(db, swap, facts, changed):
                    continue
            after = swap.after
            if swap.before is None and isinstance(after, Fact) and _is_another(stands, after):
                # It was given the same id meanwhile.
                taken = {key for (key,) in db.execute("select id from fact")}
                swap = Swap(None, replace(after, id=free(swap.key, taken)))
                is_there, stands = False, None
            # A damaged one may be written anew.
            if stands != swap.before and not (is_there and stands is None):
                raise _changed_meanwhile(kind, swap.key, gone=not is_there)
            settled.append(swap)
    topics = {swap.key for swap in settled if swap.kind == "topic"}
    topics |= {key for (key,) in db.execute("select id from topic")}
    for fact in facts:
        if fact.topic not in topics:
            raise _changed_meanwhile("topic", fact.topic, gone=True)
    return tuple(settled)


def _standing(db: Database, kind: str, keys: Sequence[str]) -> dict[str, Thing | None]:
    """Give entries as they stand, by their ids: None for the damaged, nothing for the missing."""
    primary = PRIMARY[kind]
    where = f"{primary} in (select value from json_each(?))"
    rows = db.table(kind).rows_where(where, [json.dumps(keys)])
    return {row[primary]: whole(kind, row) for row in rows}


def _is_another(one: Thing | None, fact: Fact) -> bool:
    """Tell whether two entries of one id answer different questions."""
    return isinstance(one, Fact) and one.question != fact.question


def _changed_meanwhile(kind: str, key: str, *, gone: bool) -> KnowledgeError:
    what = f"The {'entry' if kind == 'fact' else kind} “{key}”"
    return KnowledgeError(
        f"{what} has {'gone' if gone else 'been changed'} meanwhile. Nothing was saved. "
        "Look at it as it is now, then make your change again."
    )


def _is_used(db: Database, swap: Swap, facts: Iterable[Fact], changed: set[str]) -> bool:
    """Tell whether entries stand under a heading, once those `changed` stand as `facts` say."""
    if any(getattr(fact, swap.kind) == swap.key for fact in facts):
        return True
    held = db.execute(f"select id from fact where {swap.kind} = ?", [swap.key])
    return bool({key for (key,) in held} - changed)
