"""The SQLite file: reads and writes of rows, each write with its revision in one transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, astuple
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from knowledge.confidence import FEATURES, Logit
from knowledge.errors import DatabaseError, NewerSchemaError
from knowledge.lessons import Learned
from knowledge.migrations import STEPS, migrations
from knowledge.model import Fact, Figure, Kind, Report, Term, Topic

# Milliseconds that a writer waits for another process's write to end.
BUSY_TIMEOUT = 10_000


class Store:
    """Rows of one database file; belongs to the thread that opened it."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.is_new = not self.path.exists() or not self.path.stat().st_size
        with _explained(self.path):
            connection = sqlite3.connect(self.path)
            self._db = Database(connection, execute_plugins=False)
            self._db.execute(f"pragma busy_timeout = {BUSY_TIMEOUT}")
            self._db.execute("pragma foreign_keys = on")
            self._refuse_others()
            if migrations.pending(self._db):
                self._db.execute("pragma journal_mode = wal")
                migrations.apply(self._db)
        self._seen = self.version()

    def _refuse_others(self) -> None:
        applied = {step.name for step in migrations.applied(self._db)}
        if unknown := applied - STEPS:
            raise NewerSchemaError(
                f"{self.path} was written by a newer version of this program (it knows "
                f"{', '.join(sorted(unknown))}). Update the program, or name another file."
            )
        if not applied and self._db.table_names():
            raise DatabaseError(
                f"{self.path} is the database of another program. Name another file."
            )

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def version(self) -> int:
        """Give a number that changes when another connection has written."""
        return int(self._db.execute("pragma data_version").fetchone()[0])

    def changed_elsewhere(self) -> bool:
        """Tell, once per change, whether another connection has written since."""
        version = self.version()
        changed, self._seen = version != self._seen, version
        return changed

    @contextmanager
    def change(self, who: str, what: str) -> Iterator[Change]:
        """Make one change, whole or not at all, with a revision for each row touched."""
        with _explained(self.path), self._db.atomic():
            number = self._db.execute("select coalesce(max(change), 0) + 1 from revision")
            yield Change(self._db, int(number.fetchone()[0]), who, what)

    def reports(self) -> tuple[Report, ...]:
        """Give all reports."""
        return tuple(Report(**row) for row in self._db.table("report").rows_where(order_by="id"))

    def topics(self) -> tuple[Topic, ...]:
        """Give all topics in the order they are shown."""
        rows = self._db.table("topic").rows_where(order_by="position, name")
        return tuple(Topic(**row) for row in rows)

    def terms(self) -> tuple[Term, ...]:
        """Give all terms."""
        return tuple(Term(**row) for row in self._db.table("term").rows_where(order_by="said"))

    def facts(self) -> tuple[Fact, ...]:
        """Give all facts, live and retired, in reading order."""
        phrasings: dict[str, list[str]] = {}
        for fact, text in self._db.execute("select fact, text from phrasing order by id"):
            phrasings.setdefault(fact, []).append(text)
        rows = self._db.table("fact").rows_where(order_by="position, id")
        return tuple(_fact(row, tuple(phrasings.get(row["id"], ()))) for row in rows)

    def learned(self) -> Learned | None:
        """Give what was learned from the knowledge base last."""
        for row in self._db.table("learned").rows:
            logit = Logit(tuple(json.loads(row["weights"])), row["none"])
            if len(logit.weights) == len(FEATURES):
                return Learned(logit, row["answer"], row["phrasings"])
        return None

    def keep(self, learned: Learned) -> None:
        """Keep what was learned for the next start."""
        with _explained(self.path), self._db.atomic():
            self._db.table("learned").upsert(
                {
                    "id": 1,
                    "weights": json.dumps(learned.logit.weights),
                    "none": learned.logit.none,
                    "answer": learned.answer,
                    "phrasings": learned.phrasings,
                },
                pk="id",
            )

    def record(self, question: str, outcome: str, fact: str | None, confidence: float) -> int:
        """Store a question asked, without anything about who asked it; gives its id."""
        with _explained(self.path), self._db.atomic():
            self._db.table("asked").insert(
                {
                    "at": _now(),
                    "question": question,
                    "outcome": outcome,
                    "fact": fact,
                    "confidence": round(confidence, 3),
                    "feedback": None,
                    "tapped": None,
                }
            )
            return int(self._db.execute("select last_insert_rowid()").fetchone()[0])

    def note(self, asked: int, **values: str) -> None:
        """Add feedback or a tapped fact to a stored question; one already deleted is left alone."""
        with _explained(self.path), self._db.atomic():
            for column, value in values.items():
                self._db.execute(f"update asked set [{column}] = ? where id = ?", [value, asked])

    def forget(self, days: int) -> int:
        """Delete questions older than `days` days and give how many."""
        limit = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
        with _explained(self.path), self._db.atomic():
            return self._db.execute("delete from asked where at < ?", [limit]).rowcount

    def asked(self, days: int) -> list[dict[str, object]]:
        """Give the questions of the last `days` days, oldest first."""
        limit = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
        return list(self._db.table("asked").rows_where("at >= ?", [limit], order_by="id"))


class Change:
    """One change in progress; every row written leaves its before and after in `revision`."""

    def __init__(self, db: Database, number: int, who: str, what: str) -> None:
        self._db, self.number, self._who, self._what = db, number, who, what
        self._at = _now()

    def put_reports(self, reports: Iterable[Report]) -> None:
        """Add or replace reports."""
        self._db.table("report").upsert_all([asdict(r) for r in reports], pk="id")

    def put_topics(self, topics: Iterable[Topic]) -> None:
        """Add or replace topics."""
        self._db.table("topic").upsert_all([asdict(t) for t in topics], pk="id")

    def put_terms(self, terms: Iterable[Term], before: Mapping[str, Term]) -> None:
        """Add or replace terms."""
        for term in terms:
            self._revise("term", term.said, before.get(term.said), term)
            self._db.table("term").upsert(asdict(term), pk="said")

    def put_facts(
        self, facts: Iterable[tuple[Fact, int]], before: Mapping[str, Fact], origin: str
    ) -> None:
        """Add or replace facts, each with its place in the reading order."""
        rows, phrasings, gone = [], [], []
        for fact, position in facts:
            self._revise("fact", fact.id, before.get(fact.id), fact)
            rows.append(_row(fact, position))
            gone.append((fact.id,))
            phrasings += [
                {"fact": fact.id, "text": text, "origin": origin} for text in fact.also_asked
            ]
        self._db.table("fact").upsert_all(rows, pk="id")
        self._db.conn.executemany("delete from phrasing where fact = ?", gone)
        self._db.table("phrasing").insert_all(phrasings)

    def _revise(self, kind: str, key: str, before: object, after: object) -> None:
        self._db.table("revision").insert(
            {
                "change": self.number,
                "at": self._at,
                "who": self._who,
                "what": self._what,
                "kind": kind,
                "key": key,
                "before": _json(before),
                "after": _json(after),
            }
        )


def _json(value: object) -> str | None:
    if value is None:
        return None
    return json.dumps(asdict(value), ensure_ascii=False)  # type: ignore[call-overload]


def _row(fact: Fact, position: int) -> dict[str, object]:
    return {
        "id": fact.id,
        "report": fact.report,
        "topic": fact.topic,
        "question": fact.question,
        "answer": fact.answer,
        "detail": fact.detail,
        "link": fact.link,
        "source": fact.source,
        "kind": fact.kind,
        "figures": json.dumps([astuple(figure) for figure in fact.figures], ensure_ascii=False),
        "state": "retired" if fact.retired else "live",
        "position": position,
    }


def _fact(row: Mapping[str, object], also_asked: tuple[str, ...]) -> Fact:
    kind: Kind = "gap" if row["kind"] == "gap" else "fact"
    return Fact(
        id=str(row["id"]),
        question=str(row["question"]),
        answer=str(row["answer"]),
        report=str(row["report"]),
        topic=str(row["topic"]),
        also_asked=also_asked,
        detail=str(row["detail"]),
        link=str(row["link"]),
        source=str(row["source"]),
        kind=kind,
        figures=tuple(Figure(*figure) for figure in json.loads(str(row["figures"]))),
        retired=row["state"] == "retired",
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextmanager
def _explained(path: Path) -> Iterator[None]:
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
            advice = "Another program is writing to it. Try again in a moment."
        elif "full" in said:
            advice = "The disk is full. Free some space; nothing was changed."
        else:
            advice = "Nothing was changed."
        raise DatabaseError(f"The database {path} cannot be used: {said}. {advice}") from error
    except sqlite3.DatabaseError as error:
        raise DatabaseError(
            f"{path} is not a usable database ({error}). It was left as it is. "
            "Restore a backup, or name another file with --database."
        ) from error
