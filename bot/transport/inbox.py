"""The updates in the bot's hands: each accepted once, and known to be settled or not.

An update is settled when it has been handled: only then may Telegram forget it. When many wait,
they are written to a file, which settles them too: so a burst, or a chat that Telegram makes the
bot wait for, holds up nobody, and a crash loses nothing. The file goes when the crowd has gone.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.transport import metrics
from bot.transport.updates import Json, kind_of, number_of

_logger = logging.getLogger(__name__)

# Updates handled are remembered for as long as Telegram may offer them once more.
REMEMBERED = 5_000
# With so many waiting no more are taken from Telegram: they take a few kilobytes each.
FULL = 6_000
# Seconds that a crowd may take to go by itself before it is written to the file.
CROWD = 1.0


@dataclass(slots=True)
class Held:
    """An update in the bot's hands; `settled` is done once Telegram may forget it."""

    raw: Json
    settled: asyncio.Future[None]
    since: float = field(default_factory=time.monotonic)
    # Whether the person has been shown that the bot is at it.
    heard: bool = False

    @property
    def is_settled(self) -> bool:
        """Tell whether Telegram may forget the update; not when the bot was stopped over it."""
        return self.settled.done() and not self.settled.cancelled()

    @property
    def waited(self) -> float:
        """Give the seconds since the update came in."""
        return time.monotonic() - self.since


class Inbox:
    """Hands updates to `handle` as soon as they come; `path` is the file for a crowd."""

    def __init__(self, handle: Callable[[Json], Awaitable[None]], path: Path) -> None:
        self._handle = handle
        self._path = path
        self._held: dict[int, Held] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._done: OrderedDict[int, None] = OrderedDict()
        # Lines in the file, 0 without one.
        self._lines = 0

    def __len__(self) -> int:
        return len(self._held)

    def knows(self, number: int) -> bool:
        """Tell whether an update has been accepted before."""
        return number in self._held or number in self._done

    def unsettled(self, number: int) -> Held | None:
        """Give an update that Telegram must not forget yet."""
        held = self._held.get(number)
        return None if held is None or held.is_settled else held

    def newest_first(self) -> Iterator[Held]:
        """Go through what is held."""
        return reversed(self._held.values())

    def accept(self, raw: Json) -> Held:
        """Take an update that has a number, once."""
        number = number_of(raw)
        assert number is not None
        if known := self._held.get(number):
            return known
        held = Held(raw, asyncio.get_running_loop().create_future())
        if number in self._done:
            held.settled.set_result(None)
            return held
        self._held[number] = held
        metrics.queue(len(self._held))
        task = asyncio.create_task(self._work(number, held))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return held

    async def _work(self, number: int, held: Held) -> None:
        await self._handle(held.raw)
        del self._held[number]
        self._done[number] = None
        if len(self._done) > REMEMBERED:
            self._done.popitem(last=False)
        metrics.queue(len(self._held))
        metrics.handled(kind_of(held.raw), held.waited)
        if not held.settled.done():
            held.settled.set_result(None)
        if self._lines and not any(one.is_settled for one in self._held.values()):
            self._path.unlink(missing_ok=True)
            self._lines = 0

    def settle_crowd(self) -> bool:
        """Write all that waits to the file, if the crowd doesn't go by itself; True when it is."""
        oldest = next(iter(self._held.values()), None)
        if oldest is None or oldest.waited < CROWD or len(self._held) > FULL:
            return False
        return self._write()

    def _write(self) -> bool:
        """Add to the file what is not in it; write it anew when most in it has been handled."""
        held = [one for one in self._held.values() if not one.is_settled]
        path = self._path
        if anew := self._lines + len(held) > 3 * FULL:
            held, path = list(self._held.values()), path.with_name(f"{path.name}.new")
        flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if anew else os.O_APPEND)
        try:
            # People's own words: for nobody else's eyes, and only for as long as they wait.
            with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8") as file:
                file.writelines(f"\n{json.dumps(one.raw)}" for one in held)
            path.replace(self._path)
        except OSError as error:
            _logger.warning("Updates that wait could not be written down: %s", error.strerror)
            return False
        self._lines = len(held) if anew else self._lines + len(held)
        for one in held:
            if not one.settled.done():
                one.settled.set_result(None)
        return True

    def restore(self) -> None:
        """Take up what a crash has left in the file."""
        with suppress(OSError):
            lines = self._path.read_text(encoding="utf-8", errors="replace").splitlines()
            self._lines = max(1, len(lines))
            for line in lines:
                with suppress(ValueError):
                    raw = json.loads(line)
                    if number_of(raw) is None:
                        continue
                    held = self.accept(raw)
                    if not held.settled.done():
                        held.settled.set_result(None)

    async def drain(self, seconds: float) -> int:
        """Finish what is under way and give how many updates are left for the next start."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for held in self._held.values():
            held.settled.cancel()
        return len(self._held)
