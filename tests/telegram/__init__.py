"""A strict in-memory Telegram for tests: refuses, floods and fails as the real one does.

Two doors lead into it: `SandboxRequest` replaces the HTTP client inside python-telegram-bot,
`Server` speaks HTTP.
"""

from tests.telegram.request import SandboxRequest, deliver
from tests.telegram.server import Server
from tests.telegram.telegram import Flood, Telegram
from tests.telegram.values import (
    Button,
    Call,
    Chat,
    Json,
    LostError,
    Message,
    NoButtonError,
    Upload,
    User,
)

__all__ = [
    "Button",
    "Call",
    "Chat",
    "Flood",
    "Json",
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
