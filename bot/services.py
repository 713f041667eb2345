"""What the handlers share: the knowledge base, the settings and what is remembered in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from telegram.ext import Application, ContextTypes

from bot.charts.gallery import Gallery
from bot.charts.pictures import Pictures
from bot.chat_memory import Memory
from bot.messages.message import Shelf
from bot.settings import Settings
from bot.throttle import FairUse
from bot.transport.notices import Notices
from knowledge import Fact, KnowledgeBase, KnowledgeError

Context = ContextTypes.DEFAULT_TYPE
App = Application[Any, Any, Any, Any, Any, Any]

_KEY = "state"


@dataclass(frozen=True, slots=True)
class State:
    """Everything a handler needs beside the update."""

    settings: Settings
    knowledge: KnowledgeBase
    memory: Memory
    fair_use: FairUse
    gallery: Gallery
    pictures: Pictures
    notices: Notices

    def shelf(self, username: str = "") -> Shelf:
        """Give the reports that sources and links are named after."""
        return Shelf({report.id: report for report in self.knowledge.reports()}, username)

    def fact(self, fact_id: str) -> Fact | None:
        """Give a live fact, None for one withdrawn or never known."""
        try:
            fact = self.knowledge.fact(fact_id)
        except KnowledgeError:
            return None
        return None if fact.retired else fact

    def related(self, fact: Fact, seen: Sequence[str] = (), limit: int = 3) -> tuple[Fact, ...]:
        """Give facts worth reading next that this chat has not seen."""
        return self.knowledge.related(fact.id, (*seen, fact.id), limit)


def start(settings: Settings, knowledge: KnowledgeBase) -> State:
    """Make the state of a bot that has spoken to nobody yet."""
    return State(
        settings,
        knowledge,
        Memory(settings.context_minutes),
        FairUse(settings.questions_per_minute),
        Gallery(knowledge),
        Pictures(),
        Notices(),
    )


def keep(application: App, state: State) -> None:
    """Put the state where `of` finds it."""
    application.bot_data[_KEY] = state


def of(context: Context | App) -> State:
    """Give the state of the bot that a handler or hook runs in."""
    state = context.bot_data[_KEY]
    assert isinstance(state, State)
    return state
