"""An in-memory Telegram: the Bot API on one side, people with phones on the other.

`Telegram` is the core, a synchronous state machine. Two doors lead into it: `SandboxRequest`
replaces the HTTP client inside python-telegram-bot, `Server` speaks real HTTP on loopback.
"""

from bot.simulator.chats import Button, Call, Chat, Message, Toast, User
from bot.simulator.people import NoButtonError
from bot.simulator.request import SandboxRequest, deliver
from bot.simulator.server import Server
from bot.simulator.telegram import Telegram

__all__ = [
    "Button",
    "Call",
    "Chat",
    "Message",
    "NoButtonError",
    "SandboxRequest",
    "Server",
    "Telegram",
    "Toast",
    "User",
    "deliver",
]
