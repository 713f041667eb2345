"""The schema's history: each function is one step, applied once and in this order."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any

from knowledge.errors import DatabaseError
from knowledge.model import Fact
from knowledge.snapshot import PRIMARY, TYPES, from_row, signed

# Slow to load, and needed only where there is something to do.
if TYPE_CHECKING:
    from sqlite_utils import Database

# All steps of the schema there have been, those of version 1.0 first, the newest last: a file with
# others is of a newer version.
OLD = frozenset("m001_initial m002_administrators m003_ledger m004_learned m005_workers".split())
SCHEMA, STEPS, NEWEST = "annual-report-bot", "_sqlite_migrations", "m006_initial"
_NUMBERS = {"position", "retired"}
Old = Mapping[str, list[dict[str, Any]]]


def upgrade(connection: Connection, path: Path) -> None:
    """Bring the tables up to date; refuse what other versions and programs have written."""

    def names(sql: str) -> set[str]:
        return {name for (name,) in connection.execute(sql)}

    # Looked at first: what another process creates meanwhile must not seem to be without steps.
    tables = names("select name from sqlite_master where type = 'table'")
    sql = f"select name from {STEPS} where migration_set = '{SCHEMA}'"
    applied = names(sql) if STEPS in tables else set()
    if unknown := applied - OLD - {NEWEST}:
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
    # All steps or none, and by one of those who start at the same moment.
    connection.execute("begin immediate")
    with connection:
        migrations.apply(Database(connection, execute_plugins=False))
    # What 1.0 kept beside the file.
    for suffix in (".index", ".workers") if applied else ():
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def m006_initial(db: Database) -> None:
    """Create all tables, with the rows of a database of version 1.0 where this is one."""
    made_by_1_0 = [name for name in db.table_names() if name != STEPS]
    old = {name: list(db.table(name).rows) for name in made_by_1_0}
    for name in made_by_1_0:
        db.table(name).drop()
    for kind, made in TYPES.items():
        names = [field.name for field in fields(made)]
        columns = {name: int if name in _NUMBERS else str for name in names}
        above = [(name, name, "id") for name in ("report", "topic") if made is Fact]
        db.table(kind).create(columns | {"digest": str}, pk=PRIMARY[kind], foreign_keys=above)
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
    if old:
        _bring_over(old, db)


def _bring_over(old: Old, db: Database) -> None:
    """Fill the tables with the rows of version 1.0; what it had learned is learned again."""
    for table in ("asked", "dismissed", "note"):
        db.table(table).insert_all(old[table])
    asked: dict[str, list[str]] = {}
    for row in old["phrasing"]:
        asked.setdefault(row["fact"], []).append(row["text"])
    for row in old["fact"]:
        # 1.0 knew no columns of figures: a label, a value and a unit.
        names = ("label", "value", "unit")
        row["figures"] = [dict(zip(names, f, strict=True)) for f in json.loads(row["figures"])]
        row |= {"retired": row["state"] == "retired", "also_asked": asked.get(row["id"], ())}
    old["fact"].sort(key=lambda row: int(row["position"]))
    for kind in TYPES:
        db.table(kind).insert_all(signed(from_row(kind, row)) for row in old[kind])
    made = ("at", "who", "what")
    # Each change once: 1.0 had a row for every entry that it touched.
    changes = {row["change"]: {name: row[name] for name in made} for row in old["revision"]}
    db.table("revision").insert_all(
        {"number": number} | row for number, row in sorted(changes.items())
    )
    kept = ("id", "change", "kind", "key", "before", "after")
    db.table("replaced").insert_all({name: row[name] for name in kept} for row in old["revision"])
