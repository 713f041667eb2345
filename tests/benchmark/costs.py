"""What answering costs: memory, disk, times. Each is measured in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from importlib import metadata
from importlib.util import cache_from_source
from pathlib import Path
from statistics import median

from packaging.requirements import Requirement


def apart(name: str, *arguments: object) -> dict[str, float]:
    """Call a function of this module in a process of its own and give what it found."""
    code = f"from tests.benchmark.costs import {name} as measured; measured(*{arguments!r})"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def serving(database: str, questions: str, timed: str) -> None:
    """Open a base, answer questions of the file as the bot does, then time others and a change."""
    import bot.app  # noqa: F401  # what serving holds
    from bot.services import NEW, Services
    from bot.settings import Settings
    from knowledge import Edit, KnowledgeBase, Swap

    began = time.perf_counter()
    knowledge = KnowledgeBase.open(database)
    knowledge.matcher  # noqa: B018  # built when first needed
    opened = time.perf_counter() - began
    services = Services(Settings(database=Path(database)), knowledge)

    def asked(number: int, text: str) -> None:
        _, _, standing = services.respond(text, NEW, record=False)
        services.memory.answered((number, None), number, number, standing)

    for number, text in enumerate(json.loads(Path(questions).read_text())):
        asked(number, text)
    memory = resident()
    lasted = times(json.loads(Path(timed).read_text()), asked)
    like = next(iter(knowledge.snapshot.facts.values()))
    asks, answer = "How many desks are there in room 9?", "There are 12 desks."
    entry = replace(like, id="desks", question=asks, answer=answer, also_asked=(), figures=())
    began = time.perf_counter()
    knowledge.adopt(knowledge.carry_out(Edit("added", (Swap(None, entry),)), "benchmark"))
    knowledge.ask(entry.question)
    saved = time.perf_counter() - began
    after = resident()
    knowledge.close()
    _tell(opened=opened, memory=memory, saved=saved, after=after, **lasted)


def ranking(system: str, texts: str, file: str, questions: str, timed: str) -> None:
    """Do the same with another system."""
    from tests.benchmark.systems import SYSTEMS

    began = time.perf_counter()
    made = SYSTEMS[system](json.loads(Path(texts).read_text()), file)
    opened = time.perf_counter() - began
    for text in json.loads(Path(questions).read_text()):
        made.rank(text)
    memory = resident()
    lasted = times(json.loads(Path(timed).read_text()), lambda number, text: made.rank(text))
    _tell(opened=opened, memory=memory, **lasted)


def bare() -> None:
    """Import what any such bot does."""
    import numpy  # noqa: F401  # measured
    import telegram.ext  # noqa: F401  # measured

    _tell(memory=resident())


def _tell(**found: float) -> None:
    print(json.dumps(found))


def times(questions: Iterable[str], ask: Callable[[int, str], object]) -> dict[str, float]:
    """Give the milliseconds of processor time that questions take: median, 95 and 99 of 100."""
    taken = []
    for number, text in enumerate(questions):
        began = time.process_time()
        ask(number, text)
        taken.append(1000 * (time.process_time() - began))
    taken.sort()
    return {
        "p50": median(taken),
        "p95": taken[int(0.95 * len(taken))],
        "p99": taken[int(0.99 * len(taken))],
    }


def resident() -> float:
    """Give the memory that this process holds, in MB; 0 where it can't be told."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


def command(arguments: Sequence[str], database: Path, runs: int) -> float:
    """Give the seconds that a command takes, the median of some runs."""
    environment = os.environ | {"DATABASE": str(database), "TELEGRAM_BOT_TOKEN": ""}
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        subprocess.run([sys.executable, *arguments], env=environment, capture_output=True)
        taken.append(time.perf_counter() - began)
    return median(taken)


def on_disk(folder: Path) -> float:
    """Give the size of all files of a folder, in MB."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def installed() -> float:
    """Give the size on disk of this project and all that it requires, in MB; 0 if untold."""
    root = Path(__file__).parents[2]
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    waiting = {(text, "") for text in project["dependencies"]}
    seen: set[tuple[str, str]] = set()
    files = {path for room in ("bot", "knowledge") for path in (root / room).rglob("*")}
    while waiting:
        seen.add(one := waiting.pop())
        wanted = Requirement(one[0])
        if wanted.marker and not wanted.marker.evaluate({"extra": one[1]}):
            continue
        try:
            distribution = metadata.distribution(wanted.name)
        except metadata.PackageNotFoundError:
            return 0.0
        records = distribution.files or ()
        files |= {Path(str(distribution.locate_file(file))).resolve() for file in records}
        needs = distribution.requires or ()
        waiting |= {(need, extra) for need in needs for extra in ("", *wanted.extras)} - seen
    # Of what was compiled, on record or not, that of this Python alone.
    files = {file for file in files if file.suffix != ".pyc"}
    files |= {Path(cache_from_source(str(file))) for file in files if file.suffix == ".py"}
    return sum(file.stat().st_blocks * 512 for file in files if file.is_file()) / 1e6
