"""Fetching updates from Telegram, each confirmed only when it is settled."""

from __future__ import annotations

import asyncio
import json
import logging
from urllib.parse import urlencode

from telegram import Bot
from telegram.error import Conflict, RetryAfter, TelegramError
from telegram.request import BaseRequest

from bot.transport import metrics
from bot.transport.inbox import Inbox
from bot.transport.updates import KINDS, Json, number_of

_logger = logging.getLogger(__name__)

# The most Telegram gives at once: so many may be unsettled before the first must be.
WINDOW = 100
# Seconds that Telegram holds a call open when there is nothing new.
POLL = 10
# The same until a call has ended in peace: long enough for another copy to call as well.
FIRST_POLL = 2
# Seconds between looks for something new while older updates are being handled.
SOON, LATER = 0.02, 0.5
# Seconds between attempts when Telegram cannot be reached: the first, the longest.
RETRY, LONGEST_RETRY = 0.5, 15.0
# Seconds to tell Telegram at the end what has been done.
LEAVE = 0.7
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
        self._given: list[int] = []
        self._offset = 0
        self._settled = False
        self._conflicts = 0

    async def run(self) -> None:
        """Fetch until cancelled; raises TwoCopies when another program does so too."""
        retry, pause = RETRY, SOON
        while True:
            self._confirm()
            timeout = 0 if self._given else POLL if self._settled else FIRST_POLL
            try:
                updates = await self._fetch(timeout, WINDOW)
            except Conflict as error:
                self._conflict(error)
                await asyncio.sleep(1.0)
                continue
            except RetryAfter as error:
                wait = error.retry_after
                await asyncio.sleep(wait if isinstance(wait, int) else wait.total_seconds())
                continue
            except TelegramError as error:
                # Once when it begins; what goes on for hours need not fill the log.
                level = logging.WARNING if retry == RETRY else logging.DEBUG
                _logger.log(level, "Updates cannot be fetched: %s", error)
                await asyncio.sleep(retry)
                retry = min(retry * 1.5, LONGEST_RETRY)
                continue
            if retry != RETRY:
                _logger.info("Updates are fetched again")
            retry = RETRY
            metrics.reached()
            if self._take(updates):
                pause = SOON
            if updates:
                # Telegram gives again what is being handled: look when some of it is done, or soon.
                # Behind a full window that has been settled stands more.
                if len(updates) < WINDOW or not self._confirm():
                    pause = await self._rest(pause)
            elif timeout:
                self._conflicts = 0
                if not self._settled:
                    self._settled = True
                    _logger.info("Nobody else fetches this bot's updates")

    async def leave(self) -> None:
        """Tell Telegram what has been done, so that the next start does not see it again."""
        self._confirm()
        try:
            await asyncio.wait_for(self._fetch(0, 1), LEAVE)
        except (TelegramError, TimeoutError) as error:
            _logger.info("The last updates were not confirmed: %s", error)

    def _confirm(self) -> bool:
        """Move on past what is settled; True if that was anything."""
        unsettled = (n for n, one in enumerate(self._given) if self._inbox.unsettled(one))
        first = next(unsettled, len(self._given))
        if first < len(self._given) >= WINDOW and self._inbox.settle_crowd():
            first = len(self._given)
        if first:
            self._offset = self._given[first - 1] + 1
            del self._given[:first]
        return first > 0

    def _take(self, updates: list[Json]) -> bool:
        """Accept what is new and tell whether anything was."""
        news = False
        for update in updates:
            number = number_of(update)
            if number is None:
                _logger.warning("An update without a number is passed over")
                continue
            if number not in self._given:
                self._given.append(number)
            if not self._inbox.knows(number):
                self._inbox.accept(update)
                news = True
        return news

    async def _rest(self, pause: float) -> float:
        oldest = next((held for n in self._given if (held := self._inbox.unsettled(n))), None)
        if oldest:
            await asyncio.wait([oldest.settled], timeout=pause)
        else:
            await asyncio.sleep(pause if not self._given else 0)
        return min(pause * 2, LATER)

    def _conflict(self, error: Conflict) -> None:
        self._conflicts += 1
        # The newcomer goes: whoever has been served so far still is.
        if not self._settled or self._conflicts > CHANCES:
            raise TwoCopies from error
        _logger.warning("Another program tries to fetch this bot's updates: %s", error)

    async def _fetch(self, timeout: int, limit: int) -> list[Json]:
        # Not by `Bot.get_updates`: there, one update that cannot be read spoils all.
        query: Json = {"timeout": timeout, "limit": limit, "allowed_updates": json.dumps(KINDS)}
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
