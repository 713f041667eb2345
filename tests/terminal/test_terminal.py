"""The chat in a real terminal: styles, history, the tab key; and none of it through a pipe."""

from __future__ import annotations

import os
import re
import select
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot import console, texts
from bot.messages.terminal_text import fold, plain, style
from tests.conftest import open_small
from tests.test_end_to_end import environment

pty = pytest.importorskip("pty", reason="this system has no terminals of that kind")
# Seconds without a sign of life after which a test gives up.
PATIENCE = 60
UP, TAB, CTRL_D = "\x1b[A", "\t", "\x04"


class Terminal:
    """Somebody at a terminal, 60 characters wide."""

    def __init__(self, folder: Path, **settings: str) -> None:
        open_small(folder / "small.db").close()
        self._end, other = pty.openpty()
        env = environment(folder, TERM="xterm", COLUMNS="60", LINES="40") | settings
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot"],
            cwd=folder,
            env=env,
            stdin=other,
            stdout=other,
            stderr=other,
            # A background job ignores Ctrl-C, and with it whatever it starts.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        os.close(other)

    def begins(self) -> str:
        """Read until the line editor waits for input; before that it would lose some."""
        return self.shows(*console.TERMINAL_HOW.split(), console.PROMPT.strip())

    def types(self, keys: str) -> None:
        os.write(self._end, keys.encode())

    def interrupts(self) -> None:
        """Press Ctrl-C once the line editor waits: it misses one between its prompt and that."""
        waits = Path(f"/proc/{self.process.pid}/wchan")
        while self.process.poll() is None and waits.exists() and "poll_s" not in waits.read_text():
            os.sched_yield()
        self.process.send_signal(signal.SIGINT)

    def shows(self, *words: str) -> str:
        """Read on until all these words have come, in this order; what was shown until then."""
        seen = ""
        pattern = re.compile(".*?".join(map(re.escape, words)), re.S)
        while not pattern.search(seen):
            assert select.select([self._end], [], [], PATIENCE)[0], f"no {words} in {seen!r}"
            seen += os.read(self._end, 4096).decode("utf-8", "replace")
        return seen

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._end)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with closing(Terminal(tmp_path)) as opened:
        yield opened


def test_the_answer_is_bold_and_the_source_a_link(terminal: Terminal) -> None:
    terminal.begins()
    terminal.types("po vacancies\n")
    shown = terminal.shows("Over 650", texts.NOT_RIGHT)
    assert "\x1b[1mOver 650 probation officer posts" in shown
    assert "\x1b[4;36mAnnual report 2019/20, slide 21" in shown
    assert style("  1", "1") + f" {texts.COPY_ANSWER}" in shown


def test_lines_are_no_wider_than_the_terminal(terminal: Terminal) -> None:
    shown = terminal.begins()
    for line in re.sub(r"\x1b\[[\d;]*m|[\x01\x02]", "", shown).splitlines():
        assert len(line) <= 60


def test_what_was_typed_comes_back_with_the_arrow(terminal: Terminal) -> None:
    terminal.begins()
    terminal.types("thanks\n")
    terminal.shows(texts.WELCOME)
    terminal.types(f"{UP}\n")
    terminal.shows("thanks", texts.WELCOME)


def test_the_tab_key_completes_commands(terminal: Terminal) -> None:
    terminal.begins()
    terminal.types(f"/top{TAB}\n")
    terminal.shows("/topics", texts.TOPICS)


@pytest.mark.parametrize("keys", [CTRL_D, "exit\n"])
def test_the_chat_ends_when_it_is_left(terminal: Terminal, keys: str) -> None:
    terminal.begins()
    terminal.types(keys)
    assert terminal.process.wait(30) == 0


def test_ctrl_c_clears_the_line_and_twice_ends_the_chat(terminal: Terminal) -> None:
    terminal.begins()
    terminal.types("po vacancies")
    terminal.shows("po vacancies")
    terminal.interrupts()
    terminal.shows(console.ONCE_MORE, console.PROMPT.strip())
    terminal.types("thanks\n")
    terminal.shows(texts.WELCOME, console.PROMPT.strip())
    terminal.interrupts()
    terminal.shows(console.ONCE_MORE, console.PROMPT.strip())
    terminal.interrupts()
    assert terminal.process.wait(30) == 0


@pytest.mark.parametrize(("admins", "reply"), [("501", "New entry"), ("", texts.UNKNOWN_COMMAND)])
def test_whoever_the_settings_name_can_add_in_the_terminal(
    tmp_path: Path, admins: str, reply: str
) -> None:
    with closing(Terminal(tmp_path, ADMIN_IDS=admins)) as terminal:
        terminal.begins()
        terminal.types("/add\n")
        terminal.shows(*reply.split())


def test_what_was_written_is_in_the_database_when_the_chat_is_stopped(tmp_path: Path) -> None:
    with closing(Terminal(tmp_path)) as terminal:
        terminal.begins()
        terminal.types("po vacancies\n")
        terminal.shows("Over 650", texts.NOT_RIGHT)
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.process.wait(30) == 0
    copied = tmp_path / "copied.db"
    copied.write_bytes((tmp_path / "small.db").read_bytes())
    with closing(sqlite3.connect(copied)) as database:
        assert database.execute("select question from asked").fetchall() == [("po vacancies",)]


def test_who_wants_no_colours_gets_none(tmp_path: Path) -> None:
    with closing(Terminal(tmp_path, NO_COLOR="1")) as terminal:
        shown = terminal.begins()
        terminal.types("po vacancies\n")
        shown += terminal.shows("Over 650", texts.NOT_RIGHT)
        assert not re.search(r"\x1b\[[\d;]*m", shown)


def test_a_second_chat_on_the_same_knowledge_base_answers_too(tmp_path: Path) -> None:
    open_small(tmp_path / "small.db").close()
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-m", "bot"],
            cwd=tmp_path,
            env=environment(tmp_path),
            input="po vacancies\n",
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        assert "> po vacancies\nOver 650 probation officer posts" in done.stdout
        assert "\x1b" not in done.stdout


def test_styles_take_no_room_and_end_where_they_should() -> None:
    html = "<b>one <i>two</i> three</b> four"
    assert plain(html, 12) == "one two\nthree four"
    assert plain(html, 13, styled=True) == (
        "\x1b[1mone \x1b[3mtwo\x1b[0m\x1b[1m three\x1b[0m\nfour"
    )


def test_what_looks_like_a_style_is_text() -> None:
    assert plain("a\ue000b &lt;b&gt;", styled=True) == "ab <b>"


def test_nothing_in_a_text_steers_the_terminal() -> None:
    assert plain("a\x1b]0;b\x07c&#27;[2Jd\x9b\u202ee\tf\ng", styled=True) == "a]0;bc[2Jde f\ng"


def test_folding_keeps_long_words_whole() -> None:
    assert fold("see https://example.org/a-b-c now", 10, "  ") == [
        "  see",
        "  https://example.org/a-b-c",
        "  now",
    ]
