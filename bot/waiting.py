"""Shows how far long work has come: a bar in a terminal, an edited message in Telegram."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Final, TextIO

from telegram.error import TelegramError

from bot import texts
from knowledge.progress import Stage, heard_by

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
    began, shown = clock(), ""

    def draw(stage: Stage, share: float) -> None:
        nonlocal began, shown
        line = "" if share >= 1 else texts.bar(texts.STAGES[stage], share, CELLS)
        if share == 0 and not shown:
            # Work begins: how long the chat before it took is another matter.
            began = clock()
        if line != shown and (shown or clock() - began >= PATIENCE):
            stream.write(f"\r\x1b[K{line}")
            stream.flush()
            shown = line

    with heard_by(draw):
        yield


@asynccontextmanager
async def told(
    show: Callable[[str], Awaitable[object]], every: float = EVERY
) -> AsyncIterator[None]:
    """Show in a message, now and then, how far the work in threads begun here has come."""
    latest = ""

    def note(stage: Stage, share: float) -> None:
        nonlocal latest
        latest = texts.bar(texts.STAGES[stage], share, CELLS // 2)

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
