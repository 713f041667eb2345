"""The file itself: bytes that change, a file put in its place, and what is no file at all."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bot.cli import main
from knowledge import DatabaseError, KnowledgeBase, edits
from knowledge.storage import file as files
from tests.administrators import Desk, small
from tests.conftest import open_small

# Bytes overwritten one at a time, in files of their own.
TRIED = 150


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with small(tmp_path / "small.db") as made:
        yield made


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "whole.db"
    with closing(open_small(path)) as base:
        fact = base.fact("nps-vacancies")
        base.change(edits.edited(base.snapshot, fact, {"measure": "posts", "plain": "Many."}), "1")
        base.change(edits.with_term(base.snapshot, "zorgs", "vacancies"), "1")
    return path


# --- Bytes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(2))
def test_a_damaged_byte_is_refused_named_or_harmless(
    whole: Path, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    data = whole.read_bytes()
    with closing(KnowledgeBase.open(whole)) as base:
        before = base.snapshot
    reports = {report.id: report for report in before.reports}
    outcomes = set()
    # The schema on the first page, and anywhere.
    places = [chance.randrange(100, 4096) for _ in range(TRIED // 3)]
    places += [chance.randrange(len(data)) for _ in range(TRIED - len(places))]
    for number, place in enumerate(places):
        hurt = bytearray(data)
        hurt[place] = chance.choice([b for b in (0xFF, 0x00, 0x31, 0xC3) if b != hurt[place]])
        path = tmp_path / f"{number}.db"
        path.write_bytes(hurt)
        try:
            base = KnowledgeBase.open(path)
        except DatabaseError:
            outcomes.add("refused")
            continue
        with closing(base):
            now = base.snapshot
            for fact in now.facts.values():
                assert fact == before.facts[fact.id]
            missing = before.facts.keys() - now.facts.keys()
            assert missing <= set(now.damaged) or now.damaged
            assert set(now.terms) <= set(before.terms)
            for report in now.reports:
                assert report == reports.get(report.id) or not report.url
            if now.damaged:
                outcomes.add("named")
                assert str(base.fault).startswith("Damaged in the file")
            else:
                outcomes.add("harmless")
                assert now.facts == before.facts
            base.export("all.json")
            with suppress(DatabaseError):
                base.store.revisions(limit=100)
    assert outcomes == {"refused", "named", "harmless"}


def test_a_figure_changed_on_the_disk_is_not_answered_with(desk: Desk) -> None:
    path = desk.path.with_name("copy.db")
    desk.knowledge.store.backup(path)
    data = path.read_bytes()
    assert b"Over 650" in data
    path.write_bytes(data.replace(b"Over 650", b"Over 950"))
    with closing(KnowledgeBase.open(path)) as base:
        assert "nps-vacancies" in base.snapshot.damaged
        assert "nps-vacancies" not in base.snapshot.facts
        assert "Damaged in the file, so not answered from: “nps-vacancies”" in str(base.fault)
        # Imported again it is as it was.
        whole = desk.knowledge.export("all.json")
        base.change(base.plan_import(whole, "all.json").edit, "test")
        assert base.snapshot.facts["nps-vacancies"] == desk.knowledge.fact("nps-vacancies")
        assert base.fault is None


@pytest.mark.parametrize(
    "damage",
    [
        "data = 'nonsense'",
        "data = json_set(data, '$.beside', 3)",
        "data = cast(x'4fff' as text)",
        "data = json_set(data, '$.retired', 1)",
        "data = replace(data, 'vacancies', 'vacuncies')",
        "digest = 'x'",
    ],
)
def test_administrators_are_told_once_which_entry_is_damaged(desk: Desk, damage: str) -> None:
    with closing(sqlite3.connect(desk.path)) as other, other:
        other.execute(f"update entry set {damage} where key = 'nps-vacancies'")
        # As any other process's change would be noticed.
        other.execute("insert into revision (number, at, who, what) values (9, '', '', '')")
    seen = [desk.says("when was the report published", desk.ann).text for _ in range(2)]
    told = [one.text for one in desk.telegram.chat(desk.bea).messages if "Damaged" in one.text]
    assert told == [
        "Damaged in the file, so not answered from: “nps-vacancies”. Import these entries again, "
        "or restore a backup."
    ]
    assert not desk.says("po vacancies", desk.ann).text.startswith("Over 650")
    assert seen[0] == seen[1]


def test_a_damaged_report_is_linked_nowhere(whole: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(whole, tmp_path / "hurt.db"))
    with closing(sqlite3.connect(path)) as other, other:
        other.execute(
            "update entry set data = replace(data, 'justice', 'jvstice') where kind = 'report'"
        )
    with closing(KnowledgeBase.open(path)) as base:
        assert base.snapshot.reports == ()
        assert base.snapshot.damaged == ("annual-report-2019-20",)


@pytest.mark.parametrize("what", ["a column", "a table", "bytes"])
def test_a_damaged_schema_is_a_sentence(whole: Path, tmp_path: Path, what: str) -> None:
    path = Path(shutil.copy(whole, tmp_path / "hurt.db"))
    data = path.read_bytes()
    before, after = {
        "a column": (b'"data" TEXT', b'"d\xffta" TEXT'),
        "a table": (b'CREATE TABLE "entry"', b'CREATE TABLE "intry"'),
        "bytes": (b"CREATE TABLE", b"CR\xc3\xffTE TABLE"),
    }[what]
    assert before in data
    path.write_bytes(data.replace(before, after))
    with pytest.raises(DatabaseError, match="Restore a backup"):
        KnowledgeBase.open(path)


def test_a_schema_damaged_while_it_runs_stops_no_answer(desk: Desk) -> None:
    assert desk.says("po vacancies", desk.ann).text.startswith("Over 650")
    for file in (desk.path, Path(f"{desk.path}-wal")):
        data = file.read_bytes().replace(b"CREATE TABLE", b"CR\xc3\xffTE TABLE")
        with file.open("r+b") as written:
            written.write(data)
    # What another process writes makes this one look.
    desk.knowledge.store.db.execute("pragma schema_version").fetchone()
    for _ in range(3):
        assert desk.says("po vacancies", desk.ann).text.startswith("Over 650")


# --- Another file in its place --------------------------------------------------------------------


@pytest.mark.parametrize("how", ["replaced", "copied over", "emptied", "deleted", "moved"])
def test_a_file_that_is_replaced_or_gone_is_left_alone(desk: Desk, how: str) -> None:
    desk.says("po vacancies", desk.ann)
    backup = desk.path.with_name("backup.db")
    desk.knowledge.store.backup(backup)
    desk.says("telephone", desk.ann)
    verdict = desk.says("/add Is there a podcast? | Yes.")
    if how == "replaced":
        data = backup.read_bytes()
        backup.replace(desk.path)
    elif how == "copied over":
        data = backup.read_bytes()
        desk.path.write_bytes(data)
    elif how == "emptied":
        data = b""
        desk.path.write_bytes(data)
    elif how == "deleted":
        desk.path.unlink()
    else:
        desk.path.rename(desk.path.with_name("elsewhere.db"))
    for _ in range(2):
        assert desk.says("po vacancies", desk.ann).text.startswith("Over 650")
    refused = desk.taps("Save", verdict)
    assert "was replaced or deleted while the program ran" in refused.text
    messages = [one.text for one in desk.telegram.chat(desk.cal).messages]
    assert [text for text in messages if "Restart the program" in text] == messages[-1:]
    desk.knowledge.close()
    if how in ("replaced", "copied over", "emptied"):
        assert desk.path.read_bytes() == data
    if how in ("replaced", "copied over"):
        with closing(KnowledgeBase.open(desk.path)) as base:
            assert base.snapshot.facts == desk.knowledge.snapshot.facts
            base.record("po vacancies", base.ask("po vacancies"))
        with closing(sqlite3.connect(desk.path)) as now:
            assert now.execute("pragma integrity_check").fetchone() == ("ok",)
            assert now.execute("select count(*) from asked").fetchone() == (2,)
    if how in ("deleted", "moved"):
        assert not desk.path.exists()
    if how == "moved":
        # All that was asked until then went with it.
        with closing(sqlite3.connect(desk.path.with_name("elsewhere.db"))) as now:
            assert now.execute("select count(*) from asked").fetchone() == (2,)


def test_a_file_is_looked_into_only_when_its_times_have_changed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Path] = []
    mark_of = files.mark_of

    def looked(path: Path) -> int:
        looks.append(path)
        return mark_of(path)

    monkeypatch.setattr(files, "mark_of", looked)
    desk.knowledge.store.last_change()
    looks.clear()
    for _ in range(3):
        desk.knowledge.store.last_change()
    assert looks == []
    os.utime(desk.path)
    desk.knowledge.store.last_change()
    assert looks == [desk.path]


def test_a_change_is_not_made_to_the_file_put_in_its_place(desk: Desk) -> None:
    base = desk.knowledge
    edit = edits.with_term(base.snapshot, "zorgs", "vacancies")
    other = desk.path.with_name("other.db")
    base.store.backup(other)
    data = other.read_bytes()
    other.replace(desk.path)
    with pytest.raises(DatabaseError, match="was replaced or deleted"):
        base.carry_out(edit, "test")
    assert desk.path.read_bytes() == data


# --- No file --------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["a pipe", "a folder", ":memory:", "a device"])
def test_what_is_no_file_is_refused_at_once(
    tmp_path: Path, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(tmp_path / "odd.db")
    match what:
        case "a pipe":
            os.mkfifo(path)
        case "a folder":
            os.mkdir(path)
        case "a device":
            path = "/dev/null"
        case _:
            path = what
    assert main(["--database", path, "ask", "po vacancies"]) == 2
    said = capsys.readouterr().err
    assert "Name a file" in said
    assert "Traceback" not in said
