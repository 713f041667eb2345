"""Messages of the in-memory Telegram as the page shows them."""

from __future__ import annotations

from typing import Any

from bot.simulator import Button, Message

Json = dict[str, Any]


def bubble(message: Message, bot: int) -> Json:
    """Give a message: whose it is, its text as Telegram's HTML, picture, file and buttons."""
    shown: Json = {
        "id": message.message_id,
        "mine": message.sender is None or message.sender.id != bot,
        "via": message.via_bot.username if message.via_bot else "",
        "date": message.date,
        "edited": message.edited,
        "html": message.html,
        "keyboard": [[_button(button) for button in row] for row in message.keyboard],
    }
    if message.photo and message.media:
        largest = message.media.json[-1]
        shown["photo"] = {"path": message.photo.path, "ratio": largest["width"] / largest["height"]}
    if message.document:
        file = message.document
        shown["file"] = {"path": file.path, "name": file.filename, "size": len(file.data)}
    return shown


def _button(button: Button) -> Json:
    if button.data is not None:
        return {"text": button.text, "taps": True}
    if button.url:
        return {"text": button.text, "url": button.url}
    if button.copies:
        return {"text": button.text, "copies": button.copies}
    return {"text": button.text, "query": button.query or ""}
