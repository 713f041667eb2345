"""Kill the program at random moments under load: nothing may be dropped or answered twice."""

from __future__ import annotations

import random
import signal
import tempfile
import time
from pathlib import Path

from bot.sandbox import Server, Telegram
from tests.conftest import open_small
from tests.soak.ports import free_port
from tests.soak.program import Crowd, Program

PEOPLE = 25
# Seconds between two questions, on average: Telegram allows a bot about 30 messages a second.
APART = 1 / 30
# Seconds that a call or its answer is on its way, on average.
TRAVEL = 0.03
# A clean stop is one kill in so many.
CLEAN = 4


def run(seconds: float, mode: str, seed: int) -> bool:
    """Ask, kill, start, ask …; True if every question has one answer, in its place."""
    chance = random.Random(seed)
    telegram = Telegram()
    kills = stops = 0
    slowest = 0.0
    with (
        tempfile.TemporaryDirectory() as name,
        Server(telegram, retry_delay=0.05, travel=lambda: chance.uniform(0, 2 * TRAVEL)) as server,
    ):
        folder = Path(name)
        open_small(folder / "small.db").close()
        program = Program(folder, telegram, server, _settings(mode))
        crowd = Crowd(telegram, PEOPLE, chance)
        program.start()
        end, next_end = time.monotonic() + seconds, _moment(chance)
        while time.monotonic() < end:
            crowd.asks()
            time.sleep(chance.expovariate(1 / APART))
            if time.monotonic() >= next_end:
                if chance.randrange(CLEAN):
                    program.end(signal.SIGKILL)
                    kills += 1
                else:
                    slowest = max(slowest, program.end(signal.SIGTERM))
                    stops += 1
                program.start()
                next_end = _moment(chance)
        try:
            telegram.wait(crowd.answered, timeout=120)
        except TimeoutError:
            print(program.tail())
        # What would be answered twice has its chance to come.
        time.sleep(2)
        program.end(signal.SIGTERM)
    found = crowd.verdict()
    print(f"{mode}: {kills} kills, {stops} clean stops (slowest {slowest:.2f} s), {found}, {seed=}")
    wrong = found["dropped"] + found["twice"] + found["in the wrong place"]
    return not wrong and slowest < 5


def _settings(mode: str) -> dict[str, str]:
    if mode == "polling":
        return {}
    port = free_port()
    return {
        "WEBHOOK_URL": f"http://127.0.0.1:{port}/updates",
        "WEBHOOK_SECRET": "a-secret",
        "LISTEN": f"127.0.0.1:{port}",
    }


def _moment(chance: random.Random) -> float:
    # From before the program is up to well into its work.
    return time.monotonic() + chance.uniform(0.3, 4.0)
