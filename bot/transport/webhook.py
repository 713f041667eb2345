"""What the bot's own HTTP server serves: the webhook, and pages that tell whether all is well."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Callable

from tornado.web import HTTPError, RequestHandler

from bot.transport import metrics
from bot.transport.inbox import Inbox
from bot.transport.updates import number_of

_logger = logging.getLogger(__name__)

# Larger than any update; what is larger is not from Telegram.
MAX_BODY = 1_000_000
# Seconds that a client may take over its request; one that is idle is left alone for a minute.
SLOW, IDLE = 10.0, 60.0
SECRET = "X-Telegram-Bot-Api-Secret-Token"


class Page(RequestHandler):
    """How the bot is; `trouble` says why it is not ready, "" when it is."""

    PATHS = r"/(healthz|readyz|metrics)"

    def initialize(self, trouble: Callable[[], str]) -> None:
        """Take what the page tells."""
        self._trouble = trouble

    def get(self, name: str) -> None:
        """Say one thing in plain text."""
        said = "alive\n"
        if name == "readyz":
            trouble = self._trouble()
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

    def initialize(self, secret: str, inbox: Inbox) -> None:
        """Take what deliveries are checked against, and where they go."""
        self._secret = secret
        self._inbox = inbox

    async def post(self) -> None:
        """Answer when the update is settled: what is not answered, Telegram sends again."""
        given = self.request.headers.get(SECRET, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            _logger.warning("A delivery without the webhook's secret was refused")
            raise HTTPError(403)
        try:
            raw = json.loads(self.request.body)
        except (RecursionError, ValueError):
            raw = None
        if number_of(raw) is None:
            raise HTTPError(400)
        metrics.reached()
        if not await self._inbox.settle([self._inbox.accept(raw)]):
            raise HTTPError(503)
