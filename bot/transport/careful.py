"""The application: every update handled by way of the ledger, by one worker and not twice."""

from __future__ import annotations

import asyncio
from typing import Any

from telegram import Update
from telegram.ext import Application

from bot import texts
from bot.messages.message import notice
from bot.services import services_of
from bot.transport import delivery
from bot.transport.outbox import CURRENT, Json, Outbox
from knowledge.storage.ledger import Claim

Base = Application[Any, Any, Any, Any, Any, Any]

# Seconds between looks whether another worker is done with an update.
LOOK = 0.25


class Careful(Base):
    """An application that picks up after a crash where it was."""

    __slots__ = ("_outbox",)

    def __init__(self, *, outbox: Outbox, **options: Any) -> None:
        super().__init__(**options)
        self._outbox = outbox

    def notice(self, update: Json) -> None:
        """Take note of an update that waits to be handled."""
        self._outbox.notice(update)

    async def process_update(self, update: object) -> None:
        """Handle an update that has not been handled; one that may not be repeated is not."""
        if not isinstance(update, Update):
            return await super().process_update(update)
        if update.message:
            self._outbox.saw(update.message.chat_id, update.message.message_id)
        elif message := update.effective_message:
            # What an edit or a tap is answered with comes after this.
            self._outbox.passed(message.chat.id, message.message_id)
        if update.inline_query:
            # Cards may be given twice without anybody noticing.
            return await super().process_update(update)
        while (claimed := self._outbox.claim(update))[0] is Claim.ELSEWHERE:
            # Telegram has lost patience with another worker, which may be slow or about to die.
            await asyncio.sleep(LOOK)
        claim, job = claimed
        if claim is Claim.DONE:
            return None
        token = CURRENT.set(job)
        try:
            # An administrator's change may have been made before the crash: whether it is to be
            # made again is for them to say.
            if claim is Claim.AGAIN and self._is_admins(update):
                await self._interrupted(update)
            else:
                await super().process_update(update)
        finally:
            CURRENT.reset(token)
        # Not when cancelled: what was stopped half-way comes again.
        self._outbox.finish(job)
        return None

    def _is_admins(self, update: Update) -> bool:
        user = update.effective_user
        admins = services_of(self).settings.admin_ids
        return user is not None and user.id in admins

    async def _interrupted(self, update: Update) -> None:
        try:
            if update.callback_query:
                await delivery.answer_tap(update.callback_query, texts.INTERRUPTED, alert=True)
            elif update.effective_message:
                await delivery.reply(update.effective_message, notice(texts.INTERRUPTED))
        except Exception as error:  # whatever it is, PTB's error handlers say it best
            await self.process_error(update, error)
