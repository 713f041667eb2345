"""What was changed, by whom, when; and taking it back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from telegram import Message, Update

from bot.admin import preview_and_save, texts
from bot.admin import services as offices
from bot.admin.access import who
from bot.admin.callback_data import button
from bot.admin.services import Office
from bot.messages.message import BotMessage, Row, heading, notice, safe, short
from bot.services import Context
from bot.transport import delivery, progress
from knowledge import SHIPPED, Changed, Fact, Revision, difference

SHOWN = 6
DETAILS = 4


async def history(update: Update, context: Context) -> None:
    """List the last changes, of one entry if part of it is typed after the command."""
    message = update.message
    assert message is not None
    office = offices.of(context)
    text = " ".join(context.args or [])
    if not text:
        await delivery.reply(message, page_of(office))
        return
    found = office.editor.find(text)
    if not found:
        await delivery.reply(message, notice(texts.not_found(text)))
    elif len(found) == 1:
        await delivery.reply(message, page_of(office, found[0]))
    else:
        rows = tuple((button(fact.question, "history", fact.id),) for fact in found)
        await delivery.reply(message, notice(texts.PICK, rows))


async def of_entry(message: Message, office: Office, fact_id: str) -> None:
    """List the changes of one entry."""
    await delivery.reply(message, page_of(office, office.knowledge.fact(fact_id)))


async def older(update: Update, context: Context) -> None:
    """List the changes before a number."""
    assert update.callback_query is not None
    assert context.match is not None
    page = page_of(offices.of(context), before=int(context.match[1]))
    await delivery.turn(update.callback_query, page)


def page_of(office: Office, fact: Fact | None = None, before: int | None = None) -> BotMessage:
    """List changes, the newest first, each with a button that takes it back."""
    found = office.editor.history(fact.id if fact else None, SHOWN + 1, before)
    if not found:
        return notice(texts.NO_HISTORY)
    shown = found[:SHOWN]
    parts = [heading(texts.history(fact.question if fact else ""))]
    parts += [_written(revision, fact) for revision in shown]
    rows: list[Row] = [
        (button(texts.take_back(one.number, one.what), "undo", one.number),)
        for one in shown
        if one.who != SHIPPED
    ]
    if len(found) > SHOWN and fact is None:
        rows.append((button(texts.OLDER, "older", shown[-1].number),))
    return BotMessage("\n\n".join(parts), tuple(rows))


def _written(revision: Revision, fact: Fact | None) -> str:
    when = revision.at[:16].replace("T", " ")
    head = f"{revision.number}. {when} UTC, {revision.who}: {short(revision.what, 150)}"
    lines = details(revision, fact.id if fact else None)
    return "\n".join(safe(line) for line in (head, *lines))


def details(revision: Revision, fact_id: str | None = None) -> Sequence[str]:
    """Say what a change did to the fields of the entries it touched."""
    lines: list[str] = []
    for before, after in revision.edit.facts():
        one = after or before
        if one is None or (fact_id and one.id != fact_id) or before is None or after is None:
            continue
        names = tuple(
            name
            for swap in revision.edit.swaps
            if swap.key == one.id and swap.kind == "fact"
            for name in swap.fields
        )
        lines += [f"   {short(line, 200)}" for line in difference(Changed(before, after, names))]
    more = len(lines) - DETAILS
    return (*lines[:DETAILS], f"   … and {more} more") if more > 0 else lines


async def undo(update: Update, context: Context) -> None:
    """Take back the last change; somebody else's only after a second look."""
    message = update.message
    assert message is not None
    office = offices.of(context)
    last = office.editor.last()
    if last.who != str(who(update)):
        when = last.at[:16].replace("T", " ")
        text = texts.not_yours(last.what, last.who, when)
        await delivery.reply(message, preview_and_save.ask_undo(office, last.number, text))
        return
    await _undo(partial(delivery.reply, message), office, who(update), None)


async def take_back(update: Update, context: Context) -> None:
    """Take back the change a button names."""
    assert update.callback_query is not None
    assert context.match is not None
    send = partial(delivery.below, update.callback_query)
    await _undo(send, offices.of(context), who(update), int(context.match[1]))


async def _undo(
    send: Callable[[BotMessage], Awaitable[Message | None]],
    office: Office,
    me: int,
    number: int | None,
) -> None:
    note = progress.Note(send)
    # An import of thousands of rows takes as long to take back.
    async with progress.told(note.show):
        page = await preview_and_save.made(office, office.editor.undo(number), me)
    await note.end(page)
