"""The columns of a file, declared once: how each is read, written, and found wrong or spoilt."""

from __future__ import annotations

import ipaddress
import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from knowledge.errors import Problem
from knowledge.model import Fact, Figure, Report, Term, Topic
from knowledge.snapshot import LONGEST_ID

LONGEST_LABEL, LONGEST_TOPIC, LONGEST_QUESTION = 120, 100, 300
# Telegram shows at most 4,096 characters in a message; an answer and its detail must leave room
# for the question, the source and the mark-up.
LONGEST_TEXT = 1_500
FIGURE = "label | value | unit, or row | column | value | unit"
# Neither a database nor a terminal takes these as text; tab and line feed are text.
_UNWRITABLE = re.compile("[\0-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
# Unicode's categories of what can't be seen.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
# Ends of names that lead nowhere on the public web.
_INSIDE = frozenset({"localhost", "localdomain", "local", "internal", "lan"})
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?(e[+-]?\d+)?", re.A | re.I)
_FIGURE_PARTS = {2: "row value", 3: "row value unit", 4: "row column value unit"}

# Letters, dashes, quotes, the euro and emoji as UTF-8 writes them.
_UTF8 = re.compile(
    rb"[\xc2-\xc5][\x80-\xbf]|\xe2[\x80-\xbf]{2}|\xef[\xbb-\xbf][\x80-\xbf]|\xf0\x9f[\x80-\xbf]{2}"
)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.I)
# What a spreadsheet or a web page has left behind, and marks that turn the reading direction.
_REMAINS = re.compile(
    r"#(?-i:N/A|GETTING_DATA|#{3,}|[A-Z][A-Z0-9/]+[!?])|&(?:[a-z]{2,8}|#\d+|#x[0-9a-f]+);|\ufffd"
    r"|[\u202a-\u202e\u2066-\u2069]",
    re.I,
)

# What stands in a cell: text, or what JSON has in its place.
Cell = Any
Cells = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `read` gives the field for a cell; raises ValueError saying why not."""

    read: Callable[[Cell], Any]
    is_required: bool = False


def read_cells(
    columns: Mapping[str, Column], cells: Cells, number: int = 0, place: str = ""
) -> tuple[dict[str, Any], list[Problem]]:
    """Give the fields that the cells of a row stand for, and what is wrong with them."""
    fields: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, column in columns.items():
        try:
            fields[name] = column.read(cells.get(name))
            if column.is_required and not fields[name]:
                raise ValueError("this cell is empty")
        except ValueError as error:
            problems.append(Problem(number, place + name, str(error)))
    return fields, problems


# --- Reading a cell -------------------------------------------------------------------------------


def read_text(cell: Cell, longest: int = 0) -> str:
    """Read a cell as text."""
    if cell is None:
        return ""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise ValueError("must be text")
    text = re.sub("\r\n?", "\n", str(cell)).strip()
    if found := _UNWRITABLE.search(text):
        raise ValueError(f"holds a character that is no text ({visible(found[0])})")
    if text and is_blank(text):
        raise ValueError("nothing in this cell can be seen")
    if longest and len(text) > longest:
        raise ValueError(f"{len(text):,} characters; at most {longest:,}")
    return text


def _read_id(cell: Cell) -> str:
    """Read an id, which goes into buttons and addresses (t.me/…?start=ID)."""
    text = read_text(cell)
    if text and (len(text) > LONGEST_ID or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", text)):
        raise ValueError(f"use letters, digits, hyphens and underscores, at most {LONGEST_ID}")
    return text


def _read_link(cell: Cell) -> str:
    text = read_text(cell, 500)
    if reason := wrong_link(text) if text else "":
        raise ValueError(reason)
    return text[:5].lower() + text[5:]


def _read_day(cell: Cell) -> str:
    text = read_text(cell)
    try:
        if not text or date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    raise ValueError("must be a day like 2026-11-28")


def _read_position(cell: Cell) -> int:
    if type(cell or 0) is not int:
        raise ValueError("must be a number")
    return cell or 0


def _read_choice(cell: Cell, usual: str, other: str) -> str:
    text = read_text(cell) or usual
    if text not in (usual, other):
        raise ValueError(f"must be “{usual}” or “{other}”")
    return text


def _several(cell: Cell, kind: type | Any = str | int | float) -> list[Any]:
    """Give the things in a cell: the lines of a text, or the list that JSON has in its place."""
    if isinstance(cell, list | tuple):
        if all(isinstance(one, kind) and not isinstance(one, bool) for one in cell):
            return list(cell)
    elif cell is None or (isinstance(cell, str | int | float) and not isinstance(cell, bool)):
        return read_text(cell).split("\n")
    raise ValueError("must be a list")


def _read_ways(cell: Cell) -> tuple[str, ...]:
    lines = read_text("\n".join(map(str, _several(cell)))).split("\n")
    ways = dict.fromkeys(" ".join(line.split()) for line in lines)
    if (length := max(map(len, ways))) > LONGEST_QUESTION:
        raise ValueError(f"a phrasing of {length:,} characters; at most {LONGEST_QUESTION:,}")
    return tuple(way for way in ways if way)


def _read_ids(cell: Cell) -> tuple[str, ...]:
    found = re.findall(r"[^\s,;]+", "\n".join(map(str, _several(cell))))
    return tuple(dict.fromkeys(map(_read_id, found)))


def _read_figures(cell: Cell) -> tuple[Figure, ...]:
    found = tuple(_figure(one) for one in _several(cell, dict) if one)
    places = [(figure.label, figure.column) for figure in found if figure.column]
    if twice := next((place for place in places if places.count(place) > 1), None):
        raise ValueError(f"“{' | '.join(twice)}” stands there twice")
    return found


def _figure(written: str | Cells) -> Figure:
    """Read a figure; the parts of a line are told by how many there are and which is the number."""
    if isinstance(written, str):
        parts = [part.strip() for part in written.split("|")]
        if len(parts) == 3 and _NUMBER.fullmatch(parts[2]):
            parts.append("")
        if len(parts) not in _FIGURE_PARTS:
            raise ValueError(
                f"“{written.strip()[:LONGEST_LABEL]}”: write one figure a line: {FIGURE}"
            )
        written = dict(zip(_FIGURE_PARTS[len(parts)].split(), parts, strict=True))
    if unknown := written.keys() - {"row", "label", "column", "value", "unit"}:
        raise ValueError(f"“{min(unknown)}” is no part of a figure: {FIGURE}")
    texts = (written.get("row") or written.get("label"), written.get("column"), written.get("unit"))
    label, column, unit = (" ".join(read_text(str(text or "")).split()) for text in texts)
    if not label:
        raise ValueError(f"each figure needs a label and a number: {FIGURE}")
    for part in (label, column, unit):
        if "|" in part or len(part) > LONGEST_LABEL:
            raise ValueError(
                f"“{part[:LONGEST_LABEL]}”: at most {LONGEST_LABEL} characters, and no “|”"
            )
    return Figure(label, _number(label, written.get("value")), unit, column)


def _number(label: str, value: Cell) -> float:
    text = "" if isinstance(value, bool) else str(value).strip().replace("\u2212", "-")
    number = float(text.replace(",", "")) if _NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(number):
        raise ValueError(f"“{label}” needs a number, not “{str(value)[:LONGEST_LABEL]}”: {FIGURE}")
    if Decimal(text.replace(",", "")) not in (Decimal(number), Decimal(repr(number))):
        raise ValueError(f"“{text[:LONGEST_LABEL]}” has more digits than can be kept")
    return number


# --- The columns ----------------------------------------------------------------------------------


def _text(longest: int = 0, *, is_required: bool = False) -> Column:
    return Column(partial(read_text, longest=longest), is_required)


# Of an entry; named after the fields of a fact.
COLUMNS: Mapping[str, Column] = {
    "id": Column(_read_id),
    "report": _text(300),
    "topic": _text(LONGEST_TOPIC),
    "question": _text(LONGEST_QUESTION, is_required=True),
    "also_asked": Column(_read_ways),
    "answer": _text(LONGEST_TEXT, is_required=True),
    "detail": _text(LONGEST_TEXT),
    "plain": _text(LONGEST_TEXT),
    "link": Column(_read_link),
    "source": _text(200),
    "kind": Column(partial(_read_choice, usual="fact", other="gap")),
    "beside": Column(_read_ids),
    "figures": Column(_read_figures),
    "measure": _text(300),
    "added": Column(_read_day),
    "state": Column(partial(_read_choice, usual="live", other="retired")),
}
REQUIRED = tuple(name for name, column in COLUMNS.items() if column.is_required)
_ID = Column(_read_id, is_required=True)
_LINKS = dict.fromkeys(("url", "ratings_url", "reports_url"), Column(_read_link))
# Of the lists that a file may hold beside its entries.
LISTS: Mapping[str, tuple[type[Report | Topic | Term], Mapping[str, Column]]] = {
    "reports": (Report, {
        "id": _ID, "title": _text(is_required=True), "short_title": _text(),
        "publisher": _text(), "published": _text(), **_LINKS,
    }),
    "topics": (Topic, {
        "id": _ID, "name": _text(is_required=True), "position": Column(_read_position),
    }),
    "terms": (Term, {
        "said": _text(is_required=True), "means": _text(is_required=True), "contrast": _text(),
    }),
}  # fmt: skip


def cells_of(fact: Fact) -> dict[str, object]:
    """Write a fact so that it reads as the same; what is several is a list."""
    cells = {name: getattr(fact, name) for name in COLUMNS if name != "state"}
    figures = [
        {"row": one.label, "column": one.column, "value": _plain(one.value), "unit": one.unit}
        for one in fact.figures
    ]
    return cells | {"figures": figures, "state": "retired" if fact.retired else "live"}


def lines_of(fact: Fact) -> list[str]:
    """Write a fact for a table, where what is several stands one to a line."""
    cells = cells_of(fact) | {"figures": [*map(figure_line, fact.figures)]}
    return ["\n".join(c) if isinstance(c, list | tuple) else str(c) for c in cells.values()]


def figure_line(figure: Figure) -> str:
    """Write a figure so that it is read back as the same."""
    parts = [figure.label, figure.column, str(_plain(figure.value)), figure.unit]
    if not figure.column and not _NUMBER.fullmatch(figure.unit):
        del parts[1]
    return " | ".join(parts)


def _plain(value: float) -> int | float:
    return int(value) if value.is_integer() else value


# --- What is wrong with a text --------------------------------------------------------------------


def visible(text: str) -> str:
    """Write a text with the number of every character that can't be seen."""
    return "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in text)


def is_blank(text: str) -> bool:
    """Tell whether nothing of a text can be seen."""
    return all(unicodedata.category(c) in _UNSEEN for c in text)


def wrong_link(text: str) -> str:
    """Say why nobody should be sent to an address, "" when they may be."""
    try:
        parts = urlsplit(text)
        host, _ = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        host = ""
    if not host or not re.fullmatch(r"https?://[^\s<>\"\\]+", text, re.I):
        return "must be a web address that starts with https://"
    if any(unicodedata.category(c) in _UNSEEN for c in text):
        return "holds a character that can't be seen"
    if "@" in parts.netloc:
        return "must not hold a user name or password"
    try:
        number = ipaddress.ip_address(host)
        public = (getattr(number, "ipv4_mapped", None) or number).is_global
    except ValueError:
        *_, last = names = host.split(".")
        public = len(names) > 1 and all(names) and not (last.isdigit() or last in _INSIDE)
    return "" if public else "must lead to a place on the public web"


def misread(text: str, codecs: Sequence[str] = ("cp1252", "mac_roman", "cp850")) -> str:
    """Give a word whose letters are UTF-8 read as something else (“Â£22m”), "" without any."""
    for codec in codecs if not text.isascii() else ():
        # Each of these writes a letter as one byte, so that places are the same.
        if found := _UTF8.search(text.encode(codec, "replace")):
            start = text.rfind(" ", 0, found.start()) + 1
            return text[start : start + 40].split()[0]
    return ""


def doubts_of(number: int, cells: Cells) -> Iterator[Problem]:
    """Give what can be taken but looks as if another program had spoilt it."""
    for column in (column for column in COLUMNS if column in cells):
        text = _all_in(cells[column])
        if found := misread(text):
            yield Problem(number, column, f"“{found}” looks like letters read wrongly")
        if left := _REMAINS.search(text):
            yield Problem(number, column, f"holds “{visible(left[0])}”")
        for address in _ADDRESS.findall(text if column != "link" else ""):
            if reason := wrong_link(address):
                yield Problem(number, column, f"“{visible(address)}” {reason}")


def _all_in(cell: Cell) -> str:
    if isinstance(cell, dict):
        cell = list(cell.values())
    return "\n".join(map(_all_in, cell)) if isinstance(cell, list) else str(cell or "")
