"""Finding an entry by part of it, to edit, retire, restore or see its history."""

from __future__ import annotations

from collections.abc import Iterable

from bot.admin import history, preview_and_save, texts
from bot.admin.access import Request
from bot.admin.callback_data import button
from bot.messages.message import BotMessage, notice
from knowledge import Edit, Fact

# Which entries each command is about: live, retired or both.
RETIRED: dict[str, bool | None] = {
    "edit": None, "history": None, "retire": False, "restore": True,
}  # fmt: skip
LISTED = 20


async def edit(request: Request) -> None:
    """Find an entry to change."""
    await _find(request, "edit")


async def retire(request: Request) -> None:
    """Find an entry to take out of use."""
    await _find(request, "retire")


async def restore(request: Request) -> None:
    """Find an entry to bring back; without words, list those there are."""
    await _find(request, "restore")


async def changes(request: Request) -> None:
    """List the last changes, of one entry if part of it is typed after the command."""
    if request.written:
        await _find(request, "history")
    else:
        await history.show(request)


async def _find(request: Request, verb: str) -> None:
    text, shared = request.written, request.shared
    if not text and verb == "restore":
        retired = [f for f in shared.knowledge.snapshot.facts.values() if f.retired]
        page = _listed(retired[:LISTED], verb) if retired else notice(texts.NONE_RETIRED)
        await request.reply(page)
        return
    if not text:
        await request.reply(notice(texts.WHICH[verb]))
        return
    found = shared.editor.find(text, retired=RETIRED[verb])
    if len(found) == 1:
        await _open(request, found[0], verb)
    else:
        page = _listed(found, verb) if found else notice(texts.LIKE_NOTHING.format(text))
        await request.reply(page)


def _listed(facts: Iterable[Fact], verb: str) -> BotMessage:
    """Ask which entry is meant."""
    return notice(texts.PICK, tuple((button(_label(fact), verb, fact.id),) for fact in facts))


def _label(fact: Fact) -> str:
    mark = texts.GAP_MARK if fact.is_gap else ""
    return (texts.RETIRED_MARK if fact.retired else "") + mark + fact.question


async def picked(request: Request) -> None:
    """Open the entry that was picked."""
    verb, fact_id = request.tapped
    await _open(request, request.shared.knowledge.fact(fact_id), verb)


async def _open(request: Request, fact: Fact, verb: str) -> None:
    if verb == "history":
        await history.show(request, fact)
        return
    shared = request.shared
    draft = shared.drafts.begin(request.who, fact=fact)
    if verb == "edit" or fact.retired == (verb == "retire"):
        await request.reply(preview_and_save.seen(request, fact, Edit("", ())))
        await request.reply(preview_and_save.fields_page(shared, draft))
        return
    draft.cells["state"] = "retired" if verb == "retire" else "live"
    await preview_and_save.preview(request, draft)
