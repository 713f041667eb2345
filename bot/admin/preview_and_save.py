"""The last steps of an entry: the preview, what else would change, the save."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from telegram import Message, Update

from bot.admin import texts
from bot.admin.callback_data import button
from bot.admin.drafts import Draft
from bot.admin.services import Office
from bot.messages import answers
from bot.messages.message import BotMessage, Row, Rows, Sources, heading, notice, safe, short
from bot.transport import delivery, progress
from knowledge import (
    Answer,
    Difference,
    Edit,
    Fact,
    KnowledgeError,
    Match,
    Near,
    Reply,
    Suggestions,
    Trial,
    Unknown,
)

# Questions listed that a change would answer differently, and characters of each.
LISTED = 8
QUOTED = 70


async def preview(
    message: Message, office: Office, me: int, draft: Draft, warnings: Sequence[str] = ()
) -> None:
    """Show an entry as people will see it, then what else would change, then ask to save."""
    draft.waiting, draft.previewed = "", True
    office.drafts.keep(me, draft)
    try:
        edit = draft.edit(office.knowledge.snapshot)
    except KnowledgeError as error:
        number = draft.number
        row = (
            button(texts.CHANGE_SOMETHING, "menu", number),
            button(texts.CANCEL, "cancel", number),
        )
        await delivery.reply(message, notice(str(error), (row,)))
        return
    _, fact = edit.facts()[-1]
    assert fact is not None
    text = texts.PREVIEW_RETIRED if fact.retired else texts.PREVIEW
    await delivery.reply(message, notice(text))
    await delivery.reply(message, seen(office, fact, edit, message.get_bot().username))
    sent = await delivery.reply(message, notice(texts.CHECKING))
    async with progress.told(lambda how_far: sent.edit_text(how_far)):
        tried = await asyncio.to_thread(office.editor.trial(edit))
    page = verdict(draft, fact, tried, warnings)
    await sent.edit_text(page.html, reply_markup=page.markup)


def seen(office: Office, fact: Fact, edit: Edit, username: str) -> BotMessage:
    """Give an entry exactly as somebody will see it who asks for it."""
    snapshot = office.knowledge.snapshot.after(edit)
    sources = Sources({report.id: report for report in snapshot.reports}, username)
    if fact.is_gap:
        return answers.unknown(Match(fact, 1.0), sources, 0, (), ())
    return answers.answer(Answer((Match(fact, 1.0),)), sources, 0)


def verdict(draft: Draft, fact: Fact, tried: Trial, warnings: Sequence[str]) -> BotMessage:
    """Say what else would change, and ask what to do."""
    parts = [*warnings, *told(tried)]
    save = texts.SAVE
    if draft.fact is not None and fact.retired != draft.fact.retired:
        save = texts.RETIRE if fact.retired else texts.RESTORE
    number = draft.number
    rows: list[Row] = [(button(save, "save", number), button(texts.CANCEL, "cancel", number))]
    if not fact.retired:
        flip = texts.MAKE_FACT if fact.is_gap else texts.MAKE_GAP
        rows.append((button(texts.CHANGE_SOMETHING, "menu", number), button(flip, "gap", number)))
    return BotMessage("\n\n".join(safe(part) for part in parts), tuple(rows))


def told(tried: Trial) -> list[str]:
    """Say what else a change would do."""
    lines = [_moved(one) for one in tried.differences[:LISTED]]
    more = max(0, len(tried.differences) - LISTED)
    return [
        *(
            texts.astray(rival.questions[0], f"“{short(rival.fact.question, QUOTED)}”")
            for rival in tried.rivals[:LISTED]
        ),
        texts.trial(tried.asked, tried.known, lines, more),
    ]


def _moved(one: Difference) -> str:
    return texts.moved(short(one.question, QUOTED), _said(one.before), _said(one.after))


def _said(reply: Reply) -> str:
    if isinstance(reply, Answer | Near):
        return " and ".join(f"“{short(m.fact.question, QUOTED)}”" for m in reply.matches)
    if isinstance(reply, Suggestions):
        return texts.SUGGESTIONS.format(short(reply.matches[0].fact.question, QUOTED))
    assert isinstance(reply, Unknown)
    return f"“{short(reply.gap.fact.question, QUOTED)}”" if reply.gap else texts.NO_ANSWER


def fields_page(office: Office, draft: Draft) -> BotMessage:
    """Ask which field of an entry to change."""
    names = [
        name
        for name in texts.FIELDS
        if name != "report" or len(office.knowledge.snapshot.reports) > 1
    ]
    every = [button(texts.FIELDS[name], "field", draft.number, name) for name in names]
    rows: list[Row] = [tuple(every[at : at + 2]) for at in range(0, len(every), 2)]
    fact = draft.fact
    if fact is not None:
        verb = ("restore", texts.RESTORE) if fact.retired else ("retire", texts.RETIRE)
        rows.append((button(verb[1], verb[0], fact.id), button(texts.HISTORY, "history", fact.id)))
    rows.append((button(texts.CLOSE, "cancel", draft.number),))
    return BotMessage(f"{heading(draft.title)}\n\n{safe(texts.HOW_TO_CHANGE)}", tuple(rows))


async def save(update: Update, office: Office, me: int, draft: Draft) -> None:
    """Save a draft; the confirmation comes when the next answer shows it."""
    assert update.callback_query is not None
    edit = draft.edit(office.knowledge.snapshot)
    page = await made(office, edit, me)
    office.drafts.close(me)
    await delivery.turn(update.callback_query, page)


async def made(office: Office, edit: Edit, me: int) -> BotMessage:
    """Make a change and give its confirmation."""
    await office.live.carry_out(edit, str(me))
    number = office.knowledge.snapshot.change
    back = texts.BRING_BACK if edit.what.startswith("took back") else texts.UNDO
    row = [button(back, "undo", number)]
    facts = [after for _, after in edit.facts() if after is not None]
    if len(facts) == 1 and not facts[0].retired:
        row.append(button(texts.EDIT_AGAIN, "edit", facts[0].id))
    return notice(texts.saved(short(edit.what, 400)), (tuple(row),))


def ask_undo(office: Office, number: int, text: str) -> BotMessage:
    """Ask before a change is taken back."""
    rows: Rows = ((button(texts.UNDO, "undo", number),),)
    return notice(text, rows)
