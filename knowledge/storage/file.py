"""The SQLite file by itself: whether it is whole, which one it is, its copies, its faults."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from knowledge.errors import DatabaseBusy, DatabaseError


def times_of(path: Path) -> tuple[int, ...]:
    """Give which file it is, its size and when it was changed; nothing where there is none."""
    with suppress(OSError):
        at = path.stat()
        return at.st_dev, at.st_ino, at.st_size, at.st_mtime_ns, at.st_ctime_ns
    return ()


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
    if not path.exists():
        return
    # What else may be wrong with it, opening the file tells.
    ignored = suppress(sqlite3.OperationalError)
    with explained(path), closing(_read_only(path)) as database, ignored:
        (found,) = database.execute("pragma quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(found.splitlines()[-1])


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


def _read_only(path: Path, how: str = "") -> sqlite3.Connection:
    database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{how}", uri=True)
    database.text_factory = as_text
    return database


def as_text(raw: bytes) -> str:
    """Read what is damaged as it is."""
    return raw.decode("utf-8", "replace")


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
