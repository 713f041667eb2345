"""The real program as a process of its own, by polling and by webhook, against Telegram's HTTP."""

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

from bot import console
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

    def logged(self, words: str) -> None:
        """Wait for a line in the program's log."""
        assert self.process.stdout
        assert any(words in line for line in self.process.stdout)

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


@pytest.fixture(params=["polling", "webhook"])
def program(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Running]:
    """The program in both ways of getting its updates."""
    settings = {}
    if request.param == "webhook":
        port = free_port()
        settings = {
            "WEBHOOK_URL": f"http://127.0.0.1:{port}/updates",
            "WEBHOOK_SECRET": "a-secret",
            "LISTEN": f"127.0.0.1:{port}",
        }
    with running(tmp_path, **settings) as started:
        if settings:
            started.called("setWebhook")
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
    # The menus were set at the start; stopping is quiet and quick.
    assert "topics" in program.telegram.menu(program.ann)
    log = program.stop()
    assert program.process.returncode == 0
    assert "Serving @annual_report_bot" in log
    for secret in (
        program.telegram.token,
        "987654321",
        "vacancies",
        "Traceback",
        "a-secret",
        "POST",
    ):
        assert secret not in log


def test_a_second_copy_says_so_and_stops_while_the_first_serves_on(tmp_path: Path) -> None:
    with running(tmp_path) as first:
        first.logged("Nobody else fetches")
        second = subprocess.run(
            [sys.executable, "-m", "bot"],
            cwd=tmp_path,
            env=first.environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert second.returncode == 2
        assert second.stderr == f"{console.CONFLICT}\n"
        assert "Traceback" not in second.stdout
        assert first.says("po vacancies").text.startswith("Over 650")


def test_a_copy_that_will_not_go_stops_the_bot(tmp_path: Path) -> None:
    with running(tmp_path) as program:
        program.logged("Nobody else fetches")
        conflict = "Conflict: terminated by other getUpdates request"
        program.telegram.fail("getUpdates", 409, conflict, times=100)
        program.telegram.text(program.ann, "hi")
        program.process.wait(timeout=30)
        assert program.process.returncode == 2


def test_a_network_failure_is_survived(tmp_path: Path) -> None:
    with running(tmp_path) as program:
        program.says("hi")
        program.telegram.fail("getUpdates", 502, body=b"<html>Bad Gateway</html>")
        assert program.says("po vacancies").text.startswith("Over 650")
        log = program.stop()
        assert "Traceback" not in log


def test_a_wrong_token_is_a_sentence(tmp_path: Path) -> None:
    open_small(tmp_path / "small.db").close()
    with Server(Telegram(token="42:sandbox")) as server:
        done = subprocess.run(
            [sys.executable, "-m", "bot"],
            cwd=tmp_path,
            env=environment(
                tmp_path, TELEGRAM_BOT_TOKEN="43:wrong", TELEGRAM_API_BASE_URL=server.url
            ),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.rstrip().endswith(console.BAD_TOKEN)
    assert "Traceback" not in done.stderr
    assert "43:wrong" not in done.stderr


def test_the_terminal_chat_as_a_process(tmp_path: Path) -> None:
    open_small(tmp_path / "small.db").close()
    done = subprocess.run(
        [sys.executable, "-m", "bot"],
        cwd=tmp_path,
        env=environment(tmp_path),
        input="po vacancies\n",
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0
    assert done.stderr == ""
    assert "> po vacancies\nOver 650 probation officer posts" in done.stdout
