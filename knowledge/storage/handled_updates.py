"""Which updates have been handled: so that one that comes again after a crash is passed over."""

from __future__ import annotations

import time
from collections.abc import Callable

from knowledge.storage.database import File
from knowledge.storage.question_log import PATIENCE

# Seconds after which no update comes again: what nobody fetches is kept elsewhere for a day.
KEPT = 2 * 24 * 3600


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
