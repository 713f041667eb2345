"""What the in-memory Telegram remembers: people, chats, messages, files, updates not yet taken."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from html import escape, unescape

from tests.telegram.lenient.values import (
    Call,
    Chat,
    File,
    Json,
    Message,
    Query,
    Toast,
    Upload,
    User,
    mime_of,
)

MAX_DOWNLOAD = 20_000_000
MAX_TEXT = 4096
# Where inline messages go by default: the private chat of two people, in which the bot is not.
ELSEWHERE = 4_000_000_000
_FOUND = re.compile(
    r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>@])"
    r"|(?<!\w)@[A-Za-z0-9_]{4,32}(?!\w)"
)
_TAG = re.compile(r"<[^>]*>")

Place = Chat | User | int


class Chats:
    """The state behind both sides."""

    def __init__(
        self,
        *,
        username: str = "annual_report_bot",
        token: str = "42:sandbox",
        first_update: int = 1,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.token = token
        number = int(token.partition(":")[0])
        self.bot = User(number, "Annual report bot", username=username, is_bot=True)
        self.clock = clock
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, File] = {}
        self.updates: list[Json] = []
        self.calls: list[Call] = []
        self.toasts: list[Toast] = []
        self.callbacks: dict[str, Query] = {}
        self.inline_queries: dict[str, Query] = {}
        self.inline_results: dict[int, tuple[str, list[Json]]] = {}  # by user: query and results
        self.inline_messages: dict[str, tuple[int, int]] = {}
        self.commands: dict[tuple[str, int, int, str], list[Json]] = {}
        self.profile: dict[tuple[str, str], str] = {}
        self._last_update = first_update - 1
        self._last_query = 0

    def user(
        self, name: str, *, user_id: int = 0, username: str = "", language: str = "en"
    ) -> User:
        """Make a new person with a private chat with the bot."""
        known = sum(not user.is_bot for user in self.users.values())
        user = User(user_id or 1001 + known, name, username=username, language_code=language)
        self.users[user.id] = user
        self.add_chat(user.id, "private", user=user)
        return user

    def group(self, title: str, *members: User) -> Chat:
        """Make a new group with the bot in it."""
        number = 1 + sum(chat.id < 0 for chat in self.chats.values())
        return self.add_chat(-1_000_000_000_000 - number, "supergroup", title=title)

    def add_chat(
        self, chat_id: int, kind: str, *, title: str = "", user: User | None = None
    ) -> Chat:
        """Make a new chat."""
        self.chats[chat_id] = made = Chat(chat_id, kind, title, user=user)
        return made

    def chat(self, chat: Place) -> Chat:
        """Give the chat with this id; a user's is the private one with the bot."""
        if isinstance(chat, Chat):
            return chat
        number = chat if isinstance(chat, int) else chat.id
        if number == ELSEWHERE and number not in self.chats:
            self.add_chat(ELSEWHERE, "private", user=User(ELSEWHERE, "Friend"))
        return self.chats[number]

    def message(self, user: User, message: Message | int, chat: Place | None = None) -> Message:
        """Give a message as it stands now, by id in a chat (else the user's with the bot)."""
        if isinstance(message, Message):
            return self.chats[message.chat_id].log[message.message_id]
        return self.chat(user if chat is None else chat).log[message]

    def put(self, message: Message) -> Message:
        """Set a message in its chat, new or edited."""
        self.chats[message.chat_id].log[message.message_id] = message
        return message

    def following(self, chat: Chat) -> int:
        """Give the id that the next message of a chat will get."""
        return chat.next_id

    def reserve(self, chat: Chat) -> int:
        """Give the next message id of a chat, which is then taken."""
        number = self.following(chat)
        chat.next_id = number + 1
        return number

    def queue(self, kind: str, payload: Json) -> Json:
        """Queue an update for the bot."""
        self._last_update += 1
        update: Json = {"update_id": self._last_update, kind: payload}
        self.updates.append(update)
        return update

    def take(self) -> list[Json]:
        """Give every update not yet fetched, confirmed as if getUpdates had fetched it."""
        taken, self.updates = self.updates, []
        return taken

    def next_query(self) -> str:
        """Give a fresh id for a tap or an inline query."""
        self._last_query += 1
        return str(self._last_query)

    def keep(self, upload: Upload, kind: str) -> File:
        """Store an uploaded file under a fresh id."""
        number = len(self.files) + 1
        suffix = upload.filename.rpartition(".")[2] if "." in upload.filename else "dat"
        mime = upload.mime_type or mime_of(upload.filename)
        path = f"{kind}s/file_{number}.{suffix}"
        file = File(f"sandbox-{kind}-{number}", path, upload.filename, mime, upload.data)
        self.files[file.file_id] = file
        return file

    def download(self, path: str) -> bytes | None:
        """Give what stands under a file path that getFile gave."""
        small = (file for file in self.files.values() if len(file.data) <= MAX_DOWNLOAD)
        return next((file.data for file in small if file.path == path), None)

    def typed(self, text: str, most: int = MAX_TEXT) -> Json:
        """Give what Telegram stores of a text that a person types, with what it marks in it."""
        clean = text.strip()
        if len(clean) > most:
            raise ValueError(f"Telegram's apps send up to {most} characters")
        entities = tuple(
            {
                "type": "mention" if found[0].startswith("@") else "bot_command",
                "offset": utf16(clean[: found.start()]),
                "length": utf16(found[0]),
            }
            for found in _FOUND.finditer(clean)
        )
        return {"text": clean, "html": escape(clean, quote=False), "entities": entities}

    def message_json(self, message: Message, *, reply: bool = True) -> Json:
        """Give a message as the Bot API writes it."""
        chat = self.chats[message.chat_id]
        fields: Json = {"message_id": message.message_id, "date": message.date}
        fields["chat"] = chat.as_json()
        if message.sender:
            fields["from"] = message.sender.as_json()
        if message.edit_date:
            fields["edit_date"] = message.edit_date
        if message.thread:
            fields |= {"message_thread_id": message.thread, "is_topic_message": True}
        if message.via_bot:
            fields["via_bot"] = message.via_bot.as_json()
        # In a topic Telegram gives the topic's first message as the one replied to.
        replied = message.reply_to or message.thread
        if reply and replied and replied in chat.log and replied != message.message_id:
            fields["reply_to_message"] = self.message_json(chat.log[replied], reply=False)
        if message.media:
            fields[message.media.kind] = message.media.json
        if message.text:
            fields["caption" if message.media else "text"] = message.text
        if message.entities:
            fields["caption_entities" if message.media else "entities"] = list(message.entities)
        if message.link_preview:
            fields["link_preview_options"] = message.link_preview
        if message.keyboard:
            rows = [[button.json for button in row] for row in message.keyboard]
            fields["reply_markup"] = {"inline_keyboard": rows}
        return fields | message.extra


def utf16(text: str) -> int:
    """Give the length of a text in UTF-16 code units, in which the Bot API counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def unstyled(html: str) -> str:
    """Give the text of a message in Telegram's HTML."""
    return unescape(_TAG.sub("", html))
