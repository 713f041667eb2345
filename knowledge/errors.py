"""Errors whose text may be shown to a user.

KnowledgeError
├── DatabaseError        the file cannot be used
│   └── NewerSchemaError
├── ImportRefused        a file with rows that cannot be taken; `problems` names each
└── UnknownFact          no fact has that id
"""

from __future__ import annotations

from dataclasses import dataclass


class KnowledgeError(Exception):
    """A problem an administrator can act on; the message is a full sentence."""


class DatabaseError(KnowledgeError):
    """The database file cannot be opened, read or written."""


class NewerSchemaError(DatabaseError):
    """The database was written by a newer version of this program."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell of an imported file; rows count from 1, headings excluded."""

    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = f"row {self.row}" if self.row else "the file"
        return (
            f"{place}, {self.column}: {self.reason}" if self.column else f"{place}: {self.reason}"
        )


class ImportRefused(KnowledgeError):
    """An import that changes nothing because some of it cannot be taken."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        shown = "\n".join(f"- {problem}" for problem in problems[:20])
        more = f"\n- and {len(problems) - 20} more" if len(problems) > 20 else ""
        super().__init__(f"Nothing was imported. Please correct:\n{shown}{more}")


class UnknownFact(KnowledgeError):
    """No fact has the id asked for."""
