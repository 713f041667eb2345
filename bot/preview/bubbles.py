"""Messages of the in-memory Telegram as the page shows them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.simulator import Button, Message
from bot.simulator.display import render
from bot.simulator.entities import Entity, cut

Json = dict[str, Any]

# How the page marks a command that can be tapped: no address of any network.
COMMAND = "command:"


def bubble(message: Message, bot: int) -> Json:
    """Give a message: whose it is, its text as Telegram's HTML, picture, file and buttons."""
    shown: Json = {
        "id": message.message_id,
        "mine": message.sender is None or message.sender.id != bot,
        "via": message.via_bot.username if message.via_bot else "",
        "date": message.date,
        "edited": message.edited,
        "html": render(message.text, [_tappable(message.text, one) for one in message.entities]),
        "keyboard": [[_button(button) for button in row] for row in message.keyboard],
        "reply_keyboard": [list(row) for row in message.reply_keyboard],
    }
    if message.photo and message.media:
        largest = message.media.json[-1]
        shown["photo"] = {"path": message.photo.path, "ratio": largest["width"] / largest["height"]}
    if message.document:
        file = message.document
        shown["file"] = {"path": file.path, "name": file.filename, "size": len(file.data)}
    return shown


def _tappable(text: str, entity: Entity) -> Entity:
    """Make a link of what Telegram's apps let people tap without one."""
    words = cut(text, entity)
    address = {
        "url": words if "://" in words else f"https://{words}",
        "email": f"mailto:{words}",
        "bot_command": COMMAND + words,
    }.get(entity.type)
    return replace(entity, type="text_link", argument=address) if address else entity


def _button(button: Button) -> Json:
    if button.data is not None:
        return {"text": button.text, "taps": True}
    if button.url:
        return {"text": button.text, "url": button.url}
    if button.copies:
        return {"text": button.text, "copies": button.copies}
    return {"text": button.text, "query": button.query or ""}
