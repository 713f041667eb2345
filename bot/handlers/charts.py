"""Charts: by the button below an answer, by /chart or by asking for one; their figures as files."""

from __future__ import annotations

import asyncio
import re

from telegram import Message, Update
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden
from telegram.ext import filters

from bot import texts
from bot.charts import drawing, wording
from bot.charts.layout import drawable
from bot.charts.wording import Chart
from bot.handlers.groups import question_in
from bot.messages import answers, callback_data, keyboards
from bot.messages.message import BotMessage, notice
from bot.services import Context, Services, services_of
from bot.transport import delivery
from knowledge import Fact

A_PAGE = 8
# "show me a chart of risk", "risk as a chart please", "chart".
WISH = re.compile(
    r"(?:(?:can|could) you )?(?:(?:show|give|draw|send|make|plot)(?: me| us)? )?"
    r"(?:(?:a|the|any) )?(?:bar )?(?:charts?|graphs?)\b(?: (?:of|for|on|about|with|showing))?(.*)"
    r"|(?:(?:can|could) you )?(?:(?:show|give|draw|send)(?: me| us)? )?(.*?) ?(?:as|in) a "
    r"(?:bar )?(?:chart|graph)",
    re.I | re.S,
)
_POLITE = re.compile(r"\bplease\b", re.I)
_THAT = frozenset({"that", "this", "it", "them", "those", "these"})
# Telegram's words where a chat takes texts only.
NOT_HERE = re.compile(r"not enough rights to send|send_(photos|media|docs|plain)_forbidden", re.I)


class _Wish(filters.MessageFilter):
    """A message that asks for a chart in words."""

    def filter(self, message: Message) -> bool:
        """Look at what is left when the bot's name is taken off."""
        return wish(question_in(message, message.get_bot())) is not None


WISHED = _Wish(name="WISHED")


def wish(text: str) -> str | None:
    """Give what a chart is wished of, "" for what was spoken of last, None for no such wish."""
    found = WISH.fullmatch(_POLITE.sub("", text).strip(" ,?!."))
    if found is None:
        return None
    what = (found[1] or found[2] or "").strip(" ,:")
    return "" if set(what.casefold().split()) <= _THAT else what


async def chart(update: Update, context: Context) -> None:
    """Send the chart that a few words mean; without words that of the answer shown last."""
    message = update.message
    assert message is not None
    text = question_in(message, context.bot)
    wished = wish(text)
    await _find(message, text if wished is None else wished, context)


async def _find(message: Message, text: str, context: Context) -> None:
    services = services_of(context)
    fact = services.gallery.find(text) if text else _shown_last(services, message)
    drawn = _drawn(services, fact) if fact else None
    if fact is None or drawn is None:
        await delivery.reply(message, choice(services, asked=bool(text)))
        return
    await _send(message, fact, drawn, context, read=True)
    services.memory.show(delivery.place_of(message), (fact.id,))


async def tapped(update: Update, context: Context) -> None:
    """Send the chart of the answer above, or of the one chosen from a list."""
    assert context.match is not None
    if found := await _tapped_chart(update, context, context.match[1]):
        await _send(*found, context)


async def figures(update: Update, context: Context) -> None:
    """Send the chart above as a picture for print, or its figures as CSV."""
    assert context.match is not None
    kind = context.match[1]
    if not (found := await _tapped_chart(update, context, context.match[2])):
        return
    message, fact, drawn = found
    if kind == "csv":
        data = wording.as_csv(fact, drawn.source)
    else:
        data = await asyncio.to_thread(drawing.draw, drawn, for_print=True)
    try:
        await message.reply_document(data, filename=f"{fact.id}.{kind}")
    except (BadRequest, Forbidden) as refusal:
        await _say_instead(message, drawn, refusal)


async def _tapped_chart(
    update: Update, context: Context, fact_id: str
) -> tuple[Message, Fact, Chart] | None:
    """Give the chart tapped, after answering the tap; None once a sentence says it is gone."""
    query = update.callback_query
    assert query is not None
    services = services_of(context)
    fact = services.fact(fact_id)
    drawn = _drawn(services, fact) if fact else None
    if fact is None or drawn is None or not isinstance(query.message, Message):
        await delivery.answer_tap(query, texts.NO_CHART_NOW, alert=True)
        return None
    await delivery.answer_tap(query)
    return query.message, fact, drawn


def choice(services: Services, *, asked: bool) -> BotMessage:
    """Offer the charts there are."""
    facts = services.gallery.facts()[:A_PAGE]
    if not facts:
        return notice(texts.NO_CHARTS)
    rows = tuple(keyboards.question_row(fact, callback_data.chart(fact.id)) for fact in facts)
    return notice(texts.NO_SUCH_CHART if asked else texts.WHICH_CHART, rows)


def _drawn(services: Services, fact: Fact) -> Chart | None:
    return wording.chart_of(fact, services.sources().published(fact))


def _shown_last(services: Services, message: Message) -> Fact | None:
    shown = services.memory.shown(delivery.place_of(message))
    fact = services.fact(shown[0]) if shown else None
    return fact if fact and drawable(fact) else None


async def _send(
    message: Message, fact: Fact, drawn: Chart, context: Context, *, read: bool = False
) -> None:
    """Send a picture with its telling; `read`: with a button for the answer in words."""
    services = services_of(context)
    gallery = services.gallery
    row = keyboards.under_chart(fact, services.sources(), read=read)
    page = BotMessage(answers.caption(fact, services.sources(), wording.told(drawn)), (row,))
    if known := gallery.ids.get(drawn):
        try:
            await message.reply_photo(known, page.html, reply_markup=page.markup)
        except BadRequest:
            # Telegram has forgotten the picture, or the bot has another token now.
            gallery.ids.pop(drawn, None)
        else:
            return
    await message.chat.send_action(ChatAction.UPLOAD_PHOTO, message.message_thread_id)
    data = await asyncio.to_thread(drawing.draw, drawn)
    try:
        sent = await message.reply_photo(
            data, page.html, reply_markup=page.markup, filename=f"{fact.id}.png"
        )
    except (BadRequest, Forbidden) as refusal:
        await _say_instead(message, drawn, refusal)
    else:
        gallery.ids[drawn] = sent.photo[-1].file_id


async def _say_instead(message: Message, drawn: Chart, refusal: BadRequest | Forbidden) -> None:
    """Tell a chart in words where no pictures or files may be sent; raise any other refusal."""
    if not NOT_HERE.search(str(refusal)):
        raise refusal
    said = [texts.NO_PICTURES_HERE, wording.told(drawn), drawn.source]
    await delivery.reply(message, notice("\n\n".join(part for part in said if part)))
