"""The last steps of an entry: the preview, what else would change, trying it, the save."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

from bot.admin import texts
from bot.admin.access import Request, button, mark
from bot.admin.drafts import STEPS, TRIAL, Draft, edit_of
from bot.live import live_of
from bot.messages import answers
from bot.messages.keyboards import pairs
from bot.messages.message import BotMessage, Row, Sources, joined, notice, safe, short
from bot.transport import delivery
from knowledge import (
    Answer,
    Difference,
    Edit,
    Fact,
    KnowledgeError,
    Match,
    Near,
    Reply,
    Rival,
    Suggestions,
    Topic,
    Trial,
    Unknown,
    difference,
    edits,
)

# Questions listed that a change would answer differently, and characters of each.
LISTED = 8
QUOTED = 70
# Characters of what a field was and becomes.
CHANGED = 300
RIVALS = 3
OFFERED = 4
# Ways of asking taken over from an entry that goes.
HEIRS = 5

# What was noticed about a text, with the entry that it is about.
Warnings = Sequence[tuple[str, Fact]]


async def preview(request: Request, draft: Draft, warnings: Warnings = ()) -> None:
    """Show an entry as people will see it, then what else would change, then ask to save."""
    draft.waiting = ""
    if not draft.before:
        # Nothing more is asked for unless it is picked.
        draft.cells = dict.fromkeys(STEPS, "") | draft.cells
    try:
        edit = _edit(request, draft)
    except KnowledgeError as error:
        request.drafts.keep(draft)
        labels = {"menu": texts.CHANGE_SOMETHING, "cancel": texts.CANCEL}
        rows: list[Row] = [
            tuple(button(label, verb, draft.number) for verb, label in labels.items())
        ]
        same = request.editor.nearest(draft.title, draft.fact_id)
        if same and same.question in str(error):
            rows.insert(0, (button(texts.EDIT_INSTEAD.format(same.question), "edit", same.id),))
        await request.reply(notice(str(error), rows))
        return
    fact = _own(edit)
    # From now on a text typed tries the draft; one that retires an entry can't be asked for.
    draft.waiting = "" if fact.retired else TRIAL
    await request.reply(seen(request, fact, edit))
    await request.reply(notice(texts.CHECKING.format(_above(fact))))
    await _try(request, draft, edit, warnings)


def _edit(request: Request, draft: Draft) -> Edit:
    return edit_of(draft, request.editor, request.knowledge.snapshot)


def _own(edit: Edit) -> Fact:
    """Give the entry that a draft's change is about, as it will be."""
    _, fact = edit.facts()[-1]
    assert fact is not None
    return fact


def _above(fact: Fact) -> str:
    return texts.PREVIEW_RETIRED if fact.retired else texts.PREVIEW_OF


async def _try(request: Request, draft: Draft, edit: Edit, warnings: Warnings = ()) -> None:
    """Ask the known questions with the draft, and show what came of it."""
    editor = request.editor
    async with delivery.telling(request.show):
        tried = await asyncio.to_thread(editor.trial(edit))
        if not (draft.before or draft.is_gap or draft.proposed):
            draft.proposed = list(await asyncio.to_thread(editor.proposals(edit)))
    going = {one: how for one, how in draft.rivals.items() if one in draft.replaces}
    draft.rivals = going | {one.fact.id: one.how for one in tried.rivals[:RIVALS]}
    noticed = [text for text, fact in warnings if fact.id not in draft.rivals]
    doubts = [texts.DOUBT.format(doubt) for doubt in edits.doubts(draft.cells)]
    if draft.before and "state" not in draft.cells:
        # Not all that is changed is seen in the entry.
        noticed = ["\n".join(short(line, CHANGED) for line in difference(edit.swaps[-1])), *noticed]
    topics = [swap.after for swap in edit.swaps if swap.before is None]
    noticed += [texts.NEW_TOPIC.format(one.name) for one in topics if isinstance(one, Topic)]
    above = _above(_own(edit))
    draft.verdict = "\n\n".join(map(safe, (above, *noticed, *doubts, *told(tried))))
    request.drafts.keep(draft)
    await request.show(_verdict(request, draft))


def seen(request: Request, fact: Fact, edit: Edit | None = None) -> BotMessage:
    """Give an entry exactly as somebody will see it who asks for it."""
    match = Match(fact, 1.0)
    reply = Unknown(match) if fact.is_gap else Answer((match,))
    return _page(reply, _sources(request, edit))


def _page(reply: Reply, sources: Sources) -> BotMessage:
    match reply:
        case Answer() | Near():
            return answers.answer(reply, sources, 0)
        case Suggestions():
            return answers.suggestions(reply, 0)
    return answers.unknown(reply, sources, 0)


def _sources(request: Request, edit: Edit | None) -> Sources:
    snapshot = request.knowledge.snapshot
    reports = (snapshot.after(edit) if edit else snapshot).reports
    return Sources({report.id: report for report in reports}, request.context.bot.username)


def _verdict(request: Request, draft: Draft) -> BotMessage:
    """Say what else would change, offer what would mend it, and ask what to do."""
    number, parts = draft.number, [draft.verdict]
    retired = draft.cells.get("state") == "retired"
    save = texts.RETIRE if retired else texts.RESTORE if "state" in draft.cells else texts.SAVE
    rows: list[Row] = [(button(save, "save", number), button(texts.CANCEL, "cancel", number))]
    if retired:
        return joined(parts, rows)
    flip = texts.MAKE_FACT if draft.is_gap else texts.MAKE_GAP
    rows.append((button(texts.CHANGE_SOMETHING, "menu", number), button(flip, "gap", number)))
    for fact_id in draft.rivals:
        question = request.knowledge.fact(fact_id).question
        label = texts.KEEP_RIVAL if fact_id in draft.replaces else texts.REPLACE_RIVAL
        rows.append((button(label.format(question), "rv", number, fact_id),))
    if draft.phrasings and not draft.before:
        listed = ", ".join(f"“{text}”" for text in draft.phrasings)
        parts.append(safe(texts.ALSO_ASKED.format(short(listed, 500))))
    if draft.proposed:
        parts.append(safe(texts.PROPOSED))
        every = [button(f"+ {text}", "keep", number, mark(text)) for text in draft.proposed]
        if len(every) > 1:
            rows.append((button(texts.KEEP_ALL.format(len(every)), "keep", number, "all"),))
        rows += pairs(every)
    parts.append(safe(texts.TRY_IT))
    return joined(parts, rows)


async def replace(request: Request, draft: Draft, fact_id: str) -> None:
    """Let an entry that speaks against the draft go with it, or stay after all."""
    if fact_id in draft.replaces:
        draft.replaces.remove(fact_id)
    elif fact_id in draft.rivals:
        draft.replaces.append(fact_id)
        gone = request.knowledge.fact(fact_id)
        # Who asked for it asks for this one now; in words of another time they would not.
        heirs = [] if gone.is_gap else [one for one in gone.phrasings if not re.search(r"\d", one)]
        draft.proposed = list(dict.fromkeys((*draft.proposed, *heirs[:HEIRS])))
    await _try(request, draft, _edit(request, draft))


async def ask(request: Request, draft: Draft, question: str) -> None:
    """Show what somebody would read who asks this once the draft is saved."""
    edit = _edit(request, draft.to_save())
    reply = await asyncio.to_thread(request.editor.answers_with(edit), question)
    found = _own(edit).id in [match.fact.id for match in reply.matches]
    html = _page(reply, _sources(request, edit)).html
    if isinstance(reply, Suggestions):
        html += safe("".join(f"\n• {one.fact.question}" for one in reply.matches[:OFFERED]))
    rows = [try_on(draft)]
    if found and not isinstance(reply, Near | Suggestions):
        verdict = texts.FOUND
    else:
        verdict = texts.OFFERED if found else texts.NOT_FOUND_YET
        draft.proposed = list(dict.fromkeys((*draft.proposed, question)))
        also = button(texts.ASK_ALSO.format(question), "also", draft.number, mark(question))
        rows = [(also,), *rows]
    request.drafts.keep(draft)
    await request.reply(joined([safe(texts.WITH_DRAFT), html, safe(verdict)], rows))


def try_on(draft: Draft) -> Row:
    """Give what can be done while questions are tried."""
    labels = {"save": texts.SAVE, "preview": texts.PREVIEW}
    return tuple(button(label, verb, draft.number) for verb, label in labels.items())


async def keep(request: Request, draft: Draft, which: str, *, tried: bool) -> None:
    """Make one of the ways of asking proposed or `tried`, or all of them, the draft's own."""
    kept = [text for text in draft.proposed if which in ("all", mark(text))]
    draft.ask_also(kept)
    request.drafts.keep(draft)
    told_so = notice(texts.KEPT.format(" ".join(kept)), (try_on(draft),))
    await request.show(told_so if tried else _verdict(request, draft))


def told(tried: Trial, *, several: bool = False) -> list[str]:
    """Say which entries speak against a change, of `several` entries against which of them.

    Then say which known questions it moves.
    """
    against = [
        (texts.RIVAL_OF.format(one.saved.question) if several else "") + _against(one)
        for one in tried.rivals[:RIVALS]
    ]
    asked, known = f"{tried.asked:,}", f"{tried.known:,}"
    count = f"all {known}" if asked == known else f"{asked} of {known}"
    text = texts.MOVED if tried.differences else texts.NOTHING_MOVED
    return [*against, text.format(count) + _listed(tried.differences)]


def _against(rival: Rival) -> str:
    """Say how an entry speaks against what is saved, with a question that shows it."""
    name, asked = rival.fact.question, short(rival.questions[0], QUOTED)
    # Its own question says nothing new.
    of_whom = texts.WHO_GET_IT.format(asked) if rival.questions[0] != name else ""
    return texts.RIVALS[rival.how].format(name, asked, of_whom)


def _listed(found: Sequence[Difference]) -> str:
    lines = [f"\n{_line(one)}" for one in found[:LISTED]]
    more = [f"\n• and {len(found) - LISTED} more"] if len(found) > LISTED else []
    return "".join([*lines, *more])


def _line(one: Difference) -> str:
    return f"• “{short(one.question, QUOTED)}”: {_said(one.before)} → {_said(one.after)}"


def _said(reply: Reply) -> str:
    """Name what somebody would be told."""
    named = [f"“{short(match.fact.question, QUOTED)}”" for match in reply.matches]
    if isinstance(reply, Suggestions):
        return texts.SUGGESTIONS.format(named[0])
    return " and ".join(named) or texts.NO_ANSWER


async def save(request: Request, draft: Draft) -> None:
    """Save a draft; the confirmation comes when the next answer shows it."""
    await change(request, _edit(request, draft.to_save()), draft)


async def change(request: Request, edit: Edit, draft: Draft | None = None) -> None:
    """Make a change, confirm it, then say which other known questions it answers differently.

    What the preview of a `draft` has said is not said again.
    """
    # Taken before the change: the trial compares with how things stood then.
    trial = request.editor.trial(edit)
    page = await made(request, edit)
    if draft:
        request.drafts.close()
    await request.show(page)
    tried = await asyncio.to_thread(trial)
    known = {text for pair in edit.facts() for fact in pair if fact for text in fact.phrasings}
    moved = [one for one in tried.differences if one.question not in known]
    new = [one for one in moved if not draft or safe(_line(one)) not in draft.verdict]
    parts = [page.html]
    parts += [safe(texts.ALSO_CHANGED + _listed(new))] if new else []
    parts += [safe(texts.AS_SHOWN.format(len(moved) - len(new)))] if len(moved) > len(new) else []
    if moved:
        await request.show(joined(parts, page.rows))


async def made(request: Request, edit: Edit) -> BotMessage:
    """Make a change and give its confirmation."""
    async with delivery.telling(request.show):
        await live_of(request.context).carry_out(edit, str(request.who))
    back = texts.BRING_BACK if edit.what.startswith("took back") else texts.UNDO
    row = [button(back, "undo", request.knowledge.snapshot.change)]
    facts = [after for _, after in edit.facts() if after is not None and not after.retired]
    if len(facts) == 1:
        row.append(button(texts.EDIT_AGAIN, "edit", facts[0].id))
    return notice(texts.SAVED.format(short(edit.what, 400)), (tuple(row),))
