"""Telegram messages as text for a terminal: wrapped, folded quotes indented, styled."""

import re
from html import unescape

WIDTH = 78
INDENT = "    "

BOLD, ITALIC, SOFT, LINK = "1", "3", "2", "4;36"
_STYLES = {"b": BOLD, "i": ITALIC, "a": LINK}
_END = "\x1b[0m"
_ESCAPE = re.compile(r"\x1b\[[\d;]*m")

# What could steer a terminal, or turn a line around in it.
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

_QUOTE = re.compile(r"\n?<blockquote expandable>(.*?)</blockquote>\n?", re.S)
_TAG = re.compile(r"(<[^>]*>)")


def plain(html: str, width: int = WIDTH, *, styled: bool = False) -> str:
    """Write a message in Telegram's HTML as wrapped lines, `styled` with a terminal's escapes."""
    lines: list[str] = []
    # Quotes stand between the other parts.
    for at, part in enumerate(_QUOTE.split(html)):
        for line in _inked(part, styled=styled).split("\n") if part else ():
            lines += fold(line, width, INDENT if at % 2 else "") or [""]
    return "\n".join(lines)


def _inked(html: str, *, styled: bool) -> str:
    """Write tags as escapes; a style that ends within another leaves the outer one on."""
    written, within = "", list[str]()
    for at, piece in enumerate(_TAG.split(html)):
        code = _STYLES.get(piece.strip("</>").partition(" ")[0]) if styled else None
        if not at % 2:
            written += clean(unescape(piece))
        elif code and piece.startswith("</"):
            del within[-1:]
            written += "".join([_END, *within])
        elif code:
            within.append(f"\x1b[{code}m")
            written += within[-1]
    return written


def clean(text: str) -> str:
    """Give a text without the characters that would steer the terminal."""
    return _CONTROL.sub("", text.replace("\t", " "))


def style(text: str, code: str) -> str:
    """Set a text in a style, with a terminal's escapes."""
    return f"\x1b[{code}m{text}{_END}"


def fold(text: str, width: int, indent: str = "") -> list[str]:
    """Break a text between its words; an address broken in two could be neither read nor used."""
    lines: list[str] = []
    room = 0
    for word in text.split():
        length = len(_ESCAPE.sub("", word))
        if lines and length < room:
            lines[-1] += f" {word}"
            room -= length + 1
        else:
            lines.append(indent + word)
            room = width - len(indent) - length
    return lines
