"""Sentences for whoever runs the bot at their own machine: terminal, preview, progress."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from shlex import quote
from typing import TextIO

from knowledge import Stage, heard_by

NO_TOKEN = (
    "No TELEGRAM_BOT_TOKEN is set, so this is a chat in the terminal: to connect Telegram, get a "
    "token from @BotFather and put TELEGRAM_BOT_TOKEN=… in the environment or in .env."
)
TERMINAL_HOW = "Type a question or a button's number. Tab completes commands. Ctrl-D ends the chat."
ONCE_MORE = "Ctrl-C once more ends the chat."
PROMPT = "> "
COPIED = "To copy:"
CONFLICT = (
    "Another copy of this bot is running with the same token. Stop that one first; this one stops."
)
BAD_TOKEN = "Telegram doesn't accept TELEGRAM_BOT_TOKEN. Copy it again from @BotFather."
# Seconds of work before a bar is shown; what is over sooner needs none.
PATIENCE = 0.7
CELLS = 16
STAGES: dict[Stage, str] = {
    "checking": "Checking the rows",
    "trying": "Trying known questions",
    "saving": "Saving",
    "meaning": "Reading what they mean",
}


def progress(stage: Stage, share: float) -> str:
    """Show how far something has come."""
    full = round(share * CELLS)
    return f"{STAGES[stage]} {'█' * full}{'░' * (CELLS - full)} {share:.0%}"


@contextmanager
def bar(stream: TextIO, clock: Callable[[], float] = time.monotonic) -> Iterator[None]:
    """Draw a bar on a terminal while something takes its time; nothing anywhere else."""
    began, shown = 0.0, ""

    def draw(stage: Stage, share: float) -> None:
        nonlocal began, shown
        began = clock() if share == 0 else began
        line = "" if share >= 1 else progress(stage, share)
        if line != shown and (shown or clock() - began >= PATIENCE):
            stream.write(f"\r\x1b[K{line}")
            stream.flush()
            shown = line

    with heard_by(draw) if stream.isatty() else nullcontext():
        yield


def terminal_file(name: str) -> str:
    """Stand for a file that a terminal cannot show."""
    return f"[File: {name}]"


def database_at(path: Path) -> str:
    """Say where a new knowledge base stands."""
    return f"A new knowledge base is made at {path.absolute()}."


def no_port(address: tuple[str, int], reason: str) -> str:
    """Say that the webhook cannot be served."""
    return f"LISTEN {address[0]}:{address[1]} cannot be used: {reason}."


def no_file(name: str, reason: str) -> str:
    """Say that a file cannot be read or written."""
    return f"{name or 'A file'} cannot be used: {reason or 'unknown error'}."


PREVIEW_ENDS = "Ctrl-C ends it. Only this machine can open it, and only with this address."


ADMINISTRATOR, PERSON, FRIEND, GROUP = "Administrator", "User", "A friend", "Probation newsroom"
NEW_CHAT = "A new chat: the bot remembers nothing of the old one."
NOTHING_HERE = (
    "The bot is here, but not at this address. Open the whole address that the preview has "
    "printed in the terminal in which it was started; it begins with {root} and ends in a code "
    "of its own. If that window is closed, start the preview again: annual-report-bot preview"
)


def preview_at(url: str) -> str:
    """Say where the preview is."""
    return f"The bot is at {url}"


def imported(database: str | None, question: str) -> str:
    """Say what can be done with what was imported."""
    command = f"annual-report-bot --database {quote(database)}" if database else "annual-report-bot"
    return (
        f"Ask it: {command} ask {quote(question)}\n"
        f"Chat with it: {command} (with TELEGRAM_BOT_TOKEN set, this is the bot on Telegram)"
    )
