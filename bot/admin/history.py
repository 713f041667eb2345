"""What was changed, by whom, when; and taking it back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from telegram.error import TelegramError

from bot.admin import texts
from bot.admin.access import Request
from bot.admin.callback_data import button
from bot.admin.preview_and_save import change
from bot.messages.message import BotMessage, Row, heading, notice, safe, short
from bot.transport import progress
from knowledge import SHIPPED, Edit, Fact, Revision, difference

SHOWN = 6
DETAILS = 4


async def show(request: Request, fact: Fact | None = None) -> None:
    """List the last changes of one entry, or of all."""
    await request.reply(await _page(request, fact))


async def older(request: Request) -> None:
    """List the changes before a number."""
    await request.turn(await _page(request, before=int(request.tapped[0])))


async def _page(
    request: Request, fact: Fact | None = None, before: int | None = None
) -> BotMessage:
    found = request.shared.editor.history(fact.id if fact else None, SHOWN + 1, before)
    if not found:
        return notice(texts.NO_HISTORY)
    shown = found[:SHOWN]
    names = await names_of(request, (one.who for one in shown))
    parts = [heading(texts.CHANGES_OF.format(fact.question) if fact else texts.LAST_CHANGES)]
    parts += [safe(written(one, fact.id if fact else "", names)) for one in shown]
    rows: list[Row] = [
        (button(texts.TAKE_BACK.format(one.number, one.what), "undo", one.number),)
        for one in shown
        if one.who != SHIPPED
    ]
    if len(found) > SHOWN and fact is None:
        rows.append((button(texts.OLDER, "older", shown[-1].number),))
    return BotMessage("\n\n".join(parts), tuple(rows))


async def names_of(request: Request, ids: Iterable[str]) -> dict[str, str]:
    """Ask Telegram for the names of administrators; they are kept nowhere."""
    bot = request.context.bot

    async def name(one: str) -> str:
        try:
            return (await bot.get_chat(int(one))).full_name or one
        except TelegramError:
            return one

    asked = [one for one in dict.fromkeys(ids) if one.isdecimal()]
    return dict(zip(asked, await asyncio.gather(*map(name, asked)), strict=True))


def written(revision: Revision, fact_id: str = "", names: Mapping[str, str] | None = None) -> str:
    """Write a change and what it did to the fields of entries, or of one."""
    who = (names or {}).get(revision.who, revision.who)
    head = f"{revision.number}. {_when(revision)}, {who}: {short(revision.what, 150)}"
    return "\n".join([head, *_details(revision, fact_id)])


def _when(revision: Revision) -> str:
    return f"{revision.at[:16].replace('T', ' ')} UTC"


def _details(revision: Revision, fact_id: str) -> Sequence[str]:
    lines: list[str] = []
    for swap in revision.edit.swaps:
        is_meant = swap.kind == "fact" and (not fact_id or swap.key == fact_id)
        if is_meant and swap.before and swap.after:
            lines += [f"   {short(line, 200)}" for line in difference(swap)]
    more = len(lines) - DETAILS
    return [*lines[:DETAILS], f"   … and {more} more"] if more > 0 else lines


# --- Back and forth -------------------------------------------------------------------------------


async def undo(request: Request) -> None:
    """Take back the last change that stands; somebody else's only after a second look."""
    last = request.shared.editor.last()
    if last.who == str(request.who):
        await _carry_out(request, request.shared.editor.undo())
        return
    names = await names_of(request, [last.who])
    text = texts.NOT_YOURS.format(last.what, names.get(last.who, last.who), _when(last))
    await request.reply(notice(text, ((button(texts.UNDO, "undo", last.number),),)))


async def redo(request: Request) -> None:
    """Bring back what was taken back last."""
    await _carry_out(request, request.shared.editor.redo())


async def take_back(request: Request) -> None:
    """Take back the change a button names."""
    await _carry_out(request, request.shared.editor.undo(int(request.tapped[0])))


async def _carry_out(request: Request, edit: Edit) -> None:
    await change(request, edit, progress.Note(request.reply).end)
