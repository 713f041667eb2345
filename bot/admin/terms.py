"""Abbreviations and synonyms: what people say, and what the report says for it."""

from __future__ import annotations

from bot.admin import texts
from bot.admin.access import Request
from bot.admin.callback_data import button, mark
from bot.admin.preview_and_save import change
from bot.admin.services import AdminServices
from bot.messages.message import BotMessage, Row, notice
from bot.texts import NEXT, PREVIOUS
from bot.transport import progress
from knowledge import edits

A_PAGE = 10


async def terms(request: Request) -> None:
    """List the terms, or add the one written after the command as "said = means"."""
    said, equals, means = request.written.partition("=")
    if not equals:
        await request.reply(_page(request.shared, 0, said))
        return
    edit = edits.with_term(request.shared.knowledge.snapshot, said, means)
    await change(request, edit, progress.Note(request.reply).end)


def _page(shared: AdminServices, page: int, part: str = "") -> BotMessage:
    """List a page of the terms, or those that hold a part; a tap takes one away."""
    labels = [(f"{term.said} = {term.means}", term) for term in shared.knowledge.snapshot.terms]
    every = [(label, term) for label, term in labels if part.casefold() in label.casefold()]
    last = max(0, -(-len(every) // A_PAGE) - 1)
    page = min(page, last)
    rows: list[Row] = [
        (button(f"✕ {label}", "unterm", mark(term.said)),)
        for label, term in every[page * A_PAGE : (page + 1) * A_PAGE]
    ]
    turn = [(PREVIOUS, page - 1)] if page > 0 else []
    turn += [(NEXT, page + 1)] if page < last else []
    if turn and not part:
        rows.append(tuple(button(label, "terms", to) for label, to in turn))
    state = texts.DROP_TERM if every else texts.NO_TERMS
    return notice(f"{texts.HOW_TERMS}\n\n{state}", tuple(rows))


async def turn(request: Request) -> None:
    """Turn to another page of terms."""
    await request.turn(_page(request.shared, int(request.tapped[0])))


async def remove(request: Request) -> None:
    """Take a term away."""
    snapshot = request.shared.knowledge.snapshot
    found = [term.said for term in snapshot.terms if mark(term.said) == request.tapped[0]]
    if not found:
        await request.reply(notice(texts.TERM_GONE))
        return
    edit = edits.without_term(snapshot, found[0])
    await change(request, edit, progress.Note(request.reply).end)
