"""Serves the preview on this machine only, to whoever holds the token in its address.

A page of another site, or of another program on this machine, can neither read nor write here: it
does not know the token, and requests that name another host or origin are turned away.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import re
import secrets
import signal
import sys
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from importlib import resources
from typing import Any

from telegram.constants import FileSizeLimit
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from bot import texts
from bot.preview.session import PLACES, ActError, Session, Where

LOOPBACK = "127.0.0.1"
# The largest file that a bot may fetch; as text it takes a third more.
MAX_MESSAGE = int(FileSizeLimit.FILESIZE_DOWNLOAD) * 3 // 2
_INLINE = re.compile(r"<(script|style)>(.*?)</\1>", re.S)


# Shown without the token, so it says no more than that there is something.
NOTE = """<!doctype html>
<html lang="en-GB">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>Annual report bot: preview</title>
<style>body {{ font: 17px/1.5 system-ui, sans-serif; max-width: 34em; margin: 4em auto;
padding: 0 1em; overflow-wrap: anywhere; }}</style>
<h1>Almost there</h1>
<p>{text}</p>
<pre>annual-report-bot preview</pre>
"""


class Preview:
    """The chats with a door for browsers; `async with` opens and closes both."""

    def __init__(self, session: Session, port: int = 0) -> None:
        self.session = session
        self.port = port
        self.token = secrets.token_urlsafe(16)
        self.page = (resources.files("bot.preview") / "page.html").read_text(encoding="utf-8")

    @property
    def url(self) -> str:
        """The address to open."""
        return f"http://{LOOPBACK}:{self.port}/{self.token}/"

    @property
    def lost(self) -> str:
        """What to say at any other address."""
        return texts.NOTHING_HERE.format(root=f"http://{LOOPBACK}:{self.port}/")

    @property
    def hosts(self) -> frozenset[str]:
        """The names under which a browser on this machine may know the preview."""
        return frozenset({f"{LOOPBACK}:{self.port}", f"localhost:{self.port}"})

    async def __aenter__(self) -> Preview:
        await self.session.open()
        shared = {"preview": self}
        routes = [
            (r"/([^/]+)/", _Page, shared),
            (r"/([^/]+)/talk", _Talk, shared),
            (r"/([^/]+)/file/(.+)", _File, shared),
        ]
        application = Application(
            routes,
            default_handler_class=_Nothing,
            default_handler_args=shared,
            websocket_max_message_size=MAX_MESSAGE,
            log_function=lambda _: None,
        )
        self._server = HTTPServer(application)
        sockets = bind_sockets(self.port, LOOPBACK)
        self.port = sockets[0].getsockname()[1]
        self._server.add_sockets(sockets)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.stop()
        await self._server.close_all_connections()
        await self.session.close()


class _Guarded(RequestHandler):
    """Lets in only requests from the preview's own page and from who was given its address."""

    def initialize(self, preview: Preview) -> None:
        self.preview = preview

    def prepare(self) -> None:
        origin = self.request.headers.get("Origin")
        if self.request.host not in self.preview.hosts or (origin and not self.is_own(origin)):
            raise HTTPError(403)
        given = self.path_args[0] if self.path_args else ""
        # Neither a wrong token nor a wrong page says which of them it was.
        if not secrets.compare_digest(given.encode(), self.preview.token.encode()):
            raise HTTPError(404)

    def is_own(self, origin: str) -> bool:
        return origin.removeprefix("http://") in self.preview.hosts

    def set_default_headers(self) -> None:
        self.set_header("Cache-Control", "no-store")
        self.set_header("Cross-Origin-Opener-Policy", "same-origin")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        # The token in the address must not travel to the report's site with a tap on its link.
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.clear_header("Server")

    def write_error(self, status_code: int, **_: Any) -> None:
        self.set_header("Content-Type", "text/html; charset=utf-8")
        page = NOTE.format(text=self.preview.lost) if status_code == 404 else f"{status_code}\n"
        self.set_header("Content-Security-Policy", policy(page))
        self.finish(page)


class _Nothing(_Guarded):
    def prepare(self) -> None:
        raise HTTPError(404)


class _Page(_Guarded):
    def get(self, _: str) -> None:
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Security-Policy", policy(self.preview.page))
        self.finish(self.preview.page)


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

    where: Where = "user"

    async def get(self, *arguments: Any, **options: Any) -> None:
        await WebSocketHandler.get(self, *arguments, **options)

    def check_origin(self, origin: str) -> bool:
        return self.is_own(origin)

    def open(self, *_: str, **__: str) -> None:
        self._waiting = False
        self.preview.session.watchers.add(self.look)
        self.look()

    def on_close(self) -> None:
        self.preview.session.watchers.discard(self.look)

    async def on_message(self, message: str | bytes) -> None:
        try:
            given = json.loads(message)
            self.where = next((one for one in PLACES if one == given.get("where")), "user")
            if news := await self.preview.session.act(self.where, given):
                self.say(news)
        except (ActError, KeyError, TypeError, ValueError) as error:
            self.say({"toast": str(error), "alert": True})
        self.look()

    def look(self) -> None:
        """Show how things are as soon as the bot rests; once for all that changes until then."""
        if not self._waiting:
            self._waiting = True
            asyncio.get_running_loop().call_soon(self._show)

    def _show(self) -> None:
        self._waiting = False
        self.say({"state": self.preview.session.snapshot(self.where)})
        for toast in self.preview.session.toasts(self.where):
            self.say(toast)

    def say(self, news: dict[str, Any]) -> None:
        with suppress(WebSocketClosedError):
            self.write_message(json.dumps(news))


def policy(page: str) -> str:
    """Give the content security policy of a page: its own script and style, nothing else."""

    def allowed(kind: str) -> str:
        found = (text for name, text in _INLINE.findall(page) if name == kind)
        digests = (hashlib.sha256(text.encode()).digest() for text in found)
        return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)

    return (
        f"default-src 'none'; script-src {allowed('script')}; style-src {allowed('style')}; "
        "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


async def serve(session: Callable[[], Session], port: int, opened: Callable[[str], None]) -> None:
    """Serve until the program is told to end, by Ctrl-C or SIGTERM; `opened` gets the address."""
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    with suppress(NotImplementedError):  # on Windows, where Ctrl-C cancels this
        loop.add_signal_handler(signal.SIGTERM, ended.set)
    async with Preview(session(), port) as preview:
        opened(preview.url)
        await ended.wait()


def show(url: str) -> None:
    """Open the address in the browser of this machine, if it has one with windows."""
    has_windows = sys.platform in {"darwin", "win32"} or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if has_windows:
        with suppress(webbrowser.Error):
            webbrowser.open(url)
