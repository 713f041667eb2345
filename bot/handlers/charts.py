"""Charts: by the button below an answer, or by /chart and a few words."""

from __future__ import annotations

from telegram import InlineKeyboardButton, Message, Update
from telegram.constants import ChatAction
from telegram.error import BadRequest

from bot import texts
from bot.charts import wording
from bot.charts.layout import body_of
from bot.charts.wording import Chart
from bot.handlers.groups import question_in
from bot.messages import answers, callback_data, keyboards
from bot.messages.message import BotMessage, Row, notice
from bot.services import Context, Services, services_of
from bot.transport import delivery
from knowledge import Fact

A_PAGE = 8


async def chart(update: Update, context: Context) -> None:
    """Send the chart that a few words mean; without words that of the answer shown last."""
    message = update.message
    assert message is not None
    services = services_of(context)
    if text := question_in(message, context.bot):
        fact = await services.gallery.find(text)
    else:
        fact = _shown_last(services, message)
    drawn = wording.chart_of(fact, services.sources()) if fact else None
    if fact is None or drawn is None:
        await delivery.reply(message, choice(services, asked=bool(text)))
        return
    await _send(message, fact, drawn, context, read=True)
    services.memory.show(delivery.place_of(message), (fact.id,))


async def tapped(update: Update, context: Context) -> None:
    """Send the chart of the answer above, or of the one chosen from a list."""
    query = update.callback_query
    assert query is not None
    assert context.match is not None
    services = services_of(context)
    fact = services.fact(context.match[1])
    drawn = wording.chart_of(fact, services.sources()) if fact else None
    if fact is None or drawn is None or not isinstance(query.message, Message):
        await delivery.answer_tap(query, texts.NO_CHART_NOW, alert=True)
        return
    await delivery.answer_tap(query)
    await _send(query.message, fact, drawn, context)


def choice(services: Services, *, asked: bool) -> BotMessage:
    """Offer the charts there are."""
    facts = services.gallery.facts()[:A_PAGE]
    if not facts:
        return notice(texts.NO_CHARTS)
    rows = tuple(keyboards.question_row(fact, callback_data.chart(fact.id)) for fact in facts)
    return notice(texts.NO_SUCH_CHART if asked else texts.WHICH_CHART, rows)


def _shown_last(services: Services, message: Message) -> Fact | None:
    shown = services.memory.shown(delivery.place_of(message))
    fact = services.fact(shown[0]) if shown else None
    return fact if fact and body_of(fact.figures) else None


async def _send(
    message: Message, fact: Fact, drawn: Chart, context: Context, *, read: bool = False
) -> None:
    """Send a picture with its telling; `read`: with a button for the answer in words."""
    services = services_of(context)
    row: Row = keyboards.source_button(fact, services.sources())
    if read:
        row += (
            InlineKeyboardButton(texts.READ_ANSWER, callback_data=callback_data.related(fact.id)),
        )
    page = BotMessage(
        answers.caption(fact, services.sources(), wording.told(drawn)), (row,) if row else ()
    )
    if known := services.pictures.file_id(drawn):
        try:
            await message.reply_photo(known, page.html, reply_markup=page.markup)
        except BadRequest:
            # Telegram has forgotten the picture, or the bot has another token now.
            services.pictures.sent(drawn, None)
        else:
            return
    await message.chat.send_action(ChatAction.UPLOAD_PHOTO, message.message_thread_id)
    data = await services.pictures.png(drawn)
    sent = await message.reply_photo(
        data, page.html, reply_markup=page.markup, filename=f"{fact.id}.png"
    )
    services.pictures.sent(drawn, sent.photo[-1].file_id if sent.photo else None)
