"""What the page shows: messages, how a reply came about, and what the bot called."""

from __future__ import annotations

from typing import Any

from bot.charts.drawing import described
from bot.simulator import Button, Call, Json, Message, User
from knowledge import Answer, Explanation, Near, Suggestions

MOST_CANDIDATES = 5
# What a call carries beyond this is left out: a report to import can be megabytes.
LONGEST = 2_000


def bubble(message: Message, viewer: User) -> Json:
    """Give a message: whose it is, its text as Telegram's HTML, picture, file and buttons."""
    sender = message.sender
    shown: Json = {
        "id": message.message_id,
        "mine": sender == viewer,
        "sender": sender.first_name if sender else "",
        "via": message.via_bot.username if message.via_bot else "",
        "reply_to": message.reply_to or 0,
        "date": message.date,
        "edited": message.edited,
        "text": message.text,
        "html": message.html,
        "keyboard": [[_button(button) for button in row] for row in message.keyboard],
    }
    if message.photo and message.media:
        largest = message.media.json[-1]
        shown["photo"] = {
            "path": message.photo.path,
            "ratio": largest["width"] / largest["height"],
            "told": described(message.photo.data),
        }
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


def explained(explanation: Explanation) -> Json:
    """Give an explanation for the page: what `ask --why` prints."""
    reply = explanation.reply
    outcome = (
        "answer"
        if isinstance(reply, Answer)
        else "suggest"
        if isinstance(reply, Suggestions)
        else "near"
        if isinstance(reply, Near)
        else "gap"
        if reply.gap
        else "unknown"
    )
    return {
        "question": explanation.question,
        "outcome": outcome,
        "verdict": explanation.verdict,
        "reading": list(explanation.reading),
        "read_as": explanation.read_as,
        "repairs": [list(pair) for pair in explanation.repairs],
        "none": explanation.none,
        "candidates": [
            {
                "fact": one.fact.id,
                "question": one.fact.question,
                "gap": one.fact.is_gap,
                "confidence": one.confidence,
                "nearest": one.nearest,
                "features": [[name, round(value, 3)] for name, value in one.features],
            }
            for one in explanation.candidates[:MOST_CANDIDATES]
        ],
    }


def called(number: int, call: Call) -> Json:
    """Give a Bot API call for the page."""
    return {
        "number": number,
        "method": call.method,
        "status": call.status,
        "error": call.error,
        "parameters": _brief(call.parameters),
        "result": _brief(call.result),
    }


def _brief(value: Any) -> Any:
    if isinstance(value, str) and len(value) > LONGEST:
        return value[:LONGEST] + "…"
    if isinstance(value, dict):
        return {name: _brief(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_brief(part) for part in value]
    return value
