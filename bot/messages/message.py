"""A message to send: its HTML, its buttons, how high it stands, and where facts come from.

Heights are of a common small Android phone, 360 x 800 density-independent pixels (dp), at
Telegram's default text size: of its height the status bar, the chat's heading, the input line and
the system's buttons leave about 630 dp; about 38 characters stand in a line of 21 dp; a row of
buttons takes 48 dp.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape, unescape

from bot import texts
from knowledge import Fact, Report, Stage

SCREEN = 630
LINE, ROW, EDGES = 21, 48, 20
CHARACTERS = 38
# Telegram shows this many lines of a folded quote.
FOLDED = 3
# Cells of a bar that shows how far something has come.
CELLS = 16

_SLIDE = re.compile(r"\bslide (\d+)")
_QUOTE = re.compile(r"<blockquote expandable>(.*?)</blockquote>", re.S)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Button:
    """A button: its label and the one thing it does, by the names of the Bot API."""

    text: str
    callback_data: str | None = None
    url: str | None = None
    copy_text: str | None = None
    switch_inline_query: str | None = None


Row = tuple[Button, ...]
Rows = tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class BotMessage:
    """A message to send: Telegram HTML and rows of buttons."""

    html: str
    rows: Rows = ()

    @property
    def height(self) -> int:
        """Give the height on a phone in dp."""
        lines = 0
        for at, part in enumerate(_QUOTE.split(self.html)):
            # Quotes stand between the other parts, on lines of their own.
            text = unescape(_TAG.sub("", part if at % 2 else part.strip("\n")))
            if text or not at:
                wrapped = (textwrap.wrap(line, CHARACTERS) or [""] for line in text.split("\n"))
                most = FOLDED if at % 2 else len(self.html)
                lines += min(sum(map(len, wrapped)), most)
        return lines * LINE + len(self.rows) * ROW + EDGES


@dataclass(frozen=True, slots=True)
class Sources:
    """What rendering needs beside the facts: the reports by id and the bot's own name."""

    reports: Mapping[str, Report]
    username: str = ""

    def report(self, fact: Fact) -> Report | None:
        """Give the report a fact stands in; an entry added without a source stands in none."""
        return None if fact.added and not fact.source else self.reports.get(fact.report)

    def link(self, fact: Fact) -> str:
        """Give the address to open for a fact, "" when there is none."""
        report = self.report(fact)
        return fact.link or (report.url if report else "")

    def source(self, fact: Fact) -> str:
        """Name the report and the place in it, such as "Annual report 2019/20, slide 14"."""
        if fact.added and not fact.source:
            return texts.ADDED_ON.format(date.fromisoformat(fact.added[:10]))
        report = self.report(fact)
        slides = _SLIDE.findall(fact.source)
        place = f"slides {' and '.join(slides)}" if len(slides) > 1 else fact.source
        name = (report.short_title or report.title) if report else ""
        return ", ".join(part for part in (name, place) if part)

    def published(self, fact: Fact) -> str:
        """Name the source with its publisher first, as a citation does."""
        report = self.report(fact)
        return ", ".join(p for p in (report.publisher if report else "", self.source(fact)) if p)


def progress(stage: Stage, share: float) -> str:
    """Show how far something has come."""
    full = round(share * CELLS)
    return f"{texts.STAGES[stage]} {'█' * full}{'░' * (CELLS - full)} {share:.0%}"


def safe(text: str) -> str:
    """Make a text safe to stand in Telegram's HTML, between tags or in an attribute."""
    return escape(text, quote=True).replace("&#x27;", "'")


def joined(parts: Iterable[str], rows: Iterable[Row] = ()) -> BotMessage:
    """Make a message of parts in Telegram HTML; those that are empty are left out, as are rows."""
    return BotMessage("\n\n".join(filter(None, parts)), tuple(filter(None, rows)))


def notice(text: str, rows: Iterable[Row] = ()) -> BotMessage:
    """Make a message of a plain sentence or two."""
    return joined([safe(text)], rows)


def short(text: str, limit: int) -> str:
    """Cut a text at a word."""
    return textwrap.shorten(text, limit, placeholder="…")


def heading(text: str, note: str = "") -> str:
    """Write a line in bold, with a note beside it."""
    return f"<b>{safe(text)}</b>" + (f" {safe(note)}" if note else "")
