"""The SQLite file by itself: whether it is whole, what it says of itself, its copies."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from knowledge.errors import DatabaseError


def mark_of(path: Path) -> int:
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
    # What else may be wrong with it, opening the file tells; and it may not be there yet.
    with suppress(sqlite3.OperationalError), closing(_read_only(path)) as database:
        (found,) = database.execute("pragma quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(found.splitlines()[-1])


def copy(path: Path, target: Path) -> None:
    """Write a consistent copy of a database, while it is in use, to a new file."""
    with closing(_read_only(path)) as source, closing(sqlite3.connect(target)) as copied:
        source.backup(copied)
        # One file is easier to carry than three.
        copied.execute("pragma journal_mode = delete")
        copied.execute("pragma user_version = 0")


def _read_only(path: Path, how: str = "") -> sqlite3.Connection:
    database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{how}", uri=True)
    database.text_factory = as_text
    return database


def as_text(raw: bytes) -> str:
    """Read what is damaged as it is."""
    return raw.decode("utf-8", "replace")
