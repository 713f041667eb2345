"""What whoever waits is told: errors, a full sentence each that says what to do; and progress."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal, TypeVar

T = TypeVar("T")

# Problems and damaged entries that are named; the others are counted.
NAMED = 20


class KnowledgeError(Exception):
    """A problem an administrator can act on; the message is a full sentence."""


class DatabaseError(KnowledgeError):
    """The database file cannot be opened, read or written."""


class DatabaseBusy(DatabaseError):
    """Another program has been writing to the file for longer than was waited."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell of a file; rows count as in a spreadsheet, header included."""

    place: str
    column: str
    reason: str

    def __str__(self) -> str:
        return f"{', '.join(filter(None, (self.place, self.column)))}: {self.reason}"


class ImportRefused(KnowledgeError):
    """An import that changes nothing because some of it cannot be taken."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n- ".join(["Nothing was imported. Please correct:", *some(problems)]))


def some(things: Sequence[object], most: int | None = NAMED) -> list[str]:
    """Name the first of many things, and count the others; None for all."""
    left = len(things) - len(things[:most])
    return [*map(str, things[:most]), *([f"and {left} more"] if left else [])]


def refuse(problems: Sequence[Problem]) -> None:
    """Raise ImportRefused where there are problems."""
    if problems:
        raise ImportRefused(*problems)


# --- How far long work has come -------------------------------------------------------------------

Stage = Literal["checking", "meaning", "trying", "saving"]
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
