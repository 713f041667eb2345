"""Killed at any moment: every question is answered all the same, no change is made twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, nullcontext
from pathlib import Path

import pytest

from bot import app, texts
from bot.admin import texts as admin_texts
from bot.admin.access import draft_of
from bot.settings import Settings
from bot.transport import updates
from tests.conftest import World, started
from tests.telegram import Chat, Message, SandboxRequest, Telegram
from tests.telegram.values import Json

VACANCIES = "Over 650 probation officer posts"
PHONE = "0161 240 5336"


class Crash(BaseException):
    """The end of the program, as far as the code that runs can tell."""


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[World]:
    """A bot with an administrator."""
    settings = Settings(
        token=Telegram().token, admin_ids=frozenset({501}), questions_per_minute=1000
    )
    for world in started(tmp_path / "watched.db", settings=settings):
        world.ann = world.telegram.user("Ada", user_id=501)
        world.telegram.text(world.ann, "/start")
        world.telegram.take()
        yield world


def crash(world: World, monkeypatch: pytest.MonkeyPatch, *, arrived: bool) -> None:
    """Let the program end while a message is on its way to Telegram."""
    call = world.telegram.call

    def ending(method: str, *rest: object) -> tuple[int, bytes]:
        if method not in {"sendMessage", "editMessageText"}:
            return call(method, *rest)  # type: ignore[arg-type]
        monkeypatch.setattr(world.telegram, "call", call)
        if arrived:
            call(method, *rest)  # type: ignore[arg-type]
        raise Crash

    monkeypatch.setattr(world.telegram, "call", ending)


def restart(world: World) -> None:
    """Start the program again: what it had only in memory is gone."""
    world.runner.run(world.application.shutdown())
    settings = world.application.bot_data.settings
    world.application = app.build(settings, world.knowledge, SandboxRequest(world.telegram))
    world.runner.run(world.application.initialize())


def handle(world: World, update: Json, *, crashes: bool = False) -> None:
    """Let the program that runs handle an update."""
    with pytest.raises(Crash) if crashes else nullcontext():
        world.runner.run(updates.handle(world.application, update))


def answers(world: World, chat: Chat | None = None) -> list[Message]:
    """What the bot has said in a chat, by default Ann's, without the welcome."""
    chat = chat or world.telegram.chat(world.ann)
    return [message for message in chat.messages if message.sender == world.telegram.bot]


@pytest.mark.parametrize("arrived", [False, True])
def test_in_a_supergroup_both_questions_are_answered_whichever_comes_first(
    chat: World, monkeypatch: pytest.MonkeyPatch, arrived: bool
) -> None:
    group = chat.telegram.supergroup("Team", chat.ann)
    chat.telegram.add_bot(chat.ann, group)
    chat.deliver()
    before = len(answers(chat, group))
    first = chat.telegram.text(chat.ann, "/ask po vacancies", group)
    second = chat.telegram.text(chat.ann, "/ask telephone", group)
    # Killed while the first answer is on its way; its question comes again after the second.
    crash(chat, monkeypatch, arrived=arrived)
    handle(chat, first, crashes=True)
    restart(chat)
    handle(chat, second)
    handle(chat, first)
    handle(chat, second)
    said = answers(chat, group)[before:]
    begins = [VACANCIES] * arrived + [PHONE, VACANCIES]
    assert [one.text[: len(begin)] for one, begin in zip(said, begins, strict=True)] == begins
    # Each has the buttons of its own answer.
    for one in said:
        (copied,) = [button.copies for row in one.keyboard for button in row if button.copies]
        assert copied[:4] in one.text


@pytest.mark.parametrize("arrived", [False, True])
def test_a_question_killed_while_answered_is_answered_after_the_restart(
    chat: World, monkeypatch: pytest.MonkeyPatch, arrived: bool
) -> None:
    crash(chat, monkeypatch, arrived=arrived)
    update = chat.telegram.text(chat.ann, "po vacancies")
    handle(chat, update, crashes=True)
    restart(chat)
    handle(chat, update)
    assert {one.text.partition(" ")[2][:3] for one in answers(chat)} == {VACANCIES[5:8]}
    # Once it is known to be answered it is not answered again, not even after a restart.
    count = len(answers(chat))
    restart(chat)
    handle(chat, update)
    assert len(answers(chat)) == count


@pytest.mark.parametrize("arrived", [False, True])
def test_an_administrators_change_is_not_made_twice(
    watched: World, monkeypatch: pytest.MonkeyPatch, arrived: bool
) -> None:
    watched.says("/add Is there a podcast? | Yes, since 2019.")
    form = watched.telegram.chat(watched.ann).last
    tap = watched.telegram.tap(watched.ann, form, admin_texts.SAVE)
    crash(watched, monkeypatch, arrived=arrived)
    handle(watched, tap, crashes=True)
    change = watched.knowledge.store.last_change()
    restart(watched)
    handle(watched, tap)
    handle(watched, tap)
    assert watched.knowledge.store.last_change() == change
    assert [one.text for one in answers(watched)].count(texts.INTERRUPTED) == 1
    # What they only ask is answered.
    crash(watched, monkeypatch, arrived=False)
    question = watched.telegram.text(watched.ann, "telephone")
    handle(watched, question, crashes=True)
    restart(watched)
    handle(watched, question)
    assert watched.telegram.chat(watched.ann).last.text.startswith(PHONE)


def test_what_is_typed_for_a_draft_is_not_taken_for_two_of_its_fields(
    watched: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.says("/add Is there a podcast?")
    crash(watched, monkeypatch, arrived=False)
    update = watched.telegram.text(watched.ann, "Yes, since 2019.")
    handle(watched, update, crashes=True)
    restart(watched)
    handle(watched, update)
    assert watched.last().text == texts.INTERRUPTED
    draft = draft_of(watched.ann.id, watched.knowledge.store)
    assert draft is not None
    assert (draft.waiting, draft.value("answer")) == ("topic", "Yes, since 2019.")


def test_a_disk_that_cannot_be_written_keeps_nobody_from_an_answer(chat: World) -> None:
    chat.knowledge.store.db.execute("pragma query_only = on")
    assert chat.says("po vacancies").text.startswith(VACANCIES)


def test_what_was_handled_is_forgotten_when_it_can_no_longer_come_again(chat: World) -> None:
    chat.says("telephone")
    with closing(sqlite3.connect(chat.path)) as database, database:
        database.execute("update note set at = '2020-01-01' where kind = 'handled'")
    chat.says("po vacancies")
    app.forget(chat.application)
    with closing(sqlite3.connect(chat.path)) as database:
        assert database.execute("select count(*) from note where kind = 'handled'").fetchone() == (
            1,
        )


def test_a_reaction_after_a_restart_is_no_edit(watched: World) -> None:
    asked = watched.telegram.text(watched.ann, "po vacancies")["message"]
    watched.deliver()
    restart(watched)
    watched.calls()
    # As Telegram sends it: the message as it was, with the time of the reaction.
    reacted = {"update_id": 9_000, "edited_message": asked | {"edit_date": asked["date"] + 5}}
    handle(watched, reacted)
    assert watched.calls() == []
    changed = {"update_id": 9_001, "edited_message": reacted["edited_message"] | {"text": "phone"}}
    handle(watched, changed)
    assert [PHONE in str(call.parameters["text"]) for call in watched.calls()] == [True]
