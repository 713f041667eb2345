"""The last steps of an entry: the preview, what else would change, the save."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bot.admin import texts
from bot.admin.access import Request
from bot.admin.callback_data import button, mark
from bot.admin.drafts import TRIAL, Draft
from bot.admin.services import AdminServices
from bot.messages import answers
from bot.messages.keyboards import pairs
from bot.messages.message import BotMessage, Row, Sources, heading, notice, safe, short
from bot.transport import progress
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
RIVALS = 3

# What was noticed about a text, with the entry that it is about.
Warnings = Sequence[tuple[str, Fact]]
Show = Callable[[BotMessage], Awaitable[object]]


async def preview(request: Request, draft: Draft, warnings: Warnings = ()) -> None:
    """Show an entry as people will see it, then what else would change, then ask to save."""
    shared = request.shared
    draft.waiting, draft.previewed = "", True
    shared.drafts.keep(request.who, draft)
    try:
        edit = shared.edit_of(draft)
    except KnowledgeError as error:
        number = draft.number
        row = (
            button(texts.CHANGE_SOMETHING, "menu", number),
            button(texts.CANCEL, "cancel", number),
        )
        await request.reply(notice(str(error), (row,)))
        return
    fact = own(edit)
    # From now on a text typed tries the draft; one that retires an entry can't be asked for.
    draft.waiting = "" if fact.retired else TRIAL
    await request.reply(notice(texts.PREVIEW_RETIRED if fact.retired else texts.PREVIEW))
    await request.reply(seen(request, fact, edit))
    sent = await request.reply(notice(texts.CHECKING))

    async def show(page: BotMessage) -> None:
        await sent.edit_text(page.html, reply_markup=page.markup)

    await _try(request, draft, edit, show, warnings)


async def _try(
    request: Request, draft: Draft, edit: Edit, show: Show, warnings: Warnings = ()
) -> None:
    """Ask the known questions with the draft, and show what came of it."""
    shared = request.shared
    async with progress.told(lambda how_far: show(notice(how_far))):
        tried = await asyncio.to_thread(shared.editor.trial(edit))
        if draft.fact is None and not draft.is_gap and not draft.proposed:
            draft.proposed = list(await asyncio.to_thread(shared.editor.proposals(edit)))
    going = {one: how for one, how in draft.rivals.items() if one in draft.replaces}
    draft.rivals = {**going, **{one.fact.id: one.how for one in tried.rivals[:RIVALS]}}
    noticed = [text for text, fact in warnings if fact.id not in draft.rivals]
    parts = [*noticed, *against(tried), *told(tried)]
    draft.verdict, draft.moved = "\n\n".join(map(safe, parts)), others(tried, edit)
    shared.drafts.keep(request.who, draft)
    await show(verdict(shared, draft))


def own(edit: Edit) -> Fact:
    """Give the entry that a draft's change is about, as it will be."""
    _, fact = edit.facts()[-1]
    assert fact is not None
    return fact


def seen(request: Request, fact: Fact, edit: Edit) -> BotMessage:
    """Give an entry exactly as somebody will see it who asks for it."""
    snapshot = request.shared.knowledge.snapshot.after(edit)
    reports = {report.id: report for report in snapshot.reports}
    sources, match = Sources(reports, request.context.bot.username), Match(fact, 1.0)
    if fact.is_gap:
        return answers.unknown(match, sources, 0, (), ())
    return answers.answer(Answer((match,)), sources, 0)


def verdict(shared: AdminServices, draft: Draft) -> BotMessage:
    """Say what else would change, offer what would mend it, and ask what to do."""
    number = draft.number
    retired = draft.cells.get("state", "live") == "retired"
    save = texts.SAVE
    if draft.fact is not None and "state" in draft.cells:
        save = texts.RETIRE if retired else texts.RESTORE
    rows: list[Row] = [(button(save, "save", number), button(texts.CANCEL, "cancel", number))]
    parts = [draft.verdict]
    if not retired:
        flip = texts.MAKE_FACT if draft.is_gap else texts.MAKE_GAP
        rows.append((button(texts.CHANGE_SOMETHING, "menu", number), button(flip, "gap", number)))
        for fact_id, how in draft.rivals.items():
            question = shared.knowledge.fact(fact_id).question
            label = texts.KEEP_RIVAL if fact_id in draft.replaces else texts.REPLACE_RIVAL[how]
            rows.append((button(label.format(question), "rv", number, fact_id),))
        if draft.proposed:
            parts.append(safe(texts.PROPOSED))
            every = [button(f"+ {text}", "keep", number, mark(text)) for text in draft.proposed]
            if len(every) > 1:
                rows.append((button(texts.KEEP_ALL.format(len(every)), "keep", number, "all"),))
            rows += pairs(every)
        if draft.phrasings and not draft.before:
            listed = ", ".join(f"“{text}”" for text in draft.phrasings)
            parts.append(safe(texts.ALSO_ASKED.format(short(listed, 500))))
        parts.append(safe(texts.TRY_IT))
    return BotMessage("\n\n".join(parts), tuple(rows))


async def replace(request: Request) -> None:
    """Let an entry that speaks against the draft go with it, or stay after all."""
    number, fact_id = request.tapped
    draft = await request.draft(number)
    if draft is None or fact_id not in draft.rivals:
        return
    if fact_id in draft.replaces:
        draft.replaces.remove(fact_id)
    else:
        draft.replaces.append(fact_id)
    request.shared.drafts.keep(request.who, draft)
    await _try(request, draft, request.shared.edit_of(draft), request.turn)


# --- What a change does ---------------------------------------------------------------------------


def against(tried: Trial) -> list[str]:
    """Say which entries would deny or contradict what is saved."""
    return [
        texts.RIVALS[one.how].format(one.fact.question, short(one.questions[0], QUOTED))
        for one in tried.rivals[:RIVALS]
    ]


def told(tried: Trial) -> list[str]:
    """Say which known questions a change answers differently."""
    count = (
        f"all {tried.known:,}"
        if tried.asked == tried.known
        else (f"{tried.asked:,} of {tried.known:,}")
    )
    text = texts.MOVED if tried.differences else texts.NOTHING_MOVED
    return [text.format(count) + _listed(tried.differences)]


def others(tried: Trial, edit: Edit) -> str:
    """List the known questions answered differently that are not a changed entry's own."""
    mine = {text for pair in edit.facts() for fact in pair if fact for text in fact.phrasings}
    return _listed([one for one in tried.differences if one.question not in mine])


def _listed(found: Sequence[Difference]) -> str:
    lines = [
        f"\n• “{short(one.question, QUOTED)}”: {said(one.before)} → {said(one.after)}"
        for one in found[:LISTED]
    ]
    if len(found) > LISTED:
        lines.append(f"\n• and {len(found) - LISTED} more")
    return "".join(lines)


def said(reply: Reply) -> str:
    """Name what somebody would be told."""
    if isinstance(reply, Answer | Near):
        return " and ".join(f"“{short(m.fact.question, QUOTED)}”" for m in reply.matches)
    if isinstance(reply, Suggestions):
        return texts.SUGGESTIONS.format(short(reply.matches[0].fact.question, QUOTED))
    assert isinstance(reply, Unknown)
    return f"“{short(reply.gap.fact.question, QUOTED)}”" if reply.gap else texts.NO_ANSWER


# --- Saving ---------------------------------------------------------------------------------------


def fields_page(shared: AdminServices, draft: Draft) -> BotMessage:
    """Ask which field of an entry to change."""
    several = len(shared.knowledge.snapshot.reports) > 1
    every = [
        button(label, "field", draft.number, name)
        for name, label in texts.FIELDS.items()
        if name != "report" or several
    ]
    rows: list[Row] = pairs(every)
    fact = draft.fact
    if fact is not None:
        verb = ("restore", texts.RESTORE) if fact.retired else ("retire", texts.RETIRE)
        rows.append((button(verb[1], verb[0], fact.id), button(texts.HISTORY, "history", fact.id)))
    rows.append((button(texts.CLOSE, "cancel", draft.number),))
    return BotMessage(f"{heading(draft.title)}\n\n{safe(texts.HOW_TO_CHANGE)}", tuple(rows))


async def save(request: Request) -> None:
    """Save a draft; the confirmation comes when the next answer shows it."""
    if draft := await request.draft(request.tapped[0]):
        edit = request.shared.edit_of(draft)
        await change(request, edit, request.turn, draft)


async def change(request: Request, edit: Edit, show: Show, draft: Draft | None = None) -> None:
    """Make a change, confirm it, then say which other known questions it answers differently.

    What a `draft` was tried with is not tried again. `show` changes what it has shown before.
    """
    shared = request.shared
    # Taken before the change: the trial compares with how things stood then.
    trial = shared.editor.trial(edit)
    async with progress.told(lambda how_far: show(notice(how_far))):
        page = await made(shared, edit, request.who)
    if draft is not None:
        shared.drafts.close(request.who)
    moved = None if draft is None else draft.moved
    if moved is None:
        await show(page)
        moved = others(await asyncio.to_thread(trial), edit)
    elif not moved:
        await show(page)
    if moved:
        more = safe(f"{texts.ALSO_CHANGED}{moved}")
        await show(BotMessage(f"{page.html}\n\n{more}", page.rows))


async def made(shared: AdminServices, edit: Edit, me: int) -> BotMessage:
    """Make a change and give its confirmation."""
    await shared.live.carry_out(edit, str(me))
    number = shared.knowledge.snapshot.change
    back = texts.BRING_BACK if edit.what.startswith("took back") else texts.UNDO
    row = [button(back, "undo", number)]
    facts = [after for _, after in edit.facts() if after is not None and not after.retired]
    if len(facts) == 1:
        row.append(button(texts.EDIT_AGAIN, "edit", facts[0].id))
    return notice(texts.SAVED.format(short(edit.what, 400)), (tuple(row),))
