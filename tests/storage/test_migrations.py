"""Databases of version 1.0: opened, brought over, and nothing of theirs is lost."""

from __future__ import annotations

import itertools
import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from knowledge import Answer, DatabaseError, Editor, KnowledgeBase, to_json
from tests.conftest import DATA, open_small
from tests.test_end_to_end import environment

# A dump of a small database that version 1.0 wrote.
DUMP = DATA / "schemas" / "1.0.sql"
# And one of the small base that a version wrote whose entries had a column for each field.
COLUMNS = DATA / "schemas" / "columns.sql"
Rows = dict[str, list[dict[str, Any]]]


def restored(path: Path, dump: Path = DUMP) -> Path:
    """The database that a dump was made of."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(dump.read_text(encoding="utf-8"))
    return path


def rows(path: Path) -> Rows:
    """Everything that stands in a database, by table."""
    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        names = "select name from sqlite_master where type = 'table' and name not like 'sqlite%'"
        return {
            name: [dict(row) for row in database.execute(f"select * from [{name}] order by rowid")]
            for (name,) in database.execute(names).fetchall()
        }


def columns(path: Path) -> set[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as database:
        names = "select m.name, p.name, p.type from sqlite_master m, pragma_table_info(m.name) p"
        return set(database.execute(names).fetchall())


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return restored(tmp_path / "old.db")


# Made of other things, or of use for a day only; and what stands elsewhere now.
GONE = {"learned", "job", "delivery", "_sqlite_migrations", "phrasing", "revision", "dismissed"}
GONE |= {"topic"}


def test_every_row_of_1_0_is_still_there(old: Path) -> None:
    before = rows(old)
    assert all(before.values()), "a table without rows proves nothing"
    KnowledgeBase.open(old).close()
    after = rows(old)
    topics = {row["id"]: row["name"] for row in before["topic"]}
    entries: Rows = {}
    for row in after["entry"]:
        entries.setdefault(row["kind"], []).append(json.loads(row["data"]))
        assert row["digest"]
    for table, kept in before.items():
        if table in GONE:
            continue
        for row in kept:
            for name in ("state", "position") if table == "fact" else ():
                del row[name]
            if table == "fact":
                row |= {"figures": json.loads(row["figures"]), "topic": topics[row["topic"]]}
        if table == "note":
            kept = [
                {"kind": row["kind"], "key": str(row["who"]), "text": row["text"]} for row in kept
            ]
            kept += [
                {"kind": "dismissed", "key": row["question"], "text": ""}
                for row in before["dismissed"]
            ]
        new = entries.get(table) or after[table]
        found = [{name: row[name] for name in kept[0]} for row in new]
        assert sorted(map(str, found)) == sorted(map(str, kept))
    for row in entries["fact"]:
        asked = [one["text"] for one in before["phrasing"] if one["fact"] == row["id"]]
        assert (row["also_asked"], row["retired"]) == (asked, False)
    # Each change once, and what each replaced.
    changes = {row["change"]: (row["at"], row["who"], row["what"]) for row in before["revision"]}
    assert {r["number"]: (r["at"], r["who"], r["what"]) for r in after["revision"]} == changes
    names = ("id", "change", "kind", "key", "before", "after")
    replaced = [{n: row[n] for n in names} for row in before["revision"] if row["kind"] != "topic"]
    for row in replaced:
        for name, (key, topic) in itertools.product(("before", "after"), topics.items()):
            row[name] = row[name] and row[name].replace(f'"topic": "{key}"', f'"topic": "{topic}"')
    assert after["replaced"] == replaced


def test_what_1_0_noted_of_changes_reads_as_it_did(old: Path) -> None:
    noted = {
        (row["change"], row["key"]): (row["before"], row["after"])
        for row in rows(old)["revision"]
        if row["kind"] != "topic"
    }
    with closing(KnowledgeBase.open(old)) as base:
        read = {
            (one.number, swap.key): (to_json(swap.before), to_json(swap.after))
            for one in base.store.revisions(limit=100)
            for swap in one.edit.swaps
        }
    assert read.keys() == noted.keys()
    for key, texts in noted.items():
        for text, now in zip(texts, read[key], strict=True):
            assert (text is None) == (now is None)
            if text is not None and now is not None:
                # The same, but for fields that 1.0 did not have.
                said = json.loads(text)
                said |= {"topic": "Staffing and workloads"} if "topic" in said else {}
                assert said.items() <= json.loads(now).items()


def test_a_file_whose_entries_stood_in_columns_says_the_same(tmp_path: Path) -> None:
    path = restored(tmp_path / "columns.db", COLUMNS)
    with closing(KnowledgeBase.open(path)) as base, closing(open_small(tmp_path / "new.db")) as new:
        assert base.snapshot.reports == new.snapshot.reports
        assert base.snapshot.topics == new.snapshot.topics
        assert base.snapshot.terms == new.snapshot.terms
        assert list(base.snapshot.facts.values()) == list(new.snapshot.facts.values())
        assert base.fault is None


def test_a_file_of_1_0_and_a_new_one_have_the_same_tables(old: Path, tmp_path: Path) -> None:
    KnowledgeBase.open(old).close()
    KnowledgeBase.open(tmp_path / "new.db", shipped=False).close()
    assert columns(old) == columns(tmp_path / "new.db")


def test_what_1_0_kept_beside_the_file_goes(old: Path) -> None:
    for suffix in (".index", ".workers"):
        Path(f"{old}{suffix}").write_bytes(b"x")
    KnowledgeBase.open(old).close()
    assert {file.name for file in old.parent.iterdir()} == {"old.db"}


def test_what_1_0_knew_is_answered(old: Path) -> None:
    with closing(KnowledgeBase.open(old)) as base:
        reply = base.ask("vacancy count date")
        assert isinstance(reply, Answer)
        assert reply.matches[0].fact.answer == "In September 2019."
        assert base.fault is None


def test_what_1_0_knew_is_there_to_be_taken_back_and_exported(old: Path) -> None:
    with closing(KnowledgeBase.open(old)) as base:
        assert base.export("all.json").count(b'"question"') == 4
        assert base.plan_import(base.export("all.json"), "all.json").changes_nothing
        editor = Editor(base)
        last, first = base.store.revisions()
        assert (last.who, first.who) == ("501", "shell")
        assert [one.number for one in base.store.revisions("vacancies-date")] == [2, 1]
        base.change(editor.undo(), "test")
        assert base.fact("vacancies-date").answer == "September 2019."
        base.change(editor.redo(), "test")
        assert base.fact("vacancies-date").answer == "In September 2019."
        assert len(base.store.asked_since(365_000)) == 3


def test_a_newer_schema_is_refused_and_left_as_it_is(old: Path) -> None:
    KnowledgeBase.open(old).close()
    with sqlite3.connect(old) as db:
        db.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at) values (?, ?, ?)",
            ["annual-report-bot", "m999_later", "2030-01-01"],
        )
    before = old.read_bytes()
    with pytest.raises(DatabaseError, match=r"newer version.*m999_later.*Update the program"):
        KnowledgeBase.open(old)
    assert old.read_bytes() == before


PROGRAM = """
import sys
from knowledge import KnowledgeBase
print("ready", flush=True)
sys.stdin.readline()
for path in sys.argv[1:]:
    base = KnowledgeBase.open(path, shipped=path.endswith("new.db"))
    print(len(base.snapshot.facts), flush=True)
"""


def test_many_processes_may_open_a_new_or_an_old_database_at_once(tmp_path: Path) -> None:
    old = [restored(tmp_path / "0.db")]
    old += [Path(shutil.copy(old[0], tmp_path / f"{number}.db")) for number in range(1, 2)]
    paths = [*old, tmp_path / "new.db"]
    racing = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *paths],
            env=environment(tmp_path),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        for _ in range(2)
    ]
    for one in racing:
        assert one.stdout
        assert one.stdout.readline() == "ready\n"
    for one in racing:
        assert one.stdin
        one.stdin.write("\n")
    said = [one.communicate(timeout=60) for one in racing]
    assert [errors for _, errors in said] == [""] * 2
    assert len({output for output, _ in said}) == 1
    assert said[0][0].startswith("4\n" * 2)
