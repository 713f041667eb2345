"""What the handlers share: the knowledge base, the settings and what is remembered in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from telegram.ext import Application, ContextTypes

from bot.charts.gallery import Gallery
from bot.charts.pictures import Pictures
from bot.chat_memory import Memory
from bot.messages.message import Sources
from bot.settings import Settings
from bot.throttle import FairUse
from bot.transport.notices import Notices
from knowledge import Fact, KnowledgeBase, KnowledgeError

Context = ContextTypes.DEFAULT_TYPE
App = Application[Any, Any, Any, Any, Any, Any]

_KEY = "services"


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a handler needs beside the update."""

    settings: Settings
    knowledge: KnowledgeBase
    memory: Memory
    fair_use: FairUse
    gallery: Gallery
    pictures: Pictures
    notices: Notices

    def sources(self, username: str = "") -> Sources:
        """Give the reports that sources and links are named after."""
        return Sources({report.id: report for report in self.knowledge.reports()}, username)

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


def start_services(settings: Settings, knowledge: KnowledgeBase) -> Services:
    """Make the services of a bot that has spoken to nobody yet."""
    return Services(
        settings,
        knowledge,
        Memory(settings.context_minutes),
        FairUse(settings.questions_per_minute),
        Gallery(knowledge),
        Pictures(),
        Notices(),
    )


def keep_services(application: App, services: Services) -> None:
    """Put the services where `services_of` finds them."""
    application.bot_data[_KEY] = services


def services_of(context: Context | App) -> Services:
    """Give the services of the bot that a handler or hook runs in."""
    services = context.bot_data[_KEY]
    assert isinstance(services, Services)
    return services
