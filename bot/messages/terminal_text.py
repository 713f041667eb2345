"""Telegram messages as text for a terminal: wrapped, folded quotes indented, styled where it can.

Styles and links travel through the wrapping as single characters of no width.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape

WIDTH = 78
INDENT = "    "

BOLD, ITALIC, SOFT, LINK = "1", "3", "2", "4;36"
_MARKS = {"b": "\ue000", "i": "\ue001", "a": "\ue002"}
_CODES = {"\ue000": BOLD, "\ue001": ITALIC, "\ue002": LINK}
_END = "\ue00f"
_MARK = re.compile("[\ue000-\ue00f]")

# What could steer a terminal, or turn a line around in it.
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

_QUOTE = re.compile(r"\n?<blockquote expandable>(.*?)</blockquote>\n?", re.S)
_TAG = re.compile(r"<(/?)(\w*)[^>]*>")


def plain(html: str, width: int = WIDTH, *, styled: bool = False) -> str:
    """Write a message in Telegram's HTML as wrapped lines, `styled` with a terminal's escapes."""
    pieces: list[str] = []
    start = 0
    for quote in _QUOTE.finditer(html):
        pieces += _lines(html[start : quote.start()], "", width)
        pieces += _lines(quote[1], INDENT, width)
        start = quote.end()
    pieces += _lines(html[start:], "", width)
    return _inked("\n".join(pieces)) if styled else _MARK.sub("", "\n".join(pieces))


def clean(text: str) -> str:
    """Give a text without the characters that would steer the terminal."""
    return _CONTROL.sub("", text.replace("\t", " "))


def style(text: str, code: str) -> str:
    """Set a text in a style, with a terminal's escapes."""
    return f"\x1b[{code}m{text}\x1b[0m"


def _lines(html: str, indent: str, width: int) -> list[str]:
    if not html:
        return []
    marked = _TAG.sub(_mark, _MARK.sub("", html))
    folded = (fold(line, width, indent) for line in clean(unescape(marked)).split("\n"))
    return [line for lines in folded for line in lines or [""]]


def fold(text: str, width: int, indent: str = "") -> list[str]:
    """Break a text between its words; an address broken in two could be neither read nor used."""
    lines: list[str] = []
    room = 0
    for word in text.split():
        length = len(_MARK.sub("", word))
        if lines and length < room:
            lines[-1] += f" {word}"
            room -= length + 1
        else:
            lines.append(indent + word)
            room = width - len(indent) - length
    return lines


def _mark(tag: re.Match[str]) -> str:
    mark = _MARKS.get(tag[2], "")
    return (_END if tag[1] else mark) if mark else ""


def _inked(text: str) -> str:
    """Write the marks as escapes; a style that ends within another leaves the outer one on."""
    written, within = "", list[str]()
    for piece in re.split(f"({_MARK.pattern})", text):
        if piece == _END:
            del within[-1:]
            written += "\x1b[0m" + _on(within)
        elif piece in _CODES:
            within.append(_CODES[piece])
            written += _on(within[-1:])
        else:
            written += piece
    return written


def _on(codes: Iterable[str]) -> str:
    return "".join(f"\x1b[{code}m" for code in codes)
