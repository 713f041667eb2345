"""What the administrators' buttons carry: ids only, at most 64 bytes.

A button of a draft names the draft by its number, so that one of an older draft does nothing.
"""

from __future__ import annotations

import re
from zlib import crc32

from telegram import InlineKeyboardButton

from bot.messages.keyboards import LABEL
from bot.messages.message import short

ANY = re.compile(r"a:")

_DRAFT = r"([0-9a-z]{1,9})"
_SLUG = r"([A-Za-z0-9_-]{1,48})"
_MARK = r"([0-9a-f]{8})"

STEP = re.compile(rf"a:(skip|back|clear):{_DRAFT}:([a-z_]{{1,12}})\Z")
DRAFT = re.compile(rf"a:(cancel|menu|preview|gap|go):{_DRAFT}\Z")
SAVE = re.compile(rf"a:save:{_DRAFT}\Z")
# Whether an entry that speaks against the draft goes with it.
REPLACE = re.compile(rf"a:rv:{_DRAFT}:{_SLUG}\Z")
# One way of asking of those proposed, or all of them; "also" stands below a question tried.
KEEP = re.compile(rf"a:(keep|also):{_DRAFT}:(all|[0-9a-f]{{8}})\Z")
FIELD = re.compile(rf"a:field:{_DRAFT}:([a-z_]{{1,12}})\Z")
CHOICE = re.compile(rf"a:([tr]):{_DRAFT}:{_SLUG}\Z")
PHRASING = re.compile(rf"a:(drop|page):{_DRAFT}:(\d{{1,4}})\Z")

ENTRY = re.compile(rf"a:(edit|retire|restore|history):{_SLUG}\Z")
OLDER = re.compile(r"a:older:(\d{1,9})\Z")
TAKE_BACK = re.compile(r"a:undo:(\d{1,9})\Z")
TERMS = re.compile(r"a:terms:(\d{1,4})\Z")
REMOVE = re.compile(rf"a:unterm:{_MARK}\Z")
LEARN = re.compile(rf"a:q:{_MARK}:{_SLUG}\Z")
DECIDE = re.compile(rf"a:(new|hole|dismiss|skip):{_MARK}\Z")
IMPORT = re.compile(rf"a:(apply|discard):{_DRAFT}\Z")
# Read the file that this message answers as Windows-1252.
READ_SO = re.compile(r"a:1252\Z")
EXPORT = re.compile(r"a:export:(csv|tsv|json|jsonl)\Z")


def data(*parts: object) -> str:
    """Make what a button carries."""
    return ":".join(["a", *map(str, parts)])


def mark(text: str) -> str:
    """Give a short mark of a text that is too long for a button."""
    return f"{crc32(text.encode()):08x}"


def button(label: str, *parts: object) -> InlineKeyboardButton:
    """Make an administrators' button."""
    return InlineKeyboardButton(short(label, LABEL), callback_data=data(*parts))
