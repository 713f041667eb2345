"""Another copy with the same token, and a connection that fails: who goes, who serves on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from telegram.error import Conflict

from bot.transport.delivery import PAUSES
from bot.transport.inbox import CHANCES
from tests.telegram import Telegram
from tests.transport.test_inbox import Bench

CONFLICT = "Conflict: terminated by other getUpdates request"


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between attempts, which here are over at once."""
    taken: list[float] = []
    rest = asyncio.sleep

    async def sleep(seconds: float) -> None:
        taken.append(seconds)
        await rest(0)

    monkeypatch.setattr("bot.transport.inbox.asyncio.sleep", sleep)
    return taken


async def served(telegram: Telegram, folder: Path) -> Bench:
    """A copy that has served somebody, and fetches on."""
    bench = Bench(telegram, folder)
    bench.go.set()
    person = telegram.user("Ann")
    telegram.text(person, "hello")
    await bench.until(lambda: not telegram.updates)
    return bench


def test_who_serves_gives_a_newcomer_time_to_go(tmp_path: Path, pauses: list[float]) -> None:
    async def story() -> None:
        telegram = Telegram()
        bench = await served(telegram, tmp_path)
        pauses.clear()
        telegram.fail("getUpdates", 409, CONFLICT, times=CHANCES)
        telegram.text(telegram.users[1001], "hello again")
        await bench.until(lambda: not telegram.updates)
        assert [one for one in pauses if one] == list(PAUSES[:CHANCES])
        # One that will not go ends this one.
        telegram.fail("getUpdates", 409, CONFLICT, times=CHANCES + 1)
        with pytest.raises(Conflict):
            await bench.fetching

    asyncio.run(story())


def test_who_was_busy_from_the_start_is_no_newcomer(
    tmp_path: Path, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.transport.inbox.FIRST_POLL", 0)

    async def story() -> None:
        telegram = Telegram()
        bench = Bench(telegram, tmp_path)
        telegram.text(telegram.user("Ann"), "hello")
        # Never without something in hand, so no call has ended without news.
        await bench.until(lambda: len(bench.inbox) == 1)
        telegram.fail("getUpdates", 409, CONFLICT, times=CHANCES)
        bench.go.set()
        async with asyncio.timeout(20):
            await bench.until(lambda: not telegram.updates)
        bench.fetching.cancel()

    asyncio.run(story())


def test_a_gateways_trouble_is_waited_out(tmp_path: Path, pauses: list[float]) -> None:
    async def story() -> None:
        telegram = Telegram()
        bench = await served(telegram, tmp_path)
        telegram.fail("getUpdates", 502, body=b"<html>Bad Gateway</html>", times=3)
        telegram.text(telegram.users[1001], "hello again")
        await bench.until(lambda: not telegram.updates)
        bench.fetching.cancel()

    asyncio.run(story())
