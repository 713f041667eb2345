"""Somebody taps all that can be reached from the first screens: no way leads nowhere, and
every page fits a screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot import messages, texts
from knowledge import KnowledgeBase
from tests.conftest import World, talking
from tests.telegram import Message

BEGINNINGS = ("/start", "/topics", "/chart", "/contact", "/reports", "how many po vacancies",
              "reoffending rate?", "/chart risk")  # fmt: skip
# The same for every entry, so one of each will do.
ONCE = {kind[:2] for kind in (messages.CHART, messages.FIGURES, messages.SHARE, messages.RELATED)}
# What thanks for a word about an answer leads nowhere but to the next question.
ENDS = {texts.WHAT_WAS_WRONG["answer"]}


@pytest.fixture
def full(shipped: KnowledgeBase) -> Iterator[World]:
    """The bot with the shipped report."""
    yield from talking(shipped.store.path, shipped)


def buttons(message: Message) -> list[str]:
    """What the buttons of a message say to the bot."""
    return [one.data for row in message.keyboard for one in row if one.data]


def test_every_button_leads_somewhere_and_on_from_there(full: World) -> None:
    waiting: dict[str, Message] = {}
    for said in BEGINNINGS:
        shown = full.says(said)
        waiting |= dict.fromkeys(buttons(shown), shown)
    seen, facts = set[str](), set[str]()
    while waiting:
        data, message = waiting.popitem()
        key = data[:2] if data[:2] in ONCE else data
        if key in seen:
            continue
        seen.add(key)
        full.calls()
        last = full.last()
        full.telegram.tap(full.ann, message, data=data)
        full.deliver()
        # A list that has been turned is tapped as it was; what says the same again is no fault.
        refused = [str(call.error) for call in full.calls() if call.error]
        assert [error for error in refused if "not modified" not in error] == [], data
        assert not any(toast.alert for toast in full.telegram.toasts), data
        shown = full.telegram.message(full.ann, message) if full.last() == last else full.last()
        rows = tuple(tuple(messages.Button(one.text) for one in row) for row in shown.keyboard)
        assert shown.photo or messages.BotMessage(shown.html, rows).height <= messages.SCREEN, data
        assert shown.keyboard or shown.document or shown.text in ENDS, data
        if data.startswith(messages.FACT[:2]):
            facts.add(data[2:])
            assert texts.BACK in shown.buttons
        waiting |= dict.fromkeys(buttons(shown), shown)
    # Whatever is not a gap is reached by browsing.
    topics = full.knowledge.snapshot.topics.values()
    assert facts == {fact.id for every in topics for fact in every}
