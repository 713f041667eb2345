"""Changes are live in the next answer, everywhere, and hold nobody up."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.admin import texts
from bot.cli import main
from bot.transport.updates import order_of
from knowledge import KnowledgeBase, edits
from knowledge.storage import store
from tests.administrators import Desk, talking
from tests.telegram import deliver


def test_a_change_from_the_command_line_shows_in_the_next_answer(desk: Desk) -> None:
    assert desk.says("po vacancies", desk.ann).text.startswith("Over 650")
    shell = ["--database", str(desk.path)]
    assert main([*shell, "edit", "nps-vacancies", "--answer", "Exactly 651 posts."]) == 0
    assert desk.says("po vacancies", desk.ann).text.startswith("Exactly 651 posts.")
    assert main([*shell, "undo"]) == 0
    assert desk.says("po vacancies", desk.ann).text.startswith("Over 650")


def test_questions_asked_elsewhere_make_nobody_load_again(desk: Desk) -> None:
    matcher = desk.knowledge.matcher
    with closing(KnowledgeBase.open(desk.path)) as other:
        other.record("po vacancies", other.ask("po vacancies"))
    desk.says("po vacancies", desk.ann)
    assert desk.knowledge.matcher is matcher


def test_a_question_during_an_edit_gets_the_old_or_the_new(tmp_path: Path) -> None:
    path = tmp_path / "large.db"
    rows = [
        {
            "id": f"fact-{number}",
            "question": f"What is the value of item {number}?",
            "answer": f"It is {number}.",
            "also_asked": [f"{word} of item {number}" for word in "size cost weight".split()],
        }
        for number in range(30)
    ]
    data = json.dumps(rows).encode()
    with closing(KnowledgeBase.open(path, shipped=False)) as base:
        base.change(base.plan_import(data, "large.json").edit, "test")
        with talking(path, base) as desk:
            desk.runner.run(_asking_meanwhile(desk))


async def _asking_meanwhile(desk: Desk) -> None:
    """Edit a fact while another person asks about it, over and over."""
    done = asyncio.Event()

    async def ask() -> None:
        while not done.is_set():
            desk.telegram.text(desk.ann, "size of item 7")
            await deliver(desk.application, desk.telegram)
            answer = desk.telegram.chat(desk.ann).last.text
            # The old knowledge or the new, nothing else.
            assert answer.startswith(("It is 7.", "It is 7, at last.")), answer

    async def change() -> None:
        fact = desk.knowledge.fact("fact-7")
        cells = {"answer": "It is 7, at last.", "also_asked": [*fact.also_asked, "seventh thing"]}
        edit = edits.edited(desk.knowledge.snapshot, fact, cells)
        await order_of(desk.application).carry_out(edit, "test")
        done.set()

    await asyncio.gather(change(), ask())
    desk.telegram.text(desk.ann, "seventh thing")
    await deliver(desk.application, desk.telegram)
    assert desk.telegram.chat(desk.ann).last.text.startswith("It is 7, at last.")


def test_a_locked_database_is_a_sentence_and_the_answers_go_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PATIENT", 200)
    verdict = desk.says("/gap Is there a podcast? | No.")
    with closing(sqlite3.connect(desk.path, isolation_level=None)) as other:
        other.execute("begin immediate")
        refused = desk.taps(texts.SAVE)
        assert "Another program is writing to it. Nothing was changed; try again" in refused.text
        assert desk.says("po vacancies", desk.ann).text.startswith("Over 650")
        other.execute("rollback")
    # The draft is still there: the same button works now.
    desk.taps(texts.SAVE, verdict)
    assert desk.telegram.message(desk.bea, verdict).text.startswith("Done and live")
