"""Many chats at once, but the updates of one chat one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

AT_ONCE = 256


class InOrder(BaseUpdateProcessor):
    """Handles up to `AT_ONCE` updates together, with a lock for each chat."""

    def __init__(self) -> None:
        super().__init__(AT_ONCE)
        # A lock lives only as long as an update holds it or waits for it.
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for the earlier updates of the same chat, then handle this one."""
        lock = self._locks.setdefault(key_of(update), asyncio.Lock())
        async with lock:
            await coroutine

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to clear away."""


def key_of(update: object) -> int:
    """Give the chat an update belongs to, or the person where it belongs to none."""
    if not isinstance(update, Update):
        return 0
    if update.effective_chat:
        return update.effective_chat.id
    return update.effective_user.id if update.effective_user else 0
