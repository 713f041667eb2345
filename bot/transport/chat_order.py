"""Updates on their way through the bot: those of a chat in order, chats side by side.

An update counts as taken from Telegram only when it is done, so that a crash loses none.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from bot.transport import metrics

AT_ONCE = 256
# Updates done are remembered for as long as Telegram may offer them once more.
REMEMBERED = 5_000
KINDS = ("message", "edited_message", "callback_query", "inline_query")
# A chat with so many waiting, or an update that waits so many seconds, may be overtaken.
MANY = 20
LONG = 10.0
# Seconds between two updates of a chat with many waiting.
PAUSE = 0.005

Json = dict[str, Any]
# As it came: reading it waits until its turn, so that a flood from one person costs others little.
Handle = Callable[[Json], Awaitable[None]]


@dataclass(slots=True)
class Taken:
    """An update in the bot's hands."""

    update: Json
    key: int
    done: asyncio.Future[None]
    since: float = field(default_factory=time.monotonic)

    @property
    def waited(self) -> float:
        """Give the seconds since the update came in."""
        return time.monotonic() - self.since


class Intake:
    """Hands updates to `handle`, as soon as they come to `notice`, and knows which are done."""

    def __init__(
        self, handle: Handle, notice: Callable[[Json], None] | None = None, at_once: int = AT_ONCE
    ) -> None:
        self._handle = handle
        self._notice = notice
        self._slots = asyncio.Semaphore(at_once)
        self._taken: dict[int, Taken] = {}
        self._chats: dict[int, deque[Taken]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._done: OrderedDict[int, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._taken)

    def knows(self, update_id: int) -> bool:
        """Tell whether an update has been accepted before."""
        return update_id in self._taken or update_id in self._done

    def pending(self, update_id: int) -> Taken | None:
        """Give an update that has been accepted and is not done."""
        return self._taken.get(update_id)

    def overtakable(self, taken: Taken) -> bool:
        """Tell whether later updates need not wait for this one to be done.

        One person's burst, or a chat that Telegram makes the bot wait for, holds up nobody else.
        """
        return len(self._chats.get(taken.key, ())) >= MANY or taken.waited > LONG

    def accept(self, update: Json) -> Taken:
        """Take an update, once, and give what tells when it is done."""
        number = int(update["update_id"])
        if known := self._taken.get(number):
            return known
        key = key_of(update)
        taken = Taken(update, key, asyncio.get_running_loop().create_future())
        if number in self._done:
            taken.done.set_result(None)
            return taken
        self._taken[number] = taken
        if self._notice:
            self._notice(update)
        metrics.queue(len(self._taken))
        if key in self._chats:
            self._chats[key].append(taken)
        else:
            self._chats[key] = deque([taken])
            worker = asyncio.create_task(self._work(key))
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)
        return taken

    async def _work(self, key: int) -> None:
        """Handle the updates of a chat until none is left."""
        waiting = self._chats[key]
        while waiting:
            taken = waiting[0]
            async with self._slots:
                await self._handle(taken.update)
            waiting.popleft()
            self._finish(taken)
            # A flood from one chat lets all others through first.
            await asyncio.sleep(PAUSE if len(waiting) >= MANY else 0)
        del self._chats[key]

    def _finish(self, taken: Taken) -> None:
        number = int(taken.update["update_id"])
        del self._taken[number]
        self._remember(number)
        metrics.queue(len(self._taken))
        metrics.handled(kind_of(taken.update), taken.waited)
        if not taken.done.done():
            taken.done.set_result(None)

    def _remember(self, update_id: int) -> None:
        self._done[update_id] = None
        while len(self._done) > REMEMBERED:
            self._done.popitem(last=False)

    async def drain(self, seconds: float) -> int:
        """Finish what is under way and give how many updates are left to Telegram."""
        if self._workers:
            await asyncio.wait(self._workers, timeout=seconds)
        left = len(self._taken)
        workers = list(self._workers)
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        for taken in self._taken.values():
            taken.done.cancel()
        return left


def key_of(update: Json) -> int:
    """Give the chat an update belongs to, or the person where it belongs to none."""
    with suppress(AttributeError, KeyError, TypeError, ValueError):
        content = update[kind_of(update)]
        message = content.get("message") or content
        return int((message.get("chat") or content["from"])["id"])
    # It cannot be read; whoever tries will say so.
    return 0


def kind_of(update: Json) -> str:
    """Name what an update brings, as the Bot API does."""
    return next((kind for kind in KINDS if kind in update), "other")
