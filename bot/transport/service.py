"""The bot as a service: started whatever the state of the network, stopped within five seconds."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from telegram.error import InvalidToken, TelegramError
from telegram.request import BaseRequest

from bot import console, logs
from bot.services import App, services_of
from bot.settings import Settings
from bot.transport import metrics, updates
from bot.transport.inbox import Inbox
from bot.transport.polling import Poller, TwoCopies
from bot.transport.typing_notice import show_typing
from bot.transport.webhook import LATELY, Site, Webhook

_logger = logging.getLogger(__name__)

# Seconds for updates under way when the bot is told to stop; what takes longer comes again.
GRACE = 2.5
LAST_WORDS = 0.5
RETRY, LONGEST_RETRY = 0.5, 15.0
# Seconds between questions to Telegram whether it is there, where nothing else tells.
HEARTBEAT = 30.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Service:
    """One run of the bot."""

    def __init__(self, application: App, settings: Settings, request: BaseRequest) -> None:
        self._application = application
        self._settings = settings
        self._request = request
        bot_id = settings.token.partition(":")[0]
        self._inbox = Inbox(self._handle, Path(f"{settings.database}.waiting-{bot_id}"))
        self._initialized = asyncio.Event()
        self._stop = asyncio.Event()
        self._helpers: list[asyncio.Task[None]] = []

    async def run(self) -> str:
        """Serve until told to stop; a sentence when the bot could not go on, "" otherwise."""
        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            with suppress(NotImplementedError):  # Windows
                loop.add_signal_handler(number, self._stop.set)
        trouble = ""
        site = self._site()
        try:
            if site:
                site.open(*self._settings.address)
        except OSError as error:
            return console.no_port(self._settings.address, error.strerror or str(error))
        poller: Poller | None = None
        work: asyncio.Task[None] | None = None
        try:
            if await self._insist(self._application.initialize):
                self._initialized.set()
                self._helpers = [
                    asyncio.create_task(self._settle_in()),
                    asyncio.create_task(self._heartbeat()),
                    asyncio.create_task(show_typing(self._application.bot, self._inbox)),
                ]
                self._inbox.restore()
                if self._settings.webhook_url:
                    await self._insist(self._set_webhook)
                elif await self._insist(self._application.bot.delete_webhook):
                    poller = Poller(self._application.bot, self._request, self._inbox)
                    work = asyncio.create_task(poller.run())
                trouble = await self._until_stopped(work)
        except InvalidToken:
            trouble = console.BAD_TOKEN
        finally:
            await self._end(site, work, poller)
        return trouble

    async def _until_stopped(self, work: asyncio.Task[None] | None) -> str:
        stopped = asyncio.create_task(self._stop.wait())
        await asyncio.wait([stopped, *([work] if work else [])], return_when="FIRST_COMPLETED")
        stopped.cancel()
        if work and work.done():
            try:
                work.result()
            except TwoCopies:
                return console.CONFLICT
        return ""

    async def _end(
        self, site: Site | None, work: asyncio.Task[None] | None, poller: Poller | None
    ) -> None:
        if site:
            site.refuse()
        tasks = [task for task in (work, *self._helpers) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if left := await self._inbox.drain(GRACE):
            _logger.warning("%d updates are left for the next start", left)
        if poller and not (work and work.done() and not work.cancelled()):
            await poller.leave()
        if site:
            # The last deliveries have just been handled: let their answers out.
            await asyncio.sleep(LAST_WORDS if self._settings.webhook_url else 0)
            await site.close()
        with suppress(TelegramError):
            await self._application.shutdown()
        if self._application.post_shutdown:
            await self._application.post_shutdown(self._application)
        _logger.info("Stopped")

    async def _insist(self, step: Callable[[], Awaitable[object]]) -> bool:
        """Try until it works, however long Telegram cannot be reached; False if told to stop."""
        pause = RETRY
        while not self._stop.is_set():
            attempt = asyncio.ensure_future(step())
            stopped = asyncio.create_task(self._stop.wait())
            await asyncio.wait([attempt, stopped], return_when="FIRST_COMPLETED")
            stopped.cancel()
            if not attempt.done():
                attempt.cancel()
                await asyncio.gather(attempt, return_exceptions=True)
                return False
            try:
                attempt.result()
            except InvalidToken:
                raise
            except (TelegramError, AttributeError, KeyError, TypeError) as error:
                # Also what is no answer of Telegram's, whatever it says.
                level = logging.WARNING if pause == RETRY else logging.DEBUG
                _logger.log(level, "Telegram cannot be reached, trying on: %r", error)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), pause)
                pause = min(pause * 1.5, LONGEST_RETRY)
            else:
                metrics.reached()
                return True
        return False

    async def _settle_in(self) -> None:
        # Nobody waits for an answer while menus are set.
        if self._application.post_init:
            await self._application.post_init(self._application)

    async def _set_webhook(self) -> None:
        await self._application.bot.set_webhook(
            self._settings.webhook_url,
            allowed_updates=updates.KINDS,
            secret_token=self._settings.secret,
        )

    async def _handle(self, raw: updates.Json) -> None:
        # Telegram may deliver before the bot knows its own name.
        await self._initialized.wait()
        await updates.handle(self._application, raw)

    async def _heartbeat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT)
            logs.tell_repeats()
            if metrics.unreached_for() > HEARTBEAT:
                with suppress(TelegramError):
                    await self._application.bot.get_me()

    def _site(self) -> Site | None:
        settings = self._settings
        if settings.webhook_url:
            path = urlsplit(settings.webhook_url).path.rstrip("/")
            return Site(self.trouble, Webhook(path, settings.secret, self._inbox))
        return Site(self.trouble) if settings.listen else None

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
