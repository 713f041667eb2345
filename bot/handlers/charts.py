"""Charts: by the button below an answer, by /chart or by asking for one; their figures as files."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable

from telegram import Message
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden

from bot import messages, texts
from bot.charts import Chart, as_csv, chart_of, drawing, told
from bot.handlers.buttons import Tap
from bot.handlers.questions import question_in, wish
from bot.messages import BotMessage, answers, joined, notice, safe
from bot.services import Context, Services, services_of
from bot.transport import delivery
from knowledge import Fact

# Telegram's words where a chat takes texts only.
NOT_HERE = re.compile(r"not enough rights to send|send_(photos|media|docs|plain)_forbidden", re.I)


def _chart_of(services: Services, fact: Fact) -> Chart | None:
    return chart_of(fact, services.sources().published(fact))


async def chart(message: Message, context: Context) -> BotMessage | None:
    """Send the chart that a few words mean, without words that of the answer shown last."""
    services, place = services_of(context), delivery.place_of(message)
    text = question_in(message, context.bot)
    wished = wish(text)
    about = text if wished is None else wished
    shown = services.known(services.memory.shown(place)[:1])
    fact = services.charted(about) if about else next(iter(shown), None)
    if fact and (drawn := _chart_of(services, fact)):
        await _send(message, fact, drawn, services, read=True)
        services.memory.show(place, (fact.id,))
        return None
    charts = services.charts()[: messages.A_PAGE]
    said = texts.NO_CHARTS if not charts else texts.NO_SUCH_CHART if about else texts.WHICH_CHART
    return notice(said, messages.questions(charts, messages.CHART))


async def tapped(tap: Tap, fact: Fact) -> BotMessage | None:
    """Send the chart of an answer or chosen from a list; or as a file, for print or its figures."""
    drawn, (*kind, _) = _chart_of(tap.services, fact), tap.parts
    if drawn is None:
        return notice(texts.NO_CHART_NOW)
    if not kind:
        await _send(tap.message, fact, drawn, tap.services, read=False)
        return None
    if kind == ["csv"]:
        data = as_csv(fact, drawn.source)
    else:
        data = await asyncio.to_thread(drawing.draw, drawn, for_print=True)
    sent = tap.message.reply_document(data, filename=f"{fact.id}.{kind[0]}")
    await _in_words_else(tap.message, drawn, sent)
    return None


async def _send(
    message: Message, fact: Fact, drawn: Chart, services: Services, *, read: bool
) -> None:
    """Send a picture with its telling; `read`: with a button for the answer in words."""
    await message.chat.send_action(ChatAction.UPLOAD_PHOTO, message.message_thread_id)
    picture, sources = await asyncio.to_thread(drawing.draw, drawn), services.sources()
    sent = message.reply_photo(
        picture,
        answers.caption(fact, sources, told(drawn)),
        reply_markup=delivery.keyboard([messages.under_chart(fact, sources, read=read)]),
        filename=f"{fact.id}.png",
    )
    await _in_words_else(message, drawn, sent)


async def _in_words_else(message: Message, drawn: Chart, sent: Awaitable[object]) -> None:
    """Tell a chart in words where no pictures or files may be sent."""
    try:
        await sent
    except (BadRequest, Forbidden) as refusal:
        if not NOT_HERE.search(str(refusal)):
            raise
        said = (texts.NO_PICTURES_HERE, told(drawn), drawn.source)
        await delivery.reply(message, joined(map(safe, said)))
