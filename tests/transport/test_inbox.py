"""Updates that wait: what Telegram is told, what a crash leaves behind, who is told."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import RetryAfter

from bot.transport import inbox as inboxes
from bot.transport.inbox import Inbox, poll
from tests.telegram import SandboxRequest, Telegram
from tests.telegram.values import Json


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an update be one that waits at once."""
    monkeypatch.setattr(inboxes, "PATIENCE", 0.0)


# The most that Telegram gives at once.
WINDOW = 100


class Line(SandboxRequest):
    """A connection that lets others have their turn."""

    async def do_request(self, url: str, *_: Any, **__: Any) -> tuple[int, bytes]:
        await asyncio.sleep(0)
        return self.telegram.call("getUpdates", dict(parse_qsl(urlsplit(url).query)))


class Bench:
    """An inbox whose handlers wait until they are let go, and a poller that fills it."""

    def __init__(self, telegram: Telegram, folder: Path) -> None:
        self.telegram, self.folder = telegram, folder
        self.go = asyncio.Event()
        self.quick = False
        self.done: list[int] = []
        self.inbox = Inbox(self._handle, folder / "waiting")
        bot = Bot(telegram.token, request=Line(telegram), get_updates_request=Line(telegram))
        self.fetching = asyncio.create_task(poll(bot, self.inbox))

    async def _handle(self, raw: Json) -> None:
        if not self.quick or raw["update_id"] == 1:
            await self.go.wait()
        self.done.append(raw["update_id"])

    async def until(self, what: Callable[[], bool]) -> None:
        while not what():
            await asyncio.sleep(0)

    @property
    def files(self) -> list[Path]:
        return sorted(self.folder.iterdir())

    @property
    def unconfirmed(self) -> list[int]:
        """What Telegram would give again after a crash."""
        return [one["update_id"] for one in self.telegram.updates]


def run(
    folder: Path, count: int, story: Callable[[Bench], Awaitable[None]], first: int = 1
) -> Telegram:
    """Let so many people write, tell a story of what follows, then kill the program."""
    telegram = Telegram(first_update=first)
    for number in range(count):
        telegram.text(telegram.user(f"Person {number}"), "Zebedee")

    async def told() -> None:
        bench = Bench(telegram, folder)
        async with asyncio.timeout(20):
            await story(bench)
        bench.fetching.cancel()
        with suppress(asyncio.CancelledError):
            await bench.fetching

    asyncio.run(told())
    return telegram


def test_an_update_is_confirmed_when_it_was_handled_and_handled_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(bench: Bench) -> None:
        await bench.until(lambda: len(bench.inbox) == 3)
        for _ in range(50):
            await asyncio.sleep(0)
        assert bench.unconfirmed == [1, 2, 3]
        bench.go.set()
        await bench.until(lambda: not bench.unconfirmed)
        assert bench.done == [1, 2, 3]
        assert bench.files == []

    monkeypatch.setattr(inboxes, "PATIENCE", 20.0)
    run(tmp_path, 3, story)


def test_a_crowd_is_written_down_at_once_and_a_crash_loses_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Behind a crowd somebody else waits to be fetched: nothing is waited for.
    monkeypatch.setattr(inboxes, "PATIENCE", 60.0)

    async def crowded(bench: Bench) -> None:
        await bench.until(lambda: len(bench.inbox) == 300 and not bench.unconfirmed)
        (file,) = bench.files
        assert os.stat(file).st_mode & 0o777 == 0o600
        assert bench.done == []

    async def after(bench: Bench) -> None:
        bench.inbox.restore()
        bench.go.set()
        await bench.until(lambda: len(bench.done) == 300)
        # People's words are kept only for as long as they wait.
        await bench.until(lambda: bench.files == [])
        assert bench.done == list(range(1, 301))

    run(tmp_path, 300, crowded)
    run(tmp_path, 0, after)


def test_what_a_stop_interrupts_comes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(bench: Bench) -> None:
        bench.quick = True
        await bench.until(lambda: bench.done == [2])
        bench.fetching.cancel()
        assert await bench.inbox.drain(0.01) == 1
        assert bench.unconfirmed == [1, 2]

    monkeypatch.setattr(inboxes, "PATIENCE", 20.0)
    run(tmp_path, 2, story)


def test_a_crowd_that_a_stop_interrupts_stays_written_down(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        await bench.until(lambda: len(bench.files) == 1)
        bench.fetching.cancel()
        assert await bench.inbox.drain(0.01) == 100
        assert len(bench.files) == 1

    run(tmp_path, 100, story)


def test_a_damaged_line_costs_only_itself(tmp_path: Path) -> None:
    sound = [json.dumps(one) for one in ({"update_id": 9, "message": {}}, {"update_id": 8})]
    lines = ["{half", "[]", "7", sound[0], '"x"', "\udcff", "", sound[1], sound[1][:-3]]
    (tmp_path / "waiting").write_text("\n".join(lines), errors="surrogateescape")

    async def story(bench: Bench) -> None:
        bench.inbox.restore()
        bench.go.set()
        await bench.until(lambda: bench.done == [9, 8] and bench.files == [])

    run(tmp_path, 0, story)


def test_where_nothing_can_be_written_nothing_is_confirmed(tmp_path: Path) -> None:
    (tmp_path / "waiting").mkdir()

    async def story(bench: Bench) -> None:
        await bench.until(lambda: len(bench.inbox) == WINDOW)
        for _ in range(50):
            await asyncio.sleep(0)
        assert len(bench.unconfirmed) == 150
        (tmp_path / "waiting").rmdir()
        bench.go.set()
        await bench.until(lambda: len(bench.done) == 150)

    run(tmp_path, 150, story)


def test_one_update_that_waits_long_holds_up_no_other(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        bench.quick = True
        # Behind a whole window stand more.
        await bench.until(lambda: bench.done == list(range(2, 251)))
        await bench.until(lambda: not bench.unconfirmed)
        assert len(bench.files) == 1
        bench.go.set()
        await bench.until(lambda: bench.files == [])

    run(tmp_path, 250, story)


def test_who_waits_sees_typing_the_newest_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    monkeypatch.setattr(inboxes, "SILENT", -1.0)
    monkeypatch.setattr(inboxes, "APART", 0.0)
    shown: list[int] = []

    class Shows(Bot):
        async def send_chat_action(self, chat_id: Any, action: Any, *_: Any, **__: Any) -> bool:
            assert action == ChatAction.TYPING
            shown.append(chat_id)
            if chat_id == 2:
                raise RetryAfter(1)
            return True

    async def story(bench: Bench) -> None:
        for number, kind in ((1, "private"), (2, "private"), (3, "private"), (4, "supergroup")):
            chat = {"id": number, "type": kind}
            bench.inbox._hold({"update_id": number, "message": {"chat": chat}})
        task = asyncio.create_task(bench.inbox.show_typing(Shows("42:x")))
        await bench.until(lambda: len(shown) >= 3)
        for _ in range(20):
            await asyncio.sleep(0)
        task.cancel()
        # In a group nobody knows yet whether the bot is meant; nobody is told twice.
        assert shown == [3, 2, 1]

    run(tmp_path, 0, story)
