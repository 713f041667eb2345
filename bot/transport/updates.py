"""Updates as Telegram sends them: what they are, and how they are read and handed on."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from typing import Any

from telegram import Bot, Update
from telegram.ext import Application

from bot.transport import metrics
from bot.transport.notices import place_of

_logger = logging.getLogger(__name__)

Json = dict[str, Any]

# What Telegram is asked to send, by the names of the Bot API.
KINDS = ("message", "edited_message", "callback_query", "inline_query")
# No number of an update is higher: one that is must not be confirmed, or all others would be.
LAST = 2**53
# What python-telegram-bot takes for granted, in the objects that handlers look into.
TYPES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys("text caption data query first_name username title type".split(), (str,)),
    **dict.fromkeys("message_id message_thread_id date edit_date length".split(), (int,)),
    **dict.fromkeys("message chat from sender_chat reply_to_message reply_markup".split(), (dict,)),
    **dict.fromkeys("entities caption_entities inline_keyboard".split(), (list,)),
    "id": (int, str),
    "is_bot": (bool,),
}
OBJECTS = frozenset(
    {*KINDS, "", *(name for name, types in TYPES.items() if {dict, list} & {*types})}
)
NUMBERS = {
    **dict.fromkeys(("chat", "from", "sender_chat"), ("id",)),
    **dict.fromkeys(("entities", "caption_entities"), ("offset", "length")),
}


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


def private_chat_of(raw: Json) -> int | None:
    """Give the private chat that a message or tap stands in."""
    with suppress(AttributeError, KeyError, TypeError, ValueError):
        content = raw[kind_of(raw)]
        chat = (content.get("message") or content)["chat"]
        return int(chat["id"]) if chat["type"] == "private" else None
    return None


def read(raw: Json, bot: Bot) -> Update:
    """Read an update; whatever is wrong with it raises an exception of some kind."""
    number = number_of(raw)
    content = dict(raw[kind_of(raw)])
    _modernise(content)
    whole = {**raw, "update_id": number, kind_of(raw): content}
    _check(whole)
    return Update.de_json(whole, bot)


def _check(value: object, name: str = "") -> None:
    """Raise an exception for what would fail later, in the midst of things."""
    if isinstance(value, list):
        for part in value:
            _check(part, name if name in NUMBERS else "")
        return
    if isinstance(value, dict):
        if not all(isinstance(value[one], int) for one in NUMBERS.get(name, ())):
            raise ValueError("what should be a number is none")
        for inner, part in value.items():
            types = TYPES.get(inner)
            if types and (not isinstance(part, types) or (isinstance(part, bool) and int in types)):
                raise ValueError("a value of another type than Telegram's")
            if isinstance(part, int | float) and not -LAST <= part <= LAST:
                raise ValueError("a number that Telegram does not send")
            if inner in OBJECTS:
                _check(part, inner)


def _modernise(content: Json) -> None:
    """Write what older Bot API servers say, and what can no longer be read, as is usual."""
    if "forward_origin" not in content and any(name.startswith("forward_") for name in content):
        content["forward_origin"] = {
            "type": "hidden_user",
            "sender_user_name": "",
            "date": content.get("forward_date", content.get("date")),
        }
    message = content.get("message")
    if isinstance(message, dict) and message.get("date") == 0:
        # Telegram calls this message inaccessible: one to which nothing but an answer can be sent.
        content["message"] = {**message, "date": int(time.time())}


async def handle(application: Application[Any, Any, Any, Any, Any, Any], raw: Json) -> None:
    """Handle an update; one that cannot be read is passed over."""
    try:
        update = read(raw, application.bot)
    except Exception as error:
        metrics.fault()
        # Nothing of what it says: people's words may stand in it.
        _logger.warning("An update cannot be read and is passed over (%s)", place_of(error))
        return
    try:
        work = application.process_update(update)
        await application.update_processor.process_update(update, work)
    except Exception as error:
        await application.process_error(update, error)
