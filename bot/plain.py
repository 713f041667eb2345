"""Telegram messages as text for a terminal: wrapped, folded quotes indented, no colours."""

from __future__ import annotations

import re
import textwrap
from html import unescape

WIDTH = 78
INDENT = "    "

_QUOTE = re.compile(r"\n?<blockquote expandable>(.*?)</blockquote>\n?", re.S)
_TAG = re.compile(r"<[^>]*>")


def plain(html: str, width: int = WIDTH) -> str:
    """Write a message in Telegram's HTML as wrapped lines."""
    pieces: list[str] = []
    start = 0
    for quote in _QUOTE.finditer(html):
        pieces += _wrapped(html[start : quote.start()], "", width)
        pieces += _wrapped(quote[1], INDENT, width)
        start = quote.end()
    pieces += _wrapped(html[start:], "", width)
    return "\n".join(pieces)


def _wrapped(html: str, indent: str, width: int) -> list[str]:
    if not html:
        return []
    lines: list[str] = []
    for line in unescape(_TAG.sub("", html)).split("\n"):
        # An address broken in two can be neither read nor clicked.
        wrapped = textwrap.wrap(
            line,
            width,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        lines += wrapped or [""]
    return lines
