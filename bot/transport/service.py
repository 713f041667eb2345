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

from bot import texts
from bot.services import App, services_of
from bot.transport import metrics, updates
from bot.transport.inbox import Inbox, Poller, TwoCopies
from bot.transport.webhook import Site

_logger = logging.getLogger(__name__)

# Seconds for updates under way when the bot is told to stop; what takes longer comes again.
GRACE = 2.5
LAST_WORDS = 0.5
# Seconds between questions to Telegram whether it is there, where nothing else tells.
HEARTBEAT = 30.0
# Seconds without a word from Telegram after which the bot is no longer ready.
LATELY = 90.0


class Service:
    """One run of the bot."""

    def __init__(
        self, application: App, beside: Callable[[App], Coroutine[Any, Any, None]]
    ) -> None:
        """Prepare to get updates, and to do what is done `beside` answering them."""
        self._application = application
        self._settings = services_of(application).settings
        self._beside = beside
        bot_id = self._settings.token.partition(":")[0]
        path = Path(f"{self._settings.database}.waiting-{bot_id}")
        self._inbox = Inbox(partial(updates.handle, application), path)
        self._stop = asyncio.Event()

    async def run(self) -> str:
        """Serve until told to stop; a sentence when the bot could not go on, "" otherwise."""
        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):  # Windows
                asyncio.get_running_loop().add_signal_handler(number, self._stop.set)
        site, address = Site(self.trouble), self._settings.address
        if address:
            try:
                site.open(*address)
            except OSError as error:
                return texts.NO_PORT.format(*address, error.strerror or error)
        work = asyncio.create_task(self._work(site))
        stopped = asyncio.create_task(self._stop.wait())
        await asyncio.wait([stopped, work], return_when="FIRST_COMPLETED")
        stopped.cancel()
        await self._end(site, work)
        try:
            work.result()
        except InvalidToken:
            return texts.BAD_TOKEN
        except TwoCopies:
            return texts.CONFLICT
        except asyncio.CancelledError:
            pass
        return ""

    async def _work(self, site: Site) -> None:
        settings, bot, inbox = self._settings, self._application.bot, self._inbox
        await self._application.initialize()
        beside = (self._beside(self._application), self._heartbeat(), inbox.show_typing(bot))
        helpers = [asyncio.create_task(one) for one in beside]
        try:
            inbox.restore()
            if url := settings.webhook_url:
                site.take(urlsplit(url).path.rstrip("/"), settings.secret, inbox)
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

    async def _end(self, site: Site, work: asyncio.Task[None]) -> None:
        site.refuse()
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        if left := await self._inbox.drain(GRACE):
            _logger.warning("%d updates are left for the next start", left)
        # The last deliveries have just been handled: let their answers out.
        await asyncio.sleep(LAST_WORDS if self._settings.webhook_url else 0)
        await site.close()
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
