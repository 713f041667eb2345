"""Prints what answers are worth and what they cost: `python -m tests.benchmark [QUESTIONS]`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from knowledge import KnowledgeBase
from knowledge.snapshot import Snapshot
from tests.benchmark import costs, quality
from tests.benchmark.material import SEED, material, single, variants
from tests.benchmark.systems import SYSTEMS, versions
from tests.soak import load

DIFFERENT, SHORT, FEWER, LARGE = 1_000, 50, 100, 20_000


def main(arguments: Sequence[str] | None = None) -> None:
    """Print everything, or a short form of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    parser.add_argument(
        "questions",
        nargs="?",
        type=Path,
        help="labelled questions as `check` reads them; without, shipped phrasings held out",
    )
    parser.add_argument("--limit", type=int, default=1_000, help="how many of them (1,000)")
    parser.add_argument("--short", action="store_true", help="few questions, no quality")
    parser.add_argument("--large", action="store_true", help=f"also {LARGE:,} imported entries")
    chosen = parser.parse_args(arguments)
    base, questions = material(chosen.questions, SHORT if chosen.short else chosen.limit)
    phrasings = [text for fact in base.facts.values() for text in fact.phrasings]
    print(f"Python {platform.python_version()}, {versions()}; {_processor()}; seed {SEED}")
    print(f"{len(base.facts)} entries, {len(phrasings):,} phrasings; {len(questions)} questions")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        different = variants(phrasings, SHORT if chosen.short else DIFFERENT)
        _keep(folder / "texts", phrasings)
        _keep(folder / "different", different)
        _keep(folder / "timed", [item.question for item in questions])
        _costs(folder, runs=1 if chosen.short else 5, others=not chosen.short)
        if not chosen.short:
            load.beside_an_echo()
        if chosen.large:
            _large(folder, base)
    if not chosen.short:
        print("\nShares of the questions answered right and wrong, answered though the report does")
        print("not say, right entry first, right entry among those shown. The others have the")
        print("threshold that suits them best: as many wrong and invented as this engine.")
        print(quality.table(base, questions))


def _costs(folder: Path, runs: int, others: bool) -> None:
    place = folder / "served"
    place.mkdir()
    database = place / "report.db"
    question = ["-m", "bot", "ask", "how many po vacancies are there"]
    _row("first start and a question", costs.command(question, database, 1), "s")
    _row("a question, second start", costs.command(question, database, runs), "s")
    _row(
        "bare import of telegram and numpy",
        costs.command(["-c", "import telegram, numpy"], database, runs),
        "s",
    )
    bare = costs.apart("bare")
    _row("memory of these bare imports", bare["memory"], "MB")
    files = [str(folder / name) for name in ("different", "timed")]
    served = costs.apart("serving", str(database), *files)
    count = len(json.loads(Path(files[0]).read_text()))
    _row(f"memory after {count:,} different questions", served["memory"], "MB")
    _row("memory after a change", served["after"], "MB")
    _row("a change saved and live", served["saved"], "s")
    _row("database and what is beside it", costs.on_disk(place), "MB")
    _row("installation with what it needs", costs.installed(), "MB")
    print(f"\n{'':24}{'start':>8}{'memory':>10}{'p50':>10}{'p95':>10}{'p99':>10} (processor time)")
    _system("this engine", served)
    # Of some, a hundred questions take as long as all of them here.
    _keep(folder / "fewer", json.loads((folder / "timed").read_text())[:FEWER])
    files = [str(folder / "fewer")] * 2
    for name in SYSTEMS if others else ():
        made = costs.apart("ranking", name, str(folder / "texts"), str(folder / "fts"), *files)
        _system(name, made)


def _large(folder: Path, base: Snapshot) -> None:
    place = folder / "large"
    place.mkdir()
    edit = single(base, LARGE)
    with closing(KnowledgeBase.open(place / "large.db")) as knowledge:
        knowledge.change(edit, "benchmark")
    files = [str(folder / name) for name in ("different", "timed")]
    print(f"\n{LARGE:,} more entries with one way of asking: first start, second start")
    for _ in range(2):
        _system("this engine", costs.apart("serving", str(place / "large.db"), *files))
    _row("database and what is beside it", costs.on_disk(place), "MB")


def _row(name: str, value: float, unit: str) -> None:
    print(f"{name:44}{value:10.2f} {unit}", flush=True)


def _system(name: str, found: dict[str, float]) -> None:
    waits = "".join(f"{found[key]:7.2f} ms" for key in ("p50", "p95", "p99"))
    print(f"{name:24}{found['opened']:6.2f} s{found['memory']:7.0f} MB{waits}", flush=True)


def _keep(file: Path, texts: Sequence[str]) -> None:
    file.write_text(json.dumps(list(texts)))


def _processor() -> str:
    """Name the processor, how many there are and how busy they were."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    name = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "")
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{os.cpu_count()} × {name or platform.processor()}{load}"


if __name__ == "__main__":
    main()
