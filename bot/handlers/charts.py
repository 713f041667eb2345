"""Charts: by the button below an answer, by /chart or by asking for one; their figures as files."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from telegram import Message, Update
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden

from bot import texts
from bot.charts import drawing, wording
from bot.charts.wording import Chart
from bot.handlers.buttons import Tap
from bot.handlers.groups import Fits, question_in
from bot.messages import answers, keyboards
from bot.messages.message import BotMessage, joined, notice, safe
from bot.services import Context, Services, services_of
from bot.transport import delivery
from knowledge import Fact

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


def wish(text: str) -> str | None:
    """Give what a chart is wished of, "" for what was spoken of last, None for no such wish."""
    found = WISH.fullmatch(_POLITE.sub("", text).strip(" ,?!."))
    if found is None:
        return None
    what = (found[1] or found[2] or "").strip(" ,:")
    return "" if set(what.casefold().split()) <= _THAT else what


WISHED = Fits(lambda message: wish(question_in(message, message.get_bot())) is not None)


async def chart(update: Update, context: Context) -> None:
    """Send the chart that a few words mean, without words that of the answer shown last."""
    message = update.message
    assert message is not None
    services, place = services_of(context), delivery.place_of(message)
    text = question_in(message, context.bot)
    wished = wish(text)
    about = text if wished is None else wished
    shown = services.known(services.memory.shown(place)[:1])
    fact = services.charted(about) if about else next(iter(shown), None)
    if fact and (drawn := _chart_of(services, fact)):
        await _send(message, fact, drawn, services, read=True)
        services.memory.show(place, (fact.id,))
        return
    charts = services.charts()[: keyboards.A_PAGE]
    said = texts.NO_CHARTS if not charts else texts.NO_SUCH_CHART if about else texts.WHICH_CHART
    await delivery.reply(message, notice(said, keyboards.questions(charts, keyboards.CHART)))


def _chart_of(services: Services, fact: Fact) -> Chart | None:
    return wording.chart_of(fact, services.sources().published(fact))


async def tapped(tap: Tap, fact: Fact) -> None:
    """Send the chart of an answer or chosen from a list; or as a file, for print or its figures."""
    drawn, (*kind, _) = _chart_of(tap.services, fact), tap.parts
    if drawn is None:
        await delivery.reply(tap.message, notice(texts.NO_CHART_NOW))
    elif not kind:
        await _send(tap.message, fact, drawn, tap.services, read=False)
    else:
        data = (
            wording.as_csv(fact, drawn.source)
            if kind == ["csv"]
            else await asyncio.to_thread(drawing.draw, drawn, for_print=True)
        )
        async with _in_words_else(tap.message, drawn):
            await tap.message.reply_document(data, filename=f"{fact.id}.{kind[0]}")


async def _send(
    message: Message, fact: Fact, drawn: Chart, services: Services, *, read: bool
) -> None:
    """Send a picture with its telling; `read`: with a button for the answer in words."""
    ids, sources = services.pictures, services.sources()
    row = keyboards.under_chart(fact, sources, read=read)
    page = BotMessage(answers.caption(fact, sources, wording.told(drawn)), (row,))
    if drawn in ids:
        # A picture that Telegram has forgotten, or that another token's bot sent, is sent anew.
        with suppress(BadRequest):
            await message.reply_photo(
                ids[drawn], page.html, reply_markup=delivery.keyboard(page.rows)
            )
            return
    await message.chat.send_action(ChatAction.UPLOAD_PHOTO, message.message_thread_id)
    data = await asyncio.to_thread(drawing.draw, drawn)
    async with _in_words_else(message, drawn):
        name = f"{fact.id}.png"
        sent = await message.reply_photo(
            data, page.html, reply_markup=delivery.keyboard(page.rows), filename=name
        )
        ids[drawn] = sent.photo[-1].file_id


@asynccontextmanager
async def _in_words_else(message: Message, drawn: Chart) -> AsyncIterator[None]:
    """Tell a chart in words where no pictures or files may be sent."""
    try:
        yield
    except (BadRequest, Forbidden) as refusal:
        if not NOT_HERE.search(str(refusal)):
            raise
        said = (texts.NO_PICTURES_HERE, wording.told(drawn), drawn.source)
        await delivery.reply(message, joined(map(safe, said)))
