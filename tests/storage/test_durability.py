"""All or nothing: a process killed in the middle of an import, a full disk."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from knowledge import Editor, KnowledgeBase
from tests.conftest import open_small

ROOT = Path(__file__).parents[2]
KILLS = 3
ROWS = 600
# The moments are random, but the same in every run.
SEED = 7

# Imports a file as the bot does, and says when the writing begins and that it has ended.
PROGRAM = """
import sys
from knowledge import KnowledgeBase
base = KnowledgeBase.open(sys.argv[1], shipped=False)
plan = base.plan_import(open(sys.argv[2], "rb").read(), "rows.jsonl")
print("writing", flush=True)
base.change(plan.edit, "killed")
print("written", flush=True)
"""


def start(path: Path, file: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(path), str(file)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """A file of many rows that also changes an entry and adds topics."""
    file = tmp_path / "rows.jsonl"
    every = [
        {"id": f"row-{n}", "question": f"What is row {n}?", "answer": f"Row {n}.",
         "also_asked": [f"row number {n}", f"the {n}th row"], "topic": f"Topic {n % 40}"}
        for n in range(ROWS)
    ]  # fmt: skip
    every.append({"id": "caseloads-high", "question": "Are caseloads too high?", "answer": "New."})
    file.write_text("\n".join(map(json.dumps, every)), encoding="utf-8")
    return file


def test_an_import_killed_at_any_moment_is_whole_or_not_there(tmp_path: Path, rows: Path) -> None:
    path = tmp_path / "small.db"
    open_small(path).close()
    with closing(KnowledgeBase.open(path)) as base:
        before = base.export("all.json")
    # How long the writing takes on this machine, so that the kills fall within it.
    trial = tmp_path / "trial.db"
    open_small(trial).close()
    with start(trial, rows) as process:
        assert process.stdout is not None
        process.stdout.readline()
        began = time.monotonic()
        process.stdout.readline()
        length = time.monotonic() - began
    with closing(KnowledgeBase.open(trial)) as base:
        after = base.export("all.json")
    chance = random.Random(SEED)
    outcomes = set()
    for number in range(KILLS):
        with start(path, rows) as process:
            assert process.stdout is not None
            process.stdout.readline()
            if number < KILLS - 1:
                time.sleep(length * chance.uniform(0, 1.1))
            else:
                # The last is killed after the end, on a busy machine too: everything must be there.
                process.stdout.readline()
            process.send_signal(signal.SIGKILL)
        with closing(KnowledgeBase.open(path)) as base:
            now = base.export("all.json")
            assert now in (before, after)
            outcomes.add(now == after)
            revisions = base.store.revisions(limit=2)
            assert (revisions[0].who == "killed") == (now == after)
            if now == after:
                # Begin again from where it was, the way an administrator would.
                base.change(Editor(base).undo(), "test")
        with closing(sqlite3.connect(path)) as database:
            assert database.execute("pragma integrity_check").fetchone() == ("ok",)
            assert not database.execute("pragma foreign_key_check").fetchall()
    # Some were killed before the end, some after.
    assert outcomes == {True, False}


def test_a_full_disk_changes_nothing_and_says_what_to_do(tmp_path: Path, rows: Path) -> None:
    path = tmp_path / "small.db"
    open_small(path).close()
    with closing(KnowledgeBase.open(path)) as base:
        before = base.export("all.json")
    largest = max(f.stat().st_size for f in tmp_path.iterdir() if f.name.startswith("small"))
    done = subprocess.run(
        [sys.executable, "-m", "bot", "--database", str(path), "import", str(rows)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_FSIZE, (largest + 50_000, largest + 50_000)
        ),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "full" in done.stderr
    assert "Nothing was changed; free some space and try again." in done.stderr
    with closing(KnowledgeBase.open(path)) as base:
        assert base.export("all.json") == before
        # With room again, the same import goes through.
        base.change(base.plan_import(rows.read_bytes(), rows.name).edit, "test")
        assert len(base.snapshot.facts) == 15 + ROWS
