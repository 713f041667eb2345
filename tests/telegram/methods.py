"""The Bot API methods about messages and queries, with what Telegram refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.telegram.chats import MAX_DOWNLOAD
from tests.telegram.reading import Files, Reading, integer
from tests.telegram.values import Json, Message, Query, RefusalError, Toast, bad_request

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

    def send_message(self, given: Json, _: Files) -> Json:
        content = self.formatted(given)
        return self._send(given, content | {"link_preview": given.get("link_preview_options")})

    def send_photo(self, given: Json, files: Files) -> Json:
        return self._send_media("photo", given, files)

    def send_document(self, given: Json, files: Files) -> Json:
        return self._send_media("document", given, files)

    def _send_media(self, kind: str, given: Json, files: Files) -> Json:
        content = self.formatted(given, "caption")
        self.room(given)  # a file for a chat that isn't there is never stored
        content["media"] = self.media(kind, str(given.get(kind, "")), files)
        return self._send(given, content)

    def _send(self, given: Json, content: Json) -> Json:
        keyboard, chat = self.keyboard(given), self.room(given)
        reply_to = self.replied(given, chat)
        message = Message(
            message_id=self.reserve(chat),
            chat_id=chat.id,
            date=int(self.clock()),
            keyboard=keyboard,
            reply_to=reply_to,
            **self.signed(given, chat, reply_to),
            **content,
        )
        return self.message_json(self.put(message))

    def send_chat_action(self, given: Json, _: Files) -> bool:
        if str(given.get("action", "")) not in ACTIONS:
            raise bad_request("wrong parameter action in request")
        self.room(given).actions.append(str(given["action"]))
        return True

    def edit_message_text(self, given: Json, _: Files) -> Json | bool:
        """Change a text, and the buttons with it: without a keyboard they go."""
        content, message = self.formatted(given), self.own(given)
        if message.media:
            raise bad_request("there is no text in the message to edit")
        content["link_preview"] = given.get("link_preview_options")
        return self._edited(given, message, **content)

    def edit_message_reply_markup(self, given: Json, _: Files) -> Json | bool:
        """Change or remove only the buttons."""
        return self._edited(given, self.own(given))

    def _edited(self, given: Json, old: Message, **changes: Any) -> Json | bool:
        """Put the new state of a message in place of the old."""
        markup = given.get("reply_markup")
        if isinstance(markup, dict) and "inline_keyboard" not in markup:
            raise bad_request("inline keyboard expected")
        new = replace(old, keyboard=self.keyboard(given), **changes)
        if new == old:
            raise bad_request(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        is_edited = old.edited or replace(new, keyboard=old.keyboard) != old
        put = self.put(replace(new, edited=is_edited, edit_date=int(self.clock())))
        return True if given.get("inline_message_id") else self.message_json(put)

    def delete_message(self, given: Json, _: Files) -> bool:
        """Delete a message of the bot, or of others where it may."""
        chat, message_id = self.room(given), integer(given, "message_id")
        message = chat.log.get(message_id)
        if message is None:
            raise bad_request("message to delete not found")
        may = message.sender == self.bot or chat.type == "private" or chat.bot == "administrator"
        if not may or self.clock() - message.date > DELETE_WITHIN:
            raise bad_request("message can't be deleted")
        with self.changed:
            del chat.log[message_id]
            self.changed.notify_all()
        return True

    def get_file(self, given: Json, _: Files) -> Json:
        """Tell under which path a file can be downloaded."""
        file = self.files.get(str(given.get("file_id", "")))
        if file is None:
            raise bad_request("invalid file_id")
        if len(file.data) > MAX_DOWNLOAD:
            raise bad_request("file is too big")
        return file.as_json(with_path=True)

    def answer_callback_query(self, given: Json, _: Files) -> bool:
        """Answer a tap: once, and not too late."""
        text, url = str(given.get("text", "")), str(given.get("url", ""))
        if len(text) > MAX_CALLBACK_ANSWER:
            raise bad_request("MESSAGE_TOO_LONG")
        query = self._waiting(self.callbacks, str(given.get("callback_query_id", "")))
        if text or url:
            self.toasts.append(Toast(query.user, text, bool(given.get("show_alert")), url))
        return True

    def answer_inline_query(self, given: Json, _: Files) -> bool:
        """Show cards for an inline query."""
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
        query = self._waiting(self.inline_queries, str(given.get("inline_query_id", "")))
        self.inline_results[query.user.id] = results
        return True

    def _waiting(self, queries: dict[str, Query], query_id: str) -> Query:
        query = queries.pop(query_id, None)
        if query is None or self.clock() - query.date > QUERY_LIFETIME:
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        return query

    def inline_content(self, result: Json) -> Json:
        """The content of the message that choosing an inline result sends."""
        said = result["input_message_content"]
        content = self.formatted(said | {"text": said.get("message_text", "")})
        return content | {"keyboard": self.keyboard(result)}

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
