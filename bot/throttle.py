"""Fair use: how many messages one person may send in a minute."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Literal

PEOPLE = 10_000
WINDOW = 60.0

Verdict = Literal["welcome", "warn", "ignore"]


class FairUse:
    """A sliding window per person; the ids stay in memory and only while they are needed."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = per_minute
        self._clock = clock
        self._seen: OrderedDict[int, deque[float]] = OrderedDict()
        self._warned: set[int] = set()

    def __len__(self) -> int:
        return len(self._seen)

    def judge(self, person: int) -> Verdict:
        """Count a message and say what to do with it: a person is warned once, then ignored."""
        now = self._clock()
        recent = self._seen.setdefault(person, deque())
        self._seen.move_to_end(person)
        while recent and recent[0] <= now - WINDOW:
            recent.popleft()
        while len(self._seen) > PEOPLE:
            self._warned.discard(self._seen.popitem(last=False)[0])
        if len(recent) < self._limit:
            recent.append(now)
            self._warned.discard(person)
            return "welcome"
        if person in self._warned:
            return "ignore"
        self._warned.add(person)
        return "warn"
