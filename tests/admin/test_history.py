"""What was changed, by whom, and taking it back; terms, which change as facts do."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from bot.admin import texts
from knowledge import SHIPPED, Editor, KnowledgeBase, KnowledgeError
from tests.administrators import BEA, Desk


def test_history_tells_who_when_and_what(desk: Desk) -> None:
    desk.says("/edit caseloads")
    desk.taps("Answer")
    desk.says("Yes, very.")
    desk.taps(texts.SAVE)
    for shown in (desk.says("/history"), desk.says("/history caseloads")):
        # Telegram knows the name; the database holds the number alone.
        assert " UTC, Bea: edited “Are caseloads too high?”" in shown.text
        assert "becomes “Yes, very.”" in shown.text
    assert desk.knowledge.store.revisions()[0].who == str(BEA)


def test_a_name_that_telegram_does_not_give_is_a_number(podcast: Desk) -> None:
    desk = podcast
    desk.telegram.fail("getChat", 400, "Bad Request: chat not found", times=4)
    assert f" UTC, {BEA}: added fact" in desk.says("/history").text


def test_undo_twice_takes_back_two_changes_and_redo_brings_them_back(podcast: Desk) -> None:
    desk = podcast
    desk.says("/terms zorgs = po vacancies")
    assert desk.says("/undo zorgs").text == "There is no change zorgs to take back."
    assert desk.says("/undo").text.startswith("Done and live: took back change 3: term “zorgs”")
    took = desk.says("/undo").text
    assert took.startswith("Done and live: took back change 2: added fact “Is there a podcast?”.")
    assert not desk.says("is there a podcast", desk.ann).text.startswith("Yes, one a month.")
    assert desk.says("/undo").text.startswith("The last change is not yours: imported small.json")
    assert desk.says("/redo").text.startswith("Done and live: brought back change 2")
    assert desk.says("is there a podcast", desk.ann).text.startswith("Yes, one a month.")
    assert desk.says("/redo").text.startswith("Done and live: brought back change 3")
    assert desk.says("zorgs", desk.ann).text.startswith("Over 650")
    assert desk.says("/redo").text == "There is no change to bring back."
    # Nothing is lost: every step stands in the history; what is taken back has no button there.
    shown = desk.says("/history").buttons
    assert [label.split(":")[0] for label in shown] == ["Take back 7", "Take back 6", texts.OLDER]
    assert [one.number for one in desk.knowledge.store.revisions()] == [7, 6, 5, 4, 3, 2, 1]


def test_a_change_says_which_other_questions_it_answers_differently(desk: Desk) -> None:
    desk.says("zorgs", desk.ann)
    done = desk.says("/terms zorgs = po vacancies").text
    assert texts.ALSO_CHANGED in done
    assert "\n• “zorgs”: " in done
    assert done.endswith(" → “How many NPS officer vacancies were there?”")


def test_an_older_mistake_is_taken_back_by_its_button(podcast: Desk) -> None:
    desk = podcast
    desk.says("/terms posts = vacancies")
    desk.says("/history")
    desk.taps("Take back 2: added fact “Is there a podcast?”")
    assert not desk.says("is there a podcast", desk.ann).text.startswith("Yes, one a month.")
    assert desk.knowledge.snapshot.terms


def test_a_mistake_built_upon_is_not_taken_back_blindly(podcast: Desk) -> None:
    desk = podcast
    desk.says("/edit podcast")
    desk.taps("Answer")
    desk.says("No.")
    desk.taps(texts.SAVE)
    desk.says("/history")
    refused = desk.taps("Take back 2: added fact “Is there a podcast?”")
    assert "has been changed meanwhile. Nothing was saved." in refused.text


def test_somebody_elses_change_is_taken_back_only_after_a_second_look(podcast: Desk) -> None:
    desk = podcast
    asked = desk.says("/undo", desk.cal)
    assert asked.text.startswith("The last change is not yours: added fact")
    assert desk.knowledge.snapshot.change == 2
    desk.taps(texts.UNDO, who=desk.cal)
    assert desk.knowledge.snapshot.change == 3


def test_undo_with_a_number_takes_back_that_change_and_no_other(podcast: Desk) -> None:
    podcast.says("/terms zorgs = po vacancies")
    assert podcast.says("/undo 2").text.startswith("Done and live: took back change 2: added fact")
    assert podcast.says("/undo 99").text == "There is no change 99 to take back."
    assert podcast.says("zorgs", podcast.ann).text.startswith("Over 650")


def test_the_shipped_reports_cannot_be_undone(tmp_path: Path) -> None:
    with closing(KnowledgeBase.open(tmp_path / "new.db", shipped=False)) as base:
        base.change(
            base.plan_import(b"question,answer\nIs it new?,Yes.\n", "new.csv").edit, SHIPPED
        )
        with pytest.raises(KnowledgeError, match="There is no change to take back"):
            Editor(base).undo()


def test_terms_work_at_once(desk: Desk) -> None:
    assert texts.NO_TERMS in desk.says("/terms").text
    desk.says("/terms zorgs = po vacancies")
    assert desk.says("zorgs", desk.ann).text.startswith("Over 650")
    desk.says("/terms")
    desk.taps("✕ zorgs = po vacancies")
    assert not desk.says("zorgs", desk.ann).text.startswith("Over 650")
