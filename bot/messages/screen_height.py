"""How high a message stands on a phone, so that nobody has to scroll for an answer.

The measure is a common small Android phone, 360 x 800 density-independent pixels (dp), at
Telegram's default text size: of its height the status bar, the chat's heading, the input line and
the system's buttons leave about 630 dp; about 38 characters stand in a line of 21 dp; a row of
buttons takes 48 dp.
"""

from __future__ import annotations

import re
import textwrap
from html import unescape

SCREEN = 630
LINE = 21
ROW = 48
EDGES = 20
CHARACTERS = 38
# Telegram shows this many lines of a folded quote.
FOLDED = 3

_QUOTE = re.compile(r"<blockquote expandable>(.*?)</blockquote>", re.S)
_TAG = re.compile(r"<[^>]*>")


def height(html: str, rows: int) -> int:
    """Give the height in dp of a message in Telegram's HTML with `rows` rows of buttons."""
    lines, start = 0, 0
    for quote in _QUOTE.finditer(html):
        lines += _lines(html[start : quote.start()].removesuffix("\n"))
        lines += min(_lines(quote[1]), FOLDED)
        start = quote.end()
    lines += _lines(html[start:].removeprefix("\n") if start else html)
    return lines * LINE + rows * ROW + EDGES


def _lines(html: str) -> int:
    text = unescape(_TAG.sub("", html))
    return sum(len(textwrap.wrap(line, CHARACTERS)) or 1 for line in text.split("\n"))
