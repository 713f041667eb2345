"""Which updates have been handled: so that one that comes again after a crash is passed over."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum

from knowledge.storage.database import File
from knowledge.storage.question_log import PATIENCE

# Seconds after which no update comes again: what nobody fetches is kept elsewhere for a day.
KEPT = 2 * 24 * 3600


class Progress(Enum):
    """How far an update had come when it was last heard of."""

    NEW = "never seen"
    BEGUN = "begun, and not known to be finished"
    DONE = "finished"


class HandledUpdates:
    """The table of updates, each under a name that tells nothing of whom it is from."""

    def __init__(self, file: File, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._clock = clock

    def progress(self, name: str) -> Progress:
        """Tell how far an update had come."""
        with self._file.reading() as db:
            for (done,) in db.execute("select done from handled_update where id = ?", [name]):
                return Progress.DONE if done else Progress.BEGUN
        return Progress.NEW

    def begin(self, name: str) -> None:
        """Note an update that may not be handled twice before it is handled."""
        self._note(name, done=False)

    def finish(self, name: str) -> None:
        """Note that an update was handled."""
        self._note(name, done=True)

    def _note(self, name: str, *, done: bool) -> None:
        now = int(self._clock())
        with self._file.writing(PATIENCE) as db:
            db.execute("insert or replace into handled_update values (?, ?, ?)", (name, now, done))
            db.execute("delete from handled_update where at < ?", [now - KEPT])
