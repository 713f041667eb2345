"""The strict Telegram as an HTTP server on loopback, for bots in other processes.

Give a bot `server.url` as the root of its Bot API server. Updates go out by long poll or to the
webhook the bot has set, as Telegram sends them.
"""

import asyncio
import json
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Self

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.httpserver import HTTPServer
from tornado.iostream import StreamClosedError
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from tests.telegram.telegram import Telegram
from tests.telegram.values import Json, LostError, RefusalError, Upload, envelope

MAX_BODY = 64_000_000
MAX_POLL = 50  # seconds, as on Telegram's side
WEBHOOK_TIMEOUT = 10
UNAUTHORIZED = RefusalError(401, "Unauthorized")
REPLACED = RefusalError(
    409,
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running",
)
WEBHOOK_SET = RefusalError(409, "Conflict: terminated by setWebhook request")


class Server:
    """Serves a `Telegram` over HTTP, `with` in a thread of its own or `async with` in this loop.

    `retry_delay` (seconds) is the first pause after a failed webhook delivery; it doubles up to a
    minute. After `patience` (seconds) without an answer a delivery has failed. `travel` gives the
    seconds that a call needs to get here, and its answer to get back.
    """

    def __init__(
        self,
        telegram: Telegram,
        *,
        port: int = 0,
        retry_delay: float = 1.0,
        patience: float = WEBHOOK_TIMEOUT,
        travel: Callable[[], float] | None = None,
    ) -> None:
        self.telegram = telegram
        self.port = port
        self.retry_delay = retry_delay
        self.patience = patience
        self._travel = travel
        self._poll: asyncio.Future[RefusalError | None] | None = None

    @property
    def url(self) -> str:
        """The root of the Bot API: the bot calls `{url}/bot<token>/…`."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        routes = [
            (r"/bot([^/]+)/(\w+)", _Method, {"server": self}),
            (r"/file/bot([^/]+)/(.+)", _File, {"server": self}),
        ]
        self._http = HTTPServer(Application(routes), max_buffer_size=MAX_BODY)
        sockets = bind_sockets(self.port, "127.0.0.1")
        self.port = sockets[0].getsockname()[1]
        self._http.add_sockets(sockets)
        self.telegram.listeners.append(self._wake)
        self._webhook = asyncio.create_task(self._deliver())
        return self

    async def __aexit__(self, *_: object) -> None:
        self.telegram.listeners.remove(self._wake)
        self._webhook.cancel()
        self._http.stop()
        self.end_poll()
        await self._http.close_all_connections()

    def __enter__(self) -> Self:
        ready: Future[None] = Future()
        self._thread = threading.Thread(target=asyncio.run, args=(self._run(ready),), daemon=True)
        self._thread.start()
        ready.result(timeout=10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._quit.set)
        self._thread.join(timeout=10)

    async def _run(self, ready: "Future[None]") -> None:
        try:
            async with self:
                self._quit = asyncio.Event()
                ready.set_result(None)
                await self._quit.wait()
        except OSError as error:  # the port is taken
            ready.set_exception(error)

    def _wake(self) -> None:
        # People may act in any thread; tornado and its futures belong to one.
        self._loop.call_soon_threadsafe(self._look)

    def _look(self) -> None:
        self._news.set()
        self.end_poll(WEBHOOK_SET if self.telegram.webhook["url"] else None)

    def end_poll(self, reason: RefusalError | None = None) -> None:
        """End the long poll under way, with a refusal or with what updates there are."""
        if self._poll and not self._poll.done():
            self._poll.set_result(reason)

    async def travel(self) -> None:
        """Let a request or an answer be on its way."""
        if self._travel:
            await asyncio.sleep(self._travel())

    async def poll(self, parameters: Json) -> tuple[int, bytes]:
        """getUpdates: at once if there is an update, else when one comes or the time is over."""
        self.end_poll(REPLACED)
        status, body = self.telegram.call("getUpdates", parameters)
        timeout = min(float(parameters.get("timeout") or 0), MAX_POLL)
        if status != 200 or json.loads(body)["result"] or timeout <= 0:
            return status, body
        self._poll = mine = self._loop.create_future()
        try:
            reason = await asyncio.wait_for(mine, timeout)
        except TimeoutError:
            return status, body
        return (
            (reason.status, envelope(reason))
            if reason
            else self.telegram.call("getUpdates", parameters)
        )

    async def _deliver(self) -> None:
        """Post updates to the webhook: those of a chat one after the other, chats side by side."""
        posting: dict[int, asyncio.Task[None]] = {}
        while True:
            self._news.clear()
            webhook = self.telegram.webhook
            for update in list(self.telegram.updates) if webhook["url"] else ():
                chat = chat_in(update)
                if chat not in posting and len(posting) < webhook["max_connections"]:
                    posting[chat] = task = asyncio.create_task(self._post_until_taken(update))
                    task.add_done_callback(partial(self._posted, posting, chat))
            await self._news.wait()

    def _posted(
        self, posting: "dict[int, asyncio.Task[None]]", chat: int, _: "asyncio.Task[None]"
    ) -> None:
        del posting[chat]
        self._news.set()

    async def _post_until_taken(self, update: Json) -> None:
        failures = 0
        while self.telegram.webhook["url"] and not await self._post(update):
            await asyncio.sleep(min(self.retry_delay * 2**failures, 60))
            failures += 1

    async def _post(self, update: Json) -> bool:
        webhook = self.telegram.webhook
        headers = {"Content-Type": "application/json"}
        if webhook.get("secret"):
            headers["X-Telegram-Bot-Api-Secret-Token"] = webhook["secret"]
        body = json.dumps(update)
        request = HTTPRequest(webhook["url"], "POST", headers, body, request_timeout=self.patience)
        try:
            await AsyncHTTPClient().fetch(request)
        except HTTPClientError as error:
            reason = f"Wrong response from the webhook: {error.code} {error.message}"
        except (OSError, StreamClosedError) as error:
            reason = str(error) or "Connection refused"
        else:
            with self.telegram.changed:
                if update in self.telegram.updates:
                    self.telegram.updates.remove(update)
                self.telegram.changed.notify_all()
            return True
        failure = {"last_error_date": int(self.telegram.clock()), "last_error_message": reason}
        with self.telegram.changed:
            webhook |= failure
            self.telegram.changed.notify_all()
        return False


def chat_in(update: Json) -> int:
    """Return the chat that an update stands in, or the person where it stands in none."""
    content = next(value for name, value in update.items() if name != "update_id")
    message = content.get("message") or content
    return int((message.get("chat") or content["from"])["id"])


class _Handler(RequestHandler):
    def initialize(self, server: Server) -> None:
        self.server = server

    def answer(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.set_status(status)
        self.set_header("Content-Type", kind)
        self.finish(body)

    def refuse(self, refusal: RefusalError) -> None:
        self.answer(refusal.status, envelope(refusal))


class _Method(_Handler):
    async def get(self, token: str, method: str) -> None:
        await self.post(token, method)

    async def post(self, token: str, method: str) -> None:
        if token != self.server.telegram.token:
            return self.refuse(UNAUTHORIZED)
        parameters = self._parameters()
        if parameters is None:
            return self.refuse(RefusalError(400, "Bad Request: can't parse JSON object"))
        files = {
            name: Upload(parts[0].filename, parts[0].body, parts[0].content_type)
            for name, parts in self.request.files.items()
        }
        await self.server.travel()
        try:
            if method.lower() == "getupdates":
                status, body = await self.server.poll(parameters)
            else:
                status, body = self.server.telegram.call(method, parameters, files)
        except LostError:
            self.detach().close()
            return None
        await self.server.travel()
        kind = "application/json" if body[:1] == b"{" else "text/html"
        return self.answer(status, body, kind)

    def on_connection_close(self) -> None:
        # A poller that has gone must not look like a second bot to the next one.
        self.server.end_poll()

    def _parameters(self) -> Json | None:
        fields = {name: parts[-1].decode() for name, parts in self.request.arguments.items()}
        if not self.request.headers.get("Content-Type", "").startswith("application/json"):
            return fields
        try:
            given = json.loads(self.request.body or b"{}")
        except ValueError:
            return None
        return fields | given if isinstance(given, dict) else None


class _File(_Handler):
    async def get(self, token: str, path: str) -> None:
        if token != self.server.telegram.token:
            return self.refuse(UNAUTHORIZED)
        data = self.server.telegram.download(path)
        if data is None:
            return self.refuse(RefusalError(404, "Not Found"))
        return self.answer(200, data, "application/octet-stream")
