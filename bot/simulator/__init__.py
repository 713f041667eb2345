"""An in-memory Telegram for the terminal and the preview: people on one side, the bot on the other.

It is lenient: what the bot writes is shown as it stands. `tests.telegram` is the strict one.
"""

from bot.simulator.request import SandboxRequest, deliver
from bot.simulator.telegram import Telegram
from bot.simulator.values import (
    Button,
    Call,
    Chat,
    Json,
    Message,
    NoButtonError,
    Toast,
    Upload,
    User,
)

__all__ = [
    "Button",
    "Call",
    "Chat",
    "Json",
    "Message",
    "NoButtonError",
    "SandboxRequest",
    "Telegram",
    "Toast",
    "Upload",
    "User",
    "deliver",
]
