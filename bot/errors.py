"""When something goes wrong: a sentence for the user, a line for the log."""

from __future__ import annotations

import logging

from telegram import Update
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, RetryAfter, TelegramError

from bot import delivery, texts
from bot.page import notice
from bot.state import App, Context

_logger = logging.getLogger(__name__)

CONFLICT_SEEN = "conflict"


def stopped_by_conflict(application: App) -> bool:
    """Tell whether the bot stopped because another copy of it is running."""
    return bool(application.bot_data.get(CONFLICT_SEEN))


async def handle(update: object, context: Context) -> None:
    """Log an error in a way that fits it, and tell the user where there is one waiting."""
    error = context.error
    if isinstance(error, Conflict):
        if not context.bot_data.get(CONFLICT_SEEN):
            context.bot_data[CONFLICT_SEEN] = True
            _logger.error(texts.CONFLICT)
            context.application.stop_running()
        return
    if isinstance(error, Forbidden):
        # Blocked by the user or thrown out of the group: their right.
        _logger.info("Not delivered: %s", error)
        return
    if isinstance(error, BadRequest) and delivery.harmless(error):
        return
    if isinstance(error, RetryAfter) or (
        isinstance(error, NetworkError) and not isinstance(error, BadRequest)
    ):
        _logger.warning("Telegram cannot be reached or asks to wait: %s", error)
        return
    _logger.error("An update could not be handled", exc_info=error)
    if isinstance(update, Update):
        await _apologise(update)


async def _apologise(update: Update) -> None:
    try:
        if update.callback_query:
            await delivery.answer_tap(update.callback_query, texts.SORRY, alert=True)
        elif update.message:
            await delivery.reply(update.message, notice(texts.SORRY))
    except TelegramError as error:
        _logger.warning("The apology was not delivered either: %s", error)
