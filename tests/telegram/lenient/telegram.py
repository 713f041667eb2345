"""The in-memory Telegram: what people do in it, and what the bot is told of that.

Every act changes the chats and queues the update that a bot would get. It gives that update, or
{} when Telegram would not tell the bot about it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.telegram.lenient.chats import ELSEWHERE, Place
from tests.telegram.lenient.methods import Methods
from tests.telegram.lenient.values import (
    Button,
    Chat,
    Json,
    Message,
    NoButtonError,
    Query,
    Upload,
    User,
)


class Telegram(Methods):
    """A whole Telegram for one bot, in memory: `call` is the bot's side, the acts all others'."""

    # What Telegram promises of privacy mode leaves out messages that only name the bot.
    hears_its_name = True

    def text(
        self,
        user: User,
        text: str,
        chat: Place | None = None,
        *,
        reply_to: Message | int | None = None,
    ) -> Json:
        """Type a message."""
        content = self.typed(text)
        if not content["text"]:
            raise ValueError("Telegram's apps send no empty messages")
        return self.say(user, chat, reply_to=reply_to, **content)

    def edit(
        self, user: User, message: Message | int, text: str, chat: Place | None = None
    ) -> Json:
        """Change the text of an earlier message."""
        old = self.message(user, message, chat)
        changes = self.typed(text) | {"edit_date": int(self.clock()), "edited": True}
        return self.tell(self.put(replace(old, **changes)), "edited_")

    def document(
        self, user: User, filename: str, data: bytes, caption: str = "", chat: Place | None = None
    ) -> Json:
        """Send a file."""
        media = self.media("document", "", {"document": Upload(filename, data)})
        return self.say(user, chat, media=media, **self.typed(caption))

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
            pressed = self._find(seen, button)
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
        identifier = self.next_query()
        self.inline_queries[identifier] = Query(user, self.clock(), query)
        fields = {"id": identifier, "from": user.as_json(), "query": query, "offset": offset}
        return self.queue("inline_query", fields | {"chat_type": "private"})

    def choose(self, user: User, result_id: str, chat: Place | None = None) -> Json:
        """Send one of the inline results shown, by default to a friend."""
        _, results = self.inline_results[user.id]
        content = self.inline_content(next(one for one in results if str(one["id"]) == result_id))
        room = self.chat(ELSEWHERE if chat is None else chat)
        if content["keyboard"]:
            inline_id = content["inline_message_id"] = f"inline-{len(self.inline_messages) + 1}"
            self.inline_messages[inline_id] = (room.id, self.following(room))
        return self.say(user, room, via_bot=self.bot, **content)

    def say(
        self,
        user: User | None,
        chat: Place | None,
        *,
        reply_to: Message | int | None = None,
        **content: Any,
    ) -> Json:
        """Put a person's message in a chat, by default theirs with the bot."""
        assert user or chat, "somebody must speak, or a chat for itself"
        room = self.chat(chat if chat is not None else user or 0)
        content["reply_to"] = reply_to.message_id if isinstance(reply_to, Message) else reply_to
        number, now = self.reserve(room), int(self.clock())
        return self.tell(self.put(Message(number, room.id, now, user, **content)))

    def tell(self, message: Message, prefix: str = "") -> Json:
        """Tell the bot of a message, if it is told of such."""
        room = self.chats[message.chat_id]
        if not self.reaches(room, message):
            return {}
        return self.queue(f"{prefix}message", self.message_json(message))

    def reaches(self, room: Chat, message: Message) -> bool:
        """Tell whether the bot is told of a message: in groups, what privacy mode lets through."""
        if room.id == ELSEWHERE:
            return False
        replied = room.log.get(message.reply_to or 0)
        to_bot = bool(replied and replied.sender == self.bot)
        first = message.text.partition(" ")[0].lower()
        command, _, name = first.partition("@")
        to_command = command.startswith("/") and name in {"", self.bot.username.lower()}
        to_name = self.hears_its_name and f"@{self.bot.username}".lower() in message.text.lower()
        is_told = room.type == "private" or message.via_bot == self.bot
        return is_told or to_bot or to_command or to_name

    def _find(self, message: Message, text: str) -> Button:
        buttons = [button for row in message.keyboard for button in row]
        found = next((button for button in buttons if button.text == text), None)
        if found is None:
            there = [button.text for button in buttons]
            raise NoButtonError(f"no button {text!r} on {message.text!r}; there are {there}")
        return found
