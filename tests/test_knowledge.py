"""The knowledge base as a library: files in and out, what survives a restart, what is refused."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import Answer, DatabaseError, Fact, Figure, ImportRefused, KnowledgeBase, UnknownFact
from knowledge.exchange import files
from knowledge.exchange.files import FORMATS, Batch
from knowledge.exchange.validation import COLUMNS, Row
from tests.conftest import SMALL, open_small

CSV = """id,topic,question,also_asked,answer
pay,Money,What is paid?,"the pay
how much pay",£100.
,Money,Who pays?,,The state pays.
"""


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    return KnowledgeBase.open(tmp_path / "new.db", shipped=False)


def test_an_import_into_a_new_database_holds_just_its_rows(base: KnowledgeBase) -> None:
    planned = base.plan_import(CSV.encode(), "pay.csv")
    assert (len(planned.new), len(planned.changed), planned.unchanged) == (2, 0, 0)
    base.apply(planned, "test")
    assert base.fact("pay").also_asked == ("the pay", "how much pay")
    assert base.fact("who-pays").answer == "The state pays."
    assert [topic.name for topic in base.topics()] == ["Money"]
    assert isinstance(base.ask("how much pay"), Answer)


def test_a_second_import_of_the_same_changes_nothing(base: KnowledgeBase) -> None:
    base.apply(base.plan_import(CSV.encode(), "pay.csv"), "test")
    assert base.plan_import(CSV.encode(), "pay.csv").changes_nothing


def test_the_same_question_of_another_report_is_another_entry(base: KnowledgeBase) -> None:
    for year in (2019, 2020, 2019):
        rows = f"report,question,answer\nReport {year},How many?,{year % 100}.\n".encode()
        base.apply(base.plan_import(rows, "a.csv"), "test")
        assert base.plan_import(rows, "a.csv").changes_nothing
    assert sorted(fact.answer for fact in base.snapshot.facts.values()) == ["19.", "20."]


def test_columns_that_a_file_lacks_stay_as_they_are(base: KnowledgeBase) -> None:
    base.apply(base.plan_import(CSV.encode(), "pay.csv"), "test")
    planned = base.plan_import(b"id,question,answer\npay,What is paid?,\xc2\xa3200.\n", "new.csv")
    assert [change.fields for change in planned.changed] == [("answer",)]
    base.apply(planned, "test")
    assert base.fact("pay").answer == "£200."
    assert base.fact("pay").also_asked == ("the pay", "how much pay")


@pytest.mark.parametrize("suffix", FORMATS)
def test_an_export_imports_back_to_no_change(tmp_path: Path, suffix: str) -> None:
    base = open_small(tmp_path / "small.db")
    exported = base.export(f"all.{suffix}")
    assert base.plan_import(exported, f"all.{suffix}").changes_nothing
    other = KnowledgeBase.open(tmp_path / "other.db", shipped=False)
    other.apply(other.plan_import(exported, f"all.{suffix}"), "test")
    assert other.export(f"all.{suffix}") == exported


TEXT = (
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"]),
        min_size=1,
        max_size=40,
    )
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)


@given(
    st.lists(
        st.builds(
            Fact,
            id=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,20}", fullmatch=True),
            question=TEXT,
            answer=TEXT,
            topic=TEXT,
            also_asked=st.lists(TEXT, max_size=4, unique=True).map(tuple),
            detail=TEXT,
            kind=st.sampled_from(["fact", "gap"]),
            figures=st.lists(
                st.builds(
                    Figure,
                    label=TEXT.filter(lambda t: "|" not in t),
                    value=st.integers(-9999, 9999).map(lambda n: n / 4),
                    unit=st.sampled_from(["%", "posts", ""]),
                ),
                max_size=2,
            ).map(tuple),
            retired=st.booleans(),
        ),
        unique_by=lambda fact: fact.id,
        max_size=5,
    ),
    st.sampled_from(FORMATS),
)
@settings(deadline=None)
def test_any_facts_survive_a_file(facts: list[Fact], suffix: str) -> None:
    rows = tuple(Row(n, fact, frozenset(COLUMNS)) for n, fact in enumerate(facts, start=1))
    read = files.read(files.write(Batch(rows), f"a.{suffix}"), f"a.{suffix}")
    kept = [
        (f.id, f.question, f.answer, f.topic, f.detail, f.kind, f.figures, f.retired) for f in facts
    ]
    assert [
        (f.id, f.question, f.answer, f.topic, f.detail, f.kind, f.figures, f.retired)
        for f in (row.fact for row in read.rows)
    ] == kept
    for fact, row in zip(facts, read.rows, strict=True):
        assert row.fact.also_asked == tuple(p for p in fact.also_asked if p != fact.question)


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"question\nWhat?\n", "a.csv", "the file, answer: this column is missing"),
        (b"question,answer\nWhat?,\n", "a.csv", "row 1, answer: this cell is empty"),
        (
            b"id,question,answer\na,What?,This.\na,Who?,They.\n",
            "a.csv",
            "row 2, id: “a” stands in row 1 already",
        ),
        (b"id,question,answer\nA b,What?,This.\n", "a.csv", "row 1, id: use letters, digits"),
        (b"question,answer\nWhat?,This.\nWhat?,That.\n", "a.csv", "row 2, question: row 1 has the"),
        (
            b"id,question,answer\na,What?,This.\n,What?,That.\n",
            "a.csv",
            "give both an id, or leave",
        ),
        (b"question,answer,kind\nWhat?,This.,maybe\n", "a.csv", "row 1, kind: must be"),
        (b"question,answer,link\nWhat?,This.,javascript:x\n", "a.csv", "row 1, link: must be"),
        (b"question,answer,figures\nWhat?,This.,many\n", "a.csv", "write one figure a line"),
        (b"question,answer\nWhat?,caf\xe9\n", "a.csv", "line 2 is not UTF-8 text"),
        (b"PK\x03\x04rest", "a.csv", "a zip or a spreadsheet workbook"),
        (b"", "a.csv", "the file: it is empty"),
        (b"{", "a.json", "it is not JSON"),
        (b'{"facts": 1}', "a.json", "a list called facts"),
        (b"[1]", "a.json", "every row must be an object"),
        (b'{"question": "What?"}\nnonsense\n', "a.jsonl", "row 2: this is not JSON"),
        (b"question,answer\n" + b"x" * 301 + b",This.\n", "a.csv", "301 characters; at most 300"),
        (b"anything", "a.docx", "must end in .csv, .tsv, .json or .jsonl"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_whole(
    base: KnowledgeBase, data: bytes, name: str, said: str
) -> None:
    with pytest.raises(ImportRefused, match="Nothing was imported") as refused:
        base.apply(base.plan_import(data, name), "test")
    assert said in str(refused.value)
    assert base.export("all.jsonl") == b""


@pytest.mark.parametrize(
    "data",
    [
        "question;answer\nWhat; a?;This.\n".replace("What; a?", '"What; a?"').encode("utf-8-sig"),
        "Question\tAnswer\r\nWhat; a?\tThis.\r\n".encode("utf-16"),
        b'QUESTION,ANSWER\n\n"What; a?",This.\n,\n',
    ],
)
def test_files_of_spreadsheets_are_read(base: KnowledgeBase, data: bytes) -> None:
    base.apply(base.plan_import(data, "a.csv"), "test")
    assert base.fact("what-a").question == "What; a?"


def test_what_was_read_is_kept_for_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "kept.db"
    base = open_small(path)
    first = base.explain("how many vacancies")
    base.close()
    again = KnowledgeBase.open(path)
    kept = again.store.kept()
    assert kept
    assert again.explain("how many vacancies") == first
    again.close()
    assert {file.name for file in tmp_path.iterdir()} == {"kept.db"}


@pytest.mark.parametrize("damage", ["x''", "x'6e6f6e73656e7365'", "substr(data, 2)", "null"])
def test_what_was_kept_and_is_damaged_is_made_again(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "kept.db"
    base = open_small(path)
    first = base.explain("how many vacancies")
    base.close()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(f"update kept set data = {damage}")
    with closing(KnowledgeBase.open(path)) as again:
        assert again.explain("how many vacancies") == first


def test_another_process_s_change_is_seen(tmp_path: Path) -> None:
    here = open_small(tmp_path / "shared.db")
    there = KnowledgeBase.open(tmp_path / "shared.db")
    assert not there.refresh()
    here.apply(here.plan_import(CSV.encode(), "pay.csv"), "test")
    assert there.refresh()
    assert there.fact("pay").answer == "£100."
    assert not there.refresh()


def test_an_unknown_fact_is_named(base: KnowledgeBase) -> None:
    with pytest.raises(UnknownFact, match="“nothing”"):
        base.fact("nothing")


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear Sir or Madam, this is no database at all. " * 99)
    before = path.read_bytes()
    with pytest.raises(DatabaseError, match=r"not a usable database.*Restore a backup"):
        KnowledgeBase.open(path)
    assert path.read_bytes() == before


def test_another_program_s_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("create table letter (body text)")
    with pytest.raises(DatabaseError, match="another program"):
        KnowledgeBase.open(path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="folder must exist and be writable"):
        KnowledgeBase.open(tmp_path / "nowhere" / "a.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(DatabaseError, match="must exist and be writable"):
        KnowledgeBase.open(tmp_path / "a.db")


def test_a_check_counts_what_happened(tmp_path: Path) -> None:
    base = open_small(tmp_path / "small.db")
    fact = next(
        f for f in map(base.fact, (json.loads(line)["id"] for line in _lines(base))) if not f.is_gap
    )
    questions = [
        {"question": fact.question, "facts": [fact.id]},
        {"question": fact.question, "any": [["no such word"]]},
        {"q": fact.question, "expect": "none"},
        {"q": "will it rain in leeds", "expect": "none"},
    ]
    result = base.check("\n".join(json.dumps(row) for row in questions).encode())
    assert (result.right, result.wrong, result.invented, result.refused) == (1, 1, 1, 1)
    assert "answered, right" in str(result)


def _lines(base: KnowledgeBase) -> list[str]:
    return base.export("all.jsonl").decode().splitlines()


def test_the_small_base_is_the_tests_own() -> None:
    assert json.loads(SMALL.read_text(encoding="utf-8"))
