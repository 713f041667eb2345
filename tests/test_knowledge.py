"""The knowledge base as a library: what survives a restart, what is refused."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from knowledge import DatabaseError, KnowledgeBase, KnowledgeError
from tests.conftest import SMALL, open_small

CSV = "id,question,answer\npay,What is paid?,£100.\n"


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    return KnowledgeBase.open(tmp_path / "new.db", shipped=False)


def test_what_was_learned_and_read_is_kept_for_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "kept.db"
    base = open_small(path)
    first = base.explain("how many vacancies")
    base.close()
    again = KnowledgeBase.open(path)
    kept = again.store.kept()
    assert kept
    assert again.explain("how many vacancies") == first
    again.close()
    assert {file.name for file in tmp_path.iterdir()} == {"kept.db"}


def test_what_the_program_ships_no_more_is_read_once_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "kept.db"
    open_small(path).close()
    with closing(sqlite3.connect(path)) as database, database:
        # As an older version left it, which shipped all these texts.
        database.execute("update kept set data = null")
    for read in (True, False):
        with closing(KnowledgeBase.open(path)) as again:
            assert bool(again.matcher.readings.new) is read


@pytest.mark.parametrize("damage", ["x'6e6f6e73656e7365'", "null"])
def test_what_was_kept_and_is_damaged_is_made_again(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "kept.db"
    base = open_small(path)
    first = base.explain("how many vacancies")
    base.close()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(f"update kept set data = {damage}")
    with closing(KnowledgeBase.open(path)) as again:
        assert again.explain("how many vacancies") == first


def test_another_process_s_change_is_seen(tmp_path: Path) -> None:
    here = open_small(tmp_path / "shared.db")
    there = KnowledgeBase.open(tmp_path / "shared.db")
    assert not there.is_stale()
    here.change(here.plan_import(CSV.encode(), "pay.csv").edit, "test")
    assert there.is_stale()
    there.adopt(there.latest())
    assert there.fact("pay").answer == "£100."
    assert not there.is_stale()


def test_an_unknown_fact_is_named(base: KnowledgeBase) -> None:
    with pytest.raises(KnowledgeError, match="“nothing”"):
        base.fact("nothing")


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear Sir or Madam, this is no database at all. " * 99)
    before = path.read_bytes()
    with pytest.raises(DatabaseError, match=r"not a usable database.*Restore a backup"):
        KnowledgeBase.open(path)
    assert path.read_bytes() == before


def test_another_program_s_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("create table letter (body text)")
    with pytest.raises(DatabaseError, match="another program"):
        KnowledgeBase.open(path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="folder must exist and be writable"):
        KnowledgeBase.open(tmp_path / "nowhere" / "a.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(DatabaseError, match="must exist and be writable"):
        KnowledgeBase.open(tmp_path / "a.db")


def test_the_small_base_is_the_tests_own() -> None:
    assert json.loads(SMALL.read_text(encoding="utf-8"))
