"""The bot as a program: built, started by polling or webhook, stopped."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from contextlib import suppress
from urllib.parse import urlsplit

from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import InvalidToken
from telegram.ext import AIORateLimiter, ApplicationBuilder, Defaults
from telegram.request import BaseRequest

from bot import errors, menu, state, texts
from bot.admin import access, office
from bot.order import InOrder
from bot.registry import UPDATES, register
from bot.settings import Settings
from bot.state import App
from knowledge import KnowledgeBase, KnowledgeError

_logger = logging.getLogger(__name__)

# Telegram answers 429 when a chat or the whole bot is too fast; so often a message is tried again.
RETRIES = 3
DAY = 24 * 3600
_CHORES = "chores"


def build(
    settings: Settings,
    knowledge: KnowledgeBase,
    request: BaseRequest | None = None,
    updates_request: BaseRequest | None = None,
) -> App:
    """Build the application; the requests replace its HTTP clients, as in tests."""
    builder = (
        ApplicationBuilder()
        .token(settings.token)
        .base_url(f"{settings.api_root}/bot")
        .base_file_url(f"{settings.api_root}/file/bot")
        .defaults(
            Defaults(
                parse_mode=ParseMode.HTML,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                # A question deleted in the meantime is still answered.
                allow_sending_without_reply=True,
            )
        )
        .rate_limiter(AIORateLimiter(max_retries=RETRIES))
        .concurrent_updates(InOrder())
        .post_init(started)
        .post_shutdown(stopped)
    )
    if request and updates_request:
        builder = builder.request(request).get_updates_request(updates_request)
    application: App = builder.build()
    state.keep(application, state.start(settings, knowledge))
    register(application)
    return application


async def started(application: App) -> None:
    """Set menus and descriptions, and begin the daily chores."""
    await menu.publish(application.bot)
    await access.publish(application.bot, office.of(application))
    application.bot_data[_CHORES] = asyncio.create_task(_daily(application))
    _logger.info("Serving @%s", application.bot.username)


async def stopped(application: App) -> None:
    """End the daily chores."""
    chores = application.bot_data.pop(_CHORES, None)
    if isinstance(chores, asyncio.Task):
        chores.cancel()
        with suppress(asyncio.CancelledError):
            await chores


async def _daily(application: App) -> None:
    while True:
        forget(application)
        await asyncio.sleep(DAY)


def forget(application: App) -> None:
    """Delete the questions whose time is over."""
    mind = state.of(application)
    try:
        count = mind.knowledge.forget(mind.settings.retention_days)
    except KnowledgeError as error:
        _logger.warning("Old questions were not deleted: %s", error)
    else:
        _logger.info("%d old questions deleted", count)


def serve(settings: Settings, knowledge: KnowledgeBase) -> str:
    """Run until stopped; give a sentence when the bot could not go on, "" otherwise."""
    # python-telegram-bot warns at every 429 until its newer type of waiting times is chosen.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    application = build(settings, knowledge)
    try:
        if settings.webhook_url:
            host, port = settings.listen
            application.run_webhook(
                host,
                port,
                url_path=urlsplit(settings.webhook_url).path.strip("/"),
                webhook_url=settings.webhook_url,
                # Without a secret anybody who finds the address could speak for Telegram.
                secret_token=settings.webhook_secret or secrets.token_urlsafe(32),
                allowed_updates=UPDATES,
                bootstrap_retries=-1,
            )
        else:
            application.run_polling(allowed_updates=UPDATES, bootstrap_retries=-1)
    except InvalidToken:
        return texts.BAD_TOKEN
    except OSError as error:
        return texts.no_port(settings.listen, error.strerror or str(error))
    return texts.CONFLICT if errors.stopped_by_conflict(application) else ""
