"""The values of the tests' Telegram: people, chats, messages, buttons, files, calls, refusals."""

from __future__ import annotations

import json
import mimetypes
import struct
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class RefusalError(Exception):
    """The Bot API's answer to a request it does not carry out."""

    def __init__(self, status: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


def envelope(refusal: RefusalError) -> bytes:
    """A refusal as the Bot API writes it."""
    answer: Json = {"ok": False, "error_code": refusal.status, "description": refusal.description}
    if refusal.parameters:
        answer["parameters"] = refusal.parameters
    return json.dumps(answer).encode()


def bad_request(reason: str) -> RefusalError:
    """Give a 400 in Telegram's words."""
    return RefusalError(400, f"Bad Request: {reason}")


class LostError(Exception):
    """A request or its answer that got lost on the way: a network error to the bot."""


class NoButtonError(LookupError):
    """The message has no such button, or pressing it sends nothing."""


@dataclass(frozen=True, slots=True)
class User:
    """A Telegram account: a person or a bot."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_bot: bool = False

    def as_json(self) -> Json:
        """Give the account as the Bot API writes it."""
        named = ("last_name", "username", "language_code")
        optional = {name: getattr(self, name) for name in named if getattr(self, name)}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name} | optional


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button as people see it, with what pressing it does."""

    text: str
    data: str | None = None
    url: str | None = None
    copies: str | None = None
    query: str | None = None  # what it starts to type after the bot's name
    json: Json = field(default_factory=dict, compare=False, repr=False)


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a request carries it."""

    filename: str
    data: bytes
    mime_type: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file as Telegram keeps it."""

    file_id: str
    path: str
    filename: str
    mime_type: str
    data: bytes

    def as_json(self, *, with_path: bool = False) -> Json:
        """Give the fields that every kind of file has in the Bot API."""
        path = {"file_path": self.path} if with_path else {}
        unique = f"u-{self.file_id}"
        size = len(self.data)
        return {"file_id": self.file_id, "file_unique_id": unique, "file_size": size} | path


@dataclass(frozen=True, slots=True)
class Media:
    """What a message shows besides text: its kind, the file, and the Bot API's description."""

    kind: str
    file: File
    json: Any


def mime_of(filename: str) -> str:
    """Give the MIME type that Telegram would guess from a file's name."""
    return mimetypes.guess_type(filename)[0] or "application/octet-stream"


def png_size(data: bytes) -> tuple[int, int] | None:
    """Give the width and height of a PNG image, None for anything else."""
    if data[:8] != b"\x89PNG\r\n\x1a\n" or len(data) < 24:
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands now; an edit replaces it by another with the same id."""

    message_id: int
    chat_id: int
    date: int
    sender: User | None
    text: str = ""  # a caption where there is media
    html: str = ""  # the same with its styles, as Telegram's HTML
    entities: tuple[Json, ...] = ()
    media: Media | None = None
    keyboard: Keyboard = ()
    reply_to: int | None = None
    thread: int | None = None
    via_bot: User | None = None
    inline_message_id: str = ""
    link_preview: Json | None = None
    edit_date: int | None = None
    edited: bool = False  # shown as "edited": new text or media, not merely new buttons
    extra: Json = field(default_factory=dict)  # further fields, as the Bot API writes them

    @property
    def photo(self) -> File | None:
        """The photo in the message, if there is one."""
        return self.media.file if self.media and self.media.kind == "photo" else None

    @property
    def document(self) -> File | None:
        """The document in the message, if there is one."""
        return self.media.file if self.media and self.media.kind == "document" else None

    @property
    def buttons(self) -> list[str]:
        """What stands on the message's buttons, row after row."""
        return [button.text for row in self.keyboard for button in row]


@dataclass(slots=True)
class Chat:
    """A chat, who and what is in it, and what the bot may do and hear there.

    A private one is between a person and the bot.
    """

    id: int
    type: str
    title: str = ""
    username: str = ""
    user: User | None = None
    actions: list[str] = field(default_factory=list)
    log: dict[int, Message] = field(default_factory=dict)
    next_id: int = 1
    forum: bool = False
    members: dict[int, str] = field(default_factory=dict)  # user id to Bot API status
    topics: dict[int, str] = field(default_factory=dict)
    bot: str = "left"  # the bot's own status here
    sees_all: bool = False
    started: bool = False
    migrated_to: int | None = None
    last_bot: int | None = None

    @property
    def messages(self) -> list[Message]:
        """The messages as members see them now, oldest first."""
        return list(self.log.values())

    @property
    def last(self) -> Message:
        """The newest message."""
        return self.messages[-1]

    def as_json(self) -> Json:
        """The chat as the Bot API writes it, without what only getChat tells."""
        named = ("title", "username")
        fields: Json = {name: getattr(self, name) for name in named if getattr(self, name)}
        if self.user:
            names = self.user.as_json()
            wanted = ("first_name", "last_name", "username")
            fields = {name: names[name] for name in wanted if name in names}
        if self.forum:
            fields["is_forum"] = True
        return {"id": self.id, "type": self.type} | fields


@dataclass(frozen=True, slots=True)
class Toast:
    """What a tap showed to a person: a passing line, an alert or a link to open."""

    user: User
    text: str
    alert: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the bot: what it asked and what it was told (`result` or `error`)."""

    method: str
    parameters: Json
    status: int
    result: Any = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """A tap or an inline query that waits for the bot's answer."""

    user: User
    date: float
    text: str = ""
