"""The schema's history: each function is one step, applied once and in this order."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlite_utils import Database, Migrations

from knowledge.model import Fact
from knowledge.snapshot import PRIMARY, TYPES, from_row, signed

migrations = Migrations("annual-report-bot")

# The steps of version 1.0, whose files are brought over; before it none was given away.
OF_1_0 = frozenset("m001_initial m002_administrators m003_ledger m004_learned m005_workers".split())
_NUMBERS = {"position", "retired"}
_TAKEN_BACK = re.compile(r"(took|brought) back change (\d+): ")
Old = Mapping[str, list[dict[str, Any]]]


@migrations()
def m006_initial(db: Database) -> None:
    """Create all tables, with the rows of a database of version 1.0 where this is one."""
    made_by_1_0 = [name for name in db.table_names() if name != migrations.migrations_table]
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
    db.table("kept").create({"id": int, "phrasings": int, "data": bytes, "digest": str}, pk="id")
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
    reverts: dict[int, int] = {}
    changes = {row["change"]: row for row in old["revision"]}
    for number, row in sorted(changes.items()):
        if found := _TAKEN_BACK.match(row["what"]):
            # What was brought back had been taken back by the last change that says so.
            base = int(found[2])
            taken = [one for one, other in reverts.items() if other == base]
            reverts[number] = taken[-1] if found[1] == "brought" and taken else base
        made = {name: row[name] for name in ("at", "who", "what")}
        db.table("revision").insert({"number": number, **made, "reverts": reverts.get(number)})
    kept = ("id", "change", "kind", "key", "before", "after")
    db.table("replaced").insert_all({name: row[name] for name in kept} for row in old["revision"])


def columns_of(db: Database) -> frozenset[tuple[str, str]]:
    """Give the tables of a database, each with each of its columns."""
    sql = "select m.name, p.name from sqlite_master m join pragma_table_info(m.name) p"
    return frozenset((table, column) for table, column in db.execute(sql))


def _expected() -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    memory = Database(memory=True, execute_plugins=False)
    steps = frozenset(step.name for step in migrations.pending(memory)) | OF_1_0
    migrations.apply(memory)
    return steps, columns_of(memory)


# The names of all steps this version knows (a file with others was written by a newer one), and
# all columns that there are after them.
STEPS, COLUMNS = _expected()
