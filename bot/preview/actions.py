"""What a person can do on the page, as the in-memory Telegram takes it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable
from typing import Any

from bot import texts
from bot.preview.session import Json, Room, Who
from bot.simulator import Message, User

Say = Callable[[Json], None]
Act = Callable[[Room, Who, Json, Say], Awaitable[None]]


class ActError(Exception):
    """Something that cannot be done; the message says why."""


async def look(room: Room, who: Who, given: Json, say: Say) -> None:
    """Look at a person's chat; the page asks this when it opens or changes sides."""


async def text(room: Room, who: Who, given: Json, say: Say) -> None:
    """Type a message."""
    words = str(given["text"])
    await room.act(who, lambda person: room.telegram.text(person, words))


async def edit(room: Room, who: Who, given: Json, say: Say) -> None:
    """Change one's earlier message."""
    message, words = _message(room, who, given), str(given["text"])
    if message.sender != room.seats[who].person or not words.strip():
        raise ActError(texts.NOT_YOURS)
    await room.act(who, lambda person: room.telegram.edit(person, message, words))


async def tap(room: Room, who: Who, given: Json, say: Say) -> None:
    """Press a button by its place."""
    message = _message(room, who, given)
    try:
        button = message.keyboard[int(given["row"])][int(given["column"])]
    except IndexError:
        raise ActError(texts.OLD_BUTTON) from None
    if button.data is not None:
        data = button.data
        await room.act(who, lambda person: room.telegram.tap(person, message, data=data))


async def file(room: Room, who: Who, given: Json, say: Say) -> None:
    """Send a file."""
    try:
        data = base64.b64decode(given["data"], validate=True)
    except binascii.Error:
        raise ActError(texts.NO_FILE) from None
    if not data:
        raise ActError(texts.EMPTY_FILE)
    name = str(given["name"])[:100] or "file"
    await room.act(who, lambda person: room.telegram.document(person, name, data))


async def inline(room: Room, who: Who, given: Json, say: Say) -> None:
    """Type something after the bot's name, and be shown cards."""
    words = str(given["text"])[:256]
    await room.act(who, lambda person: room.telegram.inline(person, words))
    say({"cards": room.cards(who), "for": words})


async def choose(room: Room, who: Who, given: Json, say: Say) -> None:
    """Send one of the cards shown, here in place of some other chat."""
    card = str(given["card"])

    def send(person: User) -> object:
        return room.telegram.choose(person, card, person)

    await room.act(who, send)


def _message(room: Room, who: Who, given: Json) -> Message:
    chat = room.telegram.chat(room.seats[who].person)
    try:
        return chat.log[int(given["message"])]
    except KeyError:
        raise ActError(texts.OLD_BUTTON) from None


ACTS: dict[Any, Act] = {act.__name__: act for act in (look, text, edit, tap, file, inline, choose)}
