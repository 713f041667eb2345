"""The in-memory Telegram that the strict one is built on: people, chats, messages, files.

It knows what there is and what changes it; what Telegram refuses is added around it.
"""

from tests.telegram.lenient.request import SandboxRequest, deliver
from tests.telegram.lenient.telegram import Telegram
from tests.telegram.lenient.values import (
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
