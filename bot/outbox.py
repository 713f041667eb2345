"""Messages on their way to Telegram: none twice, none lost, whatever happens on the way.

The Bot API has no way to say "only if you haven't yet". So every message is noted in the ledger
before it goes, and with its number once it has arrived. Where the program or the connection ended
in between, the messages that may have come after the question are touched in a way that changes
nothing: Telegram lets a bot touch only its own, so one that can be touched is the one in doubt.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import httpx
from telegram import Update
from telegram.error import BadRequest, NetworkError, TelegramError

from bot import metrics
from knowledge import KnowledgeError
from knowledge.ledger import Ledger

_logger = logging.getLogger(__name__)

Result = TypeVar("Result")
Json = dict[str, Any]
Call = Callable[[], Awaitable[Any]]
Touch = Callable[[int], Awaitable[Any]]

# What puts a new message in a chat; everything else may be done twice without anybody noticing.
SENDS = frozenset({"sendMessage", "sendPhoto", "sendDocument"})
# So many numbers after the question's are looked at. In private chats a bot's messages are counted
# through all of them, so this is how many others may come between a question and its answer.
PROBES = 20
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(slots=True)
class Job:
    """An update being handled: its chat, its message's number, what was sent before a crash."""

    key: str
    chat: int | None = None
    anchor: int | None = None
    earlier: list[tuple[int | None, int | None]] = field(default_factory=list)
    traced: bool = False


CURRENT: ContextVar[Job | None] = ContextVar("job", default=None)


def is_network(error: BaseException) -> bool:
    """Tell whether a request failed on its way, which leaves open whether it was carried out."""
    # python-telegram-bot counts a refused request as a network error.
    return isinstance(error, NetworkError) and not isinstance(error, BadRequest)


def never_sent(error: BaseException) -> bool:
    """Tell whether a request certainly never left."""
    return isinstance(error.__cause__, NEVER_SENT)


class Outbox:
    """Sends what an update is answered with, by way of the ledger."""

    def __init__(self, ledger: Ledger, bot_id: str) -> None:
        self._ledger = ledger
        self._bot_id = bot_id

    def job(self, update: Update) -> Job | None:
        """Give the job that an update is, None if it has been done."""
        # Only an answer to a new message stands after everything said before.
        message, chat = update.message, update.effective_chat
        key = f"{self._bot_id}:{update.update_id}"
        if _noted(lambda: self._ledger.is_finished(key), False):
            return None
        earlier = _noted(lambda: self._ledger.deliveries(key), ())
        return Job(
            key,
            chat.id if chat else None,
            message.message_id if message else None,
            list(earlier),
            bool(earlier),
        )

    def begin(self, job: Job) -> bool:
        """Note that a job begins which must not be done twice; False if it had begun before."""
        job.traced = True
        return _noted(lambda: self._ledger.begin(job.key), True)

    def finish(self, job: Job) -> None:
        """Note that a job is done."""
        if job.traced:
            _noted(lambda: self._ledger.finish(job.key), None)

    async def send(self, data: Json, call: Call, touch: Touch) -> Any:
        """Send a message unless it has been; `touch` changes nothing on one of the bot's own."""
        job = CURRENT.get()
        if job and job.chat != data["chat_id"]:
            # A notice to somebody else.
            job = None
        doubtful = bool(job and job.earlier)
        note, number = job.earlier.pop(0) if job and doubtful else (self._on_its_way(job), None)
        if number:
            return _message(data, number)
        try:
            if doubtful and (number := await self._find(job, touch)):
                self._arrived(note, number)
                return _message(data, number)
            sent = await call()
        except TelegramError as error:
            if is_network(error) and (doubtful or not never_sent(error)):
                if job:
                    # The next attempt begins by looking whether this one arrived.
                    job.earlier.insert(0, (note, None))
            elif note:
                _noted(partial(self._ledger.refused, note), None)
            raise
        self._arrived(note, int(sent["message_id"]))
        return sent

    async def _find(self, job: Job | None, touch: Touch) -> int:
        """Give the number of a message that may have arrived, 0 if none did."""
        if job is None or job.anchor is None:
            return 0
        numbers = range(job.anchor + 1, job.anchor + 1 + PROBES)
        nothing: frozenset[int] = frozenset()
        known = _noted(lambda: self._ledger.known(numbers), nothing)
        for number in numbers:
            if number in known:
                continue
            try:
                await touch(number)
            except BadRequest as error:
                if "not modified" in str(error).lower():
                    return number
            else:
                return number
        return 0

    def _on_its_way(self, job: Job | None) -> int | None:
        if job:
            job.traced = True
        return _noted(lambda: self._ledger.on_its_way(job.key if job else ""), None)

    def _arrived(self, note: int | None, number: int) -> None:
        if note:
            _noted(lambda: self._ledger.arrived(note, number), None)


def _noted(step: Callable[[], Result], otherwise: Result) -> Result:
    """Look into the ledger or write in it.

    A full disk must not keep anybody from an answer; it only makes a crash less tidy.
    """
    try:
        return step()
    except KnowledgeError as error:
        metrics.ledger_failed()
        _logger.warning("The ledger could not be kept: %s", error)
        return otherwise


def _message(data: Json, number: int) -> Json:
    """Write a message sent earlier as Telegram would have answered then."""
    chat = data["chat_id"]
    kind = "private" if isinstance(chat, int) and chat > 0 else "supergroup"
    return {"message_id": number, "date": int(time.time()), "chat": {"id": chat, "type": kind}}
