"""How calls go to Telegram: as fast as it likes, again when they failed on the way.

Telegram doesn't say what its limits are; it answers 429 with a time to wait. The bot waits for just
that chat; only when several chats are told to wait at once is it the bot as a whole that is too
fast, and then everything slows down to what Telegram's guide names.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Coroutine
from html import unescape
from typing import Any, TypeVar

from telegram.constants import FloodLimit
from telegram.error import BadRequest, ChatMigrated, RetryAfter
from telegram.ext import BaseRateLimiter

from bot.transport import metrics
from bot.transport.outbox import SENDS, Json, Outbox, is_network

_logger = logging.getLogger(__name__)

# Seconds after which nobody waits for an answer any more.
PATIENCE = 300.0
# Seconds between attempts when the connection fails: first these, then the last again and again.
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
# The same for what can be tried only while somebody looks at a spinner.
HASTY = 10.0
HASTY_CALLS = frozenset({"answerCallbackQuery", "answerInlineQuery"})
# At the start somebody else does the repeating.
FIRST_CALLS = frozenset({"getMe", "setWebhook", "deleteWebhook"})
# With the buttons a message has anyway, this changes nothing.
TOUCH = "editMessageReplyMarkup"
# So long after Telegram has complained about the bot as a whole, messages go one by one.
SLOW_FOR = 60.0
APART = 1 / FloodLimit.MESSAGES_PER_SECOND
SLACK = 0.1
# Calls on their way at a time: many times what Telegram allows; more would only cost each other.
CALLS = 32

# Looked up when needed, so that tests need not wait.
clock = time.monotonic
sleep = asyncio.sleep

Result = TypeVar("Result")

_TAG = re.compile(r"<[^>]*>")


class Pace(BaseRateLimiter[int]):
    """Every call of the bot but getUpdates goes through here."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._calls = asyncio.Semaphore(CALLS)
        self._held: dict[object, float] = {}
        self._all_held = self._slow_until = self._next = 0.0

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to clear away."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, bool | Json | list[Json]]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> bool | Json | list[Json]:
        """Carry out a call; raises what remains when waiting and repeating do not help."""

        async def call() -> bool | Json | list[Json]:
            return await self._carry_out(lambda: callback(*args, **kwargs), endpoint, data)

        async def touch(number: int) -> Any:
            edit = {"chat_id": data["chat_id"], "message_id": number}
            if markup := data.get("reply_markup"):
                edit["reply_markup"] = markup
            return await self._carry_out(lambda: callback(TOUCH, edit, **kwargs), TOUCH, edit)

        if endpoint in FIRST_CALLS:
            return await callback(*args, **kwargs)
        if endpoint not in SENDS:
            return await _persistently(call, HASTY if endpoint in HASTY_CALLS else PATIENCE)

        async def send() -> bool | Json | list[Json]:
            sent: Json = await self._outbox.send(data, call, touch)
            return sent

        return await _persistently(send, PATIENCE)

    async def _carry_out(
        self, call: Callable[[], Awaitable[Result]], endpoint: str, data: dict[str, Any]
    ) -> Result:
        """Make a call as soon as Telegram allows, put right what it can't take."""
        since = clock()
        while True:
            chat = data.get("chat_id")
            await self._until_allowed(chat)
            try:
                async with self._calls:
                    result = await call()
            except RetryAfter as error:
                metrics.api_error(error)
                seconds = _seconds(error) + SLACK
                hasty = endpoint in HASTY_CALLS
                if clock() - since + seconds > (HASTY if hasty else PATIENCE):
                    raise
                self._hold(chat, seconds)
            except ChatMigrated as error:
                # A group has become a supergroup; what it is now is written to instead.
                data["chat_id"] = error.new_chat_id
                data.pop("reply_parameters", None)
                data.pop("message_thread_id", None)
            except BadRequest as error:
                metrics.api_error(error)
                if "can't parse entities" not in str(error).lower() or not _simplify(data):
                    raise
                _logger.error("A message went out without its styles: %s", error)
            except Exception as error:
                metrics.api_error(error)
                raise
            else:
                metrics.reached()
                return result

    async def _until_allowed(self, chat: object) -> None:
        while (wait := max(self._held.get(chat, 0.0), self._all_held) - clock()) > 0:
            await sleep(wait)
        self._held.pop(chat, None)
        if chat is not None and clock() < self._slow_until:
            self._next = max(self._next, clock()) + APART
            await sleep(self._next - clock())

    def _hold(self, chat: object, seconds: float) -> None:
        now = clock()
        others = any(until > now for key, until in self._held.items() if key != chat)
        if chat is None or others:
            self._all_held, self._slow_until = now + seconds, now + seconds + SLOW_FOR
        self._held[chat] = now + seconds
        _logger.info("Telegram asks to wait %.0f s", seconds)


async def _persistently(call: Callable[[], Awaitable[Result]], patience: float) -> Result:
    """Repeat a call that fails on its way."""
    since = clock()
    attempt = 0
    while True:
        try:
            return await call()
        except Exception as error:
            pause = PAUSES[min(attempt, len(PAUSES) - 1)]
            if not is_network(error) or clock() - since + pause > patience:
                raise
            _logger.info("A call failed on its way and is tried again: %s", error)
        attempt += 1
        await sleep(pause)


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return float(wait) if isinstance(wait, int) else wait.total_seconds()


def _simplify(data: dict[str, Any]) -> bool:
    """Take the styles out of a message; False if there are none."""
    if not data.pop("parse_mode", None):
        return False
    for name in ("text", "caption"):
        if isinstance(data.get(name), str):
            data[name] = unescape(_TAG.sub("", data[name]))
    return True
