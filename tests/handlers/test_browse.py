"""Browsing from the topics to an answer, always in one message."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot import messages, texts
from bot.handlers import TAPS
from bot.messages import A_PAGE
from knowledge import Fact, KnowledgeBase
from tests.conftest import World, started


def test_any_answer_is_two_taps_away(chat: World) -> None:
    message = chat.says("/topics")
    assert message.text == texts.TOPICS
    assert message.buttons == ["Staffing and workloads", "Through the Gate", "Contact"]
    questions = chat.taps(message, "Through the Gate")
    assert questions.text == "Through the Gate"
    answer = chat.taps(questions, "How much money went into Through the Gate?")
    assert answer.text.startswith("How much money went into Through the Gate?\n£22m")
    assert answer.message_id == message.message_id
    assert chat.telegram.chat(chat.ann).last.message_id == message.message_id
    assert chat.shown() == ("ttg-money",)


def test_gaps_are_not_browsed(chat: World) -> None:
    questions = chat.taps(chat.says("/topics"), "Through the Gate")
    assert "What does Through the Gate cost per person?" not in questions.buttons


def test_pages_turn_in_place(chat: World) -> None:
    first = chat.taps(chat.says("/topics"), "Staffing and workloads")
    assert first.text == "Staffing and workloads (1 of 2)"
    assert len(first.keyboard) == A_PAGE + 1
    assert first.buttons[-2:] == [texts.ALL_TOPICS, texts.NEXT]
    second = chat.taps(first, texts.NEXT)
    assert second.text == "Staffing and workloads (2 of 2)"
    assert second.buttons == [
        "How many staff does a manager look after?",
        texts.ALL_TOPICS,
        texts.PREVIOUS,
    ]
    assert chat.taps(second, texts.PREVIOUS).keyboard == first.keyboard
    assert chat.taps(second, texts.ALL_TOPICS).text == texts.TOPICS


def test_back_leads_to_the_page_the_answer_was_chosen_from(chat: World) -> None:
    first = chat.taps(chat.says("/topics"), "Staffing and workloads")
    second = chat.taps(first, texts.NEXT)
    answer = chat.taps(second, "How many staff does a manager look after?")
    assert chat.taps(answer, texts.BACK).text == "Staffing and workloads (2 of 2)"


def test_a_page_that_is_no_more_becomes_the_last(chat: World) -> None:
    message = chat.says("/topics")
    chat.telegram.tap(chat.ann, message, data="q:99:nps-vacancies")
    chat.deliver()
    assert chat.telegram.message(chat.ann, message).text == "Staffing and workloads (2 of 2)"


def test_tapping_twice_is_harmless(chat: World, caplog: pytest.LogCaptureFixture) -> None:
    message = chat.says("/topics")
    for _ in range(2):
        chat.telegram.tap(chat.ann, message, "Contact")
    chat.deliver()
    assert chat.telegram.message(chat.ann, message).text == "Contact"
    assert (caplog.records, chat.telegram.toasts) == ([], [])
    assert chat.telegram.chat(chat.ann).last.message_id == message.message_id


def test_many_topics_are_paged() -> None:
    topics = {f"Topic {number}": [Fact("a", "?", "!")] for number in range(20)}
    rows = messages.topics(topics, 1)
    labels = [button.text for row in rows for button in row]
    assert len(rows) == A_PAGE // 2 + 1
    assert labels[:A_PAGE] == [f"Topic {number}" for number in range(8, 16)]
    assert labels[A_PAGE:] == [texts.PREVIOUS, texts.NEXT]


def test_a_new_fact_can_be_browsed_at_once(chat: World) -> None:
    other = KnowledgeBase.open(chat.path, shipped=False)
    row = b"question,answer,topic\nWho is new?,Somebody new.,New things\n"
    other.change(other.plan_import(row, "new.csv").edit, "another process")
    other.close()
    message = chat.says("/topics")
    assert "New things" in message.buttons
    assert chat.taps(message, "New things").buttons[0] == "Who is new?"


def test_an_empty_knowledge_base_has_nothing_to_browse(tmp_path: Path) -> None:
    for world in started(tmp_path / "empty.db", empty=True):
        assert world.says("/topics").text == texts.NO_TOPICS
        assert world.says("/reports").text == texts.NO_REPORTS
        assert world.says("/contact").text == texts.NO_CONTACT
        assert world.says("/start").text.startswith("Ask me about the reports I know")
        assert world.says("po vacancies").text.startswith(texts.NOT_IN_REPORT)


@pytest.mark.parametrize("length", [1, 48])
def test_button_data_fits_telegrams_64_bytes(length: int) -> None:
    slug = "x" * length
    asked = 999_999_999_999
    parts = {
        messages.TAKE: (asked, slug),
        messages.FIGURES: ("csv", slug),
        messages.NONE: (asked,),
        messages.HELPFUL: (asked, 1),
        messages.NOT_RIGHT: (asked, 0),
        messages.WRONG: (asked, "question"),
        messages.TELL: (asked, "question"),
        messages.LATER: (),
        messages.TOPICS: (9999,),
        messages.QUESTIONS: (9999, slug),
    }
    for kind in TAPS:
        data = str(messages.button("", kind, *parts.get(kind, (slug,))).callback_data)
        assert len(data.encode()) <= 64
        assert [one for one in TAPS if re.fullmatch(one, data)] == [kind]
