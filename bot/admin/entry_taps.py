"""Taps while an entry is written: skip, back, choose, take away, preview, cancel."""

from __future__ import annotations

from telegram import Message, Update

from bot.admin import entry_form, preview_and_save, texts
from bot.admin import services as offices
from bot.admin.access import who
from bot.admin.drafts import Draft, preceding, steps
from bot.admin.services import Office
from bot.messages.message import notice
from bot.services import Context
from bot.transport import delivery


async def _draft(
    update: Update, context: Context, number: str
) -> tuple[Message, Office, Draft] | None:
    """Give the draft that a button names, or say that it is closed."""
    assert update.callback_query is not None
    message = update.callback_query.message
    office = offices.of(context)
    draft = office.drafts.of(who(update), number)
    if draft is None or not isinstance(message, Message):
        await delivery.below(update.callback_query, notice(texts.DRAFT_GONE))
        return None
    return message, office, draft


async def step(update: Update, context: Context) -> None:
    """Skip a field, empty it, or go back to the one before."""
    assert context.match is not None
    verb, number, name = context.match.groups()
    if not (found := await _draft(update, context, number)):
        return
    message, office, draft = found
    if draft.waiting != name:
        await delivery.reply(message, notice(texts.STEP_GONE))
        return
    if verb == "back":
        stepping = draft.kind == "add" and not draft.previewed
        draft.waiting = preceding(name, steps(office.knowledge.snapshot)) if stepping else ""
        office.drafts.keep(who(update), draft)
        if draft.waiting:
            await delivery.reply(message, entry_form.prompt(office, draft))
        else:
            await menu_of(message, draft, office)
        return
    if verb == "clear":
        draft.cells[name] = ""
    await entry_form.onward(message, office, who(update), draft)


async def choose(update: Update, context: Context) -> None:
    """Take a topic or a report from the buttons."""
    assert context.match is not None
    verb, number, value = context.match.groups()
    if not (found := await _draft(update, context, number)):
        return
    message, office, draft = found
    name = {"t": "topic", "r": "report"}[verb]
    if draft.waiting != name:
        await delivery.reply(message, notice(texts.STEP_GONE))
        return
    draft.cells[name] = value
    await entry_form.onward(message, office, who(update), draft)


async def field(update: Update, context: Context) -> None:
    """Ask for one field of a draft."""
    assert context.match is not None
    number, name = context.match.groups()
    if not (found := await _draft(update, context, number)) or name not in texts.FIELDS:
        return
    message, office, draft = found
    draft.waiting = name
    office.drafts.keep(who(update), draft)
    await delivery.reply(message, entry_form.prompt(office, draft))


async def phrasing(update: Update, context: Context) -> None:
    """Take a phrasing away, or turn to others."""
    assert context.match is not None
    assert update.callback_query is not None
    verb, number, place = context.match.groups()
    if not (found := await _draft(update, context, number)):
        return
    _, office, draft = found
    page = int(place)
    if verb == "drop":
        kept = list(draft.phrasings)
        if page < len(kept):
            del kept[page]
            draft.cells["also_asked"] = kept
        page = page // entry_form.PHRASINGS
    draft.waiting = "also_asked"
    office.drafts.keep(who(update), draft)
    await delivery.turn(update.callback_query, entry_form.prompt(office, draft, page=page))


async def draft_tap(update: Update, context: Context) -> None:
    """Save, preview, change, turn into a gap, go on with or cancel a draft."""
    assert context.match is not None
    assert update.callback_query is not None
    verb, number = context.match.groups()
    if not (found := await _draft(update, context, number)):
        return
    message, office, draft = found
    me = who(update)
    if verb == "cancel":
        office.drafts.close(me)
        await delivery.turn(update.callback_query, notice(texts.CANCELLED))
    elif verb == "save":
        await preview_and_save.save(update, office, me, draft)
    elif verb == "menu":
        await menu_of(message, draft, office)
    elif verb == "gap":
        draft.cells["kind"] = "fact" if draft.is_gap else "gap"
        await preview_and_save.preview(message, office, me, draft)
    elif verb == "go" and draft.waiting:
        office.drafts.keep(me, draft)
        await delivery.reply(message, entry_form.prompt(office, draft))
    else:
        await preview_and_save.preview(message, office, me, draft)


async def menu_of(message: Message, draft: Draft, office: Office) -> None:
    """Ask which field to change."""
    await delivery.reply(message, preview_and_save.fields_page(office, draft))
