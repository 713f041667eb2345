"""Updates that wait: what may be confirmed, what a crash leaves behind, who is told."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot
from telegram.constants import ChatAction

from bot.simulator.values import Json
from bot.transport import inbox as inboxes
from bot.transport import typing_notice
from bot.transport.inbox import Inbox
from bot.transport.polling import WINDOW, Poller


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a crowd be one at once."""
    monkeypatch.setattr(inboxes, "CROWD", 0.0)


class Slow:
    """Handlers that wait until they are let go."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.done: list[int] = []

    async def __call__(self, raw: Json) -> None:
        if raw["update_id"] != 0:
            await self.go.wait()
        self.done.append(raw["update_id"])


def update(number: int, kind: str = "private") -> Json:
    chat = {"id": number, "type": kind}
    return {"update_id": number, "message": {"message_id": 1, "chat": chat, "text": "Zebedee"}}


def run(tmp_path: Path, story: Callable[[Inbox, Slow], Any]) -> None:
    async def told() -> None:
        slow = Slow()
        async with asyncio.timeout(10):
            await story(Inbox(slow, tmp_path / "waiting"), slow)

    asyncio.run(told())


def test_an_update_is_settled_when_it_was_handled_and_accepted_once(tmp_path: Path) -> None:
    async def story(inbox: Inbox, slow: Slow) -> None:
        held = inbox.accept(update(1))
        assert inbox.accept(update(1)) is held
        assert inbox.unsettled(1) is held
        slow.go.set()
        await held.settled
        assert inbox.unsettled(1) is None
        assert inbox.accept(update(1)).settled.done()
        assert slow.done == [1]
        assert not list(tmp_path.iterdir())

    run(tmp_path, story)


def test_a_crowd_is_written_down_and_a_crash_loses_nobody(tmp_path: Path) -> None:
    async def crowded(inbox: Inbox, slow: Slow) -> None:
        for number in range(300):
            inbox.accept(update(number))
        await asyncio.sleep(0)
        assert inbox.settle_crowd()
        assert inbox.unsettled(299) is None
        (file,) = tmp_path.iterdir()
        assert os.stat(file).st_mode & 0o777 == 0o600
        # Here the program is killed.

    async def after(inbox: Inbox, slow: Slow) -> None:
        inbox.restore()
        slow.go.set()
        while len(inbox):
            await asyncio.sleep(0)
        assert slow.done == list(range(1, 300))
        # People's words are kept only for as long as they wait.
        assert not list(tmp_path.iterdir())

    run(tmp_path, crowded)
    run(tmp_path, after)


def test_what_a_stop_interrupts_is_not_confirmed(tmp_path: Path) -> None:
    async def story(inbox: Inbox, slow: Slow) -> None:
        poller = Poller(None, None, inbox)  # type: ignore[arg-type]
        poller._take([update(number) for number in range(3)])
        while not slow.done:
            await asyncio.sleep(0)
        assert await inbox.drain(0.01) == 2
        poller._confirm()
        assert poller._offset == 1

    run(tmp_path, story)


def test_a_damaged_file_costs_only_what_is_damaged(tmp_path: Path) -> None:
    lines = [json.dumps(update(1)), "{half", "[]", "7", "\udcff", json.dumps(update(2))]
    (tmp_path / "waiting").write_text("\n".join(lines), errors="surrogateescape")

    async def story(inbox: Inbox, slow: Slow) -> None:
        inbox.restore()
        slow.go.set()
        while len(inbox):
            await asyncio.sleep(0)
        assert slow.done == [1, 2]

    run(tmp_path, story)


def test_where_nothing_can_be_written_nothing_is_settled(tmp_path: Path) -> None:
    async def story(inbox: Inbox, slow: Slow) -> None:
        inbox.accept(update(1))
        (tmp_path / "waiting").mkdir()
        assert not inbox.settle_crowd()
        assert inbox.unsettled(1)

    run(tmp_path, story)


def test_no_more_is_taken_than_memory_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inboxes, "FULL", 200)

    async def story(inbox: Inbox, slow: Slow) -> None:
        poller = Poller(None, None, inbox)  # type: ignore[arg-type]
        offered = [update(number) for number in range(1, 1000)]
        for _ in range(20):
            poller._take([one for one in offered if one["update_id"] >= poller._offset][:WINDOW])
            poller._confirm()
        assert 200 < len(inbox) <= 200 + WINDOW

    run(tmp_path, story)


def test_one_update_that_waits_long_holds_up_no_other(tmp_path: Path) -> None:
    async def story(inbox: Inbox, slow: Slow) -> None:
        poller = Poller(None, None, inbox)  # type: ignore[arg-type]
        inbox._done.update(dict.fromkeys(range(2, 101)))
        poller._take([update(number) for number in range(1, 101)])
        assert poller._offset == 0
        poller._confirm()
        assert poller._offset == 101
        assert (tmp_path / "waiting").exists()

    run(tmp_path, story)


def test_who_waits_sees_typing_the_newest_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typing_notice, "SILENT", -1.0)
    monkeypatch.setattr(typing_notice, "APART", 0.0)
    shown: list[int] = []

    class Shows(Bot):
        async def send_chat_action(self, chat_id: Any, action: Any, *_: Any, **__: Any) -> bool:
            assert action == ChatAction.TYPING
            shown.append(chat_id)
            return True

    async def story(inbox: Inbox, slow: Slow) -> None:
        for number in (1, 2, 3):
            inbox.accept(update(number))
        inbox.accept(update(4, "supergroup"))
        task = asyncio.create_task(typing_notice.show_typing(Shows("42:x"), inbox))
        while len(shown) < 3:
            await asyncio.sleep(0)
        for _ in range(20):
            await asyncio.sleep(0)
        task.cancel()
        # In a group nobody knows yet whether the bot is meant; nobody is told twice.
        assert shown == [3, 2, 1]

    run(tmp_path, story)
