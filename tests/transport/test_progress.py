"""Long work shows how far it has come; short work shows nothing."""

from __future__ import annotations

import asyncio
import io
import json
import threading
from contextlib import closing
from functools import partial
from itertools import count, pairwise
from pathlib import Path
from typing import get_args

import pytest
from telegram.error import BadRequest

from bot import cli, texts
from bot.admin import texts as admin_texts
from bot.messages import BotMessage
from bot.transport import delivery
from knowledge import Edit, KnowledgeBase, Version, scored
from knowledge.errors import Stage, heard_by, watched
from tests.administrators import small


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True

    def shares(self) -> list[str]:
        """The shares that the bar has shown; "" when it was taken away."""
        return [line[-3:].strip() for line in self.getvalue().split("\r\x1b[K")[1:]]


def work(steps: int) -> None:
    assert list(watched(range(steps), "saving")) == list(range(steps))


def test_long_work_draws_a_bar_and_takes_it_away() -> None:
    screen = Screen()
    # Half a second passes at every look at the clock.
    seconds = (look / 2 for look in count())
    with cli.bar(screen, lambda: next(seconds)):
        work(4)
    assert screen.shares() == ["25%", "50%", "75%", ""]


def test_work_that_ends_early_takes_the_bar_away() -> None:
    screen = Screen()
    seconds = (look / 2 for look in count())
    with cli.bar(screen, lambda: next(seconds)):
        for step in watched(range(8), "trying"):
            if step == 2:
                break
    assert screen.shares() == ["12%", "25%", ""]


def test_an_import_tells_of_all_its_work_and_never_goes_back(tmp_path: Path) -> None:
    told: dict[str, list[float]] = {}
    rows = [{"question": f"How many in area {n}?", "answer": f"{n}."} for n in range(200)]
    with (
        heard_by(lambda stage, share: told.setdefault(stage, []).append(share)),
        closing(KnowledgeBase.open(tmp_path / "new.db", shipped=False)) as knowledge,
    ):
        knowledge.change(knowledge.plan_import(json.dumps(rows).encode(), "rows.json").edit, "test")
        assert knowledge.matcher
        for shares in told.values():
            assert (shares[0], shares[-1]) == (0, 1)
            # What is done twice begins again when it was done once.
            steps = pairwise(shares)
            assert all(now >= before or (before, now) == (1, 0) for before, now in steps)
        scored(b'{"question": "how many in area 7"}', knowledge.ask)
    assert set(told) <= set(get_args(Stage)) == set(texts.STAGES)


def test_short_work_draws_nothing() -> None:
    screen = Screen()
    with cli.bar(screen, lambda: 0):
        work(4)
    assert screen.getvalue() == ""


def test_a_pipe_is_left_alone() -> None:
    pipe, seconds = io.StringIO(), count()
    with cli.bar(pipe, lambda: next(seconds)):
        work(4)
    assert pipe.getvalue() == ""


def test_a_message_follows_work_in_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "EVERY", 0.001)
    shown: list[str] = []
    seen = threading.Event()

    def slow() -> None:
        for step in watched(range(4), "saving"):
            if step == 2:
                assert seen.wait(30)

    async def show(page: BotMessage) -> None:
        shown.append(page.html)
        if page.html.endswith("50%"):
            seen.set()
            raise BadRequest("Message can't be edited")

    async def story() -> None:
        await delivery.telling(show, asyncio.to_thread(slow))
        shown.append("over")

    asyncio.run(story())
    assert any(text.endswith("50%") for text in shown)
    assert shown[-1] == "over"


def test_what_takes_long_to_take_back_says_how_far_it_has_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "EVERY", 0.001)
    with small(tmp_path / "small.db") as desk:
        desk.says("/add How many ducks are there?|12.")
        desk.taps(admin_texts.SAVE)
        carry_out = desk.knowledge.carry_out

        def seen(words: str, method: str) -> bool:
            return words in str(desk.telegram.said(method))

        def slow(edit: Edit, who: str) -> Version:
            methods = {1: "sendMessage", 2: "editMessageText"}
            for step in watched(range(4), "saving"):
                if method := methods.get(step):
                    desk.telegram.wait(partial(seen, f"{step / 4:.0%}", method))
            return carry_out(edit, who)

        monkeypatch.setattr(desk.knowledge, "carry_out", slow)
        count = len(desk.telegram.chat(desk.bea).messages)
        assert desk.says("/undo").text.startswith("Done and live: took back")
        # The command, and the one message that told how far it had come and then the outcome.
        assert len(desk.telegram.chat(desk.bea).messages) == count + 2
