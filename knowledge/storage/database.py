"""The SQLite file: opened, guarded, copied; what is noted in it beside the entries."""

import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from knowledge.errors import DatabaseBusy, DatabaseError
from knowledge.storage.migrations import upgrade

# Milliseconds that a change waits for another process's write to end, and that anything waits
# which holds up whoever asks.
PATIENT, BRIEF = 10_000, 40
# What a file in use says of itself in its header, and a copy of it does not.
LIVE = 1
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


class Database:
    """A connection to one file, and what is noted in it; belongs to the thread that opened it."""

    def __init__(self, path: Path, patience: int) -> None:
        self.path = path
        with explained(path):
            self.db = sqlite3.connect(path, timeout=PATIENT / 1000)
            # What is damaged is read as it is, and told by its digest.
            self.db.text_factory = _text
            upgrade(self.db, path)
            # Where nothing can be written, or others are just doing this, questions are answered
            # all the same.
            with suppress(sqlite3.OperationalError):
                self.db.execute("pragma journal_mode = wal")
                if _mark_of(path) != LIVE:
                    # Into the file itself, so that a copy put over it is noticed.
                    self.db.execute(f"pragma user_version = {LIVE}")
                    self.db.execute("pragma wal_checkpoint(passive)")
            self.db.execute("pragma foreign_keys = on")
            self.db.execute(f"pragma busy_timeout = {patience}")
            if patience == BRIEF:
                # Safe against a crash of the program; a crash of the machine may cost the last
                # second's notes, and nobody waits for the disk with every question.
                self.db.execute("pragma synchronous = normal")
            # Which file it is, by whatever name: its device, its number there, whether it is LIVE.
            self._file, self._mark = _times_of(path)[:2], _mark_of(path)
        self._looked_at: tuple[int, ...] = ()

    def close(self) -> None:
        """Close the file."""
        with suppress(DatabaseError):
            # To close it writes what stands beside it into it.
            self.refuse_replaced()
        self.db.close()

    def rows(self, sql: str, *values: object) -> list[Any]:
        """Give what a query finds."""
        with self.reading() as db:
            return db.execute(sql, values).fetchall()

    def write(self, sql: str, *values: object) -> int:
        """Change rows by one statement and give how many."""
        with self.writing() as db:
            return db.execute(sql, values).rowcount

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Read, and say in a sentence what is wrong with the file if anything is."""
        self.refuse_replaced()
        with explained(self.path):
            yield self.db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Write, whole or not at all."""
        with self.reading() as db:
            # At once: a transaction that reads first could not be let in behind another's write.
            db.execute("begin immediate")
            with db:
                yield db

    def refuse_replaced(self) -> None:
        """Refuse a file that is not the one opened, or that a copy was put over; in any thread."""
        # Of the file itself, not what stands beside it: SQLite seldom writes there.
        seen = _times_of(self.path)
        if seen and seen == self._looked_at:
            return
        is_there = seen[:2] == self._file
        with explained(self.path):
            if is_there and _mark_of(self.path) >= self._mark:
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
        self.write(sql, name, int(time.time()), is_done)

    # --- Questions that were asked, without a trace of who asked them -----------------------------

    def add_asked(self, question: str, outcome: str, fact: str | None, confidence: float) -> int:
        """Store a question and give its id."""
        row = (past(0), question, outcome, fact, round(confidence, 3))
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
        return self._asked("at >= ?", past(days))

    def _asked(self, condition: str, value: object) -> tuple[Asked, ...]:
        columns = ", ".join(f"coalesce({field.name}, '')" for field in fields(Asked))
        found = self.rows(f"select {columns} from asked where {condition} order by id", value)
        return tuple(Asked(*row) for row in found)

    def dismiss(self, questions: Iterable[str]) -> None:
        """Leave these questions out of the unanswered ones from now on."""
        for question in questions:
            self.write("insert or replace into dismissed values (?, ?)", question, past(0))

    def dismissed(self) -> frozenset[str]:
        """Give the questions dismissed."""
        return frozenset(text for (text,) in self.rows("select question from dismissed"))

    def forget(self, days: int) -> int:
        """Delete what is older than `days` days, and old updates; give how many questions."""
        self.write("delete from handled_update where at < ?", int(time.time()) - KEPT)
        self.write("delete from dismissed where at < ?", past(days))
        return self.write("delete from asked where at < ?", past(days))


def past(days: int) -> str:
    """Give the time so many days ago, in ISO, of UTC."""
    return (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")


def _times_of(path: Path) -> tuple[int, ...]:
    """Give which file it is, its size and when it was changed; nothing where there is none."""
    with suppress(OSError):
        at = path.stat()
        return at.st_dev, at.st_ino, at.st_size, at.st_mtime_ns, at.st_ctime_ns
    return ()


def _mark_of(path: Path) -> int:
    """Tell what the file itself says, whatever stands beside it."""
    # By SQLite alone: closing a file that was opened otherwise drops this process's locks on it.
    with closing(_read_only(path, "&immutable=1")) as database:
        return int(database.execute("pragma user_version").fetchone()[0])


def check(path: Path) -> None:
    """Look at every page of a database; raises DatabaseError when one is damaged.

    Nothing is written, not even what a crash has left beside the file.
    """
    if str(path) == ":memory:" or (path.exists() and not path.is_file()):
        # A pipe would be waited for for ever.
        raise DatabaseError(f"{path} is not a file. Name a file, which need not exist yet.")
    if not path.exists():
        return
    # What else may be wrong with it, opening the file tells.
    ignored = suppress(sqlite3.OperationalError)
    with explained(path), closing(_read_only(path)) as database, ignored:
        (found,) = database.execute("pragma quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(found.splitlines()[-1])


def _read_only(path: Path, how: str = "") -> sqlite3.Connection:
    database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{how}", uri=True)
    database.text_factory = _text
    return database


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def copy(path: Path, target: Path) -> None:
    """Write a consistent copy of a database, while it is in use, to a new file."""
    with (
        explained(path),
        closing(_read_only(path)) as source,
        closing(sqlite3.connect(target)) as copied,
    ):
        source.backup(copied)
        # One file is easier to carry than three.
        copied.execute("pragma journal_mode = delete")
        copied.execute("pragma user_version = 0")


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
def explained(path: Path, *also: type[Exception]) -> Iterator[None]:
    """Turn what SQLite says, or damage `also` causes, into a sentence that tells what to do."""
    told: tuple[type[Exception], ...] = (sqlite3.Error, UnicodeDecodeError, KeyError, *also)
    try:
        yield
    except told as error:
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
