"""The HTTP client of python-telegram-bot, replaced by the in-memory Telegram.

Everything above HTTP stays real: how the library writes parameters, maps errors, reads answers.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from telegram.error import NetworkError
from telegram.ext import Application
from telegram.request import BaseRequest, RequestData

from bot.transport import updates
from tests.telegram.telegram import Telegram
from tests.telegram.values import LostError, RefusalError, Upload, envelope


class SandboxRequest(BaseRequest):
    """Gives every request of a bot to a `Telegram` in the same process."""

    __slots__ = ("telegram",)

    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram

    @property
    def read_timeout(self) -> float | None:
        """Seconds; long polls add theirs to it."""
        return 5.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        """Answer a request at once: a Bot API call or the download of a file."""
        path = unquote(urlsplit(url).path)
        prefix = f"/bot{self.telegram.token}/"
        if path.startswith("/file" + prefix):
            data = self.telegram.download(path.removeprefix("/file" + prefix))
            return (
                (200, data) if data is not None else (404, envelope(RefusalError(404, "Not Found")))
            )
        if not path.startswith(prefix):
            return 401, envelope(RefusalError(401, "Unauthorized"))
        parts = (request_data.multipart_data or {}) if request_data else {}
        files = {
            name: Upload(filename, content if isinstance(content, bytes) else content.read(), mime)
            for name, (filename, content, mime) in parts.items()
        }
        try:
            fields = request_data.parameters if request_data else {}
            return self.telegram.call(path.removeprefix(prefix), fields, files)
        except LostError as lost:
            raise NetworkError(f"connection lost: {lost}") from lost


async def deliver(
    application: Application[Any, Any, Any, Any, Any, Any], telegram: Telegram
) -> None:
    """Let an initialised application handle every update that waits, and those they cause."""
    while taken := telegram.take():
        for update in taken:
            await updates.handle(application, update)
