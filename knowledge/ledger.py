"""Which jobs were begun and what was sent for them: kept so that a crash repeats nothing.

A job is named by whoever works on it, without a trace of whom it is for; a delivery is the number
that the world outside gave what was sent, unknown from the moment it is on its way until then.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from knowledge.database import File, explained

# Telegram offers what was not fetched for a day; nothing older can come again.
DAYS = 2


class Ledger:
    """The tables of jobs and deliveries."""

    def __init__(self, file: File, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._clock = clock

    def begin(self, job: str) -> bool:
        """Note that a job begins; False when it had begun before and nobody saw its end."""
        with self._file.writing() as db:
            row = (job, int(self._clock()))
            return db.execute("insert or ignore into job (id, at) values (?, ?)", row).rowcount > 0

    def finish(self, job: str) -> None:
        """Note that a job is done, if it had begun."""
        with self._file.writing() as db:
            db.execute("update job set finished = 1 where id = ?", [job])

    def is_finished(self, job: str) -> bool:
        """Tell whether a job is done."""
        with explained(self._file.path):
            found = self._file.db.execute("select finished from job where id = ?", [job])
            return any(finished for (finished,) in found)

    def on_its_way(self, job: str) -> int:
        """Note that something is about to be sent and give the number of the note."""
        with self._file.writing() as db:
            now = int(self._clock())
            if job:
                db.execute("insert or ignore into job (id, at) values (?, ?)", (job, now))
            note = db.execute("insert into delivery (job, at) values (?, ?)", (job, now))
            return int(note.lastrowid or 0)

    def arrived(self, note: int, number: int) -> None:
        """Note under which number something sent is known outside."""
        with self._file.writing() as db:
            db.execute("update delivery set number = ? where id = ?", (number, note))

    def refused(self, note: int) -> None:
        """Note that something was not sent after all."""
        with self._file.writing() as db:
            db.execute("delete from delivery where id = ?", [note])

    def deliveries(self, job: str) -> tuple[tuple[int, int | None], ...]:
        """Give the notes of a job, oldest first, each with its number, None while unknown."""
        with explained(self._file.path):
            return tuple(
                self._file.db.execute(
                    "select id, number from delivery where job = ? order by id", [job]
                ).fetchall()
            )

    def known(self, numbers: Iterable[int]) -> frozenset[int]:
        """Give those of some numbers that stand in the ledger."""
        wanted = list(numbers)
        marks = ",".join("?" * len(wanted))
        with explained(self._file.path):
            rows = self._file.db.execute(
                f"select number from delivery where number in ({marks})", wanted
            )
            return frozenset(number for (number,) in rows)

    def forget(self) -> None:
        """Delete what can no longer be asked for again."""
        with self._file.writing() as db:
            before = int(self._clock()) - DAYS * 24 * 3600
            db.execute("delete from delivery where at < ?", [before])
            db.execute("delete from job where at < ?", [before])
