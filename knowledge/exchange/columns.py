"""The columns of a file, declared once: how each is read, and how it is written."""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from knowledge.errors import Problem
from knowledge.model import Fact, Figure

LONGEST_ID, LONGEST_LABEL, LONGEST_TOPIC, LONGEST_QUESTION = 48, 120, 100, 300
# Telegram shows at most 4,096 characters in a message; an answer and its detail must leave room
# for the question, the source and the mark-up.
LONGEST_TEXT = 1_500
FIGURE = "label | value | unit, or row | column | value | unit"
# Neither a database nor a terminal takes these as text; tab and line feed are text.
_UNWRITABLE = re.compile("[\0-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?(e[+-]?\d+)?", re.A | re.I)
# A page on the public web: no name or number of a machine nearby, no user name.
_LINK = re.compile(
    r"https?://([\w-]+\.)+(?!(local|localhost|localdomain|internal|lan)\b)[^\W\d][\w-]+(:\d+)?"
    r"([/?#][^\s<>\"\\]*)?",
    re.I,
)
_NO_LINK = "must be an address on the public web, like https://www.example.org/page"
# What a spreadsheet or a web page leaves behind, and UTF-8 read as Windows-1252 (“Â£22m”).
SPOILT = re.compile(
    "&(?:[a-z]{2,8}|#\\d+);|#(?:N/A|REF!|VALUE!|NAME\\?|DIV/0!)|\ufffd"
    "|\\S*(?:[ÂÃ][\xa0-\xbf\u0152-\u2122]|â€)\\S*"
)

# What stands in a cell: text, or what JSON has in its place.
Cell = Any
Cells = Mapping[str, Cell]
# Gives the field for a cell; raises ValueError saying why not.
Reader = Callable[[Cell], Any]


def _text(cell: Cell, longest: int = 0) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise ValueError("must be text")
    text = re.sub("\r\n?", "\n", str(cell)).strip()
    if _UNWRITABLE.search(text):
        raise ValueError("holds a character that is no text")
    if longest and len(text) > longest:
        raise ValueError(f"{len(text):,} characters; at most {longest:,}")
    # Marks that nobody sees are no text by themselves.
    return text if any(one.isprintable() and one != " " for one in text) else ""


def _id(cell: Cell) -> str:
    """Read an id, which goes into buttons and addresses (t.me/…?start=ID)."""
    text = _text(cell)
    if text and (len(text) > LONGEST_ID or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", text)):
        raise ValueError(f"use letters, digits, hyphens and underscores, at most {LONGEST_ID}")
    return text


def _link(cell: Cell) -> str:
    text = _text(cell, 500)
    if text and not (text.isprintable() and _LINK.fullmatch(text)):
        raise ValueError(_NO_LINK)
    # A telephone begins with a capital.
    return text[:5].lower() + text[5:]


def _day(cell: Cell) -> str:
    text = _text(cell)
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise ValueError("must be a day like 2026-11-28") from None


def _choice(cell: Cell, usual: str, other: str) -> str:
    text = _text(cell) or usual
    if text not in (usual, other):
        raise ValueError(f"must be “{usual}” or “{other}”")
    return text


def _several(cell: Cell) -> list[Any]:
    """Give the things in a cell: the lines of a text, or the list that JSON has in its place."""
    found = cell if isinstance(cell, list | tuple) else _text(cell).split("\n")
    return [one for one in found if str(one).strip()]


def _ways(cell: Cell) -> tuple[str, ...]:
    ways = (" ".join(_text(one, LONGEST_QUESTION).split()) for one in _several(cell))
    return tuple(dict.fromkeys(filter(None, ways)))


def _ids(cell: Cell) -> tuple[str, ...]:
    found = re.findall(r"[^\s,;]+", "\n".join(map(str, _several(cell))))
    return tuple(dict.fromkeys(map(_id, found)))


def _figures(cell: Cell) -> tuple[Figure, ...]:
    found = tuple(map(_figure, _several(cell)))
    places = [(figure.label, figure.column) for figure in found if figure.column]
    if twice := next((place for place in places if places.count(place) > 1), None):
        raise ValueError(f"“{' | '.join(twice)}” stands there twice")
    return found


def _figure(written: str | Cells) -> Figure:
    """Read a figure; the parts of a line are told by how many there are and which is the number."""
    cells = written
    if not isinstance(cells, Mapping):
        parts = [part.strip() for part in str(written).split("|")]
        if len(parts) == 2 or (len(parts) == 3 and not _NUMBER.fullmatch(parts[2])):
            parts.insert(1, "")
        names = ("row", "column", "value", "unit") if len(parts) in (3, 4) else ()
        cells = dict(zip(names, parts, strict=False))
    texts = (cells.get("row") or cells.get("label"), cells.get("column"), cells.get("unit"))
    row, column, unit = (" ".join(_text(text, LONGEST_LABEL).split()) for text in texts)
    unknown = cells.keys() - {"row", "label", "column", "value", "unit"}
    if not row or unknown or "|" in row + column + unit:
        raise ValueError(f"“{str(written)[:LONGEST_LABEL]}”: write one figure a line: {FIGURE}")
    value = str(cells.get("value")).strip().replace("\u2212", "-")
    number = float(value.replace(",", "")) if _NUMBER.fullmatch(value) else math.inf
    if math.isinf(number):
        raise ValueError(f"“{row}” needs a number, not “{value[:LONGEST_LABEL]}”: {FIGURE}")
    return Figure(row, number, unit, column)


# Of an entry; named after the fields of a fact.
COLUMNS: Mapping[str, Reader] = {
    "id": _id,
    "report": partial(_text, longest=300),
    "topic": partial(_text, longest=LONGEST_TOPIC),
    "question": partial(_text, longest=LONGEST_QUESTION),
    "also_asked": _ways,
    "answer": partial(_text, longest=LONGEST_TEXT),
    "detail": partial(_text, longest=LONGEST_TEXT),
    "plain": partial(_text, longest=LONGEST_TEXT),
    "link": _link,
    "source": partial(_text, longest=200),
    "kind": partial(_choice, usual="fact", other="gap"),
    "beside": _ids,
    "figures": _figures,
    "measure": partial(_text, longest=300),
    "added": _day,
    "state": partial(_choice, usual="live", other="retired"),
}
# The lists of a file: how the columns are read, and those never empty. Older files list the topics,
# in their order, which their rows name by ids.
LISTS: Mapping[str, tuple[Mapping[str, Reader], Sequence[str]]] = {
    "reports": (
        {"id": _id} | dict.fromkeys(("title", "short_title", "publisher", "published"), _text)
        | dict.fromkeys(("url", "ratings_url", "reports_url"), _link),
        ("id", "title"),
    ),
    "topics": (dict.fromkeys(("id", "name", "position"), _text), ()),
    "terms": (dict.fromkeys(("said", "means", "contrast"), _text), ("said", "means")),
    "facts": (COLUMNS, ("question", "answer")),
}  # fmt: skip
REQUIRED = LISTS["facts"][1]


def read_cells(cells: Cells, kind: str, place: str) -> tuple[dict[str, Any], list[Problem]]:
    """Give the fields of a thing of a kind that cells stand for, and all that is wrong with them.

    Columns that there are no cells for give no fields.
    """
    columns, required = LISTS[kind]
    fields: dict[str, Any] = {}
    problems: list[Problem] = []
    for name in columns:
        try:
            field = columns[name](cells.get(name))
            if name in required and not field:
                raise ValueError("this cell is empty")
            if name in cells:
                fields[name] = field
        except ValueError as error:
            problems.append(Problem(place, name, str(error)))
    if "state" in fields:
        fields["retired"] = fields.pop("state") == "retired"
    return fields, problems


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


def doubts_of(cells: Cells, place: str = "") -> Iterator[Problem]:
    """Give what can be taken but was spoilt by another program, or leads nowhere."""
    for column in COLUMNS:
        text = str(cells.get(column) or "")
        if spoilt := SPOILT.search(text):
            yield Problem(place, column, f"“{spoilt[0]}” looks spoilt by another program")
        for address in re.findall(r"https?://[^\s<>\"]+", text, re.I):
            if not _LINK.fullmatch(address.rstrip(".,;:!?)]'")):
                yield Problem(place, column, f"“{address}” {_NO_LINK}")
