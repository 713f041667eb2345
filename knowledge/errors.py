"""Errors whose text may be shown to a user: a full sentence each, that says what to do."""

from collections.abc import Sequence
from dataclasses import dataclass

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

    row: int
    column: str
    reason: str
    file: str = ""

    def __str__(self) -> str:
        place = (self.file, f"row {self.row}" if self.row else "the file", self.column)
        return f"{', '.join(filter(None, place))}: {self.reason}"


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
