"""Writing an entry field by field: what is asked for, typed and tapped."""

from __future__ import annotations

import re

from telegram import Message, MessageEntity
from telegram.ext import ApplicationHandlerStop

from bot.admin import drafts, texts
from bot.admin.access import Request, button, buttons, paged
from bot.admin.drafts import TRIAL, Draft, draft_of
from bot.messages import BotMessage, Row, heading, joined, notice, pairs, safe, short
from knowledge import Fact, KnowledgeError, edits, figure_line

# Asked for one after the other of a new entry; the report only where there are several.
STEPS = ("question", "answer", "report", "topic")
# What is written after /add, between upright strokes: all that has no lines of its own.
IN_ONE = ("question", "answer", "topic", "link", "source")
# Fields that may have several lines.
IN_LINES = ("answer", "detail", "also_asked", "figures")
# Ways of asking on a page, topics on offer, characters of a question in bold.
PHRASINGS, CHOICES, BOLD = 6, 40, 150


async def begin(request: Request) -> None:
    """Begin a new fact or gap, or take one written in one message."""
    # After the command, on its line or on the next.
    _, *written = _with_addresses(request.message).split(maxsplit=1)
    parts = [part.strip() for part in "".join(written).split("|")]
    old = draft_of(request.who, request.knowledge.store)
    if not any(parts) and old and not old.before and old.title:
        await menu(request, old, texts.UNFINISHED)
        return
    draft = Draft(cells={"kind": request.verb if request.verb == "gap" else "fact"})
    for name, part in zip(IN_ONE, parts, strict=False):
        if part and (reason := _put(draft, name, part)):
            await request.reply(notice(texts.NOT_TAKEN.format(f"{name}: {reason}")))
            return
    if draft.title and "answer" in draft.cells:
        # Nothing more is asked for.
        draft.cells = dict.fromkeys(STEPS, "") | draft.cells
    await onward(request, draft)


def _put(draft: Draft, name: str, text: str) -> str:
    """Put a text into a field of a draft; gives what is wrong with it, "" when nothing is."""
    value = text if name in IN_LINES else " ".join(text.split())
    if name == "link" and (behind := re.search(r"\((https?://[^\s()]+)\)$", value, re.I)):
        # Words that lead to an address.
        value = behind[1]
    if reason := edits.objection(name, value):
        return reason
    if name == "also_asked":
        draft.ask_also(" ".join(line.split()) for line in text.splitlines() if line.strip())
    else:
        draft.cells[name] = value
    return ""


def _left(request: Request, draft: Draft) -> list[str]:
    """Name the fields of a new entry that have not been asked for."""
    several = len(request.knowledge.snapshot.reports) > 1
    steps = [name for name in STEPS if name != "report" or several] if not draft.before else []
    return [name for name in steps if name not in draft.cells]


async def onward(request: Request, draft: Draft) -> None:
    """Ask for the next field of a new entry; after the last, show the preview."""
    if left := _left(request, draft):
        await wait_for(request, draft, left[0])
        return
    try:
        await drafts.preview(request, draft)
    except KnowledgeError as error:
        # It can't be saved so.
        await menu(request, draft, str(error))


async def wait_for(request: Request, draft: Draft, name: str) -> None:
    """Ask for a field."""
    draft.step(name)
    drafts.keep(request, draft)
    await request.reply(_prompt(request, draft))


def _prompt(request: Request, draft: Draft, refusal: str = "", page: int = 0) -> BotMessage:
    """Ask for the field a draft waits for; after a new question, say what it comes close to."""
    name, number, value = draft.waiting, draft.number, draft.value(draft.waiting)
    parts, rows = [safe(refusal)], list[Row]()
    names = _names(request, name)
    if name in draft.cells or draft.before:
        if name == "also_asked":
            shown = str(len(value) or "")
        elif isinstance(value, tuple):
            shown = "\n".join(map(figure_line, value))
        else:
            shown = names.get(value, value)
        told = f"<code>{safe(shown)}</code>" if shown else safe(texts.EMPTY)
        parts.append(f"{safe(texts.NOW)} {told}")
    else:
        near = draft.near(request.editor) if name == "answer" else {}
        parts += [safe(texts.near(*pair)) for pair in near.items()]
        rows += map(_instead, near.values())
        kind = texts.KINDS[draft.is_gap]
        parts.append(heading(f"{kind}:", draft.title) if draft.title else heading(kind))
    prompts = texts.PROMPTS | (texts.GAP_PROMPTS if draft.is_gap else {})
    parts.append(safe(prompts[name]))
    if name == "also_asked" and value:
        parts.append(safe(texts.TAP_TO_DROP))
        every = [button(f"✕ {text}", "drop", number, place) for place, text in enumerate(value)]
        rows += paged(every, page, PHRASINGS, "page", number)
    named = list(names.items())[:CHOICES]
    rows += pairs([button(label, "set", number, key) for key, label in named])
    return joined(parts, (*rows, _under(draft)))


def _names(request: Request, name: str) -> dict[str, str]:
    """Give what the topics or the reports are called, by id, where that is the field."""
    snapshot = request.knowledge.snapshot
    if name == "topic":
        return {topic.id: topic.name for topic in snapshot.topics}
    reports = snapshot.reports if name == "report" else ()
    return {report.id: report.short_title or report.title for report in reports}


def _instead(fact: Fact) -> Row:
    return buttons({"edit": texts.EDIT_INSTEAD.format(fact.question)}, fact.id)


def _under(draft: Draft) -> Row:
    """Give the buttons that every prompt, and every question tried, ends with."""
    name, number = draft.waiting, draft.number
    if name == TRIAL:
        return buttons(drafts.TRY_ON, number)
    row = buttons(({"menu": texts.BACK} if draft.title else {}) | {"cancel": texts.CANCEL}, number)
    if name == "also_asked":
        return (button(texts.PREVIEW, "preview", number), *row)
    if name in ("question", "answer", "report"):
        return row
    return (button(texts.CLEAR if draft.value(name) else texts.SKIP, "set", number, ""), *row)


async def menu(request: Request, draft: Draft, why: str = "") -> None:
    """Say `why` a draft is not saved yet, and ask which field of it to change."""
    draft.step("")
    drafts.keep(request, draft)
    number, several = draft.number, len(request.knowledge.snapshot.reports) > 1
    rows = [*map(_instead, draft.near(request.editor).values())] if why else []
    fields = {name: label for name, label in texts.FIELDS.items() if name != "report" or several}
    rows += pairs([button(label, "field", number, name) for name, label in fields.items()])
    if fact := draft.fact:
        state = {"restore": texts.RESTORE} if fact.retired else {"retire": texts.RETIRE}
        rows.append(buttons(state | {"history": texts.HISTORY}, fact.id))
    go_on = {"preview": texts.GO_ON if _left(request, draft) else texts.PREVIEW}
    rows.append(buttons((go_on if draft.cells else {}) | {"cancel": texts.CANCEL}, number))
    title = heading(short(draft.title or texts.KINDS[draft.is_gap], BOLD))
    await request.reply(joined([safe(why), title, safe(texts.HOW_TO_CHANGE)], rows))


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


async def typed(request: Request) -> None:
    """Give a text to the draft that waits for it; without one it is a question like any other."""
    draft = draft_of(request.who, request.knowledge.store)
    message = request.update.effective_message
    if not (draft and draft.waiting and message):
        return
    if not draft.waits:
        # Said once: it waits no longer.
        await menu(request, draft, texts.LAPSED)
        return
    text = _with_addresses(message).strip()
    # The words of the buttons do what the buttons do.
    said = {one.text.casefold(): str(one.callback_data) for one in _under(draft)}
    word = text.casefold().rstrip(".!")
    if request.update.edited_message:
        await request.reply(notice(texts.EDITS_IGNORED))
    elif word in texts.CANCELLING:
        await cancel(request)
    elif word in said:
        _, request.verb, *request.parts = said[word].split(":")
        await tap(request)
    elif draft.waiting == TRIAL:
        await drafts.ask(request, draft, " ".join(text.split()))
    elif reason := _put(draft, draft.waiting, text):
        await request.reply(_prompt(request, draft, texts.NOT_TAKEN.format(reason)))
    else:
        await onward(request, draft)
    raise ApplicationHandlerStop


async def cancel(request: Request) -> None:
    """Drop the draft."""
    had = draft_of(request.who, request.knowledge.store)
    drafts.keep(request, None)
    await request.show(notice(texts.CANCELLED if had else texts.NOTHING_OPEN))


async def tap(request: Request) -> None:
    """Do what a button of a draft says."""
    draft = draft_of(request.who, request.knowledge.store)
    number, *rest = request.parts
    value = "".join(rest)
    if draft is None or draft.number != number:
        await request.reply(notice(texts.STEP_GONE))
        return
    match request.verb:
        case "cancel":
            await cancel(request)
        case "menu":
            await menu(request, draft)
        case "field":
            await wait_for(request, draft, value)
        case "set":
            draft.cells[draft.waiting] = value
            await onward(request, draft)
        case "drop" | "page":
            page = int(value)
            if request.verb == "drop":
                ways = draft.cells["also_asked"] = [*draft.value("also_asked")]
                del ways[page : page + 1]
                page //= PHRASINGS
            drafts.keep(request, draft)
            await request.show(_prompt(request, draft, page=page))
        case "save":
            await drafts.save(request, draft)
        case "rival":
            await drafts.replace_rival(request, draft, value)
        case "keep":
            await drafts.keep_ways(request, draft, value)
        case "preview":
            await onward(request, draft)
        case "gap":
            draft.cells["kind"] = "fact" if draft.is_gap else "gap"
            await onward(request, draft)


TAPS = "cancel menu field set drop page save rival keep preview gap".split()
