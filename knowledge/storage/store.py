"""The SQLite file: opened, guarded, copied; the entries in it, their history, what is noted."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Self

from knowledge.errors import DatabaseBusy, DatabaseError, watched
from knowledge.snapshot import Edit, Revision, Snapshot, Swap, Thing, digest_of, from_json, to_json
from knowledge.storage import file
from knowledge.storage.migrations import upgrade

# Milliseconds that a change waits for another process's write to end, and that anything waits
# which holds up whoever asks.
PATIENT, BRIEF = 10_000, 40
# What a file in use says of itself in its header, and a copy of it does not.
LIVE = 1
# Notes on updates, by names that tell nothing of whom they are from ("" for one that was begun); on
# questions that are no longer among the unanswered ones.
HANDLED, DISMISSED = "handled", "dismissed"
# Days after which no update comes again: what nobody fetches is kept elsewhere for one.
KEPT = 2
HELPFUL, NOT_RIGHT, NONE_OF_THESE = "helpful", "not right", "none of these"
# Who loads the reports that come with the program: nobody can take that back.
SHIPPED = "shipped"


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


class Store:
    """Everything in one database file; belongs to the thread that opened it."""

    def __init__(self, path: Path, patience: int = BRIEF) -> None:
        self.path = path
        with explained(path):
            if patience == BRIEF:
                # Whoever stays looks it through, before anything is written.
                file.check(path)
            self.db = sqlite3.connect(path, timeout=PATIENT / 1000)
            # What is damaged is read as it is, and told by its digest.
            self.db.text_factory = file.as_text
            upgrade(self.db, path)
            # Where nothing can be written, or others are just doing this, questions are answered
            # all the same.
            with suppress(sqlite3.OperationalError):
                self.db.execute("pragma journal_mode = wal")
                if file.mark_of(path) != LIVE:
                    # Into the file itself, so that a copy put over it is noticed.
                    self.db.execute(f"pragma user_version = {LIVE}")
                    self.db.execute("pragma wal_checkpoint(passive)")
            self.db.execute(f"pragma busy_timeout = {patience}")
            if patience == BRIEF:
                # Safe against a crash of the program; a crash of the machine may cost the last
                # second's notes, and nobody waits for the disk with every question.
                self.db.execute("pragma synchronous = normal")
            # Which file it is, by whatever name: its device, its number there, whether it is LIVE.
            self._looked_at, self._mark = times_of(path), file.mark_of(path)

    def opened(self) -> closing[Self]:
        """Open the same file for another thread, or for as long as a change takes."""
        self.refuse_replaced()
        return closing(type(self)(self.path, PATIENT))

    def close(self) -> None:
        """Close the file."""
        with suppress(DatabaseError):
            # To close it writes what stands beside it into it.
            self.refuse_replaced()
        self.db.close()

    def backup(self, target: Path) -> None:
        """Write a consistent copy to a new file; for any thread."""
        with explained(self.path):
            file.copy(self.path, target)

    def rows(self, sql: str, *values: object) -> list[Any]:
        """Give what a query finds."""
        self.refuse_replaced()
        with explained(self.path):
            return self.db.execute(sql, values).fetchall()

    def write(self, sql: str, *values: object) -> sqlite3.Cursor:
        """Change rows by one statement."""
        with self.writing() as db:
            return db.execute(sql, values)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Write, whole or not at all."""
        self.refuse_replaced()
        with explained(self.path):
            # At once: a transaction that reads first could not be let in behind another's write.
            self.db.execute("begin immediate")
            with self.db:
                yield self.db

    def refuse_replaced(self) -> None:
        """Refuse a file that is not the one opened, or that a copy was put over; in any thread."""
        # Of the file itself, not what stands beside it: SQLite seldom writes there.
        seen = times_of(self.path)
        if seen == self._looked_at:
            return
        is_there = seen[:2] == self._looked_at[:2]
        with explained(self.path):
            if is_there and file.mark_of(self.path) >= self._mark:
                self._looked_at = seen
                return
        # What stands beside the file belongs to the old one: left there, whoever opens the new one
        # next would read it into that. Another thread leaves this to the connection's own.
        with suppress(sqlite3.Error, OSError):
            if is_there:
                # To close the old one would write into the new one.
                os.truncate(f"{self.path}-wal", 0)
            else:
                self.db.execute("pragma wal_checkpoint(truncate)")
            self.db.close()
        raise DatabaseError(
            f"The database {self.path} was replaced or deleted while the program ran. Nothing more "
            "is written; questions are answered from memory. Restart the program to go on with "
            "the file that is there now."
        )

    # --- The entries, and their history -----------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """Give everything as it stands after one change, never half of another."""
        # The number first: of what others change meanwhile it is too low, so that it is read anew.
        change = self.last_change()
        things: list[Thing] = []
        damaged: list[str] = []
        sql = "select kind, key, data, digest from entry order by rowid"
        with explained(self.path):
            for kind, key, data, digest in self.rows(sql):
                if digest == digest_of(kind, key, data) and (thing := from_json(kind, data)):
                    things.append(thing)
                else:
                    damaged.append(key)
        return Snapshot.of(change, things, damaged)

    def change(self, edit: Edit, who: str, known: Snapshot) -> Snapshot:
        """Make a change, whole or not at all, and give what there is after it.

        What is `known` is read anew if others have changed it since. Raises KnowledgeError when an
        entry no longer stands as the edit says it did.
        """
        with self.writing() as db:
            now = known if known.change == self.last_change() else self.snapshot()
            edit = now.settled(edit)
            if not edit.swaps:
                return now
            after = now.after(edit)
            made = (after.change, past(0), who, edit.what, edit.reverts)
            db.execute("insert into revision values (?, ?, ?, ?, ?)", made)
            for swap in watched(edit.swaps, "saving"):
                old, new = to_json(swap.before), to_json(swap.after)
                # Of the reports that come with the program nothing is taken back.
                if who != SHIPPED:
                    sql = "insert into replaced (change, kind, key, before, after) values"
                    db.execute(f"{sql} (?, ?, ?, ?, ?)", (after.change, *swap.place, old, new))
                if new is None:
                    db.execute("delete from entry where kind = ? and key = ?", swap.place)
                    continue
                sql = (
                    "insert into entry values (?, ?, ?, ?) on conflict do update "
                    "set data = excluded.data, digest = excluded.digest"
                )
                db.execute(sql, (*swap.place, new, digest_of(*swap.place, new)))
        return after

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
        with explained(self.path):
            found = self.rows(sql, number)
            swaps = [Swap(from_json(kind, old), from_json(kind, new)) for kind, old, new in found]
        return Revision(number, at, who, Edit(what, tuple(swaps), reverts))

    # --- What is kept beside the entries ----------------------------------------------------------

    def kept(self) -> bytes:
        """Give what a matcher left for the next start."""
        found = self.rows("select data from kept where data is not null")
        return bytes(found[0][0]) if found else b""

    def keep(self, data: bytes) -> None:
        """Keep what a matcher leaves for the next start."""
        self.write("insert or replace into kept (id, data) values (1, ?)", data)

    def notes(self, kind: str) -> dict[str, str]:
        """Give the notes of a kind, by what or whom each is about."""
        return dict(self.rows("select key, text from note where kind = ?", kind))

    def note(self, kind: str, key: str) -> str | None:
        """Give a note, None where there is none."""
        found = self.rows("select text from note where kind = ? and key = ?", kind, key)
        return found[0][0] if found else None

    def put_note(self, kind: str, key: str, text: str | None = "") -> None:
        """Keep a note in place of an older one; None deletes it."""
        if text is None:
            self.write("delete from note where kind = ? and key = ?", kind, key)
        else:
            self.write("insert or replace into note values (?, ?, ?, ?)", kind, key, text, past(0))

    # --- Questions that were asked, without a trace of who asked them -----------------------------

    def add_asked(self, question: str, outcome: str, fact: str | None, confidence: float) -> int:
        """Store a question and give its id."""
        row = (past(0), question, outcome, fact, round(confidence, 3))
        sql = "insert into asked (at, question, outcome, fact, confidence) values (?, ?, ?, ?, ?)"
        return int(self.write(sql, *row).lastrowid or 0)

    def note_asked(self, asked: int, **values: str) -> None:
        """Add feedback or a tapped fact to a stored question; one already deleted is left alone."""
        for column, value in values.items():
            self.write(f"update asked set {column} = ? where id = ?", value, asked)

    def asked(self, asked: int) -> Asked | None:
        """Give a stored question, None for one that has been deleted."""
        return next(iter(self._asked("id = ?", asked)), None)

    def asked_since(self, days: int) -> tuple[Asked, ...]:
        """Give the questions of the last `days` days, oldest first."""
        return self._asked("at >= ?", past(days))

    def _asked(self, condition: str, value: object) -> tuple[Asked, ...]:
        columns = ", ".join(f"coalesce({field.name}, '')" for field in fields(Asked))
        found = self.rows(f"select {columns} from asked where {condition} order by id", value)
        return tuple(Asked(*row) for row in found)

    def forget(self, days: int) -> int:
        """Delete what is older than `days` days, and old updates; give how many questions."""
        for kind, kept in ((HANDLED, KEPT), (DISMISSED, days)):
            self.write("delete from note where kind = ? and at < ?", kind, past(kept))
        return self.write("delete from asked where at < ?", past(days)).rowcount


def past(days: int) -> str:
    """Give the time so many days ago, in ISO, of UTC."""
    return (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")


def times_of(path: Path) -> tuple[int, ...]:
    """Give which file it is, its size and when it was changed; nothing where there is none."""
    with suppress(OSError):
        at = path.stat()
        return at.st_dev, at.st_ino, at.st_size, at.st_mtime_ns, at.st_ctime_ns
    return ()


# What SQLite says, in part, and what to do about it.
_NO_ROOM = "Nothing was changed; free some space and try again."
_ADVICE = {
    "unable to open": "The folder must exist and be writable.",
    "readonly": "The file and its folder must be writable.",
    "locked": "Another program is writing to it. Nothing was changed; try again in a moment.",
    "full": f"The disk is full. {_NO_ROOM}",
    "I/O": f"The disk may be full or failing. {_NO_ROOM}",
}


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite says, or damage causes, into a sentence that tells what to do."""
    try:
        yield
    except (sqlite3.Error, KeyError, TypeError, ValueError) as error:
        said = str(error)
        advice = next((text for part, text in _ADVICE.items() if part in said), "")
        if isinstance(error, sqlite3.OperationalError) and advice:
            kind = DatabaseBusy if "locked" in said else DatabaseError
            raise kind(f"The database {path} cannot be used: {said}. {advice}") from error
        raise DatabaseError(
            f"{path} is not a usable database ({said}). It was left as it is. Restore a backup: "
            f"move {path.name}, {path.name}-wal and {path.name}-shm elsewhere, and put a copy made "
            "with /backup or annual-report-bot backup in their place. Or name another file with "
            "--database."
        ) from error
