"""The bot's own HTTP server: the webhook, and pages that tell whether all is well."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Callable
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


class Site:
    """Serves on one port until it is closed; `trouble` says why the bot is not ready."""

    def __init__(self, trouble: Callable[[], str]) -> None:
        routes: list[Any] = [
            (r"/healthz", _Page, {"page": lambda: (200, "alive\n")}),
            (r"/readyz", _Page, {"page": lambda: _readiness(trouble())}),
            (r"/metrics", _Page, {"page": _figures, "kind": metrics.CONTENT_TYPE}),
        ]
        self._application = Application(routes, log_function=lambda handler: None)
        self._server = HTTPServer(
            self._application,
            max_buffer_size=MAX_BODY,
            idle_connection_timeout=IDLE,
            body_timeout=SLOW,
        )

    def take(self, path: str, secret: str, inbox: Inbox) -> None:
        """Take Telegram's deliveries at a path; it is known by the secret."""
        hook = {"secret": secret, "inbox": inbox}
        self._application.add_handlers(".*", [(rf"{path}/?", _Updates, hook)])

    def open(self, host: str, port: int) -> None:
        """Listen; raises OSError when the port cannot be had."""
        self._server.add_sockets(bind_sockets(port, host))

    def refuse(self) -> None:
        """Take no more connections."""
        self._server.stop()

    async def close(self) -> None:
        """End all connections."""
        await self._server.close_all_connections()


def _readiness(trouble: str) -> tuple[int, str]:
    return (503, f"{trouble}\n") if trouble else (200, "ready\n")


def _figures() -> tuple[int, str]:
    page = metrics.page()
    return (404, "404\n") if page is None else (200, page.decode())


class _Handler(RequestHandler):
    kind = "text/plain; charset=utf-8"

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Content-Type", self.kind)

    def write_error(self, status_code: int, **_: Any) -> None:
        self.finish(f"{status_code}\n")


class _Page(_Handler):
    def initialize(self, page: Callable[[], tuple[int, str]], kind: str = "") -> None:
        self._page = page
        self.set_header("Content-Type", kind or self.kind)

    def get(self) -> None:
        status, text = self._page()
        self.set_status(status)
        self.finish(text)


class _Updates(_Handler):
    def initialize(self, secret: str, inbox: Inbox) -> None:
        self._secret = secret
        self._inbox = inbox

    async def post(self) -> None:
        """Answer when the update is settled: what is not answered, Telegram sends again."""
        given = self.request.headers.get(SECRET, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
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
        if not await self._settled(self._inbox.accept(raw)):
            return self.send_error(503)
        return None

    async def _settled(self, held: Held) -> bool:
        while not held.is_settled and not held.task.cancelled() and held.waited < PATIENCE:
            await asyncio.wait([held.task], timeout=LOOK)
            if not held.task.done() and len(self._inbox) > CROWDED:
                self._inbox.write_down()
        return held.is_settled
