"""Trying a draft before it is saved: questions as people would type them, and ways of asking."""

from __future__ import annotations

import asyncio

from bot.admin import preview_and_save, texts
from bot.admin.access import Request
from bot.admin.callback_data import button, mark
from bot.admin.drafts import Draft
from bot.messages import answers
from bot.messages.message import BotMessage, Row, Sources, notice, safe
from knowledge import Answer, Near, Reply, Suggestions, Unknown


async def ask(request: Request, draft: Draft, question: str) -> None:
    """Show what somebody would read who asks this once the draft is saved."""
    shared = request.shared
    edit = shared.edit_of(draft)
    reply = await asyncio.to_thread(shared.editor.answers_with(edit), question)
    number, fact = draft.number, preview_and_save.own(edit)
    reports = {one.id: one for one in shared.knowledge.snapshot.after(edit).reports}
    parts = [safe(texts.WITH_DRAFT), read_as(reply, Sources(reports))]
    rows: list[Row] = []
    if finds(reply, fact.id):
        parts.append(safe(texts.FOUND))
    else:
        offered = isinstance(reply, Suggestions) and fact.id in (
            match.fact.id for match in reply.matches
        )
        parts.append(safe(texts.OFFERED if offered else texts.NOT_FOUND_YET))
        if question not in draft.proposed:
            draft.proposed.append(question)
        label = texts.ASK_ALSO.format(question)
        rows.append((button(label, "also", number, mark(question)),))
    rows.append((button(texts.SAVE, "save", number), button(texts.TO_PREVIEW, "preview", number)))
    shared.drafts.keep(request.who, draft)
    await request.reply(BotMessage("\n\n".join(parts), tuple(rows)))


def finds(reply: Reply, fact_id: str) -> bool:
    """Tell whether a question is answered with an entry, or a gap explains it."""
    if isinstance(reply, Answer):
        return any(match.fact.id == fact_id for match in reply.matches)
    return isinstance(reply, Unknown) and reply.gap is not None and reply.gap.fact.id == fact_id


def read_as(reply: Reply, sources: Sources) -> str:
    """Write a reply as it will be read, with the questions offered in place of buttons."""
    match reply:
        case Answer() | Near():
            return answers.answer(reply, sources, None).html
        case Suggestions(matches):
            offered = "".join(f"\n• {safe(match.fact.question)}" for match in matches[:4])
            return answers.suggestions(reply, sources, 0).html + offered
        case _:
            return answers.unknown(reply.gap, sources, 0, (), ()).html


async def keep(request: Request) -> None:
    """Make one of the ways of asking proposed, or all of them, the draft's own."""
    verb, number, which = request.tapped
    draft = await request.draft(number)
    if draft is None:
        return
    kept = [text for text in draft.proposed if which in ("all", mark(text))]
    draft.ask_also(kept)
    request.shared.drafts.keep(request.who, draft)
    if verb == "keep":
        await request.turn(preview_and_save.verdict(request.shared, draft))
    else:
        row = (button(texts.SAVE, "save", number), button(texts.TO_PREVIEW, "preview", number))
        await request.turn(notice(texts.KEPT.format(" ".join(kept)), (row,)))
