"""What was last shown in each chat: in memory only, for a limited time, for a limited number."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

# A chat, or a topic of a forum.
Place = tuple[int, int | None]

CHATS = 10_000
FACTS = 20
EXCHANGES = 8


@dataclass(frozen=True, slots=True)
class Shown:
    """What a reply showed; `asked` is the record of its question, `offered`: it was not sure."""

    facts: tuple[str, ...] = ()
    asked: int | None = None
    offered: bool = False


NOTHING = Shown()


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its reply by message id, with what was shown before it.

    `before` holds all facts, newest first, `last` what the reply before this one showed.
    """

    question: int
    reply: int
    before: tuple[str, ...]
    last: Shown
    facts: tuple[str, ...]


@dataclass(slots=True)
class _Chat:
    touched: float
    shown: tuple[str, ...] = ()
    last: Shown = NOTHING
    exchanges: tuple[Exchange, ...] = field(default=())


class Memory:
    """Remembers `minutes` long what the last answers in a chat were."""

    def __init__(self, minutes: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = minutes * 60
        self._clock = clock
        self._chats: OrderedDict[Place, _Chat] = OrderedDict()

    def __len__(self) -> int:
        return len(self._chats)

    def shown(self, place: Place) -> tuple[str, ...]:
        """Give the ids of the facts shown in a chat, newest first."""
        chat = self._chats.get(place)
        return chat.shown if chat and not self._stale(chat) else ()

    def last(self, place: Place) -> Shown:
        """Give what the last reply in a chat showed."""
        chat = self._chats.get(place)
        return chat.last if chat and not self._stale(chat) else NOTHING

    def show(self, place: Place, facts: tuple[str, ...], asked: int | None = None) -> None:
        """Note that these facts, the most important first, now stand in a chat."""
        chat = self._fresh(place)
        chat.shown = _joined(facts, chat.shown)
        chat.last = Shown(facts, asked)

    def exchange(self, place: Place, question: int) -> Exchange | None:
        """Give the exchange that a message opened, None if it is forgotten."""
        chat = self._chats.get(place)
        if chat is None or self._stale(chat):
            return None
        return next((one for one in chat.exchanges if one.question == question), None)

    def answered(self, place: Place, question: int, reply: int, shown: Shown | None) -> None:
        """Note a reply; one to an edited question replaces what it showed before.

        None for a reply that only keeps the conversation going: what was shown stays the last.
        """
        chat = self._fresh(place)
        old = next((one for one in chat.exchanges if one.question == question), None)
        before, last = (old.before, old.last) if old else (chat.shown, chat.last)
        kept = tuple(one for one in chat.exchanges if one is not old)
        facts = shown.facts if shown else ()
        chat.exchanges = (Exchange(question, reply, before, last, facts), *kept)[:EXCHANGES]
        withdrawn = set(old.facts) - set(old.before) if old else set()
        chat.shown = _joined(facts, tuple(one for one in chat.shown if one not in withdrawn))
        chat.last = shown or last

    def _fresh(self, place: Place) -> _Chat:
        chat = self._chats.get(place)
        if chat is None or self._stale(chat):
            chat = self._chats[place] = _Chat(self._clock())
        chat.touched = self._clock()
        self._chats.move_to_end(place)
        # The longest untouched chats come first.
        while len(self._chats) > CHATS or self._stale(next(iter(self._chats.values()))):
            self._chats.popitem(last=False)
        return chat

    def _stale(self, chat: _Chat) -> bool:
        return self._clock() - chat.touched > self._seconds


def _joined(new: tuple[str, ...], old: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*new, *old)))[:FACTS]
