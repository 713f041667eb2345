"""What people do in Telegram: each act changes the chats and queues the update a bot would get.

Every act returns that update, or {} when Telegram would not tell the bot about it.
"""

from dataclasses import replace

from bot.simulator.chats import Button, Chat, Json, Message, Query, User
from bot.simulator.entities import tidy
from bot.simulator.files import Media, Upload
from bot.simulator.gatherings import ELSEWHERE, Gatherings, Place
from bot.simulator.inputs import MAX_CAPTION, MAX_TEXT, media_of
from bot.simulator.methods import inline_message
from bot.simulator.settings import menu


class NoButtonError(LookupError):
    """The message has no such button, or pressing it sends nothing."""


class People(Gatherings):
    """The state of the sandbox with the acts of the people in it."""

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
        clean, entities = tidy(text, ())
        if not 0 < len(clean) <= MAX_TEXT:
            raise ValueError("Telegram's apps send 1-4096 characters a message")
        content: Json = {"text": clean, "entities": tuple(entities)}
        return self._say(user, chat, reply_to=reply_to, thread=thread, as_chat=as_chat, **content)

    def post(self, channel: Place, text: str) -> Json:
        """Publish a post in a channel."""
        clean, entities = tidy(text, ())
        return self._say(None, channel, as_chat=channel, text=clean, entities=tuple(entities))

    def other_bot(self, chat: Place, text: str, *, username: str = "other_bot") -> None:
        """Let another bot write in a group; bots never see each other's messages."""
        room = self.chat(chat)
        bot = User(9001, "Other bot", username=username, is_bot=True)
        self.users[bot.id] = bot
        self.put(Message(self.reserve(room), room.id, int(self.clock()), bot, text))
        room.last_bot = bot.id

    def edit(
        self, user: User, message: Message | int, text: str, chat: Place | None = None
    ) -> Json:
        """Change the text of an earlier message."""
        old = self.message(user, message, chat)
        clean, entities = tidy(text, ())
        changes: Json = {"text": clean, "entities": tuple(entities), "edit_date": int(self.clock())}
        new = self.put(replace(old, **changes, edited=True))
        return self._tell(new, "edited_")

    def document(
        self, user: User, filename: str, data: bytes, caption: str = "", chat: Place | None = None
    ) -> Json:
        """Send a file."""
        return self._media(user, chat, "document", Upload(filename, data), caption)

    def photo(self, user: User, data: bytes, caption: str = "", chat: Place | None = None) -> Json:
        """Send a picture as a photo."""
        return self._media(user, chat, "photo", Upload("photo.jpg", data), caption)

    def voice(self, user: User, data: bytes = b"OggS", chat: Place | None = None) -> Json:
        """Send a voice message."""
        file = self.keep(Upload("voice.ogg", data, "audio/ogg"), "voice")
        fields = file.as_json() | {"duration": 3, "mime_type": "audio/ogg"}
        return self._say(user, chat, media=Media("voice", file, fields))

    def sticker(self, user: User, emoji: str = "👍", chat: Place | None = None) -> Json:
        """Send a sticker."""
        file = self.keep(Upload("sticker.webp", b"RIFF", "image/webp"), "sticker")
        fields = {"type": "regular", "width": 512, "height": 512, "emoji": emoji}
        fields |= {"is_animated": False, "is_video": False, **file.as_json()}
        return self._say(user, chat, media=Media("sticker", file, fields))

    def _media(
        self, user: User, chat: Place | None, kind: str, upload: Upload, caption: str
    ) -> Json:
        clean, entities = tidy(caption, ())
        if len(clean) > MAX_CAPTION:
            raise ValueError("Telegram's apps send up to 1024 characters of caption")
        media = media_of(self, kind, None, {kind: upload})
        return self._say(user, chat, media=media, text=clean, entities=tuple(entities))

    def forward(
        self, user: User, message: Message, chat: Place | None = None, *, hidden: bool = False
    ) -> Json:
        """Forward a message; `hidden` when its author doesn't let forwards link to them."""
        origin: Json = {"date": message.date}
        if message.sender_chat:
            source = self.chats[message.sender_chat].as_json()
            if source["type"] == "channel":
                origin |= {"type": "channel", "chat": source, "message_id": message.message_id}
            else:
                origin |= {"type": "chat", "sender_chat": source}
        elif message.sender and not hidden:
            origin |= {"type": "user", "sender_user": message.sender.as_json()}
        else:
            name = message.sender.first_name if message.sender else ""
            origin |= {"type": "hidden_user", "sender_user_name": name}
        content: Json = {"text": message.text, "entities": message.entities, "media": message.media}
        return self._say(user, chat, forward_origin=origin, **content)

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
            if any(button in row for row in seen.reply_keyboard):
                return self.text(user, button, seen.chat_id)
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

    def _find(self, message: Message, text: str) -> Button:
        buttons = [button for row in message.keyboard for button in row]
        found = next((button for button in buttons if button.text == text), None)
        if found is None:
            raise NoButtonError(
                f"no button {text!r} on {message.text!r}; there are {message.buttons}"
            )
        return found

    def message(self, user: User, message: Message | int, chat: Place | None = None) -> Message:
        """Return a message as it stands now, by id in a chat (else the user's with the bot)."""
        if isinstance(message, Message):
            return self.chats[message.chat_id].log[message.message_id]
        return self.chat(user if chat is None else chat).log[message]

    def inline(self, user: User, query: str, *, offset: str = "") -> Json:
        """Type the bot's name and a query in some other chat."""
        if len(query) > 256:
            raise ValueError("Telegram's apps send up to 256 characters of inline query")
        identifier = self.next_query()
        self.inline_queries[identifier] = Query(user, self.clock(), query)
        fields = {"id": identifier, "from": user.as_json(), "query": query, "offset": offset}
        return self.queue("inline_query", fields | {"chat_type": "private"})

    def choose(self, user: User, result_id: str, chat: Place | None = None) -> Json:
        """Send one of the inline results shown; {} when inline feedback is off."""
        query, results = self.inline_results[user.id]
        result = next(result for result in results if str(result["id"]) == result_id)
        content = inline_message(self, result)
        if chat is None and ELSEWHERE not in self.chats:
            self.chats[ELSEWHERE] = Chat(ELSEWHERE, "private", user=User(ELSEWHERE, "Friend"))
        room = self.chat(ELSEWHERE if chat is None else chat)
        chosen: Json = {"from": user.as_json(), "query": query, "result_id": result_id}
        if content["keyboard"]:
            inline_id = chosen["inline_message_id"] = f"inline-{len(self.inline_messages) + 1}"
            self.inline_messages[inline_id] = (room.id, self.following(room))
            content["inline_message_id"] = inline_id
        self._say(user, room, via_bot=self.bot, **content)
        return self.queue("chosen_inline_result", chosen) if self.inline_feedback else {}

    def menu(self, user: User, chat: Place | None = None) -> list[str]:
        """Return the names of the commands the user is offered in a chat."""
        return list(self.commands_for(user, chat))

    def commands_for(self, user: User, chat: Place | None = None) -> dict[str, str]:
        """Return the commands the user is offered in a chat, with their descriptions."""
        commands = menu(self, user, self.chat(user if chat is None else chat))
        return {str(one["command"]): str(one["description"]) for one in commands}
