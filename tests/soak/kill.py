"""Kill the program at random moments under load: nothing may be dropped or answered twice.

With several workers behind one webhook, one of them is killed at a time; the others go on.
"""

from __future__ import annotations

import random
import signal
import tempfile
import time
from pathlib import Path

from tests.conftest import open_small
from tests.soak.ports import free_port
from tests.soak.program import Crowd, Program
from tests.telegram import Server, Telegram

PEOPLE = 25
# Seconds between two questions, on average: Telegram allows a bot about 30 messages a second.
APART = 1 / 30
# Seconds that a call or its answer is on its way, on average.
TRAVEL = 0.03
# Where workers take deliveries, and seconds after which one is tried again.
PATH, PATIENCE = "/updates", 1.0
# A clean stop is one kill in so many.
CLEAN = 4


def run(seconds: float, mode: str, workers: int, seed: int) -> bool:
    """Ask, kill, start, ask …; True if every question and tap has one answer, in its place."""
    chance = random.Random(seed)
    telegram = Telegram()
    kills = stops = 0
    slowest = 0.0
    ports = [free_port() for _ in range(workers)] if mode == "webhook" else []
    urls = [f"http://127.0.0.1:{port}{PATH}" for port in ports]
    with (
        tempfile.TemporaryDirectory() as name,
        Server(
            telegram,
            retry_delay=0.05,
            patience=PATIENCE,
            workers=urls,
            travel=lambda: chance.uniform(0, 2 * TRAVEL),
        ) as server,
    ):
        folder = Path(name)
        open_small(folder / "small.db").close()
        hooks = [
            {"WEBHOOK_URL": f"http://127.0.0.1{PATH}", "LISTEN": f"127.0.0.1:{port}"}
            for port in ports
        ]
        programs = [Program(folder, telegram, server, settings) for settings in hooks or [{}]]
        crowd = Crowd(telegram, PEOPLE, chance)
        for program in programs:
            program.start()
        end, next_end = time.monotonic() + seconds, _moment(chance)
        while time.monotonic() < end:
            crowd.asks()
            time.sleep(chance.expovariate(1 / APART))
            if time.monotonic() >= next_end:
                program = chance.choice(programs)
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
            print(programs[0].tail())
        # What would be answered twice has its chance to come.
        time.sleep(2)
        for program in programs:
            slowest = max(slowest, program.end(signal.SIGTERM))
    found = crowd.verdict()
    print(
        f"{mode}, {len(programs)} at work: {kills} kills, {stops} clean stops (slowest "
        f"{slowest:.2f} s), {found}, {seed=}"
    )
    wrong = found["dropped"] + found["twice"] + found["in the wrong place"]
    return not wrong and slowest < 5


def _moment(chance: random.Random) -> float:
    # From before the program is up to well into its work.
    return time.monotonic() + chance.uniform(0.3, 4.0)
