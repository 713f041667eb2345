"""The command menus and descriptions that Telegram shows, set only where they differ."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)
from telegram.error import TelegramError

from bot import texts

_logger = logging.getLogger(__name__)

MENUS: tuple[tuple[BotCommandScope, Mapping[str, str]], ...] = (
    (BotCommandScopeAllPrivateChats(), texts.PRIVATE_COMMANDS),
    (BotCommandScopeAllGroupChats(), texts.GROUP_COMMANDS),
)


async def publish(bot: Bot, titles: Sequence[str]) -> None:
    """Set menus, and descriptions with the reports' names; a refusal stops nothing."""
    for scope, commands in MENUS:
        await _attempt(_menu, bot, scope, commands)
    await _attempt(_description, bot, texts.description(titles))
    await _attempt(_short_description, bot, texts.short_description(titles))


async def _attempt(step: Callable[..., Awaitable[None]], *arguments: object) -> None:
    try:
        await step(*arguments)
    except TelegramError as error:
        _logger.warning("A menu or description was not set: %s", error)


async def _menu(bot: Bot, scope: BotCommandScope, commands: Mapping[str, str]) -> None:
    wanted = [BotCommand(name, description) for name, description in commands.items()]
    if list(await bot.get_my_commands(scope)) != wanted:
        await bot.set_my_commands(wanted, scope)


async def _description(bot: Bot, wanted: str) -> None:
    if (await bot.get_my_description()).description != wanted:
        await bot.set_my_description(wanted)


async def _short_description(bot: Bot, wanted: str) -> None:
    if (await bot.get_my_short_description()).short_description != wanted:
        await bot.set_my_short_description(wanted)
