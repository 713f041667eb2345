"""The rows of the SQLite file: read as a whole, changed with a revision for each change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from knowledge.changes import Edit, Revision, Swap, Thing, from_json, to_json
from knowledge.errors import ChangedMeanwhile
from knowledge.model import Fact, Origin, Report, Term, Topic
from knowledge.progress import watched
from knowledge.snapshot import Snapshot
from knowledge.storage import rows
from knowledge.storage.database import PATIENT, File, Identity
from knowledge.storage.handled_updates import HandledUpdates
from knowledge.storage.question_log import Records
from knowledge.storage.rows import PRIMARY

# From so many entries on, all are read at once to see how they stand.
MANY = 50
# Parts of "saving", as shares: what is replaced is noted, ways of asking gathered, rows written.
_NOTED, _GATHERED, _WRITTEN = 0.5, 0.7, 0.9


@dataclass(frozen=True, slots=True)
class _Stands:
    """How an entry stands in the file: not at all, damaged (no `thing`), or whole."""

    is_there: bool = False
    thing: Thing | None = None


class Store:
    """Rows of one database file; belongs to the thread that opened it."""

    def __init__(
        self, path: str | Path, patience: int = PATIENT, same: Identity | None = None
    ) -> None:
        self.file = File(path, patience, same)
        self.path = self.file.path
        self.asked = Records(self.file)
        self.handled_updates = HandledUpdates(self.file)
        self._seen = self.file.version()

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def changed_elsewhere(self) -> bool:
        """Tell, once per change, whether another connection has written since."""
        version = self.file.version()
        changed, self._seen = version != self._seen, version
        return changed

    # --- Reading ----------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """Give everything as it stands after one change, never half of another."""
        with self.file.reading() as db:
            db.execute("begin")
            try:
                damaged: list[str] = []
                found = {kind: tuple(_found(db, kind, damaged)) for kind in PRIMARY}
                return Snapshot(
                    self.last_change(),
                    tuple(one for one in found["report"] if isinstance(one, Report)),
                    tuple(one for one in found["topic"] if isinstance(one, Topic)),
                    tuple(one for one in found["term"] if isinstance(one, Term)),
                    {one.id: one for one in found["fact"] if isinstance(one, Fact)},
                    tuple(damaged),
                )
            finally:
                db.rollback()

    def last_change(self) -> int:
        """Give the number of the last change, 0 before the first."""
        with self.file.reading() as db:
            return int(db.execute("select coalesce(max(number), 0) from revision").fetchone()[0])

    def reverted(self) -> dict[int, tuple[str, int | None]]:
        """Give who made each change and which change it takes back, the oldest first."""
        with self.file.reading() as db:
            found = db.execute("select number, who, reverts from revision order by number")
            return {number: (who, reverts) for number, who, reverts in found}

    def revisions(
        self, key: str | None = None, limit: int = 10, before: int | None = None
    ) -> tuple[Revision, ...]:
        """Give the last changes, newest first: of one entry, or all; those under a number."""
        where, values = "number < ?", [before or 1 << 60]
        if key is not None:
            where += " and number in (select change from replaced where key = ?)"
        with self.file.reading() as db:
            found = db.execute(
                f"select number, at, who, what, reverts from revision where {where} "
                f"order by number desc limit {int(limit)}",
                [*values, *([key] if key is not None else [])],
            ).fetchall()
            return tuple(self._revision(db, *row) for row in found)

    def _revision(
        self, db: Database, number: int, at: str, who: str, what: str, reverts: int | None
    ) -> Revision:
        sql = "select kind, key, before from replaced where change {} ? order by change {}, id"
        mine = db.execute(sql.format("=", "asc"), [number]).fetchall()
        # The earliest of the later ones has what this change made of an entry.
        later = {row[:2]: row[2] for row in db.execute(sql.format(">", "desc"), [number])}
        now = self._standing([(kind, key) for kind, key, _ in mine if (kind, key) not in later])
        swaps, whole = [], True
        for kind, key, text in mine:
            try:
                before = from_json(kind, text)
                if (kind, key) in later:
                    after = from_json(kind, later[kind, key])
                else:
                    after = now[kind, key].thing
                    whole = whole and now[kind, key].is_there == (after is not None)
                swaps.append(Swap(before, after))
            except (KeyError, TypeError, ValueError):
                whole = False
        return Revision(number, at, who, Edit(what, tuple(swaps), reverts), whole)

    def _standing(self, keys: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], _Stands]:
        """Tell how entries stand, by kind and key."""
        found: dict[tuple[str, str], _Stands] = dict.fromkeys(keys, _Stands())
        for kind, primary in PRIMARY.items():
            mine = [key for one, key in keys if one == kind]
            for only in (None,) if len(mine) > MANY else mine:
                for row, made in _read(self.file.db, kind, only):
                    if (kind, row[primary]) in found:
                        found[kind, str(row[primary])] = _Stands(True, made)
        return found

    # --- Changing ---------------------------------------------------------------------------------

    def change(self, edit: Edit, who: str, origin: Origin = "admin") -> int:
        """Make a change, whole or not at all, and give its number.

        Raises ChangedMeanwhile when an entry no longer stands as the edit says it did.
        """
        with self.file.writing() as db:
            # Rows of one change may lean on each other in any order.
            db.execute("pragma defer_foreign_keys = on")
            swaps = self._settled(db, edit.swaps)
            number = self.last_change() + 1
            db.table("revision").insert(
                {
                    "number": number,
                    "at": datetime.now(UTC).isoformat(timespec="seconds"),
                    "who": who,
                    "what": edit.what,
                    "reverts": edit.reverts,
                }
            )
            # What comes with the program can't be taken back, and replaces nothing.
            if origin != "shipped":
                db.conn.executemany(
                    "insert into replaced (change, kind, key, before) values (?, ?, ?, ?)",
                    (
                        (number, swap.kind, swap.key, to_json(swap.before))
                        for swap in watched(swaps, "saving", (0, _NOTED))
                    ),
                )
            for kind in PRIMARY:
                self._write(db, kind, [swap for swap in swaps if swap.kind == kind], origin)
        return number

    def _settled(self, db: Database, swaps: Sequence[Swap]) -> tuple[Swap, ...]:
        """Give the rows to change, as others' changes of other entries have left them."""
        now = self._standing([(swap.kind, swap.key) for swap in swaps])
        facts = [swap.after for swap in swaps if isinstance(swap.after, Fact)]
        changed = [swap.key for swap in swaps if swap.kind == "fact"]
        settled = []
        for swap in swaps:
            stands = now[swap.kind, swap.key]
            is_heading = swap.kind in ("report", "topic")
            if is_heading and swap.before is None and stands.is_there:
                # Somebody else has made the same heading meanwhile.
                continue
            if is_heading and swap.after is None and _is_used(db, swap, facts, changed):
                continue
            if isinstance(swap.after, Fact) and swap.before is None:
                other = stands.thing
                if isinstance(other, Fact) and other.question != swap.after.question:
                    # Another entry that was given the same id.
                    swap = Swap(None, replace(swap.after, id=_free(db, swap.key)))
                    stands = _Stands()
            if stands.thing != swap.before and not (stands.is_there and stands.thing is None):
                raise ChangedMeanwhile(swap.kind, swap.key, not stands.is_there)
            settled.append(swap)
        topics = {key for (key,) in db.execute("select id from topic")}
        topics |= {swap.key for swap in settled if swap.kind == "topic"}
        for fact in facts:
            if fact.topic not in topics:
                raise ChangedMeanwhile("topic", fact.topic, gone=True)
        return tuple(settled)

    def _write(self, db: Database, kind: str, swaps: Sequence[Swap], origin: Origin) -> None:
        primary = PRIMARY[kind]
        gone = [(swap.key,) for swap in swaps if swap.after is None]
        kept = [swap.after for swap in swaps if swap.after is not None]
        if kind == "fact":
            self._write_facts(db, [f for f in kept if isinstance(f, Fact)], gone, origin)
        else:
            db.table(kind).upsert_all([rows.cells(thing) for thing in kept], pk=primary)
        db.conn.executemany(f"delete from {kind} where {primary} = ?", gone)

    def _write_facts(
        self, db: Database, facts: Sequence[Fact], gone: Iterable[tuple[str]], origin: Origin
    ) -> None:
        places = dict(db.execute("select id, position from fact").fetchall())
        end = max(places.values(), default=-1) + 1
        cells, phrasings = [], []
        for fact in watched(facts, "saving", (_NOTED, _GATHERED)):
            if fact.id not in places:
                places[fact.id], end = end, end + 1
            cells.append(rows.cells(fact) | {"position": places[fact.id]})
            # A phrasing keeps its origin when something else of its fact is changed.
            origins = dict(
                db.execute("select text, origin from phrasing where fact = ?", [fact.id]).fetchall()
            )
            phrasings += [(fact.id, text, origins.get(text, origin)) for text in fact.also_asked]
        touched = [*((fact.id,) for fact in facts), *gone]
        db.conn.executemany("delete from phrasing where fact = ?", touched)
        db.table("fact").upsert_all(watched(cells, "saving", (_GATHERED, _WRITTEN)), pk="id")
        db.conn.executemany(
            "insert into phrasing (fact, text, origin) values (?, ?, ?)",
            watched(phrasings, "saving", (_WRITTEN, 1)),
        )

    # --- What is kept beside the entries ----------------------------------------------------------

    def kept(self) -> tuple[int, bytes] | None:
        """Give what a matcher left for the next start, and of how many phrasings it was made."""
        with self.file.reading() as db:
            for phrasings, data, signed in db.execute("select phrasings, data, digest from kept"):
                if signed == _digest(phrasings, data):
                    return phrasings, data
        return None

    def keep(self, phrasings: int, data: bytes) -> None:
        """Keep what a matcher of so many phrasings leaves for the next start."""
        with self.file.writing() as db:
            row = {"id": 1, "phrasings": phrasings, "data": data}
            db.table("kept").upsert(row | {"digest": _digest(phrasings, data)}, pk="id")

    def notes(self, kind: str) -> dict[int, str]:
        """Give the notes of a kind, by the administrator they belong to."""
        with self.file.reading() as db:
            return dict(db.execute("select who, text from note where kind = ?", [kind]).fetchall())

    def put_note(self, kind: str, who: int, text: str | None) -> None:
        """Keep a note about an administrator's unfinished work; None deletes it."""
        with self.file.writing() as db:
            if text is None:
                db.execute("delete from note where kind = ? and who = ?", [kind, who])
            else:
                row = {"kind": kind, "who": who, "text": text}
                db.table("note").upsert(row, pk=("kind", "who"))


_ORDER = {"report": "id", "topic": "position, name", "term": "said", "fact": "position, id"}


def _read(
    db: Database, kind: str, only: str | None = None
) -> Iterator[tuple[Mapping[str, object], Thing | None]]:
    """Give the rows of a kind with what they say, None for those damaged."""
    phrasings: dict[str, list[str]] = {}
    if kind == "fact":
        one, values = ("where fact = ?", [only]) if only is not None else ("", [])
        for fact, text in db.execute(f"select fact, text from phrasing {one} order by id", values):
            phrasings.setdefault(fact, []).append(text)
    where = f"{PRIMARY[kind]} = ?" if only is not None else None
    values = [only] if only is not None else []
    for row in db.table(kind).rows_where(where, values, order_by=_ORDER[kind]):
        yield row, rows.thing(kind, row, phrasings.get(row[PRIMARY[kind]], ()))


def _found(db: Database, kind: str, damaged: list[str]) -> Iterator[Thing]:
    for row, thing in _read(db, kind):
        if thing is None:
            damaged.append(str(row[PRIMARY[kind]]))
            if kind in ("report", "topic"):
                # Facts stand under it: it keeps its name, and leads nowhere.
                nowhere = dict.fromkeys(("url", "ratings_url", "reports_url"), "")
                thing = rows.read(kind, {**row, **nowhere})
        if thing is not None:
            yield thing


def _is_used(db: Database, swap: Swap, facts: Sequence[Fact], changed: Sequence[str]) -> bool:
    """Tell whether entries stand under a heading, once those `changed` stand as `facts` say."""
    if any(getattr(fact, swap.kind) == swap.key for fact in facts):
        return True
    held = db.execute(f"select id from fact where {swap.kind} = ?", [swap.key]).fetchall()
    return bool({key for (key,) in held} - set(changed))


def _digest(phrasings: int, data: bytes | None) -> str:
    return hashlib.blake2b((data or b"") + b"%d" % phrasings, digest_size=8).hexdigest()


def _free(db: Database, key: str) -> str:
    taken = {one for (one,) in db.execute("select id from fact")}
    number = 2
    while f"{key}-{number}" in taken:
        number += 1
    return f"{key}-{number}"
