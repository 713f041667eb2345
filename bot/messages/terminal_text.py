"""Telegram messages as text for a terminal: wrapped, folded quotes indented, styled."""

import re
from html import unescape

from bot.messages import QUOTE

WIDTH = 78
INDENT = "    "

BOLD, SOFT, LINK = "1", "2", "4;36"
# What tags turn on and off, each for itself.
_STYLES = {"b": BOLD, "/b": "22", "i": "3", "/i": "23", "a": LINK, "/a": "24;39"}
ESCAPE = re.compile(r"\x1b\[[\d;]*m")

# What could steer a terminal, or turn a line around in it.
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

_TAG = re.compile(r"<(/?\w+)[^>]*>")


def plain(html: str, width: int = WIDTH, *, styled: bool = False) -> str:
    """Write a message in Telegram's HTML as wrapped lines, `styled` with a terminal's escapes."""
    lines: list[str] = []
    for at, part in enumerate(QUOTE.split(html)):
        pieces = _TAG.split(part)
        # Texts, and tags between them.
        pieces[::2] = [clean(unescape(text)) for text in pieces[::2]]
        styles = _STYLES if styled else {}
        pieces[1::2] = [f"\x1b[{styles[tag]}m" if tag in styles else "" for tag in pieces[1::2]]
        for line in "".join(pieces).split("\n") if part else ():
            lines += fold(line, width, INDENT if at % 2 else "") or [""]
    return "\n".join(lines)


def clean(text: str) -> str:
    """Give a text without the characters that would steer the terminal."""
    return _CONTROL.sub("", text.replace("\t", " "))


def style(text: str, code: str) -> str:
    """Set a text in a style, with a terminal's escapes."""
    return f"\x1b[{code}m{text}\x1b[0m"


def fold(text: str, width: int, indent: str = "") -> list[str]:
    """Break a text between its words; an address broken in two could be neither read nor used."""
    lines: list[str] = []
    room = 0
    for word in text.split():
        length = len(ESCAPE.sub("", word))
        if lines and length < room:
            lines[-1] += f" {word}"
            room -= length + 1
        else:
            lines.append(indent + word)
            room = width - len(indent) - length
    return lines
