"""What administrators take back, bring back, and are told before they save."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from knowledge import (
    Answer,
    Edit,
    Editor,
    Fact,
    KnowledgeBase,
    KnowledgeError,
    Match,
    Near,
    Swap,
    Version,
    edits,
)
from tests.conftest import open_small


@pytest.fixture
def base(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with closing(open_small(tmp_path / "small.db")) as made:
        yield made


def add(base: KnowledgeBase, question: str, answer: str = "Yes.", **cells: object) -> Fact:
    edit = edits.added(base.snapshot, {"question": question, "answer": answer, **cells})
    base.change(edit, "501")
    return base.fact(edit.swaps[-1].key)


def questions(base: KnowledgeBase) -> list[str]:
    return [fact.question for fact in base.snapshot.facts.values()][15:]


# --- Back and forth -------------------------------------------------------------------------------


def test_undo_twice_takes_back_two_changes_and_redo_brings_both_back(base: KnowledgeBase) -> None:
    editor = Editor(base)
    add(base, "First?")
    add(base, "Second?")
    first = editor.undo()
    assert first.what == "took back change 3: added fact “Second?”"
    base.change(first, "501")
    base.change(editor.undo(), "501")
    assert questions(base) == []
    base.change(editor.redo(), "501")
    assert questions(base) == ["First?"]
    again = editor.redo()
    assert again.what == "brought back change 3: added fact “Second?”"
    base.change(again, "501")
    assert questions(base) == ["First?", "Second?"]
    with pytest.raises(KnowledgeError, match="no change to bring back"):
        editor.redo()
    # And back once more.
    base.change(editor.undo(), "501")
    assert questions(base) == ["First?"]


def test_a_new_change_ends_what_can_be_brought_back(base: KnowledgeBase) -> None:
    editor = Editor(base)
    add(base, "First?")
    base.change(editor.undo(), "501")
    add(base, "Second?")
    with pytest.raises(KnowledgeError):
        editor.redo()
    assert editor.last().edit.what == "added fact “Second?”"
    # By its number it still comes back.
    base.change(editor.undo(3), "501")
    assert questions(base) == ["Second?", "First?"]


def test_a_change_taken_back_by_its_number_is_not_taken_back_again(base: KnowledgeBase) -> None:
    editor = Editor(base)
    add(base, "First?")
    add(base, "Second?")
    base.change(editor.undo(2), "501")
    assert questions(base) == ["Second?"]
    base.change(editor.undo(), "501")
    assert questions(base) == []
    assert editor.last().number == 1


def test_nothing_is_left_to_take_back_but_what_ships(shipped: KnowledgeBase) -> None:
    for number in (None, 1, 99):
        with pytest.raises(KnowledgeError):
            Editor(shipped).undo(number)
    assert [one.edit.what for one in shipped.store.revisions()] == ["the reports shipped"]


def test_what_cannot_be_read_any_more_is_not_taken_back_by_halves(base: KnowledgeBase) -> None:
    add(base, "First?", topic="Extras")
    base.store.db.execute("update replaced set before = '{' where change = 1 and kind = 'fact'")
    with pytest.raises(KnowledgeError, match="Restore a backup"):
        Editor(base).undo(1)


def test_the_same_question_in_other_letters_is_no_other_entry_but_of_another_report_it_is(
    base: KnowledgeBase,
) -> None:
    add(base, "Is there a podcast?")
    with pytest.raises(KnowledgeError, match="is an entry already"):
        add(base, "is there a  PODCAST?", "No.")
    assert base.fact("is-there-a-podcast").answer == "Yes."
    assert add(base, "Is there a podcast?", "No.", report="Parks 2025").report == "parks-2025"


# --- Without a source -----------------------------------------------------------------------------


def test_a_fact_without_a_source_is_dated_and_one_with_is_not(base: KnowledgeBase) -> None:
    today = date.today().isoformat()
    fact = add(base, "Is there a podcast?")
    assert fact.added == today
    assert add(base, "Is there tea?", source="the web page").added == ""
    sourced = edits.edited(base.snapshot, fact, {"source": "slide 4"})
    assert [s.after.added for s in sourced.swaps if isinstance(s.after, Fact)] == [""]
    # What came with a source and keeps it is the report's.
    known = base.fact("nps-vacancies")
    for cells, added in (({"answer": "651."}, ""), ({"source": ""}, today)):
        made = edits.edited(base.snapshot, known, cells)
        assert [s.after.added for s in made.swaps if isinstance(s.after, Fact)] == [added]


# --- What speaks against it -----------------------------------------------------------------------


def rivals(base: KnowledgeBase, **cells: object) -> dict[str, str]:
    tried = Editor(base).trial(edits.added(base.snapshot, cells))()
    return {rival.fact.id: rival.how for rival in tried.rivals}


def test_a_gap_that_denies_what_is_saved_is_named(base: KnowledgeBase) -> None:
    gap = edits.added(
        base.snapshot,
        {"question": "How many podcasts are there?", "answer": "The slides don't say.",
         "also_asked": ["number of podcasts"], "kind": "gap"},
    )  # fmt: skip
    base.change(gap, "501")
    cells = {"question": "How many podcasts were there in 2021?", "answer": "Twelve podcasts."}
    assert rivals(base, **cells)[gap.swaps[-1].key] == "denies"
    # One tap replaces it.
    old = base.fact(gap.swaps[-1].key)
    new, gone = edits.added(base.snapshot, cells), edits.retired(old)
    both = Edit(f"{new.what}, {gone.what}", (*new.swaps, *gone.swaps))
    base.change(both, "501")
    reply = base.ask("number of podcasts")
    assert not isinstance(reply, Answer) or reply.matches[0].fact.id != old.id
    base.change(Editor(base).undo(), "501")
    assert base.fact(old.id) == old


def test_the_older_state_of_what_is_saved_is_named(base: KnowledgeBase) -> None:
    old = add(base, "Who is the chief inspector?", "Justin Russell.")
    cells = {"question": "Who is the chief inspector since 2024?", "answer": "Martin Jones."}
    assert rivals(base, **cells)[old.id] == "older"


def test_an_entry_that_is_given_as_near_is_no_gap(
    base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = Near((Match(base.fact("nps-vacancies"), 0.5),))
    monkeypatch.setattr(Version, "ask", lambda *_: near)
    assert rivals(base, question="Is there a podcast?", answer="Yes.") == {"nps-vacancies": "near"}


def test_nothing_speaks_against_what_nobody_denies(base: KnowledgeBase) -> None:
    assert rivals(base, question="Is there a podcast?", answer="Yes, one a month.") == {}


def test_questions_are_tried_with_what_is_not_saved_yet(base: KnowledgeBase) -> None:
    edit = edits.added(base.snapshot, {"question": "Is there a podcast?", "answer": "Monthly."})
    reply = base.tried(edit).ask("is there a podcast")
    assert isinstance(reply, Answer)
    assert reply.matches[0].fact.answer == "Monthly."
    assert "Monthly." not in str(base.ask("is there a podcast"))


def test_a_change_tried_is_the_one_that_is_carried_out(base: KnowledgeBase) -> None:
    edit = edits.added(base.snapshot, {"question": "Is there a podcast?", "answer": "Monthly."})
    Editor(base).trial(edit)()
    tried = base.tried(edit).matcher
    version = base.carry_out(edit, "501")
    assert version.matcher is tried
    assert isinstance(edit.swaps[-1], Swap)
    base.adopt(version)
    assert base.fault is None
