"""The bot's own HTTP server: the webhook, and pages that tell whether all is well."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Callable
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from bot.transport import metrics
from bot.transport.inbox import Inbox
from bot.transport.updates import number_of

_logger = logging.getLogger(__name__)

# Larger than any update; what is larger is not from Telegram.
MAX_BODY = 1_000_000
# Seconds that a client may take over its request; one that is idle is left alone for a minute.
SLOW, IDLE = 10.0, 60.0
SECRET = "X-Telegram-Bot-Api-Secret-Token"


class Site:
    """Serves on one port until it is closed; `trouble` says why the bot is not ready."""

    def __init__(self, trouble: Callable[[], str]) -> None:
        self._application = Application(
            [(r"/(?:healthz|readyz|metrics)", _Page, {"trouble": trouble})],
            log_function=lambda handler: None,
            default_handler_class=_Missing,
        )
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


class _Handler(RequestHandler):
    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Content-Type", "text/plain; charset=utf-8")

    def write_error(self, status_code: int, **_: Any) -> None:
        self.finish(f"{status_code}\n")


class _Missing(_Handler):
    def prepare(self) -> None:
        self.send_error(404)


class _Page(_Handler):
    def initialize(self, trouble: Callable[[], str]) -> None:
        self._trouble = trouble

    def get(self) -> None:
        match self.request.path:
            case "/healthz":
                self.finish("alive\n")
            case "/readyz":
                trouble = self._trouble()
                self.set_status(503 if trouble else 200)
                self.finish(f"{trouble or 'ready'}\n")
            case _:
                figures = metrics.page()
                if figures is None:
                    return self.send_error(404)
                self.set_header("Content-Type", metrics.CONTENT_TYPE)
                self.finish(figures)
        return None


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
        except (RecursionError, ValueError):
            raw = None
        if number_of(raw) is None:
            _logger.warning("A delivery that is no update was refused")
            return self.send_error(400)
        metrics.reached()
        if not await self._inbox.settle([self._inbox.accept(raw)]):
            return self.send_error(503)
        return None
