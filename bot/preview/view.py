"""What the panel beside the chat shows: how a reply came about, and what the bot called."""

from __future__ import annotations

from typing import Any

from bot.simulator import Call
from knowledge import Answer, Explanation, Near, Suggestions

Json = dict[str, Any]

MOST_CANDIDATES = 5
# What a call carries beyond this is left out: a report to import can be megabytes.
LONGEST = 2_000


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
