"""What the sandbox remembers: people, chats, messages, files and the updates not yet fetched."""

import threading
import time
from collections.abc import Callable

from bot.simulator.chats import Call, Chat, Json, Message, Query, Toast, User
from bot.simulator.files import MAX_DOWNLOAD, File, Upload, mime_of

# Telegram sends these only to bots that ask for them by name.
OPT_IN_UPDATES = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class Store:
    """The state behind both sides; every change notifies whoever waits on `changed`."""

    def __init__(
        self,
        *,
        username: str = "annual_report_bot",
        token: str = "42:sandbox",
        privacy: bool = True,
        inline_feedback: bool = True,
        first_update: int = 1,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.token = token
        self.bot = User(
            int(token.partition(":")[0]), "Annual report bot", username=username, is_bot=True
        )
        self.privacy = privacy
        self.inline_feedback = inline_feedback
        self.clock = clock
        self.changed = threading.Condition(threading.RLock())
        self.listeners: list[Callable[[], None]] = []
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
        self.menu_buttons: dict[int, Json] = {}
        self.webhook: Json = {"url": ""}
        self.allowed_updates: frozenset[str] | None = None
        self._last_message = 0
        self._last_update = first_update - 1
        self._last_query = 0

    def chat(self, chat: "Chat | User | int") -> Chat:
        """Return the chat with this id; a user's is the private one with the bot."""
        return (
            chat
            if isinstance(chat, Chat)
            else self.chats[chat if isinstance(chat, int) else chat.id]
        )

    def next_query(self) -> str:
        """Return a fresh id for a tap or an inline query."""
        self._last_query += 1
        return str(self._last_query)

    def keep(self, upload: Upload, kind: str) -> File:
        """Store an uploaded file under a fresh id."""
        number = len(self.files) + 1
        suffix = upload.filename.rpartition(".")[2] if "." in upload.filename else "dat"
        folder = {"photo": "photos", "voice": "voice", "sticker": "stickers"}.get(kind, "documents")
        mime = upload.mime_type or mime_of(upload.filename)
        path = f"{folder}/file_{number}.{suffix}"
        file = File(f"sandbox-{kind}-{number}", path, upload.filename, mime, upload.data)
        self.files[file.file_id] = file
        return file

    def download(self, path: str) -> bytes | None:
        """Return what stands under a file path that getFile gave."""
        small = (file for file in self.files.values() if len(file.data) <= MAX_DOWNLOAD)
        return next((file.data for file in small if file.path == path), None)

    def put(self, message: Message) -> Message:
        """Set a message in its chat, new or edited, and tell whoever waits."""
        with self.changed:
            self.chats[message.chat_id].log[message.message_id] = message
            self.changed.notify_all()
        return message

    def following(self, chat: Chat) -> int:
        """Return the id that the next message of a chat will get.

        As in Telegram, supergroups count for themselves and all other chats of a bot together.
        """
        shared = chat.type in {"private", "group"} and chat.bot != "left"
        return max(chat.next_id, self._last_message + 1) if shared else chat.next_id

    def reserve(self, chat: Chat) -> int:
        """Return the next message id of a chat, which is then taken."""
        with self.changed:
            number = self.following(chat)
            chat.next_id = number + 1
            if chat.type in {"private", "group"} and chat.bot != "left":
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
        for listener in list(self.listeners):
            listener()
        return update

    def message_json(self, message: Message, *, reply: bool = True) -> Json:
        """Return a message as the Bot API writes it."""
        chat = self.chats[message.chat_id]
        fields: Json = {
            "message_id": message.message_id,
            "date": message.date,
            "chat": chat.as_json(),
        }
        if message.sender:
            fields["from"] = message.sender.as_json()
        if message.sender_chat:
            fields["sender_chat"] = self.chats[message.sender_chat].as_json()
        if message.edit_date:
            fields["edit_date"] = message.edit_date
        if message.thread:
            fields |= {"message_thread_id": message.thread, "is_topic_message": True}
        if message.via_bot:
            fields["via_bot"] = message.via_bot.as_json()
        if message.forward_origin:
            fields["forward_origin"] = message.forward_origin
        # In a topic Telegram gives the topic's first message as the one replied to.
        replied = message.reply_to or message.thread
        if reply and replied and replied in chat.log and replied != message.message_id:
            fields["reply_to_message"] = self.message_json(chat.log[replied], reply=False)
        if message.media:
            fields[message.media.kind] = message.media.json
        if message.text:
            fields["caption" if message.media else "text"] = message.text
        if message.entities:
            name = "caption_entities" if message.media else "entities"
            fields[name] = [entity.as_json() for entity in message.entities]
        if message.link_preview:
            fields["link_preview_options"] = message.link_preview
        if message.keyboard:
            rows = [[button.json for button in row] for row in message.keyboard]
            fields["reply_markup"] = {"inline_keyboard": rows}
        return fields | message.service
