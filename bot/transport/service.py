"""The bot as a service: started whatever the state of the network, stopped within five seconds.

Its own HTTP server serves the webhook, and pages that tell whether all is well.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from telegram.error import InvalidToken, TelegramError
from tornado.httpserver import HTTPServer
from tornado.web import Application as Site
from tornado.web import HTTPError, RequestHandler

from bot import texts
from bot.services import App, services_of
from bot.transport import metrics, updates
from bot.transport.inbox import Inbox, TwoCopies, poll

_logger = logging.getLogger(__name__)

# Larger than any update; what is larger is not from Telegram.
MAX_BODY = 1_000_000
# Seconds that a client may take over its request; one that is idle is left alone for a minute.
SLOW, IDLE = 10.0, 60.0
SECRET = "X-Telegram-Bot-Api-Secret-Token"
# Seconds for updates under way when the bot is told to stop, and for Telegram to hear of the last;
# what takes longer comes again.
GRACE, LAST_WORDS = 2.5, 0.2
# Seconds between questions to Telegram whether it is there, where nothing else tells.
HEARTBEAT = 30.0
# Seconds without a word from Telegram after which the bot is no longer ready.
LATELY = 90.0


class Page(RequestHandler):
    """How the bot is."""

    def get(self, name: str) -> None:
        """Say one thing in plain text."""
        said = "alive\n"
        if name == "readyz":
            trouble = self.settings["service"].trouble()
            self.set_status(503 if trouble else 200)
            said = f"{trouble or 'ready'}\n"
        elif name == "metrics":
            said = metrics.page()
        if not said:
            raise HTTPError(404)
        self.set_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.finish(said)


class Deliveries(RequestHandler):
    """Takes updates from Telegram, who is known by the secret."""

    async def post(self) -> None:
        """Answer when the update is settled: what is not answered, Telegram sends again."""
        service, given = self.settings["service"], self.request.headers.get(SECRET, "")
        if not hmac.compare_digest(given.encode(), service.settings.secret.encode()):
            _logger.warning("A delivery without the webhook's secret was refused")
            raise HTTPError(403)
        try:
            raw = json.loads(self.request.body)
        except (RecursionError, ValueError):
            raw = None
        if updates.number_of(raw) is None:
            raise HTTPError(400)
        metrics.reached()
        if not await service.inbox.take(raw):
            raise HTTPError(503)


class Service:
    """One run of the bot, and what is done `beside` answering."""

    def __init__(
        self, application: App, beside: Callable[[App], Coroutine[Any, Any, None]]
    ) -> None:
        self._application, self._beside = application, beside
        self.settings = services_of(application).settings
        path = Path(f"{self.settings.database}.waiting-{self.settings.token.partition(':')[0]}")
        self.inbox = Inbox(partial(updates.handle, application), path)
        pages = [(r"/(healthz|readyz|metrics)", Page)]
        self._site = Site(pages, service=self, log_function=lambda _: None)
        self._server = HTTPServer(
            self._site, max_buffer_size=MAX_BODY, idle_connection_timeout=IDLE, body_timeout=SLOW
        )

    async def run(self) -> str:
        """Serve until told to stop; a sentence when the bot could not go on, "" otherwise."""
        if address := self.settings.address:
            host, port = address
            try:
                self._server.listen(port, host)
            except OSError as error:
                return texts.NO_PORT.format(*address, error.strerror or error)
        work = asyncio.create_task(self._work())
        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):  # Windows
                asyncio.get_running_loop().add_signal_handler(number, work.cancel)
        (ended,) = await asyncio.gather(work, return_exceptions=True)
        await self._end()
        if isinstance(ended, InvalidToken | TwoCopies):
            return texts.CONFLICT if isinstance(ended, TwoCopies) else texts.BAD_TOKEN
        if isinstance(ended, Exception):
            raise ended
        return ""

    async def _work(self) -> None:
        settings, bot, inbox = self.settings, self._application.bot, self.inbox
        await self._application.initialize()
        beside = (self._beside(self._application), self._heartbeat(), inbox.show_typing(bot))
        helpers = [asyncio.create_task(one) for one in beside]
        try:
            inbox.restore()
            if url := settings.webhook_url:
                path = urlsplit(url).path.rstrip("/") + "/?"
                self._site.add_handlers(".*", [(path, Deliveries)])
                await bot.set_webhook(
                    url, allowed_updates=updates.KINDS, secret_token=settings.secret
                )
                await asyncio.Event().wait()
            else:
                await bot.delete_webhook()
                await poll(bot, inbox)
        finally:
            for one in helpers:
                one.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)

    async def _end(self) -> None:
        self._server.stop()
        if left := await self.inbox.drain(GRACE):
            _logger.warning("%d updates are left for the next start", left)
        await asyncio.sleep(LAST_WORDS)
        await self._server.close_all_connections()
        with suppress(TelegramError):
            await self._application.shutdown()
        _logger.info("Stopped")

    async def _heartbeat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT)
            if metrics.unreached_for() > HEARTBEAT:
                await self._application.bot.get_me()

    def trouble(self) -> str:
        """Say why the bot is not ready, "" when it is."""
        try:
            services_of(self._application).knowledge.store.last_change()
        except Exception as error:  # whatever is wrong with the file, it is not ready
            _logger.warning("Not ready: %s", error)
            return "the database cannot be read"
        silent = metrics.unreached_for() > LATELY
        return "Telegram has not been reached lately" if silent else ""
