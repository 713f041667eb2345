"""All charts there are: which of them a few words mean, and the ids of pictures sent before."""

from __future__ import annotations

import re

from bot.charts.layout import drawable
from bot.charts.wording import Chart
from knowledge import Fact, KnowledgeBase

# So likely, or asked for in these very words, a chart may be the one meant.
NEAR = 0.01
_WORD = re.compile(r"\w{4,}")


class Gallery:
    """Finds charts by words, and keeps Telegram's ids of pictures by what they show.

    A chart is its own key: one whose figures, title or source has been changed is another.
    """

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge
        self.ids: dict[Chart, str] = {}

    def facts(self) -> tuple[Fact, ...]:
        """Give the facts that can be drawn, but of those with figures in common only the widest."""
        topics = self._knowledge.topics()
        every = [one for topic in topics for one in self._knowledge.facts(topic.id)]
        drawn = [one for one in every if drawable(one)]
        shown: list[Fact] = []
        for fact in sorted(drawn, key=lambda fact: -len(fact.figures)):
            if not any(set(fact.figures) <= set(other.figures) for other in shown):
                shown.append(fact)
        return tuple(fact for fact in drawn if fact in shown)

    def find(self, text: str) -> Fact | None:
        """Give the fact whose chart is meant: found as an answer is, or by the topic's name."""
        said = text.casefold()
        found = [
            match.fact
            for match in self._knowledge.search(text)
            if match.confidence >= NEAR
            or any(said in phrasing.casefold() for phrasing in match.fact.phrasings)
        ]
        named = _words(text)
        for topic in self._knowledge.topics():
            if named and named <= _words(topic.name):
                found += self._knowledge.facts(topic.id)
        return next((fact for fact in found if drawable(fact)), None)


def _words(text: str) -> set[str]:
    """Give the longer words of a text without the mark of the plural."""
    return {word.rstrip("s") for word in _WORD.findall(text.casefold())}
