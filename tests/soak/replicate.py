"""Lose the machine while an administrator imports, restore from the copy, go on elsewhere."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from knowledge import KnowledgeBase
from tests.conftest import open_small
from tests.soak.program import ROOT, Program
from tests.telegram import Server, Telegram

LITESTREAM = Path(sys.executable).with_name("litestream")
CONFIG = ROOT / ".deploy" / "litestream.yml"
ROWS = 40
# Seconds of work that may be lost.
LOST = 1.0
# Seconds between two imports.
APART = 0.1


def run(rounds: int, seed: int) -> bool:
    """Import, kill, restore …; True if never half a change nor more than a second was lost."""
    chance = random.Random(seed)
    results = [_once(chance) for _ in range(rounds)]
    return all(results)


def _once(chance: random.Random) -> bool:
    telegram = Telegram()
    with tempfile.TemporaryDirectory() as name, Server(telegram) as server:
        folder = Path(name)
        database = folder / "small.db"
        open_small(database).close()
        settings = {"REPLICA": f"file://{folder}/copy"}
        program = Program(folder, telegram, server, settings)
        ann = telegram.user("Ann")
        with (folder / "litestream.log").open("wb") as log:
            group = subprocess.Popen(
                [
                    *(LITESTREAM, "replicate", "-config", CONFIG),
                    *("-exec", f"{sys.executable} -m bot"),
                ],
                cwd=folder,
                env=program.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            telegram.text(ann, "po vacancies")
            telegram.wait(lambda: bool(telegram.said()), timeout=30)
            made = _imports(database, chance.uniform(2.0, 6.0))
            # The machine is gone: bot and replication at the same moment.
            os.killpg(group.pid, signal.SIGKILL)
            ended = time.monotonic()
            group.wait()
        for file in folder.glob("small.db*"):
            file.unlink()
        subprocess.run(
            [LITESTREAM, "restore", "-config", CONFIG, database],
            cwd=folder,
            env=program.environment,
            check=True,
            capture_output=True,
        )
        with closing(KnowledgeBase.open(database, shipped=False)) as knowledge:
            found = {knowledge.fact(f"row-{number}").answer for number in range(ROWS)}
        count = len(telegram.said())
        program.start()
        telegram.text(ann, "telephone")
        telegram.wait(lambda: len(telegram.said()) > count, timeout=30)
        program.end(signal.SIGTERM)
        answered = telegram.said()[count:]
    whole = len(found) == 1
    restored = int(found.pop().split()[-1])
    lost = max((ended - at for number, at in made if number > restored), default=0.0)
    print(
        f"{len(made)} imports of {ROWS} rows; restored the one before the last "
        f"{made[-1][0] - restored}, {lost:.2f} s lost, {'whole' if whole else 'HALF A CHANGE'}; "
        f"the second bot said {answered[0][:14]!r}, {len(answered)} answer"
    )
    return whole and lost <= LOST and len(answered) == 1


def _imports(database: Path, seconds: float) -> list[tuple[int, float]]:
    """Import one edition after the other; each number with the moment its import was done."""
    made: list[tuple[int, float]] = []
    with closing(KnowledgeBase.open(database, shipped=False)) as knowledge:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            number = len(made) + 1
            rows = [
                {"id": f"row-{row}", "question": f"Row {row}?", "answer": f"Edition {number}"}
                for row in range(ROWS)
            ]
            planned = knowledge.plan_import(json.dumps(rows).encode(), "rows.json")
            knowledge.change(planned.edit, "test")
            made.append((number, time.monotonic()))
            time.sleep(APART)
    return made
