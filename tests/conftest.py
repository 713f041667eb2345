"""A small knowledge base, an in-memory Telegram, and the bot between them."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from bot import app
from bot.services import App, services_of
from bot.settings import Settings
from bot.simulator import Call, Chat, Message, SandboxRequest, Telegram, User, deliver
from knowledge import Context, Fact, KnowledgeBase, Reply, Suggestions, Unknown

DATA = Path(__file__).parent / "data"
SMALL = DATA / "small.json"
RISK = DATA / "risk.json"
NO_CONTEXT = Context()
_UPDATES = count(1, 1_000_000)


class Hesitant(KnowledgeBase):
    """A knowledge base that is never sure, to see what the bot does with suggestions."""

    def ask(self, question: str, context: Context = NO_CONTEXT) -> Reply:
        return Suggestions(self.search(question, 4))


class Ignorant(KnowledgeBase):
    """A knowledge base that never knows."""

    def ask(self, question: str, context: Context = NO_CONTEXT) -> Reply:
        return Unknown()


def open_small(path: Path, kind: type[KnowledgeBase] = KnowledgeBase) -> KnowledgeBase:
    """Open a new database with the small knowledge base in it."""
    knowledge = kind.open(path, shipped=False)
    knowledge.apply(knowledge.plan_import(SMALL.read_bytes(), SMALL.name), "test")
    return knowledge


def every_fact(knowledge: KnowledgeBase) -> list[Fact]:
    """All facts and gaps of a knowledge base."""
    rows = knowledge.export("all.jsonl").decode().splitlines()
    return [knowledge.fact(json.loads(row)["id"]) for row in rows]


@dataclass
class World:
    """A bot in its Telegram, with one person who talks to it."""

    path: Path
    telegram: Telegram
    application: App
    knowledge: KnowledgeBase
    runner: asyncio.Runner
    ann: User

    def deliver(self) -> None:
        """Let the bot handle everything that waits."""
        self.runner.run(deliver(self.application, self.telegram))

    def says(self, text: str, chat: Chat | None = None, *, who: User | None = None) -> Message:
        """Let a person type something; what then stands last in the chat."""
        self.telegram.text(who or self.ann, text, chat)
        self.deliver()
        return self.telegram.chat(chat or who or self.ann).last

    def taps(self, message: Message, button: str, *, who: User | None = None) -> Message:
        """Let a person press a button; the message as it then stands."""
        self.telegram.tap(who or self.ann, message, button)
        self.deliver()
        return self.telegram.message(self.ann, message)

    def shown(self, chat: Chat | None = None) -> tuple[str, ...]:
        """The facts that the bot remembers having shown in a chat, by default Ann's."""
        return services_of(self.application).memory.shown(((chat or self.ann).id, None))

    def asked(self) -> list[sqlite3.Row]:
        """What is stored of the questions asked, oldest first."""
        with closing(sqlite3.connect(self.path)) as database:
            database.row_factory = sqlite3.Row
            return database.execute("select * from asked order by id").fetchall()

    def age_questions(self) -> None:
        """Let all questions so far have been asked a year ago."""
        with closing(sqlite3.connect(self.path)) as database, database:
            database.execute("update asked set at = '2019-01-01T00:00:00+00:00'")

    def retire(self, fact_id: str) -> None:
        """Withdraw a fact, as an administrator would."""
        data = f"id,question,answer,state\n{fact_id},Gone?,Gone.,retired\n".encode()
        self.knowledge.apply(self.knowledge.plan_import(data, "retire.csv"), "test")

    def calls(self) -> list[Call]:
        """What the bot has done since this was last looked at."""
        calls = list(self.telegram.calls)
        self.telegram.calls.clear()
        return calls


def started(
    path: Path,
    kind: type[KnowledgeBase] = KnowledgeBase,
    settings: Settings | None = None,
    *,
    empty: bool = False,
) -> Iterator[World]:
    """Start a bot on a new small knowledge base."""
    base = KnowledgeBase.open(path, shipped=False) if empty else open_small(path, kind)
    with closing(base) as knowledge:
        yield from talking(path, knowledge, settings)


def talking(
    path: Path, knowledge: KnowledgeBase, settings: Settings | None = None
) -> Iterator[World]:
    """Start a bot on a knowledge base."""
    # A knowledge base that several worlds share must not take one's updates for another's.
    telegram = Telegram(first_update=next(_UPDATES))
    settings = settings or Settings(token=telegram.token, questions_per_minute=1000)
    with asyncio.Runner() as runner:
        requests = SandboxRequest(telegram), SandboxRequest(telegram)
        application = app.build(settings, knowledge, *requests)
        runner.run(application.initialize())
        ann = telegram.user("Ann", username="ann_k")
        telegram.text(ann, "/start")
        telegram.take()
        yield World(path, telegram, application, knowledge, runner, ann)
        runner.run(application.shutdown())


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[World]:
    """The bot with the small knowledge base."""
    yield from started(tmp_path / "small.db")


@pytest.fixture
def hesitant(tmp_path: Path) -> Iterator[World]:
    """A bot that is never sure and always has suggestions."""
    yield from started(tmp_path / "hesitant.db", Hesitant)


@pytest.fixture
def ignorant(tmp_path: Path) -> Iterator[World]:
    """A bot that never knows."""
    yield from started(tmp_path / "ignorant.db", Ignorant)


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """The knowledge base that comes with the program."""
    path = tmp_path_factory.mktemp("shipped") / "shipped.db"
    with closing(KnowledgeBase.open(path)) as knowledge:
        yield knowledge


@pytest.fixture
def risky(tmp_path: Path) -> Iterator[World]:
    """The bot with a part of the table of risk as well, for follow-ups."""
    path = tmp_path / "risky.db"
    with closing(open_small(path)) as knowledge:
        knowledge.apply(knowledge.plan_import(RISK.read_bytes(), RISK.name), "test")
        yield from talking(path, knowledge)
