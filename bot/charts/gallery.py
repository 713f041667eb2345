"""All charts there are: which of them a few words mean, and the ids of pictures sent before."""

from __future__ import annotations

import re

from bot.charts.layout import drawable
from bot.charts.wording import Chart
from knowledge import Fact, KnowledgeBase

# So likely a chart may be the one meant.
NEAR = 0.015
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
        drawn = [
            one for topic in topics for one in self._knowledge.facts(topic.id) if drawable(one)
        ]
        figures = [set(fact.figures) for fact in drawn]
        return tuple(fact for fact in drawn if not any(set(fact.figures) < f for f in figures))

    def find(self, text: str) -> Fact | None:
        """Give the fact whose chart is meant: found as an answer is, or named by its own words."""
        found = [match.fact for match in self._knowledge.search(text) if match.confidence >= NEAR]
        topics = {topic.id: topic.name for topic in self._knowledge.topics()}
        if words := _WORD.findall(text.casefold()):
            for fact in self.facts():
                about = f"{topics[fact.topic]} {fact.question} {fact.measure}".casefold()
                found += [fact] if all(word.rstrip("s") in about for word in words) else []
        return next(filter(drawable, found), None)
