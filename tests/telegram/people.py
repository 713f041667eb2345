"""What people do in Telegram, and what the bot is told of it.

Every act changes the chats and queues the update that a bot would get. It gives that update, or
{} when Telegram would not tell the bot about it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.telegram.chats import ELSEWHERE, MAX_CAPTION, Place, speaks_as, typed
from tests.telegram.settings import Settings
from tests.telegram.values import (
    Button,
    Chat,
    Json,
    Media,
    Message,
    NoButtonError,
    Query,
    Upload,
    User,
)

# Ids Telegram itself gives to those who speak for a chat.
GROUP_ANONYMOUS_BOT = 1087968824
CHANNEL_BOT = 136817688
_GRANTED = ("can_manage_chat", "can_delete_messages")
_DENIED = tuple(
    """can_be_edited is_anonymous can_manage_video_chats can_restrict_members can_promote_members
    can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories
    can_send_welcome_messages""".split()
)


class People(Settings):
    """The chats with the acts of the people in them."""

    # --- Chats ------------------------------------------------------------------------------------

    def group(self, title: str, *members: User) -> Chat:
        """Make a new basic group, the first member its owner; the bot is not in it yet."""
        return self._gathering("group", title, members)

    def supergroup(self, title: str, *members: User, forum: bool = False) -> Chat:
        """Make a new supergroup, with topics if it is a forum."""
        chat = self._gathering("supergroup", title, members)
        chat.forum = forum
        return chat

    def channel(self, title: str, *members: User) -> Chat:
        """Make a new channel, the first member its owner."""
        return self._gathering("channel", title, members)

    def _gathering(self, kind: str, title: str, members: tuple[User, ...]) -> Chat:
        number = 1 + sum(chat.id < 0 for chat in self.chats.values())
        chat_id = -number if kind == "group" else -1_000_000_000_000 - number
        chat = self.add_chat(chat_id, kind, title=title)
        chat.members = {user.id: "member" if at else "creator" for at, user in enumerate(members)}
        return chat

    def topic(self, user: User, chat: Place, name: str) -> int:
        """Open a forum topic; its thread id."""
        room = self.chat(chat)
        thread = room.next_id
        room.topics[thread] = name
        created = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        self.say(user, room, extra=created, thread=thread)
        return thread

    def add_bot(self, user: User, chat: Place, *, admin: bool = False) -> Json:
        """Add the bot to a group or channel, or change its rights there."""
        room = self.chat(chat)
        before = room.bot
        room.bot = "administrator" if admin or room.type == "channel" else "member"
        # Privacy mode is read on joining: to change it in a chat, the bot must be added again.
        room.sees_all = admin
        update = self._own_status(user, room, before)
        if before in {"left", "kicked"} and room.type != "channel":
            bot = self.bot.as_json()
            joined = {"new_chat_members": [bot], "new_chat_member": bot}
            self.say(user, room, extra=joined | {"new_chat_participant": bot})
        return update

    def remove_bot(self, user: User, chat: Place) -> Json:
        """Throw the bot out of a group or channel."""
        room = self.chat(chat)
        before, room.bot = room.bot, "kicked"
        return self._own_status(user, room, before)

    def block(self, user: User) -> Json:
        """Block the bot."""
        room = self.chat(user)
        room.bot = "kicked"
        return self._own_status(user, room, "member")

    def unblock(self, user: User) -> Json:
        """Restart a blocked bot."""
        room = self.chat(user)
        room.bot = "member"
        return self._own_status(user, room, "kicked")

    def _own_status(self, user: User, chat: Chat, before: str) -> Json:
        bot = self.bot.as_json()
        change = {
            "old_chat_member": _member(bot, before),
            "new_chat_member": _member(bot, chat.bot),
        }
        who = {"chat": chat.as_json(), "from": user.as_json(), "date": int(self.clock())}
        return self.queue("my_chat_member", who | change)

    def migrate(self, user: User, chat: Place) -> Chat:
        """Turn a group into a supergroup: a new chat with a new id."""
        old = self.chat(chat)
        new = self.supergroup(old.title)
        new.members, new.bot, new.sees_all = dict(old.members), old.bot, old.sees_all
        old.migrated_to = new.id
        self.say(user, old, extra={"migrate_to_chat_id": new.id})
        self.say(user, new, extra={"migrate_from_chat_id": old.id})
        return new

    # --- Messages ---------------------------------------------------------------------------------

    def text(
        self,
        user: User,
        text: str,
        chat: Place | None = None,
        *,
        reply_to: Message | int | None = None,
        thread: int | None = None,
        as_chat: Place | None = None,
    ) -> Json:
        """Type a message; `as_chat` is the group itself (anonymous admin) or a channel."""
        content = typed(text)
        if not content["text"]:
            raise ValueError("Telegram's apps send no empty messages")
        return self.say(user, chat, reply_to=reply_to, thread=thread, as_chat=as_chat, **content)

    def edit(
        self, user: User, message: Message | int, text: str, chat: Place | None = None
    ) -> Json:
        """Change the text of an earlier message."""
        old = self.message(user, message, chat)
        changes = typed(text) | {"edit_date": int(self.clock()), "edited": True}
        return self._tell(self.put(replace(old, **changes)), "edited_")

    def post(self, channel: Place, text: str) -> Json:
        """Publish a post in a channel."""
        return self.say(None, channel, as_chat=channel, **typed(text))

    def other_bot(self, chat: Place, text: str) -> None:
        """Let another bot write in a group; bots never see each other's messages."""
        room = self.chat(chat)
        bot = User(9001, "Other bot", username="other_bot", is_bot=True)
        self.users[bot.id] = bot
        self.put(Message(self.reserve(room), room.id, int(self.clock()), bot, text))
        room.last_bot = bot.id

    def document(
        self, user: User, filename: str, data: bytes, caption: str = "", chat: Place | None = None
    ) -> Json:
        """Send a file."""
        file = self.keep(Upload(filename, data), "document")
        named = {"file_name": filename, "mime_type": file.mime_type}
        media = Media("document", file, file.as_json() | named)
        return self.say(user, chat, media=media, **typed(caption, MAX_CAPTION))

    def photo(self, user: User, data: bytes, caption: str = "", chat: Place | None = None) -> Json:
        """Send a picture as a photo."""
        media = self.media("photo", "", {"photo": Upload("photo.png", data)})
        return self.say(user, chat, media=media, **typed(caption, MAX_CAPTION))

    def voice(self, user: User, chat: Place | None = None) -> Json:
        """Send a voice message."""
        file = self.keep(Upload("voice.ogg", b"OggS", "audio/ogg"), "voice")
        fields = file.as_json() | {"duration": 3, "mime_type": "audio/ogg"}
        return self.say(user, chat, media=Media("voice", file, fields))

    def sticker(self, user: User, emoji: str = "👍", chat: Place | None = None) -> Json:
        """Send a sticker."""
        file = self.keep(Upload("sticker.webp", b"RIFF", "image/webp"), "sticker")
        fields = {"type": "regular", "width": 512, "height": 512, "emoji": emoji}
        fields |= {"is_animated": False, "is_video": False, **file.as_json()}
        return self.say(user, chat, media=Media("sticker", file, fields))

    def forward(
        self, user: User, message: Message, chat: Place | None = None, *, hidden: bool = False
    ) -> Json:
        """Forward a message; `hidden` when its author doesn't let forwards link to them."""
        origin: Json = {"date": message.date}
        if source := message.extra.get("sender_chat"):
            if source["type"] == "channel":
                origin |= {"type": "channel", "chat": source, "message_id": message.message_id}
            else:
                origin |= {"type": "chat", "sender_chat": source}
        elif message.sender and not hidden:
            origin |= {"type": "user", "sender_user": message.sender.as_json()}
        else:
            name = message.sender.first_name if message.sender else ""
            origin |= {"type": "hidden_user", "sender_user_name": name}
        content = {name: getattr(message, name) for name in ("text", "html", "entities", "media")}
        return self.say(user, chat, extra={"forward_origin": origin}, **content)

    # --- Buttons and cards ------------------------------------------------------------------------

    def tap(
        self,
        user: User,
        message: Message | int,
        button: str = "",
        *,
        chat: Place | None = None,
        data: str | None = None,
    ) -> Json:
        """Press a button by its text, or send `data` as a forged client could."""
        seen = self.message(user, message, chat)
        if data is None:
            pressed = _find(seen, button)
            if pressed.query is not None:
                return self.inline(user, pressed.query)
            if pressed.data is None:
                opens = pressed.url or pressed.copies or "something outside the chat"
                raise NoButtonError(f"{button!r} sends nothing to the bot: it gives {opens}")
            data = pressed.data
        query: Json = {"id": self.next_query(), "from": user.as_json(), "data": data}
        query["chat_instance"] = str(7_000_000 + abs(seen.chat_id))
        if seen.inline_message_id:
            query["inline_message_id"] = seen.inline_message_id
        else:
            query["message"] = self.message_json(seen)
        self.callbacks[query["id"]] = Query(user, self.clock())
        return self.queue("callback_query", query)

    def inline(self, user: User, query: str, *, offset: str = "") -> Json:
        """Type the bot's name and a query in some other chat."""
        if len(query) > 256:
            raise ValueError("Telegram's apps send up to 256 characters of inline query")
        identifier = self.next_query()
        self.inline_queries[identifier] = Query(user, self.clock(), query)
        fields = {"id": identifier, "from": user.as_json(), "query": query, "offset": offset}
        return self.queue("inline_query", fields | {"chat_type": "private"})

    def choose(self, user: User, result_id: str, chat: Place | None = None) -> Json:
        """Send one of the inline results shown, by default to a friend."""
        results = self.inline_results[user.id]
        content = self.inline_content(next(one for one in results if str(one["id"]) == result_id))
        room = self.chat(ELSEWHERE if chat is None else chat)
        if content["keyboard"]:
            inline_id = content["inline_message_id"] = f"inline-{len(self.inline_messages) + 1}"
            self.inline_messages[inline_id] = (room.id, self.following(room))
        return self.say(user, room, via_bot=self.bot, **content)

    # --- What the bot is told ---------------------------------------------------------------------

    def say(
        self,
        user: User | None,
        chat: Place | None,
        *,
        reply_to: Message | int | None = None,
        as_chat: Place | None = None,
        **content: Any,
    ) -> Json:
        """Put a person's message in a chat, by default theirs with the bot."""
        room = self.chat(chat if chat is not None else user or 0)
        if room.type == "private" and room.id != ELSEWHERE:
            if room.bot == "kicked":
                raise ValueError("a person who has blocked the bot must unblock it to write to it")
            room.started = True
        if as_chat is not None:
            voice = self.chat(as_chat)
            user = None if room.type == "channel" else _mask(room, voice)
            content["extra"] = content.get("extra", {}) | speaks_as(voice)
        replied = reply_to.message_id if isinstance(reply_to, Message) else reply_to
        if replied and not content.get("thread"):
            content["thread"] = room.log[replied].thread
        number, now = self.reserve(room), int(self.clock())
        message = Message(number, room.id, now, user, reply_to=replied, **content)
        return self._tell(self.put(message))

    def _tell(self, message: Message, prefix: str = "") -> Json:
        """Tell the bot of a message, if it is told of such."""
        room = self.chats[message.chat_id]
        if not self._reaches(room, message):
            return {}
        kind = "channel_post" if room.type == "channel" else "message"
        return self.queue(f"{prefix}{kind}", self.message_json(message))

    def _reaches(self, room: Chat, message: Message) -> bool:
        """Tell whether the bot is told of a message: in groups, what privacy mode lets through."""
        if room.id == ELSEWHERE or room.bot in {"left", "kicked"}:
            return False
        if room.type in {"channel", "private"} or room.sees_all or room.bot == "administrator":
            return True
        if set(message.extra) - {"sender_chat", "forward_origin"}:  # a service message
            return True
        replied = room.log.get(message.reply_to or 0)
        if message.via_bot == self.bot or (replied and replied.sender == self.bot):
            return True
        command, _, name = message.text.partition(" ")[0].lower().partition("@")
        # A bare command is for any bot, while no other has written since ours.
        called = name == self.bot.username.lower() if name else room.last_bot in {None, self.bot.id}
        return command.startswith("/") and called


def _find(message: Message, text: str) -> Button:
    buttons = [button for row in message.keyboard for button in row]
    found = next((button for button in buttons if button.text == text), None)
    if found is None:
        there = [button.text for button in buttons]
        raise NoButtonError(f"no button {text!r} on {message.text!r}; there are {there}")
    return found


def _mask(room: Chat, voice: Chat) -> User:
    if voice.id == room.id:
        return User(GROUP_ANONYMOUS_BOT, "Group", username="GroupAnonymousBot", is_bot=True)
    return User(CHANNEL_BOT, "Channel", username="Channel_Bot", is_bot=True)


def _member(user: Json, status: str) -> Json:
    """A chat member with the fields each status must have."""
    fields: dict[str, Json] = {
        "kicked": {"until_date": 0},
        "administrator": dict.fromkeys(_DENIED, False) | dict.fromkeys(_GRANTED, True),
    }
    return {"user": user, "status": status} | fields.get(status, {})
