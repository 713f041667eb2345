"""The schema's history: each function is one step, applied once and in this order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any

from knowledge.errors import DatabaseError
from knowledge.snapshot import TYPES, digest_of, made, place_of, to_json

# Slow to load, and needed only where there is something to do.
if TYPE_CHECKING:
    from sqlite_utils import Database

# The steps that version 1.0 took, and the one that there is now: a file with others is of another
# version.
OLD = "m001_initial m002_administrators m003_ledger m004_learned m005_workers".split()
SCHEMA, STEPS, NEWEST = "annual-report-bot", "_sqlite_migrations", "m008_entries"
# The tables, whose first column tells the rows apart where nothing else is said.
TABLES: Mapping[str, Mapping[str, type]] = {
    "entry": {"kind": str, "key": str, "data": str, "digest": str},
    "revision": {"number": int, "at": str, "who": str, "what": str, "reverts": int},
    "replaced": {"id": int, "change": int, "kind": str, "key": str, "before": str, "after": str},
    "asked": {"id": int, "confidence": float}
    | dict.fromkeys("at question outcome fact feedback tapped".split(), str),
    "note": {"kind": str, "key": str, "text": str, "at": str},
    "kept": {"id": int, "phrasings": int, "data": bytes},
}
KEYS = dict.fromkeys(("entry", "note"), ("kind", "key"))
# The id of a topic, as 1.0 wrote it into the JSON of an entry.
_TOPIC = re.compile(r'(?<="topic": )"[\w-]+"')
Old = Mapping[str, list[dict[str, Any]]]


def upgrade(connection: Connection, path: Path) -> None:
    """Bring the tables up to date; refuse what other versions and programs have written."""

    def names(sql: str) -> set[str]:
        return {name for (name,) in connection.execute(sql)}

    # Looked at first: what another process creates meanwhile must not seem to be without steps.
    tables = names("select name from sqlite_master where type = 'table'")
    sql = f"select name from {STEPS} where migration_set = '{SCHEMA}'"
    applied = names(sql) if STEPS in tables else set()
    if unknown := applied - {*OLD, NEWEST}:
        raise DatabaseError(
            f"{path} was written by another version of this program (it knows "
            f"{', '.join(sorted(unknown))}). Update the program, or name another file."
        )
    if tables and not applied:
        raise DatabaseError(f"{path} is the database of another program. Name another file.")
    if NEWEST in applied:
        return
    from sqlite_utils import Database, Migrations

    migrations = Migrations(SCHEMA)
    migrations()(m008_entries)
    # All of it or nothing, and by one of those who start at the same moment.
    connection.execute("begin immediate")
    with connection:
        migrations.apply(Database(connection, execute_plugins=False))
    # What 1.0 kept beside the file.
    for suffix in (".index", ".workers") if applied else ():
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def m008_entries(db: Database) -> None:
    """Create all tables, with the rows of version 1.0 where this is its database."""
    held = {*db.table_names()} - {STEPS}
    old = {name: list(db.table(name).rows) for name in held}
    for name in held:
        db.table(name).drop()
    for name, columns in TABLES.items():
        db.table(name).create(dict(columns), pk=KEYS.get(name, next(iter(columns))))
    if old:
        _bring_over(old, db)


def _bring_over(old: Old, db: Database) -> None:
    """Fill the tables with the rows of 1.0; what was learned is learned again."""
    db.table("asked").insert_all(old["asked"])
    noted = [(row["kind"], str(row["who"]), row["text"], "") for row in old["note"]]
    noted += [("dismissed", row["question"], "", row["at"]) for row in old["dismissed"]]
    _fill(db, "note", noted)
    # Topics were rows of their own, named by an id; their order and that of facts was a number.
    old["topic"].sort(key=lambda row: int(row["position"]))
    topics = {row["id"]: row["name"] for row in old["topic"]}
    # Each change once: there was a row for every entry that it touched.
    changes = {row["change"]: (row["at"], row["who"], row["what"]) for row in old["revision"]}
    _fill(db, "revision", ((number, *row, None) for number, row in changes.items()))
    for row in old["revision"]:
        for name in ("before", "after"):
            text = row[name] or ""
            row[name] = (
                _TOPIC.sub(lambda m: json.dumps(topics.get(m[0][1:-1], m[0][1:-1])), text) or None
            )
    told = [row for row in old["revision"] if row["kind"] in TYPES]
    _fill(db, "replaced", ([row[name] for name in TABLES["replaced"]] for row in told))
    asked: dict[str, list[str]] = {}
    for row in old["phrasing"]:
        asked.setdefault(row["fact"], []).append(row["text"])
    old["fact"].sort(key=lambda row: ([*topics].index(row["topic"]), row["position"]))
    for row in old["fact"]:
        # Figures had no columns: a label, a value and a unit.
        figures = json.loads(row["figures"])
        row["figures"] = [
            dict(zip(("label", "value", "unit"), one, strict=True)) for one in figures
        ]
        row["topic"] = topics.get(row["topic"], row["topic"])
        row |= {"also_asked": asked.get(row["id"], ()), "retired": row["state"] == "retired"}
    things = [made(kind, row) for kind in TYPES for row in old[kind]]
    texts = [(*place_of(thing), to_json(thing) or "") for thing in things]
    _fill(db, "entry", ((*row, digest_of(*row)) for row in texts))


def _fill(db: Database, table: str, rows: Iterable[Iterable[object]]) -> None:
    db.table(table).insert_all(dict(zip(TABLES[table], row, strict=True)) for row in rows)
