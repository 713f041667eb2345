"""Fetching updates from Telegram, each confirmed only when it is settled."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from urllib.parse import urlencode

from telegram import Bot
from telegram.error import Conflict, RetryAfter, TelegramError

from bot.transport import metrics
from bot.transport.inbox import Inbox
from bot.transport.retries import PAUSES, seconds_of
from bot.transport.updates import KINDS, Json, number_of

_logger = logging.getLogger(__name__)

# The most Telegram gives at once.
WINDOW = 100
# Seconds that Telegram holds a call open when there is nothing new; at the start, and after
# trouble, less: long enough for another copy to call as well.
POLL, FIRST_POLL = 10, 2
# A copy that has polled in peace gives one that has just started so many chances to go.
CHANCES = 5


class TwoCopies(Exception):
    """Another program fetches this bot's updates."""


class Poller:
    """Fetches updates into an inbox until it is cancelled."""

    def __init__(self, bot: Bot, inbox: Inbox) -> None:
        self._bot = bot
        self._inbox = inbox
        self._offset = self._chances = self._failures = 0
        # Since when nothing has gone wrong.
        self._since = 0.0

    async def run(self) -> None:
        """Fetch until cancelled; raises TwoCopies when another program does so too."""
        self._since = time.monotonic()
        while True:
            try:
                updates = await self._fetch(POLL if self._chances else FIRST_POLL)
            except TelegramError as error:
                await asyncio.sleep(self._trouble(error))
                self._since = time.monotonic()
                continue
            metrics.reached()
            self._failures = 0
            if not updates or time.monotonic() - self._since >= FIRST_POLL:
                if not self._chances:
                    _logger.info("Nobody else fetches this bot's updates")
                self._chances = CHANCES
            numbered = {number: one for one in updates if (number := number_of(one)) is not None}
            if len(numbered) < len(updates):
                _logger.warning("An update without a number is passed over")
            await self._inbox.settle([self._inbox.accept(one) for one in numbered.values()])
            # What is asked for next confirms what came before it.
            self._offset = max(numbered, default=self._offset - 1) + 1

    def _trouble(self, error: TelegramError) -> float:
        """Give the seconds until the next attempt; raises TwoCopies instead when it is time."""
        if isinstance(error, Conflict):
            # The newcomer goes: whoever has been served so far still is.
            if not self._chances:
                raise TwoCopies from error
            self._chances -= 1
            _logger.warning("Another program tries to fetch this bot's updates: %s", error)
            return 1.0
        if isinstance(error, RetryAfter):
            return seconds_of(error)
        _logger.warning("Updates cannot be fetched: %s", error)
        self._failures += 1
        return PAUSES[min(self._failures, len(PAUSES)) - 1]

    async def _fetch(self, timeout: int) -> list[Json]:
        # Not by `Bot.get_updates`: there, one update that cannot be read spoils all.
        request = self._bot.request
        query: Json = {"timeout": timeout, "limit": WINDOW, "allowed_updates": json.dumps(KINDS)}
        if self._offset:
            query["offset"] = self._offset
        try:
            result = await request.post(
                f"{self._bot.base_url}/getUpdates?{urlencode(query)}",
                read_timeout=timeout + (request.read_timeout or 5.0),
            )
        except (AttributeError, KeyError, TypeError):
            result = None
        if not isinstance(result, list):
            raise TelegramError("what came is no list of updates")
        return result
