"""Who may open the preview: this machine, with its address, from its own page, and nobody else."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Any, TypeVar

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest, HTTPResponse
from tornado.websocket import WebSocketClientConnection, websocket_connect

from bot import texts
from bot.preview import Session, opened
from bot.settings import Settings
from tests.conftest import open_small

T = TypeVar("T")


class Visitor:
    """A program on the same machine that talks to the preview."""

    def __init__(self, session: Session, url: str, runner: asyncio.Runner) -> None:
        self.session, self.url = session, url
        self.root, self.token, _ = url.rsplit("/", 2)
        self.port = int(self.root.rpartition(":")[2])
        self._run = runner.run
        self._doors: list[WebSocketClientConnection] = []

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self._run(coroutine)

    def get(self, path: str = "", **headers: str) -> HTTPResponse:
        """Ask for something below the preview's address, or anywhere with a leading slash."""
        url = (self.root if path.startswith("/") else self.url) + path
        request = HTTPRequest(url, headers=headers)

        async def fetch() -> HTTPResponse:
            return await AsyncHTTPClient().fetch(request, raise_error=False)

        return self.run(fetch())

    def talk(self, **headers: str) -> WebSocketClientConnection:
        """Open the connection that the page opens."""
        request = HTTPRequest(f"{self.url}talk".replace("http", "ws", 1), headers=headers)

        async def connect() -> WebSocketClientConnection:
            return await websocket_connect(request)

        self._doors.append(self.run(connect()))
        return self._doors[-1]

    def leave(self) -> None:
        """Close every connection, and wait until the preview has seen it."""

        async def close() -> None:
            for door in self._doors:
                door.close()
                while await door.read_message() is not None:
                    pass

        self.run(close())

    def hears(self, words: str, door: WebSocketClientConnection, **act: Any) -> None:
        """Do something, and wait until the newest message or a toast begins so."""

        async def exchange() -> None:
            await door.write_message(json.dumps(act))
            async with asyncio.timeout(30):
                while not heard(json.loads(str(await door.read_message()))).startswith(words):
                    pass

        self.run(exchange())


def heard(news: dict[str, Any]) -> str:
    messages = news["state"]["messages"] if "state" in news else []
    return str(news.get("toast") or (messages[-1]["html"] if messages else ""))


@pytest.fixture
def visitor(tmp_path: Path) -> Iterator[Visitor]:
    """A preview of the small knowledge base, and somebody in front of it."""
    with closing(open_small(tmp_path / "small.db")) as knowledge, asyncio.Runner() as runner:

        async def begin() -> Visitor:
            session = Session(Settings(), knowledge)
            url = await doors.enter_async_context(opened(session))
            return Visitor(session, url, runner)

        doors = AsyncExitStack()
        visitor = runner.run(begin())
        yield visitor
        visitor.leave()
        runner.run(doors.aclose())


def test_the_page_loads_only_what_is_served_here(visitor: Visitor) -> None:
    answer = visitor.get()
    assert answer.code == 200
    addresses = re.findall(r"""(?:src|href)="([^"]+)""", answer.body.decode())
    own = [one for one in addresses if not one.startswith(("data:", "#"))]
    assert [visitor.get(path).code for path in own] == [200, 200]
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Server" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/", "/wrong-token/", "/wrong-token/talk", "/wrong-token/file/photos/file_1.png", "/x"]
)
def test_without_the_token_is_said_where_the_address_is_and_no_more(
    visitor: Visitor, path: str
) -> None:
    answer = visitor.get(path)
    assert answer.code == 404
    assert f"begins with {visitor.root}/ and" in answer.body.decode()
    assert visitor.token.encode() not in answer.body
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_in_a_group_the_bot_answers_what_is_meant_for_it(visitor: Visitor) -> None:
    door = visitor.talk()
    visitor.hears("po vacancies", door, where="group", act="text", text="po vacancies")
    visitor.hears("<b>Over 650", door, where="group", act="text", text="/ask po vacancies")
    session = visitor.session
    messages = list(session.telegram.messages[session.seats["group"].chat["id"]])
    assert len(messages) == 3
    reply = {"act": "text", "text": "ttg money", "reply_to": messages[-1]}
    visitor.hears("<b>£22m", door, where="group", **reply)
    visitor.hears(texts.ASK_BY_REPLY, door, where="group", act="text", text="/ask")


def test_a_new_chat_remembers_nothing(visitor: Visitor) -> None:
    session, door = visitor.session, visitor.talk()
    visitor.hears("<b>Over 650", door, where="user", act="text", text="po vacancies")
    visitor.hears(texts.NEW_CHAT, door, where="user", act="new")
    seat = session.seats["user"]
    assert session.telegram.messages[seat.chat["id"]] == {}
    assert (seat.explanations, seat.calls) == ([], [])


def test_what_an_administrator_has_begun_is_left_in_a_new_chat(visitor: Visitor) -> None:
    door = visitor.talk()
    visitor.hears("", door, where="admin", act="text", text="/add")
    visitor.hears(texts.NEW_CHAT, door, where="admin", act="new")
    visitor.hears("<b>Over 650", door, where="admin", act="text", text="po vacancies")


@pytest.mark.parametrize("path", ["", "talk", "file/photos/file_1.png"])
def test_a_request_under_another_name_is_turned_away(visitor: Visitor, path: str) -> None:
    # A name that resolves to this machine: how a page elsewhere would get around the origin.
    assert visitor.get(path, Host=f"evil.example:{visitor.port}").code == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "https://127.0.0.1", "null"])
def test_another_page_cannot_talk_to_the_bot(visitor: Visitor, origin: str) -> None:
    with pytest.raises(HTTPClientError, match="403"):
        visitor.talk(Origin=origin)
    assert visitor.get(Origin=origin).code == 403


def test_another_port_is_another_origin(visitor: Visitor) -> None:
    with pytest.raises(HTTPClientError, match="403"):
        visitor.talk(Origin=f"http://127.0.0.1:{visitor.port + 1}")


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_the_page_itself_may_talk_to_the_bot(visitor: Visitor, name: str) -> None:
    door = visitor.talk(Origin=f"http://{name}:{visitor.port}")
    visitor.hears("<b>Over 650", door, where="user", act="text", text="po vacancies")


def test_only_this_machine_is_listened_to(visitor: Visitor) -> None:
    # Another address of this machine, which a door open to all would answer at.
    with pytest.raises(OSError, match=r"refused|timed out|assign"):
        socket.create_connection(("127.0.0.2", visitor.port), timeout=5)


def test_the_administrator_of_the_preview_is_the_real_one(tmp_path: Path) -> None:
    with closing(open_small(tmp_path / "small.db")) as knowledge:
        session = Session(Settings(admin_ids=frozenset({777, 555})), knowledge)
        assert session.seats["admin"].person["id"] == 555
        assert session.seats["user"].person["id"] not in {777, 555}


def test_what_is_being_done_when_it_stops_is_done(tmp_path: Path) -> None:
    async def stopped(session: Session) -> list[Any]:
        await session.application.initialize()
        add = {"act": "text", "text": "/add How many ducks are there? | 12."}
        adding = asyncio.create_task(session.act("admin", add))
        await asyncio.sleep(0)
        await session.close()
        assert not adding.cancel()
        return list(session.telegram.messages[session.seats["admin"].chat["id"]].values())

    with closing(open_small(tmp_path / "small.db")) as knowledge:
        messages = asyncio.run(stopped(Session(Settings(), knowledge)))
    assert [row for row in messages[-1]["reply_markup"]["inline_keyboard"] if row]


@pytest.mark.parametrize("is_there", [True, False])
def test_a_button_that_is_gone_says_so(visitor: Visitor, is_there: bool) -> None:
    door = visitor.talk()
    visitor.hears(texts.SMALL_TALK["greeting"], door, where="user", act="text", text="hi")
    session = visitor.session
    *_, last = session.telegram.messages[session.seats["user"].chat["id"]]
    tap = {"act": "tap", "message": last if is_there else 99, "data": "gone"}
    visitor.hears(texts.OLD_BUTTON, door, where="user", **tap)
    # The conversation goes on.
    visitor.hears(texts.SMALL_TALK["thanks"], door, where="user", act="text", text="thanks")
