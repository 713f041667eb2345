"""Rows of a file as facts: every cell checked, every problem named by its row and column."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from knowledge.errors import ImportRefused, Problem
from knowledge.exchange.figures import figures_in
from knowledge.model import Fact, Kind
from knowledge.progress import watched

COLUMNS: tuple[str, ...] = (
    "id", "report", "topic", "question", "also_asked", "answer", "detail", "plain", "link",
    "source", "kind", "beside", "figures", "measure", "added", "state",
)  # fmt: skip
REQUIRED = ("question", "answer")
# Columns that hold several things, one a line.
LISTS = frozenset({"also_asked", "beside", "figures"})
# Telegram shows at most 4,096 characters in a message; an answer and its detail must leave room
# for the question, the source and the mark-up.
LONGEST = {"question": 300, "answer": 1_500, "detail": 1_500, "plain": 1_500, "measure": 300,
           "source": 200, "link": 500, "topic": 100, "report": 300}  # fmt: skip
LONGEST_ID = 48
# What a link to an answer may carry (t.me/…?start=ID).
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
# Neither a database nor a terminal takes these as text; tab and line feed are text.
_UNWRITABLE = re.compile("[\0-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
# Unicode's categories of what can't be seen.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
# Ends of names that lead nowhere on the public web.
_INSIDE = frozenset({"localhost", "localdomain", "local", "internal", "lan"})
# Letters, dashes, quotes, the euro and emoji as UTF-8 writes them.
_UTF8 = re.compile(
    rb"[\xc2-\xc5][\x80-\xbf]|\xe2[\x80-\xbf]{2}|\xef[\xbb-\xbf][\x80-\xbf]|\xf0\x9f[\x80-\xbf]{2}"
)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.I)
# What a spreadsheet or a web page has left behind, and marks that turn the reading direction.
_REMAINS = re.compile(
    r"#(?:NAME\?|REF!|N/A|VALUE!|DIV/0!|NUM!|NULL!|#{3,})|&(?:[a-z]{2,8}|#\d+|#x[0-9a-f]+);|\ufffd"
    r"|[\u202a-\u202e\u2066-\u2069]",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of a file; `given` names the columns that the file holds.

    `title` is the report that the row belongs to when it names none, `file` where it stands when
    there are several.
    """

    number: int
    fact: Fact
    given: frozenset[str]
    title: str = ""
    file: str = ""

    def problem(self, column: str, reason: str) -> Problem:
        """Give a problem of one of its cells."""
        return Problem(self.number, column, reason, self.file)

    def __str__(self) -> str:
        return f"row {self.number}" + (f" of {self.file}" if self.file else "")


def slug(text: str) -> str:
    """Make an id from words: lower case, hyphens, at most 48 characters."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    cut = "-".join(re.findall(r"[a-z0-9]+", plain))[:LONGEST_ID].strip("-")
    return cut or "entry"


def alike(text: str) -> str:
    """Give what texts have in common that differ in case and spaces alone."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def free(wanted: str, taken: Container[str]) -> str:
    """Give an id as wanted, or with a number where it is taken."""
    number, made = 1, wanted
    while made in taken:
        number += 1
        made = f"{wanted[: LONGEST_ID - 5]}-{number}"
    return made


def rows_from(raw: Sequence[tuple[int, Mapping[str, object]]]) -> tuple[Row, ...]:
    """Check raw rows and give them as facts; raises ImportRefused with all their problems.

    A row without id has one made from its question, and `given` does not name it.
    """
    problems: list[Problem] = []
    rows: list[Row] = []
    for number, cells in watched(raw, "checking"):
        if found := problems_of(number, cells):
            problems += found
            continue
        given = (c for c in COLUMNS if c in cells and (c != "id" or _text(cells, "id")))
        rows.append(Row(number, _fact(cells), frozenset(given)))
    if problems:
        raise ImportRefused(tuple(problems))
    return tuple(rows)


def problems_of(number: int, cells: Mapping[str, object]) -> list[Problem]:
    """Give what is wrong with the cells of a row."""
    return [
        Problem(number, column, reason)
        for column in COLUMNS
        for reason in _reasons(column, cells.get(column))
    ]


def doubts_of(number: int, cells: Mapping[str, object]) -> list[Problem]:
    """Give what can be taken but looks as if another program had spoilt it."""
    doubts = []
    for column in (column for column in COLUMNS if column in cells):
        text = _joined(cells[column])
        if found := misread(text):
            doubts.append(Problem(number, column, f"“{found}” looks like letters read wrongly"))
        if left := _REMAINS.search(text):
            doubts.append(Problem(number, column, f"holds “{visible(left[0])}”"))
        doubts += [
            Problem(number, column, f"“{visible(address)}” {reason}")
            for address in _ADDRESS.findall(text if column != "link" else "")
            if (reason := wrong_link(address))
        ]
    return doubts


def misread(text: str, codecs: Sequence[str] = ("cp1252", "mac_roman", "cp850")) -> str:
    """Give a word whose letters are UTF-8 read as something else (“Â£22m”), "" without any."""
    for codec in codecs if not text.isascii() else ():
        # Each of these writes a letter as one byte, so that places are the same.
        if found := _UTF8.search(text.encode(codec, "replace")):
            start = text.rfind(" ", 0, found.start()) + 1
            return text[start : start + 40].split()[0]
    return ""


def visible(text: str) -> str:
    """Write a text with the number of every character that can't be seen."""
    return "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in text)


def is_blank(text: str) -> bool:
    """Tell whether nothing of a text can be seen."""
    return all(unicodedata.category(c) in _UNSEEN for c in text)


def unwritable(text: str) -> str:
    """Say which character of a text can't be kept, "" when all can."""
    found = _UNWRITABLE.search(text)
    return f"holds a character that is no text ({visible(found[0])})" if found else ""


def wrong_id(text: str) -> str:
    """Say why a text can't be an id, which goes into buttons and addresses; "" when it can."""
    if len(text) <= LONGEST_ID and _ID.fullmatch(text):
        return ""
    return f"use letters, digits, hyphens and underscores, at most {LONGEST_ID}"


def wrong_link(text: str) -> str:
    """Say why nobody should be sent to an address, "" when they may be."""
    if not re.fullmatch(r"https?://[^\s<>\"\\]+", text, re.I):
        return "must be a web address that starts with https://"
    if any(unicodedata.category(c) in _UNSEEN for c in text):
        return "holds a character that can't be seen"
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").rstrip(".")
        _ = parts.port
    except ValueError:
        return "must be a web address that starts with https://"
    if "@" in parts.netloc:
        return "must not hold a user name or password"
    try:
        number = ipaddress.ip_address(host)
        public = (getattr(number, "ipv4_mapped", None) or number).is_global
    except ValueError:
        *_, last = names = host.split(".")
        public = len(names) > 1 and all(names) and not (last.isdigit() or last in _INSIDE)
    return "" if public else "must lead to a place on the public web"


def _reasons(column: str, value: object) -> Iterator[str]:
    if not _is_kind(column, value):
        yield "must be a list" if column in LISTS else "must be text"
        return
    text = _joined(value)
    if is_blank(text) and (text or column in REQUIRED):
        yield "nothing in this cell can be seen" if text else "this cell is empty"
    if reason := unwritable(text):
        yield reason
    if len(text) > LONGEST.get(column, len(text)):
        yield f"{len(text):,} characters; at most {LONGEST[column]:,}"
    if text and column in _CHECKS and (reason := _CHECKS[column](text)):
        yield reason
    if text and column == "figures":
        try:
            figures_in(_several(value))
        except ValueError as error:
            yield str(error)


def _is_kind(column: str, value: object) -> bool:
    """Tell whether a value is text or a number, or a list of such where a column takes one."""
    if column in LISTS and isinstance(value, list | tuple):
        kind = dict if column == "figures" else str | int | float
        return all(isinstance(item, kind) and not isinstance(item, bool) for item in value)
    return value is None or (isinstance(value, str | int | float) and not isinstance(value, bool))


def _text(cells: Mapping[str, object], column: str) -> str:
    return _joined(cells.get(column))


def _joined(value: object) -> str:
    if isinstance(value, list | tuple):
        return "\n".join(map(_joined, value))
    if isinstance(value, dict):
        return " | ".join(map(_joined, value.values()))
    return "" if value is None else re.sub("\r\n?", "\n", str(value)).strip()


def _fact(cells: Mapping[str, object]) -> Fact:
    kind: Kind = "gap" if _text(cells, "kind") == "gap" else "fact"
    link = _text(cells, "link")
    texts = ("id", "question", "answer", "report", "topic", "detail", "source", "measure", "plain",
             "added")  # fmt: skip
    fields = {name: _text(cells, name) for name in texts}
    return Fact(
        **fields | {"id": fields["id"] or slug(fields["question"])},
        also_asked=_phrasings(cells.get("also_asked"), _text(cells, "question")),
        link=link[:5].lower() + link[5:],
        kind=kind,
        figures=figures_in(_several(cells.get("figures"))),
        retired=_text(cells, "state") == "retired",
        beside=_ids(cells.get("beside")),
    )


def _phrasings(value: object, question: str = "") -> tuple[str, ...]:
    tidy = (" ".join(line.split()) for line in _joined(value).split("\n"))
    return tuple(dict.fromkeys(line for line in tidy if line and line != question))


def _several(value: object) -> Any:
    return list(value) if isinstance(value, list | tuple) else _joined(value)


def _ids(value: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(re.findall(r"[^\s,;]+", _joined(value))))


def _wrong_phrasing(text: str) -> str:
    longest, limit = max(map(len, _phrasings(text)), default=0), LONGEST["question"]
    return f"a phrasing of {longest:,} characters; at most {limit:,}" if longest > limit else ""


def _wrong_date(text: str) -> str:
    with suppress(ValueError):
        if date.fromisoformat(text).isoformat() == text:
            return ""
    return "must be a day like 2026-11-28"


_CHECKS: Mapping[str, Callable[[str], str]] = {
    "id": wrong_id,
    "also_asked": _wrong_phrasing,
    "link": wrong_link,
    "kind": lambda text: "" if text in ("fact", "gap") else "must be “fact” or “gap”",
    "beside": lambda text: next(filter(None, map(wrong_id, _ids(text))), ""),
    "added": _wrong_date,
    "state": lambda text: "" if text in ("live", "retired") else "must be “live” or “retired”",
}
