"""Updates as Telegram sends them: read, screened, and handled in each chat's order, each once.

An update is noted as handled when it has been: what a crash leaves half done comes again. One that
may change the knowledge base is noted before as well, and not done again but spoken of.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any
from weakref import WeakValueDictionary

from telegram import Bot, Message, Update
from telegram.ext import BaseUpdateProcessor

from bot import texts
from bot.logs import place_of
from bot.messages.message import notice
from bot.services import App
from bot.transport import delivery, metrics
from knowledge import HandledUpdates, KnowledgeError

_logger = logging.getLogger(__name__)

Json = dict[str, Any]

# What Telegram is asked to send, by the names of the Bot API.
KINDS = ("message", "edited_message", "callback_query", "inline_query")
# No number of an update is higher: one that is must not be confirmed, or all others would be.
LAST = 2**53
# What python-telegram-bot takes for granted.
TYPES: dict[str, type] = {
    **dict.fromkeys("text caption data query first_name username title type".split(), str),
    **dict.fromkeys("message_id message_thread_id date edit_date length".split(), int),
    **dict.fromkeys("message chat from sender_chat reply_to_message reply_markup".split(), dict),
    **dict.fromkeys("entities caption_entities inline_keyboard".split(), list),
    "is_bot": bool,
}
NUMBERED = {"chat": "id", "from": "id", "sender_chat": "id", "entity": "offset"}
# Chats at work at a time; each has one turn before any has its next.
CHATS = 256
# More than are ever held: an update that waits for its chat must keep no other chat waiting.
UPDATES = 1_000_000
# Messages whose text is remembered, to tell an edit from what Telegram merely calls one.
REMEMBERED = 5_000


def number_of(raw: object) -> int | None:
    """Give the number of an update, None for what has none that can be counted."""
    with suppress(KeyError, TypeError, ValueError):
        given = raw["update_id"]  # type: ignore[index]
        number = int(given) if isinstance(given, int | str) else -1
        if 0 <= number <= LAST:
            return number
    return None


def kind_of(raw: Json) -> str:
    """Name what an update brings, as the Bot API does."""
    return next((kind for kind in KINDS if kind in raw), "other")


def chat_of(raw: Json) -> Json | None:
    """Give the chat that an update stands in, or the person where it stands in none."""
    with suppress(AttributeError, KeyError, TypeError):
        content = raw[kind_of(raw)]
        found = (content.get("message") or content).get("chat") or content["from"]
        return found if isinstance(found, dict) else None
    return None


def read(raw: Json, bot: Bot) -> Update:
    """Read an update; whatever is wrong with it raises an exception of some kind."""
    content = dict(raw[kind_of(raw)])
    _modernise(content)
    _check(content)
    return Update.de_json({**raw, "update_id": number_of(raw), kind_of(raw): content}, bot)


def _check(value: object, name: str = "") -> None:
    """Raise an exception for what would fail later, in the midst of things."""
    if type(value) is not TYPES.get(name, type(value)):
        raise ValueError("a value of another type than Telegram's")
    if isinstance(value, int | float) and not -LAST <= value <= LAST:
        raise ValueError("a number that Telegram does not send")
    if name in NUMBERED and type(value[NUMBERED[name]]) is not int:  # type: ignore[index]
        raise ValueError("what should be a number is none")
    if isinstance(value, dict):
        for inner, part in value.items():
            _check(part, inner)
    elif isinstance(value, list):
        for part in value:
            _check(part, "entity" if name.endswith("entities") else "")


def _modernise(content: Json) -> None:
    """Write what older Bot API servers say, and what can no longer be read, as is usual."""
    if "forward_origin" not in content and any(name.startswith("forward_") for name in content):
        date = content.get("forward_date", content.get("date"))
        content["forward_origin"] = {"type": "hidden_user", "sender_user_name": "", "date": date}
    message = content.get("message")
    if isinstance(message, dict) and message.get("date") == 0:
        # Telegram calls this message inaccessible: one to which nothing but an answer can be sent.
        content["message"] = {**message, "date": int(time.time())}


async def handle(application: App, raw: Json) -> None:
    """Handle an update when it is its chat's turn; one that cannot be read is passed over."""
    order = application.update_processor
    assert isinstance(order, ChatOrder)
    async with order.turn(raw):
        try:
            update = read(raw, application.bot)
        except Exception as error:
            metrics.count("handler_errors")
            # Nothing of what it says: people's words may stand in it.
            _logger.warning("An update cannot be read and is passed over (%s)", place_of(error))
            return
        work = application.process_update(update)
        try:
            await order.process_update(update, work)
        except Exception as error:
            await application.process_error(update, error)
        finally:
            work.close()


class ChatOrder(BaseUpdateProcessor):
    """Decides when and whether an update is handled; `changes` tells which may change the base."""

    def __init__(self, handled: HandledUpdates, changes: Callable[[Update], bool]) -> None:
        super().__init__(UPDATES)
        self._handled = handled
        self._changes = changes
        self._turns = asyncio.Semaphore(CHATS)
        self._chats: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        # By chat and message: the hash of what it says.
        self._said: OrderedDict[tuple[int, int], int] = OrderedDict()

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to clear away."""

    @asynccontextmanager
    async def turn(self, raw: Json) -> AsyncIterator[None]:
        """Wait until all that came before in an update's chat is done."""
        # By what has not been read yet: to read a burst would hold up everybody.
        key = str((chat_of(raw) or {}).get("id"))
        async with self._chats.setdefault(key, asyncio.Lock()), self._turns:
            yield

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Await an update's handlers, unless it is none of the bot's or was handled before."""
        assert isinstance(update, Update)
        if not self._is_for_the_bot(update):
            return
        if update.inline_query:
            # Cards may be given twice without anybody noticing.
            await coroutine
        else:
            await self._once(update, coroutine)

    async def _once(self, update: Update, coroutine: Awaitable[Any]) -> None:
        handled, name = self._handled, f"{update.get_bot().id}:{update.update_id}"
        is_done = _noted(lambda: handled.is_done(name))
        if is_done:
            return
        if is_done is False:
            await delivery.say(update, notice(texts.INTERRUPTED))
        else:
            if self._changes(update):
                _noted(lambda: handled.note(name, is_done=False))
            await coroutine
        _noted(lambda: handled.note(name, is_done=True))

    def _is_for_the_bot(self, update: Update) -> bool:
        message = update.effective_message
        if message is None:
            return update.inline_query is not None or update.callback_query is not None
        if message.business_connection_id:
            # Written to a person whom this bot may help, not to the bot.
            return False
        if update.callback_query:
            return True
        if message.from_user and message.from_user.is_bot and not message.sender_chat:
            # Two bots that answer each other would never end. Those with a `sender_chat` are
            # Telegram's own, who stand for people.
            return False
        return self._says_something_new(message, edited=update.message is None)

    def _says_something_new(self, message: Message, *, edited: bool) -> bool:
        """Tell whether a message is new or its text was changed: a reaction is no edit.

        Of one written before the program started nobody can tell, and silence disturbs nobody.
        """
        place = message.chat.id, message.message_id
        said = hash(message.text or message.caption or "")
        known = self._said.get(place)
        self._said[place] = said
        self._said.move_to_end(place)
        if len(self._said) > REMEMBERED:
            self._said.popitem(last=False)
        return not edited or known not in (None, said)


def _noted(step: Callable[[], bool | None]) -> bool | None:
    """Look up or note an update; a full disk must not keep anybody from an answer."""
    try:
        return step()
    except KnowledgeError as error:
        metrics.count("note_errors")
        _logger.warning("What was handled could not be noted: %s", error)
        return None
