"""The updates in the bot's hands: each accepted once, and known to be settled or not.

An update is settled when it has been handled: only then may Telegram forget it. When many wait,
they are written to a file, which settles them too: so a burst, or a chat that Telegram makes the
bot wait for, holds up nobody, and a crash loses nothing. A file goes when all in it are handled.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import RetryAfter, TelegramError

from bot.transport import metrics
from bot.transport.updates import Json, kind_of, number_of

_logger = logging.getLogger(__name__)

# With so many waiting no more are taken from Telegram: they take a few kilobytes each.
FULL = 6_000
# Seconds that a crowd may take to go by itself before it is written down.
CROWD = 1.0
# Seconds that somebody waits in silence, and between two who are shown "typing …".
SILENT = 1.0
APART = 0.5


@dataclass(slots=True, eq=False)
class Held:
    """An update in the bot's hands, and the work on it."""

    raw: Json
    task: asyncio.Task[None]
    since: float = field(default_factory=time.monotonic)
    # Whether a file keeps it until it is handled.
    kept: bool = False
    # Whether the person has been shown that the bot is at it.
    heard: bool = False

    @property
    def is_settled(self) -> bool:
        """Tell whether Telegram may forget the update; not when the bot was stopped over it."""
        return self.kept or (self.task.done() and not self.task.cancelled())

    @property
    def waited(self) -> float:
        """Give the seconds since the update came in."""
        return time.monotonic() - self.since


class Inbox:
    """Hands updates to `handle` as soon as they come; `path` begins the names of its files."""

    def __init__(self, handle: Callable[[Json], Awaitable[None]], path: Path) -> None:
        self._handle = handle
        self._path = path
        # By number, oldest first: what is not handled yet.
        self._held: dict[int, Held] = {}
        self._files: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._held)

    def accept(self, raw: Json) -> Held:
        """Take an update that has a number; one in hand is not taken again."""
        number = number_of(raw)
        assert number is not None
        if number not in self._held:
            self._held[number] = Held(raw, asyncio.create_task(self._work(number)))
            metrics.queue(len(self._held))
        return self._held[number]

    async def _work(self, number: int) -> None:
        held = self._held[number]
        await self._handle(held.raw)
        del self._held[number]
        metrics.queue(len(self._held))
        metrics.handled(kind_of(held.raw), held.waited)

    def write_down(self) -> bool:
        """Keep in a file what waits, unless it goes by itself; True when Telegram may forget it."""
        oldest = next(iter(self._held.values()), None)
        if oldest is None or oldest.waited < CROWD or len(self._held) > FULL:
            return False
        waiting = [one for one in self._held.values() if not one.kept]
        if not waiting:
            return False
        path = Path(f"{self._path}-{number_of(waiting[0].raw)}")
        try:
            # People's own words: for nobody else's eyes, and only for as long as they wait.
            with os.fdopen(
                os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w"
            ) as file:
                json.dump([one.raw for one in waiting], file)
        except OSError as error:
            _logger.warning("Updates that wait could not be written down: %s", error.strerror)
            return False
        self._keep(path, waiting)
        return True

    def restore(self) -> None:
        """Take up what a crash has left in files."""
        files = self._path.parent.glob(f"{self._path.name}-*")
        for path in sorted(files, key=lambda one: (len(one.name), one.name)):
            found = []
            with suppress(OSError, ValueError):
                found = json.loads(path.read_text(errors="replace"))
            self._keep(path, [self.accept(raw) for raw in found if number_of(raw) is not None])

    def _keep(self, path: Path, held: Sequence[Held]) -> None:
        for one in held:
            one.kept = True
        task = asyncio.create_task(self._clear_away(path, [one.task for one in held]))
        self._files.add(task)
        task.add_done_callback(self._files.discard)

    async def _clear_away(self, path: Path, tasks: Sequence[asyncio.Task[None]]) -> None:
        if tasks:
            await asyncio.wait(tasks)
        if not any(task.cancelled() for task in tasks):
            path.unlink(missing_ok=True)

    async def drain(self, seconds: float) -> int:
        """Finish what is under way and give how many updates are left for the next start."""
        tasks = [held.task for held in self._held.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, *self._files, return_exceptions=True)
        return len(self._held)

    async def show_typing(self, bot: Bot) -> None:
        """Tell who waits that they have been heard, the newest first, until cancelled.

        Answers go at Telegram's 30 messages a second: with 5,000 people before them a newcomer
        waits three minutes at best, in any fair order.
        """
        while True:
            await asyncio.sleep(APART)
            unheard = (
                held
                for held in reversed(self._held.values())
                if held.waited > SILENT and not held.heard
            )
            if held := next(unheard, None):
                try:
                    if (chat := _private_chat_of(held.raw)) is not None:
                        await bot.send_chat_action(chat, ChatAction.TYPING)
                except RetryAfter:
                    # The newest is still the one to be told next.
                    continue
                except TelegramError as error:
                    _logger.info("“typing …” was not shown: %s", error)
                held.heard = True


def _private_chat_of(raw: Json) -> int | None:
    """Give the private chat that a message or tap stands in."""
    with suppress(AttributeError, KeyError, TypeError, ValueError):
        content = raw[kind_of(raw)]
        chat = (content.get("message") or content)["chat"]
        return int(chat["id"]) if chat["type"] == "private" else None
    return None
