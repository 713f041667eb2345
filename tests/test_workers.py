"""Several webhook workers on one host and one database, as processes behind one address."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from bot.admin import texts
from bot.simulator import Server, Telegram, User
from bot.simulator.files import Upload
from bot.simulator.telegram import LostError
from knowledge import KnowledgeBase
from knowledge.storage.ledger import Claim
from tests.conftest import open_small
from tests.test_end_to_end import environment, free_port
from tests.test_web import asks

ADMIN = 501


class Pausing(Telegram):
    """A Telegram that can stop whoever sends the next message, before or after it arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.stop: Callable[[], None] | None = None
        self.arrives = True

    def call(
        self, method: str, parameters: Mapping[str, Any], files: Mapping[str, Upload] | None = None
    ) -> tuple[int, bytes]:
        stop = self.stop if method == "sendMessage" else None
        if stop is None:
            return super().call(method, parameters, files)
        self.stop = None
        stop()
        if not self.arrives:
            raise LostError(method)
        return super().call(method, parameters, files)


@dataclass
class Workers:
    """Two workers that get the deliveries in turn."""

    telegram: Pausing
    server: Server
    ports: list[int]
    env: list[dict[str, str]]
    folder: Path
    ann: User
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, number: int) -> None:
        """Start a worker and wait until it takes deliveries."""
        before = self.count("setWebhook")
        log = (self.folder / f"worker-{number}.log").open("ab")
        command = [sys.executable, "-m", "bot"]
        process = subprocess.Popen(
            command, cwd=self.folder, env=self.env[number], stdout=log, stderr=log
        )
        log.close()
        self.processes[number:] = [process, *self.processes[number + 1 :]]
        self.telegram.wait(lambda: self.count("setWebhook") > before, timeout=30)

    def count(self, method: str) -> int:
        return sum(call.method == method and not call.error for call in self.telegram.calls)

    def says(self, text: str, who: User | None = None) -> str:
        """Let a person type something; what then stands last in their chat."""
        return self._answered(lambda: self.telegram.text(who or self.ann, text), who or self.ann)

    def taps(self, button: str, who: User) -> str:
        """Let a person press a button of the last message; what then stands last."""
        last = self.telegram.chat(who).last
        return self._answered(lambda: self.telegram.tap(who, last, button), who)

    def _answered(self, act: Callable[[], object], who: User) -> str:
        act()
        # Handled whole: Telegram has been told so.
        self.telegram.wait(lambda: not self.telegram.updates, timeout=30)
        return self.telegram.chat(who).last.text

    def posted(self, count: int) -> None:
        """Wait until so many deliveries have been tried."""
        self.telegram.wait(lambda: len(self.server.posts) >= count, timeout=30)

    def said(self) -> list[str]:
        """Everything Ann was told."""
        chat = self.telegram.chat(self.ann)
        return [one.text for one in chat.messages if one.sender == self.telegram.bot]

    def handled(self) -> list[bool]:
        """Which workers have handled anything, by their own figures."""
        pages = [asks(port, "/metrics")[1] for port in self.ports]
        return ["bot_update_seconds_count 0.0" not in page for page in pages]

    def at_work(self) -> int:
        """The worker that the last delivery went to."""
        return [f":{port}/" in self.server.posts[-1][1] for port in self.ports].index(True)


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Workers]:
    telegram = Pausing()
    open_small(tmp_path / "small.db").close()
    ports = [free_port(), free_port()]
    urls = [f"http://127.0.0.1:{port}/updates" for port in ports]
    with Server(telegram, retry_delay=0.05, patience=0.3, workers=urls) as server:
        env = [
            environment(
                tmp_path,
                TELEGRAM_BOT_TOKEN=telegram.token,
                TELEGRAM_API_BASE_URL=server.url,
                WEBHOOK_URL="http://127.0.0.1/updates",
                LISTEN=f"127.0.0.1:{port}",
                ADMIN_IDS=str(ADMIN),
                LOG_LEVEL="WARNING",
            )
            for port in ports
        ]
        workers = Workers(telegram, server, ports, env, tmp_path, telegram.user("Ann"))
        try:
            workers.start(0)
            workers.start(1)
            yield workers
        finally:
            for process in workers.processes:
                process.kill()
                process.wait()


def test_an_edit_begun_in_one_worker_is_saved_in_the_next_and_known_to_both(pair: Workers) -> None:
    bea = pair.telegram.user("Bea", user_id=ADMIN)
    for _ in range(2):
        assert "podcast" not in pair.says("is there a podcast")
    pair.says("/add Is there a podcast? | Yes, one a month.", bea)
    assert pair.taps(texts.SAVE, bea).startswith("Done and live")
    for _ in range(2):
        assert pair.says("is there a podcast").startswith("Yes, one a month.")
    # Field by field, each text to the worker whose turn it is.
    pair.says("/add", bea)
    pair.says("Who makes the podcast?", bea)
    assert pair.says("Two inspectors.", bea).startswith("New entry, 3 of 6: Who makes the podcast?")
    assert pair.handled() == [True, True]
    assert "level=info" not in (pair.folder / "worker-0.log").read_text()


def test_an_update_delivered_again_is_answered_once_whether_the_first_is_slow_or_dead(
    pair: Workers,
) -> None:
    pair.says("telephone")
    for arrived, how in product((True, False), (signal.SIGCONT, signal.SIGKILL)):
        pair.telegram.arrives = arrived
        before = len(pair.said())
        frozen: list[int] = []

        def stop(frozen: list[int] = frozen) -> None:
            frozen.append(pair.at_work())
            os.kill(pair.processes[frozen[0]].pid, signal.SIGSTOP)

        pair.telegram.stop = stop
        first = len(pair.server.posts)
        pair.telegram.text(pair.ann, "po vacancies")
        # Given to the other, which had its time, and then to the first again.
        pair.posted(first + 3)
        assert len(pair.said()) == before + arrived
        pair.processes[frozen[0]].send_signal(how)
        pair.telegram.wait(lambda: not pair.telegram.updates, timeout=30)
        new = pair.said()[before:]
        assert [text[:8] for text in new] == ["Over 650"]
        if how is signal.SIGKILL:
            pair.processes[frozen[0]].wait()
            pair.start(frozen[0])
    assert pair.says("telephone").startswith("0161")
    assert pair.says("telephone").startswith("0161")


def test_of_many_processes_one_gets_a_job(tmp_path: Path) -> None:
    path = tmp_path / "shared.db"
    KnowledgeBase.open(path, shipped=False).close()
    program = """
import sys
from knowledge.storage.store import Store
store = Store(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
print(*(store.ledger.claim(f"job-{n}").name for n in range(200)), flush=True)
sys.stdin.readline()
"""
    racing = [
        subprocess.Popen(
            [sys.executable, "-c", program, path],
            env=environment(tmp_path),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        for _ in range(3)
    ]
    pipes = [(one.stdin, one.stdout) for one in racing if one.stdin and one.stdout]
    try:
        assert [output.readline() for _, output in pipes] == ["ready\n"] * 3
        for go, _ in pipes:
            go.write("\n")
        claims = [output.readline().split() for _, output in pipes]
        for got in zip(*claims, strict=True):
            assert sorted(got) == ["ELSEWHERE", "ELSEWHERE", "NEW"]
        with closing(KnowledgeBase.open(path, shipped=False)) as late:
            ledger = late.store.ledger
            assert {ledger.claim(f"job-{n}") for n in range(200)} == {Claim.ELSEWHERE}
            racing[0].kill()
            racing[0].wait()
            # What the dead one had is free, the rest is not.
            for number in range(200):
                free = claims[0][number] == "NEW"
                assert ledger.claim(f"job-{number}") is (Claim.AGAIN if free else Claim.ELSEWHERE)
            ledger.finish("job-0")
            assert ledger.claim("job-0") is Claim.DONE
    finally:
        for one in racing:
            one.kill()
            one.communicate()
