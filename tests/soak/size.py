"""A hundred thousand facts: how long the program takes to start, and to answer through the bot."""

from __future__ import annotations

import signal
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import quantiles

from knowledge import KnowledgeBase
from knowledge.exchange import files
from knowledge.exchange.files import Batch
from knowledge.exchange.validation import COLUMNS, Row
from tests.benchmark.material import crowd
from tests.soak.load import Stopwatch
from tests.soak.program import Program
from tests.telegram import Server, User

START, ANSWER = 15.0, 0.010
# The first questions open what the others find open.
WARM = 20


def run(size: int) -> bool:
    """Import, start, ask, start again; True if the later start and the answers are quick enough."""
    facts, questions = crowd(size, single=True)
    rows = [Row(number, fact, frozenset(COLUMNS)) for number, fact in enumerate(facts, start=1)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        began = time.monotonic()
        with closing(KnowledgeBase.open(folder / "small.db", shipped=False)) as knowledge:
            data = files.write(Batch(tuple(rows)), "all.json")
            knowledge.apply(knowledge.plan_import(data, "all.json"), "test")
        imported = time.monotonic() - began
        print(f"{size:,} facts imported in {imported:.1f} s")
        first, _, _ = _started(folder, ("-m", "bot"), ())
        print(f"first start, which reads them all: {first:.1f} s to the first answer")
        later, waits, memory = _started(folder, ("-m", "bot"), questions)
        cuts, times = quantiles(waits, n=100), len(waits)
        print(
            f"later starts: {later:.1f} s; {times} questions, from sent to answered: p50 "
            f"{cuts[49] * 1000:.1f} ms, p95 {cuts[94] * 1000:.1f} ms; {memory:.0f} MB"
        )
        _, plain, _ = _started(folder, ("-m", "tests.soak.echo"), questions)
        echo = quantiles(plain, n=100)
        print(f"a plain echo bot: p50 {echo[49] * 1000:.1f} ms, p95 {echo[94] * 1000:.1f} ms")
    return later < START and cuts[49] < ANSWER


def _started(
    folder: Path, command: tuple[str, ...], questions: tuple[str, ...]
) -> tuple[float, list[float], float]:
    """Start a program: seconds to the first answer, to each of the others, and its memory."""
    # Another Telegram each time: the program must not take its updates for those answered before.
    telegram = Stopwatch(first_update=time.monotonic_ns())
    with Server(telegram) as server:
        program = Program(folder, telegram, server, command=command)
        ann = telegram.user("Ann")
        began = time.monotonic()
        try:
            _ask(telegram, ann, "telephone", program)
            first = time.monotonic() - began
            for question in questions:
                _ask(telegram, ann, question)
            return first, telegram.waits[WARM:], program.memory()
        finally:
            program.end(signal.SIGTERM)


def _ask(telegram: Stopwatch, person: User, question: str, start: Program | None = None) -> None:
    telegram.asks(person, question)
    if start:
        start.start()
    telegram.wait(lambda: not telegram.asked, timeout=300)
