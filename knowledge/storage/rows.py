"""How reports, topics, terms and facts stand in the file, each with a digest of what it says.

SQLite keeps no checksums: a byte that changes on the disk changes a text in silence. The digest
tells, so that nobody is given a figure that nobody wrote.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, fields

from knowledge.changes import TYPES, Thing
from knowledge.model import Fact, Figure, Kind

# What tells entries of a kind apart.
PRIMARY = {"report": "id", "topic": "id", "term": "said", "fact": "id"}
_FIELDS = {made: tuple(field.name for field in fields(made)) for made in TYPES.values()}


def digest(thing: Thing) -> str:
    """Give 16 letters that change with anything the entry says; fields left empty don't count."""
    parts = [
        f"{name}={_flat(value)}" for name in _FIELDS[type(thing)] if (value := getattr(thing, name))
    ]
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()


def _flat(value: object) -> str:
    if isinstance(value, tuple):
        return "\x1e".join(one if isinstance(one, str) else _flat(one) for one in value)
    if isinstance(value, Figure):
        return f"{value.label}\x1d{float(value.value)!r}\x1d{value.unit}\x1d{value.column}"
    return str(value)


def cells(thing: Thing) -> dict[str, object]:
    """Give the columns of an entry, but for a fact's place and ways of asking."""
    row: dict[str, object] = {name: getattr(thing, name) for name in _FIELDS[type(thing)]}
    if isinstance(thing, Fact):
        del row["also_asked"], row["retired"]
        figures = [astuple(figure) for figure in thing.figures]
        row["figures"] = json.dumps(figures, ensure_ascii=False)
        row["beside"] = json.dumps(thing.beside, ensure_ascii=False)
        row["state"] = "retired" if thing.retired else "live"
    return row | {"digest": digest(thing)}


def thing(kind: str, row: Mapping[str, object], also_asked: Sequence[str] = ()) -> Thing | None:
    """Give the entry that stands in a row, None when it is not what was once written there."""
    try:
        made = read(kind, row, also_asked)
    except (TypeError, ValueError):
        return None
    return made if digest(made) == row["digest"] else None


def read(kind: str, row: Mapping[str, object], also_asked: Sequence[str] = ()) -> Thing:
    """Give what stands in a row, whatever it is; raises TypeError or ValueError."""
    if kind == "fact":
        return _fact(row, tuple(also_asked))
    made = TYPES[kind]
    return made(**{name: row[name] for name in _FIELDS[made]})  # type: ignore[arg-type]


def _fact(row: Mapping[str, object], also_asked: tuple[str, ...]) -> Fact:
    kind: Kind = "gap" if row["kind"] == "gap" else "fact"
    texts = ("id", "question", "answer", "report", "topic", "detail", "link", "source")
    return Fact(
        **{name: str(row[name]) for name in (*texts, "measure", "plain", "added")},
        also_asked=also_asked,
        kind=kind,
        figures=tuple(Figure(*figure) for figure in json.loads(str(row["figures"]))),
        retired=row["state"] == "retired",
        beside=tuple(json.loads(str(row["beside"]))),
    )
