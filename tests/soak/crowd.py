"""Thousands of people write at once, then one more: how soon the newcomer is heard and answered.

Telegram lets a bot send 30 messages a second, so of 5,000 the last waits 167 seconds at best, and
in any order that is fair to those before them so does the newcomer.
"""

from __future__ import annotations

import signal
import tempfile
import time
from pathlib import Path

from tests.conftest import open_small
from tests.soak.load import Stopwatch
from tests.soak.program import Program
from tests.telegram import Flood, Server, User

# Seconds after which the newcomer should have seen something.
SOON = 5.0


def run(people: int) -> bool:
    """Let all ask at once; True if the newcomer is heard soon and all are answered."""
    telegram = Stopwatch(flood_control=Flood())
    everybody = [telegram.user(f"Person {number}") for number in range(people)]
    with tempfile.TemporaryDirectory() as name, Server(telegram) as server:
        folder = Path(name)
        open_small(folder / "small.db").close()
        program = Program(folder, telegram, server)
        program.start()
        telegram.asks(everybody[0], "telephone")
        telegram.wait(lambda: not telegram.asked, timeout=30)
        before = program.memory()
        began = time.monotonic()
        for person in everybody:
            telegram.asks(person, "telephone")
        newcomer = telegram.user("Newcomer")
        time.sleep(1)
        asked = time.monotonic()
        telegram.asks(newcomer, "telephone")
        heard = _when(telegram, newcomer, "sendChatAction") - asked
        most = program.memory()
        answered = _when(telegram, newcomer, "sendMessage") - asked
        telegram.wait(lambda: not telegram.asked, timeout=people)
        all_done = time.monotonic() - began
        most = max(most, program.memory())
        refused = sum(call.status == 429 for call in telegram.calls)
        program.end(signal.SIGTERM)
    print(
        f"{people} at once: the newcomer saw “typing …” after {heard:.1f} s and was answered after "
        f"{answered:.0f} s; everybody after {all_done:.0f} s (at best {people / 30:.0f}), "
        f"{refused} calls refused; memory {before:.0f} MB before, {most:.0f} MB at most"
    )
    return heard < SOON


def _when(telegram: Stopwatch, person: User, method: str) -> float:
    """Wait for a call to a person."""
    telegram.wait(
        lambda: any(
            call.method in {method, "sendMessage"}
            and call.status == 200
            and call.parameters.get("chat_id") == person.id
            for call in telegram.calls
        ),
        timeout=1000,
    )
    return time.monotonic()
