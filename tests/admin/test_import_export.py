"""Files in and out of the chat: dry runs, refusals with their place, exports, backups."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from bot.admin import texts
from knowledge import Editor, KnowledgeBase
from tests.administrators import Desk, small, talking

NEW = b"id,question,answer\npodcast,Is there a podcast?,Yes.\n"


def test_a_dry_run_changes_nothing_and_a_tap_all(desk: Desk) -> None:
    shown = desk.sends("new.csv", NEW)
    assert shown.text.startswith("new.csv would change this; nothing has changed yet.")
    assert "1 new, 0 changed, 0 unchanged." in shown.text
    assert desk.knowledge.snapshot.change == 1
    done = desk.taps(texts.APPLY)
    assert done.text == "Done and live: imported new.csv."
    assert desk.says("is there a podcast", desk.ann).text.startswith("Yes.")


def test_the_dry_run_goes_field_by_field(desk: Desk) -> None:
    rows = (
        "id,question,answer,also_asked\n"
        'vacancies-date,When were the vacancies counted?,October 2019.,"vacancy count date\nnew"\n'
    )
    shown = desk.sends("change.csv", rows.encode()).text
    assert "0 new, 1 changed, 0 unchanged." in shown
    assert "answer: “September 2019.” becomes “October 2019.”" in shown
    assert "phrasing added: new" in shown
    assert "phrasing taken away: what month is the vacancies number from" in shown
    assert desk.taps(texts.DISCARD).text == texts.DISCARDED
    assert desk.knowledge.snapshot.change == 1


def test_the_dry_run_tells_which_known_questions_move(desk: Desk) -> None:
    data = b"id,question,answer,state\ncaseloads-high,Are caseloads too high?,Yes.,retired\n"
    shown = desk.sends("retire.csv", data).text
    assert "\n    retired\n" in shown
    assert "These would be answered differently:\n• “Are caseloads too high?”" in shown


def test_the_dry_run_names_a_gap_that_would_deny_what_the_file_brings(desk: Desk) -> None:
    rows = "".join(f"Is there a number {n}?,Yes.\n" for n in range(12))
    data = f"question,answer\n{rows}How many staff work for the NPS?,1200 people.\n"
    said = desk.sends("new.csv", data.encode()).text
    assert "“How many staff work for the NPS?” – Careful: “How many staff are in post" in said
    assert texts.RIVALS_STAY in said


def test_a_long_dry_run_comes_as_a_file_too(desk: Desk) -> None:
    rows = desk.knowledge.export("all.jsonl").decode().splitlines()
    changed = [json.loads(row) for row in rows]
    for row in changed:
        row["answer"] += " And more of it, at some length, so that the list grows."
    data = "\n".join(map(json.dumps, changed)).encode()
    attached = desk.sends("all.jsonl", data)
    assert attached.document is not None
    assert attached.document.filename == "changes.txt"
    assert attached.document.data.decode().count("answer: ") == 15
    assert texts.APPLY in desk.last(back=2).buttons


def test_the_history_tells_what_an_import_brought_and_changed(desk: Desk) -> None:
    data = b"id,question,answer\npodcast,Is there a podcast?,Yes.\nfax,Is there a fax?,No.\n"
    for answer in (data, data.replace(b"No.", b"Yes.") + b"telex,Is there a telex?,No.\n"):
        desk.sends("new.csv", answer)
        desk.taps(texts.APPLY)
    shown = desk.says("/history").text
    assert "   1 new\n   fax, answer: “No.” becomes “Yes.”" in shown
    assert "   2 new" in shown
    assert f"{texts.BY_NOBODY}:" not in shown


def test_an_import_is_taken_back_whole(desk: Desk) -> None:
    before = desk.knowledge.export("all.json")
    data = b"question,answer,topic\n" + b"".join(b"Q%d?,A.,T%d\n" % (n, n) for n in range(50))
    desk.sends("many.csv", data)
    desk.taps(texts.APPLY)
    assert len(desk.knowledge.snapshot.facts) == 65
    desk.says("/undo")
    assert desk.knowledge.export("all.json") == before
    desk.knowledge.change(Editor(desk.knowledge).redo(), "test")
    assert len(desk.knowledge.snapshot.facts) == 65


@pytest.mark.parametrize("kind", ["csv", "tsv", "json", "jsonl"])
def test_an_export_sent_back_changes_nothing_byte_for_byte(desk: Desk, kind: str) -> None:
    row = {"question": "=1+1?", "answer": "-2 'quoted', \"so\";\n\tand\u00e9", "detail": "'=x",
           "also_asked": ["@me", "+44", "- dash"], "source": "\u2013"}  # fmt: skip
    desk.sends("odd.jsonl", json.dumps(row).encode())
    desk.taps(texts.APPLY)
    desk.says("/export")
    desk.taps(texts.FORMATS[kind])
    file = desk.last().document
    assert file is not None
    assert desk.sends(file.filename, file.data).text == texts.NO_CHANGE
    assert desk.says(f"/export {kind}").document.data == file.data  # type: ignore[union-attr]


def test_a_spreadsheet_is_never_given_a_formula(desk: Desk) -> None:
    data = b'question,answer,source\n=HYPERLINK("x"),+1,@SUM(A1)\n'
    desk.sends("formula.csv", data)
    desk.taps(texts.APPLY)
    fact = next(f for f in desk.knowledge.snapshot.facts.values() if f.answer == "+1")
    assert fact.question == '=HYPERLINK("x")'
    file = desk.says("/export csv").document
    assert file is not None
    assert "'=HYPERLINK" in file.data.decode("utf-8-sig")
    assert ",'+1," in file.data.decode("utf-8-sig")
    assert ",'@SUM(A1)," in file.data.decode("utf-8-sig")


def test_windows_letters_are_a_clear_question(desk: Desk) -> None:
    asked = desk.sends("old.csv", "question,answer\nIs it caf\u00e9?,Yes.\n".encode("cp1252"))
    assert "Careful: read as Windows-1252, so that it says “caf\u00e9”." in asked.text
    assert "1 new" in asked.text
    desk.taps(texts.APPLY)
    assert desk.says("is it caf\u00e9", desk.ann).text.startswith("Yes.")


def test_the_dry_run_says_what_is_new_and_what_is_not_read(desk: Desk) -> None:
    data = "question,answer,remarks\nIs there a podcast?,Yes: Â£22m.,x\n".encode()
    shown = desk.sends("new.csv", data).text
    assert "- new: is-there-a-podcast\n    question: Is there a podcast?\n    answer: Yes" in shown
    assert "Not read: the column “remarks”." in shown
    assert "Careful: row 2, answer: “Â£22m.” looks spoilt by another program." in shown
    desk.taps(texts.APPLY)
    again = desk.sends("new.csv", data).text
    assert again.startswith(texts.NO_CHANGE)
    assert "Not read: the column “remarks”." in again


def test_two_files_sent_together_are_both_applied(desk: Desk) -> None:
    desk.telegram.document(desk.bea, "one.csv", b"question,answer\nIs there a podcast?,Yes.\n")
    desk.telegram.document(desk.bea, "two.csv", b"question,answer\nIs there a film?,Not yet.\n")
    desk.deliver()
    first, second = (
        message
        for message in desk.telegram.chat(desk.bea).messages
        if texts.APPLY in message.buttons
    )
    desk.taps(texts.APPLY, first)
    desk.taps(texts.APPLY, second)
    for question, answer in (("is there a podcast", "Yes."), ("is there a film", "Not yet.")):
        assert desk.says(question, desk.ann).text.startswith(answer)


def test_a_file_that_somebody_else_sent_is_read_when_forwarded(desk: Desk) -> None:
    desk.sends("new.csv", NEW, desk.ann)
    desk.telegram.forward(desk.bea, desk.telegram.chat(desk.ann).messages[-2])
    desk.deliver()
    assert desk.last().text.startswith("new.csv would change this")
    desk.taps(texts.APPLY)
    assert desk.says("is there a podcast", desk.ann).text.startswith("Yes.")


def test_a_text_that_somebody_else_wrote_fills_a_draft_when_forwarded(desk: Desk) -> None:
    desk.says("Yes, every Friday.", desk.ann)
    words_of_ann = desk.telegram.chat(desk.ann).messages[-2]
    desk.says("/add Is there a podcast?")
    desk.telegram.forward(desk.bea, words_of_ann)
    desk.deliver()
    assert "topic" in desk.last().text
    # Without a draft it is a question like any other.
    desk.says("/cancel")
    desk.telegram.forward(desk.bea, words_of_ann)
    desk.deliver()
    assert "topic" not in desk.last().text.splitlines()[0]


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", "question,answer\n")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("zip.csv", zipped(), "zip or a spreadsheet workbook; save it as “CSV UTF-8” first"),
        ("scan.pdf", b"%PDF", "must end in .csv, .tsv, .json or .jsonl"),
        ("fish.csv", b"question,answer\nHow many?,Over 1,000.\n", "row 2: 3 cells, the header"),
        ("rows.csv", b"question,answer\nWhat?,That.\n,x\n", "row 3, question: this cell is empty"),
        ("half.json", b'[{"question": "a", "answer": "\\ud83d"}]', "row 1, answer: holds a"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_place_and_changes_nothing(
    desk: Desk, name: str, data: bytes, said: str
) -> None:
    shown = desk.sends(name, data).text
    assert shown.startswith("Nothing was imported. Please correct:")
    assert said in shown
    assert desk.knowledge.snapshot.change == 1


def test_a_file_of_more_than_20_mb_is_refused_before_it_is_fetched(desk: Desk) -> None:
    desk.telegram.calls.clear()
    assert desk.sends("big.csv", b"x" * 20_000_001).text == texts.TOO_BIG
    assert [call.method for call in desk.telegram.calls] == ["sendMessage"]


def test_a_file_of_20_mb_is_read(desk: Desk) -> None:
    head = b"question,answer\nWhat?,"
    shown = desk.sends("big.csv", head + b"x" * (20_000_000 - len(head)))
    assert "Nothing was imported" in shown.text


def test_a_thousand_rows_come_in(desk: Desk) -> None:
    rows = b"".join(b"What is number %d of the list?,It is %d.\n" % (n, n) for n in range(1_000))
    shown = desk.sends("many.csv", b"question,answer\n" + rows)
    assert "1000 new" in shown.text
    desk.taps(texts.APPLY)
    assert desk.says("what is number 823 of the list", desk.ann).text.startswith("It is 823.")


def test_after_a_restart_a_waiting_import_is_asked_for_again(tmp_path: Path) -> None:
    path = tmp_path / "small.db"
    with small(path) as desk:
        desk.sends("new.csv", NEW)
        telegram = desk.telegram
    with closing(KnowledgeBase.open(path)) as base, talking(path, base, telegram) as later:
        assert later.taps(texts.APPLY).text == texts.PLAN_GONE
        assert later.knowledge.snapshot.change == 1


def test_an_import_whose_ground_has_moved_is_refused_whole(desk: Desk) -> None:
    data = b"id,question,answer\nvacancies-date,When?,May.\nnew,What is new?,This.\n"
    desk.sends("change.csv", data)
    desk.says("/edit vacancies counted", desk.cal)
    desk.taps("Answer", who=desk.cal)
    desk.says("June 2019.", desk.cal)
    desk.taps(texts.SAVE, who=desk.cal)
    assert "“vacancies-date” has been changed meanwhile" in desk.taps(texts.APPLY).text
    assert "new" not in desk.knowledge.snapshot.facts


def test_a_backup_is_a_whole_working_knowledge_base(desk: Desk, tmp_path: Path) -> None:
    desk.says("po vacancies", desk.ann)
    file = desk.says("/backup").document
    assert file is not None
    copy = tmp_path / "copy.db"
    copy.write_bytes(file.data)
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)
    with closing(KnowledgeBase.open(copy)) as restored:
        assert restored.export("all.json") == desk.knowledge.export("all.json")
        assert restored.stats(7).asked == 1


def test_a_backup_over_telegrams_limit_says_what_to_do(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.path)) as database, database:
        database.execute("insert into note values ('dismissed', ?, '', '')", ["x" * 51_000_000])
    desk.telegram.calls.clear()
    shown = desk.says("/backup")
    assert "Telegram takes at most 50 MB" in shown.text
    assert "annual-report-bot backup FILE" in shown.text
    assert [call.method for call in desk.telegram.calls] == ["sendMessage"]


@pytest.mark.parametrize("value", ["inf", "nan", "1e999"])
def test_a_figure_that_is_no_finite_number_is_not_taken_by_chat(desk: Desk, value: str) -> None:
    desk.says("/edit vacancies-date")
    desk.taps(texts.FIELDS["figures"])
    refused = desk.says(f"Vacancies | {value} | posts").text
    assert f"“Vacancies” needs a number, not “{value}”" in refused
    desk.says("Vacancies | 650 | posts\nCaseloads | 2019 | 60 | %")
    desk.taps(texts.SAVE)
    assert desk.says("/export csv").document is not None
    desk.says("/edit vacancies-date")
    assert "Caseloads | 2019 | 60 | %" in desk.taps(texts.FIELDS["figures"]).text


def test_an_address_behind_words_is_kept(desk: Desk) -> None:
    def linked(text: str, words: str, url: str) -> None:
        update = desk.telegram.text(desk.bea, text)
        place = len(text[: text.index(words)].encode("utf-16-le")) // 2
        entity = {"type": "text_link", "offset": place, "length": len(words), "url": url}
        update["message"].setdefault("entities", []).append(entity)
        desk.deliver()

    url = "https://www.example.org/podcast"
    linked("/add \U0001f399 Is there a podcast? | On Fridays.", "Fridays", url)
    desk.taps(texts.CHANGE_SOMETHING)
    desk.taps(texts.FIELDS["link"])
    linked("the podcast", "podcast", url)
    desk.taps(texts.SAVE)
    (fact,) = (f for f in desk.knowledge.snapshot.facts.values() if "podcast" in f.question)
    assert fact.answer == f"On Fridays ({url})."
    assert fact.link == url
