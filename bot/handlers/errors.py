"""When something goes wrong: a sentence for the user, a line for the log, one notice."""

import logging
import re

from telegram import Update
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot import texts
from bot.logs import place_of
from bot.messages import notice
from bot.transport import Context, delivery, metrics
from bot.transport.delivery import is_network

_logger = logging.getLogger(__name__)

# Blocked by the user, thrown out of the group or silenced there: their right.
NOT_ALLOWED = re.compile(
    "rights|can't send messages|forbidden|restricted|blocked|banned|deactivated|deleted|_required|"
    "channel_private|peer_id_invalid|slowmode_wait|topic_|(?:thread|chat|user) not found",
    re.I,
)


async def handle(update: object, context: Context) -> None:
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
    if is_network(error):
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
    if not is_network(error):
        await delivery.tell_administrators(context, texts.FAULT.format(place_of(error)))
