"""The bot as a service: started whatever the state of the network, stopped within five seconds."""

from __future__ import annotations

import asyncio
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

from bot import texts
from bot.services import App, services_of
from bot.transport import metrics, updates, webhook
from bot.transport.inbox import Inbox, Poller, TwoCopies

_logger = logging.getLogger(__name__)

# Seconds for updates under way when the bot is told to stop; what takes longer comes again.
GRACE = 2.5
LAST_WORDS = 0.5
# Seconds between questions to Telegram whether it is there, where nothing else tells.
HEARTBEAT = 30.0
# Seconds without a word from Telegram after which the bot is no longer ready.
LATELY = 90.0


class Service:
    """One run of the bot, and what is done `beside` answering."""

    def __init__(
        self, application: App, beside: Callable[[App], Coroutine[Any, Any, None]]
    ) -> None:
        self._application = application
        self._settings = services_of(application).settings
        self._beside = beside
        path = Path(f"{self._settings.database}.waiting-{self._settings.token.partition(':')[0]}")
        self._inbox = Inbox(partial(updates.handle, application), path)
        pages = (webhook.Page.PATHS, webhook.Page, {"trouble": self.trouble})
        self._site = Site([pages], log_function=lambda _: None)
        self._server = HTTPServer(
            self._site,
            max_buffer_size=webhook.MAX_BODY,
            idle_connection_timeout=webhook.IDLE,
            body_timeout=webhook.SLOW,
        )
        self._stop = asyncio.Event()

    async def run(self) -> str:
        """Serve until told to stop; a sentence when the bot could not go on, "" otherwise."""
        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):  # Windows
                asyncio.get_running_loop().add_signal_handler(number, self._stop.set)
        if address := self._settings.address:
            host, port = address
            try:
                self._server.listen(port, host)
            except OSError as error:
                return texts.NO_PORT.format(*address, error.strerror or error)
        work, stopped = asyncio.create_task(self._work()), asyncio.create_task(self._stop.wait())
        await asyncio.wait([stopped, work], return_when="FIRST_COMPLETED")
        stopped.cancel()
        self._server.stop()
        work.cancel()
        (ended,) = await asyncio.gather(work, return_exceptions=True)
        await self._end()
        if isinstance(ended, InvalidToken | TwoCopies):
            return texts.CONFLICT if isinstance(ended, TwoCopies) else texts.BAD_TOKEN
        if isinstance(ended, Exception):
            raise ended
        return ""

    async def _work(self) -> None:
        settings, bot, inbox = self._settings, self._application.bot, self._inbox
        await self._application.initialize()
        beside = (self._beside(self._application), self._heartbeat(), inbox.show_typing(bot))
        helpers = [asyncio.create_task(one) for one in beside]
        try:
            inbox.restore()
            if url := settings.webhook_url:
                hook, path = {"secret": settings.secret, "inbox": inbox}, urlsplit(url).path
                self._site.add_handlers(".*", [(path.rstrip("/") + "/?", webhook.Deliveries, hook)])
                await bot.set_webhook(
                    url, allowed_updates=updates.KINDS, secret_token=settings.secret
                )
                await self._stop.wait()
            else:
                await bot.delete_webhook()
                await Poller(bot, inbox).run()
        finally:
            for one in helpers:
                one.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)

    async def _end(self) -> None:
        if left := await self._inbox.drain(GRACE):
            _logger.warning("%d updates are left for the next start", left)
        # The last deliveries have just been handled: let their answers out.
        await asyncio.sleep(LAST_WORDS if self._settings.webhook_url else 0)
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
        if metrics.unreached_for() > LATELY:
            return "Telegram has not been reached lately"
        return "" if not self._stop.is_set() else "stopping"
