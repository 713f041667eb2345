"""Reading what a bot sends: texts, keyboards, replies and files, refused in Telegram's words."""

import json
from collections.abc import Mapping
from typing import Any

from bot.simulator.chats import Button, Chat, Json, Keyboard, RefusalError, bad_request
from bot.simulator.entities import Entity, tidy, utf16
from bot.simulator.files import MAX_PHOTO, MAX_UPLOAD, Media, Upload, image_size, mime_of
from bot.simulator.html import ParseError, link, parse
from bot.simulator.store import Store

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_CALLBACK_DATA = 64
MAX_COPY_TEXT = 256
MAX_BUTTONS = 100
MAX_ROW = 8

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


def integer(parameters: Json, name: str, default: int = 0) -> int:
    """Return a whole number; like Telegram, anything unreadable counts as the default."""
    value = parameters.get(name, default)
    return int(value) if isinstance(value, (int, float)) else default


def formatted(text: str, parse_mode: str, entities: Any) -> tuple[str, tuple[Entity, ...]]:
    """Return a text with its entities as Telegram stores them, of a message or a caption."""
    given: list[Entity] = []
    match parse_mode.lower():
        case "html":
            try:
                text, given = parse(text)
            except ParseError as error:
                raise bad_request(f"can't parse entities: {error}") from None
        case "" | "none":
            given = [_entity(entity) for entity in entities or []]
            if any(entity.end > utf16(text) for entity in given):
                raise bad_request("entity ends after the end of the text")
        case "markdown" | "markdownv2":
            raise NotImplementedError("the sandbox reads HTML; this project writes no Markdown")
        case _:
            raise bad_request("unsupported parse_mode")
    text, fixed = tidy(text, given)
    return text, tuple(fixed)


def _entity(entity: Json) -> Entity:
    argument = entity.get("url") or entity.get("language") or entity.get("custom_emoji_id") or ""
    if user := entity.get("user"):
        argument = str(user["id"])
    return Entity(str(entity["type"]), int(entity["offset"]), int(entity["length"]), str(argument))


def text_of(
    parameters: Json, name: str = "text", entities: str = "entities"
) -> tuple[str, tuple[Entity, ...]]:
    """Return a message's text: 1-4096 characters once its entities are parsed."""
    raw = str(parameters.get(name, ""))
    if not raw:
        raise bad_request("message text is empty")
    text, found = formatted(raw, str(parameters.get("parse_mode", "")), parameters.get(entities))
    if not text:
        raise bad_request("text must be non-empty")
    if len(text) > MAX_TEXT:
        raise bad_request("message is too long")
    return text, found


def caption_of(parameters: Json) -> tuple[str, tuple[Entity, ...]]:
    """Return a caption: up to 1024 characters, possibly none."""
    raw, mode = str(parameters.get("caption", "")), str(parameters.get("parse_mode", ""))
    text, found = formatted(raw, mode, parameters.get("caption_entities"))
    if len(text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return text, found


def keyboard_of(parameters: Json) -> Keyboard:
    """Return the inline keyboard of `reply_markup`, () for none or another kind."""
    markup = parameters.get("reply_markup")
    if markup is None or markup == "":
        return ()
    if isinstance(markup, str):
        raise bad_request("can't parse reply keyboard markup JSON object")
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    rows = markup.get("inline_keyboard") or []
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
        )
    keyboard = tuple(tuple(_button(button) for button in row) for row in rows if row)
    # Telegram documents both limits and words only this one refusal.
    if sum(map(len, keyboard)) > MAX_BUTTONS or any(len(row) > MAX_ROW for row in keyboard):
        raise bad_request("reply markup is too long")
    return keyboard


def reply_keyboard_of(parameters: Json) -> tuple[tuple[str, ...], ...]:
    """Return what stands on the buttons of a custom keyboard."""
    markup = parameters.get("reply_markup")
    rows = markup.get("keyboard") or [] if isinstance(markup, dict) else []
    return tuple(
        tuple(key if isinstance(key, str) else str(key["text"]) for key in row) for row in rows
    )


def _button(button: Any) -> Button:
    if not isinstance(button, dict):
        raise bad_request(
            "can't parse inline keyboard button: InlineKeyboardButton must be an Object"
        )
    if "text" not in button:
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    text = str(button["text"]).strip()
    if not text:
        raise bad_request("inline keyboard button text must be non-empty")
    if url := button.get("url"):
        target = url if str(url).startswith("tg://user?id=") else link(str(url))
        if target is None:
            raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
        return Button(text, url=target, json=button | {"url": target})
    if data := button.get("callback_data"):
        if len(str(data).encode()) > MAX_CALLBACK_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
        return Button(text, data=str(data), json=button)
    for name in ("switch_inline_query", "switch_inline_query_current_chat"):
        if name in button:
            return Button(text, query=str(button[name]), json=button)
    if chosen := button.get("switch_inline_query_chosen_chat"):
        return Button(text, query=str(chosen.get("query", "")), json=button)
    if copy := button.get("copy_text"):
        if not 0 < len(str(copy.get("text", ""))) <= MAX_COPY_TEXT:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
        return Button(text, copies=str(copy["text"]), json=button)
    if "web_app" in button or "login_url" in button or "pay" in button:
        return Button(text, json=button)
    raise bad_request(
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
    )


def chat_of(store: Store, parameters: Json, *, write: bool = True, name: str = "chat_id") -> Chat:
    """Return the chat a call is about; with `write`, one the bot may write to."""
    wanted = parameters.get(name)
    if wanted is None or wanted == "":
        raise bad_request("chat_id is empty")
    if isinstance(wanted, str) and wanted.startswith("@"):
        named = (
            c for c in store.chats.values() if c.type != "private" and c.username == wanted[1:]
        )
        chat = next(named, None)
    else:
        chat = store.chats.get(int(wanted)) if str(wanted).lstrip("-").isdecimal() else None
    if chat is None:
        raise bad_request("chat not found")
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


def reply_of(parameters: Json, chat: Chat) -> int | None:
    """Return the message to reply to, None for none or for one that may be missing."""
    reply = parameters.get("reply_parameters")
    if reply is None:
        reply = {
            "message_id": parameters.get("reply_to_message_id"),
            "allow_sending_without_reply": parameters.get("allow_sending_without_reply"),
        }
    if not isinstance(reply, dict):
        raise bad_request("object expected as reply parameters")
    wanted = reply.get("message_id")
    if not wanted:
        return None
    if int(wanted) in chat.log:
        return int(wanted)
    if reply.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def thread_of(parameters: Json, chat: Chat, reply_to: int | None) -> int | None:
    """Return the forum topic for a message: the one named, or that of what it replies to."""
    thread = integer(parameters, "message_thread_id")
    if thread and thread not in chat.topics:
        raise bad_request("message thread not found")
    return thread or (chat.log[reply_to].thread if reply_to else None)


def media_of(store: Store, kind: str, value: Any, files: Mapping[str, Upload]) -> Media:
    """Return a photo or document, uploaded as its own field, attached, or known by file id."""
    upload = files.get(kind)
    if isinstance(value, str) and value.startswith("attach://"):
        upload = files.get(value.removeprefix("attach://"))
    elif isinstance(value, str) and value:
        if value not in store.files:
            raise bad_request("wrong file identifier/HTTP URL specified")
        known = store.files[value]
        upload = Upload(known.filename, known.data, known.mime_type)
        if kind == "document":
            return Media(kind, known, _document(known.as_json(), upload))
    if upload is None:
        raise bad_request(f"there is no {kind} in the request")
    if not upload.data:
        raise bad_request("file must be non-empty")
    if len(upload.data) > MAX_UPLOAD:
        raise RefusalError(413, "Request Entity Too Large")
    if kind == "photo":
        return photo(store, upload)
    kept = store.keep(upload, kind)
    return Media(kind, kept, _document(kept.as_json(), upload))


def _document(fields: Json, upload: Upload) -> Json:
    mime = upload.mime_type or mime_of(upload.filename)
    return fields | {"file_name": upload.filename, "mime_type": mime}


def photo(store: Store, upload: Upload) -> Media:
    """Return a photo in the sizes Telegram makes of it, the largest last."""
    size = image_size(upload.data)
    if len(upload.data) > MAX_PHOTO:
        raise bad_request("file is too big")
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = size
    if width + height > 10_000 or max(size) > 20 * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    sizes: list[Json] = []
    for side in (90, 320, 800, 1280):
        scale = min(1.0, side / max(size))
        kept = store.keep(upload, "photo")
        fitted = {"width": max(1, round(width * scale)), "height": max(1, round(height * scale))}
        sizes.append(kept.as_json() | fitted)
        if scale == 1.0:
            break
    return Media("photo", kept, sizes)
