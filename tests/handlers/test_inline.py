"""Inline mode: what is typed after the bot's name, and the cards it brings."""

from __future__ import annotations

from typing import Any

from bot import texts
from tests.conftest import World


def results(world: World, query: str, offset: str = "") -> list[dict[str, Any]]:
    """The cards for a query."""
    world.telegram.inline(world.ann, query, offset=offset)
    world.deliver()
    return world.telegram.inline_results[world.ann.id]


def test_cards_hold_the_question_and_the_figure(chat: World) -> None:
    first = results(chat, "po vacancies")[0]
    assert first["id"] == "nps-vacancies"
    assert first["title"] == "How many NPS officer vacancies were there?"
    assert first["description"].startswith("Over 650 probation officer posts")


def test_a_card_sends_question_answer_and_source(chat: World) -> None:
    results(chat, "po vacancies")
    chat.telegram.choose(chat.ann, "nps-vacancies")
    sent = chat.telegram.chat(4_000_000_000).last
    assert sent.html.startswith("<i>How many NPS officer vacancies were there?</i>\n<b>Over 650")
    assert sent.text.endswith("Annual report 2019/20, slide 21: NPS staffing")
    assert sent.buttons == [texts.OPEN_REPORT, texts.ASK_ME]
    assert sent.keyboard[0][1].url == "https://t.me/annual_report_bot?start=ask"


def test_ids_stay_the_same_from_key_to_key(chat: World) -> None:
    typed = [results(chat, "vacancies"[:length])[0] for length in (6, 7, 9)]
    assert {one["id"] for one in typed} <= {"nps-vacancies", "vacancies-date"}
    again = results(chat, "vacancies")
    assert [one["id"] for one in again] == [one["id"] for one in results(chat, "vacancies")]


def test_empty_input_lists_something_from_every_topic(chat: World) -> None:
    for nothing in ("", "  ", "?"):
        assert [one["id"] for one in results(chat, nothing)] == [
            "nps-vacancies",
            "ttg-rating",
            "contact-overview",
        ]


def test_gaps_are_no_cards(chat: World) -> None:
    assert all(not one["id"].startswith("gap-") for one in results(chat, "nps headcount"))


def test_nothing_fitting_offers_a_private_chat(chat: World) -> None:
    for facts in chat.knowledge.snapshot.topics.values():
        for fact in facts:
            chat.retire(fact.id)
    assert results(chat, "anything") == []
    call = chat.telegram.calls[-1]
    assert call.parameters["button"] == {
        "text": texts.ASK_IN_PRIVATE,
        "start_parameter": "ask",
    }


def test_cards_come_without_that_button_and_are_kept_briefly(chat: World) -> None:
    results(chat, "vacancies")
    call = chat.telegram.calls[-1]
    assert "button" not in call.parameters
    assert call.parameters["cache_time"] == 30


def test_a_query_answered_too_late_is_no_error(chat: World, caplog: Any) -> None:
    chat.telegram.fail("answerInlineQuery", 400, "Bad Request: query is too old")
    chat.telegram.inline(chat.ann, "vacancies")
    chat.deliver()
    assert caplog.records == []


def test_sharing_an_answer_finds_it_first(chat: World) -> None:
    message = chat.says("/start nps-vacancies")
    chat.taps(chat.taps(message, texts.SHARE), texts.SEND_ON)
    assert chat.telegram.inline_results[chat.ann.id][0]["id"] == "nps-vacancies"
