"""What the handlers share: the knowledge base, the settings and what is remembered in memory."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from telegram.ext import Application, ContextTypes

from bot import texts
from bot.charts.gallery import Gallery
from bot.chat_memory import Memory
from bot.messages.message import Sources
from bot.settings import Settings
from bot.throttle import FairUse
from knowledge import Fact, KnowledgeBase, KnowledgeError

Context = ContextTypes.DEFAULT_TYPE
App = Application[Any, Any, Any, Any, Any, Any]

_KEY = "services"

# So many facts are looked at for a few that add something.
LOOKED_AT = 40
# A fact less likely than this is not near a question.
NEAREST = 0.02
_WORD = re.compile(r"\w{4,}|\d+")
_NAMED = re.compile(r"\w{3,}")
_ASKING = frozenset(
    "how what which who when where why was were the are did does has many there with and"
    " for".split()
)


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a handler needs beside the update."""

    settings: Settings
    knowledge: KnowledgeBase
    memory: Memory
    fair_use: FairUse
    gallery: Gallery

    def sources(self, username: str = "") -> Sources:
        """Give the reports that sources and links are named after."""
        return Sources({report.id: report for report in self.knowledge.reports()}, username)

    def titles(self) -> tuple[str, ...]:
        """Give the reports' titles with their publishers, as they stand within a sentence."""
        return tuple(texts.report_name(r.title, r.publisher) for r in self.knowledge.reports())

    def findings(self, limit: int) -> tuple[Fact, ...]:
        """Give key findings to begin with: overviews first, then the first fact of each topic."""
        lists = [self.knowledge.facts(topic.id) for topic in self.knowledge.topics()]
        curated = [one for facts in lists for one in facts if _is_overview(one)]
        firsts = [facts[0] for facts in lists]
        return tuple({one.id: one for one in (*curated, *firsts)}.values())[:limit]

    def fact(self, fact_id: str) -> Fact | None:
        """Give a live fact, None for one withdrawn or never known."""
        try:
            fact = self.knowledge.fact(fact_id)
        except KnowledgeError:
            return None
        return None if fact.retired else fact

    def known(self, fact_ids: Sequence[str]) -> tuple[Fact, ...]:
        """Give those of some facts that are live."""
        return tuple(fact for one in fact_ids if (fact := self.fact(one)))

    def related(self, fact: Fact, seen: Sequence[str] = (), limit: int = 3) -> tuple[Fact, ...]:
        """Give facts worth reading next that this chat has not seen."""
        others = self.knowledge.related(fact.id, (*seen, fact.id), LOOKED_AT)
        adding = [one for one in others if adds(one, fact)]
        about = _about(fact.question)
        # Those on most of the same things first; of as many, those that stand next to it.
        return tuple(sorted(adding, key=lambda one: -len(about & _about(one.question))))[:limit]

    def nearest(self, text: str, gap: Fact | None, limit: int = 3) -> tuple[Fact, ...]:
        """Give the facts nearest to a question that has no answer, those beside the gap first."""
        beside = [fact for one in (gap.beside if gap else ()) if (fact := self.fact(one))]
        # Where a gap takes all the likelihood, what stands by it in its topic is near.
        found = [
            match.fact
            for match in self.knowledge.search(text, limit)
            if match.confidence >= NEAREST or (gap and match.fact.topic == gap.topic)
        ]
        return tuple({one.id: one for one in (*beside, *found)}.values())[:limit]


def _about(question: str) -> set[str]:
    return set(_NAMED.findall(question.casefold())) - _ASKING


def _is_overview(fact: Fact) -> bool:
    return fact.topic == "overview" or fact.id.startswith("main-findings")


def adds(other: Fact, shown: Fact) -> bool:
    """Tell whether a fact's answer says something that another doesn't say already."""
    said = f"{shown.question} {shown.answer} {shown.detail}".casefold()
    words = _WORD.findall(other.answer.casefold())
    return sum(word not in said for word in words) * 3 > len(words)


def start_services(settings: Settings, knowledge: KnowledgeBase) -> Services:
    """Make the services of a bot that has spoken to nobody yet."""
    return Services(
        settings,
        knowledge,
        Memory(settings.context_minutes),
        FairUse(settings.questions_per_minute),
        Gallery(knowledge),
    )


def keep_services(application: App, services: Services) -> None:
    """Put the services where `services_of` finds them."""
    application.bot_data[_KEY] = services


def services_of(context: Context | App) -> Services:
    """Give the services of the bot that a handler or hook runs in."""
    services = context.bot_data[_KEY]
    assert isinstance(services, Services)
    return services
