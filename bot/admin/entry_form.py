"""Writing an entry field by field: prompts, skip, back, cancel, and what was typed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from telegram import Message, MessageEntity, Update

from bot.admin import preview_and_save, texts
from bot.admin import services as offices
from bot.admin.access import who
from bot.admin.callback_data import button
from bot.admin.drafts import Draft, following, preceding, steps
from bot.admin.services import Office
from bot.messages.message import BotMessage, Row, heading, notice, safe
from bot.services import Context
from bot.texts import NEXT, PREVIOUS
from bot.transport import delivery
from knowledge import Fact, Figure, edits, figure_line

PHRASINGS = 6


# --- Beginning ------------------------------------------------------------------------------------


async def add(update: Update, context: Context) -> None:
    """Begin a new fact, or take one written in one message."""
    await _begin(update, context, gap=False)


async def gap(update: Update, context: Context) -> None:
    """Begin a new gap."""
    await _begin(update, context, gap=True)


async def _begin(update: Update, context: Context, *, gap: bool) -> None:
    message = update.message
    assert message is not None
    office = offices.of(context)
    written = with_addresses(message)
    _, _, rest = written.partition(" ")
    if not rest.strip():
        _, _, rest = written.partition("\n")
    parts = [part.strip() for part in rest.split("|")] if rest.strip() else []
    cells: dict[str, object] = {"kind": "gap"} if gap else {}
    cells |= {name: part for name, part in zip(steps_of_one_message(), parts, strict=False) if part}
    old = office.drafts.of(who(update))
    if not parts and old and old.kind == "add" and old.title:
        await delivery.reply(message, unfinished(old))
        return
    if "link" in cells:
        cells["link"] = address_in(str(cells["link"]))
    for name, value in cells.items():
        if reason := edits.objection(name, value):
            await delivery.reply(message, notice(texts.not_taken(f"{name}: {reason}")))
            return
    draft = office.drafts.begin(who(update), cells)
    warnings = _warnings(office, draft, "question") if "question" in cells else []
    if "question" in cells and "answer" in cells:
        noticed = [text for text, _ in warnings]
        await preview_and_save.preview(message, office, who(update), draft, noticed)
        return
    draft.waiting = "answer" if "question" in cells else "question"
    office.drafts.keep(who(update), draft)
    await delivery.reply(message, prompt(office, draft, warnings))


def steps_of_one_message() -> tuple[str, ...]:
    """Give the fields of the form in one message, in order."""
    return ("question", "answer", "topic", "link", "source")


def unfinished(draft: Draft) -> BotMessage:
    """Offer to go on with a draft that is open."""
    row = (
        button(texts.GO_ON, "go", draft.number),
        button(texts.ANEW, "cancel", draft.number),
    )
    return notice(texts.unfinished(draft.title), (row,))


# --- Prompts --------------------------------------------------------------------------------------


def prompt(
    office: Office,
    draft: Draft,
    warnings: Sequence[tuple[str, Fact]] = (),
    *,
    page: int = 0,
    refusal: str = "",
) -> BotMessage:
    """Ask for the field a draft waits for, with what was noticed about the one before."""
    name = draft.waiting
    order = steps(office.knowledge.snapshot)
    parts = [safe(text) for text in (refusal, *(text for text, _ in warnings)) if text]
    if draft.kind == "add" and not draft.previewed and name in order:
        place = texts.step_of(order.index(name) + 1, len(order), draft.title, gap=draft.is_gap)
        parts.append(heading(place))
    if draft.kind == "edit" or draft.previewed:
        parts.append(f"{safe(texts.NOW)} {_shown(office, draft, name)}")
    parts.append(safe(texts.prompt(name, gap=draft.is_gap)))
    facts = {fact.id: fact for _, fact in warnings}
    rows: list[Row] = [
        (button(texts.edit_instead(fact.question), "edit", fact.id),) for fact in facts.values()
    ]
    if name == "also_asked":
        rows += _phrasing_rows(draft, page)
        if draft.phrasings:
            parts.append(safe(texts.TAP_TO_DROP))
    if name in ("topic", "report"):
        rows += _choices(office, draft)
    return BotMessage("\n\n".join(parts), (*rows, _turns(draft, order)))


def _shown(office: Office, draft: Draft, name: str) -> str:
    value = draft.value(name)
    if name == "also_asked":
        value = str(len(draft.phrasings))
    elif name in ("topic", "report"):
        snapshot = office.knowledge.snapshot
        names = {t.id: t.name for t in snapshot.topics} | {
            r.id: r.short_title for r in snapshot.reports
        }
        value = names.get(str(value), value)
    elif isinstance(value, tuple | list):
        rows = [f for f in value if isinstance(f, Figure)]
        value = "\n".join(map(figure_line, rows))
    return f"<code>{safe(str(value))}</code>" if value else safe(texts.EMPTY)


def _choices(office: Office, draft: Draft) -> list[Row]:
    snapshot = office.knowledge.snapshot
    if draft.waiting == "report":
        return [
            (button(report.short_title or report.title, "r", draft.number, report.id),)
            for report in snapshot.reports
        ]
    every = [button(topic.name, "t", draft.number, topic.id) for topic in snapshot.topics]
    return [tuple(every[place : place + 2]) for place in range(0, min(len(every), 40), 2)]


def _phrasing_rows(draft: Draft, page: int) -> list[Row]:
    texts_ = draft.phrasings
    last = max(0, -(-len(texts_) // PHRASINGS) - 1)
    page = min(page, last)
    shown = list(enumerate(texts_))[page * PHRASINGS : (page + 1) * PHRASINGS]
    rows: list[Row] = [(button(f"✕ {text}", "drop", draft.number, at),) for at, text in shown]
    turn = []
    if page > 0:
        turn.append(button(PREVIOUS, "page", draft.number, page - 1))
    if page < last:
        turn.append(button(NEXT, "page", draft.number, page + 1))
    return [*rows, tuple(turn)] if turn else rows


def _turns(draft: Draft, order: Sequence[str]) -> Row:
    name, number = draft.waiting, draft.number
    row = []
    stepping = draft.kind == "add" and not draft.previewed
    if stepping and name not in texts.REQUIRED:
        label = texts.DONE if name == "also_asked" and draft.phrasings else texts.SKIP
        row.append(button(label, "skip", number, name))
    elif name == "also_asked":
        row.append(button(texts.DONE, "preview", number))
    elif name not in texts.REQUIRED and name not in ("topic", "report") and draft.value(name):
        row.append(button(texts.CLEAR, "clear", number, name))
    if not stepping or preceding(name, order):
        row.append(button(texts.BACK, "back", number, name))
    row.append(button(texts.CANCEL, "cancel", number))
    return tuple(row)


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


async def typed(update: Update, context: Context) -> None:
    """Take the text that a draft waits for."""
    message = update.message
    assert message is not None
    office, me = offices.of(context), who(update)
    draft = office.drafts.waiting(me)
    assert draft is not None
    name, value = draft.waiting, with_addresses(message).strip()
    if name == "link":
        value = address_in(value)
    if name in ("question", "topic", "link", "source"):
        value = " ".join(value.split())
    if reason := edits.objection(name, value):
        await delivery.reply(message, prompt(office, draft, refusal=texts.not_taken(reason)))
        return
    if name == "also_asked":
        lines = [" ".join(line.split()) for line in value.splitlines()]
        new = [line for line in lines if line and line not in draft.phrasings]
        draft.cells[name] = [*draft.phrasings, *new]
        warnings = _owners(office, draft, new)
    else:
        draft.cells[name] = value
        warnings = _warnings(office, draft, name)
    await onward(message, office, me, draft, warnings)


def _warnings(office: Office, draft: Draft, name: str) -> list[tuple[str, Fact]]:
    if name != "question":
        return []
    me = draft.fact
    near = office.editor.nearest(draft.title, me.id if me else "")
    if near is None:
        return []
    return [(texts.nearly(near.question, retired=near.retired), near)]


def _owners(office: Office, draft: Draft, new: Sequence[str]) -> list[tuple[str, Fact]]:
    me = draft.fact
    owned = office.editor.owned(new, me.id if me else "")
    return [(texts.belongs(text, owner.question), owner) for text, owner in owned[:5]]


async def onward(
    message: Message,
    office: Office,
    me: int,
    draft: Draft,
    warnings: Sequence[tuple[str, Fact]] = (),
) -> None:
    """Go to the next field, or to the preview after the last."""
    name = draft.waiting
    order = steps(office.knowledge.snapshot)
    stepping = draft.kind == "add" and not draft.previewed
    # Phrasings come one by one: the prompt stands until somebody says that was all.
    draft.waiting = following(name, order) if stepping else ""
    if name == "also_asked" and warnings:
        draft.waiting = name
    office.drafts.keep(me, draft)
    if draft.waiting:
        await delivery.reply(message, prompt(office, draft, warnings))
    else:
        await preview_and_save.preview(message, office, me, draft, [text for text, _ in warnings])


async def edited(update: Update, context: Context) -> None:
    """Say that an edited message changes nothing in a draft."""
    assert update.edited_message is not None
    await delivery.reply(update.edited_message, notice(texts.EDITS_IGNORED))


async def cancel(update: Update, context: Context) -> None:
    """Drop the draft."""
    assert update.message is not None
    office, me = offices.of(context), who(update)
    text = texts.CANCELLED if office.drafts.of(me) else texts.NOTHING_OPEN
    office.drafts.close(me)
    await delivery.reply(update.message, notice(text))
