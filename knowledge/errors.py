"""Errors whose text may be shown to a user.

KnowledgeError
├── DatabaseError        the file cannot be used
│   ├── NewerSchemaError
│   ├── DatabaseBusy     another program is writing to it just now
│   └── DatabaseReplaced the file was moved away or another put in its place
├── DamagedEntries       entries that are not what was once saved; `entries` names them
├── ImportRefused        a file with rows that cannot be taken; `problems` names each
│   └── NotUnicode       a file that reads as text only in an older encoding
├── ChangedMeanwhile     somebody else has changed what an edit started from
├── NothingToUndo        there is no change left that could be taken back, or brought back
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


class DatabaseBusy(DatabaseError):
    """Another program has been writing to the file for longer than was waited."""


class DatabaseReplaced(DatabaseError):
    """The file was replaced or deleted while the program ran."""


class DamagedEntries(KnowledgeError):
    """Some entries were damaged in the file; they are not answered from."""

    def __init__(self, entries: tuple[str, ...]) -> None:
        self.entries = entries
        named = ", ".join(f"“{entry}”" for entry in entries[:20])
        more = f" and {len(entries) - 20} more" if len(entries) > 20 else ""
        super().__init__(
            f"Damaged in the file, so not answered from: {named}{more}. Import these entries "
            "again, or restore a backup."
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell of a file; rows count as in a spreadsheet, header included."""

    row: int
    column: str
    reason: str
    file: str = ""

    def __str__(self) -> str:
        place = f"row {self.row}" if self.row else "the file"
        place = f"{self.file}, {place}" if self.file else place
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


class NotUnicode(ImportRefused):
    """A file that is not UTF-8 but reads as `encoding`; `sample` shows a word of it so read."""

    def __init__(self, encoding: str, line: int, sample: str) -> None:
        self.encoding, self.sample = encoding, sample
        reason = (
            f"line {line} is not UTF-8 text; it looks like Windows-1252 (“{sample}”). Say that it "
            "is to be read so (--encoding windows-1252), or save it as “CSV UTF-8”"
        )
        super().__init__((Problem(0, "", reason),))


class ChangedMeanwhile(KnowledgeError):
    """Somebody has changed a row since an edit of it began."""

    def __init__(self, kind: str, key: str, gone: bool = False) -> None:
        self.kind, self.key = kind, key
        what = f"The {'entry' if kind == 'fact' else kind} “{key}”"
        super().__init__(
            f"{what} has {'gone' if gone else 'been changed'} meanwhile. Nothing was saved. "
            "Look at it as it is now, then make your change again."
        )


class NothingToUndo(KnowledgeError):
    """There is no change that could be taken back, or brought back."""


class UnknownFact(KnowledgeError):
    """No fact has the id asked for."""
