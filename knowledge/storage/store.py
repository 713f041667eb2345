"""The rows of the SQLite file: read as a whole, changed with a revision for each row touched."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, astuple
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from sqlite_utils import Database

from knowledge.changes import Edit, Revision, Swap, Thing, from_json, to_json
from knowledge.errors import ChangedMeanwhile
from knowledge.matching.confidence import FEATURES, Logit
from knowledge.matching.learned import Learned
from knowledge.model import Fact, Figure, Kind, Origin, Report, Term, Topic
from knowledge.progress import watched
from knowledge.snapshot import Snapshot
from knowledge.storage.database import PATIENT, File
from knowledge.storage.ledger import Ledger
from knowledge.storage.question_log import Records

# From so many rows on, all are read at once to see whether they still stand as they did.
MANY = 50
_PRIMARY = {"report": "id", "topic": "id", "term": "said", "fact": "id"}


class Store:
    """Rows of one database file; belongs to the thread that opened it."""

    def __init__(self, path: str | Path, patience: int = PATIENT) -> None:
        self._file = File(path, patience)
        self._db = self._file.db
        self.path = self._file.path
        self.asked = Records(self._file)
        self.ledger = Ledger(self._file)
        self._seen = self._file.version()

    @property
    def is_new(self) -> bool:
        """Tell whether nothing has ever been stored."""
        return self.last_change() == 0

    def close(self) -> None:
        """Close the file."""
        self.ledger.close()
        self._file.close()

    def changed_elsewhere(self) -> bool:
        """Tell, once per change, whether another connection has written since."""
        version = self._file.version()
        changed, self._seen = version != self._seen, version
        return changed

    # --- Reading ----------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """Give everything as it stands after one change, never half of another."""
        with self._file.reading() as db:
            db.execute("begin")
            try:
                return Snapshot(
                    self.last_change(),
                    tuple(Report(**row) for row in db.table("report").rows_where(order_by="id")),
                    tuple(
                        Topic(**row)
                        for row in db.table("topic").rows_where(order_by="position, name")
                    ),
                    tuple(Term(**row) for row in db.table("term").rows_where(order_by="said")),
                    {fact.id: fact for fact in self._facts()},
                )
            finally:
                db.rollback()

    def last_change(self) -> int:
        """Give the number of the last change, 0 before the first."""
        with self._file.reading() as db:
            return int(db.execute("select coalesce(max(change), 0) from revision").fetchone()[0])

    def revisions(
        self, key: str | None = None, limit: int = 10, before: int | None = None
    ) -> tuple[Revision, ...]:
        """Give the last changes, newest first: of one entry, or all; those under a number."""
        where, values = ["change < ?"], [before or 1 << 60]
        if key is not None:
            where.append("key = ?")
        with self._file.reading() as db:
            numbers = [
                number
                for (number,) in db.execute(
                    f"select distinct change from revision where {' and '.join(where)} "
                    f"order by change desc limit {int(limit)}",
                    [*values, *([key] if key is not None else [])],
                )
            ]
            marks = ",".join("?" * len(numbers))
            rows = db.execute(
                "select change, at, who, what, kind, before, after from revision "
                f"where change in ({marks}) order by change desc, id",
                numbers,
            ).fetchall()
        return tuple(
            _revision(number, list(group))
            for number, group in groupby(rows, key=lambda row: row[0])
        )

    def _facts(self, only: str | None = None) -> Iterator[Fact]:
        one, values = ("where fact = ?", [only]) if only is not None else ("", [])
        phrasings: dict[str, list[str]] = {}
        for fact, text in self._db.execute(
            f"select fact, text from phrasing {one} order by id", values
        ):
            phrasings.setdefault(fact, []).append(text)
        where = "id = ?" if only is not None else None
        for row in self._db.table("fact").rows_where(where, values, order_by="position, id"):
            yield _fact(row, tuple(phrasings.get(row["id"], ())))

    # --- Changing ---------------------------------------------------------------------------------

    def change(self, edit: Edit, who: str, origin: Origin = "admin") -> int:
        """Make a change, whole or not at all, and give its number.

        Raises ChangedMeanwhile when a row no longer stands as the edit says it did.
        """
        with self._file.writing() as db:
            # Rows of one change may lean on each other in any order.
            db.execute("pragma defer_foreign_keys = on")
            self._refuse_stale(edit.swaps)
            number = self.last_change() + 1
            at = datetime.now(UTC).isoformat(timespec="seconds")
            db.table("revision").insert_all(
                {
                    "change": number,
                    "at": at,
                    "who": who,
                    "what": edit.what,
                    "kind": swap.kind,
                    "key": swap.key,
                    "before": to_json(swap.before),
                    "after": to_json(swap.after),
                }
                for swap in watched(edit.swaps, "saving", (0, 0.5))
            )
            for kind in _PRIMARY:
                self._write(db, kind, [s for s in edit.swaps if s.kind == kind], origin)
        return number

    def _refuse_stale(self, swaps: Sequence[Swap]) -> None:
        known: dict[tuple[str, str], Thing] | None = None
        if len(swaps) > MANY:
            known = {("fact", fact.id): fact for fact in self._facts()}
        for swap in swaps:
            if known is not None and swap.kind == "fact":
                now = known.get(("fact", swap.key))
            else:
                now = self._row(swap.kind, swap.key)
            if now != swap.before:
                raise ChangedMeanwhile(swap.kind, swap.key, now is None)

    def _row(self, kind: str, key: str) -> Thing | None:
        if kind == "fact":
            return next(self._facts(key), None)
        made = {"report": Report, "topic": Topic, "term": Term}[kind]
        rows = self._db.table(kind).rows_where(f"{_PRIMARY[kind]} = ?", [key])
        return next((made(**row) for row in rows), None)

    def _write(self, db: Database, kind: str, swaps: Sequence[Swap], origin: Origin) -> None:
        primary = _PRIMARY[kind]
        gone = [(swap.key,) for swap in swaps if swap.after is None]
        kept = [swap.after for swap in swaps if swap.after is not None]
        if kind == "fact":
            self._write_facts(db, [f for f in kept if isinstance(f, Fact)], gone, origin)
        else:
            db.table(kind).upsert_all([asdict(thing) for thing in kept], pk=primary)
        db.conn.executemany(f"delete from {kind} where {primary} = ?", gone)

    def _write_facts(
        self, db: Database, facts: Sequence[Fact], gone: Iterable[tuple[str]], origin: Origin
    ) -> None:
        places = dict(db.execute("select id, position from fact").fetchall())
        end = max(places.values(), default=-1) + 1
        rows, phrasings = [], []
        for fact in watched(facts, "saving", (0.5, 0.7)):
            if fact.id not in places:
                places[fact.id], end = end, end + 1
            rows.append(_cells(fact, places[fact.id]))
            # A phrasing keeps its origin when something else of its fact is changed.
            origins = dict(
                db.execute("select text, origin from phrasing where fact = ?", [fact.id]).fetchall()
            )
            phrasings += [(fact.id, text, origins.get(text, origin)) for text in fact.also_asked]
        touched = [*((fact.id,) for fact in facts), *gone]
        db.conn.executemany("delete from phrasing where fact = ?", touched)
        db.table("fact").upsert_all(watched(rows, "saving", (0.7, 0.9)), pk="id")
        db.conn.executemany(
            "insert into phrasing (fact, text, origin) values (?, ?, ?)",
            watched(phrasings, "saving", (0.9, 1)),
        )

    # --- What is kept beside the snapshot ---------------------------------------------------------

    def learned(self) -> Learned | None:
        """Give what was learned from the knowledge base last, by these very features."""
        with self._file.reading() as db:
            for row in db.table("learned").rows:
                if row["features"] == " ".join(FEATURES):
                    words, meaning = (Logit(tuple(w), n) for w, n in json.loads(row["logits"]))
                    slips = tuple(json.loads(row["slips"]))
                    return Learned(words, meaning, slips, row["held"], row["phrasings"])
        return None

    def keep(self, learned: Learned) -> None:
        """Keep what was learned for the next start."""
        with self._file.writing() as db:
            db.table("learned").upsert(
                {
                    "id": 1,
                    "features": " ".join(FEATURES),
                    "logits": json.dumps([astuple(learned.words), astuple(learned.meaning)]),
                    "slips": json.dumps(learned.slips),
                    "held": learned.held,
                    "phrasings": learned.phrasings,
                },
                pk="id",
            )

    def notes(self, kind: str) -> dict[int, str]:
        """Give the notes of a kind, by the administrator they belong to."""
        with self._file.reading() as db:
            return dict(db.execute("select who, text from note where kind = ?", [kind]).fetchall())

    def put_note(self, kind: str, who: int, text: str | None) -> None:
        """Keep a note about an administrator's unfinished work; None deletes it."""
        with self._file.writing() as db:
            if text is None:
                db.execute("delete from note where kind = ? and who = ?", [kind, who])
            else:
                row = {"kind": kind, "who": who, "text": text}
                db.table("note").upsert(row, pk=("kind", "who"))


def _revision(number: int, rows: Sequence[tuple[object, ...]]) -> Revision:
    swaps = []
    for _, _, _, _, kind, before, after in rows:
        with suppress(KeyError, TypeError, ValueError):
            swaps.append(
                Swap(
                    from_json(str(kind), None if before is None else str(before)),
                    from_json(str(kind), None if after is None else str(after)),
                )
            )
    _, at, who, what, *_ = rows[0]
    return Revision(number, str(at), str(who), Edit(str(what), tuple(swaps)))


def _cells(fact: Fact, position: int) -> dict[str, object]:
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
