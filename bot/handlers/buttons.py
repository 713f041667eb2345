"""Taps on answers and suggestions. Anybody in a group may tap; no tap ever ends in an error."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from telegram import CallbackQuery, InlineKeyboardButton, Message, Update

from bot import texts
from bot.messages import answers, keyboards
from bot.messages.message import BotMessage, Button, Row, notice
from bot.replies import objection
from bot.services import Context, Services, services_of
from bot.transport import delivery
from knowledge import HELPFUL, NONE_OF_THESE, NOT_RIGHT, Fact

# The administrators hear of an entry once, and of so many entries in all until the next start;
# every vote stands among the unanswered questions anyway.
MOST_TOLD = 200
_TOLD = "entries objected to"


@dataclass(frozen=True, slots=True)
class Tap:
    """A tap that has been answered: the message with the button, and what the button says."""

    query: CallbackQuery
    message: Message
    context: Context
    parts: tuple[str, ...]

    @property
    def services(self) -> Services:
        """Give what the handlers share."""
        return services_of(self.context)

    @property
    def keyboard(self) -> tuple[tuple[InlineKeyboardButton, ...], ...]:
        """Give the buttons of the message tapped."""
        markup = self.message.reply_markup
        return markup.inline_keyboard if markup else ()

    async def mark(self, rows: delivery.Buttons) -> None:
        """Change only the buttons of the message tapped, where Telegram still tells them."""
        if self.keyboard:
            await delivery.mark(self.query, rows)


def tapped(
    handler: Callable[..., Awaitable[None]], thanks: str = ""
) -> Callable[[Update, Context], Coroutine[Any, Any, None]]:
    """Answer a tap with a passing word, if any; the handler gets it, and the fact that it names."""

    async def told(update: Update, context: Context) -> None:
        query, match = update.callback_query, context.match
        assert query is not None
        assert match is not None
        named = match.groupdict().values()
        facts = services_of(context).known(tuple(named))
        if len(facts) < len(named):
            await delivery.answer_tap(query, texts.WITHDRAWN, alert=True)
            return
        await delivery.answer_tap(query, thanks)
        if isinstance(query.message, Message):
            await handler(Tap(query, query.message, context, match.groups("")), *facts)

    return told


async def outdated(update: Update, context: Context) -> None:
    """Answer a tap on a button of an older version."""
    assert update.callback_query is not None
    await delivery.answer_tap(update.callback_query, texts.OLD_BUTTON, alert=True)


def page_of(tap: Tap, fact: Fact, asked: int | None = None, back: Row = ()) -> BotMessage:
    """Show a fact that was tapped, and remember that it is shown."""
    services, place = tap.services, delivery.place_of(tap.message)
    seen = services.memory.shown(place)
    services.memory.show(place, (fact.id,), asked, fact.question)
    return answers.single(
        fact,
        services.sources(tap.context.bot.username),
        asked=asked,
        related=services.related(fact, seen),
        before=services.known(seen),
        back=back,
    )


async def related(tap: Tap, fact: Fact) -> None:
    """Show a related fact below, so that the answer above can still be read."""
    await delivery.reply(tap.message, page_of(tap, fact))


async def taken(tap: Tap, fact: Fact) -> None:
    """Show the suggestion taken in place of the suggestions, and note it as evidence."""
    asked = int(tap.parts[0])
    tap.services.knowledge.note(asked, tapped=fact.id)
    await delivery.turn(tap.query, page_of(tap, fact, asked))


async def none_of_these(tap: Tap) -> None:
    """Note that no suggestion was right, and offer the topics."""
    knowledge = tap.services.knowledge
    knowledge.note(int(tap.parts[0]), feedback=NONE_OF_THESE)
    await delivery.turn(tap.query, notice(texts.NOTED, keyboards.topics(knowledge.topics())))


async def shared(tap: Tap, fact: Fact) -> None:
    """Show how the fact above can be passed on, in place of the button tapped."""
    rows = list[Sequence[Button | InlineKeyboardButton]]()
    for row in tap.keyboard:
        kept = tuple(one for one in row if one.callback_data != tap.query.data)
        rows += [kept] if kept == row else [keyboards.ways_on(fact, tap.context.bot.username), kept]
    await tap.mark(rows)


async def voted(tap: Tap) -> None:
    """Count a vote and take the small row away; one that is not right leads on."""
    asked, helpful = int(tap.parts[0]), tap.parts[1] == "1"
    tap.services.knowledge.note(asked, feedback=HELPFUL if helpful else NOT_RIGHT)
    votes = {one.callback_data for one in keyboards.votes(asked)}
    rows = [[one for one in row if one.callback_data not in votes] for row in tap.keyboard]
    await tap.mark(rows)
    if not helpful:
        await delivery.reply(tap.message, objection(tap.services, asked))


async def explained(tap: Tap) -> None:
    """Take what was wrong, and offer what is left to do about it."""
    page = objection(tap.services, int(tap.parts[0]), tap.parts[1])
    await delivery.turn(tap.query, page)


async def told(tap: Tap) -> None:
    """Pass an objection on to the administrators: the question and the entry, nobody's name."""
    record = tap.services.knowledge.asked(int(tap.parts[0]))
    heard: set[str] = tap.context.bot_data.setdefault(_TOLD, set())
    page = notice(texts.TOLD_ALREADY)
    if record and (record.fact or record.question) not in heard and len(heard) < MOST_TOLD:
        heard.add(record.fact or record.question)
        entry = tap.services.fact(record.fact)
        text = texts.objected(record.question, entry.question if entry else "", tap.parts[1])
        await delivery.tell_administrators(tap.context, text)
        page = notice(texts.TOLD)
    await delivery.turn(tap.query, page)
