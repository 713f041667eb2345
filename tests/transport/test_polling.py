"""Another copy with the same token, and a connection that fails: who goes, who serves on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from telegram.error import Conflict

from bot.transport.delivery import PAUSES
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


@pytest.mark.parametrize("is_new", [True, False])
def test_the_newcomer_goes_and_who_has_served_stays(
    tmp_path: Path, pauses: list[float], monkeypatch: pytest.MonkeyPatch, is_new: bool
) -> None:
    async def story() -> None:
        telegram = Telegram()
        bench = await served(telegram, tmp_path)
        monkeypatch.setattr("bot.transport.inbox.NEW", 600.0 if is_new else 0.0)
        pauses.clear()
        telegram.fail("getUpdates", 409, CONFLICT, times=3)
        telegram.text(telegram.users[1001], "hello again")
        if is_new:
            with pytest.raises(Conflict):
                await bench.fetching
            return
        await bench.until(lambda: not telegram.updates)
        assert [one for one in pauses if one] == list(PAUSES[:3])
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
