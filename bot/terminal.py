"""The bot as a chat in a terminal: the same handlers, talking to the in-memory Telegram."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace

from bot import app, texts
from bot.plain import WIDTH, plain
from bot.sandbox import Button, Message, SandboxRequest, Telegram, User, deliver
from bot.settings import Settings
from bot.state import App
from knowledge import KnowledgeBase

# One person, typing or piping a file: there is nobody to be fair to.
NO_LIMIT = 1_000_000
TELEGRAM_MOST = 4096
FAR = 1_000_000_000


class Conversation:
    """One person's private chat with the bot, as lines of text in and out."""

    def __init__(self, settings: Settings, knowledge: KnowledgeBase) -> None:
        # Updates are counted from anywhere, so that a database that has seen others takes them.
        self._telegram = Telegram(privacy=False, first_update=secrets.randbelow(FAR))
        self._person: User = self._telegram.user("You")
        settings = replace(
            settings,
            token=self._telegram.token,
            questions_per_minute=NO_LIMIT,
            api_root=Settings().api_root,
        )
        request, updates = SandboxRequest(self._telegram), SandboxRequest(self._telegram)
        self.application: App = app.build(settings, knowledge, request, updates)
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
            if call.method in {"sendMessage", "editMessageText"} and isinstance(call.result, dict)
        )
        chat = self._telegram.chat(self._person)
        for message_id in changed:
            yield from self._shown(chat.log[message_id])
        yield from (f"[{toast.text}]" for toast in toasts)
        toasts.clear()

    def _shown(self, message: Message) -> Iterator[str]:
        width = min(shutil.get_terminal_size((WIDTH, 24)).columns, 100)
        yield plain(message.html, width)
        self._offered = []
        lines: list[str] = []
        for button in (button for row in message.keyboard for button in row):
            if button.url:
                lines.append(f"    {button.text}: {button.url}")
            elif button.data or button.text == texts.COPY_FIGURE:
                self._offered.append((message, button))
                lines.append(f"{len(self._offered):3} {button.text}")
        if lines:
            yield ""
            yield from lines


def chat(settings: Settings, knowledge: KnowledgeBase) -> None:
    """Hold a conversation until the input ends."""
    conversation = Conversation(settings, knowledge)
    interactive = sys.stdin.isatty()
    if interactive:
        with suppress(ImportError):
            import readline  # noqa: F401 (gives the input line its arrow keys)
    with asyncio.Runner() as runner:
        runner.run(conversation.application.initialize())
        conversation.say("/start")
        _show(runner.run(conversation.reply()))
        if interactive:
            print(texts.TERMINAL_HOW, end="\n\n")
        for line in _typed() if interactive else _piped():
            if (text := conversation.copied(line)) is not None:
                _show(f"{texts.COPIED} {text}")
                continue
            conversation.say(line)
            _show(runner.run(conversation.reply()))
        runner.run(conversation.application.shutdown())


def _show(text: str) -> None:
    if text:
        print(text, end="\n\n", flush=True)


def _typed() -> Iterable[str]:
    while True:
        try:
            yield input(texts.PROMPT).strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return


def _piped() -> Iterable[str]:
    """Give lines from a pipe, written out so that the output reads as a conversation."""
    for raw in sys.stdin.buffer:
        if line := raw.decode("utf-8", "replace").strip():
            print(texts.PROMPT + line)
            yield line
