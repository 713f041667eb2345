"""All charts there are, and which of them a few words mean."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.charts.layout import body_of
from knowledge import Fact, KnowledgeBase, Snapshot
from knowledge.matching.index import Index
from knowledge.matching.learned import Learned
from knowledge.matching.matcher import Matcher, live
from knowledge.matching.text import Vocabulary

# From this confidence on a chart is the one asked for; of those less sure the widest is.
SURE = 0.5
# Less than this is a chart of something else.
LIKELY = 0.05


class Gallery:
    """The facts with charts, and a matcher over just them: "ratings" means those with figures."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge
        self._snapshot: Snapshot | None = None
        self._matcher: Matcher | None = None

    def facts(self) -> tuple[Fact, ...]:
        """Give the facts that can be drawn, but of those with figures in common only the widest."""
        drawable = _drawable(self._knowledge.snapshot)
        # Of two that hold the same figures the first stands for both.
        kept: list[tuple[Fact, set[object]]] = []
        for fact in sorted(drawable, key=lambda fact: -len(fact.figures)):
            rows: set[object] = set(fact.figures)
            if not any(rows <= others for _, others in kept):
                kept.append((fact, rows))
        chosen = {fact.id for fact, _ in kept}
        return tuple(fact for fact in drawable if fact.id in chosen)

    async def find(self, text: str) -> Fact | None:
        """Give the fact whose chart is meant, None when there is no such chart."""
        snapshot = self._knowledge.snapshot
        if self._matcher is None or self._snapshot is not snapshot:
            # What the whole base has learned about confidence holds for a part of it.
            learned = self._knowledge.matcher.learned
            self._matcher = await asyncio.to_thread(_matcher, snapshot, learned)
            self._snapshot = snapshot
        found = [one for one in self._matcher.explain(text).candidates if one.confidence >= LIKELY]
        if not found:
            return None
        if found[0].confidence >= SURE:
            return found[0].fact
        widest = max(found, key=lambda one: one.confidence * len(one.fact.figures)).fact
        # Of several with the same figures, the one that the list shows.
        rows = set(widest.figures)
        return next((one for one in self.facts() if rows <= set(one.figures)), widest)


def _drawable(snapshot: Snapshot) -> tuple[Fact, ...]:
    return tuple(
        fact
        for fact in snapshot.facts.values()
        if not (fact.retired or fact.is_gap) and body_of(fact.figures)
    )


def _matcher(snapshot: Snapshot, learned: Learned) -> Matcher:
    facts = live(_drawable(snapshot))
    index = Index.build(facts, Vocabulary(snapshot.terms))
    return Matcher(
        facts,
        snapshot.terms,
        index=index,
        learned=replace(learned, phrasings=len(index.owner)),
        waits=False,
    )
