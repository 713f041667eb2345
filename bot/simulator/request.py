"""Door one: the HTTP client of python-telegram-bot, replaced by the in-memory Telegram.

Everything above HTTP stays real: how the library writes parameters, maps errors, reads answers.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from telegram.error import NetworkError
from telegram.ext import Application
from telegram.request import BaseRequest, RequestData

from bot.simulator.files import Upload
from bot.simulator.telegram import LostError, Telegram
from bot.transport import updates


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
            missing = b'{"ok":false,"error_code":404,"description":"Not Found"}'
            return (404, missing) if data is None else (200, data)
        if not path.startswith(prefix):
            return 401, b'{"ok":false,"error_code":401,"description":"Unauthorized"}'
        # The form as it would stand in an HTTP body: text fields, nested values as JSON.
        fields = request_data.json_parameters if request_data else {}
        files = _uploads(request_data.multipart_data) if request_data else {}
        try:
            return self.telegram.call(path.removeprefix(prefix), fields, files)
        except LostError as lost:
            raise NetworkError(f"connection lost: {lost}") from lost


def _uploads(parts: Mapping[str, Any]) -> dict[str, Upload]:
    return {
        name: Upload(filename, content if isinstance(content, bytes) else content.read(), mime_type)
        for name, (filename, content, mime_type) in parts.items()
    }


async def deliver(
    application: "Application[Any, Any, Any, Any, Any, Any]", telegram: Telegram
) -> None:
    """Let an initialised application handle every update that waits, and those they cause."""
    while taken := telegram.take():
        for update in taken:
            await updates.handle(application, update)
