"""Long work shows how far it has come; short work shows nothing."""

from __future__ import annotations

import asyncio
import io
import threading
from itertools import count

from telegram.error import BadRequest

from bot import waiting
from bot.admin import texts as admin_texts
from bot.settings import Settings
from knowledge.progress import watched
from tests.conftest import World, talking


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def work(steps: int) -> None:
    assert list(watched(range(steps), "learning")) == list(range(steps))


def test_long_work_draws_a_bar_and_takes_it_away() -> None:
    screen = Screen()
    # A second passes at every look at the clock.
    seconds = count()
    with waiting.bar(screen, lambda: next(seconds)):
        work(4)
    lines = screen.getvalue().split("\r\x1b[K")
    assert [line[-3:].strip() for line in lines[1:]] == ["0%", "25%", "50%", "75%", ""]


def test_short_work_draws_nothing() -> None:
    screen = Screen()
    with waiting.bar(screen, lambda: 0):
        work(4)
    assert screen.getvalue() == ""


def test_a_pipe_is_left_alone() -> None:
    pipe, seconds = io.StringIO(), count()
    with waiting.bar(pipe, lambda: next(seconds)):
        work(4)
    assert pipe.getvalue() == ""


def test_a_message_follows_work_in_a_thread() -> None:
    shown: list[str] = []
    seen = threading.Event()

    def slow() -> None:
        for step in watched(range(4), "learning"):
            if step == 2:
                assert seen.wait(30)

    async def show(text: str) -> None:
        shown.append(text)
        if text.endswith("50%"):
            seen.set()
            raise BadRequest("Message can't be edited")

    async def story() -> None:
        async with waiting.told(show, every=0.001):
            await asyncio.to_thread(slow)
        shown.append("over")

    asyncio.run(story())
    assert any(text.endswith("50%") for text in shown)
    assert shown[-1] == "over"


def test_an_import_says_that_it_is_being_applied(chat: World) -> None:
    settings = Settings(
        token=chat.telegram.token, admin_ids=frozenset({chat.ann.id}), questions_per_minute=1000
    )
    for world in talking(chat.path, chat.knowledge, settings):
        rows = b"question,answer\nHow many ducks are there?,12.\n"
        world.telegram.document(world.ann, "ducks.csv", rows)
        world.deliver()
        world.calls()
        world.taps(world.telegram.chat(world.ann).last, admin_texts.APPLY)
        edits = [c.parameters["text"] for c in world.calls() if c.method == "editMessageText"]
        assert edits[0] == admin_texts.APPLYING
        assert "ducks.csv" in edits[-1]
