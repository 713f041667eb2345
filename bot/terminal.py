"""The bot as a chat in a terminal: the same handlers, talking to the in-memory Telegram."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain

from bot import app, texts
from bot.charts.drawing import described
from bot.messages.terminal_text import BOLD, ESCAPE, LINK, SOFT, WIDTH, clean, fold, plain, style
from bot.settings import Settings
from bot.simulator import Telegram, at_hand
from bot.transport.updates import Json
from knowledge import KnowledgeBase

SHOWN = frozenset({"sendMessage", "sendPhoto", "sendDocument", "editMessageText"})
WIDEST = 100
LEAVING = frozenset({"exit", "quit"})


class Conversation:
    """One person's private chat with the bot, as lines of text in and out."""

    def __init__(self, settings: Settings, knowledge: KnowledgeBase) -> None:
        self._telegram = here = Telegram()
        # Whoever sits here is the administrator, if the settings name one.
        self._person = here.person("You", min(settings.admin_ids, default=1))
        self._chat = here.chats[self._person["id"]]
        self.application = app.build(at_hand(settings, settings.admin_ids), knowledge, here)
        # What the numbers now shown do.
        self._offered: list[Json] = []

    async def reply(self, line: str) -> str:
        """Type a line, the number of a button on offer or anything else; give what is shown."""
        number, here = int(line) if line.isdecimal() else 0, self._telegram
        act: Json = {"act": "text", "text": " ".join(line.split())}
        if 0 < number <= len(self._offered):
            act = self._offered[number - 1]
        if copied := act.get("copy_text"):
            return f"{style(texts.COPIED, SOFT)} {clean(copied['text'])}"
        here.act(self._person, self._chat, act)
        await here.deliver(self.application)
        # A message sent and then edited is shown once, as it stands now.
        calls = [call["result"] for call in here.calls if call["method"] in SHOWN]
        made = dict.fromkeys(call["message_id"] for call in calls)
        messages = [here.messages[self._chat["id"]][number] for number in made]
        shown = [line for message in messages for line in self._shown(message)]
        shown += [style(f"[{clean(text)}]", SOFT) for text, _ in here.toasts]
        here.calls.clear()
        here.toasts.clear()
        return "\n".join(shown)

    def _shown(self, message: Json) -> Iterator[str]:
        buttons, width = list(self._buttons(message)), _width()
        if photo := message.get("photo"):
            # The picture of a chart carries it in characters: of these only sentences are broken.
            for line in clean(described(self._telegram.files[photo[-1]["file_id"]])).splitlines():
                yield from [line] if line.startswith("  ") else fold(line, width)
        else:
            if document := message.get("document"):
                yield style(texts.TERMINAL_FILE.format(clean(document["file_name"])), SOFT)
            yield plain(message["html"], width, styled=True)
        yield from ["", *buttons] if buttons else ()

    def _buttons(self, message: Json) -> Iterator[str]:
        """Give the buttons: what can be tapped or copied numbered, the rest with an address."""
        self._offered = []
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        for button in chain.from_iterable(rows):
            label = clean(button["text"])
            if url := button.get("url"):
                yield f"    {label}: {style(clean(url), LINK)}"
            # Only a phone has other chats to share with.
            elif label != texts.SHARE:
                tap = {"act": "tap", "message": message["message_id"]}
                self._offered.append(tap | {"data": button.get("callback_data")} | button)
                number = f"{len(self._offered):3}"
                lines = "\n".join(fold(label, _width(), "    "))
                yield style(number, BOLD) + lines[len(number) :]


def chat(settings: Settings, knowledge: KnowledgeBase) -> None:
    """Hold a conversation until the input ends."""
    _announce(texts.NO_TOKEN)
    conversation = Conversation(settings, knowledge)
    # Whoever ends the program so has the knowledge base closed, with all that was written in it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with asyncio.Runner() as runner:
        runner.run(conversation.application.initialize())
        for line in chain(["/start"], _typed() if sys.stdin.isatty() else _piped()):
            if shown := runner.run(conversation.reply(line)):
                _say(shown)
        runner.run(conversation.application.shutdown())


def _width() -> int:
    """Give how many characters stand in a line; longer lines are hard to read."""
    return min(shutil.get_terminal_size((WIDTH, 24)).columns, WIDEST)


def _is_styled() -> bool:
    """Tell whether what is said shows its styles: on a terminal, and by https://no-color.org."""
    dull = os.environ.get("NO_COLOR") or os.environ.get("TERM", "dumb") == "dumb"
    return sys.stdout.isatty() and not dull


def _say(text: str, end: str = "\n\n") -> None:
    print(text if _is_styled() else ESCAPE.sub("", text), end=end, flush=True)


def _announce(text: str) -> None:
    """Say something beside the conversation; on a terminal in lines that it need not break."""
    lines = fold(text, _width()) if sys.stdout.isatty() else [text]
    _say("\n".join(style(line, SOFT) for line in lines))


def _edit_lines() -> None:
    """Give the input line its arrow keys, the questions so far and commands on the tab key."""
    # What was asked stays in memory: the bot promises to keep questions out of files.
    with suppress(ImportError):
        import readline

        commands = [f"/{name}" for name in texts.PRIVATE_COMMANDS]

        def complete(typed: str, number: int) -> str | None:
            return [*(one for one in commands if one.startswith(typed)), None][number]

        readline.set_completer_delims(" ")
        readline.set_completer(complete)
        readline.parse_and_bind("tab: complete")


def _typed() -> Iterable[str]:
    _edit_lines()
    _announce(texts.TERMINAL_HOW)
    # The marks tell the line editor that the escapes between them take no room.
    prompt = f"\1\x1b[{BOLD}m\2{texts.PROMPT}\1\x1b[0m\2" if _is_styled() else texts.PROMPT
    interrupted = False
    while True:
        try:
            line = input(prompt).strip()
        except (EOFError, KeyboardInterrupt) as end:
            print()
            if interrupted or isinstance(end, EOFError):
                return
            # What was typed is gone with its line, as in a shell.
            interrupted = True
            _say(style(texts.ONCE_MORE, SOFT), "\n")
        else:
            interrupted = False
            if line.casefold() in LEAVING:
                return
            yield from [line] if line else ()


def _piped() -> Iterable[str]:
    """Give lines from a pipe, written out so that the output reads as a conversation."""
    for raw in sys.stdin.buffer:
        if line := raw.decode("utf-8", "replace").strip():
            _say(style(texts.PROMPT + clean(line), BOLD), "\n")
            yield line
