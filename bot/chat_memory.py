"""What was last shown in each chat, and who writes how often: in memory only, and not for long."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from knowledge import Context

# A chat, or a topic of a forum.
Place = tuple[int, int | None]

CHATS = 10_000
EXCHANGES = 8
PEOPLE = 10_000
# Seconds in which a person's messages are counted.
WINDOW = 60.0

Verdict = Literal["welcome", "warn", "ignore"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a conversation stands: what its answers have said, the record of the last question."""

    context: Context = field(default_factory=Context)
    asked: int | None = None


NEW = Standing()


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its reply by message id, and how the conversation stood around them."""

    question: int
    reply: int
    before: Standing
    after: Standing


@dataclass(slots=True)
class _Chat:
    touched: float = 0.0
    standing: Standing = NEW
    exchanges: tuple[Exchange, ...] = ()


class Memory:
    """Remembers `minutes` long what the last answers in a chat were."""

    def __init__(self, minutes: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = minutes * 60
        self._clock = clock
        # The longest untouched come first.
        self._chats: OrderedDict[Place, _Chat] = OrderedDict()

    def standing(self, place: Place, replied: int | None = None) -> Standing:
        """Give how a conversation stands, or stood after the exchange that is now replied to."""
        chats = self._fresh()
        # The reply may have opened a thread of its own.
        here = [chat for at, chat in chats.items() if at[0] == place[0]] if replied else []
        made = (one for chat in here for one in chat.exchanges)
        then = next((one.after for one in made if replied in (one.question, one.reply)), None)
        return then or chats.get(place, _Chat()).standing

    def shown(self, place: Place) -> tuple[str, ...]:
        """Give the ids of the facts shown in a chat, newest first."""
        return self.standing(place).context.shown

    def show(
        self, place: Place, facts: tuple[str, ...], asked: int | None = None, question: str = ""
    ) -> None:
        """Note that these facts, the most important first, now stand in a chat."""
        chat = self._touched(place)
        chat.standing = Standing(chat.standing.context.showing(question, facts), asked)

    def exchange(self, place: Place, question: int) -> Exchange | None:
        """Give the exchange that a message opened, None if it is forgotten."""
        made = self._fresh().get(place, _Chat()).exchanges
        return next((one for one in made if one.question == question), None)

    def answered(self, place: Place, question: int, reply: int, after: Standing) -> None:
        """Note a reply; one to an edited question takes the place of what it said before."""
        chat, old = self._touched(place), self.exchange(place, question)
        before = old.before if old else chat.standing
        kept = tuple(one for one in chat.exchanges if one is not old)
        chat.exchanges = (Exchange(question, reply, before, after), *kept)[:EXCHANGES]
        if old is None or chat.standing == old.after:
            chat.standing = after

    def forget(self, place: Place) -> None:
        """Forget a chat."""
        self._chats.pop(place, None)

    def _touched(self, place: Place) -> _Chat:
        chat = self._chats[place] = self._fresh().pop(place, _Chat())
        chat.touched = self._clock()
        return chat

    def _fresh(self) -> OrderedDict[Place, _Chat]:
        """Give the chats, without those that are too many or untouched for too long."""
        while self._chats:
            oldest = next(iter(self._chats.values()))
            if len(self._chats) <= CHATS and self._clock() - oldest.touched <= self._seconds:
                break
            self._chats.popitem(last=False)
        return self._chats


class FairUse:
    """Holds back who sends more than so many messages `per_minute`."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = per_minute
        self._clock = clock
        self._seen: OrderedDict[int, deque[float]] = OrderedDict()
        self._warned: set[int] = set()

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
        verdict: Verdict = "ignore" if person in self._warned else "warn"
        self._warned.add(person)
        return verdict
