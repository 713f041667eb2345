"""What the buttons below an answer do: its chart, votes and objections.

A chart comes by /chart or by asking for one as well. Anybody in a group may tap.
"""

import asyncio

from telegram import Message
from telegram.error import BadRequest, Forbidden

from bot import messages, texts
from bot.charts import as_csv, chart_of, drawing, told
from bot.handlers.questions import question_in, wish
from bot.messages import BotMessage, answers, joined, notice, safe
from bot.services import Context, services_of
from bot.transport import delivery
from knowledge import HELPFUL, NOT_RIGHT, Fact

# A fact less likely than this is not the one whose chart is meant.
NEAREST = 0.005


async def chart(message: Message, context: Context) -> BotMessage | None:
    """Send the chart that a few words mean, without words that of the answer shown last."""
    services, place = services_of(context), delivery.place_of(message)
    knowledge, text = services.knowledge, question_in(message, context.bot)
    about = text if (wished := wish(text)) is None else wished
    topics = knowledge.snapshot.topics.values()
    charts = [fact for facts in topics for fact in facts if chart_of(fact)]
    found = list(services.known(services.memory.standing(place).context.shown[:1]))
    if about:
        likely = knowledge.search(about)
        found = [match.fact for match in likely if match.confidence >= NEAREST]
        # The name of a topic means its charts.
        found += [fact for fact in charts if about.casefold() in fact.topic.casefold()]
    if fact := next(filter(chart_of, found), None):
        services.memory.show(place, fact)
        return await charted(message, context, fact)
    said = texts.NO_CHARTS if not charts else texts.NO_SUCH_CHART if about else texts.WHICH_CHART
    return notice(said, messages.questions(charts[: messages.A_PAGE], messages.CHART))


async def charted(
    message: Message, context: Context, fact: Fact, kind: str = ""
) -> BotMessage | None:
    """Send a chart as a picture with its telling, or as a file of a `kind`: for print, its figures.

    Gives it in words where no pictures or files may be sent.
    """
    sources = services_of(context).sources()
    chart = chart_of(fact, sources.published(fact))
    if chart is None:
        return notice(texts.NO_CHART_NOW)
    if kind == "csv":
        data = as_csv(fact, chart.source)
    else:
        data = await asyncio.to_thread(drawing.draw, chart, for_print=bool(kind))
    try:
        if kind:
            await message.reply_document(data, filename=f"{fact.id}.{kind}")
        else:
            page = answers.under_chart(fact, sources, told(chart))
            keys = delivery.keyboard(page.rows)
            await message.reply_photo(data, page.html, reply_markup=keys, filename=f"{fact.id}.png")
    except (BadRequest, Forbidden):
        return joined(map(safe, (texts.NO_PICTURES_HERE, told(chart), chart.source)))
    return None


# --- What readers make of it ----------------------------------------------------------------------


async def voted(
    message: Message, context: Context, asked: int, helpful: str = ""
) -> BotMessage | None:
    """Count a vote and take its small row away; one that is not right leads on."""
    services = services_of(context)
    services.knowledge.note(asked, feedback=HELPFUL if helpful else NOT_RIGHT)
    # A double tap must not take the row above as well.
    *rows, last = message.reply_markup.inline_keyboard if message.reply_markup else ((),)
    if last and str(last[0].callback_data).startswith(messages.HELPFUL[:2]):
        await delivery.done(message.edit_reply_markup(delivery.keyboard(rows)))
    return None if helpful else services.objection(asked)


async def objected(_: Message, context: Context, asked: int, reason: str = "") -> BotMessage:
    """Take what was wrong with an answer, or that no suggestion was right; offer what is left."""
    services = services_of(context)
    return services.objection(asked, reason) if reason else services.none_of_these(asked)


async def passed_on(_: Message, context: Context, asked: int, reason: str) -> BotMessage:
    """Pass an objection on to the administrators: the question and the entry, nobody's name."""
    services = services_of(context)
    record = services.knowledge.asked(asked)
    if record is None:
        return notice(texts.OLD_BUTTON)
    entry = services.fact(record.fact)
    text = texts.objected(record.question, entry.question if entry else "", reason)
    await delivery.tell_administrators(context, text, record.fact or record.question)
    return notice(texts.TOLD)
