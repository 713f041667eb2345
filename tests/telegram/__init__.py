"""A strict in-memory Telegram for tests: refuses, floods and fails as the real one does.

It builds on the lenient one of the product (`tests.telegram.lenient`). Two doors lead into it:
`SandboxRequest` replaces the HTTP client inside python-telegram-bot, `Server` speaks HTTP.
"""

from tests.telegram.chats import Chat
from tests.telegram.lenient import (
    Button,
    Call,
    Message,
    NoButtonError,
    SandboxRequest,
    Upload,
    User,
    deliver,
)
from tests.telegram.lenient.request import LostError
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
