"""What a person can do on the page, as the in-memory Telegram takes it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable
from typing import Any

from bot import console, texts
from bot.preview.session import Session, Where
from bot.simulator import Json, Message

Say = Callable[[Json], None]
Act = Callable[[Session, Where, Json, Say], Awaitable[None]]


class ActError(Exception):
    """Something that cannot be done; the message says why."""


async def look(session: Session, where: Where, given: Json, say: Say) -> None:
    """Look at a chat; the page asks this when it opens or changes sides."""


async def text(session: Session, where: Where, given: Json, say: Say) -> None:
    """Type a message, perhaps in reply to another."""
    words, reply_to = str(given["text"]), int(given.get("reply_to") or 0) or None
    await session.act(
        where,
        lambda person, chat: session.telegram.text(person, words, chat, reply_to=reply_to),
    )


async def edit(session: Session, where: Where, given: Json, say: Say) -> None:
    """Change one's earlier message."""
    message, words = _message(session, where, given), str(given["text"])
    if message.sender != session.seats[where].person or not words.strip():
        raise ActError(texts.NOT_YOURS)
    await session.act(where, lambda person, _: session.telegram.edit(person, message, words))


async def tap(session: Session, where: Where, given: Json, say: Say) -> None:
    """Press a button by its place."""
    message = _message(session, where, given)
    try:
        button = message.keyboard[int(given["row"])][int(given["column"])]
    except IndexError:
        raise ActError(texts.OLD_BUTTON) from None
    if button.data is not None:
        data = button.data
        await session.act(where, lambda person, _: session.telegram.tap(person, message, data=data))


async def file(session: Session, where: Where, given: Json, say: Say) -> None:
    """Send a file."""
    try:
        data = base64.b64decode(given["data"], validate=True)
    except binascii.Error:
        raise ActError(texts.NO_FILE) from None
    if not data:
        raise ActError(texts.EMPTY_FILE)
    name = str(given["name"])[:100] or "file"
    await session.act(
        where, lambda person, chat: session.telegram.document(person, name, data, chat=chat)
    )


async def inline(session: Session, where: Where, given: Json, say: Say) -> None:
    """Type something after the bot's name, and be shown cards."""
    words = str(given["text"])[:256]
    await session.act(where, lambda person, _: session.telegram.inline(person, words))
    say({"cards": session.cards(where), "for": words})


async def choose(session: Session, where: Where, given: Json, say: Say) -> None:
    """Send one of the cards shown."""
    card = str(given["card"])
    await session.act(where, lambda person, chat: session.telegram.choose(person, card, chat))


async def new(session: Session, where: Where, given: Json, say: Say) -> None:
    """Begin the chat anew."""
    await session.renew(where)
    say({"toast": console.NEW_CHAT, "alert": False})


def _message(session: Session, where: Where, given: Json) -> Message:
    try:
        return session.seats[where].chat.log[int(given["message"])]
    except KeyError:
        raise ActError(texts.OLD_BUTTON) from None


ACTS: dict[Any, Act] = {
    act.__name__: act for act in (look, text, edit, tap, file, inline, choose, new)
}
