"""The values of the sandbox: people, chats, messages, buttons, and refusals of the Bot API."""

from dataclasses import dataclass, field
from typing import Any

from bot.simulator.display import render
from bot.simulator.entities import Entity
from bot.simulator.files import File, Media

Json = dict[str, Any]

# Ids Telegram itself gives to those who speak for a chat.
GROUP_ANONYMOUS_BOT = 1087968824
CHANNEL_BOT = 136817688


class RefusalError(Exception):
    """The Bot API's answer to a request it does not carry out."""

    def __init__(self, status: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


def bad_request(reason: str) -> RefusalError:
    """Return a 400 in Telegram's words."""
    return RefusalError(400, f"Bad Request: {reason}")


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
        """Return the account as the Bot API writes it."""
        optional = {
            "last_name": self.last_name,
            "username": self.username,
            "language_code": self.language_code,
        }
        required = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        return required | {name: value for name, value in optional.items() if value}


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button as the user sees it, with what pressing it does."""

    text: str
    data: str | None = None
    url: str | None = None
    copies: str | None = None
    query: str | None = None  # what it starts to type after the bot's name
    json: Json = field(default_factory=dict, compare=False, repr=False)


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands now; an edit replaces it by another with the same id."""

    message_id: int
    chat_id: int
    date: int
    sender: User | None
    text: str = ""  # a caption where there is media
    entities: tuple[Entity, ...] = ()
    media: Media | None = None
    keyboard: Keyboard = ()
    reply_keyboard: tuple[tuple[str, ...], ...] = ()
    reply_to: int | None = None
    thread: int | None = None
    sender_chat: int | None = None
    via_bot: User | None = None
    inline_message_id: str = ""
    forward_origin: Json | None = None
    service: Json = field(default_factory=dict)
    link_preview: Json | None = None
    edit_date: int | None = None
    edited: bool = False  # shown as "edited": new text or media, not merely new buttons

    @property
    def html(self) -> str:
        """The text with its styles, as Telegram HTML."""
        return render(self.text, self.entities)

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
        inline = [button.text for row in self.keyboard for button in row]
        return inline or [text for row in self.reply_keyboard for text in row]


@dataclass(slots=True)
class Chat:
    """A chat and everything in it; for a private chat the one between a person and the bot."""

    id: int
    type: str
    title: str = ""
    username: str = ""
    user: User | None = None
    forum: bool = False
    members: dict[int, str] = field(default_factory=dict)  # user id to Bot API status
    topics: dict[int, str] = field(default_factory=dict)
    bot: str = "left"  # the bot's own status here
    sees_all: bool = False
    started: bool = False
    migrated_to: int | None = None
    last_bot: int | None = None
    actions: list[str] = field(default_factory=list)
    log: dict[int, Message] = field(default_factory=dict)
    next_id: int = 1

    @property
    def messages(self) -> list[Message]:
        """The messages as members see them now, oldest first."""
        return list(self.log.values())

    @property
    def last(self) -> Message:
        """The newest message."""
        return self.messages[-1]

    def as_json(self) -> Json:
        """Return the chat as the Bot API writes it, without what only getChat tells."""
        chat: Json = {"id": self.id, "type": self.type}
        if self.user:
            names = self.user.as_json()
            chat |= {
                key: names[key] for key in ("first_name", "last_name", "username") if key in names
            }
        else:
            chat["title"] = self.title
            if self.username:
                chat["username"] = self.username
        if self.forum:
            chat["is_forum"] = True
        return chat


@dataclass(frozen=True, slots=True)
class Toast:
    """What a tap showed the user: a passing line, an alert or a link to open."""

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
