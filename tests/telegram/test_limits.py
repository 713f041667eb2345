"""What Telegram refuses, and in which words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.telegram import (
    Flood,
    NoButtonError,
    Telegram,
    Upload,
    User,
)
from tests.telegram.conftest import keys, png, send
from tests.telegram.values import png_size


@pytest.mark.parametrize(
    ("fits", "too_much", "refusal"),
    [
        ({"text": "x" * 4096}, {"text": "x" * 4097}, "message is too long"),
        ({"text": "<b>" + "x" * 4096 + "</b>"}, {"text": "&lt;" * 4097}, "message is too long"),
        ({"text": "x"}, {"text": ""}, "message text is empty"),
        ({"text": "x"}, {"text": " \n "}, "text must be non-empty"),
        (
            {"reply_markup": keys(1, callback_data="é" * 32)},
            {"reply_markup": keys(1, callback_data="é" * 32 + "x")},
            "BUTTON_DATA_INVALID",
        ),
        (
            {"reply_markup": keys(*[8] * 12, 4)},
            {"reply_markup": keys(*[8] * 12, 5)},
            "markup is too long",
        ),
        ({"reply_markup": keys(8)}, {"reply_markup": keys(9)}, "reply markup is too long"),
        (
            {"reply_markup": keys(1, copy_text={"text": "x" * 256})},
            {"reply_markup": keys(1, copy_text={"text": "x" * 257})},
            "BUTTON_COPY_TEXT_INVALID",
        ),
        (
            {"reply_markup": keys(1, url="https://gov.uk")},
            {"reply_markup": keys(1, url="localhost")},
            "URL 'localhost' is invalid",
        ),
        ({"reply_markup": "{}"}, {"reply_markup": "{"}, "can't parse reply keyboard markup"),
        (
            {},
            {"reply_markup": keys(1, pray=True)},
            "Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"reply_parameters": '{"message_id": 1}'},
            {"reply_parameters": '{"message_id": 99}'},
            "message to be replied not found",
        ),
        (
            {"reply_parameters": '{"message_id": 99, "allow_sending_without_reply": true}'},
            {"message_thread_id": "5"},
            "message thread not found",
        ),
        ({"chat_id": "1001"}, {"chat_id": "77"}, "chat not found"),
        ({"chat_id": "1001"}, {"chat_id": ""}, "chat_id is empty"),
        ({"parse_mode": "html"}, {"parse_mode": "rtf"}, "unsupported parse_mode"),
    ],
)
def test_sending_on_both_sides_of_a_limit(
    telegram: Telegram, ann: User, fits: dict[str, str], too_much: dict[str, str], refusal: str
) -> None:
    usual = {"chat_id": str(ann.id), "text": "x", "parse_mode": "HTML"}
    assert send(telegram, "sendMessage", **usual | fits)["text"]
    refused = send(telegram, "sendMessage", **usual | too_much)
    assert refused.startswith("400 Bad Request: ")
    assert refusal in refused


def test_refused_html_is_worded_as_telegram_words_it(telegram: Telegram, ann: User) -> None:
    assert send(telegram, "sendMessage", chat_id=ann.id, text="<p>", parse_mode="HTML") == (
        '400 Bad Request: can\'t parse entities: Unsupported start tag "p" at byte offset 0'
    )


def test_captions_and_pictures(telegram: Telegram, ann: User) -> None:
    def photo(data: bytes, caption: str = "") -> str:
        files = {"photo": Upload("p.png", data)}
        status, body = telegram.call("sendPhoto", {"chat_id": ann.id, "caption": caption}, files)
        return str(json.loads(body).get("description", status))

    assert photo(png(), "x" * 1024) == "200"
    assert photo(png(), "x" * 1025) == "Bad Request: message caption is too long"
    assert photo(b"no picture") == "Bad Request: IMAGE_PROCESS_FAILED"
    assert photo(png(2000, 100)) == "200"
    assert photo(png(2001, 100)) == "Bad Request: PHOTO_INVALID_DIMENSIONS"
    assert photo(b"") == "Bad Request: file must be non-empty"
    missing = send(telegram, "sendPhoto", chat_id=ann.id)
    assert missing == "400 Bad Request: there is no photo in the request"


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (png(3, 2), (3, 2)),
        (b"%PDF-1.7", None),
        (b"", None),
    ],
)
def test_png_sizes(data: bytes, size: tuple[int, int] | None) -> None:
    assert png_size(data) == size


def test_inline_answers_on_both_sides_of_their_limits(telegram: Telegram, ann: User) -> None:
    def answer(ids: list[str], message: str = "x") -> Any:
        query = telegram.inline(ann, "vacancies")["inline_query"]["id"]
        content = {"message_text": message}
        results = [
            {"type": "article", "id": i, "title": "t", "input_message_content": content}
            for i in ids
        ]
        return send(
            telegram, "answerInlineQuery", inline_query_id=query, results=json.dumps(results)
        )

    assert answer([str(i) for i in range(50)]) is True
    assert (
        answer([str(i) for i in range(51)])
        == "400 Bad Request: too many inline query results specified"
    )
    assert answer(["x" * 64]) is True
    assert answer(["x" * 65]) == "400 Bad Request: RESULT_ID_INVALID"
    assert answer(["a", "a"]) == "400 Bad Request: RESULT_ID_DUPLICATE"
    assert "message is too long" in answer(["a"], "x" * 4097)
    assert "query is too old" in send(
        telegram, "answerInlineQuery", inline_query_id="9", results="[]"
    )


def test_an_edit_must_change_something(telegram: Telegram, ann: User) -> None:
    sent = send(telegram, "sendMessage", chat_id=ann.id, text="a", reply_markup=keys(1))
    same = {"chat_id": ann.id, "message_id": sent["message_id"]}
    unchanged = send(telegram, "editMessageText", **same, text="a", reply_markup=keys(1))
    assert unchanged.startswith("400 Bad Request: message is not modified")
    assert not telegram.chat(ann).last.edited
    send(telegram, "editMessageReplyMarkup", **same, reply_markup=keys(2))
    assert not telegram.chat(ann).last.edited  # new buttons don't show as an edit
    assert "reply_markup" not in send(telegram, "editMessageText", **same, text="a")
    send(telegram, "editMessageText", **same, text="b")
    assert telegram.chat(ann).last.edited
    assert telegram.chat(ann).last.text == "b"


def test_only_own_messages_can_be_edited(telegram: Telegram, ann: User) -> None:
    asked = telegram.text(ann, "hello")["message"]["message_id"]
    edit = {"chat_id": ann.id, "text": "x"}
    assert "message can't be edited" in send(telegram, "editMessageText", message_id=asked, **edit)
    assert "message to edit not found" in send(telegram, "editMessageText", message_id=99, **edit)


def test_deleting(telegram: Telegram, ann: User) -> None:
    sent = send(telegram, "sendMessage", chat_id=ann.id, text="a")["message_id"]
    assert send(telegram, "deleteMessage", chat_id=ann.id, message_id=sent) is True
    gone = send(telegram, "deleteMessage", chat_id=ann.id, message_id=sent)
    assert gone == "400 Bad Request: message to delete not found"
    group = telegram.group("Team", ann)
    telegram.add_bot(ann, group)
    telegram.text(ann, "hi", group)
    theirs = {"chat_id": group.id, "message_id": group.last.message_id}
    assert send(telegram, "deleteMessage", **theirs) == "400 Bad Request: message can't be deleted"
    telegram.add_bot(ann, group, admin=True)
    assert send(telegram, "deleteMessage", **theirs) is True


def test_each_tap_is_answered_once(telegram: Telegram, ann: User) -> None:
    send(telegram, "sendMessage", chat_id=ann.id, text="a", reply_markup=keys(1))
    query = telegram.tap(ann, telegram.chat(ann).last, "k")["callback_query"]
    answer = {"callback_query_id": query["id"], "text": "Thanks"}
    too_long = send(telegram, "answerCallbackQuery", **answer | {"text": "x" * 201})
    assert too_long == "400 Bad Request: MESSAGE_TOO_LONG"
    assert send(telegram, "answerCallbackQuery", **answer, show_alert="true") is True
    assert "query is too old" in send(telegram, "answerCallbackQuery", **answer)
    assert [(toast.text, toast.alert) for toast in telegram.toasts] == [("Thanks", True)]


def test_a_late_answer_to_a_tap_is_refused() -> None:
    now = [1_760_000_000.0]
    telegram = Telegram(clock=lambda: now[0])
    ann = telegram.user("Ann")
    telegram.text(ann, "hi")
    query = telegram.tap(ann, telegram.chat(ann).last, data="forged")["callback_query"]["id"]
    now[0] += 3600
    assert "query is too old" in send(telegram, "answerCallbackQuery", callback_query_id=query)


def test_a_button_that_sends_nothing_cannot_be_tapped(telegram: Telegram, ann: User) -> None:
    send(telegram, "sendMessage", chat_id=ann.id, text="a", reply_markup=keys(1, url="gov.uk"))
    with pytest.raises(NoButtonError, match=r"http://gov\.uk/"):
        telegram.tap(ann, telegram.chat(ann).last, "k")
    with pytest.raises(NoButtonError, match="no button 'More'"):
        telegram.tap(ann, telegram.chat(ann).last, "More")


def test_flood_control_is_off_until_switched_on(telegram: Telegram, ann: User) -> None:
    telegram.clock = lambda: 1_760_000_000.0
    message = {"chat_id": ann.id, "text": "x"}
    assert all(send(telegram, "sendMessage", **message)["text"] for _ in range(40))
    telegram.flood_control = Flood()
    answers = [send(telegram, "sendMessage", **message) for _ in range(6)]
    assert [type(answer) for answer in answers] == [dict] * 5 + [str]
    assert answers[-1] == "429 Too Many Requests: retry after 6"
