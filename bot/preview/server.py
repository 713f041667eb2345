"""Serves the preview on this machine only, to whoever holds the token in its address.

A page of another site, or of another program on this machine, can neither read nor write here: it
does not know the token, and requests that name another host or origin are turned away.
"""

import asyncio
import json
import os
import secrets
import signal
import sys
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from telegram.constants import FileSizeLimit
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from bot import texts
from bot.preview.session import Session
from bot.transport.updates import Json

LOOPBACK = "127.0.0.1"
# The largest file that a bot may fetch; as text it takes a third more.
MAX_MESSAGE = int(FileSizeLimit.FILESIZE_DOWNLOAD) * 3 // 2
PAGE = str(Path(__file__).parent / "page")
# Only what is served here is loaded, and nothing that stands within a page is run.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Preview:
    """The chats with a door for browsers; `async with` opens and closes both."""

    def __init__(self, session: Session, port: int = 0) -> None:
        self.session, self.port = session, port
        self.token = secrets.token_urlsafe(16)
        pages = (("", _Page), ("talk", _Talk), ("file/(.+)", _File))
        application = Application(
            [(f"/([^/]+)/{path}", page) for path, page in pages],
            preview=self,
            static_path=PAGE,
            template_path=PAGE,
            default_handler_class=_Guarded,
            websocket_max_message_size=MAX_MESSAGE,
            log_function=lambda _: None,
        )
        self._server = HTTPServer(application)

    async def __aenter__(self) -> Self:
        await self.session.application.initialize()
        sockets = bind_sockets(self.port, LOOPBACK)
        self.port = sockets[0].getsockname()[1]
        # Where it is; with the token after it, the address to open.
        self.root = f"http://{LOOPBACK}:{self.port}/"
        self.url = f"{self.root}{self.token}/"
        self._server.add_sockets(sockets)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.stop()
        await self._server.close_all_connections()
        await self.session.close()


class _Guarded(RequestHandler):
    """Lets in only requests from the preview's own page and from who was given its address."""

    def initialize(self) -> None:
        self.preview: Preview = self.settings["preview"]

    def prepare(self) -> None:
        origin = self.request.headers.get("Origin")
        if not self.is_own(f"http://{self.request.host}") or (origin and not self.is_own(origin)):
            raise HTTPError(403)
        given = self.path_args[0] if self.path_args else ""
        # Neither a wrong token nor a wrong page says which of them it was.
        if not secrets.compare_digest(given.encode(), self.preview.token.encode()):
            raise HTTPError(404)

    def is_own(self, origin: str) -> bool:
        return origin in {f"http://{name}:{self.preview.port}" for name in (LOOPBACK, "localhost")}

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
            self.render("lost.html", text=texts.NOTHING_HERE.format(root=self.preview.root))
        else:
            self.finish(f"{status_code}\n")


class _Page(_Guarded):
    def get(self, _: str) -> None:
        self.render("index.html")


class _File(_Guarded):
    def get(self, _: str, path: str) -> None:
        data = self.preview.session.telegram.files.get(path)
        if data is None:
            raise HTTPError(404)
        is_picture = path.startswith("photos/")
        self.set_header("Content-Type", "image/png" if is_picture else "application/octet-stream")
        self.finish(data)


class _Talk(_Guarded, WebSocketHandler):
    """One page: it is told what to show, and tells what its person does."""

    where = "user"

    def check_origin(self, origin: str) -> bool:
        return self.is_own(origin)

    def open(self, *_: str, **__: str) -> None:
        self._waiting = False
        self.preview.session.watchers.add(self.look)
        self.look()

    def on_close(self) -> None:
        self.preview.session.watchers.discard(self.look)

    async def on_message(self, message: str | bytes) -> None:
        given = json.loads(message)
        self.where = given["where"]
        for news in await self.preview.session.act(self.where, given):
            self.say(news)
        self.look()

    def look(self) -> None:
        """Show how things are as soon as the bot rests; once for all that changes until then."""
        if not self._waiting:
            self._waiting = True
            asyncio.get_running_loop().call_soon(self._show)

    def _show(self) -> None:
        self._waiting = False
        self.say({"state": self.preview.session.snapshot(self.where)})

    def say(self, news: Json) -> None:
        with suppress(WebSocketClosedError):
            self.write_message(json.dumps(news))


async def serve(session: Session, port: int, opened: Callable[[str], None]) -> None:
    """Serve until the program is told to end, by Ctrl-C or SIGTERM; `opened` gets the address."""
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    with suppress(NotImplementedError):  # on Windows, where Ctrl-C cancels this
        loop.add_signal_handler(signal.SIGTERM, ended.set)
    async with Preview(session, port) as preview:
        opened(preview.url)
        await ended.wait()


def show(url: str) -> None:
    """Open the address in the browser of this machine, if it has one with windows."""
    if sys.platform in {"darwin", "win32"} or os.environ.keys() & {"DISPLAY", "WAYLAND_DISPLAY"}:
        webbrowser.open(url)
