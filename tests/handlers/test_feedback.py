"""Taps on answers and suggestions: what changes, and what is noted."""

from __future__ import annotations

from pathlib import Path

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot import texts
from bot.settings import Settings
from tests.conftest import World, started
from tests.telegram import Telegram

VACANCIES = "Over 650 probation officer posts in the NPS were vacant in September 2019."


NEAREST = "How many NPS officer vacancies were there?"


def test_suggestions_are_questions_to_tap(hesitant: World) -> None:
    message = hesitant.says("po vacancies")
    assert message.text == texts.SUGGEST
    *offered, none = message.buttons
    assert (offered[0], none) == (NEAREST, texts.NONE_OF_THESE)
    assert 2 <= len(offered) <= 4


def test_a_suggestion_taken_answers_in_place_and_is_noted(hesitant: World) -> None:
    message = hesitant.says("po vacancies")
    hesitant.calls()
    chosen = message.buttons[0]
    answered = hesitant.taps(message, chosen)
    assert [call.method for call in hesitant.calls()] == ["answerCallbackQuery", "editMessageText"]
    assert answered.message_id == message.message_id
    assert answered.text.startswith(chosen)
    assert texts.HELPFUL in answered.buttons
    fact = next(f for f in hesitant.knowledge.snapshot.facts.values() if f.question == chosen)
    assert hesitant.asked()[-1]["tapped"] == fact.id


def test_none_of_these_is_noted_and_offers_topics(hesitant: World) -> None:
    message = hesitant.taps(hesitant.says("po vacancies"), texts.NONE_OF_THESE)
    assert message.text == texts.NOTED
    assert message.buttons[0] == "Staffing and workloads"
    assert hesitant.asked()[-1]["feedback"] == "none of these"


@pytest.mark.parametrize("question", ["po vacancies", "nps headcount"])
def test_a_vote_is_counted_and_its_row_goes(chat: World, question: str) -> None:
    before = chat.says(question)
    message = chat.taps(before, texts.HELPFUL)
    assert chat.telegram.toasts[-1].text == texts.THANKS_HELPFUL
    assert message.keyboard == before.keyboard[:-1]
    assert chat.asked()[-1]["feedback"] == "helpful"
    assert chat.telegram.chat(chat.ann).last == message


def test_not_right_leads_on_to_what_else_was_meant(chat: World) -> None:
    message = chat.taps(chat.says("po vacancies"), texts.NOT_RIGHT)
    assert texts.NOT_RIGHT not in message.buttons
    below = chat.telegram.chat(chat.ann).last
    assert below.text == texts.WHAT_WAS_WRONG[""]
    assert below.buttons[:2] == list(texts.REASONS.values())
    assert NEAREST not in below.buttons
    # Nobody could be told.
    assert texts.TELL not in below.buttons
    noted = chat.taps(below, texts.REASONS["question"])
    assert noted.text == texts.WHAT_WAS_WRONG["question"]
    assert chat.asked()[-1]["feedback"] == "not right"


def test_the_administrators_are_told_once_and_of_nobody(tmp_path: Path) -> None:
    settings = Settings(token=Telegram().token, admin_ids=frozenset({70}))
    for world in started(tmp_path / "told.db", settings=settings):
        boss = world.telegram.user("Boss", user_id=70)
        world.says("/start", who=boss)
        for thanks in (texts.TOLD, texts.TOLD_ALREADY):
            world.taps(world.says("po vacancies"), texts.NOT_RIGHT)
            below = world.taps(world.telegram.chat(world.ann).last, texts.REASONS["answer"])
            assert world.taps(below, texts.TELL).text == thanks
        heard = world.telegram.chat(boss).last.text
        assert heard == texts.objected("po vacancies", NEAREST, "answer")
        assert sum(m.text == heard for m in world.telegram.chat(boss).log.values()) == 1


def test_the_question_left_is_asked_by_its_button(chat: World) -> None:
    message = chat.says("po vacancies")
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("ttg money", callback_data="l")]])
    sent = chat.runner.run(
        chat.application.bot.send_message(chat.ann.id, "Left:", reply_markup=keyboard)
    )
    assert sent.message_id > message.message_id
    chat.taps(chat.telegram.chat(chat.ann).last, "ttg money")
    assert chat.telegram.chat(chat.ann).last.text.startswith("£22m")
    assert chat.asked()[-1]["question"] == "ttg money"


def test_a_related_question_is_answered_below(chat: World) -> None:
    first = chat.says("po vacancies")
    chat.taps(first, "How were the NPS divisions rated on staffing?")
    last = chat.telegram.chat(chat.ann).last
    assert last.message_id != first.message_id
    assert last.text.startswith(
        "How were the NPS divisions rated on staffing?\nAll 7 NPS divisions"
    )


def test_sharing_what_has_no_votes_takes_the_buttons_own_row(chat: World) -> None:
    message = chat.says("/start nps-vacancies")
    assert [one.text for one in message.keyboard[-1]] == [texts.SHARE]
    shared = chat.taps(message, texts.SHARE)
    assert shared.keyboard[:-1] == message.keyboard[:-1]
    send, link = shared.keyboard[-1]
    assert send.query == NEAREST
    assert link.copies == "https://t.me/annual_report_bot?start=nps-vacancies"


@pytest.mark.parametrize("way", ["s", "r", "f", "p", "d:csv", "t:1"])
def test_a_button_of_a_withdrawn_fact_says_so(chat: World, way: str) -> None:
    message = chat.says("po vacancies")
    chat.retire("nps-vacancies")
    chat.calls()
    chat.telegram.tap(chat.ann, message, data=f"{way}:nps-vacancies")
    chat.deliver()
    assert [toast.text for toast in chat.telegram.toasts] == [texts.WITHDRAWN]
    assert chat.telegram.toasts[0].alert
    assert [call.method for call in chat.calls()] == ["answerCallbackQuery"]


@pytest.mark.parametrize("data", ["zzz", "f:", "v:1:7"])
def test_a_forged_or_outdated_button_says_so(chat: World, data: str) -> None:
    chat.telegram.tap(chat.ann, chat.says("po vacancies"), data=data)
    chat.deliver()
    assert [toast.text for toast in chat.telegram.toasts] == [texts.OLD_BUTTON]


def test_a_forged_vote_for_no_question_changes_nothing(chat: World) -> None:
    chat.telegram.tap(chat.ann, chat.says("po vacancies"), data="v:999999:1")
    chat.deliver()
    assert [row["feedback"] for row in chat.asked()] == [None]


def test_a_typed_question_wins_over_pending_buttons(hesitant: World) -> None:
    message = hesitant.says("po vacancies")
    hesitant.says("ttg money")
    assert hesitant.taps(message, NEAREST).text.startswith(NEAREST)


def test_a_tap_after_telegrams_time_is_up_still_works(chat: World) -> None:
    message = chat.says("po vacancies")
    chat.telegram.fail(
        "answerCallbackQuery", 400, "Bad Request: query is too old and response timeout expired"
    )
    message = chat.taps(message, texts.HELPFUL)
    assert texts.HELPFUL not in message.buttons
