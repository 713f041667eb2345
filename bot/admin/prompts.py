"""What is asked for a field of an entry, with what stands there and the buttons below."""

from __future__ import annotations

from collections.abc import Sequence

from bot.admin import texts
from bot.admin.callback_data import button
from bot.admin.drafts import Draft, following, steps
from bot.admin.preview_and_save import Warnings
from bot.admin.services import AdminServices
from bot.messages.message import BotMessage, Row, heading, safe
from bot.texts import NEXT, PREVIOUS
from knowledge import Figure, figure_line

PHRASINGS = 6


def prompt(
    shared: AdminServices,
    draft: Draft,
    warnings: Warnings = (),
    *,
    page: int = 0,
    refusal: str = "",
) -> BotMessage:
    """Ask for the field a draft waits for, with what was noticed about the one before."""
    name, snapshot = draft.waiting, shared.knowledge.snapshot
    order = steps(snapshot)
    parts = [safe(text) for text in (refusal, *(text for text, _ in warnings)) if text]
    if draft.is_stepping and name in order:
        kind, place = texts.KINDS[draft.is_gap], order.index(name) + 1
        title = f": {draft.title}" if draft.title else ""
        parts.append(heading(texts.STEP.format(kind, place, len(order), title)))
    if not draft.is_stepping:
        parts.append(f"{safe(texts.NOW)} {_shown(shared, draft, name)}")
    parts.append(safe(texts.prompt(name, gap=draft.is_gap)))
    facts = {fact.id: fact for _, fact in warnings}
    rows: list[Row] = [
        (button(texts.EDIT_INSTEAD.format(fact.question), "edit", fact.id),)
        for fact in facts.values()
    ]
    if name == "also_asked":
        rows += _phrasing_rows(draft, page)
        if draft.phrasings:
            parts.append(safe(texts.TAP_TO_DROP))
    elif name == "report":
        rows += [(button(r.short_title or r.title, "r", draft.number, r.id),)
                 for r in snapshot.reports]  # fmt: skip
    elif name == "topic":
        every = [button(topic.name, "t", draft.number, topic.id) for topic in snapshot.topics[:40]]
        rows += [tuple(every[place : place + 2]) for place in range(0, len(every), 2)]
    return BotMessage("\n\n".join(parts), (*rows, under(draft, order)))


def _shown(shared: AdminServices, draft: Draft, name: str) -> str:
    value, snapshot = draft.value(name), shared.knowledge.snapshot
    if name == "also_asked":
        value = str(len(draft.phrasings))
    elif name == "topic":
        value = next((one.name for one in snapshot.topics if one.id == value), value)
    elif name == "report":
        value = next((one.short_title for one in snapshot.reports if one.id == value), value)
    elif isinstance(value, tuple | list):
        value = "\n".join(figure_line(one) for one in value if isinstance(one, Figure))
    return f"<code>{safe(str(value))}</code>" if value else safe(texts.EMPTY)


def _phrasing_rows(draft: Draft, page: int) -> list[Row]:
    last = max(0, -(-len(draft.phrasings) // PHRASINGS) - 1)
    page = min(page, last)
    shown = list(enumerate(draft.phrasings))[page * PHRASINGS : (page + 1) * PHRASINGS]
    rows: list[Row] = [(button(f"✕ {text}", "drop", draft.number, at),) for at, text in shown]
    turn = [(PREVIOUS, page - 1)] if page > 0 else []
    turn += [(NEXT, page + 1)] if page < last else []
    return [*rows, tuple(button(label, "page", draft.number, to) for label, to in turn)]


def under(draft: Draft, order: Sequence[str]) -> Row:
    """Give the buttons that every prompt ends with."""
    name, number = draft.waiting, draft.number
    row = []
    if draft.is_stepping and name not in texts.REQUIRED:
        label = texts.DONE if name == "also_asked" and draft.phrasings else texts.SKIP
        row.append(button(label, "skip", number, name))
    elif name == "also_asked":
        row.append(button(texts.DONE, "preview", number))
    elif name not in {*texts.REQUIRED, "topic", "report"} and draft.value(name):
        row.append(button(texts.CLEAR, "clear", number, name))
    if not draft.is_stepping or following(name, order, -1):
        row.append(button(texts.BACK, "back", number, name))
    row.append(button(texts.CANCEL, "cancel", number))
    return tuple(row)
