"""The administrators' work from a command line, by the same code as in the chat."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli import main
from bot.settings import KEYS
from knowledge import KnowledgeBase
from tests.conftest import open_small


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The small knowledge base, set as the database, in an empty folder."""
    for key in KEYS:
        monkeypatch.delenv(key, raising=False)
    monkeypatch.chdir(tmp_path)
    path = str(tmp_path / "small.db")
    open_small(Path(path)).close()
    monkeypatch.setenv("DATABASE", path)
    return path


class Shell:
    """Runs commands and gives what they say."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str, status: int = 0) -> str:
        assert main(arguments) == status
        captured = self._capsys.readouterr()
        return captured.err if status == 2 else captured.out


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


def test_add_warns_checks_and_saves(run: Shell) -> None:
    said = run("add", "Is there a podcast?", "Yes.", "--topic", "Contact",
               "--also-asked", "po vacancies", "--also-asked", "audio")  # fmt: skip
    assert "whoever asks “po vacancies” now gets “How many NPS officer vacancies were" in said
    assert "Checked all 15 known questions" in said
    assert said.endswith("Done and live: added fact “Is there a podcast?”.\n")
    assert run("ask", "audio").startswith("Yes.")


def test_a_dry_run_changes_nothing(run: Shell) -> None:
    assert "Nothing has been changed" in run("add", "Is it?", "Yes.", "--dry-run")
    assert run("history").startswith("1. ")


def test_a_gap(run: Shell) -> None:
    run("add", "Is there a podcast?", "The slides name none.", "--gap")
    assert run("ask", "is there a podcast", status=1).startswith("The slides name none.")


def test_edit_retire_restore_history_undo(run: Shell) -> None:
    run("edit", "caseloads-high", "--answer", "Yes, very.", "--also-asked", "swamped staff",
        "--not-asked", "too many cases")  # fmt: skip
    assert run("ask", "swamped staff").startswith("Yes, very.")
    run("retire", "caseloads-high")
    assert "is so already" in run("retire", "caseloads-high", status=2)
    assert not run("ask", "swamped staff", status=1).startswith("Yes, very.")
    run("restore", "caseloads-high")
    listed = run("history", "caseloads-high")
    assert "4. " in listed
    assert "command line: retired “Are caseloads too high?”" in listed
    assert "phrasing taken away: too many cases" in listed
    assert "took back change 4" in run("undo")
    assert "has been changed meanwhile" in run("undo", "2", status=2)


def test_part_of_a_question_names_an_entry_if_there_is_but_one(run: Shell) -> None:
    assert "Which one is meant?" in run("edit", "nps", "--answer", "x", status=2)
    assert "No entry is like" in run("restore", "zzzz", status=2)
    assert "Done and live" in run("edit", "caseloads", "--detail", "More.")
    assert "Nothing has been changed." in run("edit", "caseloads", status=2)


def test_terms(run: Shell) -> None:
    run("terms", "zorgs=vacancies")
    assert run("terms") == "zorgs = vacancies\n"
    assert run("ask", "po zorgs").startswith("Over 650")
    run("terms", "--remove", "zorgs")
    assert run("terms") == ""


def test_unanswered(run: Shell, small: str) -> None:
    assert "Nothing is waiting" in run("unanswered")
    with closing(KnowledgeBase.open(small)) as base:
        for question in ("swimming pool?", "the swimming pool please", "moon cheese"):
            base.store.add_asked(question, "unknown", None, 0)
    listed = run("unanswered")
    assert "1 of 2, asked twice: swimming pool?\n    the swimming pool please\n" in listed
    run("unanswered", "--take", "1", "nps-vacancies")
    assert run("ask", "the swimming pool please").startswith("Over 650")
    run("unanswered", "--dismiss", "1")
    assert "Nothing is waiting" in run("unanswered")
    assert "There is no number 9" in run("unanswered", "--dismiss", "9", status=2)


def test_a_backup_is_whole_and_never_overwrites(run: Shell, tmp_path: Path) -> None:
    run("backup", "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as database:
        assert database.execute("select count(*) from entry where kind = 'fact'").fetchone() == (
            15,
        )
    assert "is there already" in run("backup", "copy.db", status=2)
    assert "cannot be" in run("backup", "no-such-folder/copy.db", status=2)


def test_an_import_can_be_tried_first(run: Shell, tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_bytes("question,answer\nIs it caf\u00e9?,Yes.\n".encode("cp1252"))
    said = run("import", "old.csv", "--dry-run")
    assert "1 new" in said
    assert "so that it says “caf\u00e9”" in said
    assert run("history").startswith("1. ")
    run("import", "old.csv")
    assert run("ask", "is it caf\u00e9").startswith("Yes.")


def test_the_dry_run_of_an_import_names_what_speaks_against_it(run: Shell) -> None:
    Path("new.csv").write_text("question,answer\nWhat is the headcount of the NPS?,1200 people.\n")
    said = run("import", "new.csv", "--dry-run")
    assert "headcount of the NPS?” – Careful: “How many staff are in post in the NPS?” says" in said
    assert "To have it go: annual-report-bot retire gap-staff-in-post" in said
