"""Whom the bot is talking to: in groups it answers only what is addressed to it."""

from __future__ import annotations

import re

from telegram import Bot, Message, MessageEntity
from telegram.ext import filters

_COMMAND = re.compile(r"/[a-z]\w*(@\w+)?(?!\S)", re.I)


def mentions(message: Message, bot: Bot) -> list[MessageEntity]:
    """Give the places in a message where the bot is called by its name."""
    name = f"@{bot.username}".casefold()
    found = message.parse_entities([MessageEntity.MENTION])
    return [entity for entity, text in found.items() if text.casefold() == name]


def replies_to_bot(message: Message, bot: Bot) -> bool:
    """Tell whether a message replies to one of the bot's."""
    replied = message.reply_to_message
    return bool(replied and replied.from_user and replied.from_user.id == bot.id)


def question_in(message: Message, bot: Bot) -> str:
    """Give the text of a message without the command or the mentions that address the bot."""
    text = message.text or ""
    if command := _COMMAND.match(text):
        return text[command.end() :].strip()
    for mention in sorted(mentions(message, bot), key=lambda m: m.offset, reverse=True):
        # Entities count UTF-16 units.
        units = text.encode("utf-16-le")
        start, end = 2 * mention.offset, 2 * (mention.offset + mention.length)
        text = (units[:start] + units[end:]).decode("utf-16-le")
    return " ".join(text.strip(" ,:;–-").split()) if message.chat.type != "private" else text


class _Addressed(filters.MessageFilter):
    """A message of a group that mentions the bot or replies to it."""

    def filter(self, message: Message) -> bool:
        """Look for a mention or a reply; posts of the group's channel are never questions."""
        bot = message.get_bot()
        if message.is_automatic_forward:
            return False
        return bool(mentions(message, bot)) or replies_to_bot(message, bot)


ADDRESSED = _Addressed(name="ADDRESSED")
# What comes back when somebody uses inline mode is the bot's own text, no question.
TYPED = filters.TEXT & ~filters.COMMAND & ~filters.VIA_BOT
QUESTION = TYPED & (filters.ChatType.PRIVATE | (filters.ChatType.GROUPS & ADDRESSED))
