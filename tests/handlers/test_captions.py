"""Captions, albums, and what other bots' inline modes send: questions like any other."""

from __future__ import annotations

from typing import Any

import pytest

from bot import texts
from bot.transport import updates
from tests.conftest import World
from tests.telegram import Chat

VACANCIES = "Over 650 probation officer posts"


@pytest.fixture
def room(chat: World) -> Chat:
    """A group in which the bot sees everything."""
    room = chat.telegram.supergroup("Newsroom", chat.ann, chat.telegram.user("Bea"))
    chat.telegram.add_bot(chat.ann, room, admin=True)
    chat.deliver()
    chat.calls()
    return room


def sends(world: World, typed: str, chat: Chat | None = None, **fields: Any) -> list[str]:
    """Let Ann send a message that also has these fields; the texts the bot then sends."""
    world.telegram.text(world.ann, typed, chat)
    update = world.telegram.take()[-1]
    update["message"].update(fields)
    world.telegram.calls.clear()
    world.runner.run(updates.handle(world.application, update))
    sent = [call for call in world.telegram.calls if call.method == "sendMessage"]
    return [str(call.parameters["text"]) for call in sent]


PHOTO = [{"file_id": "p", "file_unique_id": "u", "width": 90, "height": 90}]


def pictured(caption: str, album: str = "") -> dict[str, Any]:
    """The fields of a photo; an empty caption is none, as in the Bot API."""
    fields: dict[str, Any] = {"photo": PHOTO, "text": None, "entities": []}
    if caption:
        fields["caption"] = caption
    if album:
        fields["media_group_id"] = album
    return fields


def test_the_caption_of_a_file_is_a_question(chat: World) -> None:
    chat.telegram.document(chat.ann, "page.pdf", b"%PDF", "how many po vacancies")
    chat.deliver()
    assert chat.telegram.chat(chat.ann).last.text.startswith(VACANCIES)


def test_the_caption_of_a_photo_is_a_question(chat: World) -> None:
    (said,) = sends(chat, "x", **pictured("po vacancies"))
    assert VACANCIES in said


@pytest.mark.parametrize("caption", ["/ask po vacancies", "/ask@annual_report_bot po vacancies"])
def test_asking_in_a_caption_works_in_a_group(chat: World, room: Chat, caption: str) -> None:
    chat.telegram.document(chat.ann, "page.pdf", b"%PDF", caption, room)
    chat.deliver()
    assert room.last.text.startswith(VACANCIES)


@pytest.mark.parametrize("caption", ["po vacancies", "/ask@other_bot po vacancies", "/asked"])
def test_other_captions_in_a_group_meet_silence(chat: World, room: Chat, caption: str) -> None:
    chat.telegram.document(chat.ann, "page.pdf", b"%PDF", caption, room)
    chat.deliver()
    assert chat.calls() == []


def test_an_album_is_answered_once(chat: World) -> None:
    said = [sends(chat, "x", **pictured("po vacancies" if n == 0 else "", "7")) for n in range(5)]
    assert VACANCIES in said[0][0]
    assert said[1:] == [[], [], [], []]


def test_an_album_without_words_is_refused_once(chat: World) -> None:
    said = [sends(chat, "x", **pictured("", "8")) for _ in range(5)]
    assert said == [[texts.NOT_TEXT], [], [], [], []]


def bot_called(username: str, user_id: int) -> dict[str, Any]:
    return {"id": user_id, "is_bot": True, "first_name": "Some bot", "username": username}


def test_what_another_bots_inline_mode_sends_is_a_question(chat: World) -> None:
    (said,) = sends(chat, "po vacancies", via_bot=bot_called("gif", 99))
    assert VACANCIES in said


def test_the_bots_own_card_is_none(chat: World) -> None:
    own = bot_called("annual_report_bot", chat.application.bot.id)
    assert sends(chat, "po vacancies", via_bot=own) == []


# --- In reply -------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", ["/ask", "@annual_report_bot", "/ask @annual_report_bot"])
def test_calling_the_bot_in_reply_to_a_question_answers_that(
    chat: World, room: Chat, call: str
) -> None:
    asked = chat.telegram.text(chat.ann, "how many po vacancies are there", room)
    chat.deliver()
    chat.telegram.text(chat.ann, call, room, reply_to=asked["message"]["message_id"])
    chat.deliver()
    assert room.last.text.startswith(VACANCIES)


def test_a_mention_after_ask_is_cut(chat: World, room: Chat) -> None:
    assert chat.says("/ask @annual_report_bot po vacancies", room).text.startswith(VACANCIES)


def test_a_reply_to_an_older_answer_speaks_of_that(chat: World, room: Chat) -> None:
    older = chat.says("/ask po vacancies", room)
    chat.says("/ask ttg money", room)
    chat.telegram.text(chat.ann, "source?", room, reply_to=older)
    chat.deliver()
    assert room.last.text.endswith("slide 21: NPS staffing")


def test_each_thread_of_comments_has_its_own_conversation(chat: World, room: Chat) -> None:
    sends(chat, "/ask po vacancies", room, message_thread_id=11)
    sends(chat, "/ask ttg money", room, message_thread_id=22)
    (said,) = sends(chat, "/ask source?", room, message_thread_id=11)
    assert "slide 21: NPS staffing" in said


# --- Commands in words ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("topics", texts.TOPICS),
        ("Topics?", texts.TOPICS),
        ("privacy", "What this bot keeps"),
        ("help", "Type a question"),
        ("contact", "Write to Civil Justice Centre"),
    ],
)
def test_a_command_without_its_slash_is_the_command(chat: World, typed: str, shown: str) -> None:
    assert chat.says(typed).text.startswith(shown)


def test_in_a_group_it_takes_the_bots_name(chat: World, room: Chat) -> None:
    assert chat.says("@annual_report_bot topics", room).text == texts.TOPICS
    chat.calls()
    chat.says("topics", room)
    assert chat.calls() == []
