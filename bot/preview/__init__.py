"""The bot as a chat in the browser: the same handlers, talking to the in-memory Telegram.

It is served on this machine only, to whoever holds the token in its address. A page of another
site, or of another program on this machine, can neither read nor write here: it does not know the
token, and requests that name another host or origin are turned away.
"""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from telegram import Message
from telegram.constants import FileSizeLimit
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from bot import app, texts
from bot.handlers import commands, questions
from bot.settings import Settings
from bot.simulator import BOT, Telegram, at_hand
from bot.transport.updates import Json
from knowledge import KnowledgeBase

PERSON, ADMINISTRATOR = 1_000_001, 2_000_002
GROUP, FRIEND = -1_000_000_000_001, 4_000_000_000
# Messages that the page is given of a chat, and calls and explanations that are kept of it.
MESSAGES, KEPT = 200, 60
MOST_CANDIDATES = 5

LOOPBACK = "127.0.0.1"
# The largest file that a bot may fetch; as text it takes a third more.
MAX_MESSAGE = int(FileSizeLimit.FILESIZE_DOWNLOAD) * 3 // 2
PAGE = str(Path(__file__).parent / "page")
# Only what is served here is loaded, and nothing that stands within a page is run.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody in a chat, with the explanations and the calls that came of what they did there."""

    person: Json
    chat: Json
    title: str
    commands: Mapping[str, str]
    explanations: list[Json] = field(default_factory=list)
    calls: list[Json] = field(default_factory=list)


class Session:
    """The bot with people to talk to, among them an administrator, a group, somebody's friend."""

    def __init__(self, settings: Settings, knowledge: KnowledgeBase) -> None:
        self.telegram = here = Telegram()
        # One of the real administrators, if there are any: changes are theirs in the history.
        number = min(settings.admin_ids, default=ADMINISTRATOR)
        person, admin = here.person(texts.PERSON, PERSON), here.person(texts.ADMINISTRATOR, number)
        group = here.chat(GROUP, "supergroup", title=texts.GROUP)
        friend = here.chat(FRIEND, "private", first_name=texts.FRIEND)
        name = BOT["first_name"]
        self.seats = {
            "user": Seat(person, here.chats[PERSON], name, texts.PRIVATE_COMMANDS),
            "admin": Seat(admin, here.chats[number], name, commands.ADMINISTRATORS),
            "group": Seat(person, group, texts.GROUP, texts.GROUP_COMMANDS),
            "friend": Seat(person, friend, texts.FRIEND, {}),
        }
        self.busy = ""
        self.application = app.build(at_hand(settings, frozenset({number})), knowledge, here)
        self._services = self.application.bot_data
        self._turn = asyncio.Lock()

    async def close(self) -> None:
        """Stop the bot, once it has done what it is doing."""
        async with self._turn:
            await self.application.shutdown()

    async def act(self, where: str, given: Json) -> list[Json]:
        """Let a person do what their page says; give what only that page is told."""
        here = self.telegram
        async with self._turn:
            try:
                await (self._begin_anew if given["act"] == "new" else self._do)(where, given)
            except LookupError:
                # The message has changed before the page has seen it.
                here.toasts.append((texts.OLD_BUTTON, True))
            here.changed()
            told: list[Json] = [{"toast": text, "alert": alert} for text, alert in here.toasts]
            here.toasts.clear()
            if given["act"] == "inline":
                told.append({"cards": [*here.cards.values()], "for": given["text"]})
            return told

    async def _begin_anew(self, where: str, _: Json) -> None:
        if where == "admin":
            # What has been begun is left.
            await self._do(where, {"act": "text", "text": "/cancel"})
        seat = self.seats[where]
        self._services.memory.forget((seat.chat["id"], None))
        for kept in (self.telegram.messages[seat.chat["id"]], seat.explanations, seat.calls):
            kept.clear()
        self.telegram.toasts.append((texts.NEW_CHAT, False))

    async def _do(self, where: str, given: Json) -> None:
        here, seat, memory = self.telegram, self.seats[where], self._services.memory
        place, bot = (seat.chat["id"], None), self.application.bot
        standing = memory.standing(place, given.get("reply_to"))
        said = here.act(seat.person, seat.chat, given)
        self.busy = where
        here.changed()
        await here.deliver(self.application)
        self.busy = ""
        seat.calls[:] = [*seat.calls, *here.calls][-KEPT:]
        here.calls.clear()
        if said and memory.exchange(place, said["message_id"]):
            # The bot took it for a question: what `ask --why` prints.
            text = questions.question_in(Message.de_json(said, bot), bot)
            told = self._services.knowledge.explain(text, standing.context)
            told = replace(told, candidates=told.candidates[:MOST_CANDIDATES])
            seat.explanations[:] = [*seat.explanations, asdict(told)][-KEPT:]

    def snapshot(self, where: str) -> Json:
        """Give all that the page shows of a chat."""
        seat, reports = self.seats[where], self._services.knowledge.snapshot.reports
        return asdict(seat) | {
            "where": where,
            "username": BOT["username"],
            "description": texts.DESCRIPTION.format(texts.titles(reports, texts.LONG)),
            "busy": self.busy == where,
            "messages": list(self.telegram.messages[seat.chat["id"]].values())[-MESSAGES:],
        }


@asynccontextmanager
async def opened(session: Session, port: int = 0) -> AsyncIterator[str]:
    """Open the chats to browsers, and close both; gives the address to open."""
    (socket,) = bind_sockets(port, LOOPBACK)
    token, root = secrets.token_urlsafe(16), f"http://{LOOPBACK}:{socket.getsockname()[1]}/"
    server = HTTPServer(
        Application(
            [("/([^/]+)/", _Page), ("/([^/]+)/talk", _Talk), ("/([^/]+)/file/(.+)", _File)],
            session=session,
            token=token,
            root=root,
            static_path=PAGE,
            template_path=PAGE,
            default_handler_class=_Guarded,
            websocket_max_message_size=MAX_MESSAGE,
            log_function=lambda _: None,
        )
    )
    await session.application.initialize()
    server.add_socket(socket)
    try:
        yield f"{root}{token}/"
    finally:
        server.stop()
        await server.close_all_connections()
        await session.close()


class _Guarded(RequestHandler):
    """Lets in only requests from the preview's own page and from who was given its address."""

    def initialize(self) -> None:
        self.session: Session = self.settings["session"]

    def prepare(self) -> None:
        root, host = self.settings["root"], f"http://{self.request.host}"
        asked = {f"{host}/", f"{self.request.headers.get('Origin', host)}/"}
        if not asked <= {root, root.replace(LOOPBACK, "localhost")}:
            raise HTTPError(403)
        given = self.path_args[0] if self.path_args else ""
        # Neither a wrong token nor a wrong page says which of them it was.
        if not secrets.compare_digest(given.encode(), self.settings["token"].encode()):
            raise HTTPError(404)

    def set_default_headers(self) -> None:
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("Cross-Origin-Opener-Policy", "same-origin")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        # The token in the address must not travel to the report's site with a tap on its link.
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.clear_header("Server")

    def write_error(self, status_code: int, **_: Any) -> None:
        if status_code in {403, 404}:
            self.render("lost.html", text=texts.NOTHING_HERE.format(root=self.settings["root"]))
        else:
            self.finish(f"{status_code}\n")


class _Page(_Guarded):
    def get(self, _: str) -> None:
        self.render("index.html")


class _File(_Guarded):
    def get(self, _: str, path: str) -> None:
        data = self.session.telegram.files.get(path)
        if data is None:
            raise HTTPError(404)
        is_picture = path.startswith("photos/")
        self.set_header("Content-Type", "image/png" if is_picture else "application/octet-stream")
        self.finish(data)


class _Talk(_Guarded, WebSocketHandler):
    """One page: it is told what to show, and tells what its person does."""

    where = "user"

    def check_origin(self, origin: str) -> bool:
        return True  # `prepare` has looked at it

    def open(self, *_: str, **__: str) -> None:
        self.session.telegram.watchers.add(self.look)
        self.look()

    def on_close(self) -> None:
        self.session.telegram.watchers.discard(self.look)

    async def on_message(self, message: str | bytes) -> None:
        given = json.loads(message)
        self.where = given["where"]
        for news in await self.session.act(self.where, given):
            self.say(news)
        self.look()

    def look(self) -> None:
        """Show how things are as soon as the bot rests."""
        asyncio.get_running_loop().call_soon(self._show)

    def _show(self) -> None:
        self.say({"state": self.session.snapshot(self.where)})

    def say(self, news: Json) -> None:
        with suppress(WebSocketClosedError):
            self.write_message(json.dumps(news))
