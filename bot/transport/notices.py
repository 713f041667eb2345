"""What the administrators are told when something breaks: once, not every time."""

from __future__ import annotations

import logging
import time
import traceback
from collections import OrderedDict
from collections.abc import Callable, Iterable

from telegram import Bot
from telegram.error import TelegramError

from bot import texts
from bot.messages.message import safe

_logger = logging.getLogger(__name__)

# Seconds for which the same fault is not reported again.
QUIET = 24 * 3600.0
# A fault in a new place each time must not become a flood of notices either.
AT_MOST = 5
PER = 3600.0


class Notices:
    """Remembers which faults have been reported."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._told: OrderedDict[str, float] = OrderedDict()

    def is_news(self, error: BaseException) -> bool:
        """Tell whether a fault should be reported, and note that it is."""
        now = self._clock()
        while self._told and next(iter(self._told.values())) <= now - QUIET:
            self._told.popitem(last=False)
        lately = sum(at > now - PER for at in self._told.values())
        if place_of(error) in self._told or lately >= AT_MOST:
            return False
        self._told[place_of(error)] = now
        return True

    async def tell(self, bot: Bot, admins: Iterable[int], error: BaseException) -> None:
        """Report a fault to every administrator who can be reached."""
        if self.is_news(error):
            await self.say(bot, admins, texts.fault(place_of(error)))

    async def say(self, bot: Bot, admins: Iterable[int], text: str) -> None:
        """Tell every administrator who can be reached."""
        for admin in sorted(admins):
            try:
                await bot.send_message(admin, safe(text))
            except TelegramError as refusal:
                # One who has never written to the bot cannot be written to.
                _logger.info("An administrator was not told: %s", refusal)


def place_of(error: BaseException) -> str:
    """Say what kind of error it is and where; what it says may hold what somebody wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    place = next((f for f in reversed(frames) if "/site-packages/" not in f.filename), None)
    name = type(error).__name__
    if place is None:
        return name
    return f"{name}, {'/'.join(place.filename.rsplit('/', 2)[-2:])} line {place.lineno}"
