"""A small knowledge base, an in-memory Telegram, and the bot between them."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

import pytest

from bot import app
from bot.settings import Settings
from bot.transport import App
from knowledge import Context, Fact, KnowledgeBase, Remark, Reply, Suggestions, Unknown, Version
from tests.telegram import Call, Chat, Message, SandboxRequest, Telegram, User, deliver

DATA = Path(__file__).parent / "data"
SMALL = DATA / "small.json"
RISK = DATA / "risk.json"
NO_CONTEXT = Context()
BEA, CAL, ANN = 1001, 1002, 2001
ADMINS = {BEA: "Bea", CAL: "Cal"}
_UPDATES = count(1, 1_000_000)


class Hesitant(KnowledgeBase):
    """A knowledge base that is never sure, to see what the bot does with suggestions."""

    def ask(self, question: str, context: Context = NO_CONTEXT) -> Reply:
        reply = super().ask(question, context)
        return reply if isinstance(reply, Remark) else Suggestions(self.search(question, 4))


class Ignorant(KnowledgeBase):
    """A knowledge base that never knows."""

    def ask(self, question: str, context: Context = NO_CONTEXT) -> Reply:
        return Unknown()


@cache
def _made(*files: Path) -> tuple[bytes, Version]:
    """Give a database, made once, and what it answers from; without files the shipped report's."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.db"
        with closing(KnowledgeBase.open(path, shipped=not files)) as knowledge:
            for file in files:
                knowledge.change(knowledge.plan_import(file.read_bytes(), file.name).edit, "test")
            version = knowledge.version
        return path.read_bytes(), version


def _opened(kind: type[KnowledgeBase], path: Path, *files: Path) -> KnowledgeBase:
    data, version = _made(*files)
    path.write_bytes(data)
    knowledge = kind.open(path, shipped=False)
    knowledge.adopt(version)
    return knowledge


def open_small(path: Path, kind: type[KnowledgeBase] = KnowledgeBase) -> KnowledgeBase:
    """Open a new database with the small knowledge base in it."""
    return _opened(kind, path, SMALL)


def open_shipped(path: Path) -> KnowledgeBase:
    """Open a new database with the knowledge base that comes with the program."""
    return _opened(KnowledgeBase, path)


def every_fact(knowledge: KnowledgeBase) -> list[Fact]:
    """All facts and gaps of a knowledge base."""
    rows = knowledge.export("all.jsonl").decode().splitlines()
    return [knowledge.fact(json.loads(row)["id"]) for row in rows]


@dataclass
class World:
    """A bot in its Telegram with Ann, and with the administrators Bea and Cal when asked for.

    Who is not named does what is done: Bea where there are administrators, else Ann.
    """

    path: Path
    telegram: Telegram
    application: App
    knowledge: KnowledgeBase
    runner: asyncio.Runner
    ann: User
    admins: tuple[User, ...] = ()

    @property
    def bea(self) -> User:
        return self.admins[0]

    @property
    def cal(self) -> User:
        return self.admins[1]

    @property
    def me(self) -> User:
        return self.admins[0] if self.admins else self.ann

    def deliver(self) -> None:
        """Let the bot handle everything that waits."""
        self.runner.run(deliver(self.application, self.telegram))

    def says(
        self, text: str, where: Chat | User | None = None, *, who: User | None = None
    ) -> Message:
        """Let a person type something, in their own chat if none is given; what then stands last.

        A person given for the chat types it, in theirs.
        """
        person = who or (where if isinstance(where, User) else self.me)
        self.telegram.text(person, text, where)
        self.deliver()
        return self.telegram.chat(where or person).last

    def taps(
        self, one: Message | str, other: Message | str | None = None, who: User | None = None
    ) -> Message:
        """Let a person press a button, by default of the last message in their chat.

        Of a message named first, gives how it then stands; else what then stands last.
        """
        person = who or self.me
        button, message = (one, other) if isinstance(one, str) else (other, one)
        assert isinstance(button, str)
        assert not isinstance(message, str)
        self.telegram.tap(person, message or self.telegram.chat(person).last, button)
        self.deliver()
        if isinstance(one, Message):
            return self.telegram.message(person, one)
        return self.telegram.chat(person).last

    def sends(self, name: str, data: bytes, who: User | None = None) -> Message:
        """Let a person send a file; what then stands last."""
        self.telegram.document(who or self.me, name, data)
        self.deliver()
        return self.last(who)

    def last(self, who: User | None = None, back: int = 1) -> Message:
        """The message that stands last in somebody's chat, or before it."""
        return self.telegram.chat(who or self.me).messages[-back]

    def shown(self, chat: Chat | None = None) -> tuple[str, ...]:
        """The facts that the bot remembers having shown in a chat, by default Ann's."""
        return self.application.bot_data.memory.standing(
            ((chat or self.ann).id, None)
        ).context.shown

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
        self.knowledge.change(self.knowledge.plan_import(data, "retire.csv").edit, "test")

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
    path: Path,
    knowledge: KnowledgeBase,
    settings: Settings | None = None,
    *,
    telegram: Telegram | None = None,
) -> Iterator[World]:
    """Start a bot on a knowledge base; in a new Telegram, in which everybody has written to it."""
    # A knowledge base that several worlds share must not take one's updates for another's.
    is_new, telegram = telegram is None, telegram or Telegram(first_update=next(_UPDATES))
    settings = settings or Settings(token=telegram.token, questions_per_minute=1000)
    with_admins = settings.admin_ids == ADMINS.keys()
    with asyncio.Runner() as runner:
        application = app.build(settings, knowledge, SandboxRequest(telegram))
        runner.run(application.initialize())
        if is_new:
            admins = [telegram.user(ADMINS[one], user_id=one) for one in ADMINS if with_admins]
            ann = telegram.user("Ann", username="ann_k", user_id=ANN if admins else 0)
            for person in (*admins, ann):
                telegram.text(person, "/start")
            telegram.take()
        else:
            admins = [telegram.users[one] for one in ADMINS]
            ann = telegram.users[ANN]
        yield World(path, telegram, application, knowledge, runner, ann, tuple(admins))
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
    with closing(open_shipped(path)) as knowledge:
        yield knowledge


@pytest.fixture
def risky(tmp_path: Path) -> Iterator[World]:
    """The bot with a part of the table of risk as well, for follow-ups."""
    path = tmp_path / "risky.db"
    with closing(_opened(KnowledgeBase, path, SMALL, RISK)) as knowledge:
        yield from talking(path, knowledge)
