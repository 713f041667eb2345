"""Databases of every earlier version: opened, upgraded, and nothing of theirs is lost."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from knowledge import Answer, Editor, KnowledgeBase, NewerSchemaError
from knowledge.storage.migrations import STEPS
from tests.conftest import DATA
from tests.test_end_to_end import environment

# Dumps of small databases, each written by the program as it was when that step was its last.
DUMPS = sorted((DATA / "schemas").glob("*.sql"))
Rows = dict[str, list[dict[str, object]]]


def restored(dump: Path, path: Path) -> Path:
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


@pytest.fixture(params=DUMPS, ids=lambda dump: dump.stem)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return restored(request.param, tmp_path / "old.db")


def test_there_is_a_file_of_every_schema() -> None:
    assert {dump.stem for dump in DUMPS} == STEPS


def test_every_row_is_still_there(old: Path) -> None:
    before = rows(old)
    assert all(before.values()), "a table without rows proves nothing"
    KnowledgeBase.open(old).close()
    after = rows(old)
    for table, kept in before.items():
        if table == "learned":  # made of the other tables, whenever it does not fit them
            continue
        found = after[table][: len(kept)]
        assert [{name: row[name] for name in kept[0]} for row in found] == kept
        # Only the list of steps has grown.
        assert table == "_sqlite_migrations" or len(after[table]) == len(kept)


def test_what_was_known_of_the_oldest_is_answered(tmp_path: Path) -> None:
    with closing(KnowledgeBase.open(restored(DUMPS[0], tmp_path / "old.db"))) as base:
        reply = base.ask("vacancy count date")
        assert isinstance(reply, Answer)
        assert reply.matches[0].fact.answer == "In September 2019."


def test_what_was_known_is_there_to_be_taken_back_and_exported(old: Path) -> None:
    with closing(KnowledgeBase.open(old)) as base:
        assert base.export("all.json").count(b'"question"') == 4
        assert base.plan_import(base.export("all.json"), "all.json").changes_nothing
        desk = Editor(base)
        last, first = desk.history()
        assert (last.who, first.who) == ("501", "shell")
        assert [one.number for one in desk.history("vacancies-date")] == [2, 1]
        base.change(desk.undoing(), "test")
        assert base.fact("vacancies-date").answer == "September 2019."
        base.change(desk.undoing(), "test")
        assert base.fact("vacancies-date").answer == "In September 2019."
        assert len(base.store.asked.since(365_000)) == 3


def test_a_newer_schema_is_refused_and_left_as_it_is(old: Path) -> None:
    KnowledgeBase.open(old).close()
    with sqlite3.connect(old) as db:
        db.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at) values (?, ?, ?)",
            ["annual-report-bot", "m999_later", "2030-01-01"],
        )
    before = old.read_bytes()
    with pytest.raises(NewerSchemaError, match=r"newer version.*m999_later.*Update the program"):
        KnowledgeBase.open(old)
    assert old.read_bytes() == before


PROGRAM = """
import sys
from knowledge import KnowledgeBase
print("ready", flush=True)
sys.stdin.readline()
for path in sys.argv[1:]:
    base = KnowledgeBase.open(path, shipped=path.endswith("new.db"))
    print(len(base.snapshot.facts), base.store.is_new, flush=True)
"""


def test_many_processes_may_open_a_new_or_an_old_database_at_once(tmp_path: Path) -> None:
    old = [restored(DUMPS[0], tmp_path / "0.db")]
    old += [Path(shutil.copy(old[0], tmp_path / f"{number}.db")) for number in range(1, 3)]
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
        for _ in range(3)
    ]
    for one in racing:
        assert one.stdout
        assert one.stdout.readline() == "ready\n"
    for one in racing:
        assert one.stdin
        one.stdin.write("\n")
    said = [one.communicate(timeout=60) for one in racing]
    assert [errors for _, errors in said] == [""] * 3
    assert len({output for output, _ in said}) == 1
    assert said[0][0].startswith("4 False\n" * 3)
