"""The Bot API methods that the bot calls, as kind as Telegram's own apps are not.

What the bot writes is shown as it stands, and what is not known here is granted. The Telegram of
the tests reads every value as strictly as the real one does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.telegram.lenient.chats import Chats, Place, unstyled
from tests.telegram.lenient.values import (
    Button,
    Call,
    Chat,
    Json,
    Keyboard,
    Media,
    Message,
    RefusalError,
    Toast,
    Upload,
    User,
    bad_request,
    png_size,
)

Files = Mapping[str, Upload]
PHOTO_SIDES = (90, 320, 800, 1280)  # the sizes in pixels that Telegram makes of a photo


class Methods(Chats):
    """The chats with the bot's side of them."""

    def call(
        self, method: str, parameters: Mapping[str, Any], files: Files | None = None
    ) -> tuple[int, bytes]:
        """Carry out a Bot API call: HTTP status and body."""
        given = dict(parameters)
        try:
            result = self.carry_out(method, given, files or {})
        except RefusalError as refusal:
            self.calls.append(Call(method, given, refusal.status, error=refusal.description))
            return refusal.status, envelope(refusal)
        self.calls.append(Call(method, given, 200, result))
        return 200, json.dumps({"ok": True, "result": result}).encode()

    def carry_out(self, method: str, given: Json, files: Files) -> Any:
        """Do what a method says and give its result."""
        name = re.sub(r"[A-Z]", lambda capital: f"_{capital[0].lower()}", method)
        carry_out = getattr(self, name, None)
        return True if carry_out is None else carry_out(given, files)

    # --- Messages ---------------------------------------------------------------------------------

    def send_message(self, given: Json, _: Files) -> Json:
        """Send a text."""
        return self._send(given, self.formatted(given), given.get("link_preview_options"))

    def send_photo(self, given: Json, files: Files) -> Json:
        """Send a photo with its caption."""
        return self._send_media("photo", given, files)

    def send_document(self, given: Json, files: Files) -> Json:
        """Send a file with its caption."""
        return self._send_media("document", given, files)

    def _send_media(self, kind: str, given: Json, files: Files) -> Json:
        content = self.formatted(given, "caption")
        self.room(given)  # a file for a chat that isn't there is never stored
        content["media"] = self.media(kind, str(given.get(kind, "")), files)
        return self._send(given, content)

    def _send(self, given: Json, content: Json, preview: Json | None = None) -> Json:
        keyboard, chat = self.keyboard(given), self.room(given)
        reply_to = self.replied(given, chat)
        message = Message(
            message_id=self.reserve(chat),
            chat_id=chat.id,
            date=int(self.clock()),
            keyboard=keyboard,
            reply_to=reply_to,
            link_preview=preview,
            **self.signed(given, chat, reply_to),
            **content,
        )
        return self.message_json(self.put(message))

    def send_chat_action(self, given: Json, _: Files) -> bool:
        """Show that the bot is typing or uploading."""
        self.room(given).actions.append(str(given.get("action", "")))
        return True

    def edit_message_text(self, given: Json, _: Files) -> Json | bool:
        """Change a text, and the buttons with it: without a keyboard they go."""
        content, message = self.formatted(given), self.own(given)
        return self.edited(
            given, message, **content, link_preview=given.get("link_preview_options")
        )

    def edit_message_reply_markup(self, given: Json, _: Files) -> Json | bool:
        """Change or remove only the buttons."""
        return self.edited(given, self.own(given))

    def edited(self, given: Json, old: Message, **changes: Any) -> Json | bool:
        """Put the new state of a message in place of the old."""
        new = replace(old, keyboard=self.keyboard(given), **changes)
        if new == old:
            raise bad_request(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        is_edited = old.edited or replace(new, keyboard=old.keyboard) != old
        put = self.put(replace(new, edited=is_edited, edit_date=int(self.clock())))
        return True if given.get("inline_message_id") else self.message_json(put)

    def get_file(self, given: Json, _: Files) -> Json:
        """Tell under which path a file can be downloaded."""
        file = self.files.get(str(given.get("file_id", "")))
        if file is None:
            raise bad_request("invalid file_id")
        return file.as_json(with_path=True)

    # --- Taps and inline queries ------------------------------------------------------------------

    def answer_callback_query(self, given: Json, _: Files) -> bool:
        """Answer a tap."""
        query = self.callbacks.pop(str(given.get("callback_query_id", "")), None)
        text, url = str(given.get("text", "")), str(given.get("url", ""))
        if query and (text or url):
            self.toasts.append(Toast(query.user, text, bool(given.get("show_alert")), url))
        return True

    def answer_inline_query(self, given: Json, _: Files) -> bool:
        """Show cards for an inline query."""
        query = self.inline_queries.pop(str(given.get("inline_query_id", "")), None)
        if query:
            self.inline_results[query.user.id] = (query.text, given["results"])
        return True

    def inline_content(self, result: Json) -> Json:
        """Give the content of the message that choosing an inline result sends."""
        content = self.formatted(result["input_message_content"], "message_text")
        return content | {"keyboard": self.keyboard(result)}

    # --- The bot itself ---------------------------------------------------------------------------

    def get_me(self, _: Json, __: Files) -> Json:
        """Tell the bot who it is."""
        able = {"can_join_groups": True, "supports_inline_queries": True}
        return self.bot.as_json() | able | {"can_read_all_group_messages": False}

    def get_chat(self, given: Json, _: Files) -> Json:
        """Describe a chat."""
        gifts = ("unlimited", "limited", "unique")
        accepted = {f"{name}_gifts": False for name in gifts}
        accepted |= {"premium_subscription": False, "gifts_from_channels": False}
        usual = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": accepted}
        return self.room(given).as_json() | usual

    def set_my_commands(self, given: Json, _: Files) -> bool:
        """Set the command menu of a scope and language."""
        self.commands[self.scope(given)] = list(given.get("commands", ()))
        return True

    def get_my_commands(self, given: Json, _: Files) -> list[Json]:
        """Give the command menu of just this scope and language."""
        return self.commands.get(self.scope(given), [])

    def delete_my_commands(self, given: Json, _: Files) -> bool:
        """Remove the menu of a scope and language, so that a wider one shows."""
        self.commands.pop(self.scope(given), None)
        return True

    def scope(self, given: Json) -> tuple[str, int, int, str]:
        """Give a command scope: its kind, chat, member and language."""
        scope = given.get("scope") or {"type": "default"}
        chat, user = int(scope.get("chat_id", 0)), int(scope.get("user_id", 0))
        return scope["type"], chat, user, str(given.get("language_code", ""))

    def scopes(self, user: User, chat: Chat) -> list[tuple[str, int, int]]:
        """Give the scopes that count for a person in a chat, the narrowest first."""
        kind = "all_private_chats" if chat.type == "private" else "all_group_chats"
        return [("chat", chat.id, 0), (kind, 0, 0), ("default", 0, 0)]

    def commands_for(self, user: User, chat: Place | None = None) -> dict[str, str]:
        """Give the commands that a person is offered in a chat, with their descriptions."""
        room = self.chat(user if chat is None else chat)
        for scope in self.scopes(user, room):
            for language in (user.language_code, ""):
                if commands := self.commands.get((*scope, language)):
                    return {str(one["command"]): str(one["description"]) for one in commands}
        return {}

    def set_my_description(self, given: Json, _: Files) -> bool:
        """Set what an empty chat shows."""
        return self.set_profile("description", given)

    def get_my_description(self, given: Json, _: Files) -> Json:
        """Give what an empty chat shows."""
        return self.get_profile("description", given)

    def set_my_short_description(self, given: Json, _: Files) -> bool:
        """Set what the bot's profile says."""
        return self.set_profile("short_description", given)

    def get_my_short_description(self, given: Json, _: Files) -> Json:
        """Give what the bot's profile says."""
        return self.get_profile("short_description", given)

    def set_profile(self, field: str, given: Json) -> bool:
        """Set something of the bot's profile, in a language or in all."""
        self.profile[field, str(given.get("language_code", ""))] = str(given.get(field, ""))
        return True

    def get_profile(self, field: str, given: Json) -> Json:
        """Give something of the bot's profile, in a language or else in all."""
        default = self.profile.get((field, ""), "")
        return {field: self.profile.get((field, str(given.get("language_code", "")))) or default}

    # --- Reading what the bot gives ---------------------------------------------------------------

    def formatted(self, given: Json, name: str = "text") -> Json:
        """Give the text of a message as it is stored: plain, and with its styles."""
        html = str(given.get(name, ""))
        if str(given.get("parse_mode", "")).lower() == "html":
            return {"text": unstyled(html), "html": html, "entities": ()}
        return self.typed(html)

    def keyboard(self, given: Json) -> Keyboard:
        """Give the inline keyboard of `reply_markup`, () for none or another kind."""
        rows = (given.get("reply_markup") or {}).get("inline_keyboard", ())
        return tuple(tuple(map(self.button, row)) for row in rows)

    def button(self, button: Json) -> Button:
        """Give one button of an inline keyboard."""
        query = button.get("switch_inline_query", button.get("switch_inline_query_current_chat"))
        if query is None and "switch_inline_query_chosen_chat" in button:
            query = button["switch_inline_query_chosen_chat"].get("query", "")
        return Button(
            button["text"],
            data=button.get("callback_data"),
            url=button.get("url"),
            copies=button.get("copy_text", {}).get("text"),
            query=query,
            json=button,
        )

    def room(self, given: Json) -> Chat:
        """Give the chat that a call is about."""
        chat = self.chats.get(int(given.get("chat_id") or 0))
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def replied(self, given: Json, chat: Chat) -> int | None:
        """Give the message to reply to."""
        reply = (given.get("reply_parameters") or {}).get("message_id")
        return int(reply) if reply else None

    def signed(self, given: Json, chat: Chat, reply_to: int | None) -> Json:
        """Give who is seen to send a message, and the thread that it stands in."""
        return {"sender": self.bot}

    def own(self, given: Json) -> Message:
        """Give the message of the bot that a call wants to edit."""
        inline = self.inline_messages.get(str(given.get("inline_message_id", "")))
        chat_id, number = inline or (self.room(given).id, int(given.get("message_id") or 0))
        message = self.chats[chat_id].log.get(number)
        if message is None:
            raise bad_request("message to edit not found")
        return message

    def media(self, kind: str, value: str, files: Files) -> Media:
        """Give a photo or document, uploaded as its own field, attached, or known by file id."""
        known = self.files.get(value)
        upload = files.get(value.removeprefix("attach://") if "attach://" in value else kind)
        if known:
            upload = Upload(known.filename, known.data, known.mime_type)
        if upload is None:
            raise bad_request(f"there is no {kind} in the request")
        if kind == "photo":
            return self.photo_sizes(upload, png_size(upload.data) or (1, 1))
        file = known or self.keep(upload, kind)
        named = {"file_name": upload.filename, "mime_type": file.mime_type}
        return Media(kind, file, file.as_json() | named)

    def photo_sizes(self, upload: Upload, size: tuple[int, int]) -> Media:
        """Give a photo in the sizes that Telegram makes of it, the largest last."""
        sizes: list[Json] = []
        for side in PHOTO_SIDES:
            scale = min(1.0, side / max(size))
            kept = self.keep(upload, "photo")
            width, height = (max(1, round(edge * scale)) for edge in size)
            sizes.append(kept.as_json() | {"width": width, "height": height})
            if scale == 1.0:
                break
        return Media("photo", kept, sizes)


def envelope(refusal: RefusalError) -> bytes:
    """Give a refusal as the Bot API writes it."""
    answer: Json = {"ok": False, "error_code": refusal.status, "description": refusal.description}
    if refusal.parameters:
        answer["parameters"] = refusal.parameters
    return json.dumps(answer).encode()
