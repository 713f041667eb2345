"""The schema's history: each function is one step, applied once and in this order."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any

from knowledge.errors import DatabaseError
from knowledge.snapshot import TYPES, digest_of, made, place_of, to_json

# Slow to load, and needed only where there is something to do.
if TYPE_CHECKING:
    from sqlite_utils import Database

# All steps of the schema there have been, those of version 1.0 first, the newest last: a file with
# others is of a newer version.
OLD = "m001_initial m002_administrators m003_ledger m004_learned m005_workers m006_initial".split()
SCHEMA, STEPS, NEWEST = "annual-report-bot", "_sqlite_migrations", "m007_entries"


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
            f"{path} was written by a newer version of this program (it knows "
            f"{', '.join(sorted(unknown))}). Update the program, or name another file."
        )
    if tables and not applied:
        raise DatabaseError(f"{path} is the database of another program. Name another file.")
    if NEWEST in applied:
        return
    from sqlite_utils import Database, Migrations

    migrations = Migrations(SCHEMA)
    migrations()(m006_initial)
    migrations()(m007_entries)
    # All steps or none, and by one of those who start at the same moment.
    connection.execute("begin immediate")
    with connection:
        migrations.apply(Database(connection, execute_plugins=False))
    # What 1.0 kept beside the file.
    for suffix in (".index", ".workers") if applied else ():
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def m006_initial(db: Database) -> None:
    """Create what stands beside the entries, with the rows of a database of version 1.0."""
    held = {*db.table_names()} - {STEPS, "phrasing", *TYPES}
    old = {name: list(db.table(name).rows) for name in held}
    for name in held:
        db.table(name).drop()
    db.table("revision").create(
        {"number": int, "at": str, "who": str, "what": str, "reverts": int}, pk="number"
    )
    db.table("replaced").create(
        {"id": int, "change": int, "kind": str, "key": str, "before": str, "after": str},
        pk="id",
        foreign_keys=[("change", "revision", "number")],
    ).create_index(["change"])
    db.table("replaced").create_index(["key"])
    texts = "at question outcome fact feedback tapped".split()
    db.table("asked").create(
        {"id": int} | dict.fromkeys(texts, str) | {"confidence": float}, pk="id"
    ).create_index(["at"])
    db.table("dismissed").create({"question": str, "at": str}, pk="question")
    db.table("note").create({"kind": str, "who": int, "text": str}, pk=("kind", "who"))
    db.table("kept").create({"id": int, "phrasings": int, "data": bytes}, pk="id")
    db.table("handled_update").create({"id": str, "at": int, "done": int}, pk="id")
    db.table("handled_update").create_index(["at"])
    for name in ("asked", "dismissed", "note") if old else ():
        db.table(name).insert_all(old[name])
    # Each change once: 1.0 had a row for every entry that it touched.
    rows = old.get("revision", [])
    changes = {row["change"]: {name: row[name] for name in ("at", "who", "what")} for row in rows}
    db.table("revision").insert_all({"number": n} | row for n, row in changes.items())
    kept = ("id", "change", "kind", "key", "before", "after")
    db.table("replaced").insert_all({name: row[name] for name in kept} for row in rows)


def m007_entries(db: Database) -> None:
    """Keep each entry as its history does: in one text, with a digest."""
    names = ("kind", "key", "data", "digest")
    db.table("entry").create(dict.fromkeys(names, str), pk=names[:2])
    held = db.table_names()
    asked: dict[str, list[str]] = {}
    for row in db.table("phrasing").rows if "phrasing" in held else ():
        asked.setdefault(row["fact"], []).append(row["text"])
    for kind in TYPES if "fact" in held else ():
        # 1.0 told the order of facts by a number.
        rows = sorted(db.table(kind).rows, key=lambda row: int(row.get("position") or 0))
        for row in rows:
            if kind == "fact":
                row |= _fact(row, asked.get(row["id"], []))
            thing = made(kind, row)
            place, data = place_of(thing), to_json(thing) or ""
            entry = (*place, data, digest_of(*place, data))
            db.table("entry").insert(dict(zip(names, entry, strict=True)))
    for name in ("fact", "phrasing", "term", "topic", "report"):
        db.table(name).drop(ignore=True)


def _fact(row: Mapping[str, Any], asked: Sequence[str]) -> dict[str, Any]:
    """Give the fields of a fact that older files wrote otherwise."""
    figures = json.loads(row["figures"])
    # 1.0 knew no columns of figures: a label, a value and a unit.
    parts = ("label", "value", "unit")
    return {
        "figures": [
            f if isinstance(f, dict) else dict(zip(parts, f, strict=True)) for f in figures
        ],
        "also_asked": json.loads(row["also_asked"]) if "also_asked" in row else asked,
        "beside": json.loads(row.get("beside") or "[]"),
        "retired": bool(row.get("retired")) or row.get("state") == "retired",
    }
