"""Everything a knowledge base holds, as it stood at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any

from knowledge.changes import Edit
from knowledge.model import Fact, Report, Term, Topic


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Reports, topics, terms and facts (by id, in reading order) after change number `change`.

    `damaged` names entries that are not what was once saved, and so are left out.
    """

    change: int = 0
    reports: tuple[Report, ...] = ()
    topics: tuple[Topic, ...] = ()
    terms: tuple[Term, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    damaged: tuple[str, ...] = ()
    _shelves: dict[str, tuple[Fact, ...]] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )

    def after(self, edit: Edit) -> Snapshot:
        """Give the snapshot as it will be when `edit` is made."""
        held: dict[str, dict[str, Any]] = {
            "report": {report.id: report for report in self.reports},
            "topic": {topic.id: topic for topic in self.topics},
            "term": {term.said: term for term in self.terms},
            "fact": dict(self.facts),
        }
        for swap in edit.swaps:
            if swap.after is None:
                held[swap.kind].pop(swap.key, None)
            else:
                held[swap.kind][swap.key] = swap.after
        return Snapshot(
            self.change + 1,
            tuple(sorted(held["report"].values(), key=attrgetter("id"))),
            tuple(sorted(held["topic"].values(), key=attrgetter("position", "name"))),
            tuple(sorted(held["term"].values(), key=attrgetter("said"))),
            held["fact"],
            self.damaged,
        )

    def sharing(self, before: Snapshot) -> Snapshot:
        """Give the same with the facts of another where they are equal: what is held is held once.

        What was worked out for a fact can then be known by the fact itself.
        """
        facts = {
            key: known if (known := before.facts.get(key)) == fact else fact
            for key, fact in self.facts.items()
        }
        return replace(self, facts=facts)

    @property
    def shelves(self) -> Mapping[str, tuple[Fact, ...]]:
        """Give the live facts without gaps, by topic, in reading order."""
        # Sorted once: with every answer it would take longer than the answer.
        if not self._shelves:
            shelves: dict[str, list[Fact]] = {}
            for fact in self.facts.values():
                if not fact.retired and not fact.is_gap:
                    shelves.setdefault(fact.topic, []).append(fact)
            self._shelves.update((topic, tuple(facts)) for topic, facts in shelves.items())
        return self._shelves

    def answers_as(self, other: Snapshot) -> bool:
        """Tell whether a matcher made for the one serves the other."""
        return self.terms == other.terms and self.facts == other.facts
