"""The schema's history: each function is one step, applied once and in this order."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("annual-report-bot")


@migrations()
def m001_initial(db: Database) -> None:
    """Create the tables of reports, topics, facts, phrasings, terms, revisions and questions."""
    db.table("report").create(
        {
            "id": str,
            "title": str,
            "short_title": str,
            "publisher": str,
            "published": str,
            "url": str,
            "ratings_url": str,
            "reports_url": str,
        },
        pk="id",
    )
    db.table("topic").create({"id": str, "name": str, "position": int}, pk="id")
    db.table("fact").create(
        {
            "id": str,
            "report": str,
            "topic": str,
            "question": str,
            "answer": str,
            "detail": str,
            "link": str,
            "source": str,
            "kind": str,
            "figures": str,
            "state": str,
            "position": int,
        },
        pk="id",
        foreign_keys=[("report", "report", "id"), ("topic", "topic", "id")],
    )
    db.table("phrasing").create(
        {"id": int, "fact": str, "text": str, "origin": str},
        pk="id",
        foreign_keys=[("fact", "fact", "id")],
    ).create_index(["fact"])
    db.table("term").create({"said": str, "means": str, "contrast": str}, pk="said")
    db.table("revision").create(
        {
            "id": int,
            "change": int,
            "at": str,
            "who": str,
            "what": str,
            "kind": str,
            "key": str,
            "before": str,
            "after": str,
        },
        pk="id",
    ).create_index(["change"])
    db.table("learned").create(
        {"id": int, "weights": str, "none": float, "answer": float, "phrasings": int}, pk="id"
    )
    db.table("asked").create(
        {
            "id": int,
            "at": str,
            "question": str,
            "outcome": str,
            "fact": str,
            "confidence": float,
            "feedback": str,
            "tapped": str,
        },
        pk="id",
    ).create_index(["at"])


@migrations()
def m002_administrators(db: Database) -> None:
    """Create the tables of dismissed questions and of administrators' unfinished work."""
    db.table("dismissed").create({"question": str, "at": str}, pk="question")
    db.table("note").create({"kind": str, "who": int, "text": str}, pk=("kind", "who"))
    db.table("revision").create_index(["key"])


@migrations()
def m003_ledger(db: Database) -> None:
    """Create the tables of jobs begun and of what was sent for them."""
    db.table("job").create({"id": str, "at": int, "finished": int}, pk="id")
    db.table("delivery").create(
        {"id": int, "job": str, "at": int, "after": int, "number": int}, pk="id"
    )
    db.table("delivery").create_index(["job"])
    db.table("delivery").create_index(["number"])


@migrations()
def m004_learned(db: Database) -> None:
    """Keep what is learned for words alone and with meanings; it is learned again from the base."""
    db.table("learned").drop()
    db.table("learned").create(
        {
            "id": int,
            "features": str,
            "logits": str,
            "slips": str,
            "held": int,
            "phrasings": int,
        },
        pk="id",
    )


@migrations()
def m005_workers(db: Database) -> None:
    """Note which of several processes has begun a job, and of which sequence numbers are."""
    db.table("job").add_column("worker", int)
    db.table("delivery").add_column("sequence", str)
    db.table("delivery").create_index(["sequence", "number"])
    db.execute("drop index idx_delivery_number")


# The names of all steps this version knows; a file with others was written by a newer one.
STEPS = frozenset(
    step.name for step in migrations.pending(Database(memory=True, execute_plugins=False))
)
