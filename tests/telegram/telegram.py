"""The strict Telegram itself: the bot's calls, with faults and floods."""

from __future__ import annotations

import json
import logging
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.telegram.people import People
from tests.telegram.reading import Files, decoded
from tests.telegram.values import Call, Json, LostError, RefusalError, envelope

METHODS = {
    name.lower(): name
    for name in """
        sendMessage sendPhoto sendDocument sendChatAction editMessageText editMessageReplyMarkup
        deleteMessage getFile answerCallbackQuery answerInlineQuery getUpdates setWebhook
        deleteWebhook getWebhookInfo setMyCommands getMyCommands deleteMyCommands setMyDescription
        getMyDescription setMyShortDescription getMyShortDescription getMe getChat
    """.split()
}

_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Fault:
    """Something to go wrong with the next calls of a method."""

    method: str
    times: int
    status: int = 0
    body: bytes = b""
    lost: bool = False
    after: bool = False


@dataclass(slots=True)
class Flood:
    """Telegram's guide figures as sliding windows: seconds, and how many messages in them."""

    overall: tuple[float, int] = (1.0, 30)
    chat: tuple[float, int] = (5.0, 5)  # one a second, short bursts forgiven
    group: tuple[float, int] = (60.0, 20)


class Telegram(People):
    """A whole Telegram for one bot, in memory.

    `call` is the bot's side, the acts are everybody else's. `flood_control` switches on 429s.
    `calls` lists what the bot did, in order, without its getUpdates.
    """

    def __init__(self, *, flood_control: Flood | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.flood_control = flood_control
        self._faults: list[Fault] = []
        self._sent: dict[int, deque[float]] = {}

    def call(
        self, method: str, parameters: Mapping[str, Any], files: Files | None = None
    ) -> tuple[int, bytes]:
        """Carry out a Bot API call: HTTP status and body; raises LostError for a network error."""
        method, given = METHODS.get(method.lower(), method), decoded(parameters)
        with self.changed:
            fault = self._next_fault(method)
            if fault and not fault.after:
                return self._fail(method, given, fault)
            try:
                result = self._carry_out(method, given, files or {})
            except RefusalError as refusal:
                done, answer = (
                    Call(method, given, refusal.status, error=str(refusal)),
                    envelope(refusal),
                )
            else:
                done = Call(method, given, 200, result)
                answer = json.dumps({"ok": True, "result": result}).encode()
            if method != "getUpdates":
                self.calls.append(done)
            self.changed.notify_all()
            return self._fail(method, given, fault) if fault else (done.status, answer)

    def fail(
        self,
        method: str,
        status: int = 500,
        description: str = "Internal Server Error",
        *,
        retry_after: int | None = None,
        times: int = 1,
        body: bytes | None = None,
    ) -> None:
        """Refuse the next calls of a method ("*" for any); `body` replaces the JSON envelope."""
        if retry_after is not None:
            status, description = 429, f"Too Many Requests: retry after {retry_after}"
        parameters = None if retry_after is None else {"retry_after": retry_after}
        answer = envelope(RefusalError(status, description, parameters)) if body is None else body
        self._faults.append(Fault(method, times, status, answer))

    def lose(self, method: str, *, times: int = 1, after: bool = False) -> None:
        """Let the next calls end in a network error; `after`: carried out, but the answer lost."""
        self._faults.append(Fault(method, times, lost=True, after=after))

    def _carry_out(self, method: str, given: Json, files: Files) -> Any:
        if method not in METHODS.values():
            # python-telegram-bot reports this as a wrong token: say what is missing.
            _logger.warning("the tests' Telegram has no Bot API method %s", method)
            raise RefusalError(404, "Not Found: method not found")
        self._check_flood(method, given)
        name = re.sub(r"[A-Z]", lambda capital: f"_{capital[0].lower()}", method)
        return getattr(self, name)(given, files)

    def _next_fault(self, method: str) -> Fault | None:
        for fault in self._faults:
            if fault.method.lower() in {method.lower(), "*"}:
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
                return fault
        return None

    def _fail(self, method: str, given: Json, fault: Fault) -> tuple[int, bytes]:
        if fault.lost:
            if not fault.after:
                self.calls.append(Call(method, given, 0, error="lost"))
            raise LostError(method)
        error = fault.body.decode("utf-8", "replace")
        self.calls.append(Call(method, given, fault.status, error=error))
        return fault.status, fault.body

    def _check_flood(self, method: str, given: Json) -> None:
        chat_id = given.get("chat_id")
        if self.flood_control is None or not method.startswith(("send", "edit")) or not chat_id:
            return
        now, flood = self.clock(), self.flood_control
        windows = [(0, flood.overall), (int(chat_id), flood.chat)]
        if int(chat_id) < 0:
            windows.append((int(chat_id), flood.group))
        for key, (seconds, count) in windows:
            recent = [moment for moment in self._sent.get(key, ()) if moment > now - seconds]
            if len(recent) >= count:
                wait = max(1, round(recent[-count] + seconds - now + 0.5))
                raise RefusalError(
                    429, f"Too Many Requests: retry after {wait}", {"retry_after": wait}
                )
        for key in {0, int(chat_id)}:
            self._sent.setdefault(key, deque(maxlen=100)).append(now)
