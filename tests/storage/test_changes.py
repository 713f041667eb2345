"""Changes made at the same time: those of different entries never stand in each other's way."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from knowledge import Editor, KnowledgeBase, KnowledgeError, edits
from tests.conftest import open_small


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "small.db"
    open_small(made).close()
    return made


def added(base: KnowledgeBase, question: str, **cells: object) -> None:
    edit = edits.added(base.snapshot, {"question": question, "answer": "Yes.", **cells})
    base.change(edit, "test")


def test_two_who_begin_at_the_same_state_both_save(path: Path) -> None:
    with closing(KnowledgeBase.open(path)) as one, closing(KnowledgeBase.open(path)) as two:
        mine = edits.added(one.snapshot, {"question": "Is there a podcast?", "answer": "Yes."})
        theirs = edits.added(two.snapshot, {"question": "Is there a canteen?", "answer": "No."})
        one.change(mine, "one")
        two.change(theirs, "two")
        assert one.is_stale()
        one.adopt(one.latest())
        assert one.snapshot == two.snapshot
        assert {fact.topic for fact in list(one.snapshot.facts.values())[-2:]} == {"Other"}


def test_two_entries_that_would_get_the_same_id_are_not_taken_for_one(path: Path) -> None:
    with closing(KnowledgeBase.open(path)) as one, closing(KnowledgeBase.open(path)) as two:
        mine = edits.added(one.snapshot, {"question": "Is there tea?", "answer": "Yes."})
        theirs = {"question": "Is there tea", "answer": "Yes, and cake.", "id": "is-there-tea"}
        late = edits.added(two.snapshot, theirs)
        one.change(mine, "one")
        with pytest.raises(KnowledgeError, match="“is-there-tea” has been changed meanwhile"):
            two.change(late, "two")
        assert one.fact("is-there-tea").answer == "Yes."


def test_two_who_change_the_same_entry_do_stand_in_each_others_way(path: Path) -> None:
    with closing(KnowledgeBase.open(path)) as one, closing(KnowledgeBase.open(path)) as two:
        fact = one.fact("nps-vacancies")
        mine = edits.edited(one.snapshot, fact, {"answer": "651."})
        theirs = edits.edited(two.snapshot, fact, {"detail": "More."})
        one.change(mine, "one")
        with pytest.raises(KnowledgeError, match="“nps-vacancies” has been changed meanwhile"):
            two.change(theirs, "two")


def test_two_who_do_the_same_have_done_it_once(path: Path) -> None:
    with closing(KnowledgeBase.open(path)) as one, closing(KnowledgeBase.open(path)) as two:
        same = edits.retired(one.fact("nps-vacancies"))
        one.change(same, "one")
        two.change(same, "two")
        assert two.fact("nps-vacancies").retired
        assert [change.who for change in two.store.revisions()] == ["one", "test"]


def test_a_report_that_others_use_stays_when_who_made_it_takes_back(path: Path) -> None:
    with closing(KnowledgeBase.open(path)) as base:
        added(base, "Is there a podcast?", report="Extras")
        added(base, "Is there a canteen?", report="Extras")
        base.change(Editor(base).undo(2), "test")
        assert "Extras" in [report.title for report in base.snapshot.reports]
        assert "is-there-a-podcast" not in base.snapshot.facts
        base.change(Editor(base).undo(), "test")
        assert "is-there-a-canteen" not in base.snapshot.facts


def test_an_entry_is_not_saved_under_a_report_that_has_gone(path: Path) -> None:
    with closing(KnowledgeBase.open(path)) as one, closing(KnowledgeBase.open(path)) as two:
        added(one, "Is there a podcast?", report="Extras")
        two.adopt(two.latest())
        late = edits.added(
            two.snapshot, {"question": "Is there tea?", "answer": "Yes.", "report": "Extras"}
        )
        one.change(Editor(one).undo(), "one")
        with pytest.raises(KnowledgeError, match="The report “extras” has gone meanwhile"):
            two.change(late, "two")


def test_nobody_waits_to_be_recorded_while_another_writes(path: Path) -> None:
    with closing(KnowledgeBase.open(path)) as base:
        reply = base.ask("po vacancies")
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("begin immediate")
            assert base.record("po vacancies", reply) == 0
            other.execute("rollback")
        assert base.record("po vacancies", reply) == 1
        assert base.fault is None
