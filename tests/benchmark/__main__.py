"""Prints the engine beside other ways of answering: `python -m tests.benchmark [QUESTIONS]`."""

from __future__ import annotations

import argparse
import multiprocessing
import platform
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from knowledge import Fact
from knowledge.dialogue.decision import WRONG_AT_MOST
from knowledge.evaluation import Labelled
from tests.benchmark import curve, scaling, tables
from tests.benchmark.contest import ENGINE, PATIENCE, Missing, Result, run
from tests.benchmark.material import SEED, material
from tests.benchmark.systems import SYSTEMS, versions


def main(arguments: Sequence[str] | None = None) -> None:
    """Print everything, or just the part that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    parser.add_argument(
        "questions",
        nargs="?",
        type=Path,
        help="labelled questions as `check` reads them; without, shipped phrasings held out",
    )
    parser.add_argument("--limit", type=int, default=500, help="how many questions (500)")
    parser.add_argument("--curve", action="store_true", help="the learning curve only")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="with --curve: an SVG of it")
    parser.add_argument("--scaling", action="store_true", help="time by size only")
    chosen = parser.parse_args(arguments)
    facts, questions = material(chosen.questions, chosen.limit)
    phrasings = sum(len(fact.phrasings) for fact in facts)
    print(f"Python {platform.python_version()}, {versions()}; seed {SEED}")
    print(
        f"{len(facts)} facts and gaps with {phrasings:,} phrasings; {len(questions)} questions "
        f"{f'from {chosen.questions.name}' if chosen.questions else 'held out of the phrasings'}"
    )
    if chosen.curve:
        _curve(facts, questions, chosen.plot)
    elif not chosen.scaling:
        _contest(facts, questions)
    if not chosen.curve:
        print("\nBy size: this engine, and one scan of all phrasings by rapidfuzz's extractOne")
        print(scaling.HEADINGS)
        for line in scaling.rows():
            print(line, flush=True)


def _contest(facts: Sequence[Fact], questions: Sequence[Labelled]) -> None:
    print(
        "\nThe same questions. Shares of those the report answers: answered right, answered wrong,"
    )
    print("right fact among those offered, missed, right fact first; of those it does not answer:")
    print("refused, answered all the same. Every system's threshold follows from one rule: of")
    print(f"phrasings held out of the base at most {WRONG_AT_MOST:.0%} may be answered wrongly.")
    print(
        f"One that takes longer than {PATIENCE:.0f} s for all questions is asked the first only.\n"
    )
    print(tables.HEADINGS)
    sure: Sequence[tuple[float, bool]] = ()
    for name in (ENGINE, *SYSTEMS):
        try:
            result = _apart(name, facts, questions)
        except Missing as missing:
            print(f"{name:24}  {missing}")
            continue
        print(tables.row(result), flush=True)
        sure = result.confidences or sure
    print("\nHow sure this engine was of its first fact, and how often that was right")
    print(tables.reliability(sure))


def _apart(name: str, facts: Sequence[Fact], questions: Sequence[Labelled]) -> Result:
    """Run a system in a process of its own."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(run, name, facts, questions).result()


def _curve(facts: Sequence[Fact], questions: Sequence[Labelled], plot: Path | None) -> None:
    print("\nThis engine with fewer phrasings a fact, drawn at random\n")
    print(tables.HEADINGS)
    found = []
    for most, result in curve.points(facts, questions):
        found.append((most, result))
        print(f"{f'{most} phrasings':24}{tables.row(result)[24:]}", flush=True)
    if plot is not None:
        curve.draw(found, plot)
        print(f"\nDrawn in {plot}")


if __name__ == "__main__":
    main()
