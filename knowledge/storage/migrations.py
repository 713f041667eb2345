"""The schema's history: each function is one step, applied once and in this order."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any

from knowledge.errors import DatabaseError
from knowledge.model import Figure
from knowledge.snapshot import TYPES, digest_of, made, place_of, to_json

# Slow to load, and needed only where there is something to do.
if TYPE_CHECKING:
    from sqlite_utils import Database

# The steps that are no more, those of version 1.0 first: a file with others, but for those of NEW,
# is of a newer version.
OLD = "m001_initial m002_administrators m003_ledger m004_learned m005_workers m006_initial".split()
SCHEMA, STEPS = "annual-report-bot", "_sqlite_migrations"
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
Rows = dict[str, list[dict[str, Any]]]
KEYS = dict.fromkeys(("entry", "note"), ("kind", "key"))


def upgrade(connection: Connection, path: Path) -> None:
    """Bring the tables up to date; refuse what other versions and programs have written."""

    def names(sql: str) -> set[str]:
        return {name for (name,) in connection.execute(sql)}

    # Looked at first: what another process creates meanwhile must not seem to be without steps.
    tables = names("select name from sqlite_master where type = 'table'")
    sql = f"select name from {STEPS} where migration_set = '{SCHEMA}'"
    applied = names(sql) if STEPS in tables else set()
    if unknown := applied - {*OLD, *(step.__name__ for step in NEW)}:
        raise DatabaseError(
            f"{path} was written by a newer version of this program (it knows "
            f"{', '.join(sorted(unknown))}). Update the program, or name another file."
        )
    if tables and not applied:
        raise DatabaseError(f"{path} is the database of another program. Name another file.")
    if NEW[-1].__name__ in applied:
        return
    from sqlite_utils import Database, Migrations

    migrations = Migrations(SCHEMA)
    for step in NEW:
        migrations()(step)
    # All steps or none, and by one of those who start at the same moment.
    connection.execute("begin immediate")
    with connection:
        migrations.apply(Database(connection, execute_plugins=False))
    # What 1.0 kept beside the file.
    for suffix in (".index", ".workers") if applied else ():
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def m007_entries(db: Database) -> None:
    """Create all tables, with the rows of an older database where this is one."""
    held = {*db.table_names()} - {STEPS}
    # A new one has no rows; an older one that lacks a table is damaged.
    old: Rows = {name: list(db.table(name).rows) for name in held} or defaultdict(list)
    for name in held:
        db.table(name).drop()
    for name, columns in TABLES.items():
        db.table(name).create(dict(columns), pk=KEYS.get(name, next(iter(columns))))
    old["note"] = [row | {"key": str(row["who"]), "at": ""} for row in old["note"]]
    old["note"] += [
        {"kind": "dismissed", "key": row["question"], "text": "", "at": row["at"]}
        for row in old["dismissed"]
    ]
    if "replaced" not in old:
        # Each change once: 1.0 had a row for every entry that it touched.
        old["replaced"] = old["revision"]
        every = [row | {"number": row["change"], "reverts": None} for row in old["revision"]]
        old["revision"] = [*{row["number"]: row for row in every}.values()]
    asked = defaultdict[str, list[str]](list)
    for one in old.get("phrasing", ()):
        asked[one["fact"]].append(one["text"])
    # What was learned is learned again. 1.0 told the order of facts by a number.
    old["fact"].sort(key=lambda row: int(row.get("position", 0)))
    for row in old["fact"]:
        # It knew no columns of figures: a label, a value and a unit.
        figures = json.loads(row["figures"])
        row["figures"] = [f if isinstance(f, dict) else asdict(Figure(*f)) for f in figures]
        row["also_asked"] = json.loads(row.get("also_asked", "[]")) or asked[row["id"]]
        row["beside"] = json.loads(row.get("beside", "[]"))
        row["retired"] = bool(row.get("retired")) or row.get("state") == "retired"
    things = [made(kind, row) for kind in TYPES for row in old[kind]]
    texts = [("topic", row["id"], json.dumps(row)) for row in old["topic"]]
    texts += [(*place_of(thing), to_json(thing) or "") for thing in things]
    names = TABLES["entry"]
    old["entry"] = [dict(zip(names, (*row, digest_of(*row)), strict=True)) for row in texts]
    for name in ("entry", "revision", "replaced", "asked", "note"):
        rows = ({column: row[column] for column in TABLES[name]} for row in old[name])
        db.table(name).insert_all(rows)


def m008_topics(db: Database) -> None:
    """Write into facts the names of their topics, in whose order they stand from now on."""
    db.conn.create_function("digest_of", 3, digest_of)
    every = db.query("select data from entry where kind = 'topic'")
    topics = sorted((json.loads(row["data"]) for row in every), key=lambda one: one["position"])
    for place, topic in enumerate(topics, start=1):
        written = (json.dumps(topic[name], ensure_ascii=False) for name in ("id", "name"))
        was, now = (f'"topic": {text}' for text in written)
        values = {"was": was, "now": now, "place": place << 32}
        # What is damaged stays so.
        db.execute(
            "update entry set rowid = rowid + :place, data = replace(data, :was, :now), "
            "digest = digest_of(kind, key, replace(data, :was, :now)) where kind = 'fact' "
            "and instr(data, :was) and digest = digest_of(kind, key, data)",
            values,
        )
        sql = "update replaced set before = replace(before, :was, :now), after = replace(after, "
        db.execute(f"{sql} :was, :now) where kind = 'fact'", values)
    for table in ("entry", "replaced"):
        db.execute(f"delete from {table} where kind = 'topic'")


NEW = (m007_entries, m008_topics)
