"""The in-memory Telegram itself: people on one side, Bot API calls on the other."""

import json
import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.simulator.chats import Call, Json, RefusalError
from bot.simulator.files import Upload
from bot.simulator.inputs import decoded
from bot.simulator.members import MEMBERS
from bot.simulator.methods import MESSAGING
from bot.simulator.people import People
from bot.simulator.settings import SETTINGS

_ALL = MEMBERS | MESSAGING | SETTINGS
METHODS = {name.lower(): (name, method) for name, method in _ALL.items()}

_logger = logging.getLogger(__name__)


class LostError(Exception):
    """A request or its answer that got lost on the way: a network error to the bot."""


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

    `call` is the bot's side, the acts of `People` are everybody else's. `flood_control` switches
    on 429 answers. `calls` lists what the bot did, in order, without its getUpdates.
    """

    def __init__(self, *, flood_control: Flood | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.flood_control = flood_control
        self._faults: list[Fault] = []
        self._sent: dict[int, deque[float]] = {}

    def call(
        self, method: str, parameters: Mapping[str, Any], files: Mapping[str, Upload] | None = None
    ) -> tuple[int, bytes]:
        """Carry out a Bot API call: HTTP status and body; raises LostError for a network error."""
        given = decoded(parameters)
        with self.changed:
            fault = self._next_fault(method)
            if fault and not fault.after:
                return self._fail(method, given, fault)
            status, body = self._answer(method, given, files or {})
            self.changed.notify_all()
            return self._fail(method, given, fault) if fault else (status, body)

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

    def take(self) -> list[Json]:
        """Every update not yet fetched, confirmed as if getUpdates had fetched it."""
        with self.changed:
            taken, self.updates = self.updates, []
        return taken

    def wait(self, condition: Callable[[], bool], timeout: float = 10) -> None:
        """Block until the condition holds, looking again after every change; for threads."""
        with self.changed:
            if not self.changed.wait_for(condition, timeout):
                raise TimeoutError(f"nothing happened; the last calls were {self.calls[-5:]}")

    def said(self, method: str = "sendMessage") -> list[str]:
        """Return the texts the bot gave in its successful calls of a method, in order."""
        texts = (
            c.parameters.get("text", "") for c in self.calls if c.method == method and not c.error
        )
        return [str(text) for text in texts]

    def _answer(self, method: str, given: Json, files: Mapping[str, Upload]) -> tuple[int, bytes]:
        name, carry_out = METHODS.get(method.lower(), (method, None))
        try:
            if carry_out is None:
                # python-telegram-bot reports this as a wrong token: say what is missing.
                _logger.warning("the sandbox has no Bot API method %s", method)
                raise RefusalError(404, "Not Found: method not found")
            self._check_flood(name, given)
            result = carry_out(self, given, files)
        except RefusalError as refusal:
            self._record(Call(name, given, refusal.status, error=refusal.description))
            return refusal.status, envelope(refusal)
        self._record(Call(name, given, 200, result))
        return 200, json.dumps({"ok": True, "result": result}).encode()

    def _record(self, call: Call) -> None:
        if call.method != "getUpdates":
            self.calls.append(call)

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
                self._record(Call(method, given, 0, error="lost"))
            raise LostError(method)
        self._record(Call(method, given, fault.status, error=fault.body.decode("utf-8", "replace")))
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


def envelope(refusal: RefusalError) -> bytes:
    """Return a refusal as the Bot API writes it."""
    answer: Json = {"ok": False, "error_code": refusal.status, "description": refusal.description}
    if refusal.parameters:
        answer["parameters"] = refusal.parameters
    return json.dumps(answer).encode()
