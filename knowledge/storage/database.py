"""The SQLite file: opened, upgraded, written to whole or not at all, copied."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlite_utils import Database

from knowledge.errors import DatabaseError, NewerSchemaError
from knowledge.storage.migrations import STEPS, migrations

# Milliseconds that a writer waits for another process's write to end.
PATIENT = 10_000
# The same where somebody else waits meanwhile.
BRIEF = 250
# Seconds between attempts where SQLite does not wait by itself.
LOOK = 0.02


class File:
    """A connection to one database file; belongs to the thread that opened it."""

    def __init__(self, path: str | Path, patience: int = PATIENT) -> None:
        self.path = Path(path)
        with explained(self.path):
            self.db = Database(sqlite3.connect(self.path), execute_plugins=False)
            self.db.execute(f"pragma busy_timeout = {PATIENT}")
            self.db.execute("pragma foreign_keys = on")
            self._refuse_others()
            if migrations.pending(self.db):
                self._upgrade()
            self.db.execute(f"pragma busy_timeout = {patience}")
            if patience == BRIEF:
                # Safe against a crash of the program; a crash of the machine may cost the last
                # second's notes, and nobody waits for the disk with every question.
                self.db.execute("pragma synchronous = normal")

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
        # All steps or none, and by one of those who start at the same moment.
        with self.writing():
            migrations.apply(self.db)

    def _refuse_others(self) -> None:
        # Looked at first: what another process creates meanwhile must not seem to be without steps.
        tables = self.db.table_names()
        applied = {step.name for step in migrations.applied(self.db)}
        if unknown := applied - STEPS:
            raise NewerSchemaError(
                f"{self.path} was written by a newer version of this program (it knows "
                f"{', '.join(sorted(unknown))}). Update the program, or name another file."
            )
        if not applied and tables:
            raise DatabaseError(
                f"{self.path} is the database of another program. Name another file."
            )

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    def version(self) -> int:
        """Give a number that changes when another connection has written."""
        with self.reading() as db:
            return int(db.execute("pragma data_version").fetchone()[0])

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """Read, and say in a sentence what is wrong with the file if anything is."""
        with explained(self.path):
            yield self.db

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """Write, whole or not at all."""
        with explained(self.path):
            # At once: a transaction that reads first could not be let in behind another's write.
            self.db.execute("begin immediate")
            try:
                yield self.db
                self.db.execute("commit")
            except BaseException:
                self.db.rollback()
                raise


def check(path: Path) -> None:
    """Look at every page of a database; raises DatabaseError when one is damaged.

    Nothing is written, not even what a crash has left beside the file.
    """
    with explained(path), suppress(sqlite3.OperationalError), closing(_read_only(path)) as database:
        found = str(database.execute("pragma quick_check(1)").fetchone()[0])
        if found != "ok":
            raise sqlite3.DatabaseError(found.splitlines()[-1])


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


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


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite says into a sentence that tells what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        said = str(error)
        if "unable to open" in said:
            advice = "The folder must exist and be writable."
        elif "readonly" in said:
            advice = "The file and its folder must be writable."
        elif "locked" in said:
            advice = "Another program is writing to it. Nothing was changed; try again in a moment."
        elif "full" in said:
            advice = "The disk is full. Nothing was changed; free some space and try again."
        elif "I/O" in said:
            advice = (
                "The disk may be full or failing. Nothing was changed; free some space and try "
                "again."
            )
        else:
            advice = "Nothing was changed."
        raise DatabaseError(f"The database {path} cannot be used: {said}. {advice}") from error
    except sqlite3.DatabaseError as error:
        raise DatabaseError(
            f"{path} is not a usable database ({error}). It was left as it is. Restore a backup: "
            f"move {path.name}, {path.name}-wal and {path.name}-shm elsewhere, and put a copy made "
            "with /backup or annual-report-bot backup in their place. Or name another file with "
            "--database."
        ) from error
