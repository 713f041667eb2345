"""What Telegram, or whoever speaks for it, may send: read, passed over, or none of the bot's."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot, Update

from bot import texts
from bot.settings import Settings
from bot.transport import updates
from bot.transport.updates import numbered
from tests.conftest import World, started
from tests.telegram import Telegram
from tests.telegram.people import CHANNEL_BOT, GROUP_ANONYMOUS_BOT
from tests.telegram.values import Json

VACANCIES = "Over 650 probation officer posts"
ODD: tuple[object, ...] = (None, True, -1, 2**70, "x", [], {"id": "x"})


def handle(world: World, update: Json) -> list[str]:
    """What the bot says to an update, wherever it says it."""
    world.calls()
    world.runner.run(updates.handle(world.application, update))
    world.telegram.take()
    return [str(call.parameters.get("text", "")) for call in world.calls()]


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in an update at which something else could stand."""
    inner: Iterable[tuple[Any, object]] = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list) and "entities" in path:
        inner = enumerate(value)
    return [path] * bool(path) + [
        one for name, part in inner for one in places(part, (*path, name))
    ]


@pytest.mark.parametrize("kind", updates.KINDS)
def test_whatever_is_wrong_with_an_update_it_is_skipped_and_the_next_answered(
    chat: World, kind: str
) -> None:
    answer = chat.says("po vacancies")
    update = {
        "message": lambda: chat.telegram.text(chat.ann, "/ask telephone"),
        "edited_message": lambda: chat.telegram.edit(chat.ann, answer.message_id - 1, "telephone"),
        "callback_query": lambda: chat.telegram.tap(chat.ann, answer, texts.HELPFUL),
        "inline_query": lambda: chat.telegram.inline(chat.ann, "vacancies"),
    }[kind]()
    update = update or chat.telegram.take()[-1]
    chat.telegram.take()
    count = 0
    for place in places(update):
        for odd in ODD:
            spoilt = deepcopy(update)
            inner: Any = spoilt
            for name in place[:-1]:
                inner = inner[name]
            inner[place[-1]] = odd
            spoilt["update_id"] = 10_000 + count if place != ("update_id",) else odd
            count += 1
            handle(chat, spoilt)
    assert chat.says("telephone").text.startswith("0161 240 5336")


def test_half_a_character_is_left_out_of_the_record_and_told_nobody(
    chat: World, caplog: pytest.LogCaptureFixture
) -> None:
    update = chat.telegram.text(chat.ann, "po vacancies")
    update["message"]["text"] += " \ud800"
    (said,) = handle(chat, update)
    assert VACANCIES in said
    assert [row["question"] for row in chat.asked()] == ["po vacancies"]
    assert "vacancies" not in caplog.text


@pytest.mark.parametrize("odd", [None, "x", [], {"id": "x"}])
def test_an_update_is_counted_by_its_number_only(odd: object) -> None:
    assert numbered({"update_id": odd}) is None
    assert numbered(odd) is None
    assert numbered({"update_id": 5}) == numbered({"update_id": "5"}) == {"update_id": 5}


@pytest.fixture
def admin(tmp_path: Path) -> Any:
    settings = Settings(
        token=Telegram().token, admin_ids=frozenset({501}), questions_per_minute=1000
    )
    for world in started(tmp_path / "admin.db", settings=settings):
        world.ann = world.telegram.user("Ada", user_id=501)
        world.telegram.text(world.ann, "/start")
        world.telegram.take()
        yield world


@pytest.mark.parametrize("text", ["/add", "po vacancies", "/help"])
@pytest.mark.parametrize("kind", ["message", "business_message", "edited_message"])
def test_what_is_written_to_somebodys_business_is_none_of_the_bots(
    admin: World, text: str, kind: str
) -> None:
    update = admin.telegram.text(admin.ann, text)
    message = {**update.pop("message"), "business_connection_id": "b1"}
    assert handle(admin, {**update, kind: message}) == []


@pytest.mark.parametrize(
    "old",
    [
        {"forward_from": {"id": 7, "is_bot": False, "first_name": "Bea"}, "forward_date": 1},
        {"forward_sender_name": "Somebody", "forward_date": 1},
        {"forward_from_chat": {"id": -1001, "type": "channel", "title": "News"}},
        {"forward_date": 1_700_000_000},
    ],
)
def test_a_forward_of_the_old_form_is_no_command_of_the_administrators(
    admin: World, old: Json
) -> None:
    update = admin.telegram.text(admin.ann, "/history")
    own = handle(admin, deepcopy(update))
    update["message"] |= old
    update["update_id"] += 1000
    assert handle(admin, update) != own


def test_a_tap_on_a_message_that_is_out_of_reach_is_answered_below(chat: World) -> None:
    topics = chat.says("/topics")
    tap = chat.telegram.tap(chat.ann, topics, "Through the Gate")
    message = tap["callback_query"]["message"]
    tap["callback_query"]["message"] = {
        "message_id": message["message_id"], "chat": message["chat"], "date": 0
    }  # fmt: skip
    chat.telegram.fail("editMessageText", 400, "Bad Request: message can't be edited")
    assert "<b>Through the Gate</b>" in handle(chat, tap)
    assert chat.telegram.chat(chat.ann).last.text == "Through the Gate"


def test_an_edit_that_changes_nothing_does_nothing(chat: World) -> None:
    chat.says("po vacancies")
    update = chat.telegram.edit(
        chat.ann, chat.telegram.chat(chat.ann).messages[-2].message_id, "hi"
    )
    update = deepcopy(update or chat.telegram.take()[-1])
    assert handle(chat, update) != []
    rows = len(chat.asked())
    again = deepcopy(update)
    again["update_id"] += 1000
    again["edited_message"]["edit_date"] += 5
    assert handle(chat, again) == []
    assert len(chat.asked()) == rows


@pytest.mark.parametrize("private", [True, False])
def test_another_bot_is_not_talked_to(chat: World, private: bool) -> None:
    update = chat.telegram.text(chat.ann, "po vacancies")
    update["message"]["from"]["is_bot"] = True
    assert handle(chat, update) == []


@pytest.mark.parametrize("speaker", [GROUP_ANONYMOUS_BOT, CHANNEL_BOT])
def test_anonymous_speakers_have_a_limit_each(tmp_path: Path, speaker: int) -> None:
    settings = Settings(token=Telegram().token, questions_per_minute=2)
    for world in started(tmp_path / "fair.db", settings=settings):
        group = world.telegram.supergroup("Team", world.ann)
        world.telegram.add_bot(world.ann, group)
        world.deliver()
        said = []
        for number, voice in enumerate([-1001, -1002, -1001, -1002, -1001, -1002, -1003]):
            update = world.telegram.text(world.ann, f"/ask hello {number}", group)
            message = update["message"]
            message["from"] = {"id": speaker, "is_bot": True, "first_name": "Group"}
            message["sender_chat"] = {"id": voice, "type": "channel", "title": "News"}
            said.append(bool(handle(world, update)))
        assert said == [True, True, True, True, False, False, True]


def test_a_chat_is_answered_in_order_and_chats_side_by_side(
    chat: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bea = chat.telegram.user("Bea")
    for who, text in ((chat.ann, "1"), (chat.ann, "2"), (bea, "3")):
        chat.telegram.text(who, text)
    taken = chat.telegram.take()
    done: list[str] = []

    async def all_at_once() -> None:
        third = asyncio.Event()

        async def process(update: Update) -> None:
            text = str(update.message and update.message.text)
            # The first waits for the other chat's; the second could go at once, but must wait.
            if text == "1":
                await third.wait()
            done.append(text)
            if text == "3":
                third.set()

        monkeypatch.setattr(chat.application, "process_update", process)
        async with asyncio.timeout(5):
            await asyncio.gather(*(updates.handle(chat.application, one) for one in taken))
            # What Telegram offers again is not handled again.
            await updates.handle(chat.application, taken[0])

    chat.runner.run(all_at_once())
    assert done == ["3", "1", "2"]


def test_a_burst_waits_unread(chat: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        chat.telegram.text(chat.ann, f"{number}")
    taken, read, seen = chat.telegram.take(), updates.read, list[int]()

    def counted(raw: Json, bot: Bot) -> Update:
        seen.append(raw["update_id"])
        return read(raw, bot)

    async def all_at_once() -> None:
        go = asyncio.Event()

        async def process(_: Update) -> None:
            await go.wait()

        monkeypatch.setattr(updates, "read", counted)
        monkeypatch.setattr(chat.application, "process_update", process)
        tasks = [asyncio.create_task(updates.handle(chat.application, one)) for one in taken]
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(seen) == 1
        go.set()
        await asyncio.gather(*tasks)
        assert len(seen) == 3

    chat.runner.run(all_at_once())


def test_a_question_in_a_direct_conversation_of_a_channel_is_answered_there(chat: World) -> None:
    update = chat.telegram.text(chat.ann, "po vacancies")
    update["message"]["direct_messages_topic"] = {"topic_id": 77}
    chat.calls()
    chat.runner.run(updates.handle(chat.application, update))
    (said,) = (call for call in chat.calls() if call.method == "sendMessage")
    assert said.parameters["direct_messages_topic_id"] in (77, "77")
    # Another conversation of the same channel knows nothing of it.
    update = chat.telegram.text(chat.ann, "source?")
    update["message"]["direct_messages_topic"] = {"topic_id": 78}
    assert not any("slide" in text for text in handle(chat, update))
