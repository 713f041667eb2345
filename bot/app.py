"""The bot as a program: built, started whatever the state of the network, stopped in seconds."""

import asyncio
import gc
import hmac
import logging
import os
import signal
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.ext import ApplicationBuilder, Defaults
from telegram.request import BaseRequest, HTTPXRequest
from tornado import web
from tornado.httpserver import HTTPServer

from bot import texts
from bot.handlers import commands, register
from bot.services import Services
from bot.settings import Settings
from bot.transport import App, delivery, metrics, updates
from bot.transport.inbox import Inbox, poll
from knowledge import KnowledgeBase, KnowledgeError

_logger = logging.getLogger(__name__)

SECRET = "X-Telegram-Bot-Api-Secret-Token"
# Bytes; larger than any update.
MAX_BODY = 1_000_000
# Where the webhook listens unless the settings say otherwise.
HERE = "127.0.0.1", 8443
# Seconds for updates under way when the bot is told to stop; what takes longer comes again.
GRACE = 2.5
# Seconds between questions whether Telegram is there, where nothing else tells; those of a day.
HEARTBEAT, DAY = 30.0, 2880
# Seconds without a word from Telegram after which the bot is no longer ready.
LATELY = 90.0


def build(settings: Settings, knowledge: KnowledgeBase, request: BaseRequest | None = None) -> App:
    """Build the application; a request replaces its HTTP client, as in tests."""
    services = Services(settings, knowledge)
    # Made before the first question, who would have to wait for it.
    knowledge.matcher  # noqa: B018
    # A call waits for one of its connections to be free.
    request = request or HTTPXRequest(delivery.CALLS, pool_timeout=delivery.PATIENCE)
    defaults = Defaults(
        parse_mode=ParseMode.HTML,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        # A question deleted in the meantime is still answered.
        allow_sending_without_reply=True,
    )
    built = (
        ApplicationBuilder()
        .token(settings.token)
        .base_url(f"{settings.api_root}/bot")
        .base_file_url(f"{settings.api_root}/file/bot")
        .defaults(defaults)
        .concurrent_updates(updates.ChatOrder(knowledge))
        .rate_limiter(delivery.Retries())
        # The service fetches updates itself.
        .updater(None)
        .request(request)
        .get_updates_request(request)
        .build()
    )
    # By itself it would hold a dictionary.
    application = cast("App", built)
    application.bot_data = services
    register(application)
    return application


class _Page(web.RequestHandler):
    """How the bot is, in plain text."""

    def get(self, name: str) -> None:
        said = metrics.page() if name == "metrics" else "alive\n"
        if name == "readyz":
            why_not = trouble(self.settings["bot"])
            self.set_status(503 if why_not else 200)
            said = f"{why_not or 'ready'}\n"
        if not said:
            raise web.HTTPError(404)
        self.set_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.finish(said)


class Deliveries(web.RequestHandler):
    """Takes updates from Telegram, who is known by the secret."""

    async def post(self) -> None:
        """Answer when the update is settled: what is not answered, Telegram sends again."""
        secret = self.settings["bot"].bot_data.settings.secret
        if not hmac.compare_digest(self.request.headers.get(SECRET, "").encode(), secret.encode()):
            _logger.warning("A delivery without the webhook's secret was refused")
            raise web.HTTPError(403)
        if (raw := updates.numbered(self.request.body)) is None:
            raise web.HTTPError(400)
        delivery.reached()
        if not await self.settings["inbox"].take(raw):
            raise web.HTTPError(503)


def trouble(application: App) -> str:
    """Say why the bot is not ready, "" when it is."""
    base = application.bot_data.knowledge
    if base.unless_broken(base.store.last_change, None) is None:
        return "the database cannot be read"
    return "Telegram has not been reached lately" if delivery.unreached_for() > LATELY else ""


async def run(application: App) -> None:
    """Serve until told to stop; raises KnowledgeError when the bot cannot go on."""
    settings = application.bot_data.settings
    path = Path(f"{settings.database}.waiting-{settings.token.partition(':')[0]}")
    inbox = Inbox(partial(updates.handle, application), path)
    pages = [(r"/(healthz|readyz|metrics)", _Page)]
    site = web.Application(pages, bot=application, inbox=inbox, log_function=lambda _: None)
    # A client may be idle for a minute, and take ten seconds over what it sends.
    server = HTTPServer(site, max_buffer_size=MAX_BODY, idle_connection_timeout=60, body_timeout=10)
    if address := settings.listen or (HERE if settings.webhook_url else None):
        try:
            server.listen(address[1], address[0])
        except OSError as error:
            said = texts.NO_PORT.format(*address, error.strerror or error)
            raise KnowledgeError(said) from None
    work = asyncio.create_task(_take_updates(application, inbox, site))
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows
            asyncio.get_running_loop().add_signal_handler(number, work.cancel)
    try:
        with suppress(asyncio.CancelledError):
            await work
    except Conflict:
        raise KnowledgeError(texts.CONFLICT) from None
    except InvalidToken:
        raise KnowledgeError(texts.BAD_TOKEN) from None
    finally:
        server.stop()
        if left := await inbox.drain(GRACE):
            _logger.warning("%d updates are left for the next start", left)
        await server.close_all_connections()
        with suppress(TelegramError):
            await application.shutdown()
        _logger.info("Stopped")


async def _take_updates(application: App, inbox: Inbox, site: web.Application) -> None:
    settings, bot = application.bot_data.settings, application.bot
    await application.initialize()
    works = run_beside(application), inbox.show_typing(bot)
    beside = [asyncio.create_task(work) for work in works]
    try:
        inbox.restore()
        if url := settings.webhook_url:
            site.add_handlers(".*", [(urlsplit(url).path.rstrip("/") + "/?", Deliveries)])
            await bot.set_webhook(url, allowed_updates=updates.KINDS, secret_token=settings.secret)
            await asyncio.Event().wait()
        else:
            await bot.delete_webhook()
            await poll(bot, inbox)
    finally:
        for task in beside:
            task.cancel()


async def run_beside(application: App) -> None:
    """Do what nobody waits for, until cancelled: menus and chores."""
    await commands.publish(application)
    # To look through all that now stands, again and again, would hold up everybody for 50 ms.
    gc.collect()
    gc.freeze()
    for beat in count():
        if beat % DAY == 0:
            forget(application)
        await asyncio.sleep(HEARTBEAT)
        if delivery.unreached_for() > HEARTBEAT:
            await application.bot.get_me()


def forget(application: App) -> None:
    """Delete the questions whose time is over."""
    services = application.bot_data
    base, days = services.knowledge, services.settings.retention_days
    forgotten = base.unless_broken(lambda: base.store.forget(days), 0)
    _logger.info("%d old questions deleted", forgotten)


def serve(settings: Settings, knowledge: KnowledgeBase) -> None:
    """Run until stopped; raises KnowledgeError when the bot cannot go on."""
    # python-telegram-bot warns at every 429 until its newer type of waiting times is chosen.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    asyncio.run(run(build(settings, knowledge)))
