"""Which jobs were begun and what was sent for them: kept so that a crash repeats nothing.

A job is named by whoever works on it, without a trace of whom it is for. What is sent for it gets a
number from the world outside, higher than those given before: unknown while it is on its way. A
sequence of such numbers has a name; numbers of sequences without are not told apart.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from knowledge.storage.database import File
from knowledge.storage.workers import Worker

# Telegram offers what was not fetched for a day; nothing older can come again.
DAYS = 2


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something sent: its note, the highest number given before (or None), its own (or None)."""

    note: int
    after: int | None
    number: int | None = None


class Claim(Enum):
    """What came of claiming a job."""

    NEW = "nobody had begun it"
    AGAIN = "it had been begun, by somebody who is gone or by this worker"
    ELSEWHERE = "another worker is at it"
    DONE = "it is done"


class Ledger:
    """The tables of jobs and deliveries."""

    def __init__(self, file: File, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._clock = clock
        self._worker = Worker(Path(f"{file.path}.workers"))

    def claim(self, job: str) -> Claim:
        """Take a job, unless it is done or another living worker has it: one of all gets it."""
        number = self._worker.number
        with self._file.writing() as db:
            row = (job, int(self._clock()), number)
            made = db.execute("insert or ignore into job (id, at, worker) values (?, ?, ?)", row)
            if made.rowcount > 0:
                return Claim.NEW
            claim = self.look(job)
            if claim is Claim.AGAIN:
                db.execute("update job set worker = ? where id = ?", (number, job))
            return claim

    def look(self, job: str) -> Claim:
        """Tell what would come of claiming a job, and claim nothing."""
        with self._file.reading() as db:
            found = db.execute("select finished, worker from job where id = ?", [job])
            for finished, worker in found:
                if finished:
                    return Claim.DONE
                alive = self._worker.is_alive(worker or 0)
                return Claim.ELSEWHERE if alive else Claim.AGAIN
        return Claim.NEW

    def finish(self, job: str) -> None:
        """Note that a job is done, if it had begun."""
        with self._file.writing() as db:
            db.execute("update job set finished = 1 where id = ?", [job])

    def on_its_way(self, job: str, after: int | None, sequence: str = "") -> Delivery:
        """Note that something is about to be sent; `after` is the highest number known to you."""
        with self._file.writing() as db:
            now = int(self._clock())
            if job:
                # The claim may have failed, on a file that was locked just then.
                row = (job, now, self._worker.number)
                db.execute("insert or ignore into job (id, at, worker) values (?, ?, ?)", row)
            if sequence:
                # Other workers, and this one before a crash, may have seen higher ones.
                found = db.execute(
                    "select max(number) from delivery where sequence = ?", [sequence]
                ).fetchone()[0]
                after = max(after or 0, found or 0) or None
            made = db.execute(
                "insert into delivery (job, at, after, sequence) values (?, ?, ?, ?)",
                (job, now, after, sequence),
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
        with self._file.reading() as db:
            rows = db.execute(
                "select id, after, number from delivery where job = ? order by id", [job]
            )
            return tuple(Delivery(*row) for row in rows)

    def known(self, sequence: str, first: int, last: int) -> frozenset[int]:
        """Give the numbers of a sequence between two, these included, that are known."""
        with self._file.reading() as db:
            rows = db.execute(
                "select number from delivery where sequence = ? and number between ? and ?",
                (sequence, first, last),
            )
            return frozenset(number for (number,) in rows)

    def forget(self) -> None:
        """Delete what can no longer be asked for again."""
        with self._file.writing() as db:
            before = int(self._clock()) - DAYS * 24 * 3600
            db.execute("delete from delivery where at < ?", [before])
            db.execute("delete from job where at < ?", [before])

    def close(self) -> None:
        """Leave what was begun and not done to other workers."""
        self._worker.close()
