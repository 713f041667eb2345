"""A strict in-memory Telegram for tests: refuses, floods and fails as the real one does.

It builds on the lenient one of the product (`bot.simulator`). Two doors lead into it:
`SandboxRequest` replaces the HTTP client inside python-telegram-bot, `Server` speaks HTTP.
"""

from bot.simulator import (
    Button,
    Call,
    Message,
    NoButtonError,
    SandboxRequest,
    Upload,
    User,
    deliver,
)
from bot.simulator.request import LostError
from tests.telegram.chats import Chat
from tests.telegram.server import Server
from tests.telegram.telegram import Flood, Telegram

__all__ = [
    "Button",
    "Call",
    "Chat",
    "Flood",
    "LostError",
    "Message",
    "NoButtonError",
    "SandboxRequest",
    "Server",
    "Telegram",
    "Upload",
    "User",
    "deliver",
]
