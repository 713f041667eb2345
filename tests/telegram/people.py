"""What else people do in Telegram: in groups and channels, with pictures, forwards and blocks."""

from __future__ import annotations

from typing import Any

from tests.telegram import lenient as simulator
from tests.telegram.chats import MAX_CAPTION, Chat
from tests.telegram.lenient.chats import ELSEWHERE, Place
from tests.telegram.lenient.values import Json, Media, Message, Upload, User
from tests.telegram.reading import speaks_as
from tests.telegram.settings import Settings, member_json

# Ids Telegram itself gives to those who speak for a chat.
GROUP_ANONYMOUS_BOT = 1087968824
CHANNEL_BOT = 136817688


class People(Settings):
    """The chats with the acts of the people in them."""

    hears_its_name = False

    # --- Chats ------------------------------------------------------------------------------------

    def group(self, title: str, *members: User) -> Chat:
        """Make a new basic group, the first member its owner; the bot is not in it yet."""
        return self._gathering("group", title, members)

    def supergroup(
        self, title: str, *members: User, forum: bool = False, username: str = ""
    ) -> Chat:
        """Make a new supergroup, with topics if it is a forum."""
        chat = self._gathering("supergroup", title, members)
        chat.forum, chat.username = forum, username
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
        room.sees_all = admin or not self.privacy
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
            "old_chat_member": member_json(bot, before),
            "new_chat_member": member_json(bot, chat.bot),
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
        if thread is None and as_chat is None:
            return super().text(user, text, chat, reply_to=reply_to)
        voice = {} if as_chat is None else {"as_chat": as_chat}
        return self.say(user, chat, reply_to=reply_to, thread=thread, **voice, **self.typed(text))

    def post(self, channel: Place, text: str) -> Json:
        """Publish a post in a channel."""
        return self.say(None, channel, as_chat=channel, **self.typed(text))

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
        file = self.keep(Upload(filename, data), "document")
        named = {"file_name": filename, "mime_type": file.mime_type}
        media = Media("document", file, file.as_json() | named)
        return self.say(user, chat, media=media, **self.typed(caption, MAX_CAPTION))

    def photo(self, user: User, data: bytes, caption: str = "", chat: Place | None = None) -> Json:
        """Send a picture as a photo."""
        media = self.media("photo", "", {"photo": Upload("photo.png", data)})
        return self.say(user, chat, media=media, **self.typed(caption, MAX_CAPTION))

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

    def inline(self, user: User, query: str, *, offset: str = "") -> Json:
        if len(query) > 256:
            raise ValueError("Telegram's apps send up to 256 characters of inline query")
        return super().inline(user, query, offset=offset)

    def choose(self, user: User, result_id: str, chat: Place | None = None) -> Json:
        """Send one of the inline results shown; {} when inline feedback is off."""
        super().choose(user, result_id, chat)
        if not self.inline_feedback:
            return {}
        query, _ = self.inline_results[user.id]
        chosen = {"from": user.as_json(), "query": query, "result_id": result_id}
        if sent := self.chat(ELSEWHERE if chat is None else chat).last.inline_message_id:
            chosen["inline_message_id"] = sent
        return self.queue("chosen_inline_result", chosen)

    def say(
        self,
        user: User | None,
        chat: Place | None,
        *,
        reply_to: Message | int | None = None,
        as_chat: Place | None = None,
        **content: Any,
    ) -> Json:
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
        return super().say(user, room, reply_to=reply_to, **content)

    def tell(self, message: Message, prefix: str = "") -> Json:
        if self.chat(message.chat_id).type != "channel":
            return super().tell(message, prefix)
        if not self.reaches(self.chat(message.chat_id), message):
            return {}
        return self.queue(f"{prefix}channel_post", self.message_json(message))

    def reaches(self, room: simulator.Chat, message: Message) -> bool:
        chat = self.chat(room)
        if chat.id == ELSEWHERE or chat.bot in {"left", "kicked"}:
            return False
        if chat.type == "channel" or chat.sees_all or chat.bot == "administrator":
            return True
        if set(message.extra) - {"sender_chat", "forward_origin"}:  # a service message
            return True
        # A bare command is for any bot, while no other has written since ours.
        command = message.text.startswith("/") and "@" not in message.text.split(None, 1)[0]
        if command and chat.type != "private" and chat.last_bot not in {None, self.bot.id}:
            replied = chat.log.get(message.reply_to or 0)
            return bool(replied and replied.sender == self.bot)
        return super().reaches(room, message)


def _mask(room: Chat, voice: Chat) -> User:
    if voice.id == room.id:
        return User(GROUP_ANONYMOUS_BOT, "Group", username="GroupAnonymousBot", is_bot=True)
    return User(CHANNEL_BOT, "Channel", username="Channel_Bot", is_bot=True)
