"""The order that updates are handled in: those of a chat one by one, chats side by side, each once.

An update is noted as handled when it has been: what a crash leaves half done comes again. One that
changes the knowledge base is noted before as well, and not done again but spoken of.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot import texts
from bot.messages.message import notice
from bot.transport import delivery, metrics
from bot.transport.screening import Screen
from knowledge import HandledUpdates, KnowledgeError, Progress

_logger = logging.getLogger(__name__)

# Chats at work at a time; each has one turn before any has its next.
CHATS = 256
# More than are ever held: an update that waits for its chat must keep no other chat waiting.
UPDATES = 1_000_000


class ChatOrder(BaseUpdateProcessor):
    """Decides when and whether an update is handled; `changes` tells which change the base."""

    def __init__(self, handled: HandledUpdates | None, bot_id: str) -> None:
        super().__init__(UPDATES)
        self._handled = handled
        self._bot_id = bot_id
        self._screen = Screen()
        self._turns = asyncio.Semaphore(CHATS)
        self._chats: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self.changes: Callable[[Update], bool] = lambda update: False

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to clear away."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Await an update's turn, then its handlers."""
        try:
            if not isinstance(update, Update):
                await coroutine
                return
            async with self._chats.setdefault(_key(update), asyncio.Lock()), self._turns:
                if self._screen.passes(update):
                    await self._once(update, coroutine)
        finally:
            if isinstance(coroutine, Coroutine):
                coroutine.close()

    async def _once(self, update: Update, coroutine: Awaitable[Any]) -> None:
        handled = self._handled
        if handled is None or update.inline_query:
            # Cards may be given twice without anybody noticing.
            await coroutine
            return
        name = f"{self._bot_id}:{update.update_id}"
        progress = _noted(lambda: handled.progress(name)) or Progress.NEW
        if progress is Progress.DONE:
            return
        if progress is Progress.BEGUN:
            await _interrupted(update)
        else:
            if self.changes(update):
                _noted(lambda: handled.begin(name))
            await coroutine
        _noted(lambda: handled.finish(name))


def _noted(step: Callable[[], Progress | None]) -> Progress | None:
    """Look up or note an update; a full disk must not keep anybody from an answer."""
    try:
        return step()
    except KnowledgeError as error:
        metrics.note_failed()
        _logger.warning("What was handled could not be noted: %s", error)
        return None


def _key(update: Update) -> int:
    chat, user = update.effective_chat, update.effective_user
    return chat.id if chat else user.id if user else 0


async def _interrupted(update: Update) -> None:
    if query := update.callback_query:
        # Before the crash the tap itself may have been answered, which can be done only once.
        await delivery.answer_tap(query)
        await delivery.below(query, notice(texts.INTERRUPTED))
    elif update.effective_message:
        await delivery.reply(update.effective_message, notice(texts.INTERRUPTED))
