"""What stands in the file: entries and their history, questions asked, notes, updates handled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from sqlite3 import Connection
from time import time
from typing import Literal

from knowledge import snapshot as snapshots
from knowledge.progress import watched
from knowledge.snapshot import Edit, Revision, Snapshot, Swap, Thing, from_json
from knowledge.storage.database import File, explained

# Who loads the reports that come with the program: nobody can take that back.
SHIPPED = "shipped"
# Seconds after which no update comes again: what nobody fetches is kept elsewhere for a day.
KEPT = 2 * 24 * 3600
HELPFUL, NOT_RIGHT, NONE_OF_THESE = "helpful", "not right", "none of these"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question asked once: when (ISO, UTC), what came of it, and what the reader made of that."""

    at: str
    question: str
    outcome: Literal["answer", "suggest", "unknown", "unread"]
    fact: str
    confidence: float
    feedback: str
    tapped: str


class Store(File):
    """Everything in one database file; belongs to the thread that opened it."""

    def forget(self, days: int) -> int:
        """Delete what is older than `days` days, and old updates; give how many questions."""
        self.write("delete from handled_update where at < ?", int(time()) - KEPT)
        self.write("delete from dismissed where at < ?", _ago(days))
        return self.write("delete from asked where at < ?", _ago(days))

    # --- Entries ----------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """Give everything as it stands after one change, never half of another."""
        with self.reading() as db, db:
            db.execute("begin")
            return self._snapshot(db)

    def _snapshot(self, db: Connection) -> Snapshot:
        things: list[Thing] = []
        damaged: list[str] = []
        for kind, primary in snapshots.PRIMARY.items():
            # By name: a column that is damaged is told of, not passed over.
            names = (*snapshots.FIELDS[kind], "digest")
            for values in db.execute(f"select {', '.join(names)} from {kind} order by rowid"):
                row = dict(zip(names, values, strict=True))
                if thing := snapshots.whole(kind, row):
                    things.append(thing)
                    continue
                damaged.append(str(row[primary]))
                if kind in snapshots.HEADINGS:
                    # Facts stand under it: it keeps its name, and leads nowhere.
                    nowhere = dict.fromkeys(("url", "ratings_url", "reports_url"), "")
                    things.append(snapshots.from_row(kind, {**row, **nowhere}))
        return Snapshot.of(self.last_change(), things, damaged)

    def change(self, edit: Edit, who: str, known: Snapshot) -> Snapshot:
        """Make a change, whole or not at all, and give what there is after it.

        What is `known` is read anew if others have changed it since. Raises KnowledgeError when an
        entry no longer stands as the edit says it did.
        """
        # Slow to load, and not needed to answer.
        from sqlite_utils import Database

        with self.writing() as connection:
            db = Database(connection, execute_plugins=False)
            now = known if known.change == self.last_change() else self._snapshot(connection)
            edit = now.settled(edit)
            if not edit.swaps:
                return now
            after = now.after(edit)
            # Rows of one change may lean on each other in any order.
            db.execute("pragma defer_foreign_keys = on")
            made = {"number": after.change, "at": _ago(0), "who": who, "what": edit.what}
            db.table("revision").insert(made | {"reverts": edit.reverts})
            if who != SHIPPED:
                db.table("replaced").insert_all(
                    {"change": after.change, "kind": swap.kind, "key": swap.key,
                     "before": snapshots.to_json(swap.before),
                     "after": snapshots.to_json(swap.after)}
                    for swap in edit.swaps
                )  # fmt: skip
            for kind, primary in snapshots.PRIMARY.items():
                mine = [swap for swap in edit.swaps if swap.kind == kind]
                gone = [(swap.key,) for swap in mine if swap.after is None]
                db.conn.executemany(f"delete from {kind} where {primary} = ?", gone)
                kept = [snapshots.signed(swap.after) for swap in mine if swap.after is not None]
                db.table(kind).upsert_all(watched(kept, "saving"), pk=primary)
        return after

    # --- History ----------------------------------------------------------------------------------

    def last_change(self) -> int:
        """Give the number of the last change, 0 before the first."""
        return int(self.rows("select coalesce(max(number), 0) from revision")[0][0])

    def reverted(self) -> dict[int, tuple[str, int | None]]:
        """Give who made each change and which change it takes back, the oldest first."""
        found = self.rows("select number, who, reverts from revision order by number")
        return {number: (who, reverts) for number, who, reverts in found}

    def revisions(
        self, key: str | None = None, limit: int = 10, before: int | None = None
    ) -> tuple[Revision, ...]:
        """Give the last changes, newest first: of one entry, or all; those under a number."""
        sql = (
            "select number, at, who, what, reverts from revision where number < ?1 and (?2 is null "
            "or number in (select change from replaced where key = ?2)) order by number desc limit "
        )
        found = self.rows(f"{sql} ?3", before or 1 << 60, key, limit)
        return tuple(self._revision(*row) for row in found)

    def _revision(self, number: int, at: str, who: str, what: str, reverts: int | None) -> Revision:
        sql = "select kind, before, after from replaced where change = ? order by id"
        found = self.rows(sql, number)
        with explained(self.path, TypeError, ValueError):
            swaps = [Swap(from_json(kind, old), from_json(kind, new)) for kind, old, new in found]
        return Revision(number, at, who, Edit(what, tuple(swaps), reverts))

    # --- What is kept beside the entries ----------------------------------------------------------

    def kept(self) -> tuple[int, bytes]:
        """Give of how many phrasings a matcher was made, and what it left for the next start."""
        found = self.rows("select phrasings, coalesce(data, x'') from kept")
        return found[0] if found else (0, b"")

    def keep(self, phrasings: int, data: bytes) -> None:
        """Keep what a matcher of so many phrasings leaves for the next start."""
        sql = "insert or replace into kept (id, phrasings, data) values (1, ?, ?)"
        self.write(sql, phrasings, data)

    def notes(self, kind: str) -> dict[int, str]:
        """Give the notes of a kind, by the administrator they belong to."""
        return dict(self.rows("select who, text from note where kind = ?", kind))

    def put_note(self, kind: str, who: int, text: str | None) -> None:
        """Keep a note about an administrator's unfinished work; None deletes it."""
        if text is None:
            self.write("delete from note where kind = ? and who = ?", kind, who)
        else:
            self.write("insert or replace into note values (?, ?, ?)", kind, who, text)

    # --- Updates that were handled, by names that tell nothing of whom they are from --------------

    def is_handled(self, name: str) -> bool | None:
        """Tell whether an update was finished; None for one never seen."""
        found = self.rows("select done from handled_update where id = ?", name)
        return bool(found[0][0]) if found else None

    def note_handled(self, name: str, *, is_done: bool) -> None:
        """Note an update: as begun, before one that may not be handled twice, or as finished."""
        sql = "insert or replace into handled_update values (?, ?, ?)"
        self.write(sql, name, int(time()), is_done)

    # --- Questions that were asked, without a trace of who asked them -----------------------------

    def add_asked(self, question: str, outcome: str, fact: str | None, confidence: float) -> int:
        """Store a question and give its id."""
        row = (_ago(0), question, outcome, fact, round(confidence, 3))
        sql = "insert into asked (at, question, outcome, fact, confidence) values "
        with self.writing() as db:
            return int(db.execute(f"{sql} (?, ?, ?, ?, ?)", row).lastrowid or 0)

    def note_asked(self, asked: int, **values: str) -> None:
        """Add feedback or a tapped fact to a stored question; one already deleted is left alone."""
        for column, value in values.items():
            self.write(f"update asked set {column} = ? where id = ?", value, asked)

    def asked(self, asked: int) -> Asked | None:
        """Give a stored question, None for one that has been deleted."""
        return next(iter(self._asked("id = ?", asked)), None)

    def asked_since(self, days: int) -> tuple[Asked, ...]:
        """Give the questions of the last `days` days, oldest first."""
        return self._asked("at >= ?", _ago(days))

    def _asked(self, condition: str, value: object) -> tuple[Asked, ...]:
        columns = ", ".join(f"coalesce({field.name}, '')" for field in fields(Asked))
        found = self.rows(f"select {columns} from asked where {condition} order by id", value)
        return tuple(Asked(*row) for row in found)

    def dismiss(self, questions: Iterable[str]) -> None:
        """Leave these questions out of the unanswered ones from now on."""
        for question in questions:
            self.write("insert or replace into dismissed values (?, ?)", question, _ago(0))

    def dismissed(self) -> frozenset[str]:
        """Give the questions dismissed."""
        return frozenset(text for (text,) in self.rows("select question from dismissed"))


def _ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
