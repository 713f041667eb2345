"""Sending, editing and answering taps, with the refusals that mean nothing went wrong."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from typing import Any

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.error import BadRequest, Forbidden, TelegramError

from bot import texts
from bot.messages import BotMessage, Button, notice, progress, safe
from bot.services import App, Context, Place, services_of
from knowledge import Stage, heard_by

_logger = logging.getLogger(__name__)

Buttons = Sequence[Sequence[Button | InlineKeyboardButton]]
Callback = Callable[[Update, Context], Coroutine[Any, Any, None]]

# The message was deleted, or is too old to change.
LOST = re.compile(
    "message to edit not found|message can't be edited|message_id_invalid|inline keyboard expected",
    re.I,
)
# Nobody lets the bot write here: their right, like blocking it.
NOT_ALLOWED = re.compile(
    "rights|can't send messages|forbidden|restricted|blocked|banned|deactivated|deleted|_required|"
    "channel_private|peer_id_invalid|slowmode_wait|topic_|(?:thread|chat|user) not found",
    re.I,
)
# Seconds between two signs of how far work has come: Telegram wants no more than one message a
# second in a chat.
EVERY = 1.5


def unwelcome(error: BaseException | None) -> bool:
    """Tell whether a refusal means that the bot may not write where it wanted to."""
    refused = isinstance(error, BadRequest) and NOT_ALLOWED.search(str(error)) is not None
    return refused or isinstance(error, Forbidden)


async def done(edit: Awaitable[object]) -> bool:
    """Change a message; False if that one can't be changed."""
    try:
        await edit
    except BadRequest as error:
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
    does = asdict(button)
    if button.copy_text:
        does["copy_text"] = CopyTextButton(button.copy_text)
    return InlineKeyboardButton(**does)


def place_of(message: Message) -> Place:
    """Give the chat, and the topic, thread or direct conversation in it, of a message."""
    direct = message.direct_messages_topic
    return message.chat_id, direct.topic_id if direct else message.message_thread_id


async def reply(message: Message, page: BotMessage) -> Message:
    """Answer a message where it was written, quoting it in groups."""
    return await message.reply_text(page.html, reply_markup=keyboard(page.rows))


def replying(handler: Callable[[Message, Context], Awaitable[BotMessage | None]]) -> Callback:
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
        given: dict[str, Any] = match.groupdict("")
        given |= {name: int(given[name]) for name in ("asked", "page") if name in given}
        if "fact" in given:
            given["fact"] = services_of(context).fact(given["fact"])
        if None in given.values():
            await query.answer(texts.WITHDRAWN, show_alert=True)
            return
        await query.answer(thanks or None)
        if isinstance(query.message, Message) and (
            page := await handler(query.message, context, **given)
        ):
            await (reply if below else turn)(query.message, page)

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


async def tell_administrators(context: Context | App, text: str) -> None:
    """Tell every administrator who can be reached."""
    for admin in sorted(services_of(context).settings.admin_ids):
        try:
            await context.bot.send_message(admin, safe(text))
        except TelegramError as refusal:
            # One who has never written to the bot cannot be written to.
            _logger.info("An administrator was not told: %s", refusal)


async def turn(message: Message, page: BotMessage) -> None:
    """Show a page in place of a message of the bot's, below it if it can't be changed."""
    if not await done(message.edit_text(page.html, reply_markup=keyboard(page.rows))):
        await reply(message, page)


@asynccontextmanager
async def telling(show: Callable[[BotMessage], Awaitable[object]]) -> AsyncIterator[None]:
    """Show in a message, now and then, how far the work in threads begun here has come."""
    busy, said = asyncio.Lock(), ""

    def note(stage: Stage, share: float) -> None:
        nonlocal said
        said = progress(stage, share)

    async def keep_showing() -> None:
        shown = ""
        while True:
            await asyncio.sleep(EVERY)
            async with busy:
                if said != shown:
                    shown = said
                    # A message that cannot be edited is no reason to lose the work.
                    with suppress(TelegramError):
                        await show(notice(said))

    with heard_by(note):
        keeper = asyncio.create_task(keep_showing())
        try:
            yield
        finally:
            # An edit under way is waited for: it must not come after the one that ends the work.
            async with busy:
                keeper.cancel()
