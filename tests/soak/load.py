"""How many answers a second, how soon, in how much memory; a plain echo bot is the measure."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from typing import Any

from tests.conftest import open_small
from tests.soak.program import ASKED, Program
from tests.telegram import Server, Telegram, User

PEOPLE = 200
ROUNDS = 5
BURST = 1000
# Of the echo bot's rate: what must be reached, and what is then held.
ENOUGH, HELD = 0.8, 0.5
P99 = 0.25
# Memory may grow by so much, from when so much of the time is over.
FLAT, SETTLED = 1.05, 0.2


class Stopwatch(Telegram):
    """A Telegram that notes how long each person waited for an answer."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.asked: dict[int, float] = {}
        self.waits: list[float] = []

    def call(self, method: str, parameters: Any, files: Any = None) -> tuple[int, bytes]:
        done = super().call(method, parameters, files)
        if method == "sendMessage":
            since = self.asked.pop(int(parameters["chat_id"]), None)
            if since:
                self.waits.append(time.monotonic() - since)
        return done

    def asks(self, person: User, text: str) -> None:
        self.asked[person.id] = time.monotonic()
        self.text(person, text)


@contextmanager
def started(
    command: tuple[str, ...], **settings: str
) -> Iterator[tuple[Stopwatch, Program, list[User]]]:
    """A program on a core of its own, with people who have spoken to it."""
    telegram = Stopwatch()
    with tempfile.TemporaryDirectory() as name, Server(telegram) as server:
        folder = Path(name)
        open_small(folder / "small.db").close()
        program = Program(folder, telegram, server, settings, command)
        people = [telegram.user(f"Person {number}") for number in range(PEOPLE)]
        program.start()
        assert program.process is not None
        os.sched_setaffinity(program.process.pid, {max(os.sched_getaffinity(0))})
        try:
            # The first answer opens what the others find open.
            telegram.asks(people[0], "telephone")
            telegram.wait(lambda: not telegram.asked, timeout=30)
            telegram.waits.clear()
            yield telegram, program, people
        finally:
            program.end(signal.SIGTERM)


def rate(telegram: Stopwatch, people: list[User]) -> float:
    """Answers a second while everybody waits for one."""
    began = time.monotonic()
    for number in range(ROUNDS):
        for person in people:
            telegram.asks(person, ASKED[number % len(ASKED)][0])
        telegram.wait(lambda: not telegram.asked, timeout=120)
    return ROUNDS * len(people) / (time.monotonic() - began)


def run(seconds: float) -> bool:
    """Compare rates, hold half of the echo bot's, let one person send a thousand messages."""
    with started(("-m", "tests.soak.echo")) as (telegram, program, people):
        plain = rate(telegram, people)
        plain_costs = _cost(telegram, program, people)
    with started(("-m", "bot")) as (telegram, program, people):
        ours = rate(telegram, people)
        costs = _cost(telegram, program, people)
        print(
            f"echo bot {plain:.0f} a second, this bot {ours:.0f}: {ours / plain:.0%}; of a core, "
            f"an echo takes {plain_costs * 1000:.1f} ms, an answer {costs * 1000:.1f} ms: "
            f"{plain_costs / costs:.0%}"
        )
        held = _hold(telegram, program, people, plain * HELD, seconds)
    with started(("-m", "bot"), QUESTIONS_PER_MINUTE="20") as (telegram, _, people):
        fair = _burst(telegram, people)
    return ours >= plain * ENOUGH and held and fair


def _cost(telegram: Stopwatch, program: Program, people: list[User]) -> float:
    """Seconds of processor time for an answer while everybody waits for one."""
    before = program.work()
    rate(telegram, people)
    return (program.work() - before) / (ROUNDS * len(people))


def _hold(
    telegram: Stopwatch, program: Program, people: list[User], pace: float, seconds: float
) -> bool:
    telegram.waits.clear()
    memory: list[float] = []
    following, turn = time.monotonic(), 0
    settled, end = following + seconds * SETTLED, following + seconds
    while following < end:
        if following > settled and not memory:
            memory.append(program.memory())
        time.sleep(max(0.0, following - time.monotonic()))
        person = people[turn % len(people)]
        if person.id not in telegram.asked:
            telegram.asks(person, ASKED[turn % len(ASKED)][0])
        turn, following = turn + 1, following + 1 / pace
        if turn % 1000 == 0:
            # This Telegram remembers every call; a real one would not fill our memory.
            telegram.calls.clear()
    telegram.wait(lambda: not telegram.asked, timeout=60)
    cuts = quantiles(telegram.waits, n=100)
    memory.append(program.memory())
    print(
        f"at {pace:.0f} a second for {seconds:.0f} s: {len(telegram.waits)} answers, p50 "
        f"{cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms, memory {memory[0]:.0f} MB after "
        f"{seconds * SETTLED:.0f} s, {memory[-1]:.0f} MB at the end"
    )
    return cuts[98] < P99 and memory[-1] < FLAT * memory[0]


def _burst(telegram: Stopwatch, people: list[User]) -> bool:
    noisy, quiet = people[:2]

    def one() -> float:
        telegram.waits.clear()
        telegram.asks(quiet, "po vacancies")
        telegram.wait(lambda: quiet.id not in telegram.asked, timeout=60)
        return telegram.waits[-1]

    usual = min(one() for _ in range(5))
    for number in range(BURST):
        telegram.text(noisy, f"telephone {number}")
    late = one()
    print(f"beside a burst of {BURST}: {late * 1000:.0f} ms, otherwise {usual * 1000:.0f} ms")
    return late - usual < 0.1
