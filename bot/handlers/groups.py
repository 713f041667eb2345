"""What a message asks of the bot: in groups only what is addressed to it, of an album once."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable

from telegram import Bot, Message, MessageEntity
from telegram.ext import filters

from bot.services import Context

_COMMAND = re.compile(r"/([a-z]\w*)(@\w+)?(?!\S)", re.I)
# "show me a chart of risk", "risk as a chart please", "chart".
_WISH = re.compile(
    r"(?:(?:can|could) you )?(?:(?:show|give|draw|send|make|plot)(?: me| us)? )?"
    r"(?:(?:a|the|any) )?(?:bar )?(?:charts?|graphs?)\b(?: (?:of|for|on|about|with|showing))?(.*)"
    r"|(?:(?:can|could) you )?(?:(?:show|give|draw|send)(?: me| us)? )?(.*?) ?(?:as|in) a "
    r"(?:bar )?(?:chart|graph)",
    re.I | re.S,
)
_POLITE = re.compile(r"\bplease\b", re.I)
_THAT = frozenset({"that", "this", "it", "them", "those", "these"})
# Albums remembered.
_KEPT = 1_000
_ALBUMS = "albums"


def mentions(message: Message, bot: Bot) -> list[MessageEntity]:
    """Give the places in a message, or its caption, where the bot is called by its name."""
    name = f"@{bot.username}".casefold()
    kinds: list[str | None] = [MessageEntity.MENTION]
    found = message.parse_entities(kinds) if message.text else message.parse_caption_entities(kinds)
    return [entity for entity, text in found.items() if text.casefold() == name]


def question_in(message: Message, bot: Bot) -> str:
    """Give what is asked in a message, without the command or the mentions that address the bot.

    Nothing but /ask or the bot's name in reply to a person's message means that message.
    """
    text, command = message.text or message.caption or "", ""
    called = mentions(message, bot)
    for mention in sorted(called, key=lambda m: m.offset, reverse=True):
        # Entities count UTF-16 units.
        units = text.encode("utf-16-le")
        start, end = 2 * mention.offset, 2 * (mention.offset + mention.length)
        text = (units[:start] + units[end:]).decode("utf-16-le")
    if found := _COMMAND.match(text.lstrip()):
        text, command = text.lstrip()[found.end() :].strip(), found[1].casefold()
    elif message.chat.type != "private" or called:
        text = " ".join(text.strip(" ,:;–-").split())
    replied = message.reply_to_message
    if text or not replied or not (command == "ask" or (called and not command)):
        return text
    asks = replied.from_user is None or not replied.from_user.is_bot or replied.sender_chat
    return question_in(replied, bot) if asks else ""


def wish(text: str) -> str | None:
    """Give what a chart is wished of, "" for what was spoken of last, None for no such wish."""
    found = _WISH.fullmatch(_POLITE.sub("", text).strip(" ,?!."))
    if found is None:
        return None
    what = (found[1] or found[2] or "").strip(" ,:")
    return "" if set(what.casefold().split()) <= _THAT else what


def is_first(message: Message, context: Context) -> bool:
    """Tell whether to answer a message of an album: one with a caption, else its first picture."""
    album = message.media_group_id
    seen = context.bot_data.setdefault(_ALBUMS, deque(maxlen=_KEPT))
    is_new = album not in seen
    if album is not None:
        seen.append(album)
    return is_new or bool(message.caption)


class Fits(filters.MessageFilter):
    """The messages of which something is true."""

    def __init__(self, told: Callable[[Message], object]) -> None:
        super().__init__()
        self._told = told

    def filter(self, message: Message) -> bool:
        """Tell whether it is true of a message."""
        return bool(self._told(message))


def _is_addressed(message: Message) -> bool:
    """Look for a mention, a reply or /ask in a caption; a group's channel never asks."""
    bot = message.get_bot()
    asked = _COMMAND.match(message.caption or "")
    if asked and asked[1].casefold() == "ask":
        return (asked[2] or f"@{bot.username}").casefold() == f"@{bot.username}".casefold()
    replied = message.reply_to_message
    is_reply = bool(replied and replied.from_user and replied.from_user.id == bot.id)
    return not message.is_automatic_forward and (is_reply or bool(mentions(message, bot)))


def named(command: str) -> Fits:
    """Give the filter for what is nothing but the name of a command, without its slash."""
    return Fits(lambda m: question_in(m, m.get_bot()).casefold().strip(" /?!.") == command)


# What comes back when somebody uses the bot's own inline mode.
OWN_CARD = Fits(lambda m: m.via_bot and m.via_bot.id == m.get_bot().id)
TYPED = (filters.TEXT | filters.CAPTION) & ~filters.COMMAND & ~OWN_CARD
QUESTION = TYPED & (filters.ChatType.PRIVATE | (filters.ChatType.GROUPS & Fits(_is_addressed)))
WISHED = Fits(lambda m: wish(question_in(m, m.get_bot())) is not None)
