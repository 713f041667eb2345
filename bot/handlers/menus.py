"""The menus beside the input line, for each kind of chat, and what the bot's profile says."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import TelegramError

from bot import texts
from bot.admin import texts as admin_texts
from bot.services import Services
from knowledge import KnowledgeError

_logger = logging.getLogger(__name__)

# An administrator's own commands come first.
ADMINISTRATORS = admin_texts.COMMANDS | texts.PRIVATE_COMMANDS
# Under which it is noted who has their menu.
_NOTED = "menu"


async def publish(bot: Bot, titles: Sequence[str]) -> None:
    """Set everybody's menus, and descriptions with the reports' names, where they differ."""
    await put(bot, BotCommandScopeAllPrivateChats(), texts.PRIVATE_COMMANDS)
    await put(bot, BotCommandScopeAllGroupChats(), texts.GROUP_COMMANDS)
    with _tried():
        told = texts.description(titles)
        if (await bot.get_my_description()).description != told:
            await bot.set_my_description(told)
    with _tried():
        told = texts.short_description(titles)
        if (await bot.get_my_short_description()).short_description != told:
            await bot.set_my_short_description(told)


async def publish_to_administrators(bot: Bot, services: Services) -> None:
    """Give each administrator the menu, and take it from those who no longer are."""
    store, ids = services.knowledge.store, services.settings.admin_ids
    for gone in store.notes(_NOTED).keys() - ids:
        with _tried():
            await bot.delete_my_commands(BotCommandScopeChat(gone))
            store.put_note(_NOTED, gone, None)
    for one in sorted(ids):
        await offer(bot, services, one)


async def offer(bot: Bot, services: Services, administrator: int) -> None:
    """Set an administrator's menu; who never opened the chat gets it with their /start."""
    if await put(bot, BotCommandScopeChat(administrator), ADMINISTRATORS):
        with _tried():
            services.knowledge.store.put_note(_NOTED, administrator, "")


async def put(bot: Bot, scope: BotCommandScope, commands: Mapping[str, str]) -> bool:
    """Set a menu where another is set, and tell whether it was."""
    menu = [BotCommand(name, told) for name, told in commands.items()]
    with _tried():
        if list(await bot.get_my_commands(scope)) != menu:
            return await bot.set_my_commands(menu, scope)
    return False


@contextmanager
def _tried() -> Iterator[None]:
    """Let a refusal stop nothing."""
    try:
        yield
    except (TelegramError, KnowledgeError) as error:
        _logger.warning("A menu or description was not set: %s", error)
