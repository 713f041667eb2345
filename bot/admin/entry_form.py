"""Writing an entry field by field: what is asked for, typed and tapped."""

from __future__ import annotations

import re

from telegram import Message, MessageEntity

from bot.admin import preview_and_save, texts
from bot.admin.access import Request, button, in_rows, label, paged
from bot.admin.drafts import TRIAL, Draft
from bot.admin.preview_and_save import Warnings
from bot.messages.keyboards import pairs
from bot.messages.message import BotMessage, Row, heading, joined, notice, safe
from knowledge import Figure, Snapshot, edits, figure_line

# What is written after /add, between upright strokes: all that has no lines of its own.
IN_ONE = ("question", "answer", "topic", "link", "source")
# Ways of asking on a page, topics on offer.
PHRASINGS, CHOICES = 6, 40


async def begin(request: Request) -> None:
    """Begin a new fact or gap, or take one written in one message."""
    # After the command, on its line or on the next.
    written = re.split(r"\s", _with_addresses(request.message), maxsplit=1)[1:]
    parts = [part.strip() for part in "".join(written).split("|")]
    old = request.drafts.of()
    if not any(parts) and old and not old.before and old.title:
        await request.reply(notice(texts.UNFINISHED.format(old.title), (_go_on(old),)))
        return
    draft = Draft(cells={"kind": request.verb if request.verb == "gap" else "fact"})
    for name, part in zip(IN_ONE, parts, strict=False):
        value = _address_in(part) if name == "link" else part
        if value and (reason := edits.objection(name, value)):
            await request.reply(notice(texts.NOT_TAKEN.format(f"{name}: {reason}")))
            return
        if value:
            draft.cells[name] = value
    warnings = _nearly(request, draft)
    if "answer" in draft.cells and draft.title:
        await preview_and_save.preview(request, draft, warnings)
    else:
        await wait_for(request, draft, "answer" if draft.title else "question", warnings)


def _nearly(request: Request, draft: Draft) -> Warnings:
    near = request.editor.nearest(draft.title, draft.fact_id) if draft.title else None
    return [(texts.NEARLY.format(label(near)), near)] if near else ()


def _go_on(draft: Draft) -> Row:
    return button(texts.GO_ON, "go", draft.number), button(texts.ANEW, "cancel", draft.number)


async def wait_for(request: Request, draft: Draft, name: str, warnings: Warnings = ()) -> None:
    """Ask for a field."""
    draft.waiting = name
    request.drafts.keep(draft)
    await request.reply(_prompt(request, draft, warnings))


def _prompt(
    request: Request, draft: Draft, warnings: Warnings = (), *, page: int = 0, refusal: str = ""
) -> BotMessage:
    """Ask for the field a draft waits for, with what was noticed about the one before."""
    name, snapshot = draft.waiting, request.knowledge.snapshot
    parts = [safe(text) for text in (refusal, *(text for text, _ in warnings))]
    if name in draft.cells or draft.before:
        parts.append(f"{safe(texts.NOW)} {_shown(draft, snapshot)}")
    else:
        kind = texts.KINDS[draft.is_gap]
        parts.append(heading(f"{kind}:", draft.title) if draft.title else heading(kind))
    prompts = texts.PROMPTS | (texts.GAP_PROMPTS if draft.is_gap else {})
    parts.append(safe(prompts[name]))
    if name == "also_asked" and draft.phrasings:
        parts.append(safe(texts.TAP_TO_DROP))
    facts = {fact.id: fact for _, fact in warnings}.values()
    instead = [button(texts.EDIT_INSTEAD.format(one.question), "edit", one.id) for one in facts]
    rows = (*in_rows(instead), *_choices(draft, snapshot, page), _under(draft))
    return joined(parts, rows)


def _choices(draft: Draft, snapshot: Snapshot, page: int) -> list[Row]:
    """Give what there is to tap of the field waited for."""
    name, number = draft.waiting, draft.number
    if name == "also_asked":
        every = [button(f"✕ {text}", "drop", number, at) for at, text in enumerate(draft.phrasings)]
        return paged(every, page, PHRASINGS, "page", number)
    named = list(_names(snapshot, name).items())[:CHOICES]
    every = [button(label, name[0], number, key) for key, label in named]
    return in_rows(every, 2 if name == "topic" else 1)


def _names(snapshot: Snapshot, name: str) -> dict[str, str]:
    """Give what a topic or a report is called, by its id."""
    if name == "topic":
        return {topic.id: topic.name for topic in snapshot.topics}
    reports = snapshot.reports if name == "report" else ()
    return {report.id: report.short_title or report.title for report in reports}


def _shown(draft: Draft, snapshot: Snapshot) -> str:
    """Write what stands in the field waited for."""
    name, value = draft.waiting, draft.value(draft.waiting)
    if name == "also_asked":
        shown = str(len(draft.phrasings) or "")
    elif isinstance(value, tuple):
        shown = "\n".join(figure_line(one) for one in value if isinstance(one, Figure))
    else:
        shown = _names(snapshot, name).get(str(value), str(value))
    return f"<code>{safe(shown)}</code>" if shown else safe(texts.EMPTY)


def _under(draft: Draft) -> Row:
    """Give the buttons that every prompt ends with."""
    name, number = draft.waiting, draft.number
    row: Row = (button(texts.CANCEL, "cancel", number),)
    if draft.title:
        row = (button(texts.BACK, "menu", number), *row)
    if name == "also_asked":
        return button(texts.PREVIEW, "preview", number), *row
    if name in (*texts.REQUIRED, "report"):
        return row
    label = texts.CLEAR if draft.value(name) else texts.SKIP
    return button(label, "clear", number, name), *row


def fields_page(request: Request, draft: Draft) -> BotMessage:
    """Ask which field of an entry to change."""
    number, several = draft.number, len(request.knowledge.snapshot.reports) > 1
    fields = {name: label for name, label in texts.FIELDS.items() if name != "report" or several}
    rows = pairs([button(label, "field", number, name) for name, label in fields.items()])
    if fact := draft.fact:
        verb, label = ("restore", texts.RESTORE) if fact.retired else ("retire", texts.RETIRE)
        rows.append((button(label, verb, fact.id), button(texts.HISTORY, "history", fact.id)))
    done = draft.cells and not draft.missing(request.knowledge.snapshot)
    shown = [button(texts.PREVIEW, "preview", number)] if done else []
    rows.append((*shown, button(texts.CANCEL, "cancel", number)))
    return joined([heading(draft.title), safe(texts.HOW_TO_CHANGE)], rows)


def _with_addresses(message: Message) -> str:
    """Give a message's text with the addresses that lie behind its words in brackets after them."""
    # Telegram counts places in a text in units of UTF-16.
    data = (message.text or "").encode("utf-16-le", "surrogatepass")
    links = message.parse_entities([MessageEntity.TEXT_LINK])
    for entity, words in sorted(links.items(), key=lambda link: -link[0].offset):
        end = 2 * (entity.offset + entity.length)
        if entity.url and entity.url.rstrip("/") != words.rstrip("/"):
            data = data[:end] + f" ({entity.url})".encode("utf-16-le") + data[end:]
    return data.decode("utf-16-le", "surrogatepass")


def _address_in(text: str) -> str:
    """Give the address that words lead to, or the text where it is one."""
    found = re.search(r"\((https?://[^\s()]+)\)\s*$", text, re.I)
    return found[1] if found else text


async def typed(request: Request) -> None:
    """Take the text that a draft waits for; the words of the buttons do what the buttons do."""
    draft = request.drafts.waiting()
    assert draft is not None
    value = _with_addresses(request.message).strip()
    word = value.casefold().rstrip(".!")
    tries = draft.waiting == TRIAL
    row = preview_and_save.try_on(draft) if tries else _under(draft)
    named = {one.text.casefold(): str(one.callback_data).split(":") for one in row}
    if word in texts.CANCELLING:
        await cancel(request)
    elif word in named:
        _, verb, _, *of = named[word]
        await _do(request, draft, verb, "".join(of))
    elif tries:
        await preview_and_save.ask(request, draft, " ".join(value.split()))
    else:
        await _taken(request, draft, draft.waiting, value)


async def _taken(request: Request, draft: Draft, name: str, value: str) -> None:
    if name == "link":
        value = _address_in(value)
    if name in ("question", "topic", "link", "source", "measure"):
        value = " ".join(value.split())
    if reason := edits.objection(name, value):
        refusal = texts.NOT_TAKEN.format(reason)
        await request.reply(_prompt(request, draft, refusal=refusal))
    elif name == "also_asked":
        lines = [" ".join(line.split()) for line in value.splitlines() if line.strip()]
        new = [line for line in lines if line not in draft.phrasings]
        near = [(text, request.editor.nearest(text, draft.fact_id)) for text in new]
        warnings = [(texts.BELONGS.format(text, one.question), one) for text, one in near if one]
        draft.ask_also(lines)
        # What another entry has is looked at before going on.
        stays = request.editor.owned(new, draft.fact_id)
        await _onward(request, draft, warnings, name if stays else "")
    else:
        draft.cells[name] = value
        await _onward(request, draft, _nearly(request, draft) if name == "question" else ())


async def _onward(
    request: Request, draft: Draft, warnings: Warnings = (), following: str = ""
) -> None:
    """Go to the next field, or to the preview after the last."""
    if following := following or draft.missing(request.knowledge.snapshot):
        await wait_for(request, draft, following, warnings)
    else:
        await preview_and_save.preview(request, draft, warnings)


async def lapsed(request: Request) -> None:
    """Say once that a draft has waited for too long to take what was typed."""
    draft = request.drafts.of()
    if draft and draft.waiting and draft.is_over and draft.touched:
        request.drafts.keep(draft, lapsed=True)
        await request.reply(notice(texts.LAPSED.format(draft.title or texts.NEW), (_go_on(draft),)))


async def cancel(request: Request) -> None:
    """Drop the draft."""
    text = texts.CANCELLED if request.drafts.of() else texts.NOTHING_OPEN
    request.drafts.close()
    await request.show(notice(text))


async def tapped(request: Request) -> None:
    """Do what a button of a draft says."""
    draft = request.drafts.of(request.parts[0])
    if draft is None:
        await request.reply(notice(texts.DRAFT_GONE))
    else:
        await _do(request, draft, request.verb, "".join(request.parts[1:]))


async def _do(request: Request, draft: Draft, verb: str, value: str = "") -> None:
    # The buttons of a field say which it is.
    at = {"t": "topic", "r": "report", "clear": value}.get(verb, draft.waiting)
    if draft.waiting != at:
        await request.reply(notice(texts.STEP_GONE))
        return
    match verb:
        case "cancel":
            await cancel(request)
        case "menu":
            draft.waiting = ""
            request.drafts.keep(draft)
            await request.reply(fields_page(request, draft))
        case "field":
            await wait_for(request, draft, value)
        case "go" if draft.waiting != TRIAL:
            await _onward(request, draft, (), draft.waiting)
        case "clear" | "t" | "r":
            draft.cells[at] = "" if verb == "clear" else value
            await _onward(request, draft)
        case "drop" | "page":
            page, draft.waiting = int(value), "also_asked"
            if verb == "drop":
                kept = [text for place, text in enumerate(draft.phrasings) if place != page]
                draft.cells["also_asked"], page = kept, page // PHRASINGS
            request.drafts.keep(draft)
            await request.show(_prompt(request, draft, page=page))
        case "save":
            await preview_and_save.save(request, draft)
        case "rv":
            await preview_and_save.replace(request, draft, value)
        case "keep" | "also":
            await preview_and_save.keep(request, draft, value, tried=verb == "also")
        case "gap":
            draft.cells["kind"] = "fact" if draft.is_gap else "gap"
            await preview_and_save.preview(request, draft)
        case _:
            await preview_and_save.preview(request, draft)
