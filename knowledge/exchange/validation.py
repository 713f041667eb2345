"""Rows of a file as facts: every cell checked, every problem named by its row and column."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from knowledge.errors import ImportRefused, Problem
from knowledge.model import Fact, Figure, Kind
from knowledge.progress import watched

COLUMNS: tuple[str, ...] = (
    "id", "report", "topic", "question", "also_asked", "answer", "detail", "link", "source", "kind",
    "figures", "state",
)  # fmt: skip
REQUIRED = ("question", "answer")
# Telegram shows at most 4,096 characters in a message; an answer and its detail must leave room
# for the question, the source and the mark-up.
LONGEST = {"question": 300, "answer": 1_500, "detail": 1_500, "source": 200, "link": 500}
LONGEST_ID = 48
# What a link to an answer may carry (t.me/…?start=ID).
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
LINK = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of a file; `given` names the columns that the file holds."""

    number: int
    fact: Fact
    given: frozenset[str]


def slug(text: str) -> str:
    """Make an id from words: lower case, hyphens, at most 48 characters."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    cut = "-".join(re.findall(r"[a-z0-9]+", plain))[:LONGEST_ID].strip("-")
    return cut or "entry"


def is_id(text: str) -> bool:
    """Tell whether a text can be an id: it goes into buttons and addresses."""
    return len(text) <= LONGEST_ID and bool(_ID.fullmatch(text))


def rows_from(raw: Sequence[tuple[int, Mapping[str, object]]]) -> tuple[Row, ...]:
    """Check raw rows and give them as facts; raises ImportRefused with all their problems."""
    problems: list[Problem] = []
    rows: list[Row] = []
    seen: dict[str, int] = {}
    # By report and question: the row, and whether it has an id of its own.
    asked: dict[tuple[str, str], tuple[int, bool]] = {}
    for number, cells in watched(raw, "checking"):
        found = problems_of(number, cells)
        problems += found
        if found:
            continue
        fact = _fact(cells)
        if fact.id in seen and not _text(cells, "id"):
            fact = _fact({**cells, "id": free(fact.id, seen)})
        if fact.id in seen:
            first = seen[fact.id]
            problems.append(Problem(number, "id", f"“{fact.id}” stands in row {first} already"))
        seen.setdefault(fact.id, number)
        named = bool(_text(cells, "id"))
        first, other_named = asked.setdefault((fact.report, fact.question), (number, named))
        if first != number and not (named and other_named):
            # An entry without an id is found by its question, which must be of one.
            reason = f"row {first} has the same; give both an id, or leave one out"
            problems.append(Problem(number, "question", reason))
        # An empty id is none: the question tells which entry is meant.
        given = (c for c in COLUMNS if c in cells and (c != "id" or _text(cells, "id")))
        rows.append(Row(number, fact, frozenset(given)))
    if problems:
        raise ImportRefused(tuple(problems))
    return tuple(rows)


def free(wanted: str, taken: Container[str]) -> str:
    """Make an id that is not taken of one that is."""
    number = 2
    while (made := f"{wanted[: LONGEST_ID - 4]}-{number}") in taken:
        number += 1
    return made


def problems_of(number: int, cells: Mapping[str, object]) -> list[Problem]:
    """Give what is wrong with the cells of a row."""
    found = [
        Problem(number, column, "this cell is empty")
        for column in REQUIRED
        if not _text(cells, column)
    ]
    found += [
        Problem(number, column, f"{len(_text(cells, column)):,} characters; at most {limit:,}")
        for column, limit in LONGEST.items()
        if len(_text(cells, column)) > limit
    ]
    identity = _text(cells, "id")
    if identity and not is_id(identity):
        found.append(
            Problem(number, "id", "use letters, digits, hyphens and underscores, at most 48")
        )
    if _text(cells, "kind") not in ("", "fact", "gap"):
        found.append(Problem(number, "kind", "must be “fact” or “gap”"))
    if _text(cells, "state") not in ("", "live", "retired"):
        found.append(Problem(number, "state", "must be “live” or “retired”"))
    link = _text(cells, "link")
    if link and not LINK.fullmatch(link):
        found.append(Problem(number, "link", "must be a web address that starts with https://"))
    longest = max(map(len, _phrasings(cells.get("also_asked"), "")), default=0)
    if longest > LONGEST["question"]:
        reason = f"a phrasing of {longest:,} characters; at most {LONGEST['question']:,}"
        found.append(Problem(number, "also_asked", reason))
    try:
        _figures(cells.get("figures"))
    except ValueError as error:
        found.append(Problem(number, "figures", str(error)))
    return found


def _fact(cells: Mapping[str, object]) -> Fact:
    question = _text(cells, "question")
    kind: Kind = "gap" if _text(cells, "kind") == "gap" else "fact"
    return Fact(
        id=_text(cells, "id") or slug(question),
        question=question,
        answer=_text(cells, "answer"),
        report=_text(cells, "report"),
        topic=_text(cells, "topic"),
        also_asked=_phrasings(cells.get("also_asked"), question),
        detail=_text(cells, "detail"),
        link=_text(cells, "link"),
        source=_text(cells, "source"),
        kind=kind,
        figures=_figures(cells.get("figures")),
        retired=_text(cells, "state") == "retired",
    )


def _text(cells: Mapping[str, object], column: str) -> str:
    value = cells.get(column)
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _phrasings(value: object, question: str) -> tuple[str, ...]:
    lines = value if isinstance(value, list) else str(value or "").splitlines()
    tidy = [" ".join(str(line).split()) for line in lines]
    return tuple(dict.fromkeys(line for line in tidy if line and line != question))


def _figures(value: object) -> tuple[Figure, ...]:
    if not value:
        return ()
    if isinstance(value, str):
        rows: list[dict[str, str]] = []
        for line in value.splitlines():
            parts = [part.strip() for part in line.split("|")]
            if len(parts) not in (2, 3):
                raise ValueError("write one figure a line: label | value | unit")
            rows.append(dict(zip(("label", "value", "unit"), parts, strict=False)))
    elif isinstance(value, list):
        rows = value
    else:
        raise ValueError("must be a list of figures")
    try:
        return tuple(
            Figure(str(row["label"]), float(row["value"]), str(row.get("unit", ""))) for row in rows
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ValueError("each figure needs a label and a number as its value") from None
