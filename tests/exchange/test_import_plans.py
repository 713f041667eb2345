"""What an import says it would change, and what it makes of a table of one's own."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cli import main
from knowledge import ImportRefused, KnowledgeBase, Plan, Swap, plan_files

CSV = """id,topic,question,also_asked,answer
pay,Money,What is paid?,"the pay
how much pay",£100.
,Money,Who pays?,,The state pays.
"""


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    return KnowledgeBase.open(tmp_path / "new.db", shipped=False)


def take(base: KnowledgeBase, rows: str, name: str = "pay.csv") -> Plan:
    """Import a table."""
    planned = base.plan_import(rows.encode(), name)
    base.change(planned.edit, "test")
    return planned


def test_an_import_into_a_new_database_holds_just_its_rows(base: KnowledgeBase) -> None:
    planned = take(base, CSV)
    assert (len(planned.new), len(planned.edit.facts()), planned.unchanged) == (2, 2, 0)
    assert base.fact("pay").also_asked == ("the pay", "how much pay")
    assert base.fact("who-pays").answer == "The state pays."
    assert [*base.snapshot.topics] == ["Money"]
    assert base.plan_import(CSV.encode(), "pay.csv").changes_nothing


def test_the_same_question_of_another_report_is_another_entry(base: KnowledgeBase) -> None:
    for year in (2019, 2020, 2019):
        rows = f"report,question,answer\nReport {year},How many?,{year % 100}.\n"
        take(base, rows)
        assert base.plan_import(rows.encode(), "a.csv").changes_nothing
    assert sorted(fact.answer for fact in base.snapshot.facts.values()) == ["19.", "20."]
    with pytest.raises(ImportRefused, match="row 2, question: 2 entries ask this; name the id"):
        take(base, "question,answer\nHow many?,21.\n")


def test_columns_that_a_file_lacks_stay_as_they_are(base: KnowledgeBase) -> None:
    take(base, CSV)
    before = base.fact("pay")
    planned = take(base, "id,question,answer\npay,What is paid?,£200.\n")
    assert planned.edit.swaps == (Swap(before, replace(before, answer="£200.")),)
    assert base.fact("pay").answer == "£200."
    assert base.fact("pay").also_asked == ("the pay", "how much pay")
    assert [*base.snapshot.topics] == ["Money"]


def test_an_empty_cell_empties_and_a_short_row_does_not(base: KnowledgeBase) -> None:
    take(base, "id,question,answer,detail\npay,What?,This.,More.\n")
    assert base.plan_import(
        b"id,question,answer,detail\npay,What?,This.\n", "a.csv"
    ).changes_nothing
    take(base, "id,question,answer,detail\npay,What?,This.,\n")
    assert base.fact("pay").detail == ""


@pytest.mark.parametrize("name", ["money", "MONEY", " Money ", "Ｍoney"])
def test_names_that_differ_in_case_alone_are_one(base: KnowledgeBase, name: str) -> None:
    take(base, CSV)
    take(base, f"topic,question,answer,report\n{name},What else?,Nothing.,PAY\n")
    assert [*base.snapshot.topics] == ["Money"]
    assert [report.title for report in base.snapshot.reports] == ["Pay"]
    assert take(base, "question,answer\nwhat  is PAID?,£100.\n").new == ()


def test_a_dry_run_says_what_new_entries_will_say(base: KnowledgeBase) -> None:
    rows = "question,answer,figures\n" + "".join(
        f'Q{n}?,A{n}.,"High | 2019 | {n} | %"\n' for n in range(1, 23)
    )
    shown = str(base.plan_import(rows.encode(), "list.csv"))
    assert shown.startswith("22 new, 0 changed, 0 unchanged.\nNew or changed reports: list.")
    for n in (1, 10):
        assert f"- new: q{n}\n    question: Q{n}?\n    answer: A{n}.\n" in shown
        assert f"    figure added: High | 2019 | {n} | %" in shown
    assert "A11." not in shown
    assert shown.endswith("\nand 12 more")


def test_a_dry_run_shows_each_figure_that_changes(base: KnowledgeBase) -> None:
    take(base, 'id,question,answer,figures\na,Q?,A.,"x | 1\ny | 2"\n')
    shown = str(base.plan_import(b'id,question,answer,figures\na,Q?,A.,"x | 1\ny | 3"\n', "a.csv"))
    assert "    figure added: y | 3 | \n    figure taken away: y | 2 | " in shown


def test_a_change_of_a_retired_entry_says_that_it_stays_retired(base: KnowledgeBase) -> None:
    take(base, "id,question,answer,state\na,Q?,A.,retired\n")
    assert "- a (retired)\n" in str(base.plan_import(b"question,answer\nQ?,B.\n", "a.csv"))


@pytest.mark.parametrize(("words", "left"), [(1, ""), (500, " …")])
def test_an_answer_that_is_too_long_goes_on_in_the_detail_and_the_dry_run_says_so(
    base: KnowledgeBase, words: int, left: str
) -> None:
    answer = "The first sentence says it. " + "And so on. " * (140 + words // 3)
    rows = f"question,answer\nHow?,{answer}\nWhy?,{'x' * 1_500}\n"
    planned = take(base, rows)
    fact = base.fact("how")
    assert fact.answer.startswith("The first sentence says it.")
    assert fact.answer.endswith("so on.")
    assert 750 < len(fact.answer) <= 1_500
    assert len(fact.detail) <= 1_500
    assert f"{fact.answer} {fact.detail}" == answer.strip() or fact.detail.endswith("so on. …")
    assert fact.detail.endswith(left)
    (note,) = planned.notes
    assert note.startswith(f"Careful: row 2, answer: {len(answer.strip()):,} characters: what")
    assert ("left out" in note) == bool(left)
    assert base.plan_import(rows.encode(), "pay.csv").changes_nothing
    exported = base.export("all.csv")
    assert base.plan_import(exported, "all.csv").changes_nothing


def test_what_a_file_that_comes_again_does_not_hold_stays_and_the_dry_run_says_so(
    base: KnowledgeBase,
) -> None:
    take(base, CSV)
    planned = base.plan_import(b"question,answer\nWho pays?,Nobody.\n", "pay.csv")
    assert planned.notes == ("Entries that are not in the file and stay as they are: 1.",)
    assert base.plan_import(b"question,answer\nNew?,Yes.\n", "more.csv").notes == ()


def test_nothing_of_a_json_file_is_dropped_in_silence(base: KnowledgeBase) -> None:
    entry = '"question": "Why?", "answer": "No."'
    topic = '{"id": "pay", "name": "Pay", "colour": "red"}'
    whole = f'{{"facts": [{{{entry}}}], "topics": [{topic}]}}'
    planned = base.plan_import(whole.encode(), "a.json")
    assert "Not read: “colour” of topics." in planned.notes


def test_what_stands_beside_nothing_is_told_by_the_dry_run(base: KnowledgeBase) -> None:
    planned = base.plan_import(b"question,answer,kind,beside\nWhy?,No.,gap,nowhere\n", "gaps.csv")
    assert planned.notes == ("Careful: row 2 stands beside “nowhere”, which is no entry.",)


def test_reports_whose_ids_differ_in_case_alone_stay_apart(base: KnowledgeBase) -> None:
    rows = '[{"id": "PAY", "title": "Pay one"}, {"id": "pay", "title": "Pay two"}]'
    facts = '[{"question": "Who?", "answer": "I.", "report": "pay"}]'
    take(base, f'{{"reports": {rows}, "facts": {facts}}}', "two.json")
    assert base.fact("who").report == "pay"


def test_topics_may_be_named_in_a_file_beside_the_entries(base: KnowledgeBase) -> None:
    topics = b'{"topics": [{"id": "a", "name": "Awards"}]}'
    facts = b'{"facts": [{"question": "Who won?", "answer": "I.", "topic": "a"}]}'
    plan = plan_files([("1.json", facts), ("2.json", topics)], base.snapshot)
    assert [fact.topic for fact in plan.new] == ["Awards"]


def test_an_answer_that_is_too_long_beside_a_detail_is_refused(base: KnowledgeBase) -> None:
    rows = f"question,answer,detail\nHow?,{'x ' * 800},More.\n"
    with pytest.raises(ImportRefused, match="row 2, answer: 1,599 characters; at most 1,500"):
        take(base, rows)


# --- A report of one's own ------------------------------------------------------------------------


def run(*arguments: str) -> int:
    return main([*arguments, "--database", "own.db"])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_plain_table_makes_a_report_and_says_what_to_do_next(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "housing_faq-2026.csv").write_text("question,answer\nHow many homes?,Forty.\n")
    assert run("import", "housing_faq-2026.csv") == 0
    *_, ask, chat = capsys.readouterr().out.splitlines()
    assert ask == "Ask it: annual-report-bot --database own.db ask 'How many homes?'"
    assert chat.startswith("Chat with it: annual-report-bot --database own.db (")
    assert run("ask", "How many homes?") == 0
    assert capsys.readouterr().out.startswith("Forty.")
    with closing(KnowledgeBase.open("own.db")) as base:
        (report,), (topic,) = base.snapshot.reports, base.snapshot.topics
        assert (report.title, topic) == ("Housing faq 2026", "Housing faq 2026")
    assert run("import", "housing_faq-2026.csv") == 0
    assert capsys.readouterr().out == "0 new, 0 changed, 1 unchanged.\n"


def test_a_title_names_the_report(folder: Path) -> None:
    (folder / "a.csv").write_text("question,answer\nHow many homes?,Forty.\n")
    assert run("import", "a.csv", "--title", "Housing in Leeds") == 0
    assert run("import", "a.csv", "--title", "Housing in York") == 0
    with closing(KnowledgeBase.open("own.db")) as base:
        assert [report.title for report in base.snapshot.reports] == [
            "Housing in Leeds", "Housing in York",
        ]  # fmt: skip
        assert len(base.snapshot.facts) == 2


def test_a_folder_is_one_import_of_several_reports(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "in").mkdir()
    (folder / "in" / "homes.csv").write_text("question,answer\nHow many?,Forty.\n")
    (folder / "in" / "roads.jsonl").write_text('{"question": "How many?", "answer": "Two."}\n')
    (folder / "in" / "notes.txt").write_text("nothing")
    (folder / "in" / ".hidden.csv").write_text("nothing")
    assert run("import", "in") == 0
    assert "2 new, 0 changed" in (said := capsys.readouterr().out)
    assert "Not read: notes.txt." in said
    assert run("import", "in") == 0
    assert capsys.readouterr().out.startswith("0 new, 0 changed, 2 unchanged.")
    with closing(KnowledgeBase.open("own.db")) as base:
        answers = {fact.report: fact.answer for fact in base.snapshot.facts.values()}
        assert answers == {"homes": "Forty.", "roads": "Two."}
        assert [*base.snapshot.topics] == ["Homes", "Roads"]


def test_a_report_that_one_file_of_a_folder_brings_is_that_of_the_others(folder: Path) -> None:
    for place in ("a", "b"):
        (folder / "in" / place).mkdir(parents=True)
        report = f'{{"reports": [{{"id": "{place}", "title": "The report {place}"}}]}}'
        (folder / "in" / place / "z.json").write_text(report)
        (folder / "in" / place / "facts.csv").write_text(f"question,answer\nWho?,{place}.\n")
    assert run("import", "in") == 0
    with closing(KnowledgeBase.open("own.db")) as base:
        assert [r.title for r in base.snapshot.reports] == ["The report a", "The report b"]
        assert {(f.report, f.answer) for f in base.snapshot.facts.values()} == {
            ("a", "a."), ("b", "b."),
        }  # fmt: skip


def test_a_folder_is_refused_whole_by_file_row_and_column(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "in").mkdir()
    (folder / "in" / "good.csv").write_text("question,answer\nWhat?,This.\n")
    (folder / "in" / "bad.csv").write_text("question,answer\n,This.\n")
    (folder / "in" / "old.csv").write_bytes(b"question,answer\nWhat?,\xc2\xa32 caf\xe9\n")
    assert run("import", "in") == 2
    said = capsys.readouterr().err
    assert "- bad.csv, row 2, question: this cell is empty" in said
    assert "- old.csv, the file: line 2 is not UTF-8 text" in said
    assert not (folder / "own.db").exists()
    (folder / "empty").mkdir()
    assert run("import", "empty") == 2


def test_two_files_of_a_folder_do_not_overwrite_each_other(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "in").mkdir()
    (folder / "in" / "a.csv").write_text("id,question,answer\na,What?,This.\n")
    (folder / "in" / "b.csv").write_text("id,question,answer\na,Why?,Other.\n")
    assert run("import", "in") == 2
    assert "b.csv, row 2, id: “a” stands in a.csv, row 2" in capsys.readouterr().err


def test_two_rows_about_one_entry_are_refused(base: KnowledgeBase) -> None:
    take(base, CSV)
    with pytest.raises(ImportRefused, match="row 3, question: “pay” stands in row 2 already"):
        take(base, "id,question,answer\npay,What else?,£1.\n,What is paid?,£2.\n")
    with pytest.raises(ImportRefused, match="row 3, question: “new” stands in row 2 already"):
        take(base, "report,question,answer\nPay,New?,£1.\npay,NEW?,£2.\n")


def test_a_dry_run_leaves_no_database_behind(folder: Path) -> None:
    (folder / "a.csv").write_text("question,answer\nHow many homes?,Forty.\n")
    assert run("import", "a.csv", "--dry-run") == 0
    assert run("import", "missing.csv") == 2
    assert [file.name for file in folder.iterdir()] == ["a.csv"]
