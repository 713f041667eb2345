"""The command line: what goes in, what comes out, and the exit status."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot import texts
from bot.cli import main
from bot.settings import KEYS
from tests.conftest import open_small
from tests.telegram import Server, Telegram
from tests.test_end_to_end import environment

KEYS_OUT = {"question", "outcome", "answers", "text", "buttons"}


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Run in an empty folder without settings."""
    for key in KEYS:
        # Set first, so that what a .env file sets meanwhile is gone afterwards.
        monkeypatch.setenv(key, "")
        monkeypatch.delenv(key)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def small(tmp_path: Path) -> str:
    path = tmp_path / "small.db"
    open_small(path).close()
    return str(path)


def give(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Put bytes on standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


# --- ask ----------------------------------------------------------------------------------------


def test_ask_prints_the_answer_its_source_and_link(
    small: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "po vacancies", "--database", small]) == 0
    assert capsys.readouterr().out == (
        "Over 650 probation officer posts in the NPS were vacant in September 2019.\n"
        "    Shortages were found in all 7 divisions, sharpest at probation officer\n"
        "    grade.\n"
        "Annual report 2019/20, slide 21: NPS staffing\n"
        "https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/\n"
    )


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("nps headcount", "The slides don't say how many staff were in post."),
        ("", texts.SMALL_TALK["no words"]),
        ("hello", texts.SMALL_TALK["greeting"]),
    ],
)
def test_ask_without_an_answer_ends_with_status_one(
    small: str, capsys: pytest.CaptureFixture[str], question: str, said: str
) -> None:
    assert main(["--database", small, "ask", question]) == 1
    assert capsys.readouterr().out.startswith(said)


def test_where_nothing_is_known_the_topics_are_named(
    small: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--database", small, "ask", "zxcvb"]) == 1
    said = capsys.readouterr().out
    assert said.startswith(texts.NOT_UNDERSTOOD)
    assert "\n  - " in said


def test_ask_why_explains(small: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "po vacancies", "--why", "--database", small]) == 0
    out = capsys.readouterr().out
    assert "Read as: po vacancies" in out
    assert "nps-vacancies: How many NPS officer vacancies were there?" in out
    assert "nearest phrasing: po vacancies" in out


def test_ask_jsonl_gives_one_object_a_line_in_order(
    small: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ["po vacancies", "", "nps headcount", "hi", 'é \\ " {', "\udcff bad bytes", "x" * 9999]
    give(monkeypatch, "\n".join(lines).encode("utf-8", "surrogateescape"))
    assert main(["ask", "--jsonl", "--database", small]) == 0
    found: list[dict[str, Any]] = [
        json.loads(line) for line in capsys.readouterr().out.splitlines()
    ]
    assert [set(one) for one in found] == [KEYS_OUT] * len(lines)
    assert [one["question"] for one in found[:5]] == lines[:5]
    first, empty, gap, hello, *_ = found
    assert first["outcome"] == "answer"
    (answer,) = first["answers"]
    assert set(answer) == {"fact", "question", "answer", "link", "confidence"}
    assert answer["fact"] == "nps-vacancies"
    assert answer["answer"] == (
        "Over 650 probation officer posts in the NPS were vacant in September 2019.\n"
        "Shortages were found in all 7 divisions, sharpest at probation officer grade."
    )
    assert answer["link"].startswith("https://www.justiceinspectorates.gov.uk/")
    assert 0 <= answer["confidence"] <= 1
    assert (empty["outcome"], empty["answers"]) == ("unknown", [])
    assert (gap["outcome"], gap["answers"][0]["fact"]) == ("unknown", "gap-staff-in-post")
    assert (hello["outcome"], hello["answers"]) == ("unknown", [])
    assert hello["text"] == texts.SMALL_TALK["greeting"]
    assert first["text"].startswith(answer["answer"].splitlines()[0])
    assert texts.HELPFUL in first["buttons"]


def test_ask_jsonl_holds_conversations(
    small: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = [("a", "po vacancies"), ("b", "source?"), ("a", "source?")]
    lines = [json.dumps({"chat": chat, "question": said}) for chat, said in turns]
    give(monkeypatch, "\n".join(lines).encode())
    assert main(["ask", "--jsonl", "--database", small]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["chat"] for one in found] == ["a", "b", "a"]
    # Each chat has a memory of its own.
    assert "slide 21" not in found[1]["text"]
    assert "slide 21" in found[2]["text"]


def test_asking_from_a_shell_waits_for_no_library_that_it_does_not_need(tmp_path: Path) -> None:
    heavy = {"telegram", "httpx", "tornado", "PIL", "prometheus_client", "asyncio"}
    code = f"import sys, bot.cli; bot.cli._parser(['ask', '?']); print({heavy} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(tmp_path), capture_output=True, check=True
    )
    assert done.stdout.strip() == b"set()"


def test_asking_from_a_shell_is_not_recorded(
    small: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["ask", "po vacancies", "--database", small])
    capsys.readouterr()
    main(["stats", "--database", small])
    assert "Last 30 days, questions: 0" in capsys.readouterr().out


# --- import, export, check, stats -----------------------------------------------------------------


def test_import_into_a_new_database_holds_just_that_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("question,answer\nWhat is new?,This.\nWho did it?,Me.\n", encoding="utf-8")
    assert main(["import", str(file), "--database", "new.db"]) == 0
    assert capsys.readouterr().out.startswith("2 new, 0 changed, 0 unchanged.")
    assert main(["ask", "What is new?", "--database", "new.db"]) == 0
    assert capsys.readouterr().out.startswith("This.")
    assert main(["export", "out.jsonl", "--database", "new.db"]) == 0
    assert len(Path("out.jsonl").read_text(encoding="utf-8").splitlines()) == 2


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"question,detail\nWhat?,x\n", "answer: this column is missing"),
        (b"id,question,answer\na,What?,x\na,Who?,y\n", "row 3, id"),
        (b"question,answer\nWhat?,\xc2\xa32 caf\xe9\n", "UTF-8"),
    ],
)
def test_a_bad_import_is_refused_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, named: str
) -> None:
    (tmp_path / "bad.csv").write_bytes(content)
    assert main(["import", "bad.csv", "--database", "new.db"]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("Nothing was imported.")
    assert named in captured.err
    assert captured.out == ""
    # No half-made knowledge base is left to be mistaken for a real one.
    assert [file.name for file in tmp_path.iterdir()] == ["bad.csv"]


def test_stats_count(small: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", "--database", small]) == 0
    assert "13 facts, 2 gaps," in capsys.readouterr().out


@pytest.mark.parametrize("before", [True, False])
def test_the_database_may_be_named_before_or_after_the_command(
    small: str, capsys: pytest.CaptureFixture[str], before: bool
) -> None:
    named = ["--database", small]
    assert main([*named, "stats"] if before else ["stats", *named]) == 0
    assert "13 facts" in capsys.readouterr().out


def test_the_database_can_be_set(
    small: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE", small)
    assert main(["stats"]) == 0
    assert "13 facts" in capsys.readouterr().out


# --- Trouble ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["import", "missing.csv"],
        ["check", "missing.jsonl"],
        ["export", "no-such-folder/out.csv"],
        ["export", "out.xlsx"],
        ["stats", "--database", "no-such-folder/x.db"],
        ["stats", "--database", "text.db"],
        ["stats", "--database", "folder.db"],
    ],
)
def test_trouble_is_a_sentence_and_status_two(
    small: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
) -> None:
    Path("text.db").write_text("this is no database, but a text of some length\n" * 50)
    Path("folder.db").mkdir()
    monkeypatch.setenv("DATABASE", small)
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.strip()
    assert "Traceback" not in captured.err
    assert captured.err.strip()[-1] in ".csvjsonl"


def test_a_bad_setting_is_a_sentence_and_status_two(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADMIN_IDS", "ann")
    assert main(["stats"]) == 2
    assert capsys.readouterr().err == (
        "ADMIN_IDS must be Telegram user ids (numbers) with commas between them.\n"
    )


def test_a_reader_who_has_seen_enough_is_no_trouble(small: str, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "stats", "--database", small],
        env=environment(tmp_path, PYTHONUNBUFFERED=""),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        process.stdout.close()
        assert process.stderr
        assert process.stderr.read() == b""
        assert process.wait(30) == 2


# --- Telegram -----------------------------------------------------------------------------------


def test_a_wrong_token_is_a_sentence(small: str, tmp_path: Path) -> None:
    with Server(Telegram(token="42:sandbox")) as server:
        done = subprocess.run(
            [sys.executable, "-m", "bot", "--database", small],
            env=environment(
                tmp_path, TELEGRAM_BOT_TOKEN="43:wrong", TELEGRAM_API_BASE_URL=server.url
            ),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.rstrip().endswith(texts.BAD_TOKEN)
    assert "Traceback" not in done.stderr
    assert "43:wrong" not in done.stderr


def test_a_second_copy_says_so_and_goes(
    small: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    telegram = Telegram()
    telegram.fail("getUpdates", 409, "Conflict: terminated by other getUpdates request", times=9)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", telegram.token)
    with Server(telegram) as server:
        monkeypatch.setenv("TELEGRAM_API_BASE_URL", server.url)
        assert main(["--database", small]) == 2
    said = capsys.readouterr()
    assert said.err.rstrip().endswith(texts.CONFLICT)
    assert "Traceback" not in said.err


# --- The terminal -------------------------------------------------------------------------------


def test_without_a_token_the_bot_is_a_chat_in_the_terminal(
    small: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, b"po vacancies\n2\nthanks\n\n/topics\n")
    assert main(["--database", small]) == 0
    first, *rest = capsys.readouterr().out.split("\n")
    assert first == texts.NO_TOKEN
    out = "\n".join(rest)
    assert "Ask me about “Annual report" in out
    assert "> po vacancies\nOver 650 probation officer posts" in out
    assert "    Shortages were found in all 7 divisions" in out
    assert "    Open report: https://www.justiceinspectorates.gov.uk/" in out
    assert "  2 How were the NPS divisions rated on staffing?" in out
    assert "> 2\nHow were the NPS divisions rated on staffing?\nAll 7 NPS divisions" in out
    assert f"> thanks\n{texts.SMALL_TALK['thanks']}" in out
    assert "  1 Staffing and workloads" in out
    # What only a phone can do is not offered here.
    assert texts.SHARE not in out


def test_a_second_chat_on_the_same_knowledge_base_answers_too(
    small: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        give(monkeypatch, b"po vacancies\n")
        assert main(["--database", small]) == 0
        out = capsys.readouterr().out
        assert "> po vacancies\nOver 650 probation officer posts" in out
        assert "\x1b" not in out


def test_the_terminal_edits_and_votes_and_copies(
    small: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, b"telephone\n1\n3\n99\n")
    assert main(["--database", small]) == 0
    out = capsys.readouterr().out
    assert f"> 1\n{texts.COPIED} 0161 240 5336. (HM Inspectorate of Probation" in out
    assert f"> 3\n[{texts.THANKS_HELPFUL}]" in out
    assert "> 99\n" in out


def test_the_terminal_survives_anything_typed(
    small: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, b"\xff\xfe\n" + b"x" * 10_000 + b"\n<b>\n/start nope\n0\n-1\n\x00\x1b[31m\n")
    assert main(["--database", small]) == 0
    assert texts.SORRY not in capsys.readouterr().out


def test_many_piped_questions_are_all_answered(
    small: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, b"po vacancies\n" * 40)
    assert main(["--database", small]) == 0
    out = capsys.readouterr().out
    assert out.count("> po vacancies\nOver 650") == 40


@pytest.mark.parametrize("written", ["utf-8", "utf-8-sig"])
def test_an_env_file_is_read_as_editors_write_it(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], written: str
) -> None:
    (tmp_path / ".env").write_bytes(f"DATABASE={small}\n".encode(written))
    assert main(["stats"]) == 0
    assert "13 facts" in capsys.readouterr().out


@pytest.mark.parametrize("data", ["TITLE=caf\u00e9\n".encode("cp1252"), "A=b\n".encode("utf-16")])
def test_an_env_file_that_cannot_be_read_is_named(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes
) -> None:
    (tmp_path / ".env").write_bytes(data)
    assert main(["stats"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(".env ")
