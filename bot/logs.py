"""Logging without secrets and without what people wrote."""

from __future__ import annotations

import logging
import re

from telegram.error import BadRequest, InvalidToken, NetworkError

_TOKEN = re.compile(r"\b\d+:[A-Za-z0-9_-]{20,}|(?<=/bot)\d+:[\w-]+")
HIDDEN = "<token>"
# Here python-telegram-bot logs, say, a gateway's error page that is no answer of Telegram's.
_HTTP = "telegram.request"


class Redacting(logging.Formatter):
    """Hides tokens wherever they turn up, and the tracebacks of mere network trouble."""

    def __init__(self, token: str = "") -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._token = token

    def format(self, record: logging.LogRecord) -> str:
        """Write a record, its traceback if there is one, and no token."""
        error = record.exc_info[1] if record.exc_info else None
        if error and (expected(error) or record.name.startswith(_HTTP)):
            record = logging.makeLogRecord(record.__dict__)
            record.msg, record.args = f"{record.getMessage()} ({error})", None
            record.exc_info = record.exc_text = None
        return self.redact(super().format(record))

    def redact(self, text: str) -> str:
        """Hide every token in a text."""
        if self._token:
            text = text.replace(self._token, HIDDEN)
        return _TOKEN.sub(HIDDEN, text)


def expected(error: BaseException) -> bool:
    """Tell whether an error is trouble outside the program, whose traceback tells nothing."""
    if isinstance(error, InvalidToken):
        return True
    # python-telegram-bot counts a refused request as a network error; that one is our fault.
    return isinstance(error, NetworkError) and not isinstance(error, BadRequest)


def configure(level: str, token: str = "") -> None:
    """Set up logging to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(Redacting(token))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # The first two write the addresses they call, which hold the token; the last a line for every
    # update that the webhook takes.
    for name in ("httpx", "httpcore", "tornado.access"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # Below INFO it writes whole updates: names, ids, what people asked.
    logging.getLogger("telegram").setLevel(max(logging.INFO, logging.getLogger().level))
