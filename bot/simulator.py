"""An in-memory Telegram for the terminal and the preview: people on one side, the bot on the other.

It stands in for the HTTP client of python-telegram-bot, whose own classes read and write the rest.
It is lenient: what the bot asks for is granted, what it writes is shown as it stands, and it hears
all that is said around it. All is kept as the Bot API's JSON, a message with its `html`.
"""

import json
import re
import struct
import time
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import replace
from html import escape, unescape
from itertools import count
from typing import Any
from urllib.parse import unquote, urlsplit

from telegram.request import BaseRequest, RequestData

from bot.settings import Settings
from bot.transport import App, updates
from bot.transport.updates import Json

TOKEN = "42:simulated"
BOT: Json = {
    "id": int(TOKEN.partition(":")[0]),
    "is_bot": True,
    "first_name": "Annual report bot",
    "username": "annual_report_bot",
}
_FOUND = re.compile(r"(?<![\w/<>])/\w{1,64}(?:@\w{3,32})?(?![\w/<>@])|(?<!\w)@\w{4,32}(?!\w)", re.A)
_TAG = re.compile(r"<[^>]*>")
# What getChat tells of every chat beside what its messages do.
_OF_CHATS: Json = {"accent_color_id": 0, "max_reaction_count": 11}


class Telegram(BaseRequest):
    """A Telegram for one bot; `watchers` are called whenever something may look different."""

    def __init__(self) -> None:
        self.watchers: set[Callable[[], None]] = set()
        self.chats: dict[int, Json] = {}
        self.messages: dict[int, dict[int, Json]] = {}  # of each chat, by number
        self.files: dict[str, bytes] = {}  # by their path, which is also their id
        self.calls: list[Json] = []
        self.toasts: list[tuple[str, bool]] = []  # what taps were told, and with an alert
        self.cards: dict[str, Json] = {}  # what inline mode offered last
        self._updates: list[Json] = []
        # No update has the number of an earlier run's, which would be taken as handled.
        self._numbers = count(time.time_ns() // 1000)

    def changed(self) -> None:
        """Let everybody who watches look again."""
        for watcher in self.watchers:
            watcher()

    # --- What people do ---------------------------------------------------------------------------

    def person(self, name: str, number: int) -> Json:
        """Make somebody with a private chat with the bot, which has their number."""
        self.chat(number, "private", first_name=name)
        return {"id": number, "is_bot": False, "first_name": name}

    def chat(self, number: int, kind: str, **named: str) -> Json:
        """Make a chat."""
        self.chats[number] = {"id": number, "type": kind, **named}
        self.messages[number] = {}
        return self.chats[number]

    def act(self, person: Json, chat: Json, given: Json) -> Json | None:
        """Let a person do what a page says, and give what they typed; LookupError if it is gone."""
        messages = self.messages[chat["id"]]
        match given:
            case {"act": "text", "text": str(text)}:
                return self._say(person, chat, typed(text), given.get("reply_to", 0))
            case {"act": "edit", "message": int(number), "text": str(text)}:
                messages[number] |= typed(text) | {"edit_date": int(time.time())}
                self._tell("edited_message", messages[number])
            case {"act": "tap", "message": int(number), "data": str(data)}:
                tapped = {"message": messages[number], "data": data, "chat_instance": "1"}
                self._tell("callback_query", {"from": person, **tapped})
            case {"act": "file", "name": str(name), "data": str(data)}:
                document = self._kept("documents", name, b64decode(data))
                self._say(person, chat, {"document": document, "html": ""})
            case {"act": "inline", "text": str(text)}:
                self._tell("inline_query", {"from": person, "query": text, "offset": ""})
            case {"act": "choose", "card": str(number)}:
                card = self.cards[number]
                content = _with_keys(written(card["input_message_content"]["message_text"]), card)
                self._say(person, chat, {"via_bot": BOT, **content})
        return None

    async def deliver(self, application: App) -> None:
        """Let the bot handle every update that waits, and those they cause."""
        while self._updates:
            await updates.handle(application, self._updates.pop(0))

    def _say(self, person: Json, chat: Json, content: Json, reply_to: int = 0) -> Json:
        message = self._put(person, chat, content, reply_to)
        # The bot is not in a chat of two people.
        if chat["type"] != "private" or chat["id"] == person["id"]:
            self._tell("message", message)
        return message

    def _tell(self, kind: str, content: Json) -> None:
        number = next(self._numbers)
        self._updates.append({"update_id": number, kind: {"id": str(number)} | content})

    def _put(self, sender: Json, chat: Json, content: Json, reply_to: int) -> Json:
        log, number = self.messages[chat["id"]], next(self._numbers)
        if reply_to in log:
            # Without the message that this one replies to.
            content = content | {"reply_to_message": log[reply_to] | {"reply_to_message": None}}
        made = {"message_id": number, "date": int(time.time()), "chat": chat, "from": sender}
        log[number] = made | content
        return log[number]

    # --- What the bot does ------------------------------------------------------------------------

    def _carry_out(self, method: str, given: Json, files: Mapping[str, Any]) -> Any:
        match method:
            case "sendMessage" | "sendPhoto" | "sendDocument":
                return self._send(given, files)
            case "editMessageText" | "editMessageReplyMarkup":
                return self._edit(given)
            case "answerCallbackQuery" if text := given.get("text"):
                self.toasts.append((text, bool(given.get("show_alert"))))
            case "answerInlineQuery":
                self.cards = {card["id"]: card for card in given["results"]}
            case "getFile":
                return self._file(given["file_id"])
            case "getMe":
                return BOT
            case "getMyCommands":
                return []
            case "getChat":
                number = int(given["chat_id"])
                # Of somebody who was never here the number is all that is known.
                stranger = {"id": number, "type": "private", "first_name": str(number)}
                return self.chats.get(number, stranger) | _OF_CHATS
        return True

    def _send(self, given: Json, files: Mapping[str, Any]) -> Json:
        content = _with_keys(written(given.get("text") or given.get("caption") or ""), given)
        for kind, (name, data, _) in files.items():
            content[kind] = self._kept(f"{kind}s", name, data)
        replied = (given.get("reply_parameters") or {}).get("message_id", 0)
        return self._put(BOT, self.chats[int(given["chat_id"])], content, int(replied))

    def _edit(self, given: Json) -> Json:
        log = self.messages[int(given["chat_id"])]
        old = log[int(given["message_id"])]
        new = _with_keys({name: old[name] for name in old if name != "reply_markup"}, given)
        if "text" in given:
            new |= written(given["text"])
        if new["html"] != old["html"]:
            new["edit_date"] = int(time.time())
        log[old["message_id"]] = new
        return new

    def _kept(self, folder: str, name: str, data: bytes) -> Any:
        path = f"{folder}/file_{next(self._numbers)}.{name.rpartition('.')[2]}"
        self.files[path] = data
        if folder != "photos":
            return self._file(path) | {"file_name": name}
        # A PNG file, in the one size that it is shown in.
        width, height = struct.unpack(">II", data[16:24])
        return [self._file(path) | {"width": width, "height": height}]

    def _file(self, path: str) -> Json:
        size = len(self.files[path])
        return {"file_id": path, "file_unique_id": path, "file_path": path, "file_size": size}

    # Seconds; nothing takes any here.
    read_timeout = 5.0

    async def initialize(self) -> None:
        """Nothing to open, nor to close."""

    shutdown = initialize

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        """Carry out a call of the Bot API, or give a file."""
        root, name = unquote(urlsplit(url).path).partition(f"{TOKEN}/")[::2]
        if root.endswith("/file/bot"):
            return 200, self.files[name]
        given = request_data.parameters if request_data else {}
        files = (request_data.multipart_data if request_data else None) or {}
        result = self._carry_out(name, given, files)
        call = {"number": next(self._numbers), "method": name}
        self.calls.append(call | {"parameters": given, "result": result})
        self.changed()
        return 200, json.dumps({"ok": True, "result": result}).encode()


def at_hand(settings: Settings, admins: frozenset[int]) -> Settings:
    """Give the settings of a bot that talks here, to one person, to whom nobody need be fair."""
    return replace(settings, token=TOKEN, admin_ids=admins, questions_per_minute=1_000_000)


def typed(text: str) -> Json:
    """Give what Telegram stores of a text that somebody types, with what it marks in it."""
    clean, kinds = text.strip(), {"@": "mention", "/": "bot_command"}
    entities = [
        {"type": kinds[found[0][0]], "offset": found.start(), "length": len(found[0])}
        for found in _FOUND.finditer(clean)
    ]
    return {"text": clean, "html": escape(clean, quote=False), "entities": entities}


def written(html: str) -> Json:
    """Give what is stored of a text that the bot writes, always in Telegram's HTML."""
    return {"text": unescape(_TAG.sub("", html)), "html": html}


def _with_keys(content: Json, given: Json) -> Json:
    keys = given.get("reply_markup") or {}
    # A wish for a reply is no keyboard that a message has.
    return content | {"reply_markup": keys} if "inline_keyboard" in keys else content
