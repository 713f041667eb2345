"""Finding an entry by part of it, to edit, retire or restore."""

from __future__ import annotations

from telegram import Message, Update

from bot.admin import history, preview_and_save, texts
from bot.admin import services as offices
from bot.admin.access import who
from bot.admin.callback_data import button
from bot.admin.services import Office
from bot.messages.message import BotMessage, notice
from bot.services import Context
from bot.transport import delivery
from knowledge import Edit, Fact

# Which entries each command is about: live, retired or both.
RETIRED: dict[str, bool | None] = {"edit": None, "retire": False, "restore": True}


async def edit(update: Update, context: Context) -> None:
    """Find an entry to change."""
    await _find(update, context, "edit")


async def retire(update: Update, context: Context) -> None:
    """Find an entry to take out of use."""
    await _find(update, context, "retire")


async def restore(update: Update, context: Context) -> None:
    """Find an entry to bring back; without words, list those there are."""
    await _find(update, context, "restore")


async def _find(update: Update, context: Context, verb: str) -> None:
    message = update.message
    assert message is not None
    office = offices.of(context)
    text = " ".join(context.args or [])
    if not text and verb == "restore":
        retired = [f for f in office.knowledge.snapshot.facts.values() if f.retired]
        page = _listed(retired[:20], verb) if retired else notice(texts.NONE_RETIRED)
        await delivery.reply(message, page)
        return
    if not text:
        await delivery.reply(message, notice(texts.WHICH[verb]))
        return
    found = office.editor.find(text, retired=RETIRED[verb])
    if not found:
        await delivery.reply(message, notice(texts.not_found(text)))
    elif len(found) == 1:
        await begin(message, office, who(update), found[0], verb)
    else:
        await delivery.reply(message, _listed(found, verb))


def _listed(facts: tuple[Fact, ...] | list[Fact], verb: str) -> BotMessage:
    return notice(texts.PICK, tuple((button(label(fact), verb, fact.id),) for fact in facts))


def label(fact: Fact) -> str:
    """Name an entry on a button."""
    mark = texts.GAP_MARK if fact.is_gap else ""
    return (texts.RETIRED_MARK if fact.retired else "") + mark + fact.question


async def picked(update: Update, context: Context) -> None:
    """Open the entry that was picked."""
    assert context.match is not None
    assert update.callback_query is not None
    message = update.callback_query.message
    verb, fact_id = context.match.groups()
    office = offices.of(context)
    if not isinstance(message, Message):
        return
    if verb == "history":
        await history.of_entry(message, office, fact_id)
    else:
        await begin(message, office, who(update), office.knowledge.fact(fact_id), verb)


async def begin(message: Message, office: Office, me: int, fact: Fact, verb: str) -> None:
    """Open an entry for a change."""
    draft = office.drafts.begin(me, fact=fact)
    if verb == "edit" or fact.retired == (verb == "retire"):
        page = preview_and_save.seen(office, fact, Edit("", ()), message.get_bot().username)
        await delivery.reply(message, page)
        await delivery.reply(message, preview_and_save.fields_page(office, draft))
        return
    draft.cells["state"] = "retired" if verb == "retire" else "live"
    await preview_and_save.preview(message, office, me, draft)
