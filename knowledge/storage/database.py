"""The SQLite file: opened, upgraded, written to whole or not at all, copied."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlite_utils import Database

from knowledge.errors import DatabaseBusy, DatabaseError
from knowledge.storage.migrations import COLUMNS, OF_1_0, STEPS, columns_of, migrations

# Milliseconds that a writer waits for another process's write to end.
PATIENT = 10_000
# The same where somebody else waits meanwhile.
BRIEF = 250
# Seconds between attempts where SQLite does not wait by itself.
LOOK = 0.02

# What a file in use says of itself in its header, and a copy of it does not.
LIVE = 1

# Which file it is, by whatever name: its device, its number there, and whether it is LIVE.
Identity = tuple[int, int, int]


class File:
    """A connection to one database file; belongs to the thread that opened it.

    With `same` it must be that very file: one that was put in its place is left alone.
    """

    def __init__(
        self, path: str | Path, patience: int = PATIENT, same: Identity | None = None
    ) -> None:
        self.path, self.identity, self._patience, self._seen = Path(path), same, patience, 0
        _refuse_no_file(self.path)
        self._refuse_replaced()
        with explained(self.path):
            self.db = Database(sqlite3.connect(self.path), execute_plugins=False)
            # What is damaged is read as it is, and told by its digest.
            self.db.conn.text_factory = _text
            self.db.execute(f"pragma busy_timeout = {PATIENT}")
            self.db.execute("pragma foreign_keys = on")
            self._refuse_others()
            if migrations.pending(self.db):
                self._upgrade()
            self._go_live()
            if COLUMNS - columns_of(self.db):
                raise sqlite3.DatabaseError("its tables are not as they were made")
            if patience == BRIEF:
                # Safe against a crash of the program; a crash of the machine may cost the last
                # second's notes, and nobody waits for the disk with every question.
                self.db.execute("pragma synchronous = normal")
        self.identity = self.identity or _identity_of(self.path)
        self.changed_elsewhere()

    def _upgrade(self) -> None:
        end = time.monotonic() + PATIENT / 1000
        while True:
            try:
                self.db.execute("pragma journal_mode = wal")
                break
            except sqlite3.OperationalError as error:
                # For this SQLite does not wait itself until others who start now are done.
                if "locked" not in str(error) or time.monotonic() > end:
                    raise
                time.sleep(LOOK)
        is_old = bool({step.name for step in migrations.applied(self.db)} & OF_1_0)
        # Rows are moved from table to table.
        self.db.execute("pragma foreign_keys = off")
        # All steps or none, and by one of those who start at the same moment.
        with self.writing(PATIENT):
            migrations.apply(self.db)
        self.db.execute("pragma foreign_keys = on")
        if is_old:
            with suppress(sqlite3.OperationalError):
                self.db.execute("vacuum")
            # What 1.0 kept beside the file.
            for suffix in (".index", ".workers"):
                with suppress(OSError):
                    Path(f"{self.path}{suffix}").unlink(missing_ok=True)

    def _go_live(self) -> None:
        """Write ahead, and say so in the file itself, so that a copy put over it is noticed."""
        if _mark_of(self.path) != LIVE:
            # Where nothing can be written, questions are answered all the same.
            with suppress(sqlite3.OperationalError):
                self.db.execute(f"pragma user_version = {LIVE}")
                self.db.execute("pragma journal_mode = wal")
                self.db.execute("pragma wal_checkpoint(passive)")

    def _refuse_others(self) -> None:
        # Looked at first: what another process creates meanwhile must not seem to be without steps.
        tables = self.db.table_names()
        applied = {step.name for step in migrations.applied(self.db)}
        if unknown := applied - STEPS:
            raise DatabaseError(
                f"{self.path} was written by a newer version of this program (it knows "
                f"{', '.join(sorted(unknown))}). Update the program, or name another file."
            )
        if not applied and tables:
            raise DatabaseError(
                f"{self.path} is the database of another program. Name another file."
            )

    def close(self) -> None:
        """Close the file."""
        with suppress(DatabaseError):
            # To close it writes what stands beside it into it.
            self._refuse_replaced()
        self.db.close()

    def changed_elsewhere(self) -> bool:
        """Tell, once per change, whether another connection has written since."""
        with self.reading() as db:
            version = int(db.execute("pragma data_version").fetchone()[0])
        changed, self._seen = version != self._seen, version
        return changed

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """Read, and say in a sentence what is wrong with the file if anything is."""
        self._refuse_replaced()
        with explained(self.path):
            yield self.db

    @contextmanager
    def writing(self, patience: int | None = None) -> Iterator[Database]:
        """Write, whole or not at all; `patience` is for this once, in milliseconds."""
        self._refuse_replaced()
        with explained(self.path):
            wait = self._patience if patience is None else patience
            self.db.execute(f"pragma busy_timeout = {wait}")
            # At once: a transaction that reads first could not be let in behind another's write.
            self.db.execute("begin immediate")
            try:
                yield self.db
                self.db.execute("commit")
            except BaseException:
                self.db.rollback()
                raise

    def _refuse_replaced(self) -> None:
        known = self.identity
        if known is None:
            return
        with explained(self.path):
            now = _identity_of(self.path)
            is_there = now is not None and now[:2] == known[:2]
            if is_there and now and now[2] >= known[2]:
                return
            if is_there and not self.path.stat().st_size:
                raise sqlite3.DatabaseError("it was emptied")
        if hasattr(self, "db"):
            # What stands beside the file belongs to the old one: left there, whoever opens the
            # new one next would read it into that.
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


def _identity_of(path: Path) -> Identity | None:
    """Tell which file a path leads to, None for none; raises sqlite3.Error for no database."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, _mark_of(path)


def _mark_of(path: Path) -> int:
    """Tell what the file itself says, whatever stands beside it."""
    # By SQLite alone: closing a file that was opened otherwise drops this process's locks on it.
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as database:
        return int(database.execute("pragma user_version").fetchone()[0])


def _refuse_no_file(path: Path) -> None:
    """Refuse what is no file, and never wait for it: a pipe would be waited for for ever."""
    if str(path) == ":memory:":
        raise DatabaseError("“:memory:” would be forgotten at the end. Name a file.")
    if path.exists() and not path.is_file():
        what = "a folder" if path.is_dir() else "not a file"
        raise DatabaseError(f"{path} is {what}. Name a file, which need not exist yet.")


def check(path: Path) -> None:
    """Look at every page of a database; raises DatabaseError when one is damaged.

    Nothing is written, not even what a crash has left beside the file.
    """
    _refuse_no_file(path)
    if not path.exists():
        return
    with explained(path), closing(_read_only(path)) as database:
        try:
            found = str(database.execute("pragma quick_check(1)").fetchone()[0])
        except sqlite3.OperationalError:
            # Whatever it is, opening the file tells.
            return
        if found != "ok":
            raise sqlite3.DatabaseError(found.splitlines()[-1])


def _read_only(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
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
_ADVICE = {
    "unable to open": "The folder must exist and be writable.",
    "readonly": "The file and its folder must be writable.",
    "locked": "Another program is writing to it. Nothing was changed; try again in a moment.",
    "full": "The disk is full. Nothing was changed; free some space and try again.",
    "I/O": "The disk may be full or failing. Nothing was changed; free some space and try again.",
}


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite says into a sentence that tells what to do."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise DatabaseError(
            f"“{error.object[: error.start]}” is followed by a character that cannot be stored. "
            "Nothing was changed."
        ) from error
    except (sqlite3.Error, UnicodeError, KeyError) as error:
        # A column that is not there any more is a KeyError to who reads rows by name.
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
