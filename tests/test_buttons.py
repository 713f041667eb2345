"""Taps on answers and suggestions: what changes, and what is noted."""

from __future__ import annotations

import pytest

from bot import texts
from tests.conftest import World

VACANCIES = "Over 650 probation officer posts in the NPS were vacant in September 2019."


def test_suggestions_show_the_closest_question_with_its_answer(hesitant: World) -> None:
    message = hesitant.says("po vacancies")
    assert message.text.startswith(
        f"{texts.CLOSEST}\nHow many NPS officer vacancies were there?\n{VACANCIES}"
    )
    *offered, fits, none = message.buttons
    assert (fits, none) == (texts.THAT_IS_IT, texts.NONE_OF_THESE)
    assert 2 <= len(offered) <= 3


def test_a_suggestion_taken_answers_in_place_and_is_noted(hesitant: World) -> None:
    message = hesitant.says("po vacancies")
    hesitant.calls()
    chosen = message.buttons[0]
    answered = hesitant.taps(message, chosen)
    assert [call.method for call in hesitant.calls()] == ["answerCallbackQuery", "editMessageText"]
    assert answered.message_id == message.message_id
    assert answered.text.startswith(chosen)
    assert texts.HELPFUL in answered.buttons
    fact = next(f for f in hesitant.knowledge.facts("staffing") if f.question == chosen)
    assert hesitant.asked()[-1]["tapped"] == fact.id


def test_that_answers_it_confirms_the_closest_question(hesitant: World) -> None:
    answered = hesitant.taps(hesitant.says("po vacancies"), texts.THAT_IS_IT)
    assert answered.text.startswith(f"How many NPS officer vacancies were there?\n{VACANCIES}")
    assert hesitant.asked()[-1]["tapped"] == "nps-vacancies"


def test_none_of_these_is_noted_and_offers_topics(hesitant: World) -> None:
    message = hesitant.taps(hesitant.says("po vacancies"), texts.NONE_OF_THESE)
    assert message.text == texts.NOTED
    assert message.buttons[0] == "Staffing and workloads"
    assert hesitant.asked()[-1]["feedback"] == "none of these"


@pytest.mark.parametrize(
    ("button", "thanks", "counted"),
    [
        (texts.HELPFUL, texts.THANKS_HELPFUL, "helpful"),
        (texts.NOT_RIGHT, texts.THANKS_NOT_RIGHT, "not right"),
    ],
)
@pytest.mark.parametrize("question", ["po vacancies", "nps headcount"])
def test_a_vote_is_counted_and_ticked(
    chat: World, question: str, button: str, thanks: str, counted: str
) -> None:
    message = chat.taps(chat.says(question), button)
    assert chat.telegram.toasts[-1].text == thanks
    assert texts.CHOSEN + button in message.buttons
    assert chat.asked()[-1]["feedback"] == counted


def test_a_vote_can_be_changed_and_a_double_tap_is_harmless(chat: World) -> None:
    message = chat.says("po vacancies")
    chat.taps(message, texts.HELPFUL)
    message = chat.taps(message, texts.CHOSEN + texts.HELPFUL)
    message = chat.taps(message, texts.NOT_RIGHT)
    assert message.buttons[-3:-1] == [texts.HELPFUL, texts.CHOSEN + texts.NOT_RIGHT]
    assert chat.asked()[-1]["feedback"] == "not right"
    assert chat.telegram.chat(chat.ann).last == message


def test_a_related_question_is_answered_below(chat: World) -> None:
    first = chat.says("po vacancies")
    chat.taps(first, "When were the vacancies counted?")
    last = chat.telegram.chat(chat.ann).last
    assert last.message_id != first.message_id
    assert last.text.startswith("When were the vacancies counted?\nSeptember 2019.")


def test_sharing_opens_a_row_of_ways_and_votes_stay_as_they_are(chat: World) -> None:
    message = chat.taps(chat.says("po vacancies"), texts.HELPFUL)
    shared = chat.taps(message, texts.SHARE)
    (send, link), votes = shared.keyboard[-2:]
    assert shared.keyboard[:-2] == message.keyboard[:-1]
    assert send.query == "How many NPS officer vacancies were there?"
    assert link.copies == "https://t.me/annual_report_bot?start=nps-vacancies"
    assert [one.text for one in votes] == [texts.CHOSEN + texts.HELPFUL, texts.NOT_RIGHT]


def test_sharing_what_has_no_votes_takes_the_buttons_own_row(chat: World) -> None:
    message = chat.says("/start nps-vacancies")
    assert [one.text for one in message.keyboard[-1]] == [texts.SHARE]
    shared = chat.taps(message, texts.SHARE)
    assert len(shared.keyboard) == len(message.keyboard)
    assert shared.buttons[-2:] == [texts.SEND_ON, texts.COPY_LINK]


@pytest.mark.parametrize("way", ["s", "r", "f", "t:1"])
def test_a_button_of_a_withdrawn_fact_says_so(chat: World, way: str) -> None:
    message = chat.says("po vacancies")
    chat.retire("nps-vacancies")
    chat.calls()
    chat.telegram.tap(chat.ann, message, data=f"{way}:nps-vacancies")
    chat.deliver()
    assert [toast.text for toast in chat.telegram.toasts] == [texts.WITHDRAWN]
    assert chat.telegram.toasts[0].alert
    assert [call.method for call in chat.calls()] == ["answerCallbackQuery"]


@pytest.mark.parametrize("data", ["f:no-such-fact", "t:999999:no-such-fact", "r:x"])
def test_a_button_of_an_unknown_fact_says_so(chat: World, data: str) -> None:
    chat.telegram.tap(chat.ann, chat.says("po vacancies"), data=data)
    chat.deliver()
    assert [toast.text for toast in chat.telegram.toasts] == [texts.WITHDRAWN]


@pytest.mark.parametrize("data", ["", "zzz", "f:", "f:" + "a" * 60, "v:1:7", "q:0:A B", "ü"])
def test_a_forged_or_outdated_button_says_so(chat: World, data: str) -> None:
    chat.telegram.tap(chat.ann, chat.says("po vacancies"), data=data or "-")
    chat.deliver()
    assert [toast.text for toast in chat.telegram.toasts] == [texts.OLD_BUTTON]


def test_a_forged_vote_for_no_question_changes_nothing(chat: World) -> None:
    chat.telegram.tap(chat.ann, chat.says("po vacancies"), data="v:999999:1")
    chat.deliver()
    assert [row["feedback"] for row in chat.asked()] == [None]


def test_a_typed_question_wins_over_pending_buttons(hesitant: World) -> None:
    message = hesitant.says("po vacancies")
    hesitant.says("ttg money")
    answered = hesitant.taps(message, texts.THAT_IS_IT)
    assert answered.text.startswith("How many NPS officer vacancies")


def test_a_tap_after_telegrams_time_is_up_still_works(chat: World) -> None:
    message = chat.says("po vacancies")
    chat.telegram.fail(
        "answerCallbackQuery", 400, "Bad Request: query is too old and response timeout expired"
    )
    message = chat.taps(message, texts.HELPFUL)
    assert texts.CHOSEN + texts.HELPFUL in message.buttons
