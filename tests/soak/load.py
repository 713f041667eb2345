"""How many answers a second, how soon, in how much memory; a plain echo bot is the measure.

With `--changes` an administrator saves an entry every so many seconds, while everybody asks.
"""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import quantiles
from typing import Any

from bot.admin import texts as admin_texts
from knowledge import KnowledgeBase
from tests.conftest import open_small
from tests.soak.program import ASKED, Program
from tests.telegram import Server, Telegram, User

PEOPLE = 200
ROUNDS = 5
BURST = 1000
# Of the echo bot's rate, what must be reached.
ENOUGH = 0.8
# Seconds: 99 of 100 answers, and every one.
P99, SLOWEST = 0.15, 0.4
# Memory may grow by so much from the second minute on.
FLAT, SETTLED = 1.05, 60.0
ADMIN = 501
# Seconds that a burst may cost others: ten fetches, and twenty answers to whoever sent it.
BESIDE = 0.5


class Stopwatch(Telegram):
    """A Telegram that notes how long each person waited for an answer."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.asked: dict[int, float] = {}
        self.waits: list[float] = []

    def call(self, method: str, parameters: Any, files: Any = None) -> tuple[int, bytes]:
        status, body = super().call(method, parameters, files)
        if method == "sendMessage" and status == 200:
            since = self.asked.pop(int(parameters["chat_id"]), None)
            if since:
                self.waits.append(time.monotonic() - since)
        return status, body

    def asks(self, person: User, text: str) -> None:
        self.asked[person.id] = time.monotonic()
        self.text(person, text)


@contextmanager
def started(
    command: tuple[str, ...], *, shipped: bool = False, **settings: str
) -> Iterator[tuple[Stopwatch, Program, list[User]]]:
    """A program on a core of its own, with people who have spoken to it."""
    telegram = Stopwatch()
    with tempfile.TemporaryDirectory() as name, Server(telegram) as server:
        folder = Path(name)
        if shipped:
            with closing(KnowledgeBase.open(folder / "small.db")) as knowledge:
                assert knowledge.matcher
        else:
            open_small(folder / "small.db").close()
        program = Program(folder, telegram, server, settings, command)
        people = [telegram.user(f"Person {number}") for number in range(PEOPLE)]
        program.start()
        assert program.process is not None
        os.sched_setaffinity(program.process.pid, {max(os.sched_getaffinity(0))})
        try:
            # The first answer opens what the others find open.
            telegram.asks(people[0], "telephone")
            telegram.wait(lambda: not telegram.asked, timeout=60)
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


def run(seconds: float, pace: float, changes: float, shipped: bool) -> bool:
    """Compare rates, hold a pace, let one person send a thousand messages."""
    if changes or shipped:
        with started(("-m", "bot"), shipped=shipped, ADMIN_IDS=str(ADMIN)) as running:
            return _hold(*running, pace, seconds, changes)
    enough = beside_an_echo()
    with started(("-m", "bot")) as running:
        held = _hold(*running, pace, seconds, 0)
    with started(("-m", "bot"), QUESTIONS_PER_MINUTE="20") as (telegram, _, people):
        fair = _burst(telegram, people)
    return enough and held and fair


def beside_an_echo() -> bool:
    """Set answers a second, and the work for one, beside a plain echo bot's."""
    found = []
    for command in ("tests.soak.echo", "bot"):
        with started(("-m", command)) as (telegram, program, people):
            found.append((rate(telegram, people), _cost(telegram, program, people)))
    (plain, plain_costs), (ours, costs) = found
    print(
        f"echo bot {plain:.0f} a second, this bot {ours:.0f}: {ours / plain:.0%}; of a core, an "
        f"echo takes {plain_costs * 1000:.1f} ms, an answer {costs * 1000:.1f} ms: "
        f"{plain_costs / costs:.0%}"
    )
    return ours >= plain * ENOUGH


def _cost(telegram: Stopwatch, program: Program, people: list[User]) -> float:
    """Seconds of processor time for an answer while everybody waits for one."""
    before = program.work()
    rate(telegram, people)
    return (program.work() - before) / (ROUNDS * len(people))


def _hold(
    telegram: Stopwatch,
    program: Program,
    people: list[User],
    pace: float,
    seconds: float,
    changes: float,
) -> bool:
    telegram.waits.clear()
    memory = [program.memory()]
    admin = telegram.user("Ada", user_id=ADMIN)
    began = following = time.monotonic()
    turn, made, next_change = 0, 0, began + changes
    while following < began + seconds:
        if following - began > SETTLED and len(memory) == 1:
            memory.append(program.memory())
        time.sleep(max(0.0, following - time.monotonic()))
        person = people[turn % len(people)]
        if person.id not in telegram.asked:
            telegram.asks(person, ASKED[turn % len(ASKED)][0])
        if changes and following >= next_change:
            made += _change(telegram, admin, turn)
            next_change += changes / 2
        turn, following = turn + 1, following + 1 / pace
        if turn % 1000 == 0:
            # This Telegram remembers every call; a real one would not fill our memory.
            telegram.calls.clear()
    telegram.wait(lambda: not telegram.asked, timeout=60)
    cuts, slowest = quantiles(telegram.waits, n=100), max(telegram.waits)
    memory.append(program.memory())
    sizes = ", ".join(f"{size:.0f}" for size in memory)
    print(
        f"at {pace:.0f} a second for {seconds:.0f} s with {made} changes: {len(telegram.waits)} "
        f"answers, p50 {cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms, slowest "
        f"{slowest * 1000:.0f} ms; memory {sizes} MB (start, after a minute, end)"
    )
    flat = len(memory) < 3 or memory[-1] < FLAT * memory[1]
    return cuts[98] < P99 and slowest < SLOWEST and flat


def _change(telegram: Stopwatch, admin: User, turn: int) -> bool:
    """Save the entry typed, if it has been tried, or type one; True when something was saved."""
    last = next(reversed(telegram.chat(admin).messages), None)
    if last and last.sender == telegram.bot and admin_texts.SAVE in last.buttons:
        telegram.tap(admin, last, admin_texts.SAVE)
        return True
    waiting = [one for one in telegram.updates if str(admin.id) in str(one)]
    if not waiting:
        text = f"/add How many desks are there in room {turn}? | There are {turn} desks."
        telegram.text(admin, text)
    return False


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
    return late - usual < BESIDE
