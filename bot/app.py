"""The bot as a program: built, started by polling or webhook, stopped."""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import suppress

from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.ext import ApplicationBuilder, Defaults
from telegram.request import BaseRequest, HTTPXRequest

from bot.admin import access
from bot.admin import services as admin_services
from bot.handlers import menu, register
from bot.services import App, keep_services, services_of, start_services
from bot.settings import Settings
from bot.transport.careful import Careful
from bot.transport.outbox import Outbox
from bot.transport.retries import CALLS, Pace
from bot.transport.service import Service
from knowledge import KnowledgeBase, KnowledgeError

_logger = logging.getLogger(__name__)

DAY = 24 * 3600
_CHORES = "chores"
_WARMING = "warming"


def build(
    settings: Settings,
    knowledge: KnowledgeBase,
    request: BaseRequest | None = None,
    updates_request: BaseRequest | None = None,
) -> Careful:
    """Build the application; the requests replace its HTTP clients, as in tests."""
    outbox = Outbox(knowledge.store.ledger, settings.token.partition(":")[0])
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
        .application_class(Careful, {"outbox": outbox})
        .rate_limiter(Pace(outbox))
        # The service fetches updates itself.
        .updater(None)
        .post_init(started)
        .post_shutdown(stopped)
        .request(request or HTTPXRequest(connection_pool_size=2 * CALLS))
        .get_updates_request(updates_request or HTTPXRequest(connection_pool_size=1))
    )
    application = builder.build()
    assert isinstance(application, Careful)
    keep_services(application, start_services(settings, knowledge))
    register(application)
    return application


async def started(application: App) -> None:
    """Set menus and descriptions, and begin the daily chores."""
    await menu.publish(application.bot, services_of(application).titles())
    await access.publish(application.bot, admin_services.of(application))
    application.bot_data[_CHORES] = asyncio.create_task(_daily(application))
    # Beside the first questions, which are answered by words alone until it is there.
    application.bot_data[_WARMING] = asyncio.create_task(
        asyncio.to_thread(services_of(application).knowledge.warm)
    )
    _logger.info("Serving @%s", application.bot.username)


async def stopped(application: App) -> None:
    """End the daily chores."""
    for name in (_WARMING, _CHORES):
        task = application.bot_data.pop(name, None)
        if isinstance(task, asyncio.Task):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _daily(application: App) -> None:
    while True:
        forget(application)
        await asyncio.sleep(DAY)


def forget(application: App) -> None:
    """Delete the questions whose time is over."""
    services = services_of(application)
    try:
        count = services.knowledge.forget(services.settings.retention_days)
        services.knowledge.store.ledger.forget()
    except KnowledgeError as error:
        _logger.warning("Old questions were not deleted: %s", error)
    else:
        _logger.info("%d old questions deleted", count)


def serve(settings: Settings, knowledge: KnowledgeBase) -> str:
    """Run until stopped; give a sentence when the bot could not go on, "" otherwise."""
    # python-telegram-bot warns at every 429 until its newer type of waiting times is chosen.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    # Made before the first question, who would have to wait for it.
    knowledge.matcher  # noqa: B018
    updates = HTTPXRequest(connection_pool_size=1)
    application = build(settings, knowledge, updates_request=updates)

    async def run() -> str:
        return await Service(application, settings, updates).run()

    return asyncio.run(run())
