"""How entries stand in the file: a row each, with a digest of what it says.

SQLite keeps no checksums: a byte that changes on the disk changes a text in silence. The digest
tells, so that nobody is given a figure that nobody wrote.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from knowledge.snapshot import Thing, from_row, row_of

# What tells entries of a kind apart.
PRIMARY = {"report": "id", "topic": "id", "term": "said", "fact": "id"}


def signed(thing: Thing) -> dict[str, Any]:
    """Give the row of an entry with its digest."""
    row = row_of(thing)
    return row | {"digest": digest(row)}


def whole(kind: str, row: Mapping[str, Any]) -> Thing | None:
    """Give the entry that stands in a row, None when it is not what was once written there."""
    try:
        thing = from_row(kind, row)
        return thing if digest(row_of(thing)) == row["digest"] else None
    except (KeyError, TypeError, ValueError):
        return None


def digest(row: Mapping[str, Any]) -> str:
    """Give 16 letters that change with anything an entry says; fields left empty don't count."""
    # A field that a later version adds leaves the digests of older entries as they are.
    said = {name: value for name, value in row.items() if value not in ("", (), [], 0)}
    return signature(json.dumps(said, ensure_ascii=False).encode())


def signature(data: bytes) -> str:
    """Give 16 letters that change with the data."""
    return hashlib.blake2b(data, digest_size=8).hexdigest()
