"""Fetching updates from Telegram, each confirmed only when it is settled."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from urllib.parse import urlencode

from telegram import Bot
from telegram.error import Conflict, RetryAfter, TelegramError
from telegram.request import BaseRequest

from bot.transport import metrics
from bot.transport.inbox import Held, Inbox
from bot.transport.retries import PAUSES, seconds_of
from bot.transport.updates import KINDS, Json, number_of

_logger = logging.getLogger(__name__)

# The most Telegram gives at once: so many may be unsettled before the first must be.
WINDOW = 100
# Seconds that Telegram holds a call open when there is nothing new.
POLL = 10
# The same at the start, until so many seconds have gone by in peace: long enough for another copy
# to call as well.
FIRST_POLL = 2
# Seconds between looks for something new while older updates are being handled.
SOON, LATER = 0.02, 0.5
# A copy that has polled in peace gives one that has just started so many chances to go.
CHANCES = 5


class TwoCopies(Exception):
    """Another program fetches this bot's updates."""


class Poller:
    """Fetches updates into an inbox until it is cancelled."""

    def __init__(self, bot: Bot, request: BaseRequest, inbox: Inbox) -> None:
        self._bot = bot
        self._request = request
        self._inbox = inbox
        # Every update given and not yet confirmed, oldest first.
        self._given: dict[int, Held] = {}
        self._offset = 0
        # Since when nothing has gone wrong.
        self._since = 0.0
        self._in_peace = False
        self._conflicts = self._failures = 0

    async def run(self) -> None:
        """Fetch until cancelled; raises TwoCopies when another program does so too."""
        pause, self._since = SOON, time.monotonic()
        while True:
            self._confirm()
            try:
                news = await self._look()
            except TelegramError as error:
                await asyncio.sleep(self._trouble(error))
                self._since = time.monotonic()
                continue
            self._failures = 0
            metrics.reached()
            pause = SOON if news else min(pause * 2, LATER)
            if self._given and not self._confirm():
                # Telegram gives again what is being handled: look when some is done, or soon.
                await asyncio.wait([next(iter(self._given.values())).task], timeout=pause)

    def _confirm(self) -> bool:
        """Move on past what is settled; True if that was anything."""
        is_full = len(self._given) >= WINDOW
        if is_full and not next(iter(self._given.values())).is_settled:
            self._inbox.write_down()
        before = self._offset
        for number, held in list(self._given.items()):
            if not held.is_settled:
                break
            del self._given[number]
            self._offset = number + 1
        return self._offset > before

    async def _look(self) -> bool:
        """Fetch what there is, or what comes while nothing is in hand; True if any was new."""
        timeout = 0 if self._given else POLL if self._in_peace else FIRST_POLL
        updates = await self._fetch(timeout)
        is_quiet = timeout > 0 and not updates
        if is_quiet:
            self._conflicts = 0
        if not self._in_peace and (is_quiet or time.monotonic() - self._since >= FIRST_POLL):
            self._in_peace = True
            _logger.info("Nobody else fetches this bot's updates")
        before = len(self._given)
        for update in updates:
            number = number_of(update)
            if number is None:
                _logger.warning("An update without a number is passed over")
            elif number not in self._given:
                self._given[number] = self._inbox.accept(update)
        return len(self._given) > before

    def _trouble(self, error: TelegramError) -> float:
        """Give the seconds until the next attempt; raises TwoCopies instead when it is time."""
        if isinstance(error, Conflict):
            self._conflicts += 1
            # The newcomer goes: whoever has been served so far still is.
            if not self._in_peace or self._conflicts > CHANCES:
                raise TwoCopies from error
            _logger.warning("Another program tries to fetch this bot's updates: %s", error)
            return 1.0
        if isinstance(error, RetryAfter):
            return seconds_of(error)
        _logger.warning("Updates cannot be fetched: %s", error)
        self._failures += 1
        return PAUSES[min(self._failures, len(PAUSES)) - 1]

    async def _fetch(self, timeout: int) -> list[Json]:
        # Not by `Bot.get_updates`: there, one update that cannot be read spoils all.
        query: Json = {"timeout": timeout, "limit": WINDOW, "allowed_updates": json.dumps(KINDS)}
        if self._offset:
            query["offset"] = self._offset
        try:
            result = await self._request.post(
                f"{self._bot.base_url}/getUpdates?{urlencode(query)}",
                read_timeout=timeout + (self._request.read_timeout or 5.0),
            )
        except (AttributeError, KeyError, TypeError):
            result = None
        if not isinstance(result, list):
            raise TelegramError("what came is no list of updates")
        return result
