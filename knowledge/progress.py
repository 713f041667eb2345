"""How far long work has come, told to whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, TypeVar

T = TypeVar("T")
Stage = Literal["checking", "trying", "saving", "reading", "weighing", "meaning", "learning"]
# Told the stage and the share of it that is done, 0-1, in whichever thread works.
Listener = Callable[[Stage, float], None]

_LISTENER: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Let a listener hear of the work done meanwhile, also of that in threads begun here."""
    before = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(before)


def watched(
    items: Sequence[T], stage: Stage, within: tuple[float, float] = (0.0, 1.0)
) -> Iterator[T]:
    """Give items one after the other and tell how many are done.

    They are the part of the stage that lies `within` two shares of it. Whoever takes no more of
    them has ended it.
    """
    listener = _LISTENER.get()
    if listener is None:
        yield from items
        return
    start, end = within
    try:
        for number, item in enumerate(items):
            listener(stage, start + (end - start) * number / len(items))
            yield item
    finally:
        listener(stage, end)


def reached(stage: Stage, share: float) -> None:
    """Tell how much of a stage is done."""
    if listener := _LISTENER.get():
        listener(stage, share)
