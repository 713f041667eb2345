"""The schema's history: each function is one step, applied once and in this order."""

from __future__ import annotations

import json
import re
from dataclasses import fields

from sqlite_utils import Database, Migrations

from knowledge.model import Fact
from knowledge.snapshot import PRIMARY, TYPES, from_row, signed

migrations = Migrations("annual-report-bot")

# The steps of version 1.0, whose files are brought over; before it none was given away.
OF_1_0 = frozenset("m001_initial m002_administrators m003_ledger m004_learned m005_workers".split())
_MOVED = ("phrasing", "fact", "topic", "report", "term", "revision", "asked", "dismissed", "note")
_NUMBERS = {"position", "retired"}
_TAKEN_BACK = re.compile(r"(took|brought) back change (\d+): ")


@migrations()
def m006_initial(db: Database) -> None:
    """Create all tables; those of version 1.0 are first moved out of the way."""
    if db.table("learned").exists():
        for index, *_ in db.execute(
            "select name from sqlite_master where type = 'index' and sql is not null"
        ).fetchall():
            if not index.startswith("idx__sqlite"):
                db.execute(f"drop index [{index}]")
        # Jobs are done or come again, and what was learned is learned again.
        for table in ("learned", "job", "delivery"):
            db.table(table).drop()
        for table in _MOVED:
            db.rename_table(table, f"{table}_1_0")
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


@migrations()
def m007_from_1_0(db: Database) -> None:
    """Bring the rows of a database of version 1.0 over."""
    if not db.table("fact_1_0").exists():
        return
    for table in ("asked", "dismissed", "note"):
        db.table(table).insert_all(db.table(f"{table}_1_0").rows)
    for kind in ("report", "topic", "term"):
        things = [from_row(kind, row) for row in db.table(f"{kind}_1_0").rows]
        db.table(kind).insert_all(map(signed, things))
    asked: dict[str, list[str]] = {}
    for row in db.table("phrasing_1_0").rows_where(order_by="id"):
        asked.setdefault(row["fact"], []).append(row["text"])
    for row in list(db.table("fact_1_0").rows_where(order_by="position")):
        # 1.0 knew no columns of figures: a label, a value and a unit.
        names = ("label", "value", "unit")
        figures = [dict(zip(names, one, strict=True)) for one in json.loads(row["figures"])]
        is_retired, also_asked = row["state"] == "retired", asked.get(row["id"], ())
        new = {"figures": figures, "retired": is_retired, "also_asked": also_asked}
        db.table("fact").insert(signed(from_row("fact", row | new)))
    db.execute(
        "insert into revision (number, at, who, what) "
        "select change, at, who, what from revision_1_0 group by change"
    )
    columns = "id, change, kind, key, before, after"
    db.execute(f"insert into replaced ({columns}) select {columns} from revision_1_0")
    _note_what_was_taken_back(db)
    for table in _MOVED:
        db.table(f"{table}_1_0").drop()


def _note_what_was_taken_back(db: Database) -> None:
    """Tell by its words which change each of 1.0 takes back."""
    reverts: dict[int, int] = {}
    for number, what in db.execute("select number, what from revision order by number").fetchall():
        if found := _TAKEN_BACK.match(what):
            # What was brought back had been taken back by the last change that says so.
            base = int(found[2])
            taken = [one for one, other in reverts.items() if other == base]
            reverts[number] = taken[-1] if found[1] == "brought" and taken else base
            db.table("revision").update(number, {"reverts": reverts[number]})


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
