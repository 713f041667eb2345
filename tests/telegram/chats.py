"""The state of the strict Telegram: chats with members and rights, and a lock for its threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.telegram import lenient as simulator
from tests.telegram.display import render
from tests.telegram.entities import Entity, tidy
from tests.telegram.lenient.chats import Place
from tests.telegram.lenient.values import Json, Message, User

MAX_TEXT, MAX_CAPTION = 4096, 1024
# Telegram sends these only to bots that ask for them by name.
OPT_IN_UPDATES = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(slots=True)
class Chat(simulator.Chat):
    """A chat with who is in it, and what the bot may do and hear there."""

    forum: bool = False
    members: dict[int, str] = field(default_factory=dict)  # user id to Bot API status
    topics: dict[int, str] = field(default_factory=dict)
    bot: str = "left"  # the bot's own status here
    sees_all: bool = False
    started: bool = False
    migrated_to: int | None = None
    last_bot: int | None = None

    def as_json(self) -> Json:
        """Give the chat as the Bot API writes it, without what only getChat tells."""
        # super() without arguments does not work in a dataclass with slots.
        return simulator.Chat.as_json(self) | ({"is_forum": True} if self.forum else {})


class Chats(simulator.Telegram):
    """The chats; every change notifies whoever waits on `changed`."""

    def __init__(
        self, *, privacy: bool = True, inline_feedback: bool = True, **options: Any
    ) -> None:
        super().__init__(**options)
        self.privacy = privacy
        self.inline_feedback = inline_feedback
        self.changed = threading.Condition(threading.RLock())
        self.listeners: list[Callable[[], None]] = []
        self.menu_buttons: dict[int, Json] = {}
        self.webhook: Json = {"url": ""}
        self.allowed_updates: frozenset[str] | None = None
        self._last_message = 0

    def add_chat(
        self, chat_id: int, kind: str, *, title: str = "", user: User | None = None
    ) -> Chat:
        made = Chat(chat_id, kind, title, user=user)
        if user and user.id in self.users:
            made.bot, made.members = "member", {user.id: "member"}
        self.chats[chat_id] = made
        return made

    def chat(self, chat: Place) -> Chat:
        found = super().chat(chat)
        assert isinstance(found, Chat)
        return found

    def put(self, message: Message) -> Message:
        with self.changed:
            super().put(message)
            self.changed.notify_all()
        return message

    def following(self, chat: simulator.Chat) -> int:
        """As in Telegram, supergroups count for themselves and a bot's other chats together."""
        shared = self._shared(chat)
        return max(chat.next_id, self._last_message + 1) if shared else chat.next_id

    def reserve(self, chat: simulator.Chat) -> int:
        with self.changed:
            number = super().reserve(chat)
            if self._shared(chat):
                self._last_message = number
            return number

    def _shared(self, chat: simulator.Chat) -> bool:
        return chat.type in {"private", "group"} and self.chat(chat.id).bot != "left"

    def queue(self, kind: str, payload: Json) -> Json:
        """Queue an update if the bot wants this kind; the update, or {} if it doesn't."""
        with self.changed:
            wanted = self.allowed_updates
            if kind in OPT_IN_UPDATES if wanted is None else kind not in wanted:
                return {}
            update = super().queue(kind, payload)
            self.changed.notify_all()
        for listener in list(self.listeners):
            listener()
        return update

    def take(self) -> list[Json]:
        with self.changed:
            return super().take()

    def wait(self, condition: Callable[[], bool], timeout: float = 10) -> None:
        """Block until the condition holds, looking again after every change; for threads."""
        with self.changed:
            if not self.changed.wait_for(condition, timeout):
                raise TimeoutError(f"nothing happened; the last calls were {self.calls[-5:]}")

    def said(self, method: str = "sendMessage") -> list[str]:
        """The texts the bot gave in its successful calls of a method, in order."""
        texts = (
            c.parameters.get("text", "") for c in self.calls if c.method == method and not c.error
        )
        return [str(text) for text in texts]

    def typed(self, text: str, most: int = MAX_TEXT) -> Json:
        clean = stored(text, ())
        if len(clean["text"]) > most:
            raise ValueError(f"Telegram's apps send up to {most} characters")
        return clean


def stored(text: str, entities: tuple[Entity, ...] | list[Entity]) -> Json:
    """A text with its entities as Telegram stores it."""
    clean, tidied = tidy(text, entities)
    as_json = tuple(entity.as_json() for entity in tidied)
    return {"text": clean, "html": render(clean, tidied), "entities": as_json}
