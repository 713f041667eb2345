"""Abbreviations and synonyms: what people say, and what the report says for it."""

from __future__ import annotations

from telegram import Update

from bot.admin import callback_data, preview_and_save, texts
from bot.admin import services as offices
from bot.admin.access import who
from bot.admin.callback_data import button
from bot.admin.services import Office
from bot.messages.message import BotMessage, Row, notice
from bot.services import Context
from bot.texts import NEXT, PREVIOUS
from bot.transport import delivery
from knowledge import Term, edits

A_PAGE = 10


async def terms(update: Update, context: Context) -> None:
    """List the terms, or add the one written after the command as "said = means"."""
    message = update.message
    assert message is not None
    office = offices.of(context)
    text = " ".join(context.args or [])
    if "=" not in text:
        await delivery.reply(message, page_of(office, 0, text))
        return
    said, _, means = text.partition("=")
    edit = edits.with_term(office.knowledge.snapshot, said, means)
    await delivery.reply(message, await preview_and_save.made(office, edit, who(update)))


def page_of(office: Office, page: int, part: str = "") -> BotMessage:
    """List a page of the terms, or those that hold a part; a tap takes one away."""
    part = part.casefold()
    every = [
        term
        for term in office.knowledge.snapshot.terms
        if part in term.said.casefold() or part in term.means.casefold()
    ]
    last = max(0, -(-len(every) // A_PAGE) - 1)
    page = min(page, last)
    rows: list[Row] = [
        (button(f"✕ {label(term)}", "unterm", callback_data.mark(term.said)),)
        for term in every[page * A_PAGE : (page + 1) * A_PAGE]
    ]
    turn = []
    if page > 0:
        turn.append(button(PREVIOUS, "terms", page - 1))
    if page < last:
        turn.append(button(NEXT, "terms", page + 1))
    if turn and not part:
        rows.append(tuple(turn))
    state = texts.DROP_TERM if every else texts.NO_TERMS
    return notice(f"{texts.HOW_TERMS}\n\n{state}", tuple(rows))


def label(term: Term) -> str:
    """Write a term."""
    return f"{term.said} = {term.means}"


async def turn(update: Update, context: Context) -> None:
    """Turn to another page of terms."""
    assert update.callback_query is not None
    assert context.match is not None
    page = page_of(offices.of(context), int(context.match[1]))
    await delivery.turn(update.callback_query, page)


async def remove(update: Update, context: Context) -> None:
    """Take a term away."""
    assert update.callback_query is not None
    assert context.match is not None
    office = offices.of(context)
    found = [
        term
        for term in office.knowledge.snapshot.terms
        if callback_data.mark(term.said) == context.match[1]
    ]
    if not found:
        await delivery.below(update.callback_query, notice(texts.TERM_GONE))
        return
    edit = edits.without_term(office.knowledge.snapshot, found[0].said)
    page = await preview_and_save.made(office, edit, who(update))
    await delivery.below(update.callback_query, page)
