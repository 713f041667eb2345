"""The reports and topics that rows name: found by any of their names, made where there are none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from knowledge.exchange.validation import alike, free, slug
from knowledge.model import Report, Topic
from knowledge.snapshot import Snapshot

T = TypeVar("T", bound=Report | Topic)


class Headings(Generic[T]):
    """Reports or topics by their names; `brought` has those that a file brings or makes.

    A name is read exactly first, then whatever its case; ids go before titles.
    """

    def __init__(
        self,
        known: Iterable[T],
        brought: Iterable[T],
        names: Callable[[T], Sequence[str]],
        make: Callable[[str, str], T],
    ) -> None:
        self.brought = list(brought)
        self._make = make
        self._things: dict[str, T] = {thing.id: thing for thing in (*known, *self.brought)}
        self._by_name: dict[str, T] = {}
        for write in (str, alike):
            for level in zip(*map(names, self._things.values()), strict=True):
                for name, thing in zip(level, self._things.values(), strict=True):
                    self._by_name.setdefault(write(name), thing)
        self._by_name.pop("", None)

    def known(self, name: str) -> T | None:
        """Give the one of a name, None when there is none."""
        return self._by_name.get(name) or self._by_name.get(alike(name))

    def named(self, name: str) -> T:
        """Give the one of a name, made if there is none yet."""
        if found := self.known(name):
            return found
        made = self._make(free(slug(name), self._things), name)
        self._things[made.id] = self._by_name[alike(name)] = made
        self.brought.append(made)
        return made

    def call(self, name: str, thing: T) -> None:
        """Let a name stand for one that is known by another."""
        self._by_name[name] = thing


def reports_of(snapshot: Snapshot, brought: Iterable[Report]) -> Headings[Report]:
    """Give the reports that there are and those that a file brings."""
    return Headings(
        snapshot.reports,
        brought,
        lambda report: (report.id, report.title, report.short_title),
        lambda identity, title: Report(identity, title, title, "", "", ""),
    )


def topics_of(snapshot: Snapshot, brought: Sequence[Topic]) -> Headings[Topic]:
    """Give the topics that there are and those that a file brings."""
    ids = {topic.id for topic in snapshot.topics}
    names = {alike(topic.name): topic for topic in reversed(snapshot.topics)}
    # One that differs from a known topic in its id and in case alone is that one.
    same = [topic for topic in brought if topic.id not in ids and alike(topic.name) in names]
    new = [topic for topic in brought if topic not in same]
    last = max((topic.position for topic in (*snapshot.topics, *new)), default=0)
    made: Headings[Topic] = Headings(
        snapshot.topics,
        new,
        lambda topic: (topic.id, topic.name),
        lambda identity, name: Topic(identity, name, last + 1 + len(made.brought) - len(new)),
    )
    for topic in same:
        made.call(topic.id, names[alike(topic.name)])
    return made
