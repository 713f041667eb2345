"""The program under test as a process of its own, and the people who write to it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from bot import texts
from bot.settings import KEYS
from tests.telegram import Server, Telegram, User

ROOT = Path(__file__).parents[2]
# Question and the beginning of its answer, in the small knowledge base of the tests.
RELATED = (
    "How were the NPS divisions rated on staffing?",
    "How can I contact HM Inspectorate of Probation?",
)
ASKED = (
    ("po vacancies", "Over 650 probation officer posts"),
    ("telephone", "0161 240 5336"),
    ("nps headcount", "The slides don't say how many staff"),
    ("hello", "Hello!"),
)


@dataclass
class Program:
    """The bot, started and stopped at will."""

    folder: Path
    telegram: Telegram
    server: Server
    settings: dict[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = ("-m", "bot")
    process: subprocess.Popen[bytes] | None = None
    log: IO[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in KEYS}
        return kept | {
            "PYTHONPATH": str(ROOT),
            "DATABASE": str(self.folder / "small.db"),
            "TELEGRAM_BOT_TOKEN": self.telegram.token,
            "TELEGRAM_API_BASE_URL": self.server.url,
            "QUESTIONS_PER_MINUTE": "999999",
            **self.settings,
        }

    def start(self) -> None:
        self.log = (self.folder / "program.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, *self.command],
            cwd=self.folder,
            env=self.environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    def end(self, how: signal.Signals) -> float:
        """Send a signal and wait; the seconds until the process was gone."""
        assert self.process is not None
        assert self.log is not None
        if self.process.poll() is not None:
            raise RuntimeError(f"the program ended by itself: {self.tail()}")
        began = time.monotonic()
        self.process.send_signal(how)
        self.process.wait(timeout=30)
        self.log.close()
        return time.monotonic() - began

    def tail(self) -> str:
        return (self.folder / "program.log").read_text(errors="replace")[-2000:]

    def memory(self) -> float:
        """The resident memory in MB."""
        assert self.process is not None
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0

    def work(self) -> float:
        """The seconds of processor time used so far."""
        assert self.process is not None
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Crowd:
    """People who ask, each in their own chat, and what came back."""

    def __init__(self, telegram: Telegram, size: int, chance: random.Random) -> None:
        self._telegram = telegram
        self._chance = chance
        self.people = [telegram.user(f"Person {number}") for number in range(size)]
        # By person: how the answers to what they asked or tapped begin.
        self._asked: dict[int, list[str]] = {one.id: [] for one in self.people}

    def asks(self) -> None:
        """Let somebody type a question, or tap a button that brings a new message."""
        person = self._chance.choice(self.people)
        with self._telegram.changed:
            last = next(reversed(self._telegram.chat(person).messages), None)
            buttons = [text for text in last.buttons if text in RELATED] if last else []
            if last and buttons and self._chance.randrange(2):
                button = self._chance.choice(buttons)
                self._asked[person.id].append(button)
                self._telegram.tap(person, last, button)
                return
        question, answer = self._chance.choice(ASKED)
        self._asked[person.id].append(answer)
        self._telegram.text(person, question)

    @property
    def total(self) -> int:
        return sum(map(len, self._asked.values()))

    def answered(self) -> bool:
        with self._telegram.changed:
            return not any(map(self._open, self.people))

    def _said(self, person: User) -> list[str]:
        bot = self._telegram.bot
        chat = self._telegram.chat(person)
        return [message.text for message in chat.messages if message.sender == bot]

    def _open(self, person: User) -> Counter[str]:
        """What a person has asked and got no answer to."""
        said = self._said(person)
        asked = Counter(self._asked[person.id])
        return Counter(
            {
                begins: count - sum(text.startswith(begins) for text in said)
                for begins, count in asked.items()
                if count > sum(text.startswith(begins) for text in said)
            }
        )

    def verdict(self) -> dict[str, int]:
        """How many questions and taps there were, and what became of them."""
        taps = sum(begins in RELATED for asked in self._asked.values() for begins in asked)
        found = {"asked": self.total - taps, "tapped": taps}
        found |= {"unanswered": 0, "answered twice": 0, "sorry": 0}
        for person in self.people:
            said = self._said(person)
            missing = self._open(person).total()
            found["unanswered"] += missing
            sorry = said.count(texts.SORRY)
            found["sorry"] += sorry
            found["answered twice"] += len(said) - sorry + missing - len(self._asked[person.id])
        return found
