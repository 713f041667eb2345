"""What the administrators' handlers share."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.admin.drafts import Draft, Drafts
from bot.live import Live
from bot.services import App, Context, Services, services_of
from knowledge import Cluster, Edit, Editor, KnowledgeBase, Plan

_KEY = "administrators"


@dataclass(slots=True)
class AdminServices:
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

    def edit_of(self, draft: Draft) -> Edit:
        """Give the change that a draft stands for; raises KnowledgeError."""
        return self.drafts.edit(draft, self.knowledge.snapshot)


def start(application: App) -> AdminServices:
    """Make what the administrators' handlers share and put it where `of` finds it."""
    services = services_of(application)
    editor = Editor(services.knowledge)
    made = AdminServices(services, editor, Live(services.knowledge), Drafts(editor))
    application.bot_data[_KEY] = made
    return made


def of(context: Context | App) -> AdminServices:
    """Give what the administrators' handlers of a bot share."""
    made = context.bot_data[_KEY]
    assert isinstance(made, AdminServices)
    return made
