"""A message to send: its HTML, its buttons, and what rendering must know beside the facts."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.messages.screen_height import height
from knowledge import Fact, Report

Row = tuple[InlineKeyboardButton, ...]
Rows = tuple[Row, ...]

_SLIDE = re.compile(r"\bslide (\d+)")


@dataclass(frozen=True, slots=True)
class BotMessage:
    """A message to send: Telegram HTML, rows of buttons, the ids of the facts it shows.

    `asked` is the record of the question it answers, None for what answers none; `offered` tells
    that it is not sure of its facts.
    """

    html: str
    rows: Rows = ()
    shows: tuple[str, ...] = ()
    asked: int | None = None
    offered: bool = False

    @property
    def markup(self) -> InlineKeyboardMarkup | None:
        """Give the keyboard, None where there are no buttons."""
        return InlineKeyboardMarkup(self.rows) if self.rows else None

    @property
    def height(self) -> int:
        """Give the height on a phone in dp."""
        return height(self.html, len(self.rows))


@dataclass(frozen=True, slots=True)
class Sources:
    """What rendering needs beside the facts: the reports by id and the bot's own name."""

    reports: Mapping[str, Report]
    username: str = ""

    def link(self, fact: Fact) -> str:
        """Give the address to open for a fact, "" when there is none."""
        report = self.reports.get(fact.report)
        return fact.link or (report.url if report else "")

    def source(self, fact: Fact) -> str:
        """Name the report and the place in it, such as "Annual report 2019/20, slide 14"."""
        report = self.reports.get(fact.report)
        slides = _SLIDE.findall(fact.source)
        place = f"slides {' and '.join(slides)}" if len(slides) > 1 else fact.source
        name = (report.short_title or report.title) if report else ""
        return ", ".join(part for part in (name, place) if part)


def safe(text: str) -> str:
    """Make a text safe to stand in Telegram's HTML, between tags or in an attribute."""
    return escape(text, quote=True).replace("&#x27;", "'")


def notice(text: str, rows: Rows = ()) -> BotMessage:
    """Make a page of a plain sentence or two."""
    return BotMessage(safe(text), rows)


def short(text: str, limit: int) -> str:
    """Cut a text at a word."""
    return textwrap.shorten(text, limit, placeholder="…")


def heading(text: str, note: str = "") -> str:
    """Write a line in bold, with a note beside it."""
    return f"<b>{safe(text)}</b>" + (f" {safe(note)}" if note else "")
