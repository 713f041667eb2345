"""Logging without secrets and without what people wrote, as lines of names and values."""

import json
import logging
import re
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

_TOKEN = re.compile(r"\b\d+:[A-Za-z0-9_-]{20,}|(?<=/bot)\d+:[\w-]+")
_NUMBER = re.compile(r"\b0x[0-9a-f]+|\d+")
# A line as log collectors read it; `values` is what the filter makes of a record.
LINE = "time=%(asctime)s.%(msecs)03dZ level=%(level)s logger=%(name)s %(values)s"
# Longer texts, say a gateway's page, are cut.
LONGEST = 500
# Of the same kind of line one goes through in so many seconds.
QUIET = 60.0


class LogFilter(logging.Filter):
    """Takes tokens and people's words out of records, and lets one of a kind through a minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        # By kind: when one last went through, and how many have been held back since.
        self._kinds: dict[object, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Make a record fit for the log; False when it is only counted."""
        # Some libraries write numbers into their lines of a kind.
        kind = record.name, record.levelno, _NUMBER.sub("#", str(record.msg)[:LONGEST])
        now, (since, held) = self._clock(), self._kinds.get(kind, (-QUIET, 0))
        if record.levelno >= logging.INFO and now - since < QUIET:
            self._kinds[kind] = since, held + 1
            return False
        self._kinds[kind] = now, 0
        more = f" ({held} more since the last such line)" if held else ""
        values = f"message={_quoted(record.getMessage()[:LONGEST] + more)}"
        if record.exc_info and (error := record.exc_info[1]):
            # Where it happened, without the error's own words: they may quote what somebody wrote.
            lines = (*traceback.format_tb(error.__traceback__), type(error).__name__)
            values += f" traceback={_quoted(''.join(lines))}"
        record.__dict__.update(level=record.levelname.lower(), values=values)
        # The formatter would write them out once more.
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def _quoted(text: str) -> str:
    """Quote a value so that it stays on its line and nothing in it reads as another value."""
    return json.dumps(_TOKEN.sub("<token>", text), ensure_ascii=False)


def place_of(error: BaseException) -> str:
    """Say what kind of error it is and where; what it says may hold what somebody wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/site-packages/" not in frame.filename]
    places = [f"{'/'.join(Path(at.filename).parts[-2:])} line {at.lineno}" for at in own[-1:]]
    return ", ".join([type(error).__name__, *places])


def configure(level: str, *, service: bool = False) -> None:
    """Set up logging: to standard output as a service, else to standard error."""
    # A command's standard output holds its answer and nothing else.
    handler = logging.StreamHandler(sys.stdout if service else sys.stderr)
    form = logging.Formatter(LINE, "%Y-%m-%dT%H:%M:%S")
    form.converter = time.gmtime
    handler.setFormatter(form)
    handler.addFilter(LogFilter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # The first two write the addresses they call, which hold the token; the third every request.
    for name in ("httpx", "httpcore", "tornado.access"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # Of an answer it can't read it writes the whole, names and all; the bot says so in fewer words.
    logging.getLogger("telegram.request").setLevel(logging.CRITICAL + 1)
    # Below INFO it writes whole updates: names, ids, what people asked.
    logging.getLogger("telegram").setLevel(max(logging.INFO, logging.getLogger().level))
