"""An administrator and the bot, for the tests of what administrators do."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot import app
from bot.services import App
from bot.settings import Settings
from bot.simulator import Chat, Message, SandboxRequest, Telegram, User, deliver
from knowledge import KnowledgeBase
from tests.conftest import open_small

BEA, CAL = 1001, 1002


@dataclass
class Desk:
    """A bot with two administrators, Bea and Cal, and Ann, who is none."""

    path: Path
    telegram: Telegram
    application: App
    knowledge: KnowledgeBase
    runner: asyncio.Runner
    bea: User
    cal: User
    ann: User

    def deliver(self) -> None:
        self.runner.run(deliver(self.application, self.telegram))

    def says(self, text: str, who: User | None = None, chat: Chat | None = None) -> Message:
        """Let somebody, by default Bea, type something; what then stands last in the chat."""
        who = who or self.bea
        self.telegram.text(who, text, chat)
        self.deliver()
        return self.telegram.chat(chat or who).last

    def taps(self, button: str, message: Message | None = None, who: User | None = None) -> Message:
        """Press a button, by default of Bea's last message; what then stands last."""
        who = who or self.bea
        self.telegram.tap(who, message or self.telegram.chat(who).last, button)
        self.deliver()
        return self.telegram.chat(who).last

    def sends(self, name: str, data: bytes, who: User | None = None) -> Message:
        """Send a file; what then stands last."""
        self.telegram.document(who or self.bea, name, data)
        self.deliver()
        return self.telegram.chat(who or self.bea).last

    def last(self, who: User | None = None, back: int = 1) -> Message:
        """The message that stands last in somebody's chat, or before it."""
        return self.telegram.chat(who or self.bea).messages[-back]


@contextmanager
def talking(
    path: Path, knowledge: KnowledgeBase, telegram: Telegram | None = None, **settings: object
) -> Iterator[Desk]:
    """Start a bot with administrators on a knowledge base."""
    is_new = telegram is None
    telegram = telegram or Telegram()
    configured = Settings(
        token=telegram.token,
        admin_ids=frozenset({BEA, CAL}),
        database=path,
        questions_per_minute=10_000,
    )
    configured = replace(configured, **settings)  # type: ignore[arg-type]
    with asyncio.Runner() as runner:
        requests = SandboxRequest(telegram), SandboxRequest(telegram)
        application = app.build(configured, knowledge, *requests)
        runner.run(application.initialize())
        if is_new:
            people = [
                telegram.user(name, user_id=number)
                for name, number in (("Bea", BEA), ("Cal", CAL), ("Ann", 2001))
            ]
            for one in people:
                telegram.text(one, "/start")
            telegram.take()
        users = [telegram.users[number] for number in (BEA, CAL, 2001)]
        yield Desk(path, telegram, application, knowledge, runner, *users)
        runner.run(application.shutdown())


@contextmanager
def small(path: Path) -> Iterator[Desk]:
    """Start a bot with administrators on the small knowledge base."""
    with closing(open_small(path)) as knowledge, talking(path, knowledge) as desk:
        yield desk
