"""How far long work has come, told to whoever waits for it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, TypeVar

T = TypeVar("T")
Stage = Literal["checking", "trying", "saving", "meaning"]
# Told the stage and the share of it that is done, 0-1, in whichever thread works.
Listener = Callable[[Stage, float], None]

_LISTENER: ContextVar[Listener] = ContextVar("listener", default=lambda stage, share: None)


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Let a listener hear of the work done meanwhile, also of that in threads begun here."""
    before = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(before)


def watched(items: Sequence[T], stage: Stage) -> Iterator[T]:
    """Give items one after the other and tell how many are done; who takes no more has ended."""
    tell = _LISTENER.get()
    try:
        for number, item in enumerate(items):
            tell(stage, number / len(items))
            yield item
    finally:
        if items:
            tell(stage, 1)
