"""Reading what a bot sends: texts, keyboards, replies and files, refused in Telegram's words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.telegram.chats import MAX_CAPTION, MAX_TEXT, Chats, speaks_as, stored
from tests.telegram.entities import Entity, utf16
from tests.telegram.html import ParseError, link, parse
from tests.telegram.values import (
    Button,
    Chat,
    Json,
    Keyboard,
    Media,
    Message,
    RefusalError,
    Upload,
    bad_request,
    png_size,
)

Files = Mapping[str, Upload]
MAX_CALLBACK_DATA = 64
MAX_COPY_TEXT = 256
MAX_BUTTONS = 100
MAX_ROW = 8
MAX_UPLOAD = 50_000_000
MAX_PHOTO = 10_000_000
PHOTO_SIDES = (90, 320, 800, 1280)  # the sizes in pixels that Telegram makes of a photo

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
        """The text of a message as it is stored: plain, and with its styles."""
        raw, is_caption = str(given.get(name, "")), name == "caption"
        if not raw and not is_caption:
            raise bad_request("message text is empty")
        mode = str(given.get("parse_mode", ""))
        content = _styled(raw, mode, given.get("caption_entities" if is_caption else "entities"))
        if is_caption:
            if len(content["text"]) > MAX_CAPTION:
                raise bad_request("message caption is too long")
        elif not content["text"]:
            raise bad_request("text must be non-empty")
        elif len(content["text"]) > MAX_TEXT:
            raise bad_request("message is too long")
        return content

    def keyboard(self, given: Json) -> Keyboard:
        """The inline keyboard of `reply_markup`, () for none or another kind."""
        markup = given.get("reply_markup")
        if markup is None or markup == "":
            return ()
        if isinstance(markup, str):
            raise bad_request("can't parse reply keyboard markup JSON object")
        if not isinstance(markup, dict):
            raise bad_request("object expected as reply markup")
        given_rows = markup.get("inline_keyboard", ())
        rows = tuple(tuple(_button(button) for button in row) for row in given_rows)
        if sum(map(len, rows)) > MAX_BUTTONS or any(len(row) > MAX_ROW for row in rows):
            raise bad_request("reply markup is too long")
        return rows

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
        return found

    def replied(self, given: Json, chat: Chat) -> int | None:
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

    def signed(self, given: Json, chat: Chat, reply_to: int | None) -> Json:
        """Who is seen to send a message, and the thread that it stands in."""
        thread = integer(given, "message_thread_id")
        if thread and thread not in chat.topics:
            raise bad_request("message thread not found")
        chat.last_bot = self.bot.id
        thread = thread or ((chat.log[reply_to].thread or 0) if reply_to else 0)
        if chat.type == "channel":
            return {"sender": None, "thread": thread or None, "extra": speaks_as(chat)}
        return {"sender": self.bot, "thread": thread or None}

    def own(self, given: Json) -> Message:
        """The message a call wants to edit; only the bot's own can be."""
        inline = str(given.get("inline_message_id", ""))
        if not given.get("chat_id") and not given.get("message_id"):
            if not inline:
                raise bad_request("message identifier is not specified")
            if inline not in self.inline_messages:
                raise bad_request("MESSAGE_ID_INVALID")
            chat_id, number = self.inline_messages[inline]
            return self.chats[chat_id].log[number]
        chat = self.room(given)
        message = chat.log.get(integer(given, "message_id"))
        if message is None:
            raise bad_request("message to edit not found")
        channel_post = chat.type == "channel" and message.sender is None
        if message.sender != self.bot and not channel_post:
            raise bad_request("message can't be edited")
        return message

    def media(self, kind: str, value: str, files: Files) -> Media:
        """A photo or document, uploaded as its own field, attached, or known by file id."""
        attached, known = value.startswith("attach://"), self.files.get(value)
        if value and not attached and not known:
            raise bad_request("wrong file identifier/HTTP URL specified")
        upload = files.get(value.removeprefix("attach://") if attached else kind)
        if known:
            upload = Upload(known.filename, known.data, known.mime_type)
        if upload is None:
            raise bad_request(f"there is no {kind} in the request")
        if not upload.data:
            raise bad_request("file must be non-empty")
        if len(upload.data) > MAX_UPLOAD:
            raise RefusalError(413, "Request Entity Too Large")
        if kind == "photo":
            return self._photo(upload)
        file = known or self.keep(upload, kind)
        named = {"file_name": upload.filename, "mime_type": file.mime_type}
        return Media(kind, file, file.as_json() | named)

    def _photo(self, upload: Upload) -> Media:
        """A photo in the sizes that Telegram makes of it, the largest last."""
        size = png_size(upload.data)
        if len(upload.data) > MAX_PHOTO:
            raise bad_request("file is too big")
        if size is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        if sum(size) > 10_000 or max(size) > 20 * min(size):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        sizes: list[Json] = []
        for side in PHOTO_SIDES:
            scale = min(1.0, side / max(size))
            kept = self.keep(upload, "photo")
            width, height = (max(1, round(edge * scale)) for edge in size)
            sizes.append(kept.as_json() | {"width": width, "height": height})
            if scale == 1.0:
                break
        return Media("photo", kept, sizes)


def _styled(text: str, mode: str, entities: Any) -> Json:
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


def _button(button: Json) -> Button:
    text = str(button.get("text", ""))
    if not text:
        raise bad_request("can't parse inline keyboard button: text must be non-empty")
    if (url := button.get("url")) is not None:
        target = link(url)
        if target is None:
            raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
        return Button(text, url=target, json=button | {"url": target})
    data, copies = button.get("callback_data"), button.get("copy_text", {}).get("text")
    query = button.get("switch_inline_query", button.get("switch_inline_query_current_chat"))
    if query is None and "switch_inline_query_chosen_chat" in button:
        query = button["switch_inline_query_chosen_chat"].get("query", "")
    if data and len(data.encode()) > MAX_CALLBACK_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    if "copy_text" in button and not 0 < len(copies or "") <= MAX_COPY_TEXT:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    if data or copies or query is not None:
        return Button(text, data=data, copies=copies, query=query, json=button)
    raise bad_request(
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
    )


def _entity(entity: Json) -> Entity:
    argument = entity.get("url") or entity.get("language") or entity.get("custom_emoji_id") or ""
    if user := entity.get("user"):
        argument = str(user["id"])
    return Entity(str(entity["type"]), int(entity["offset"]), int(entity["length"]), str(argument))
