"""Shows "typing …" to whoever has to wait, the newest first: those have seen nothing yet.

Answers go at Telegram's 30 messages a second: with 5,000 people before them a newcomer waits
three minutes at best, in any fair order. At least they see at once that they have been heard.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

from bot.transport.inbox import Held, Inbox
from bot.transport.updates import private_chat_of

# Seconds that somebody waits in silence, and between two such notices: few, beside the answers.
SILENT = 1.0
APART = 0.5


async def show_typing(bot: Bot, inbox: Inbox) -> None:
    """Tell one after the other that they have been heard, until cancelled."""
    while True:
        await asyncio.sleep(APART)
        if held := _unheard(inbox):
            chat = private_chat_of(held.raw)
            # Where Telegram asks to wait, the newest is still the one to be told next.
            with suppress(RetryAfter):
                if chat is not None:
                    with suppress(BadRequest, Forbidden, NetworkError):
                        await bot.send_chat_action(chat, ChatAction.TYPING)
                held.heard = True


def _unheard(inbox: Inbox) -> Held | None:
    """Give the newest who has waited in silence."""
    return next(
        (one for one in inbox.newest_first() if one.waited > SILENT and not one.heard), None
    )
