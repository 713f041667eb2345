"""The Bot API methods about messages and queries, with what Telegram refuses."""

from __future__ import annotations

from typing import Any

from tests.telegram.lenient.chats import MAX_DOWNLOAD
from tests.telegram.lenient.methods import Files
from tests.telegram.lenient.values import Json, Query, RefusalError, bad_request
from tests.telegram.reading import Reading, integer

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


class Methods(Reading):
    """The chats with the bot's messages in them."""

    def send_chat_action(self, given: Json, files: Files) -> bool:
        if str(given.get("action", "")) not in ACTIONS:
            raise bad_request("wrong parameter action in request")
        return super().send_chat_action(given, files)

    def edit_message_text(self, given: Json, files: Files) -> Json | bool:
        self.formatted(given)
        if self.own(given).media:
            raise bad_request("there is no text in the message to edit")
        self._check_keyboard(given)
        return super().edit_message_text(given, files)

    def edit_message_reply_markup(self, given: Json, files: Files) -> Json | bool:
        self._check_keyboard(given)
        return super().edit_message_reply_markup(given, files)

    def edit_message_caption(self, given: Json, _: Files) -> Json | bool:
        """Change a caption and the buttons."""
        content, message = self.formatted(given, "caption"), self.own(given)
        if message.media is None or message.media.kind == "sticker":
            raise bad_request("there is no caption in the message to edit")
        self._check_keyboard(given)
        return self.edited(given, message, **content)

    def edit_message_media(self, given: Json, files: Files) -> Json | bool:
        """Put another photo or document in a message."""
        new = given.get("media")
        if not isinstance(new, dict):
            raise bad_request("can't parse input media JSON object")
        kind = str(new.get("type", ""))
        if kind not in {"photo", "document"}:
            raise bad_request(f'can\'t parse InputMedia: type "{kind}" is unsupported')
        content, message = self.formatted(new, "caption"), self.own(given)
        media, old = self.media(kind, str(new.get("media", "")), files), message.media
        if old and (old.kind, old.file.data) == (kind, media.file.data):
            media = old  # the same picture again is no change
        return self.edited(given, message, **content, media=media)

    def _check_keyboard(self, given: Json) -> None:
        markup = given.get("reply_markup")
        if isinstance(markup, dict) and "inline_keyboard" not in markup:
            raise bad_request("inline keyboard expected")

    def delete_message(self, given: Json, _: Files) -> bool:
        """Delete a message of the bot, or of others where it may."""
        if not given.get("message_id"):
            raise bad_request("message identifier is not specified")
        chat, message_id = self.room(given), integer(given, "message_id")
        message = chat.log.get(message_id)
        if message is None:
            raise bad_request("message to delete not found")
        own = message.sender == self.bot
        if not (own or chat.type == "private" or chat.bot == "administrator"):
            raise bad_request("message can't be deleted")
        if self.clock() - message.date > DELETE_WITHIN:
            raise bad_request("message can't be deleted")
        with self.changed:
            del chat.log[message_id]
            self.changed.notify_all()
        return True

    def get_file(self, given: Json, files: Files) -> Json:
        file = self.files.get(str(given.get("file_id", "")))
        if file and len(file.data) > MAX_DOWNLOAD:
            raise bad_request("file is too big")
        return super().get_file(given, files)

    def answer_callback_query(self, given: Json, files: Files) -> bool:
        """Answer a tap: once, and not too late."""
        if len(str(given.get("text", ""))) > MAX_CALLBACK_ANSWER:
            raise bad_request("MESSAGE_TOO_LONG")
        self._check_waiting(self.callbacks, str(given.get("callback_query_id", "")))
        return super().answer_callback_query(given, files)

    def answer_inline_query(self, given: Json, files: Files) -> bool:
        results = given.get("results")
        if not isinstance(results, list):
            raise bad_request("expected an Array of inline query results")
        if len(results) > MAX_RESULTS:
            raise bad_request("too many inline query results specified")
        for result in results:
            self._check_result(result)
        ids = [str(result["id"]) for result in results]
        if len(set(ids)) < len(ids):
            raise bad_request("RESULT_ID_DUPLICATE")
        if any(not 0 < len(one.encode()) <= MAX_RESULT_ID for one in ids):
            raise bad_request("RESULT_ID_INVALID")
        self._check_waiting(self.inline_queries, str(given.get("inline_query_id", "")))
        return super().answer_inline_query(given, files)

    def _check_waiting(self, queries: dict[str, Query], query_id: str) -> None:
        query = queries.get(query_id)
        if query is None or self.clock() - query.date > QUERY_LIFETIME:
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )

    def _check_result(self, result: Any) -> None:
        if not isinstance(result, dict):
            raise bad_request("can't parse inline query result: expected an Object")
        required = ["type", "id"] + (["title"] if result.get("type") == "article" else [])
        for name in required:
            if name not in result:
                raise bad_request(f"can't parse inline query result: Can't find field \"{name}\"")
        if "input_message_content" not in result:
            raise bad_request("can't parse inline query result: Can't find field \"message_text\"")
        try:
            self.inline_content(result)
        except RefusalError as refusal:
            reason = refusal.description.removeprefix("Bad Request: ")
            raise bad_request(f"can't parse inline query result: {reason}") from None
