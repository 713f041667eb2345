"""The Bot API methods that put messages in chats, change them and answer queries."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.simulator.chats import Chat, Json, Message, Query, RefusalError, Toast, bad_request
from bot.simulator.files import MAX_DOWNLOAD, Upload
from bot.simulator.inputs import (
    caption_of,
    chat_of,
    formatted,
    integer,
    keyboard_of,
    media_of,
    reply_keyboard_of,
    reply_of,
    text_of,
    thread_of,
)
from bot.simulator.store import Store

Files = Mapping[str, Upload]
Method = Callable[[Store, Json, Files], Any]

ACTIONS = frozenset(
    {
        *("typing", "upload_photo", "upload_document", "upload_video", "upload_voice"),
        *("record_video", "record_voice", "choose_sticker", "find_location"),
        *("record_video_note", "upload_video_note"),
    }
)
# Telegram gives no figure for "query is too old"; bots see it after about a quarter of an hour.
QUERY_LIFETIME = 15 * 60
DELETE_WITHIN = 48 * 3600
MAX_CALLBACK_ANSWER = 200
MAX_RESULTS = 50
MAX_RESULT_ID = 64


def _send(store: Store, parameters: Json, **content: Any) -> Json:
    keyboard, reply_keyboard = keyboard_of(parameters), reply_keyboard_of(parameters)
    chat = chat_of(store, parameters)
    reply_to = reply_of(parameters, chat)
    message = Message(
        message_id=store.reserve(chat),
        chat_id=chat.id,
        date=int(store.clock()),
        sender=None if chat.type == "channel" else store.bot,
        sender_chat=chat.id if chat.type == "channel" else None,
        keyboard=keyboard,
        reply_keyboard=reply_keyboard,
        reply_to=reply_to,
        thread=thread_of(parameters, chat, reply_to),
        **content,
    )
    chat.last_bot = store.bot.id
    return store.message_json(store.put(message))


def send_message(store: Store, parameters: Json, _: Files) -> Json:
    """Send a text."""
    text, entities = text_of(parameters)
    preview = parameters.get("link_preview_options")
    return _send(store, parameters, text=text, entities=entities, link_preview=preview)


def send_photo(store: Store, parameters: Json, files: Files) -> Json:
    """Send a photo with its caption."""
    text, entities = caption_of(parameters)
    chat_of(store, parameters)  # a file for a chat that isn't there is never stored
    media = media_of(store, "photo", parameters.get("photo"), files)
    return _send(store, parameters, text=text, entities=entities, media=media)


def send_document(store: Store, parameters: Json, files: Files) -> Json:
    """Send a file with its caption."""
    text, entities = caption_of(parameters)
    chat_of(store, parameters)
    media = media_of(store, "document", parameters.get("document"), files)
    return _send(store, parameters, text=text, entities=entities, media=media)


def send_chat_action(store: Store, parameters: Json, _: Files) -> bool:
    """Show that the bot is typing or uploading."""
    action = str(parameters.get("action", ""))
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat_of(store, parameters).actions.append(action)
    return True


def _own(store: Store, parameters: Json) -> Message:
    """Return the message a call wants to edit; only the bot's own can be."""
    inline = str(parameters.get("inline_message_id", ""))
    if not parameters.get("chat_id") and not parameters.get("message_id"):
        if not inline:
            raise bad_request("message identifier is not specified")
        if inline not in store.inline_messages:
            raise bad_request("MESSAGE_ID_INVALID")
        chat_id, message_id = store.inline_messages[inline]
        return store.chats[chat_id].log[message_id]
    chat = chat_of(store, parameters)
    message = chat.log.get(integer(parameters, "message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    channel_post = chat.type == "channel" and message.sender is None
    if message.service or (message.sender != store.bot and not channel_post):
        raise bad_request("message can't be edited")
    return message


def _edited(store: Store, old: Message, parameters: Json, **changes: Any) -> Json | bool:
    markup = parameters.get("reply_markup")
    if isinstance(markup, dict) and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    new = replace(old, keyboard=keyboard_of(parameters), **changes)
    if new == old:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly "
            "the same as a current content and reply markup of the message"
        )
    edited = old.edited or replace(new, keyboard=old.keyboard) != old
    store.put(replace(new, edited=edited, edit_date=int(store.clock())))
    if parameters.get("inline_message_id"):
        return True
    return store.message_json(store.chats[new.chat_id].log[new.message_id])


def edit_message_text(store: Store, parameters: Json, _: Files) -> Json | bool:
    """Change a text, and the buttons with it: without a keyboard they go."""
    text, entities = text_of(parameters)
    message = _own(store, parameters)
    if message.media:
        raise bad_request("there is no text in the message to edit")
    preview = parameters.get("link_preview_options")
    return _edited(store, message, parameters, text=text, entities=entities, link_preview=preview)


def edit_message_caption(store: Store, parameters: Json, _: Files) -> Json | bool:
    """Change a caption and the buttons."""
    text, entities = caption_of(parameters)
    message = _own(store, parameters)
    if message.media is None or not message.media.captioned:
        raise bad_request("there is no caption in the message to edit")
    return _edited(store, message, parameters, text=text, entities=entities)


def edit_message_media(store: Store, parameters: Json, files: Files) -> Json | bool:
    """Put another photo or document in a message."""
    given = parameters.get("media")
    if not isinstance(given, dict):
        raise bad_request("can't parse input media JSON object")
    kind = str(given.get("type", ""))
    if kind not in {"photo", "document"}:
        raise bad_request(f'can\'t parse InputMedia: type "{kind}" is unsupported')
    text, entities = caption_of(given)
    message = _own(store, parameters)
    media = media_of(store, kind, given.get("media"), files)
    if message.media and (message.media.kind, message.media.file.data) == (kind, media.file.data):
        media = message.media  # the same picture again is no change
    return _edited(store, message, parameters, text=text, entities=entities, media=media)


def edit_message_reply_markup(store: Store, parameters: Json, _: Files) -> Json | bool:
    """Change or remove only the buttons."""
    return _edited(store, _own(store, parameters), parameters)


def delete_message(store: Store, parameters: Json, _: Files) -> bool:
    """Delete a message of the bot, or of others where it may."""
    if not parameters.get("message_id"):
        raise bad_request("message identifier is not specified")
    _delete(store, chat_of(store, parameters), integer(parameters, "message_id"))
    return True


def _delete(store: Store, chat: Chat, message_id: int) -> None:
    message = chat.log.get(message_id)
    if message is None:
        raise bad_request("message to delete not found")
    allowed = chat.type == "private" or chat.bot == "administrator" or message.sender == store.bot
    if not allowed or store.clock() - message.date > DELETE_WITHIN:
        raise bad_request("message can't be deleted")
    with store.changed:
        del chat.log[message_id]
        store.changed.notify_all()


def get_file(store: Store, parameters: Json, _: Files) -> Json:
    """Tell under which path a file can be downloaded."""
    file = store.files.get(str(parameters.get("file_id", "")))
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.data) > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return file.as_json(with_path=True)


def _take(store: Store, queries: dict[str, Query], query_id: str) -> Query:
    query = queries.pop(query_id, None)
    if query is None or store.clock() - query.date > QUERY_LIFETIME:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    return query


def answer_callback_query(store: Store, parameters: Json, _: Files) -> bool:
    """Answer a tap: once, and not too late."""
    text, url = str(parameters.get("text", "")), str(parameters.get("url", ""))
    if len(text) > MAX_CALLBACK_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    query = _take(store, store.callbacks, str(parameters.get("callback_query_id", "")))
    if text or url:
        store.toasts.append(Toast(query.user, text, bool(parameters.get("show_alert")), url))
    return True


def answer_inline_query(store: Store, parameters: Json, _: Files) -> bool:
    """Show cards for an inline query."""
    results = parameters.get("results")
    if not isinstance(results, list):
        raise bad_request("expected an Array of inline query results")
    if len(results) > MAX_RESULTS:
        raise bad_request("too many inline query results specified")
    for result in results:
        _check_result(result)
    ids = [str(result["id"]) for result in results]
    if len(set(ids)) < len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    if any(not 0 < len(one.encode()) <= MAX_RESULT_ID for one in ids):
        raise bad_request("RESULT_ID_INVALID")
    query = _take(store, store.inline_queries, str(parameters.get("inline_query_id", "")))
    store.inline_results[query.user.id] = (query.text, results)
    return True


def _check_result(result: Any) -> None:
    if not isinstance(result, dict):
        raise bad_request("can't parse inline query result: expected an Object")
    required = ["type", "id"] + (["title"] if result.get("type") == "article" else [])
    for name in required:
        if name not in result:
            raise bad_request(f"can't parse inline query result: Can't find field \"{name}\"")
    content = result.get("input_message_content")
    try:
        keyboard_of(result)
        if content is not None:
            text_of(content, "message_text")
        elif result["type"] == "article":
            raise bad_request('Can\'t find field "message_text"')
        else:
            caption_of(result)
    except RefusalError as refusal:
        reason = refusal.description.removeprefix("Bad Request: ")
        raise bad_request(f"can't parse inline query result: {reason}") from None


def inline_message(store: Store, result: Json) -> Json:
    """Return the content of the message that choosing an inline result sends: text and keyboard."""
    content = result.get("input_message_content")
    if content is not None:
        text, entities = text_of(content, "message_text")
    else:
        mode = str(result.get("parse_mode", ""))
        raw = str(result.get("caption") or result.get("title") or result["type"])
        text, entities = formatted(raw, mode, result.get("caption_entities"))
    return {"text": text, "entities": entities, "keyboard": keyboard_of(result)}


MESSAGING: dict[str, Method] = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendChatAction": send_chat_action,
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageMedia": edit_message_media,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "getFile": get_file,
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
}
