"""Prints the engine beside other ways of answering: `python -m tests.benchmark [QUESTIONS]`."""

from __future__ import annotations

import argparse
import multiprocessing
import platform
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from knowledge import Fact
from knowledge.evaluation import Labelled
from tests.benchmark import tables
from tests.benchmark.contest import ENGINE, PATIENCE, WRONG_AT_MOST, Missing, Result, run
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
    chosen = parser.parse_args(arguments)
    facts, questions = material(chosen.questions, chosen.limit)
    phrasings = sum(len(fact.phrasings) for fact in facts)
    print(f"Python {platform.python_version()}, {versions()}; seed {SEED}")
    print(
        f"{len(facts)} facts and gaps with {phrasings:,} phrasings; {len(questions)} questions "
        f"{f'from {chosen.questions.name}' if chosen.questions else 'held out of the phrasings'}"
    )
    _contest(facts, questions)


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


if __name__ == "__main__":
    main()
