"""The real program as a process of its own, against Telegram's HTTP."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.settings import KEYS
from tests.conftest import open_small
from tests.telegram import Message, Server, Telegram, User

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Running:
    """The program running against a Telegram of its own."""

    telegram: Telegram
    process: subprocess.Popen[str]
    ann: User
    environment: dict[str, str]

    def called(self, method: str, count: int = 1) -> None:
        """Wait until the program has made so many successful calls."""
        self.telegram.wait(lambda: len(self.done(method)) >= count, timeout=30)

    def done(self, method: str) -> list[object]:
        calls = self.telegram.calls
        return [call for call in calls if call.method == method and not call.error]

    def says(self, text: str) -> Message:
        """Let Ann type something and wait for the reply."""
        count = len(self.done("sendMessage")) + 1
        self.telegram.text(self.ann, text)
        self.called("sendMessage", count)
        return self.telegram.chat(self.ann).last

    def logged(self, words: str) -> str:
        """Wait for a line in the program's log; the log up to there."""
        assert self.process.stdout
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if words in line:
                return "".join(lines)
        raise AssertionError(f"{words!r} is not in {lines}")

    def stop(self) -> str:
        """End the program as a service manager would; what it logged."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.communicate(timeout=20)[0]


def environment(tmp_path: Path, **settings: str) -> dict[str, str]:
    """The environment of a program with nothing set but this."""
    kept = {name: value for name, value in os.environ.items() if name not in KEYS}
    return kept | {"DATABASE": str(tmp_path / "small.db"), "PYTHONPATH": str(ROOT)} | settings


@contextmanager
def running(tmp_path: Path, **settings: str) -> Iterator[Running]:
    """Start the program on the small knowledge base."""
    with running_on(Telegram(), tmp_path, settings) as started:
        yield started


@contextmanager
def running_on(
    telegram: Telegram, tmp_path: Path, settings: Mapping[str, str], by: Sequence[str] = ()
) -> Iterator[Running]:
    """Start the program on a Telegram prepared for it, by way of a command that starts it."""
    open_small(tmp_path / "small.db").close()
    with Server(telegram, retry_delay=0.05) as server:
        ann = telegram.user("Ann", user_id=987654321)
        env = environment(
            tmp_path,
            TELEGRAM_BOT_TOKEN=telegram.token,
            TELEGRAM_API_BASE_URL=server.url,
            **settings,
        )
        process = subprocess.Popen(
            [*by, sys.executable, "-m", "bot"],
            cwd=tmp_path,
            env=env,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield Running(telegram, process, ann, env)
        finally:
            process.kill()
            process.communicate()


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Running]:
    """The program, fetching its updates."""
    with running(tmp_path) as started:
        yield started


def test_a_conversation_from_start_to_stop(program: Running) -> None:
    # Text in, answer out.
    answer = program.says("po vacancies")
    assert answer.html.startswith("<b>Over 650 probation officer posts")
    # Browsing: a button tapped, an edited message out.
    topics = program.says("/topics")
    program.telegram.tap(program.ann, topics, "Through the Gate")
    program.called("editMessageText")
    assert program.telegram.message(program.ann, topics).text == "Through the Gate"
    # An edited question edits its reply.
    program.telegram.edit(program.ann, answer.message_id - 1, "telephone")
    program.called("editMessageText", 2)
    assert program.telegram.message(program.ann, answer).text.startswith("0161 240 5336.")
    # Inline mode.
    program.telegram.inline(program.ann, "vacancies")
    program.called("answerInlineQuery")
    # The menus are set beside that, sooner or later; stopping is quiet and quick.
    log = program.logged("Serving @annual_report_bot")
    assert "topics" in program.telegram.menu(program.ann)
    log += program.stop()
    assert program.process.returncode == 0
    for secret in (program.telegram.token, "987654321", "vacancies", "Traceback", "POST"):
        assert secret not in log
