"""How high a message stands on a phone.

Heights are of a common small Android phone, 360 x 800 density-independent pixels (dp), at
Telegram's default text size: of its height the status bar, the chat's heading, the input line and
the system's buttons leave about 630 dp; about 38 characters stand in a line of 21 dp; a row of
buttons takes 48 dp.
"""

from __future__ import annotations

import re
import textwrap
from html import unescape

SCREEN = 630
LINE, ROW, EDGES = 21, 48, 20
CHARACTERS = 38
# Telegram shows this many lines of a folded quote.
FOLDED = 3
QUOTE = re.compile(r"<blockquote expandable>(.*?)</blockquote>", re.S)
TAG = re.compile(r"<[^>]*>")


def height(html: str, rows: int) -> int:
    """The height in dp of a message with some rows of buttons."""
    lines = 0
    for at, part in enumerate(QUOTE.split(html)):
        # Quotes stand between the other parts, on lines of their own.
        text = unescape(TAG.sub("", part if at % 2 else part.strip("\n")))
        high = sum(len(textwrap.wrap(one, CHARACTERS)) or 1 for one in text.split("\n"))
        lines += min(high, FOLDED) if at % 2 else high if text or not at else 0
    return lines * LINE + rows * ROW + EDGES
