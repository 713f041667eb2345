"""What the buttons below an answer do, for anybody who taps: charts, votes, passing it on."""

import asyncio

from telegram import Message
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden

from bot import messages, texts
from bot.charts import as_csv, chart_of, drawing, told
from bot.handlers.questions import question_in, wish
from bot.messages import BotMessage, Button, answers, joined, notice, safe, short
from bot.transport import Context, delivery
from knowledge import HELPFUL, NOT_RIGHT, Fact, KnowledgeBase

# A fact less likely than this is not the one whose chart is meant.
NEAREST = 0.005


async def chart(message: Message, context: Context) -> BotMessage | None:
    """Send the chart that a few words mean, without words that of the answer shown last."""
    services, place = context.bot_data, delivery.place_of(message)
    knowledge, text = services.knowledge, question_in(message, context.bot)
    about = text if (wished := wish(text)) is None else wished
    charts = _charts(knowledge)
    found = list(services.known(services.memory.standing(place).context.shown[:1]))
    if about:
        found = [match.fact for match in knowledge.search(about) if match.confidence >= NEAREST]
        # The name of a topic means its charts.
        found += [fact for fact in charts if about.casefold() in fact.topic.casefold()]
    if fact := next(filter(chart_of, found), None):
        services.memory.show(place, fact)
        return await charted(message, context, fact, read=True)
    said = texts.NO_CHARTS if not charts else texts.NO_SUCH_CHART if about else texts.WHICH_CHART
    return notice(said, messages.questions(charts[: messages.A_PAGE], messages.CHART))


def _charts(knowledge: KnowledgeBase) -> list[Fact]:
    """Give the facts that can be drawn, but of those with figures in common only the widest."""
    topics = knowledge.snapshot.topics.values()
    drawn = [fact for facts in topics for fact in facts if chart_of(fact)]
    figures = [set(fact.figures) for fact in drawn]
    return [fact for fact in drawn if not any(set(fact.figures) < every for every in figures)]


async def charted(
    message: Message, context: Context, fact: Fact, kind: str = "", *, read: bool = False
) -> BotMessage | None:
    """Send a chart with its telling, or a file of a `kind`; give words where neither may go."""
    sources = context.bot_data.sources()
    chart = chart_of(fact, sources.published(fact))
    if chart is None:
        return notice(texts.NO_CHART_NOW)
    if kind == "csv":
        data = as_csv(fact, chart.source)
    else:
        await message.chat.send_action(ChatAction.UPLOAD_PHOTO, message.message_thread_id)
        data = await asyncio.to_thread(drawing.draw, chart, for_print=bool(kind))
    try:
        if kind:
            await message.reply_document(data, filename=f"{fact.id}.{kind}")
        else:
            page = answers.under_chart(fact, sources, told(chart), read=read)
            keys = delivery.keyboard(page.rows)
            await message.reply_photo(data, page.html, reply_markup=keys, filename=f"{fact.id}.png")
    except (BadRequest, Forbidden):
        return joined(map(safe, (texts.NO_PICTURES_HERE, told(chart), chart.source)))
    return None


async def shared(message: Message, context: Context, fact: Fact) -> None:
    """Show how the fact above can be passed on, in place of the button tapped."""
    ways = (
        Button(texts.SEND_ON, switch_inline_query=short(fact.question, messages.QUERY)),
        Button(texts.COPY_LINK, copy_text=texts.LINK.format(context.bot.username, fact.id)),
    )
    await _without(message, messages.SHARE, *ways)


async def voted(
    message: Message, context: Context, asked: int, helpful: str = ""
) -> BotMessage | None:
    """Count a vote and take its small row away; one that is not right leads on."""
    services = context.bot_data
    services.knowledge.note(asked, feedback=HELPFUL if helpful else NOT_RIGHT)
    await _without(message, messages.HELPFUL)
    return None if helpful else services.objection(asked)


async def _without(message: Message, kind: str, *instead: Button) -> None:
    """Take buttons of a kind from the last row, where Telegram still tells them, for others."""
    *rows, last = message.reply_markup.inline_keyboard if message.reply_markup else ((),)
    kept = [one for one in last if not str(one.callback_data).startswith(kind[:2])]
    if len(kept) < len(last):
        await delivery.done(message.edit_reply_markup(delivery.keyboard([*rows, instead, kept])))


async def objected(_: Message, context: Context, asked: int, reason: str = "") -> BotMessage:
    """Take what was wrong with an answer, or that no suggestion was right; offer what is left."""
    services = context.bot_data
    return services.objection(asked, reason) if reason else services.none_of_these(asked)


async def passed_on(_: Message, context: Context, asked: int, reason: str) -> BotMessage:
    """Pass an objection on to the administrators: the question and the entry, nobody's name."""
    services = context.bot_data
    record = services.knowledge.asked(asked)
    # Every vote stands among the unanswered questions anyway.
    if record is None:
        return notice(texts.TOLD_ALREADY)
    entry = services.fact(record.fact)
    text = texts.objected(record.question, entry.question if entry else "", reason)
    is_new = await delivery.tell_administrators(context, text, record.fact or record.question)
    return notice(texts.TOLD if is_new else texts.TOLD_ALREADY)
