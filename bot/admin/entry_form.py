"""Writing an entry field by field: prompts, skip, back, cancel, and what was typed."""

from __future__ import annotations

import re

from telegram import Message, MessageEntity
from telegram.ext import filters

from bot.admin import preview_and_save, texts, try_out
from bot.admin.access import Request
from bot.admin.callback_data import button
from bot.admin.drafts import TRIAL, Draft, Drafts, following, steps
from bot.admin.preview_and_save import Warnings
from bot.admin.prompts import PHRASINGS, prompt, under
from bot.admin.services import AdminServices
from bot.messages.message import notice
from bot.transport import progress
from knowledge import edits

# The fields of an entry written in one message, between upright strokes.
IN_ONE_MESSAGE = ("question", "answer", "topic", "link", "source")


class Waiting(filters.MessageFilter):
    """A message by an administrator whose draft waits for a text."""

    def __init__(self, drafts: Drafts) -> None:
        super().__init__()
        self._drafts = drafts

    def filter(self, message: Message) -> bool:
        """Look for the draft of who wrote it."""
        return bool(message.from_user and self._drafts.waiting(message.from_user.id))


class Lapsed(Waiting):
    """A message by an administrator whose draft has waited for too long."""

    def filter(self, message: Message) -> bool:
        """Look for the draft of who wrote it."""
        return bool(message.from_user and self._drafts.over(message.from_user.id))


# --- Beginning ------------------------------------------------------------------------------------


async def add(request: Request) -> None:
    """Begin a new fact, or take one written in one message."""
    await _begin(request, {})


async def gap(request: Request) -> None:
    """Begin a new gap."""
    await _begin(request, {"kind": "gap"})


async def _begin(request: Request, cells: dict[str, object]) -> None:
    drafts = request.shared.drafts
    # After the command, on its line or on the next.
    written = re.split(r"\s", with_addresses(request.message), maxsplit=1)[1:]
    parts = [part.strip() for part in "".join(written).split("|")]
    cells |= {name: part for name, part in zip(IN_ONE_MESSAGE, parts, strict=False) if part}
    if "link" in cells:
        cells["link"] = address_in(str(cells["link"]))
    old = drafts.of(request.who)
    if not any(parts) and old and not old.before and old.title:
        row = (button(texts.GO_ON, "go", old.number), button(texts.ANEW, "cancel", old.number))
        await request.reply(notice(texts.UNFINISHED.format(old.title), (row,)))
        return
    for name, value in cells.items():
        if reason := edits.objection(name, value):
            await request.reply(notice(texts.NOT_TAKEN.format(f"{name}: {reason}")))
            return
    draft = drafts.begin(request.who, cells)
    warnings = _nearly(request.shared, draft) if "question" in cells else []
    if "question" in cells and "answer" in cells:
        await preview_and_save.preview(request, draft, warnings)
        return
    await wait_for(request, draft, "answer" if "question" in cells else "question", warnings)


async def wait_for(request: Request, draft: Draft, name: str, warnings: Warnings = ()) -> None:
    """Ask for a field."""
    draft.waiting = name
    request.shared.drafts.keep(request.who, draft)
    await request.reply(prompt(request.shared, draft, warnings))


# --- What was typed -------------------------------------------------------------------------------


def with_addresses(message: Message) -> str:
    """Give a message's text with the addresses that lie behind its words in brackets after them."""
    # Telegram counts places in a text in units of UTF-16.
    data = (message.text or "").encode("utf-16-le", "surrogatepass")
    links = message.parse_entities([MessageEntity.TEXT_LINK])
    for entity, words in sorted(links.items(), key=lambda link: -link[0].offset):
        end = 2 * (entity.offset + entity.length)
        if entity.url and entity.url.rstrip("/") != words.rstrip("/"):
            data = data[:end] + f" ({entity.url})".encode("utf-16-le") + data[end:]
    return data.decode("utf-16-le", "surrogatepass")


def address_in(text: str) -> str:
    """Give the address that words lead to, or the text where it is one."""
    found = re.search(r"\((https?://[^\s()]+)\)\s*$", text, re.I)
    return found[1] if found else text


async def typed(request: Request) -> None:
    """Take the text that a draft waits for; the words of the buttons do what the buttons do."""
    shared = request.shared
    draft = shared.drafts.waiting(request.who)
    assert draft is not None
    name, value = draft.waiting, with_addresses(request.message).strip()
    word = value.casefold().rstrip(".!")
    if word in texts.CANCELLING:
        await cancel(request)
    elif name == TRIAL and word == texts.SAVE.casefold():
        edit = shared.edit_of(draft)
        note = progress.Note(request.reply)
        await preview_and_save.change(request, edit, note.end, draft)
    elif name == TRIAL:
        await try_out.ask(request, draft, " ".join(value.split()))
    elif word in (texts.SKIP.casefold(), texts.BACK.casefold()) and word in (
        label.text.casefold() for label in under(draft, steps(shared.knowledge.snapshot))
    ):
        await _step(request, draft, word)
    else:
        await _taken(request, draft, name, value)


async def _taken(request: Request, draft: Draft, name: str, value: str) -> None:
    if name == "link":
        value = address_in(value)
    if name in ("question", "topic", "link", "source"):
        value = " ".join(value.split())
    shared = request.shared
    if reason := edits.objection(name, value):
        refusal = texts.NOT_TAKEN.format(reason)
        await request.reply(prompt(shared, draft, refusal=refusal))
        return
    warnings: Warnings = ()
    if name == "also_asked":
        lines = [" ".join(line.split()) for line in value.splitlines() if line.strip()]
        owned = shared.editor.owned([t for t in lines if t not in draft.phrasings], draft.fact_id)
        warnings = [(texts.BELONGS.format(text, one.question), one) for text, one in owned[:5]]
        draft.ask_also(lines)
    else:
        draft.cells[name] = value
        if name == "question":
            warnings = _nearly(shared, draft)
    await onward(request, draft, warnings)


def _nearly(shared: AdminServices, draft: Draft) -> Warnings:
    near = shared.editor.nearest(draft.title, draft.fact_id)
    return [(texts.nearly(near), near)] if near else ()


async def onward(request: Request, draft: Draft, warnings: Warnings = ()) -> None:
    """Go to the next field, or to the preview after the last."""
    name = draft.waiting
    waiting = following(name, steps(request.shared.knowledge.snapshot)) if draft.is_stepping else ""
    # Ways of asking come one by one: the prompt stands until somebody says that was all.
    if name == "also_asked" and warnings:
        waiting = name
    if waiting:
        await wait_for(request, draft, waiting, warnings)
    else:
        await preview_and_save.preview(request, draft, warnings)


async def edited(request: Request) -> None:
    """Say that an edited message changes nothing in a draft."""
    await request.reply(notice(texts.EDITS_IGNORED))


async def lapsed(request: Request) -> None:
    """Say that a draft has waited for too long to take what was typed."""
    drafts = request.shared.drafts
    draft = drafts.over(request.who)
    assert draft is not None
    drafts.lapse(request.who, draft)
    row = (button(texts.GO_ON, "go", draft.number), button(texts.ANEW, "cancel", draft.number))
    await request.reply(notice(texts.LAPSED.format(draft.title or texts.NEW), (row,)))


async def cancel(request: Request) -> None:
    """Drop the draft."""
    drafts = request.shared.drafts
    text = texts.CANCELLED if drafts.of(request.who) else texts.NOTHING_OPEN
    drafts.close(request.who)
    await request.reply(notice(text))


# --- What was tapped ------------------------------------------------------------------------------


async def step(request: Request) -> None:
    """Skip a field, empty it, or go back to the one before."""
    verb, number, name = request.tapped
    if draft := await _at(request, number, name):
        await _step(request, draft, verb)


async def _at(request: Request, number: str, name: str) -> Draft | None:
    draft = await request.draft(number)
    if draft is not None and draft.waiting != name:
        await request.reply(notice(texts.STEP_GONE))
        return None
    return draft


async def _step(request: Request, draft: Draft, verb: str) -> None:
    shared, name = request.shared, draft.waiting
    if verb == "back":
        order = steps(shared.knowledge.snapshot)
        if before := following(name, order, -1) if draft.is_stepping else "":
            await wait_for(request, draft, before)
        else:
            draft.waiting = TRIAL if draft.previewed else ""
            shared.drafts.keep(request.who, draft)
            await request.reply(preview_and_save.fields_page(shared, draft))
        return
    if verb == "clear":
        draft.cells[name] = ""
    await onward(request, draft)


async def choose(request: Request) -> None:
    """Take a topic or a report from the buttons."""
    verb, number, value = request.tapped
    name = {"t": "topic", "r": "report"}[verb]
    if draft := await _at(request, number, name):
        draft.cells[name] = value
        await onward(request, draft)


async def field(request: Request) -> None:
    """Ask for one field of a draft."""
    number, name = request.tapped
    draft = await request.draft(number)
    if draft is not None and name in texts.FIELDS:
        await wait_for(request, draft, name)


async def phrasing(request: Request) -> None:
    """Take a phrasing away, or turn to others."""
    verb, number, place = request.tapped
    draft = await request.draft(number)
    if draft is None:
        return
    page = int(place)
    if verb == "drop":
        draft.cells["also_asked"] = [t for at, t in enumerate(draft.phrasings) if at != page]
        page = page // PHRASINGS
    draft.waiting = "also_asked"
    request.shared.drafts.keep(request.who, draft)
    await request.turn(prompt(request.shared, draft, page=page))


async def draft_tap(request: Request) -> None:
    """Preview, change, turn into a gap, go on with or cancel a draft."""
    verb, number = request.tapped
    draft = await request.draft(number)
    if draft is None:
        return
    shared = request.shared
    if verb == "cancel":
        shared.drafts.close(request.who)
        await request.turn(notice(texts.CANCELLED))
    elif verb == "menu":
        await request.reply(preview_and_save.fields_page(shared, draft))
    elif verb == "go" and draft.waiting not in ("", TRIAL):
        await wait_for(request, draft, draft.waiting)
    else:
        if verb == "gap":
            draft.cells["kind"] = "fact" if draft.is_gap else "gap"
        await preview_and_save.preview(request, draft)
