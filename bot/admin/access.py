"""Who may use the administrators' side, and the menu that only they see."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Coroutine
from typing import Any

from telegram import Bot, BotCommand, BotCommandScopeChat, Message, Update
from telegram.error import TelegramError
from telegram.ext import filters

from bot import texts
from bot.admin import services as offices
from bot.admin.services import Office
from bot.admin.texts import COMMANDS
from bot.handlers import buttons, commands
from bot.messages.message import notice
from bot.services import Context
from bot.transport import delivery
from knowledge import KnowledgeError

_logger = logging.getLogger(__name__)

MENU = "menu"
Handler = Callable[[Update, Context], Coroutine[Any, Any, None]]


def administrators(ids: Collection[int], *, forwarded: bool = False) -> filters.BaseFilter:
    """Give the filter for what administrators themselves send to the bot in private.

    A forwarded message is somebody else's words, and an edited one was dealt with already.
    """
    theirs = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE & filters.User(ids)
    theirs &= ~filters.VIA_BOT
    return theirs if forwarded else theirs & ~filters.FORWARDED


def is_administrator(update: Update, office: Office) -> bool:
    """Tell whether a tap is an administrator's, in the private chat with the bot."""
    query = update.callback_query
    if query is None or query.from_user.id not in office.services.settings.admin_ids:
        return False
    return query.message is not None and query.message.chat.id == query.from_user.id


def who(update: Update) -> int:
    """Give the id of the administrator who wrote or tapped."""
    assert update.effective_user is not None
    return update.effective_user.id


def explained(handler: Handler) -> Handler:
    """Let a handler's refusals reach the administrator as the sentences they are."""

    async def told(update: Update, context: Context) -> None:
        try:
            await handler(update, context)
        except KnowledgeError as error:
            message = update.effective_message
            assert isinstance(message, Message)
            await delivery.reply(message, notice(str(error)[:4000]))

    return told


async def refused(update: Update, context: Context) -> None:
    """Answer an administrators' command of somebody else like any command there isn't."""
    _logger.warning("Somebody who is no administrator sent an administrators' command")
    await commands.unknown(update, context)


async def refused_tap(update: Update, context: Context) -> None:
    """Answer an administrators' button of somebody else like any button there isn't."""
    _logger.warning("Somebody who is no administrator sent an administrators' button")
    await buttons.outdated(update, context)


async def publish(bot: Bot, office: Office) -> None:
    """Give each administrator the menu, and take it from those who no longer are."""
    ids = office.services.settings.admin_ids
    for gone in office.editor.notes(MENU).keys() - ids:
        if await _attempt(bot.delete_my_commands(BotCommandScopeChat(gone))):
            _note(office, gone, None)
    for one in sorted(ids):
        await offer(bot, office, one)


def wanted_menu() -> list[BotCommand]:
    """Give what an administrator's menu lists."""
    return [
        BotCommand(name, text)
        for menu in (texts.PRIVATE_COMMANDS, COMMANDS)
        for name, text in menu.items()
    ]


async def offer(bot: Bot, office: Office, one: int) -> None:
    """Set an administrator's menu where it is not set."""
    scope, wanted = BotCommandScopeChat(one), wanted_menu()
    try:
        if list(await bot.get_my_commands(scope)) == wanted:
            return
    except TelegramError as error:
        # Who never opened the chat has none yet; the menu comes with their /start.
        _logger.warning("An administrator's menu was not set: %s", error)
        return
    if await _attempt(bot.set_my_commands(wanted, scope)):
        _note(office, one, "")


async def _attempt(call: Awaitable[object]) -> bool:
    try:
        await call
    except TelegramError as error:
        _logger.warning("An administrator's menu was not set: %s", error)
        return False
    return True


def _note(office: Office, one: int, text: str | None) -> None:
    try:
        office.editor.put_note(MENU, one, text)
    except KnowledgeError as error:
        _logger.warning("An administrator's menu was not noted: %s", error)


async def started(update: Update, context: Context) -> None:
    """Give an administrator who opens the chat the menu that could not be set before."""
    await offer(context.bot, offices.of(context), who(update))
