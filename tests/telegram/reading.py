"""Reading what a bot sends: texts, keyboards, replies and files, refused in Telegram's words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.telegram import lenient as simulator
from tests.telegram.chats import MAX_CAPTION, MAX_TEXT, Chat, Chats, stored
from tests.telegram.entities import Entity, utf16
from tests.telegram.html import ParseError, link, parse
from tests.telegram.lenient.methods import Files
from tests.telegram.lenient.values import (
    Button,
    Json,
    Keyboard,
    Media,
    Message,
    RefusalError,
    Upload,
    bad_request,
    png_size,
)

MAX_CALLBACK_DATA = 64
MAX_COPY_TEXT = 256
MAX_BUTTONS = 100
MAX_ROW = 8
MAX_UPLOAD = 50_000_000
MAX_PHOTO = 10_000_000

# Values that stay text although they may look like JSON: a message may well say "[1]" or "42".
_TEXTS = frozenset(
    {
        *("text", "caption", "title", "name", "description", "short_description"),
        *("callback_query_id", "inline_query_id", "inline_message_id", "file_id", "url"),
        *("secret_token", "language_code", "parse_mode", "next_offset", "action"),
    }
)


def decoded(parameters: Mapping[str, Any]) -> Json:
    """Form fields with their JSON read, so that both doors hand over the same values."""
    return {name: _value(name, value) for name, value in parameters.items() if value is not None}


def _value(name: str, value: Any) -> Any:
    if name in _TEXTS or not isinstance(value, str):
        return str(value) if name in _TEXTS else value
    try:
        return json.loads(value)
    except ValueError:
        return value


def integer(given: Json, name: str, default: int = 0) -> int:
    """A whole number; like Telegram, anything unreadable counts as the default."""
    value = given.get(name, default)
    return int(value) if isinstance(value, (int, float)) else default


class Reading(Chats):
    """The chats with the limits of what a bot may send to them."""

    def formatted(self, given: Json, name: str = "text") -> Json:
        raw, mode = str(given.get(name, "")), str(given.get("parse_mode", ""))
        if name == "caption":
            content = self.styled(raw, mode, given.get("caption_entities"))
            if len(content["text"]) > MAX_CAPTION:
                raise bad_request("message caption is too long")
            return content
        if not raw:
            raise bad_request("message text is empty")
        content = self.styled(raw, mode, given.get("entities"))
        if not content["text"]:
            raise bad_request("text must be non-empty")
        if len(content["text"]) > MAX_TEXT:
            raise bad_request("message is too long")
        return content

    def styled(self, text: str, mode: str, entities: Any) -> Json:
        """A text with its entities as Telegram stores them, of a message or a caption."""
        match mode.lower():
            case "html":
                try:
                    text, found = parse(text)
                except ParseError as error:
                    raise bad_request(f"can't parse entities: {error}") from None
            case "" | "none":
                found = [_entity(entity) for entity in entities or []]
                if any(entity.end > utf16(text) for entity in found):
                    raise bad_request("entity ends after the end of the text")
            case "markdown" | "markdownv2":
                raise NotImplementedError("the sandbox reads HTML; this project writes no Markdown")
            case _:
                raise bad_request("unsupported parse_mode")
        return stored(text, found)

    def keyboard(self, given: Json) -> Keyboard:
        markup = given.get("reply_markup")
        if markup is None or markup == "":
            return ()
        if isinstance(markup, str):
            raise bad_request("can't parse reply keyboard markup JSON object")
        if not isinstance(markup, dict):
            raise bad_request("object expected as reply markup")
        rows = super().keyboard(given)
        if sum(map(len, rows)) > MAX_BUTTONS or any(len(row) > MAX_ROW for row in rows):
            raise bad_request("reply markup is too long")
        return rows

    def button(self, button: Json) -> Button:
        if not str(button.get("text", "")):
            raise bad_request("can't parse inline keyboard button: text must be non-empty")
        read = super().button(button)
        if read.url is not None:
            target = link(read.url)
            if target is None:
                raise bad_request(
                    f"inline keyboard button URL '{read.url}' is invalid: Wrong HTTP URL"
                )
            return Button(read.text, url=target, json=button | {"url": target})
        if read.data and len(read.data.encode()) > MAX_CALLBACK_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
        if "copy_text" in button and not 0 < len(read.copies or "") <= MAX_COPY_TEXT:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
        if read.data or read.copies or read.query is not None:
            return read
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )

    def room(self, given: Json, *, write: bool = True) -> Chat:
        """The chat a call is about; with `write`, one the bot may write to."""
        chat = self._named(given.get("chat_id"))
        if write and chat.migrated_to:
            migrated = {"migrate_to_chat_id": chat.migrated_to}
            text = "Bad Request: group chat was upgraded to a supergroup chat"
            raise RefusalError(400, text, migrated)
        if chat.type == "private":
            if write and chat.bot == "kicked":
                raise RefusalError(403, "Forbidden: bot was blocked by the user")
            if write and not chat.started:
                raise RefusalError(403, "Forbidden: bot can't initiate conversation with a user")
        elif chat.bot in {"kicked", "left"}:
            done = "was kicked from" if chat.bot == "kicked" else "is not a member of"
            raise RefusalError(403, f"Forbidden: bot {done} the {chat.type} chat")
        elif write and chat.type == "channel" and chat.bot != "administrator":
            raise bad_request("need administrator rights in the channel chat")
        return chat

    def _named(self, wanted: Any) -> Chat:
        if wanted is None or wanted == "":
            raise bad_request("chat_id is empty")
        if isinstance(wanted, str) and wanted.startswith("@"):
            public = (chat for chat in self.chats.values() if chat.type != "private")
            found = next((chat for chat in public if chat.username == wanted[1:]), None)
        else:
            found = self.chats.get(int(wanted)) if str(wanted).lstrip("-").isdecimal() else None
        if found is None:
            raise bad_request("chat not found")
        return self.chat(found)

    def replied(self, given: Json, chat: simulator.Chat) -> int | None:
        """The message to reply to, None for none or for one that may be missing."""
        reply = given.get("reply_parameters")
        if reply is None:
            names = ("allow_sending_without_reply",)
            reply = {name: given.get(name) for name in names}
            reply["message_id"] = given.get("reply_to_message_id")
        if not isinstance(reply, dict):
            raise bad_request("object expected as reply parameters")
        wanted = int(reply.get("message_id") or 0)
        if not wanted or wanted in chat.log:
            return wanted or None
        if reply.get("allow_sending_without_reply"):
            return None
        raise bad_request("message to be replied not found")

    def signed(self, given: Json, chat: simulator.Chat, reply_to: int | None) -> Json:
        room = self.chat(chat)
        thread = integer(given, "message_thread_id")
        if thread and thread not in room.topics:
            raise bad_request("message thread not found")
        room.last_bot = self.bot.id
        thread = thread or ((room.log[reply_to].thread or 0) if reply_to else 0)
        if room.type == "channel":
            return {"sender": None, "thread": thread or None, "extra": speaks_as(room)}
        return {"sender": self.bot, "thread": thread or None}

    def own(self, given: Json) -> Message:
        """The message a call wants to edit; only the bot's own can be."""
        inline = str(given.get("inline_message_id", ""))
        if not given.get("chat_id") and not given.get("message_id"):
            if not inline:
                raise bad_request("message identifier is not specified")
            if inline not in self.inline_messages:
                raise bad_request("MESSAGE_ID_INVALID")
            return super().own(given)
        message = super().own(given)
        channel_post = self.chat(message.chat_id).type == "channel" and message.sender is None
        if message.sender != self.bot and not channel_post:
            raise bad_request("message can't be edited")
        return message

    def media(self, kind: str, value: str, files: Files) -> Media:
        attached = value.startswith("attach://")
        if value and not attached and value not in self.files:
            raise bad_request("wrong file identifier/HTTP URL specified")
        upload = files.get(value.removeprefix("attach://") if attached else kind)
        if upload and not upload.data:
            raise bad_request("file must be non-empty")
        if upload and len(upload.data) > MAX_UPLOAD:
            raise RefusalError(413, "Request Entity Too Large")
        return super().media(kind, value, files)

    def photo_sizes(self, upload: Upload, size: tuple[int, int]) -> Media:
        if len(upload.data) > MAX_PHOTO:
            raise bad_request("file is too big")
        if png_size(upload.data) is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        if sum(size) > 10_000 or max(size) > 20 * min(size):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        return super().photo_sizes(upload, size)


def speaks_as(chat: simulator.Chat) -> Json:
    """The field of a message that a chat speaks for itself."""
    return {"sender_chat": chat.as_json()}


def _entity(entity: Json) -> Entity:
    argument = entity.get("url") or entity.get("language") or entity.get("custom_emoji_id") or ""
    if user := entity.get("user"):
        argument = str(user["id"])
    return Entity(str(entity["type"]), int(entity["offset"]), int(entity["length"]), str(argument))
