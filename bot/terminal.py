"""The bot as a chat in a terminal: the same handlers, talking to the in-memory Telegram."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TextIO

from bot import app, console, texts
from bot.charts.drawing import described
from bot.messages.terminal_text import BOLD, LINK, SOFT, WIDTH, clean, fold, plain, style
from bot.services import App
from bot.settings import Settings
from bot.simulator import Button, Message, SandboxRequest, Telegram, User, deliver
from knowledge import KnowledgeBase

# One person, typing or piping a file: there is nobody to be fair to.
NO_LIMIT = 1_000_000
TELEGRAM_MOST = 4096
FAR = 1_000_000_000
SHOWN = frozenset({"sendMessage", "sendPhoto", "sendDocument", "editMessageText"})
WIDEST = 100
# A button's number and the space after it.
NUMBER = 4
# What is typed to leave, beside Ctrl-D.
LEAVING = frozenset({"exit", "quit"})


class Conversation:
    """One person's private chat with the bot, as lines of text in and out."""

    def __init__(self, settings: Settings, knowledge: KnowledgeBase, look: Look) -> None:
        self._look = look
        # Updates are counted from anywhere, so that a database that has seen others takes them.
        self._telegram = Telegram(first_update=secrets.randbelow(FAR))
        # Whoever sits here is the administrator, if the settings name one.
        number = min(settings.admin_ids, default=0)
        self._person: User = self._telegram.user("You", user_id=number)
        settings = replace(
            settings,
            token=self._telegram.token,
            questions_per_minute=NO_LIMIT,
            api_root=Settings().api_root,
        )
        request, updates = SandboxRequest(self._telegram), SandboxRequest(self._telegram)
        self.application: App = app.build(settings, knowledge, request, updates, survives=False)
        self._offered: list[tuple[Message, Button]] = []
        self._read = 0

    def say(self, line: str) -> None:
        """Type a line: the number of a button on offer, or anything else."""
        number = int(line) if line.isdecimal() else 0
        if 0 < number <= len(self._offered):
            message, button = self._offered[number - 1]
            self._telegram.tap(self._person, message, button.text)
        elif text := " ".join(line.split()):
            # What Telegram's apps would send as several messages is cut here.
            self._telegram.text(self._person, text[:TELEGRAM_MOST])

    async def reply(self) -> str:
        """Let the bot handle what was said and give what it shows."""
        await deliver(self.application, self._telegram)
        return "\n".join(self._news())

    def copied(self, line: str) -> str | None:
        """Give what a button copies, None for any other line."""
        number = int(line) if line.isdecimal() else 0
        if 0 < number <= len(self._offered):
            return self._offered[number - 1][1].copies
        return None

    def _news(self) -> Iterator[str]:
        toasts, calls = self._telegram.toasts, self._telegram.calls[self._read :]
        self._read = len(self._telegram.calls)
        # A message sent and then edited is shown once, as it stands now.
        changed = dict.fromkeys(
            call.result["message_id"]
            for call in calls
            if call.method in SHOWN and isinstance(call.result, dict)
        )
        chat = self._telegram.chat(self._person)
        for message in (chat.log.get(message_id) for message_id in changed):
            if message is not None:
                yield from self._shown(message)
        yield from (self._look.soft(f"[{clean(toast.text)}]") for toast in toasts)
        toasts.clear()

    def _drawn(self, chart: str) -> str:
        """Give a chart drawn with characters; its bars are not broken, its sentences are."""
        lines = [
            [line] if line.startswith("  ") else fold(line, self._look.width)
            for line in clean(chart).splitlines()
        ]
        return "\n".join(line for broken in lines for line in broken)

    def _shown(self, message: Message) -> Iterator[str]:
        look = self._look
        drawn = described(message.photo.data) if message.photo else ""
        if message.photo and not drawn:
            yield look.soft(console.TERMINAL_PICTURE)
        if message.document:
            yield look.soft(console.terminal_file(clean(message.document.filename)))
        # A picture of a chart carries it in characters, which say what the caption tells.
        told = plain(message.html, look.width, styled=look.styled)
        yield self._drawn(drawn) if drawn else told
        self._offered = []
        lines: list[str] = []
        for button in (button for row in message.keyboard for button in row):
            if button.url:
                lines.append(f"    {clean(button.text)}: {look.link(clean(button.url))}")
            elif button.text == texts.COPY_ANSWER or (button.data and button.text != texts.SHARE):
                self._offered.append((message, button))
                first, *more = fold(clean(button.text), look.width, " " * NUMBER)
                lines.append(
                    look.strong(f"{len(self._offered):{NUMBER - 1}}") + first[NUMBER - 1 :]
                )
                lines += more
        if lines:
            yield ""
            yield from lines


@dataclass(frozen=True, slots=True)
class Look:
    """How the terminal at the other end shows things."""

    styled: bool = False

    @property
    def width(self) -> int:
        """Give how many characters stand in a line; longer lines are hard to read."""
        return min(shutil.get_terminal_size((WIDTH, 24)).columns, WIDEST)

    def strong(self, text: str) -> str:
        """Set what is to be typed."""
        return style(text, BOLD) if self.styled else text

    def soft(self, text: str) -> str:
        """Set what is said beside the conversation."""
        return style(text, SOFT) if self.styled else text

    def link(self, url: str) -> str:
        """Set an address."""
        return style(url, LINK) if self.styled else url


def look_of(stream: TextIO) -> Look:
    """Tell how a stream is shown: with styles only on a terminal, and by https://no-color.org."""
    dull = os.environ.get("NO_COLOR") or os.environ.get("TERM", "dumb") == "dumb"
    return Look(styled=stream.isatty() and not dull)


def announce(text: str, stream: TextIO) -> None:
    """Say something beside the conversation; on a terminal in lines that it need not break."""
    look = look_of(stream)
    lines = fold(text, look.width) if stream.isatty() else [text]
    print("\n".join(map(look.soft, lines)), end="\n\n", file=stream, flush=True)


def chat(settings: Settings, knowledge: KnowledgeBase) -> None:
    """Hold a conversation until the input ends."""
    interactive = sys.stdin.isatty()
    look = look_of(sys.stdout)
    conversation = Conversation(settings, knowledge, look)
    if interactive:
        _edit_lines()
    # Whoever ends the program so has the knowledge base closed, with all that was written in it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with asyncio.Runner() as runner:
        runner.run(conversation.application.initialize())
        conversation.say("/start")
        _show(runner.run(conversation.reply()))
        if interactive:
            announce(console.TERMINAL_HOW, sys.stdout)
        for line in _typed(look) if interactive else _piped(look):
            if (text := conversation.copied(line)) is not None:
                _show(f"{look.soft(console.COPIED)} {clean(text)}")
                continue
            conversation.say(line)
            _show(runner.run(conversation.reply()))
        runner.run(conversation.application.shutdown())


def _show(text: str) -> None:
    if text:
        print(text, end="\n\n", flush=True)


def _edit_lines() -> None:
    """Give the input line its arrow keys, the questions so far and commands on the tab key."""
    # What was asked stays in memory: the bot promises to keep questions out of files.
    with suppress(ImportError):
        import readline

        commands = [f"/{name}" for name in texts.PRIVATE_COMMANDS]

        def complete(typed: str, number: int) -> str | None:
            fitting = [command for command in commands if command.startswith(typed)]
            return fitting[number] if number < len(fitting) else None

        readline.set_completer_delims(" ")
        readline.set_completer(complete)
        readline.parse_and_bind("tab: complete")


def _typed(look: Look) -> Iterable[str]:
    # The marks tell the line editor that the escapes between them take no room.
    prompt = f"\1\x1b[{BOLD}m\2{console.PROMPT}\1\x1b[0m\2" if look.styled else console.PROMPT
    interrupted = False
    while True:
        try:
            line = input(prompt).strip()
        except EOFError:
            print()
            return
        except KeyboardInterrupt:
            print()
            if interrupted:
                return
            # What was typed is gone with its line, as in a shell.
            interrupted = True
            print(look.soft(console.ONCE_MORE))
            continue
        interrupted = False
        if line.casefold() in LEAVING:
            return
        yield line


def _piped(look: Look) -> Iterable[str]:
    """Give lines from a pipe, written out so that the output reads as a conversation."""
    for raw in sys.stdin.buffer:
        if line := raw.decode("utf-8", "replace").strip():
            print(look.strong(console.PROMPT + clean(line)))
            yield line
