"""Logging without secrets and without what people wrote, as lines of names and values."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime

from telegram.error import BadRequest, InvalidToken, NetworkError

_TOKEN = re.compile(r"\b\d+:[A-Za-z0-9_-]{20,}|(?<=/bot)\d+:[\w-]+")
HIDDEN = "<token>"
# Here python-telegram-bot logs, say, a gateway's error page that is no answer of Telegram's.
_HTTP = "telegram.request"


class Redacting(logging.Formatter):
    """Writes `time=… level=… logger=… message="…"`, as log collectors read it, without a token.

    The tracebacks of mere network trouble are left out, those of others stand in `traceback`.
    """

    def __init__(self, token: str = "") -> None:
        super().__init__()
        self._token = token

    def format(self, record: logging.LogRecord) -> str:
        """Write a record on one line."""
        message, trace = record.getMessage(), ""
        if record.exc_info and (error := record.exc_info[1]):
            if expected(error) or record.name.startswith(_HTTP):
                message = f"{message} ({error})"
            else:
                trace = self.formatException(record.exc_info)
        values = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        line = " ".join(f"{name}={value}" for name, value in values.items())
        line += f" message={_quoted(self.redact(message))}"
        return line + (f" traceback={_quoted(self.redact(trace))}" if trace else "")

    def redact(self, text: str) -> str:
        """Hide every token in a text."""
        if self._token:
            text = text.replace(self._token, HIDDEN)
        return _TOKEN.sub(HIDDEN, text)


def _quoted(text: str) -> str:
    """Quote a value so that it stays on its line and nothing in it reads as another value."""
    return json.dumps(text, ensure_ascii=False)


def expected(error: BaseException) -> bool:
    """Tell whether an error is trouble outside the program, whose traceback tells nothing."""
    if isinstance(error, InvalidToken):
        return True
    # python-telegram-bot counts a refused request as a network error; that one is our fault.
    return isinstance(error, NetworkError) and not isinstance(error, BadRequest)


def configure(level: str, token: str = "", *, service: bool = False) -> None:
    """Set up logging: to standard output as a service, else to standard error."""
    # A command's standard output holds its answer and nothing else.
    handler = logging.StreamHandler(sys.stdout if service else sys.stderr)
    handler.setFormatter(Redacting(token))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # The first two write the addresses they call, which hold the token; the last a line for every
    # request.
    for name in ("httpx", "httpcore", "tornado.access"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # Below INFO it writes whole updates: names, ids, what people asked.
    logging.getLogger("telegram").setLevel(max(logging.INFO, logging.getLogger().level))
