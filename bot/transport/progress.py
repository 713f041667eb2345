"""Shows how far long work has come: a bar in a terminal, an edited message in Telegram."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Final, TextIO

from telegram import Message
from telegram.error import TelegramError

from bot import console
from bot.messages.message import BotMessage, notice, safe
from knowledge import Stage, heard_by

# Seconds of work before anything is shown; what is over sooner needs no bar.
PATIENCE = 0.7
# Seconds between two edits: Telegram wants no more than one message a second in a chat.
EVERY = 1.5
CELLS: Final = 24


@contextmanager
def bar(stream: TextIO, clock: Callable[[], float] = time.monotonic) -> Iterator[None]:
    """Draw a bar on a terminal while something takes its time; nothing anywhere else."""
    if not stream.isatty():
        yield
        return
    began = heard = clock()
    shown = ""

    def draw(stage: Stage, share: float) -> None:
        nonlocal began, heard, shown
        line = "" if share >= 1 else console.bar(console.STAGES[stage], share, CELLS)
        now = clock()
        if share == 0 and now - heard > PATIENCE:
            # Work begins: how long the chat before it took is another matter.
            began = now
        heard = now
        if line != shown and (shown or now - began >= PATIENCE):
            stream.write(f"\r\x1b[K{line}")
            stream.flush()
            shown = line

    with heard_by(draw):
        yield


class Note:
    """A message that comes when work takes long, and ends as its outcome; `send` sends it."""

    def __init__(self, send: Callable[[BotMessage], Awaitable[Message | None]]) -> None:
        self._send = send
        self._sent: Message | None = None

    async def show(self, text: str) -> None:
        """Say how far the work has come."""
        if self._sent is None:
            self._sent = await self._send(notice(text))
        else:
            await self._sent.edit_text(safe(text))

    async def end(self, page: BotMessage) -> None:
        """Show the outcome."""
        if self._sent is None:
            self._sent = await self._send(page)
        else:
            await self._sent.edit_text(page.html, reply_markup=page.markup)


@asynccontextmanager
async def told(
    show: Callable[[str], Awaitable[object]], every: float | None = None
) -> AsyncIterator[None]:
    """Show in a message, now and then, how far the work in threads begun here has come."""
    every = EVERY if every is None else every
    latest = ""

    def note(stage: Stage, share: float) -> None:
        nonlocal latest
        latest = console.bar(console.STAGES[stage], share, CELLS // 2)

    async def keep_showing() -> None:
        shown = ""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), every)
                return
            if latest != shown:
                shown = latest
                # A message that cannot be edited is no reason to lose the work.
                with suppress(TelegramError):
                    await show(shown)

    over = asyncio.Event()
    with heard_by(note):
        keeper = asyncio.create_task(keep_showing())
        try:
            yield
        finally:
            over.set()
            # An edit under way is waited for: it must not come after the one that ends the work.
            await keeper
