"""Updates fetched and held: each accepted once, and known to be settled or not.

An update is settled when it has been handled: only then may Telegram forget it. One that has to
wait is written to a file, which settles it too: so a burst, or a chat that Telegram makes the bot
wait for, holds up nobody, and a crash loses nothing. The file goes when all in it are handled.
"""

import asyncio
import json
import logging
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import Conflict, TelegramError

from bot.transport import metrics
from bot.transport.delivery import pause_after, reached
from bot.transport.updates import KINDS, Json, chat_of, kind_of, numbered

_logger = logging.getLogger(__name__)

# Seconds that updates may take to be handled before they are written down; where more than so many
# are in hand they are so at once: behind a burst somebody else's question waits to be fetched.
PATIENCE = 0.1
CROWD = 50
# Seconds that somebody waits in silence, and between two who are shown "typing …".
SILENT = 1.0
APART = 0.5

# Seconds that Telegram holds a call open when there is nothing new; at the start less: long enough
# for another copy to call as well.
POLL, FIRST_POLL = 10, 2
# A copy that has polled in peace gives one that has just started so many chances to go.
CHANCES = 5


@dataclass(slots=True, eq=False)
class Held:
    """An update in the bot's hands, the work on it, and what is known of the wait."""

    raw: Json
    task: asyncio.Task[None]
    is_kept: bool  # by the file, until it is handled
    since: float = field(default_factory=time.monotonic)
    is_heard: bool = False  # the person has been shown that the bot is at it


class Inbox:
    """Hands updates to `handle` as soon as they come; `path` names the file for those that wait."""

    def __init__(self, handle: Callable[[Json], Awaitable[None]], path: Path) -> None:
        self._handle = handle
        self._path = path
        # By number, oldest first: what is not handled yet.
        self._held: dict[int, Held] = {}

    def __len__(self) -> int:
        return len(self._held)

    async def take(self, *updates: Json) -> bool:
        """Take updates until they are settled; False when the bot is stopped before that."""
        given = [self._hold(one) for one in updates]
        patience = PATIENCE if len(self._held) <= CROWD else 0.0
        while waiting := [one for one in given if not (one.is_kept or one.task.done())]:
            await asyncio.wait([one.task for one in waiting], timeout=patience)
            if slow := [one for one in waiting if not one.task.done()]:
                self._write_down(slow)
            # Where it can't be written down it is waited for.
            patience = PATIENCE
        return all(one.is_kept or not one.task.cancelled() for one in given)

    def _hold(self, raw: Json, *, is_kept: bool = False) -> Held:
        """Begin to handle an update; one in hand is not taken again."""
        number = raw["update_id"]
        if number not in self._held:
            self._held[number] = Held(raw, asyncio.create_task(self._work(number)), is_kept)
        return self._held[number]

    async def _work(self, number: int) -> None:
        held = self._held[number]
        await self._handle(held.raw)
        del self._held[number]
        metrics.UPDATES.labels(kind_of(held.raw)).inc()
        metrics.TOOK.observe(time.monotonic() - held.since)
        metrics.QUEUE.set(len(self._held))
        if held.is_kept:
            self._clear_away()

    def _write_down(self, waiting: Sequence[Held]) -> None:
        # People's own words: for nobody else's eyes, and only for as long as they wait.
        private = partial(os.open, mode=0o600)
        try:
            with open(self._path, "a", opener=private) as file:
                # The line before may have been cut short by a crash.
                file.writelines(f"\n{json.dumps(one.raw)}" for one in waiting)
            for one in waiting:
                one.is_kept = True
        except OSError as error:
            _logger.warning("Updates that wait could not be written down: %s", error.strerror)

    def restore(self) -> None:
        """Take up what a crash has left in the file."""
        with suppress(OSError):
            for line in self._path.read_text(errors="replace").split("\n"):
                if raw := numbered(line):
                    self._hold(raw, is_kept=True)
        self._clear_away()

    def _clear_away(self) -> None:
        if not any(one.is_kept for one in self._held.values()):
            self._path.unlink(missing_ok=True)

    async def drain(self, seconds: float) -> int:
        """Finish what is under way and give how many updates are left for the next start."""
        if tasks := [held.task for held in self._held.values()]:
            await asyncio.wait(tasks, timeout=seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return len(self._held)

    async def show_typing(self, bot: Bot) -> None:
        """Tell who waits that they have been heard, the newest first, until cancelled."""
        # Answers go at Telegram's 30 messages a second: with 5,000 people before them a newcomer
        # waits three minutes at best, in any fair order.
        while True:
            await asyncio.sleep(APART)
            silent = time.monotonic() - SILENT
            waiting = (one for one in reversed(self._held.values()) if one.since < silent)
            if held := next((one for one in waiting if not one.is_heard), None):
                held.is_heard, chat = True, chat_of(held.raw)
                # In a group nobody knows yet whether the bot is meant.
                if chat.get("type") == "private":
                    with suppress(TelegramError):
                        await bot.send_chat_action(chat["id"], ChatAction.TYPING)


async def poll(bot: Bot, inbox: Inbox) -> None:
    """Fetch updates until cancelled; raises Conflict when another program does so too."""
    offset = chances = failures = 0
    trouble = time.monotonic()
    while True:
        # Not by `Bot.get_updates`: there, one update that cannot be read spoils all.
        seconds = POLL if chances else FIRST_POLL
        query = {"timeout": seconds, "offset": offset, "allowed_updates": json.dumps(KINDS)}
        address = f"{bot.base_url}/getUpdates?{urlencode(query)}"
        try:
            result: Any = await bot.request.post(address, read_timeout=2 * POLL)
            updates = [update for one in result if (update := numbered(one))]
        except Exception as error:  # whatever came in place of updates
            # The newcomer goes: whoever has been served so far still is.
            if isinstance(error, Conflict) and (chances := chances - 1) < 0:
                raise
            _logger.warning("Updates cannot be fetched: %r", error)
            await asyncio.sleep(pause_after(error, failures))
            failures, trouble = failures + 1, time.monotonic()
            continue
        reached()
        failures = 0
        if not updates or time.monotonic() - trouble >= FIRST_POLL:
            chances = CHANCES
        await inbox.take(*updates)
        # What is asked for next confirms what came before it.
        offset = max([offset, *(one["update_id"] + 1 for one in updates)])
