"""Logging without secrets and without what people wrote, as lines of names and values."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
import traceback
from collections import OrderedDict
from collections.abc import Callable

from telegram.error import BadRequest, InvalidToken, NetworkError, TelegramError

_TOKEN = re.compile(r"\b\d+:[A-Za-z0-9_-]{20,}|(?<=/bot)\d+:[\w-]+")
HIDDEN = "<token>"
_NUMBER = re.compile(r"\b0x[0-9a-f]+|\d+")
# A line as log collectors read it; `values` is what the filter makes of a record.
LINE = "time=%(asctime)s.%(msecs)03dZ level=%(level)s logger=%(name)s %(values)s"
# Longer texts, say a gateway's page, are cut.
LONGEST = 500
# Of the same kind of line one goes through in so many seconds; so many kinds are told apart.
QUIET = 60.0
KINDS = 200


class LogFilter(logging.Filter):
    """Takes tokens and people's words out of each record, and lets one of a kind through a minute.

    The next of its kind, or `tell_repeats`, says how many there were in between.
    """

    def __init__(self, token: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._token = token
        self._clock = clock
        # By kind: since when others are counted, how many there were, and the line itself.
        self._kinds: OrderedDict[object, tuple[float, int, str]] = OrderedDict()

    def filter(self, record: logging.LogRecord) -> bool:
        """Make a record fit for the log; False when it is only counted."""
        error = record.exc_info[1] if record.exc_info else None
        # What lines of a kind have in common; some libraries write numbers into theirs.
        form = _NUMBER.sub("#", str(record.msg).partition("\n")[0])
        kind = (record.name, record.levelno, form, type(error))
        message, now = self._cleaned(record.getMessage()), self._clock()
        since, count, _ = self._kinds.get(kind, (-QUIET, 0, ""))
        if record.levelno >= logging.INFO and now - since < QUIET:
            self._kinds[kind] = (since, count + 1, message)
            return False
        self._kinds[kind] = (now, 0, message)
        self._kinds.move_to_end(kind)
        if len(self._kinds) > KINDS:
            self._kinds.popitem(last=False)
        trace = ""
        if error is not None and _is_outside(error):
            message += f" ({self._cleaned(str(error))})"
        elif error is not None:
            trace = f" traceback={_quoted(self._cleaned(_traced(error), 10 * LONGEST))}"
        if count:
            message += f" ({count} more since the last such line)"
        record.__dict__["level"] = record.levelname.lower()
        record.__dict__["values"] = f"message={_quoted(message)}{trace}"
        # The formatter would write them out once more.
        record.exc_info = record.exc_text = record.stack_info = None
        return True

    def tell_repeats(self) -> None:
        """Log how many of each kind were counted in the minute that is over."""
        for kind, (since, count, message) in list(self._kinds.items()):
            if count and self._clock() - since >= QUIET:
                del self._kinds[kind]
                # Put together here: these lines are not of one kind.
                logging.getLogger(__name__).info(f"{count} more in a minute: {message}")

    def _cleaned(self, text: str, longest: int = LONGEST) -> str:
        if self._token:
            text = text.replace(self._token, HIDDEN)
        text = _TOKEN.sub(HIDDEN, text)
        return text if len(text) <= longest else f"{text[:longest]} …"


def is_network(error: BaseException) -> bool:
    """Tell whether a request failed on its way, which leaves open whether it was carried out."""
    # python-telegram-bot counts a refused request as a network error; that one is our fault.
    return isinstance(error, NetworkError) and not isinstance(error, BadRequest)


def _is_outside(error: BaseException) -> bool:
    """Tell whether an error is trouble outside the program, whose traceback tells nothing."""
    return is_network(error) or isinstance(error, InvalidToken)


def _traced(error: BaseException) -> str:
    """Say where an error came from, without its own words: those may quote what somebody wrote."""
    lines = traceback.format_tb(error.__traceback__)
    said = f": {error}" if isinstance(error, TelegramError) else ""
    return "".join([*lines, f"{type(error).__name__}{said}"])


def place_of(error: BaseException) -> str:
    """Say what kind of error it is and where; what it says may hold what somebody wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    place = next((f for f in reversed(frames) if "/site-packages/" not in f.filename), None)
    name = type(error).__name__
    if place is None:
        return name
    return f"{name}, {'/'.join(place.filename.rsplit('/', 2)[-2:])} line {place.lineno}"


def _quoted(text: str) -> str:
    """Quote a value so that it stays on its line and nothing in it reads as another value."""
    return json.dumps(text, ensure_ascii=False)


def configure(level: str, token: str = "", *, service: bool = False) -> None:
    """Set up logging: to standard output as a service, else to standard error."""
    # A command's standard output holds its answer and nothing else.
    handler = logging.StreamHandler(sys.stdout if service else sys.stderr)
    form = logging.Formatter(LINE, "%Y-%m-%dT%H:%M:%S")
    form.converter = time.gmtime
    handler.setFormatter(form)
    handler.addFilter(LogFilter(token))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # The first two write the addresses they call, which hold the token; the third a line for every
    # request.
    for name in ("httpx", "httpcore", "tornado.access"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # Of an answer it can't read it writes the whole, names and all; the bot says so in fewer words.
    logging.getLogger("telegram.request").setLevel(logging.CRITICAL + 1)
    # Below INFO it writes whole updates: names, ids, what people asked.
    logging.getLogger("telegram").setLevel(max(logging.INFO, logging.getLogger().level))


def tell_repeats() -> None:
    """Log what was only counted, where a minute is over."""
    for handler in logging.getLogger().handlers:
        for one in handler.filters:
            if isinstance(one, LogFilter):
                one.tell_repeats()
