"""Imports and questions made up by atheris (libFuzzer) after what it sees the code do with them."""

from __future__ import annotations

import logging
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from importlib.util import find_spec
from pathlib import Path

# Nothing of the program here: what is imported before atheris looks on, it cannot follow.
ROOT = Path(__file__).parents[2]
LONGEST, SECONDS, MEGABYTES = 2_000, 10, 2_000
KINDS = ("csv", "tsv", "json", "jsonl")
SEEDS = (
    b"po vacancies",
    b"hello",
    b"and low risk?",
    b"/ask how many crcs got good & who went bust?",
    b"id,question,answer,also_asked\nnew,What is new?,This.,what's new\n",
    b"question\tanswer\nWhat is new?\tThis, in 2020.\n",
    b'[{"question": "What is new?", "answer": "This.", "figures": ["a | 5 | %"]}]',
    b'{"id": "nps-vacancies", "question": "Vacancies?", "answer": "650.", "kind": "gap"}\n',
)
# The messages of so many questions are kept; then people begin in an empty chat.
KEPT = 500


def run(minutes: float) -> bool:
    """Fuzz for so long in a process of its own; True if nothing broke."""
    if find_spec("atheris") is None:
        print("atheris is missing: pip install -e '.[test,fuzz]'")
        return False
    with tempfile.TemporaryDirectory() as name:
        corpus = Path(name) / "corpus"
        corpus.mkdir()
        for place, seed in enumerate(SEEDS):
            for kind in range(len(KINDS) + 1):
                (corpus / f"seed-{place}-{kind}").write_bytes(bytes([kind]) + seed)
        limits = [
            f"-max_total_time={minutes * 60:.0f}",
            f"-max_len={LONGEST}",
            f"-timeout={SECONDS}",
            f"-rss_limit_mb={MEGABYTES}",
            f"-artifact_prefix={name}/",
            "-print_final_stats=1",
            "-verbosity=0",
        ]
        done = subprocess.run(
            [sys.executable, "-m", "tests.soak.fuzz", str(corpus), *limits],
            cwd=ROOT,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        kept = list(corpus.iterdir())
        size = sum(file.stat().st_size for file in kept) / 1000
        said = (done.stdout + done.stderr).splitlines()
        tried = next((line.split()[-1] for line in said if "number_of_executed_units" in line), "?")
        good = done.returncode == 0
        print(
            f"{tried} imports and questions in {minutes:g} minutes: "
            f"{'nothing broke' if good else 'BROKEN'}; corpus {len(kept)} files, {size:.0f} kB"
        )
        if not good:
            print("\n".join(said[-60:]))
            for crash in Path(name).glob("*-*"):
                print(crash.name, crash.read_bytes())
    return good


def main() -> None:
    """Be the process that is fuzzed."""
    import atheris

    with atheris.instrument_imports(include=["knowledge", "bot"]):
        from bot import texts
        from bot.settings import Settings
        from knowledge import Editor, ImportRefused, KnowledgeBase
        from tests.conftest import World, open_small, talking

    logging.disable(logging.CRITICAL)
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / "small.db"
    settings = Settings(token="42:sandbox", questions_per_minute=999_999)

    def worlds() -> Iterator[World]:
        with closing(open_small(path)) as knowledge:
            while True:
                for world in talking(path, knowledge, settings):
                    for _ in range(KEPT):
                        yield world

    rooms = worlds()

    def asks(world: World, text: str) -> None:
        with suppress(ValueError):  # nothing is left that Telegram's apps would send
            world.telegram.text(world.ann, text)
        world.deliver()
        for call in world.calls():
            if call.status != 200 and "not modified" not in call.error:
                raise AssertionError(call)
            if call.parameters.get("text") == texts.SORRY:
                raise AssertionError(text)

    def imports(knowledge: KnowledgeBase, data: bytes, kind: str) -> None:
        before = knowledge.snapshot
        try:
            planned = knowledge.plan_import(data, f"any.{kind}")
        except ImportRefused as refusal:
            if not str(refusal).startswith("Nothing was imported."):
                raise
            return
        str(planned)
        knowledge.change(planned.edit, "fuzz")
        if not planned.changes_nothing:
            if not knowledge.plan_import(data, f"any.{kind}").changes_nothing:
                raise AssertionError("a second import changes something")
            knowledge.change(Editor(knowledge).undo(), "fuzz")
        if knowledge.snapshot.facts != before.facts:
            raise AssertionError("taken back, but not as before")

    def one(data: bytes) -> None:
        if not data:
            return
        world = next(rooms)
        kind, rest = data[0] % (len(KINDS) + 1), data[1:]
        if kind == len(KINDS):
            asks(world, rest.decode("utf-8", "ignore"))
        else:
            imports(world.knowledge, rest, KINDS[kind])

    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
