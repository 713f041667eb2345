"""Which updates are none of the bot's, whoever they are from and whatever they say."""

from __future__ import annotations

from collections import OrderedDict

from telegram import Message, Update

# Messages whose text is remembered, to tell an edit from what Telegram merely calls one.
REMEMBERED = 5_000


class Screen:
    """Lets updates through that a handler may answer."""

    def __init__(self) -> None:
        # By chat and message: the hash of what it says.
        self._said: OrderedDict[tuple[int, int], int] = OrderedDict()

    def passes(self, update: Update) -> bool:
        """Tell whether an update is for the bot."""
        message = update.effective_message
        if message is None:
            return update.inline_query is not None or update.callback_query is not None
        if message.business_connection_id:
            # Written to a person whom this bot may help, not to the bot.
            return False
        if update.callback_query:
            return True
        if message.from_user and message.from_user.is_bot and not message.sender_chat:
            # Two bots that answer each other would never end. Those with a `sender_chat` are
            # Telegram's own, who stand for people.
            return False
        return self._says_something_new(message, edited=update.message is None)

    def _says_something_new(self, message: Message, *, edited: bool) -> bool:
        """Tell whether a message is new or its text was changed: a reaction is no edit."""
        place = message.chat.id, message.message_id
        said = hash(message.text or message.caption or "")
        known = self._said.get(place) if edited else None
        self._said[place] = said
        self._said.move_to_end(place)
        if len(self._said) > REMEMBERED:
            self._said.popitem(last=False)
        return said != known
