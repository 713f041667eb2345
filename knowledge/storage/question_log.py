"""The questions that were asked, without a trace of who asked them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from knowledge.errors import DatabaseBusy
from knowledge.storage.database import File

# Milliseconds that an answer waits for another's write to end, and the questions kept meanwhile.
PATIENCE = 20
WAITING = 1000
Outcome = Literal["answer", "suggest", "unknown", "unread"]
HELPFUL, NOT_RIGHT, NONE_OF_THESE = "helpful", "not right", "none of these"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question asked once: when (ISO, UTC), what came of it, and what the reader made of that."""

    at: str
    question: str
    outcome: Outcome
    fact: str
    confidence: float
    feedback: str
    tapped: str


class QuestionLog:
    """The table of questions asked."""

    def __init__(self, file: File) -> None:
        self._file = file
        # Those that came while another process, or a large import, was writing.
        self._waiting: deque[dict[str, object]] = deque(maxlen=WAITING)

    def add(self, question: str, outcome: str, fact: str | None, confidence: float) -> int:
        """Store a question and give its id, 0 where it has to wait to be stored."""
        row: dict[str, object] = {
            "at": _ago(0),
            "question": question,
            "outcome": outcome,
            "fact": fact,
            "confidence": round(confidence, 3),
        }
        self._waiting.append(row)
        with suppress(DatabaseBusy), self._file.writing(PATIENCE) as db:
            db.table("asked").insert_all(self._waiting)
            stored = int(db.execute("select last_insert_rowid()").fetchone()[0])
            self._waiting.clear()
            return stored
        return 0

    def note(self, asked: int, **values: str) -> None:
        """Add feedback or a tapped fact to a stored question; one already deleted is left alone."""
        with self._file.writing() as db:
            for column, value in values.items():
                db.execute(f"update asked set [{column}] = ? where id = ?", [value, asked])

    def forget(self, days: int) -> int:
        """Delete questions older than `days` days and give how many."""
        with self._file.writing() as db:
            db.execute("delete from dismissed where at < ?", [_ago(days)])
            return db.execute("delete from asked where at < ?", [_ago(days)]).rowcount

    def one(self, asked: int) -> Asked | None:
        """Give a stored question, None for one that has been deleted."""
        with self._file.reading() as db:
            return next(map(_asked, db.table("asked").rows_where("id = ?", [asked])), None)

    def since(self, days: int) -> tuple[Asked, ...]:
        """Give the questions of the last `days` days, oldest first."""
        with self._file.reading() as db:
            rows = db.table("asked").rows_where("at >= ?", [_ago(days)], order_by="id")
            return tuple(map(_asked, rows))

    def dismiss(self, questions: Iterable[str]) -> None:
        """Leave these questions out of the unanswered ones from now on."""
        with self._file.writing() as db:
            rows = [{"question": question, "at": _ago(0)} for question in questions]
            db.table("dismissed").upsert_all(rows, pk="question")

    def dismissed(self) -> frozenset[str]:
        """Give the questions dismissed."""
        with self._file.reading() as db:
            return frozenset(q for (q,) in db.execute("select question from dismissed"))


def _asked(row: Mapping[str, Any]) -> Asked:
    names = ("at", "question", "outcome", "fact", "confidence", "feedback", "tapped")
    values: list[Any] = ["" if row[name] is None else row[name] for name in names]
    return Asked(*values)


def _ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
