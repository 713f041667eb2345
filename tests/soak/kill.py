"""Kill the program at random moments under load: no question may be left unanswered.

Beside the kills Telegram may refuse calls (429), a gateway may stand in the way (502), and
connections may break before or after a call was carried out. What the program cannot know to have
arrived it sends again: how many were answered twice is counted.
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
APART = 1 / 28
# Seconds that a call or its answer is on its way, on average.
TRAVEL = 0.03
# Seconds after which a delivery is tried again.
PATIENCE = 1.0
# A clean stop is one kill in so many.
CLEAN = 4
# Of a hundred sendMessage calls, so many meet with each kind of trouble.
TROUBLE = 3


def run(seconds: float, mode: str, faults: bool, seed: int) -> bool:
    """Ask, kill, start, ask …; True if every question and tap has its answer."""
    chance = random.Random(seed)
    telegram = Telegram()
    kills = stops = troubles = 0
    slowest = 0.0
    with (
        tempfile.TemporaryDirectory() as name,
        Server(
            telegram,
            retry_delay=0.05,
            patience=PATIENCE,
            travel=lambda: chance.uniform(0, 2 * TRAVEL),
        ) as server,
    ):
        folder = Path(name)
        open_small(folder / "small.db").close()
        settings = {}
        if mode == "webhook":
            port = free_port()
            settings = {
                "WEBHOOK_URL": f"http://127.0.0.1:{port}/updates",
                "LISTEN": f"127.0.0.1:{port}",
            }
        program = Program(folder, telegram, server, settings)
        crowd = Crowd(telegram, PEOPLE, chance)
        program.start()
        end, next_end = time.monotonic() + seconds, _moment(chance)
        while time.monotonic() < end:
            crowd.asks()
            if faults and chance.randrange(100) < 4 * TROUBLE:
                _trouble(telegram, chance)
                troubles += 1
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
        slowest = max(slowest, program.end(signal.SIGTERM))
        left = [file.name for file in folder.iterdir() if "waiting" in file.name]
    found = crowd.verdict()
    print(
        f"{mode}: {kills} kills, {stops} clean stops (slowest {slowest:.2f} s), {troubles} calls "
        f"that met with trouble, {found}, {seed=}"
    )
    return not found["unanswered"] and not found["sorry"] and not left and slowest < 5


def _trouble(telegram: Telegram, chance: random.Random) -> None:
    match chance.randrange(4):
        case 0:
            telegram.fail("sendMessage", retry_after=1)
        case 1:
            telegram.fail("sendMessage", 502, body=b"<html>Bad Gateway</html>")
        case kind:
            telegram.lose("sendMessage", after=kind == 3)


def _moment(chance: random.Random) -> float:
    # From before the program is up to well into its work.
    return time.monotonic() + chance.uniform(0.3, 4.0)
