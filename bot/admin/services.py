"""What the administrators' handlers share."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.admin.drafts import Drafts
from bot.live import Live
from bot.services import App, Context, Services, services_of
from knowledge import Cluster, Editor, KnowledgeBase, Plan

_KEY = "office"


@dataclass(slots=True)
class Office:
    """Everything an administrator's handler needs beside the update."""

    services: Services
    editor: Editor
    live: Live
    drafts: Drafts
    # By administrator: the imports that wait for a confirmation, under their numbers, and the
    # unanswered questions as listed last. Both can be had again, so both are kept in memory only.
    plans: dict[tuple[int, str], Plan] = field(default_factory=dict)
    clusters: dict[int, tuple[Cluster, ...]] = field(default_factory=dict)

    @property
    def knowledge(self) -> KnowledgeBase:
        """Give the knowledge base."""
        return self.services.knowledge


def furnish(application: App) -> Office:
    """Make the office of an application and put it where `of` finds it."""
    services = services_of(application)
    editor = Editor(services.knowledge)
    office = Office(services, editor, Live(services.knowledge), Drafts(editor))
    application.bot_data[_KEY] = office
    return office


def of(context: Context | App) -> Office:
    """Give the office of the bot that a handler or hook runs in."""
    office = context.bot_data[_KEY]
    assert isinstance(office, Office)
    return office
