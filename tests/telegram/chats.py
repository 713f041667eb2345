"""What the strict Telegram remembers: people, chats, messages, files, updates not yet taken.

Every change notifies whoever waits on `changed`, in whichever thread.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from tests.telegram.display import render
from tests.telegram.entities import Entity, tidy
from tests.telegram.values import (
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

MAX_TEXT, MAX_CAPTION = 4096, 1024
MAX_DOWNLOAD = 20_000_000
# Where inline messages go by default: the private chat of two people, in which the bot is not.
ELSEWHERE = 4_000_000_000
# Telegram sends these only to bots that ask for them by name.
OPT_IN_UPDATES = frozenset({"chat_member", "message_reaction", "message_reaction_count"})

Place = Chat | User | int


class Chats:
    """The state behind both sides: the people's and the bot's."""

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
        self.inline_results: dict[int, list[Json]] = {}  # by user
        self.inline_messages: dict[str, tuple[int, int]] = {}
        self.commands: dict[tuple[str, int, int, str], list[Json]] = {}
        self.profile: dict[tuple[str, str], str] = {}
        self.webhook: Json = {"url": ""}
        self.allowed_updates: frozenset[str] | None = None
        self.changed = threading.Condition(threading.RLock())
        self.listeners: list[Callable[[], None]] = []
        self._last_update = first_update - 1
        self._last_query = self._last_message = 0

    def user(
        self, name: str, *, user_id: int = 0, username: str = "", language: str = "en"
    ) -> User:
        """Make a new person with a private chat with the bot."""
        known = sum(not user.is_bot for user in self.users.values())
        user = User(user_id or 1001 + known, name, username=username, language_code=language)
        self.users[user.id] = user
        made = self.add_chat(user.id, "private", user=user)
        made.bot, made.members = "member", {user.id: "member"}
        return user

    def add_chat(
        self, chat_id: int, kind: str, *, title: str = "", user: User | None = None
    ) -> Chat:
        """Make a new chat."""
        self.chats[chat_id] = made = Chat(chat_id, kind, title, user=user)
        return made

    def chat(self, chat: Place) -> Chat:
        """The chat with this id; a user's is the private one with the bot."""
        if isinstance(chat, Chat):
            return chat
        number = chat if isinstance(chat, int) else chat.id
        if number == ELSEWHERE and number not in self.chats:
            self.add_chat(ELSEWHERE, "private", user=User(ELSEWHERE, "Friend"))
        return self.chats[number]

    def message(self, user: User, message: Message | int, chat: Place | None = None) -> Message:
        """A message as it stands now, by id in a chat (else the user's with the bot)."""
        if isinstance(message, Message):
            return self.chats[message.chat_id].log[message.message_id]
        return self.chat(user if chat is None else chat).log[message]

    def put(self, message: Message) -> Message:
        """Set a message in its chat, new or edited."""
        with self.changed:
            self.chats[message.chat_id].log[message.message_id] = message
            self.changed.notify_all()
        return message

    def following(self, chat: Chat) -> int:
        """The id that the next message of a chat will get.

        As in Telegram, supergroups count for themselves and a bot's other chats together.
        """
        return max(chat.next_id, self._last_message + 1) if _shared(chat) else chat.next_id

    def reserve(self, chat: Chat) -> int:
        """The next message id of a chat, which is then taken."""
        with self.changed:
            number = self.following(chat)
            chat.next_id = number + 1
            if _shared(chat):
                self._last_message = number
        return number

    def queue(self, kind: str, payload: Json) -> Json:
        """Queue an update if the bot wants this kind; the update, or {} if it doesn't."""
        with self.changed:
            wanted = self.allowed_updates
            if kind in OPT_IN_UPDATES if wanted is None else kind not in wanted:
                return {}
            self._last_update += 1
            update: Json = {"update_id": self._last_update, kind: payload}
            self.updates.append(update)
            self.changed.notify_all()
        self.wake()
        return update

    def wake(self) -> None:
        """Tell those who listen that there may be something for them."""
        for listener in list(self.listeners):
            listener()

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
        """The texts the bot gave in its successful calls of a method, in order."""
        done = [call for call in self.calls if call.method == method and not call.error]
        return [str(call.parameters.get("text", "")) for call in done]

    def next_query(self) -> str:
        """A fresh id for a tap or an inline query."""
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
        """What stands under a file path that getFile gave."""
        small = (file for file in self.files.values() if len(file.data) <= MAX_DOWNLOAD)
        return next((file.data for file in small if file.path == path), None)

    def message_json(self, message: Message, *, reply: bool = True) -> Json:
        """A message as the Bot API writes it."""
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


def _shared(chat: Chat) -> bool:
    return chat.type in {"private", "group"} and chat.bot != "left"


def stored(text: str, entities: tuple[Entity, ...] | list[Entity]) -> Json:
    """A text with its entities as Telegram stores it."""
    clean, tidied = tidy(text, entities)
    as_json = tuple(entity.as_json() for entity in tidied)
    return {"text": clean, "html": render(clean, tidied), "entities": as_json}


def typed(text: str, most: int = MAX_TEXT) -> Json:
    """What Telegram stores of a text that a person types, with what it marks in it."""
    clean = stored(text, ())
    if len(clean["text"]) > most:
        raise ValueError(f"Telegram's apps send up to {most} characters")
    return clean


def speaks_as(chat: Chat) -> Json:
    """The field of a message that a chat speaks for itself."""
    return {"sender_chat": chat.as_json()}
