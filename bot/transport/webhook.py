"""The bot's own HTTP server: the webhook, and pages that tell whether all is well."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from bot.transport import metrics
from bot.transport.inbox import Held, Inbox
from bot.transport.updates import number_of

_logger = logging.getLogger(__name__)

# Larger than any update; what is larger is not from Telegram.
MAX_BODY = 1_000_000
# Seconds that a client may take over its request; one that is idle is left alone for a minute.
SLOW, IDLE = 10.0, 60.0
SECRET = "X-Telegram-Bot-Api-Secret-Token"
# Seconds after which Telegram would give up on a delivery.
PATIENCE = 50.0
# Telegram keeps 40 deliveries open. With so many waiting they are settled before they are handled,
# or the rest would have to wait behind them.
CROWDED = 20
LOOK = 1.0
# Seconds without a word from Telegram after which the bot is no longer ready.
LATELY = 90.0


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram delivers updates, and by what word it is known."""

    path: str
    secret: str
    inbox: Inbox


class Site:
    """Serves on one port until it is closed; `trouble` says why the bot is not ready."""

    def __init__(self, trouble: Callable[[], str], webhook: Webhook | None = None) -> None:
        routes: list[tuple[str, type[RequestHandler], dict[str, Any]]] = [
            (r"/healthz", _Health, {}),
            (r"/readyz", _Ready, {"trouble": trouble}),
            (r"/metrics", _Metrics, {}),
        ]
        if webhook:
            routes.append((rf"{webhook.path}/?", _Updates, {"webhook": webhook}))
        self._server = HTTPServer(
            Application(routes, log_function=lambda handler: None),
            max_buffer_size=MAX_BODY,
            idle_connection_timeout=IDLE,
            body_timeout=SLOW,
        )

    def open(self, host: str, port: int) -> None:
        """Listen; raises OSError when the port cannot be had."""
        self._server.add_sockets(bind_sockets(port, host))

    def refuse(self) -> None:
        """Take no more connections."""
        self._server.stop()

    async def close(self) -> None:
        """End all connections."""
        await self._server.close_all_connections()


class _Page(RequestHandler):
    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Content-Type", "text/plain; charset=utf-8")

    def write_error(self, status_code: int, **_: Any) -> None:
        self.finish(f"{status_code}\n")


class _Health(_Page):
    def get(self) -> None:
        self.finish("alive\n")


class _Ready(_Page):
    def initialize(self, trouble: Callable[[], str]) -> None:
        self._trouble = trouble

    def get(self) -> None:
        if trouble := self._trouble():
            self.set_status(503)
        self.finish(f"{trouble or 'ready'}\n")


class _Metrics(_Page):
    def get(self) -> None:
        page = metrics.page()
        if page is None:
            self.send_error(404)
            return
        self.set_header("Content-Type", metrics.CONTENT_TYPE)
        self.finish(page)


class _Updates(_Page):
    def initialize(self, webhook: Webhook) -> None:
        self._hook = webhook

    async def post(self) -> None:
        """Answer when the update is settled: what is not answered, Telegram sends again."""
        given = self.request.headers.get(SECRET, "")
        if not hmac.compare_digest(given.encode(), self._hook.secret.encode()):
            _logger.warning("A delivery without the webhook's secret was refused")
            return self.send_error(403)
        try:
            raw = json.loads(self.request.body)
        except ValueError:
            raw = None
        if number_of(raw) is None:
            _logger.warning("A delivery that is no update was refused")
            return self.send_error(400)
        metrics.reached()
        if not await self._settled(self._hook.inbox.accept(raw)):
            return self.send_error(503)
        return None

    async def _settled(self, held: Held) -> bool:
        inbox = self._hook.inbox
        while not held.settled.done() and held.waited < PATIENCE:
            await asyncio.wait([held.settled], timeout=LOOK)
            if not held.settled.done() and len(inbox) > CROWDED:
                inbox.settle_crowd()
        return held.is_settled
