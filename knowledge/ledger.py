"""Which jobs were begun and what was sent for them: kept so that a crash repeats nothing.

A job is named by whoever works on it, without a trace of whom it is for. What is sent for it gets a
number from the world outside, higher than those given before: unknown while it is on its way.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from knowledge.database import File, explained

# Telegram offers what was not fetched for a day; nothing older can come again.
DAYS = 2


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something sent: its note, the highest number given before (or None), its own (or None)."""

    note: int
    after: int | None
    number: int | None = None


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

    def on_its_way(self, job: str, after: int | None) -> Delivery:
        """Note that something is about to be sent."""
        with self._file.writing() as db:
            now = int(self._clock())
            if job:
                db.execute("insert or ignore into job (id, at) values (?, ?)", (job, now))
            made = db.execute(
                "insert into delivery (job, at, after) values (?, ?, ?)", (job, now, after)
            )
            return Delivery(int(made.lastrowid or 0), after)

    def arrived(self, note: int, number: int) -> None:
        """Note under which number something sent is known outside."""
        with self._file.writing() as db:
            db.execute("update delivery set number = ? where id = ?", (number, note))

    def refused(self, note: int) -> None:
        """Note that something was not sent after all."""
        with self._file.writing() as db:
            db.execute("delete from delivery where id = ?", [note])

    def deliveries(self, job: str) -> tuple[Delivery, ...]:
        """Give what was sent for a job, oldest first."""
        with explained(self._file.path):
            rows = self._file.db.execute(
                "select id, after, number from delivery where job = ? order by id", [job]
            )
            return tuple(Delivery(*row) for row in rows)

    def known(self, first: int, last: int) -> frozenset[int]:
        """Give the numbers between two, these included, that stand in the ledger."""
        with explained(self._file.path):
            rows = self._file.db.execute(
                "select number from delivery where number between ? and ?", (first, last)
            )
            return frozenset(number for (number,) in rows)

    def forget(self) -> None:
        """Delete what can no longer be asked for again."""
        with self._file.writing() as db:
            before = int(self._clock()) - DAYS * 24 * 3600
            db.execute("delete from delivery where at < ?", [before])
            db.execute("delete from job where at < ?", [before])
