"""What goes to Telegram: calls as fast as it likes, again when they failed on the way; pages, taps.

Telegram doesn't say what its limits are; it answers 429 with a time to wait. The bot waits for just
that chat; only when several chats are told to wait at once is it the bot as a whole that is too
fast, and then everything slows down to what Telegram's guide names.
"""

import asyncio
import logging
import math
import re
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import asdict
from itertools import count
from typing import Any, TypeVar

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram import error as refusals
from telegram.constants import FloodLimit
from telegram.ext import BaseRateLimiter

from bot import texts
from bot.messages import BotMessage, Button, notice, progress, safe
from bot.services import Place
from bot.transport import App, Context, metrics
from knowledge import Stage, heard_by

_logger = logging.getLogger(__name__)

# Seconds after which nobody waits for an answer any more; until then a call that failed on its way
# is made again. It may have arrived all the same: better two copies, now and then, than none.
PATIENCE = 300.0
# Seconds between attempts when the connection fails: first these, then the last again and again.
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
# A double tap, and a tap answered too late (the bot was down): nothing is left to do.
HARMLESS = re.compile("message is not modified|query is too old|query id is invalid", re.I)
# Made until they work: without them there is no bot.
START = frozenset({"getMe", "setWebhook", "deleteWebhook"})
# So long after Telegram has complained about the bot as a whole, messages go one by one: a few less
# than it allows, for what is sent beside the answers.
SLOW_FOR = 60.0
APART = 1 / (FloodLimit.MESSAGES_PER_SECOND - 2)
SLACK = 0.1
# Connections: many more than Telegram's limits need; more would only cost each other.
CALLS = 32

# Looked up when needed, so that tests need not wait.
clock = time.monotonic
sleep = asyncio.sleep
_reached = -math.inf

T = TypeVar("T")
Buttons = Sequence[Sequence[Button | InlineKeyboardButton]]
Callback = Callable[[Update, Context], Coroutine[Any, Any, None]]
# Gives the page to reply, None where all has been said.
Handler = Callable[[Message, Context], Awaitable[BotMessage | None]]

# The message was deleted, or is too old to change.
LOST = re.compile(
    "message to edit not found|message can't be edited|message_id_invalid|inline keyboard expected",
    re.I,
)
# Seconds between two signs of progress: Telegram wants no more than one a second in a chat.
EVERY = 1.5


class Retries(BaseRateLimiter[int]):
    """Every call of the bot but getUpdates goes through here."""

    def __init__(self) -> None:
        # By chat, until when it is left alone; by None, until when all are.
        self._held: dict[object, float] = {}
        self._slow_until = self._next = 0.0

    async def initialize(self) -> None:
        """Nothing to prepare, nor to clear away."""

    shutdown = initialize

    async def process_request(
        self, callback: Any, args: Any, kwargs: Any, endpoint: str, data: Any, rate_limit_args: Any
    ) -> Any:
        """Carry out a call; raises what remains when waiting and repeating do not help."""
        if endpoint == "sendChatAction":
            # "typing …" is worth no waiting.
            return await callback(*args, **kwargs)
        chat, insists = data.get("chat_id"), endpoint in START
        end = clock() + (math.inf if insists else PATIENCE)
        for failures in count():
            await self._until_allowed(chat)
            try:
                answer = await callback(*args, **kwargs)
                reached()
                return answer
            except refusals.TelegramError as error:
                # The library's error of no kind: all went well, and the answer is garbage.
                is_garbled = type(error) is refusals.TelegramError and not insists
                if is_garbled or HARMLESS.search(str(error)):
                    return True
                metrics.REFUSALS.labels(type(error).__name__).inc()
                pause = pause_after(error, failures)
                if isinstance(error, refusals.ChatMigrated):
                    # A group has become a supergroup; what it is now is written to instead.
                    data["chat_id"] = chat = error.new_chat_id
                    data.pop("reply_parameters", None)
                    data.pop("message_thread_id", None)
                elif isinstance(error, refusals.RetryAfter):
                    reached()
                    self._hold(chat, pause)
                elif isinstance(error, refusals.InvalidToken) or not (insists or is_network(error)):
                    raise
                if clock() + pause > end:
                    raise
                level = logging.WARNING if insists else logging.INFO
                _logger.log(level, "Telegram did not take a call (%s)", type(error).__name__)
                await sleep(pause)
        raise AssertionError

    def _hold(self, chat: object, seconds: float) -> None:
        until = clock() + seconds
        if chat is None or any(at > clock() for one, at in self._held.items() if one != chat):
            self._held[None], self._slow_until = until, until + SLOW_FOR
        self._held[chat] = until

    async def _until_allowed(self, chat: object) -> None:
        while (wait := max(self._held.get(chat, 0.0), self._held.get(None, 0.0)) - clock()) > 0:
            await sleep(wait)
        self._held.pop(chat, None)
        if chat is not None and clock() < self._slow_until:
            self._next = max(self._next, clock()) + APART
            await sleep(self._next - clock())


def reached() -> None:
    """Note that Telegram did what it was asked."""
    global _reached
    _reached = time.monotonic()


def unreached_for() -> float:
    """Give the seconds since Telegram last did what it was asked, infinite before that."""
    return time.monotonic() - _reached


def is_network(error: BaseException) -> bool:
    """Tell whether a request failed on its way, which leaves open whether it was carried out."""
    # python-telegram-bot counts a refused request as a network error; that one is our fault.
    return isinstance(error, refusals.NetworkError) and not isinstance(error, refusals.BadRequest)


def pause_after(error: Exception, failures: int) -> float:
    """Give the seconds until the next attempt: those Telegram asks for, else ever more."""
    if not isinstance(error, refusals.RetryAfter):
        return PAUSES[min(failures, len(PAUSES) - 1)]
    wait = error.retry_after
    return SLACK + (float(wait) if isinstance(wait, int) else wait.total_seconds())


async def done(edit: Awaitable[object]) -> bool:
    """Change a message; False if that one can't be changed."""
    try:
        await edit
    except refusals.BadRequest as error:
        if LOST.search(str(error)):
            return False
        raise
    return True


def keyboard(rows: Buttons) -> InlineKeyboardMarkup | None:
    """Make Telegram's keyboard of rows, ours or its own; None of none."""
    made = [[_made(one) for one in row] for row in rows if row]
    return InlineKeyboardMarkup(made) if made else None


def _made(button: Button | InlineKeyboardButton) -> InlineKeyboardButton:
    if not isinstance(button, Button):
        return button
    copies = CopyTextButton(button.copy_text) if button.copy_text else None
    return InlineKeyboardButton(**asdict(button) | {"copy_text": copies})


def place_of(message: Message) -> Place:
    """Give the chat, and the topic, thread or direct conversation in it, of a message."""
    direct = message.direct_messages_topic
    return message.chat_id, direct.topic_id if direct else message.message_thread_id


async def reply(message: Message, page: BotMessage) -> Message:
    """Answer a message where it was written, quoting it in groups."""
    sent = await message.reply_text(page.html, reply_markup=keyboard(page.rows))
    # Of an answer that was garbled nothing is known: what can't be edited either stands for it.
    return sent if isinstance(sent, Message) else message


def replying(handler: Handler) -> Callback:
    """Make a handler of what is done with a message: the page that it gives is replied."""

    async def handle(update: Update, context: Context) -> None:
        message = update.effective_message
        assert message is not None
        if page := await handler(message, context):
            await reply(message, page)

    return handle


def tapped(
    handler: Callable[..., Awaitable[BotMessage | None]], thanks: str = "", *, below: bool = False
) -> Callback:
    """Show what a handler makes of what a button carries, in place of its message or `below` it."""

    async def told(update: Update, context: Context) -> None:
        query, match = update.callback_query, context.match
        assert query is not None
        assert match is not None
        at = query.message
        given: dict[str, Any] = match.groupdict("")
        given |= {name: int(given[name]) for name in ("asked", "page") if name in given}
        if "fact" in given:
            given["fact"] = context.bot_data.fact(given["fact"])
        if None in given.values():
            await query.answer(texts.WITHDRAWN, show_alert=True)
            return
        await query.answer(thanks or None)
        if isinstance(at, Message) and (page := await handler(at, context, **given)):
            await (reply if below else turn)(at, page)

    return told


async def outdated(update: Update, context: Context) -> None:
    """Answer a tap on a button of an older version."""
    assert update.callback_query is not None
    await update.callback_query.answer(texts.OLD_BUTTON, show_alert=True)


async def say(update: Update, page: BotMessage) -> None:
    """Say something to whoever sent a message, or tapped a button, below it."""
    if update.callback_query:
        # The tap itself may have been answered, which can be done only once.
        await update.callback_query.answer()
    if isinstance(update.effective_message, Message):
        await reply(update.effective_message, page)


async def tell_administrators(context: Context | App, text: str, about: str = "") -> bool:
    """Tell every administrator who can be reached, once of each thing; False if they were told."""
    services, thing = context.bot_data, about or text
    if thing in services.told:
        return False
    services.told.add(thing)
    for admin in sorted(services.settings.admin_ids):
        try:
            await context.bot.send_message(admin, safe(text))
        except refusals.TelegramError as refusal:
            # One who has never written to the bot cannot be written to.
            _logger.info("An administrator was not told: %s", refusal)
    return True


async def turn(message: Message, page: BotMessage) -> Message:
    """Show a page in place of a message of the bot's, below it if it can't be changed."""
    changed = await done(message.edit_text(page.html, reply_markup=keyboard(page.rows)))
    return message if changed else await reply(message, page)


async def telling(show: Callable[[BotMessage], Awaitable[object]], work: Awaitable[T]) -> T:
    """Do work in threads, and show in a message, now and then, how far it has come."""
    said = shown = ""

    def note(stage: Stage, share: float) -> None:
        nonlocal said
        said = progress(stage, share)

    with heard_by(note):
        task = asyncio.ensure_future(work)
    while not (await asyncio.wait([task], timeout=EVERY))[0]:
        if said != shown:
            shown = said
            # A message that cannot be edited is no reason to lose the work.
            with suppress(refusals.TelegramError):
                await show(notice(said))
    return await task
