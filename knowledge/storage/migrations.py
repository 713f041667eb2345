"""The schema's history: each function is one step, applied once and in this order."""

from __future__ import annotations

import re

from sqlite_utils import Database, Migrations

from knowledge.storage.rows import PRIMARY, digest, read

migrations = Migrations("annual-report-bot")

# The steps of version 1.0, whose files are brought over; before it none was given away.
OF_1_0 = frozenset("m001_initial m002_administrators m003_ledger m004_learned m005_workers".split())
_MOVED = ("report", "topic", "fact", "phrasing", "term", "revision", "asked", "dismissed", "note")
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
            db.execute(f"alter table [{table}] rename to [{table}_1_0]")
    texts = "title short_title publisher published url ratings_url reports_url digest"
    db.table("report").create({"id": str} | dict.fromkeys(texts.split(), str), pk="id")
    db.table("topic").create({"id": str, "name": str, "position": int, "digest": str}, pk="id")
    texts = (
        "report topic question answer detail link source kind figures beside measure plain added "
        "state digest"
    )
    db.table("fact").create(
        {"id": str} | dict.fromkeys(texts.split(), str) | {"position": int},
        pk="id",
        foreign_keys=[("report", "report", "id"), ("topic", "topic", "id")],
    )
    db.table("phrasing").create(
        {"id": int, "fact": str, "text": str, "origin": str},
        pk="id",
        foreign_keys=[("fact", "fact", "id")],
    ).create_index(["fact"])
    db.table("term").create({"said": str, "means": str, "contrast": str, "digest": str}, pk="said")
    # What a change made of an entry stands in the next change of it, or in its table.
    db.table("revision").create(
        {"number": int, "at": str, "who": str, "what": str, "reverts": int}, pk="number"
    )
    db.table("replaced").create(
        {"id": int, "change": int, "kind": str, "key": str, "before": str},
        pk="id",
        foreign_keys=[("change", "revision", "number")],
    ).create_index(["change"])
    db.table("replaced").create_index(["key"])
    texts = "at question outcome fact feedback tapped"
    db.table("asked").create(
        {"id": int} | dict.fromkeys(texts.split(), str) | {"confidence": float}, pk="id"
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
    for table in ("report", "topic", "phrasing", "term", "asked", "dismissed", "note"):
        columns = ", ".join(db.table(f"{table}_1_0").columns_dict)
        db.execute(f"insert into {table} ({columns}) select {columns} from {table}_1_0")
    columns = ", ".join(db.table("fact_1_0").columns_dict)
    db.execute(
        f"insert into fact ({columns}, beside, measure, plain, added) "
        f"select {columns}, '[]', '', '', '' from fact_1_0"
    )
    _sign(db)
    db.execute(
        "insert into revision (number, at, who, what) "
        "select change, at, who, what from revision_1_0 group by change"
    )
    db.execute(
        "insert into replaced (id, change, kind, key, before) "
        "select id, change, kind, key, before from revision_1_0"
    )
    reverts: dict[int, int] = {}
    for number, what in db.execute("select number, what from revision order by number").fetchall():
        if found := _TAKEN_BACK.match(what):
            # What was brought back had been taken back by the last change that says so.
            base = int(found[2])
            taken = [one for one, other in reverts.items() if other == base]
            reverts[number] = taken[-1] if found[1] == "brought" and taken else base
            db.execute(
                "update revision set reverts = ? where number = ?", [reverts[number], number]
            )
    for table in (*_MOVED[2:4], "report", "topic", *_MOVED[4:]):
        db.table(f"{table}_1_0").drop()


def _sign(db: Database) -> None:
    phrasings: dict[str, list[str]] = {}
    for fact, text in db.execute("select fact, text from phrasing order by id"):
        phrasings.setdefault(fact, []).append(text)
    for kind, key in PRIMARY.items():
        for row in list(db.table(kind).rows):
            signed = digest(read(kind, row, phrasings.get(row[key], ())))
            db.execute(f"update {kind} set digest = ? where {key} = ?", [signed, row[key]])


def _expected() -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    memory = Database(memory=True, execute_plugins=False)
    steps = frozenset(step.name for step in migrations.pending(memory)) | OF_1_0
    migrations.apply(memory)
    return steps, columns_of(memory)


def columns_of(db: Database) -> frozenset[tuple[str, str]]:
    """Give the tables of a database, each with each of its columns."""
    sql = "select m.name, p.name from sqlite_master m join pragma_table_info(m.name) p"
    return frozenset((table, column) for table, column in db.execute(sql))


# The names of all steps this version knows (a file with others was written by a newer one), and
# all columns that there are after them.
STEPS, COLUMNS = _expected()
