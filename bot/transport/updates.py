"""Updates as Telegram sends them: handled in each chat's order, each once.

An update is noted as handled when it has been: what a crash leaves half done comes again. One that
changes the knowledge base, or a draft, is noted before as well, and not done again but spoken of.
All rest on the newest knowledge: a new version is built beside the work, and swapped in whole.
"""

import asyncio
import json
import logging
import re
import time
from collections import deque
from contextlib import suppress
from typing import Any
from weakref import WeakValueDictionary

from telegram import Bot, Update
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError
from telegram.ext import SimpleUpdateProcessor

from bot import texts
from bot.logs import place_of
from bot.messages import notice
from bot.transport import App, Context, delivery, metrics
from knowledge import HANDLED, Edit, KnowledgeBase

_logger = logging.getLogger(__name__)

Json = dict[str, Any]

# What Telegram is asked to send, by the names of the Bot API.
KINDS = ("message", "edited_message", "callback_query", "inline_query")
# Chats at work at a time; each has one turn before any has its next.
CHATS = 256
# Messages whose text is remembered, to tell an edit from what is merely called one; and albums.
REMEMBERED, ALBUMS = 5_000, 1_000
# Blocked by the user, thrown out of the group or silenced there: their right.
NOT_ALLOWED = re.compile(
    "rights|can't send messages|forbidden|restricted|blocked|banned|deactivated|deleted|_required|"
    "channel_private|peer_id_invalid|slowmode_wait|topic_|(?:thread|chat|user) not found",
    re.I,
)


def numbered(raw: Any) -> Json | None:
    """Give an update, read or as JSON, with its number as one; None for what is no update."""
    with suppress(KeyError, RecursionError, TypeError, ValueError):
        update: Json = json.loads(raw) if isinstance(raw, str | bytes) else raw
        return update | {"update_id": int(update["update_id"])}
    return None


def kind_of(raw: Json) -> str:
    """Name what an update brings, as the Bot API does."""
    return next((kind for kind in KINDS if kind in raw), "other")


def chat_of(raw: Json) -> Json:
    """Give the chat that an update stands in, or the person where it stands in none."""
    with suppress(AttributeError, KeyError, TypeError):
        content = raw[kind_of(raw)]
        found = (content.get("message") or content).get("chat") or content["from"]
        return found if isinstance(found, dict) else {}
    return {}


def read(raw: Json, bot: Bot) -> Update:
    """Read an update; whatever is wrong with it raises an exception of some kind."""
    content = dict(raw[kind_of(raw)])
    message = content.get("message")
    if isinstance(message, dict) and message.get("date") == 0:
        # The library takes this message, too old to be told, for one that cannot be replied to.
        content["message"] = message | {"date": int(time.time())}
    if "forward_origin" not in content and any(name.startswith("forward_") for name in content):
        # How older Bot API servers say that a message is somebody else's.
        origin = {"type": "hidden_user", "sender_user_name": "", "date": content.get("date")}
        content["forward_origin"] = origin
    return Update.de_json(raw | {kind_of(raw): content}, bot)


class ChatOrder(SimpleUpdateProcessor):
    """Decides when and whether an update is handled, and from which knowledge."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        super().__init__(CHATS)
        self._knowledge = knowledge
        self._building = asyncio.Lock()
        self.chats: WeakValueDictionary[object, asyncio.Lock] = WeakValueDictionary()
        # By chat and message: the hash of what it says; and albums.
        self._said: dict[tuple[int, int], int] = {}
        self._albums = deque[str](maxlen=ALBUMS)

    async def handle(self, raw: Json, application: App) -> None:
        """Handle an update if it is meant for the bot, from the newest knowledge."""
        update = None
        try:
            # What was not asked for may still come from before.
            update = read(raw, application.bot) if kind_of(raw) in KINDS else None
            if update and self._is_for_the_bot(update):
                await self._freshen()
                if fault := self._knowledge.fault:
                    await delivery.tell_administrators(application, str(fault))
                await self._once(update, application)
        except Exception as error:
            await application.process_error(update, error)

    async def _once(self, update: Update, application: App) -> None:
        base, name = self._knowledge, _name(update)
        noted = base.unless_broken(lambda: base.store.note(HANDLED, name), None)
        if noted is None:
            await application.process_update(update)
        elif noted == "":
            await delivery.say(update, notice(texts.INTERRUPTED))
        if not noted:
            self.note(update)

    def note(self, update: Update, *, is_done: bool = True) -> None:
        """Note an update as handled, or as begun, where it may not be handled twice."""
        base, name, text = self._knowledge, _name(update), "done" if is_done else ""
        # A full disk must not keep anybody from an answer.
        base.unless_broken(lambda: base.store.put_note(HANDLED, name, text), None)

    async def _freshen(self) -> None:
        """Take in what another process has changed."""
        base = self._knowledge
        if base.is_stale():
            async with self._building:
                # Somebody else who waited may have done it.
                if base.is_stale():
                    read = asyncio.to_thread(base.unless_broken, base.latest, None)
                    if latest := await read:
                        base.adopt(latest)

    async def carry_out(self, edit: Edit, who: str) -> None:
        """Make a change; when this returns, the next answer shows it."""
        async with self._building:
            self._knowledge.adopt(await asyncio.to_thread(self._knowledge.carry_out, edit, who))

    def _is_for_the_bot(self, update: Update) -> bool:
        message, query = update.effective_message, update.callback_query
        if message is None or query:
            return bool(update.inline_query or query)
        sender = None if message.sender_chat else message.from_user
        if message.business_connection_id or (sender and sender.is_bot):
            # Written to a person whom this bot may help; or by another bot, and two that answer
            # each other would never end. With a `sender_chat` it is Telegram's, who speaks for one.
            return False
        if message.via_bot and message.via_bot.id == message.get_bot().id:
            # What comes back when somebody uses the bot's own inline mode.
            return False
        # Of an album what has a caption is answered, else its first picture.
        album = message.media_group_id
        if album in self._albums and not message.caption:
            return False
        self._albums += [album] if album else []
        # A reaction comes as an edit that changes no text. Of a message from before the program
        # started nobody can tell, and silence disturbs nobody.
        place, said = (message.chat.id, message.message_id), hash(message.text or message.caption)
        known = self._said.pop(place, None)
        self._said[place] = said
        if len(self._said) > REMEMBERED:
            del self._said[next(iter(self._said))]
        return update.message is not None or known not in (None, said)


def _name(update: Update) -> str:
    return f"{update.get_bot().id}:{update.update_id}"


def order_of(application: App) -> ChatOrder:
    """Give what an application handles its updates by."""
    order = application.update_processor
    assert isinstance(order, ChatOrder)
    return order


async def handle(application: App, raw: Json) -> None:
    """Handle an update when it is its chat's turn; one that cannot be read is passed over."""
    order = order_of(application)
    # Found in what has not been read yet: to read a burst at once would hold up everybody.
    chat = str(chat_of(raw).get("id"))
    async with order.chats.setdefault(chat, asyncio.Lock()):
        await order.process_update(raw, order.handle(raw, application))


async def failed(update: object, context: Context) -> None:
    """Log an error in a way that fits it, and tell the user where there is one waiting."""
    error = context.error
    assert error is not None
    if isinstance(error, BadRequest | Forbidden) and NOT_ALLOWED.search(str(error)):
        _logger.info("Not delivered: %s", error)
        return
    if isinstance(error, RetryAfter):
        # To write all the same would make it longer.
        _logger.warning("Telegram asks to wait: %s", error)
        return
    if delivery.is_network(error):
        _logger.warning("Telegram cannot be reached: %s", error)
    else:
        metrics.ERRORS.inc()
        _logger.error("An update could not be handled", exc_info=error)
    if isinstance(update, Update):
        try:
            if update.callback_query:
                await update.callback_query.answer(texts.SORRY, show_alert=True)
            else:
                await delivery.say(update, notice(texts.SORRY))
        except TelegramError as refusal:
            _logger.warning("The apology was not delivered either: %s", refusal)
    if not delivery.is_network(error):
        await delivery.tell_administrators(context, texts.FAULT.format(place_of(error)))
