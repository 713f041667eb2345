"""The bot as a program: built, started by polling or webhook, stopped."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
from functools import partial

from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.ext import ApplicationBuilder, Defaults
from telegram.request import BaseRequest, HTTPXRequest

from bot.admin import drafts
from bot.handlers import commands, register
from bot.services import KEY, App, Services, services_of
from bot.settings import Settings
from bot.transport.retries import CALLS, Retries
from bot.transport.service import Service
from bot.transport.updates import ChatOrder
from knowledge import KnowledgeBase, KnowledgeError

_logger = logging.getLogger(__name__)

DAY = 24 * 3600


def build(settings: Settings, knowledge: KnowledgeBase, request: BaseRequest | None = None) -> App:
    """Build the application; a request replaces its HTTP client, as in tests."""
    services = Services(settings, knowledge)
    request = request or HTTPXRequest(connection_pool_size=2 * CALLS)
    defaults = Defaults(
        parse_mode=ParseMode.HTML,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        # A question deleted in the meantime is still answered.
        allow_sending_without_reply=True,
    )
    application: App = (
        ApplicationBuilder()
        .token(settings.token)
        .base_url(f"{settings.api_root}/bot")
        .base_file_url(f"{settings.api_root}/file/bot")
        .defaults(defaults)
        .concurrent_updates(ChatOrder(services, partial(drafts.changes, services)))
        .rate_limiter(Retries())
        # The service fetches updates itself.
        .updater(None)
        .request(request)
        .get_updates_request(request)
        .build()
    )
    application.bot_data[KEY] = services
    register(application)
    return application


async def publish(application: App) -> None:
    """Set menus and descriptions."""
    services = services_of(application)
    await commands.publish(application.bot, services.titles())
    await commands.publish_to_administrators(application.bot, services)
    _logger.info("Serving @%s", application.bot.username)


async def run_beside(application: App) -> None:
    """Do what nobody waits for, until cancelled: menus, the encoder, the daily chores."""
    await publish(application)
    # The first questions are answered by words alone until it is there.
    await asyncio.to_thread(services_of(application).knowledge.warm)
    # To look through all that now stands, again and again, would hold up everybody for 50 ms.
    gc.collect()
    gc.freeze()
    while True:
        forget(application)
        await asyncio.sleep(DAY)


def forget(application: App) -> None:
    """Delete the questions whose time is over."""
    services = services_of(application)
    try:
        count = services.knowledge.store.forget(services.settings.retention_days)
        _logger.info("%d old questions deleted", count)
    except KnowledgeError as error:
        _logger.warning("Old questions were not deleted: %s", error)


def serve(settings: Settings, knowledge: KnowledgeBase) -> str:
    """Run until stopped; give a sentence when the bot could not go on, "" otherwise."""
    # python-telegram-bot warns at every 429 until its newer type of waiting times is chosen.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    # Made before the first question, who would have to wait for it.
    knowledge.matcher  # noqa: B018

    async def run() -> str:
        return await Service(build(settings, knowledge), run_beside).run()

    return asyncio.run(run())
