"""All charts there are: which of them a few words mean, and their pictures, each drawn once."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Iterable
from typing import TypeVar

from bot.charts import drawing
from bot.charts.layout import body_of
from bot.charts.wording import Chart
from knowledge import Fact, KnowledgeBase

V = TypeVar("V")

# From this confidence on the entry that a question means is the one whose chart is meant.
SURE = 0.5
# A word of an entry's other phrasings says less about it than one of its question or its figures.
WEAK = 0.3
# It counts if it stands in so large a part of them.
OFTEN = 0.1
# Pictures kept; ids are short, and what they save is an upload.
KEPT, KNOWN = 64, 1_000
_WORD = re.compile(r"[^\W_]+")
_SAYS_NOTHING = frozenset(
    "a an the of for on in about and or is are was were me us show draw give send chart charts "
    "graph graphs picture figures plot please can you i want see to how many what did do".split()
)


class Gallery:
    """Finds charts by words, and keeps pictures by what they show.

    A chart is its own key: one whose figures, title or source has been changed is another.
    """

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge
        self._drawn: OrderedDict[tuple[Chart, bool], bytes] = OrderedDict()
        self._ids: OrderedDict[Chart, str] = OrderedDict()

    def facts(self) -> tuple[Fact, ...]:
        """Give the facts that can be drawn, but of those with figures in common only the widest."""
        drawable = self._drawable()
        kept: list[tuple[Fact, set[object]]] = []
        for fact in sorted(drawable, key=lambda fact: -len(fact.figures)):
            rows: set[object] = set(fact.figures)
            if not any(rows <= others for _, others in kept):
                kept.append((fact, rows))
        chosen = {fact.id for fact, _ in kept}
        return tuple(fact for fact in drawable if fact.id in chosen)

    def find(self, text: str) -> Fact | None:
        """Give the fact whose chart is meant, None when there is no such chart."""
        first = next(iter(self._knowledge.search(text, 1)), None)
        if first and first.confidence >= SURE and body_of(first.fact.figures):
            return first.fact
        wanted = _words([text]) - _SAYS_NOTHING
        topics = {topic.id: topic.name for topic in self._knowledge.topics()}
        scored = [(self._likeness(fact, wanted, topics), fact) for fact in self._drawable()]
        if not scored:
            return None
        # Of several that are as near, one that the list shows, and that shows the most.
        listed = {fact.id for fact in self.facts()}
        near, best = max(scored, key=lambda s: (s[0], s[1].id in listed, len(s[1].figures)))
        return best if near and near >= len(wanted) * WEAK else None

    def _drawable(self) -> list[Fact]:
        lists = (self._knowledge.facts(topic.id) for topic in self._knowledge.topics())
        return [fact for facts in lists for fact in facts if body_of(fact.figures)]

    def _likeness(self, fact: Fact, wanted: set[str], topics: dict[str, str]) -> float:
        labels = (part for one in fact.figures for part in (one.label, one.column))
        own = _words([fact.question, fact.measure, topics.get(fact.topic, ""), *labels])
        asked = [_words([phrasing]) for phrasing in fact.also_asked]
        often = sum(
            sum(word in words for words in asked) >= OFTEN * len(asked)
            for word in (wanted - own if asked else ())
        )
        return len(wanted & own) + WEAK * often

    async def png(self, chart: Chart, *, for_print: bool = False) -> bytes:
        """Give the picture of a chart as a PNG file, twice as large for print."""
        key = chart, for_print
        if (data := self._drawn.get(key)) is None:
            scale = drawing.FOR_PRINT if for_print else drawing.SCALE
            data = await asyncio.to_thread(drawing.draw, chart, scale)
        _keep(self._drawn, key, data, KEPT)
        return data

    def file_id(self, chart: Chart) -> str | None:
        """Give Telegram's id of a picture sent before."""
        return self._ids.get(chart)

    def sent(self, chart: Chart, file_id: str | None) -> None:
        """Note the id of a picture sent, or with None that Telegram no longer knows it."""
        if file_id is None:
            self._ids.pop(chart, None)
        else:
            _keep(self._ids, chart, file_id, KNOWN)


def _words(parts: Iterable[str]) -> set[str]:
    """Give the words of texts without the mark of the plural."""
    words = (word for part in parts for word in _WORD.findall(part.casefold()))
    return {word[:-1] if len(word) > 3 and word.endswith("s") else word for word in words}


K = TypeVar("K")


def _keep(store: OrderedDict[K, V], key: K, value: V, most: int) -> None:
    store[key] = value
    store.move_to_end(key)
    while len(store) > most:
        store.popitem(last=False)
