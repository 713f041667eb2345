"""Where people meet: private chats, groups, channels, who is in them and what the bot hears."""

import re
from collections.abc import Iterable
from typing import Any

from bot.simulator.chats import CHANNEL_BOT, GROUP_ANONYMOUS_BOT, Chat, Json, Message, User
from bot.simulator.entities import Entity, cut
from bot.simulator.members import member_json
from bot.simulator.store import Store

Place = Chat | User | int
ELSEWHERE = 4_000_000_000  # the private chat of two people, where inline messages go by default


class Gatherings(Store):
    """The state of the sandbox with its chats and the way messages in them reach the bot."""

    def user(
        self, name: str, *, user_id: int = 0, username: str = "", language: str = "en"
    ) -> User:
        """Make a new person; the bot can write to them once they have written to it."""
        known = sum(not user.is_bot for user in self.users.values())
        user = User(user_id or 1001 + known, name, username=username, language_code=language)
        self.users[user.id] = user
        members = {user.id: "member"}
        self.chats[user.id] = Chat(user.id, "private", user=user, bot="member", members=members)
        return user

    def group(self, title: str, *members: User) -> Chat:
        """Make a new basic group, the first member its owner; the bot is not in it yet."""
        return self._gathering("group", title, members)

    def supergroup(
        self, title: str, *members: User, forum: bool = False, username: str = ""
    ) -> Chat:
        """Make a new supergroup, with topics if it is a forum."""
        return self._gathering("supergroup", title, members, forum=forum, username=username)

    def channel(self, title: str, *members: User, username: str = "") -> Chat:
        """Make a new channel, the first member its owner."""
        return self._gathering("channel", title, members, username=username)

    def _gathering(self, kind: str, title: str, members: Iterable[User], **fields: Any) -> Chat:
        number = 1 + sum(chat.id < 0 for chat in self.chats.values())
        chat_id = -number if kind == "group" else -1_000_000_000_000 - number
        statuses = {user.id: "member" if at else "creator" for at, user in enumerate(members)}
        self.chats[chat_id] = Chat(chat_id, kind, title, members=statuses, **fields)
        return self.chats[chat_id]

    def topic(self, user: User, chat: Place, name: str) -> int:
        """Open a forum topic; its thread id."""
        room = self.chat(chat)
        thread = room.next_id
        room.topics[thread] = name
        created = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        self._say(user, room, service=created, thread=thread)
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
            joined = {
                "new_chat_members": [bot],
                "new_chat_member": bot,
                "new_chat_participant": bot,
            }
            self._say(user, room, service=joined)
        return update

    def remove_bot(self, user: User, chat: Place) -> Json:
        """Throw the bot out of a group or channel."""
        room = self.chat(chat)
        before, room.bot = room.bot, "kicked"
        return self._own_status(user, room, before)

    def block(self, user: User) -> Json:
        """Block the bot."""
        self.chats[user.id].bot = "kicked"
        return self._own_status(user, self.chats[user.id], "member")

    def unblock(self, user: User) -> Json:
        """Restart a blocked bot."""
        self.chats[user.id].bot = "member"
        return self._own_status(user, self.chats[user.id], "kicked")

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
        self._say(user, old, service={"migrate_to_chat_id": new.id})
        self._say(user, new, service={"migrate_from_chat_id": old.id})
        return new

    def _say(
        self,
        user: User | None,
        chat: Place | None,
        *,
        reply_to: Message | int | None = None,
        as_chat: Place | None = None,
        **content: Any,
    ) -> Json:
        assert user or chat, "somebody must speak, or a chat for itself"
        room = self.chat(chat if chat is not None else user or 0)
        if room.type == "private" and room.id != ELSEWHERE:
            if room.bot == "kicked":
                raise ValueError("a person who has blocked the bot must unblock it to write to it")
            room.started = True
        voice = self.chat(as_chat) if as_chat is not None else None
        sender = user if voice is None else self._mask(room, voice)
        replied = reply_to.message_id if isinstance(reply_to, Message) else reply_to
        if replied and not content.get("thread"):
            content["thread"] = room.log[replied].thread
        message = Message(
            message_id=self.reserve(room),
            chat_id=room.id,
            date=int(self.clock()),
            sender=sender,
            sender_chat=voice.id if voice else None,
            reply_to=replied,
            **content,
        )
        return self._tell(self.put(message))

    def _mask(self, room: Chat, voice: Chat) -> User | None:
        if room.type == "channel":
            return None
        if voice.id == room.id:
            return User(GROUP_ANONYMOUS_BOT, "Group", username="GroupAnonymousBot", is_bot=True)
        return User(CHANNEL_BOT, "Channel", username="Channel_Bot", is_bot=True)

    def _tell(self, message: Message, prefix: str = "") -> Json:
        room = self.chats[message.chat_id]
        if not self._reaches(room, message):
            return {}
        kind = "channel_post" if room.type == "channel" else "message"
        return self.queue(prefix + kind, self.message_json(message))

    def _reaches(self, room: Chat, message: Message) -> bool:
        """Whether the bot is told of a message: in groups, what privacy mode lets through."""
        if room.id == ELSEWHERE or room.bot in {"left", "kicked"}:
            return False
        if room.type in {"private", "channel"} or room.sees_all or room.bot == "administrator":
            return True
        if message.service or message.via_bot == self.bot:
            return True
        replied = room.log.get(message.reply_to or 0)
        return bool(replied and replied.sender == self.bot) or self._commands(room, message)

    def _commands(self, room: Chat, message: Message) -> bool:
        """Tell a command for this bot, or for any while no other bot has written since ours."""
        first = next(
            (e for e in message.entities if e.type == "bot_command" and e.offset == 0), None
        )
        if first is None:
            return False
        return self._addressed(message.text, first, room)

    def _addressed(self, text: str, command: Entity, room: Chat) -> bool:
        _, named, username = cut(text, command).partition("@")
        if named:
            return re.fullmatch(re.escape(self.bot.username), username, re.I) is not None
        return room.last_bot in {None, self.bot.id}
