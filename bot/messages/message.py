"""A message to send: its HTML, its buttons, and what rendering must know beside the facts."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot import texts
from bot.messages.screen_height import height
from knowledge import Fact, Report

Row = tuple[InlineKeyboardButton, ...]
Rows = tuple[Row, ...]

_SLIDE = re.compile(r"\bslide (\d+)")


@dataclass(frozen=True, slots=True)
class BotMessage:
    """A message to send: Telegram HTML, rows of buttons, the ids of the facts it shows."""

    html: str
    rows: Rows = ()
    shows: tuple[str, ...] = ()

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

    def report(self, fact: Fact) -> Report | None:
        """Give the report a fact stands in; an entry added without a source stands in none."""
        return None if fact.added and not fact.source else self.reports.get(fact.report)

    def link(self, fact: Fact) -> str:
        """Give the address to open for a fact, "" when there is none."""
        report = self.report(fact)
        return fact.link or (report.url if report else "")

    def source(self, fact: Fact) -> str:
        """Name the report and the place in it, such as "Annual report 2019/20, slide 14"."""
        report = self.report(fact)
        if report is None and fact.added and not fact.source:
            return texts.added_on(fact.added)
        slides = _SLIDE.findall(fact.source)
        place = f"slides {' and '.join(slides)}" if len(slides) > 1 else fact.source
        name = (report.short_title or report.title) if report else ""
        return ", ".join(part for part in (name, place) if part)

    def published(self, fact: Fact) -> str:
        """Name the source with its publisher first, as a citation does."""
        report = self.report(fact)
        return ", ".join(p for p in (report.publisher if report else "", self.source(fact)) if p)


def safe(text: str) -> str:
    """Make a text safe to stand in Telegram's HTML, between tags or in an attribute."""
    return escape(text, quote=True).replace("&#x27;", "'")


def notice(text: str, rows: Rows = ()) -> BotMessage:
    """Make a message of a plain sentence or two."""
    return BotMessage(safe(text), rows)


def short(text: str, limit: int) -> str:
    """Cut a text at a word."""
    return textwrap.shorten(text, limit, placeholder="…")


def heading(text: str, note: str = "") -> str:
    """Write a line in bold, with a note beside it."""
    return f"<b>{safe(text)}</b>" + (f" {safe(note)}" if note else "")
