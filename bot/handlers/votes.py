"""Helpful, or not right: counted, then what was wrong, what else was meant, who should know."""

from __future__ import annotations

from telegram import InlineKeyboardMarkup, Message, Update

from bot import texts
from bot.messages import answers, callback_data
from bot.messages.message import BotMessage, Row, notice
from bot.services import Context, Services, services_of
from bot.transport import delivery
from knowledge import Asked, Fact

# The administrators hear of an entry once, and of so many entries in all until the next start;
# every vote stands among the unanswered questions anyway.
MOST_TOLD = 200
_TOLD = "entries objected to"


async def voted(update: Update, context: Context) -> None:
    """Count a vote and take the small row away; one that is not right leads on."""
    query = update.callback_query
    assert query is not None
    assert context.match is not None
    services = services_of(context)
    asked, helpful = int(context.match[1]), context.match[2] == "1"
    services.knowledge.vote(asked, helpful)
    await delivery.answer_tap(query, texts.THANKS_HELPFUL if helpful else texts.THANKS_NOT_RIGHT)
    message = query.message
    if isinstance(message, Message) and message.reply_markup:
        await delivery.mark(query, without_votes(message.reply_markup))
    if not helpful:
        await delivery.below(query, objection(services, asked))


def without_votes(keyboard: InlineKeyboardMarkup) -> InlineKeyboardMarkup:
    """Take the votes off a keyboard, and with them the row that held nothing else."""
    rows: list[Row] = []
    for row in keyboard.inline_keyboard:
        kept = tuple(b for b in row if not callback_data.VOTE.match(str(b.callback_data or "")))
        if kept:
            rows.append(kept)
    return InlineKeyboardMarkup(rows)


async def explained(update: Update, context: Context) -> None:
    """Take what was wrong, and offer what is left to do about it."""
    query = update.callback_query
    assert query is not None
    assert context.match is not None
    await delivery.answer_tap(query)
    page = objection(services_of(context), int(context.match[1]), context.match[2])
    await delivery.turn(query, page)


async def told(update: Update, context: Context) -> None:
    """Pass an objection on to the administrators: the question and the entry, nobody's name."""
    query = update.callback_query
    assert query is not None
    assert context.match is not None
    services = services_of(context)
    await delivery.answer_tap(query)
    record = services.knowledge.asked(int(context.match[1]))
    news = record is not None and _is_news(context, record)
    if record and news:
        entry = services.fact(record.fact)
        text = texts.objected(
            record.question, entry.question if entry else "", context.match[2] or ""
        )
        await delivery.tell_administrators(context, text)
    await delivery.turn(query, notice(texts.TOLD if news else texts.TOLD_ALREADY))


def _is_news(context: Context, record: Asked) -> bool:
    heard: set[str] = context.bot_data.setdefault(_TOLD, set())
    about = record.fact or record.question
    if about in heard or len(heard) >= MOST_TOLD:
        return False
    heard.add(about)
    return True


def objection(services: Services, asked: int, reason: str = "") -> BotMessage:
    """Ask what was wrong, or thank for the `reason`, and offer what else may have been meant."""
    record = services.knowledge.asked(asked)
    likely = _likely(services, record) if record else ()
    tells = record is not None and bool(services.settings.admin_ids)
    return answers.objection(asked, likely, reason, tells=tells)


def _likely(services: Services, record: Asked) -> tuple[Fact, ...]:
    """Give what else the question may have meant."""
    found = services.nearest(record.question, None, 4)
    return tuple(fact for fact in found if fact.id not in {record.fact, record.tapped})
