"""Messages on their way to Telegram: none twice, none lost, whatever happens on the way.

The Bot API has no way to say "only if you haven't yet". So every message is noted in the ledger
before it goes, and with its number once it has arrived. Where the program or the connection ended
in between, the numbers that the message may have got are touched in a way that changes nothing:
Telegram lets a bot touch only its own messages, so one that can be touched is the one in doubt.

Telegram counts the messages of each supergroup, and for each bot those of all its other chats.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
from telegram import Update
from telegram.error import BadRequest, NetworkError, TelegramError

from bot.transport import metrics
from knowledge import KnowledgeError
from knowledge.storage.ledger import Claim, Delivery, Ledger

_logger = logging.getLogger(__name__)

# Looked up when needed, so that tests need not wait.
sleep = asyncio.sleep

Result = TypeVar("Result")
Json = dict[str, Any]
Call = Callable[[], Awaitable[Any]]
Touch = Callable[[int], Awaitable[Any]]

# What puts a new message in a chat; everything else may be done twice without anybody noticing.
SENDS = frozenset({"sendMessage", "sendPhoto", "sendDocument"})
# So many numbers beyond the highest seen are looked at, all in all not more than so many, together.
BEYOND = 60
MOST = 300
AT_ONCE = 10
# After a crash under load, so many chats are looked through at a time.
LOOKING = 3
# Seconds before that, for what is still under way; meanwhile others' numbers tell how far to look.
SETTLE = 0.5
# So many messages of people are remembered by number: what came from them is not the bot's.
PEOPLES = 5_000
# Supergroups have ids below this.
SUPERGROUP = -1_000_000_000_000
# So many supergroups are remembered with their last number.
GROUPS = 10_000
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(slots=True)
class Job:
    """An update being handled: its chat, and what was sent for it before a crash."""

    key: str
    chat: int | None = None
    earlier: list[Delivery | None] = field(default_factory=list)


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
        self._looking = asyncio.Semaphore(LOOKING)
        # The highest number seen, by supergroup; under 0 that of all other chats.
        self._highest: OrderedDict[int, int] = OrderedDict()
        self._peoples: OrderedDict[tuple[int, int], None] = OrderedDict()

    def notice(self, update: Json) -> None:
        """Note the number of a message that people have written, from an update not yet read."""
        with suppress(AttributeError, KeyError, TypeError, ValueError):
            message = update["message"]
            self.saw(int(message["chat"]["id"]), int(message["message_id"]))

    def passed(self, chat: int, number: int) -> None:
        """Note that the messages of a chat have got as far as a number."""
        self._seen(chat, number)

    def saw(self, chat: int, number: int) -> None:
        """Note the number of a message that people have written."""
        self._seen(chat, number)
        self._peoples[_counter(chat), number] = None
        if len(self._peoples) > PEOPLES:
            self._peoples.popitem(last=False)

    def claim(self, update: Update) -> tuple[Claim, Job]:
        """Take an update, unless it is done or another worker has it, and give the job it is."""
        chat = update.effective_chat
        job = Job(f"{self._bot_id}:{update.update_id}", chat.id if chat else None)
        unknown: Claim | None = None
        claim = _noted(lambda: self._ledger.claim(job.key), unknown)
        if claim is None:
            # Where nothing can be written, what stands there can still be read.
            claim = _noted(lambda: self._ledger.look(job.key), Claim.NEW)
        if claim is Claim.AGAIN:
            nothing: tuple[Delivery, ...] = ()
            job.earlier += _noted(lambda: self._ledger.deliveries(job.key), nothing)
        return claim, job

    def finish(self, job: Job) -> None:
        """Note that a job is done."""
        _noted(lambda: self._ledger.finish(job.key), None)

    async def send(self, data: Json, call: Call, touch: Touch) -> Any:
        """Send a message unless it has been; `touch` changes nothing on one of the bot's own."""
        job = CURRENT.get()
        if job and job.chat != data["chat_id"]:
            # A notice to somebody else.
            job = None
        doubtful = bool(job and job.earlier)
        note = job.earlier.pop(0) if job and doubtful else self._on_its_way(job, data["chat_id"])
        if note and note.number:
            return _message(data, note.number)
        if note and note.after:
            # After a crash the oldest updates come first: what is in doubt is newer than they are.
            self._seen(data["chat_id"], note.after)
        try:
            if doubtful:
                if number := await self._find(data["chat_id"], note, touch):
                    self._arrived(data["chat_id"], note, number)
                    return _message(data, number)
                # It never came. What goes now gets a number of now.
                self._refused(note)
                note, doubtful = self._on_its_way(job, data["chat_id"]), False
            sent = await call()
        except TelegramError as error:
            if is_network(error) and (doubtful or not never_sent(error)):
                if job:
                    # The next attempt begins by looking whether this one arrived.
                    job.earlier.insert(0, note)
            else:
                self._refused(note)
            raise
        self._arrived(data["chat_id"], note, int(sent["message_id"]))
        return sent

    async def _find(self, chat: object, note: Delivery | None, touch: Touch) -> int:
        """Give the number of a message that may have arrived, 0 if none did."""
        if note is None or note.after is None:
            return 0
        await sleep(SETTLE)
        async with self._looking:
            for some in self._candidates(chat, note.after):
                results = await asyncio.gather(*map(touch, some), return_exceptions=True)
                for number, result in zip(some, results, strict=True):
                    if not isinstance(result, BaseException):
                        return number
                    if not isinstance(result, BadRequest):
                        raise result
                    if "not modified" in str(result).lower():
                        return number
        return 0

    def _candidates(self, chat: object, after: int) -> Iterator[list[int]]:
        """Give, some at a time, the numbers that a message in doubt may have got."""
        counter = _counter(chat)
        first, last = after + 1, max(self._highest.get(counter, 0), after) + BEYOND
        # What the ledger knows by its number is not in doubt.
        known: frozenset[int] = frozenset()
        if not counter:
            known = _noted(lambda: self._ledger.known(self._bot_id, first, last), known)
        numbers = [
            number
            for number in range(first, last + 1)
            if number not in known and (counter, number) not in self._peoples
        ][:MOST]
        for start in range(0, len(numbers), AT_ONCE):
            yield numbers[start : start + AT_ONCE]

    def _on_its_way(self, job: Job | None, chat: object) -> Delivery | None:
        counter = _counter(chat)
        after, key = self._highest.get(counter), job.key if job else ""
        # The numbers of supergroups are not kept apart: their ids are nobody's business.
        sequence = "" if counter else self._bot_id
        note: Delivery | None = None
        return _noted(lambda: self._ledger.on_its_way(key, after, sequence), note)

    def _arrived(self, chat: object, note: Delivery | None, number: int) -> None:
        self._seen(chat, number)
        if note:
            _noted(lambda: self._ledger.arrived(note.note, number), None)

    def _refused(self, note: Delivery | None) -> None:
        if note:
            _noted(lambda: self._ledger.refused(note.note), None)

    def _seen(self, chat: object, number: int) -> None:
        counter = _counter(chat)
        self._highest[counter] = max(number, self._highest.get(counter, 0))
        self._highest.move_to_end(counter)
        if len(self._highest) > GROUPS:
            self._highest.popitem(last=False)


def _counter(chat: object) -> int:
    return chat if isinstance(chat, int) and chat < SUPERGROUP else 0


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
