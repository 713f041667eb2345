"""Taps on answers and suggestions. Anybody in a group may tap; no tap ever ends in an error."""

from __future__ import annotations

from telegram import InlineKeyboardMarkup, Message, Update

from bot import texts
from bot.chat_memory import Place
from bot.handlers import browse, questions
from bot.messages import answers, keyboards
from bot.messages.dates import dated_once
from bot.messages.message import BotMessage, Row, notice
from bot.services import Context, services_of
from bot.transport import delivery
from knowledge import Fact, Match


async def _tapped_fact(update: Update, context: Context, fact_id: str) -> Fact | None:
    """Give the fact tapped, after answering the tap; None once a sentence says it is gone."""
    assert update.callback_query is not None
    fact = services_of(context).fact(fact_id)
    if fact is None:
        await delivery.answer_tap(update.callback_query, texts.WITHDRAWN, alert=True)
    else:
        await delivery.answer_tap(update.callback_query)
    return fact


def _place(update: Update) -> Place | None:
    assert update.callback_query is not None
    message = update.callback_query.message
    return delivery.place_of(message) if isinstance(message, Message) else None


def _seen(update: Update, context: Context) -> tuple[str, ...]:
    place = _place(update)
    return services_of(context).memory.shown(place) if place else ()


def _show(update: Update, context: Context, fact: Fact, asked: int | None = None) -> None:
    if place := _place(update):
        services_of(context).memory.show(place, (fact.id,), asked, fact.question)


def _single(update: Update, context: Context, fact: Fact, asked: int | None = None) -> BotMessage:
    services = services_of(context)
    seen = _seen(update, context)
    (match,) = dated_once((Match(fact, 1.0),), services.known(seen))
    return answers.single(
        match.fact,
        services.sources(context.bot.username),
        asked=asked,
        related=services.related(fact, seen),
        headed=True,
    )


async def browsed(update: Update, context: Context) -> None:
    """Show a fact in place of the list it stands in."""
    assert context.match is not None
    assert update.callback_query is not None
    if fact := await _tapped_fact(update, context, context.match[1]):
        page = browse.fact_page(
            services_of(context), fact, _seen(update, context), context.bot.username
        )
        await delivery.turn(update.callback_query, page)
        _show(update, context, fact)


async def related(update: Update, context: Context) -> None:
    """Show a related fact below, so that the answer above can still be read."""
    assert context.match is not None
    assert update.callback_query is not None
    if fact := await _tapped_fact(update, context, context.match[1]):
        await delivery.below(update.callback_query, _single(update, context, fact))
        _show(update, context, fact)


async def later(update: Update, context: Context) -> None:
    """Answer the question on the button, below, as if it had been typed."""
    query = update.callback_query
    assert query is not None
    await delivery.answer_tap(query)
    message = query.message
    if not isinstance(message, Message) or not message.reply_markup:
        await delivery.below(query, notice(texts.ASK_NOW))
        return
    buttons = (button for row in message.reply_markup.inline_keyboard for button in row)
    label = next((button.text for button in buttons if button.callback_data == query.data), "")
    await questions.answer(message, label, context, tapped=True)


async def shared(update: Update, context: Context) -> None:
    """Show how the fact above can be passed on, in place of the button tapped."""
    assert context.match is not None
    query = update.callback_query
    assert query is not None
    if fact := await _tapped_fact(update, context, context.match[1]):
        message = query.message
        if isinstance(message, Message) and message.reply_markup:
            row = keyboards.ways_on(fact, context.bot.username)
            await delivery.mark(query, opened(message.reply_markup, str(query.data), row))


def opened(keyboard: InlineKeyboardMarkup, tapped: str, row: Row) -> InlineKeyboardMarkup:
    """Put a row above the one with the button tapped, which it takes the place of."""
    rows: list[Row] = []
    for old in keyboard.inline_keyboard:
        kept = tuple(button for button in old if button.callback_data != tapped)
        if len(kept) < len(old):
            rows.append(row)
        if kept:
            rows.append(kept)
    return InlineKeyboardMarkup(rows)


async def taken(update: Update, context: Context) -> None:
    """Show the suggestion taken in place of the suggestions, and note it as evidence."""
    assert context.match is not None
    assert update.callback_query is not None
    services = services_of(context)
    asked, fact_id = int(context.match[1]), context.match[2]
    if fact := await _tapped_fact(update, context, fact_id):
        services.knowledge.tapped(asked, fact_id)
        await delivery.turn(update.callback_query, _single(update, context, fact, asked))
        _show(update, context, fact, asked)


async def none_of_these(update: Update, context: Context) -> None:
    """Note that no suggestion was right, and offer the topics."""
    query = update.callback_query
    assert query is not None
    assert context.match is not None
    services = services_of(context)
    asked = int(context.match[1])
    services.knowledge.none_of_these(asked)
    await delivery.answer_tap(query)
    await delivery.turn(query, notice(texts.NOTED, browse.first_topics(services)))


async def outdated(update: Update, context: Context) -> None:
    """Answer a tap on a button of an older version."""
    assert update.callback_query is not None
    await delivery.answer_tap(update.callback_query, texts.OLD_BUTTON, alert=True)
