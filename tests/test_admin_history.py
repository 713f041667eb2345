"""What was changed, by whom, and taking it back; terms, which change as facts do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.admin import texts
from knowledge import Editor, KnowledgeBase
from tests.administrators import BEA, Desk, small


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with small(tmp_path / "small.db") as made:
        yield made


def add_podcast(desk: Desk) -> None:
    desk.says("/add Is there a podcast? | Yes, one a month. | Contact")
    desk.taps(texts.SAVE)


def test_history_tells_who_when_and_what(desk: Desk) -> None:
    desk.says("/edit caseloads")
    desk.taps("Answer")
    desk.says("Yes, very.")
    desk.taps(texts.SAVE)
    for shown in (desk.says("/history"), desk.says("/history caseloads")):
        assert f" UTC, {BEA}: edited “Are caseloads too high?”" in shown.text
        assert "becomes “Yes, very.”" in shown.text


def test_undo_takes_back_the_last_change_and_redo_brings_it_back(desk: Desk) -> None:
    add_podcast(desk)
    took = desk.says("/undo")
    assert took.text == "Done and live: took back change 2: added fact “Is there a podcast?”."
    assert not desk.says("is there a podcast", desk.ann).text.startswith("Yes, one a month.")
    desk.knowledge.change(Editor(desk.knowledge).redo(), "test")
    assert desk.says("is there a podcast", desk.ann).text.startswith("Yes, one a month.")
    # Nothing is lost: every step stands in the history.
    assert [one.number for one in Editor(desk.knowledge).history()] == [4, 3, 2, 1]


def test_an_older_mistake_is_taken_back_by_its_button(desk: Desk) -> None:
    add_podcast(desk)
    desk.says("/terms posts = vacancies")
    desk.says("/history")
    desk.taps("Take back 2: added fact “Is there a podcast?”")
    assert not desk.says("is there a podcast", desk.ann).text.startswith("Yes, one a month.")
    assert desk.knowledge.snapshot.terms


def test_a_mistake_built_upon_is_not_taken_back_blindly(desk: Desk) -> None:
    add_podcast(desk)
    desk.says("/edit podcast")
    desk.taps("Answer")
    desk.says("No.")
    desk.taps(texts.SAVE)
    desk.says("/history")
    refused = desk.taps("Take back 2: added fact “Is there a podcast?”")
    assert "has been changed meanwhile. Nothing was saved." in refused.text


def test_somebody_elses_change_is_taken_back_only_after_a_second_look(desk: Desk) -> None:
    add_podcast(desk)
    asked = desk.says("/undo", desk.cal)
    assert asked.text.startswith("The last change is not yours: added fact")
    assert desk.knowledge.snapshot.change == 2
    desk.taps(texts.UNDO, who=desk.cal)
    assert desk.knowledge.snapshot.change == 3


def test_the_shipped_reports_cannot_be_undone(tmp_path: Path, shipped: KnowledgeBase) -> None:
    with pytest.raises(Exception, match="There is no change to take back"):
        Editor(shipped).undo()


def test_terms_work_at_once(desk: Desk) -> None:
    assert texts.NO_TERMS in desk.says("/terms").text
    desk.says("/terms zorgs = vacancies")
    assert desk.says("po zorgs", desk.ann).text.startswith("Over 650")
    desk.says("/terms")
    desk.taps("✕ zorgs = vacancies")
    assert not desk.says("po zorgs", desk.ann).text.startswith("Over 650")
    assert "Both sides of a term must differ." in desk.says("/terms a = A").text
