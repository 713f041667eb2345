"""What goes wrong with the file: what the people who ask see, and what the administrators see."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self

import pytest

from bot.admin import texts
from bot.cli import main
from knowledge import DatabaseError, KnowledgeBase
from knowledge.storage import store
from tests.administrators import BEA, Desk, small
from tests.conftest import open_small
from tests.telegram import Message, Telegram
from tests.test_end_to_end import Running, environment, running_on

PAGE = 4096


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with small(tmp_path / "small.db") as made:
        yield made


# --- Damage ---------------------------------------------------------------------------------------


def pages(path: Path) -> list[int]:
    """The pages that hold anything."""
    data = path.read_bytes()
    starts = range(0, len(data), PAGE)
    return [at // PAGE for at in starts if any(data[at : at + PAGE])]


def damage(path: Path, page: int) -> bytes:
    """Overwrite a page, as a failing disk might, and give the whole file."""
    data = bytearray(path.read_bytes())
    data[page * PAGE : (page + 1) * PAGE] = bytes(range(256)) * (PAGE // 256)
    path.write_bytes(data)
    return bytes(data)


def test_a_page_damaged_anywhere_is_noticed_and_nothing_written(tmp_path: Path) -> None:
    whole = tmp_path / "whole.db"
    open_small(whole).close()
    for page in pages(whole):
        hurt = Path(shutil.copy(whole, tmp_path / f"hurt-{page}.db"))
        data = damage(hurt, page)
        with pytest.raises(DatabaseError, match=r"not a usable database.*Restore a backup"):
            KnowledgeBase.open(hurt)
        assert hurt.read_bytes() == data
    half = tmp_path / "half.db"
    half.write_bytes(whole.read_bytes()[: PAGE * (len(pages(whole)) // 2)])
    with pytest.raises(DatabaseError, match="not a usable database"):
        KnowledgeBase.open(half)


def test_a_damaged_database_is_refused_with_how_to_restore_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    path, backup = tmp_path / "small.db", tmp_path / "backup.db"
    with closing(open_small(path)) as base:
        base.store.backup(backup)
    # Not closed in order: what was written last stands beside the file.
    late = sqlite3.connect(path)
    late.execute("insert into note values ('dismissed', 'x', '', '2030-01-01')")
    late.commit()
    files = {name: (tmp_path / name).read_bytes() for name in ("small.db-wal",)}
    (tmp_path / "all.csv").write_text("question,answer\nWhat?,This.\n")
    files["small.db"] = damage(path, pages(path)[-1])
    for arguments in (["ask", "po vacancies"], ["import", "all.csv"]):
        assert main([*arguments, "--database", "small.db"]) == 2
        said = capsys.readouterr().err
        assert "It was left as it is. Restore a backup: move small.db, small.db-wal" in said
        assert {name: (tmp_path / name).read_bytes() for name in files} == files
    late.close()
    # Just as the sentence says.
    for name in ("small.db", "small.db-wal", "small.db-shm"):
        file = tmp_path / name
        if file.exists():
            file.rename(tmp_path / f"moved-{name}")
    shutil.copy(backup, path)
    assert main(["ask", "po vacancies", "--database", "small.db"]) == 0
    assert capsys.readouterr().out.startswith("Over 650")


def test_damage_while_it_runs_stops_no_answer_and_is_told_to_administrators(desk: Desk) -> None:
    assert desk.says("po vacancies", desk.ann).text.startswith("Over 650")
    for file in desk.path.parent.glob("small.db*"):
        if file.suffix != ".index":
            file.write_bytes(b"no database at all, but long enough to be read " * 2000)
    assert desk.says("po vacancies", desk.ann).text.startswith("Over 650")
    assert "not a usable database" in desk.says("/history").text
    assert "Restore a backup" in desk.says("/stats").text
    assert desk.says("telephone", desk.ann).text.startswith("0161")


# --- Room, and permission -------------------------------------------------------------------------

# Where the system allows it, a file system of the test's own is mounted for the program alone.
OWN = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-ec")
FULL = 'mkdir "$0"; mount -t tmpfs -o size=2m none "$0"; cp small.db "$0"; exec "$@"'
READ_ONLY = 'mount --bind "$0" "$0"; mount -o remount,ro,bind "$0"; exec "$@"'


def can_mount() -> bool:
    """Tell whether this system lets the tests mount anything."""
    try:
        tried = [*OWN, "mount -t tmpfs none /mnt"]
        return subprocess.run(tried, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


mounting = pytest.mark.skipif(not can_mount(), reason="this system lets nobody mount a disk")


def can_save(message: Message) -> bool:
    """Tell whether an entry can be saved from a message."""
    return any(button.text == texts.SAVE for row in message.keyboard for button in row)


def taps_save(program: Running, verdict: Message) -> str:
    """Let the administrator save an entry; what they are told."""
    bea, count = program.telegram.users[BEA], len(program.telegram.calls)
    program.telegram.tap(bea, verdict, texts.SAVE)
    # After the tap itself has been answered: a message, or the one tapped changed.
    program.telegram.wait(
        lambda: any("Message" in call.method for call in program.telegram.calls[count:]), timeout=30
    )
    return str(program.telegram.calls[-1].parameters["text"])


def fill(path: Path) -> None:
    """Write until nothing more can be written."""
    with path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(PAGE))


@mounting
def test_a_disk_that_fills_up_stops_no_answer_and_changes_nothing(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    settings = {"DATABASE": str(disk / "small.db"), "ADMIN_IDS": str(BEA)}
    telegram = Telegram()
    bea = telegram.user("Bea", user_id=BEA)
    with running_on(telegram, tmp_path, settings, (*OWN, FULL, str(disk))) as program:
        assert program.says("po vacancies").text.startswith("Over 650")
        program.telegram.text(bea, "/add Is there a podcast? | Yes.")
        # What is being tried is shown first, with no button yet.
        telegram.wait(lambda: can_save(telegram.chat(bea).last), timeout=30)
        verdict = telegram.chat(bea).last
        # The same file system, seen from outside the program.
        filler = Path(f"/proc/{program.process.pid}/root{disk}/filler")
        with pytest.raises(OSError, match="No space"):
            fill(filler)
        # The administrator is told of it, at whatever moment, and Ann has her answers.
        telegram.text(program.ann, "telephone")
        telegram.wait(lambda: telegram.chat(program.ann).last.text.startswith("0161"), timeout=30)
        telegram.text(program.ann, "po vacancies")
        telegram.wait(lambda: telegram.chat(program.ann).last.text.startswith("Over"), timeout=30)
        telegram.wait(lambda: "disk is full" in telegram.chat(bea).last.text, timeout=30)
        told = taps_save(program, verdict)
        assert "Nothing was changed; free some space and try again." in told
        filler.unlink()
        # The draft is still there: the same button works now.
        assert taps_save(program, verdict).startswith("Done and live")
        assert program.says("is there a podcast").text.startswith("Yes.")
        log = program.stop()
    assert "Traceback" not in log
    assert "is full" in log


@mounting
def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    open_small(disk / "small.db").close()
    refused = subprocess.run(
        [*OWN, READ_ONLY, str(disk), sys.executable, "-m", "bot", "ask", "po vacancies"],
        cwd=tmp_path,
        env=environment(tmp_path, DATABASE=str(disk / "small.db")),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert refused.returncode == 2
    assert refused.stderr.endswith("The folder must exist and be writable.\n")
    assert "Traceback" not in refused.stderr


def test_a_file_that_turns_read_only_stops_no_answer_and_changes_nothing(desk: Desk) -> None:
    desk.says("/add Is there a podcast? | Yes.")
    before = desk.knowledge.export("all.json")
    desk.knowledge.store.db.execute("pragma query_only = on")
    assert desk.says("po vacancies", desk.ann).text.startswith("Over 650")
    assert "The file and its folder must be writable." in desk.says("/add Who asks? | We.").text
    assert desk.knowledge.export("all.json") == before


# --- Time and versions ----------------------------------------------------------------------------


def test_a_clock_set_back_loses_nothing_and_confuses_nobody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.says("po vacancies", desk.ann)
    desk.says("/add Is there a podcast? | Yes.")
    desk.taps(texts.SAVE)

    class Earlier(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp((datetime.now(tz) - timedelta(days=400)).timestamp(), tz)

    monkeypatch.setattr(store, "datetime", Earlier)
    assert "September 2019." in desk.says("when were they counted", desk.ann).text
    desk.says("/add Who makes the podcast? | Two inspectors.")
    desk.taps(texts.SAVE)
    newest = desk.says("/history").text
    assert newest.index("Who makes the podcast?") < newest.index("Is there a podcast?")
    assert desk.knowledge.store.forget(90) == 0
    assert desk.knowledge.stats(30).asked == 2
    # Undone is the last change, not the one of the latest date.
    desk.says("/undo")
    assert desk.says("is there a podcast", desk.ann).text.startswith("Yes.")
    assert "Two inspectors" not in desk.says("who makes the podcast", desk.ann).text


def test_a_newer_program_on_the_same_file_stops_changes_and_no_answer(desk: Desk) -> None:
    desk.says("/add Is there a podcast? | Yes.")
    with closing(sqlite3.connect(desk.path)) as database, database:
        database.execute(
            "insert into _sqlite_migrations values (99, 'annual-report-bot', 'm9', '')"
        )
    assert "written by a newer version of this program" in desk.taps(texts.SAVE).text
    assert desk.says("po vacancies", desk.ann).text.startswith("Over 650")
