"""The chat in a real terminal: styles, history, the tab key; and none of it through a pipe."""

from __future__ import annotations

import os
import re
import select
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot import terminal as chat
from bot import texts
from bot.messages.terminal_text import fold, plain, style
from tests.conftest import open_small
from tests.test_end_to_end import environment

pty = pytest.importorskip("pty", reason="this system has no terminals of that kind")
# Seconds without a sign of life after which a test gives up.
PATIENCE = 60
UP, TAB = "\x1b[A", "\t"


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
        return self.shows(*texts.TERMINAL_HOW.split(), texts.PROMPT.strip())

    def types(self, keys: str) -> None:
        os.write(self._end, keys.encode())

    def interrupts(self, number: int = signal.SIGINT) -> None:
        """Press Ctrl-C once the line editor waits: it misses one between its prompt and that."""
        waits = Path(f"/proc/{self.process.pid}/wchan")
        while self.process.poll() is None and waits.exists() and "poll_s" not in waits.read_text():
            os.sched_yield()
        self.process.send_signal(number)

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


def test_a_chat_in_a_terminal(tmp_path: Path) -> None:
    with closing(Terminal(tmp_path)) as terminal:
        for line in re.sub(r"\x1b\[[\d;]*m|[\x01\x02]", "", terminal.begins()).splitlines():
            assert len(line) <= 60
        # The answer is bold, the source a link.
        terminal.types("po vacancies\n")
        shown = terminal.shows("Over 650", texts.NOT_RIGHT)
        assert "\x1b[1mOver 650 probation officer posts" in shown
        assert "\x1b[4;36mAnnual report 2019/20, slide 21" in shown
        assert style("  1", "1") + f" {texts.COPY_ANSWER}" in shown
        # The arrow brings back what was typed, the tab key completes commands.
        terminal.types("thanks\n")
        terminal.shows(texts.SMALL_TALK["thanks"])
        terminal.types(f"{UP}\n")
        terminal.shows("thanks", texts.SMALL_TALK["thanks"])
        terminal.types(f"/top{TAB}\n")
        terminal.shows("/topics", texts.TOPICS)
        # Nobody is an administrator where the settings name none.
        terminal.types("/add\n")
        terminal.shows(*texts.UNKNOWN_COMMAND.split(), texts.PROMPT.strip())
        # Stopped by whatever started it, it keeps all that was written.
        terminal.interrupts(signal.SIGTERM)
        assert terminal.process.wait(30) == 0
    copied = tmp_path / "copied.db"
    copied.write_bytes((tmp_path / "small.db").read_bytes())
    with closing(sqlite3.connect(copied)) as database:
        assert database.execute("select question from asked").fetchall() == [("po vacancies",)]


def test_ctrl_c_clears_the_line_and_twice_ends_the_chat(tmp_path: Path) -> None:
    with closing(Terminal(tmp_path, NO_COLOR="1", ADMIN_IDS="501")) as terminal:
        shown = terminal.begins()
        # Whoever the settings name is an administrator here too.
        terminal.types("/add\n")
        shown += terminal.shows("New entry", texts.PROMPT.strip())
        terminal.types("/cancel")
        shown += terminal.shows("/cancel")
        terminal.interrupts()
        shown += terminal.shows(texts.ONCE_MORE, texts.PROMPT.strip())
        terminal.types("/cancel\nthanks\n")
        shown += terminal.shows(texts.SMALL_TALK["thanks"], texts.PROMPT.strip())
        assert not re.search(r"\x1b\[[\d;]*m", shown)
        terminal.interrupts()
        terminal.shows(texts.ONCE_MORE, texts.PROMPT.strip())
        terminal.interrupts()
        assert terminal.process.wait(30) == 0


@pytest.mark.parametrize("left", ["exit", "Quit", EOFError()])
def test_a_word_or_ctrl_d_ends_the_chat(
    monkeypatch: pytest.MonkeyPatch, left: str | EOFError
) -> None:
    lines = iter(["thanks", left, "not read any more"])

    def typed(_: str) -> str:
        line = next(lines)
        if isinstance(line, EOFError):
            raise line
        return line

    monkeypatch.setattr("builtins.input", typed)
    assert list(chat._typed()) == ["thanks"]


def test_styles_take_no_room_and_end_where_they_should() -> None:
    html = "<b>one <i>two</i> three</b> four"
    assert plain(html, 12) == "one two\nthree four"
    assert plain(html, 13, styled=True) == ("\x1b[1mone \x1b[3mtwo\x1b[23m three\x1b[22m\nfour")


def test_what_looks_like_a_style_is_text() -> None:
    assert plain("a &lt;b&gt; &amp;lt;", styled=True) == "a <b> &lt;"


def test_nothing_in_a_text_steers_the_terminal() -> None:
    assert plain("a\x1b]0;b\x07c&#27;[2Jd\x9b\u202ee\tf\ng", styled=True) == "a]0;bc[2Jde f\ng"


def test_folding_keeps_long_words_whole() -> None:
    assert fold("see https://example.org/a-b-c now", 10, "  ") == [
        "  see",
        "  https://example.org/a-b-c",
        "  now",
    ]
