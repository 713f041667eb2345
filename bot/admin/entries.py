"""The entries there are, what was changed of them and taken back, and the terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress

from telegram.error import TelegramError

from bot.admin import entry_form, preview_and_save, texts
from bot.admin.access import Request, button, in_rows, label, mark, paged
from bot.admin.drafts import Draft
from bot.messages.message import BotMessage, heading, joined, notice, safe, short
from knowledge import SHIPPED, Edit, Fact, Revision, difference, edits, to_json

# Which entries each command is about: live, retired or both.
RETIRED: dict[str, bool | None] = {
    "edit": None, "history": None, "retire": False, "restore": True,
}  # fmt: skip
LISTED = 20
# Changes on a page, the lines of each, and terms on a page.
CHANGES, DETAILS, TERMS = 6, 4, 10


async def find(request: Request) -> None:
    """Find the entry that a command is about by part of it; without, list what there is to it."""
    text, verb = request.written, request.verb
    if text:
        found = request.editor.find(text, retired=RETIRED[verb])
    else:
        facts = request.knowledge.snapshot.facts.values()
        found = tuple(fact for fact in facts if fact.retired and verb == "restore")[:LISTED]
    if verb == "history" and not text:
        await request.reply(await _changes(request))
    elif text and len(found) == 1:
        await _open(request, found[0])
    elif found:
        labels = [button(label(fact), verb, fact.id) for fact in found]
        await request.reply(notice(texts.PICK, in_rows(labels)))
    else:
        none = texts.LIKE_NOTHING.format(text) if text else texts.WHICH[verb]
        await request.reply(notice(none))


async def picked(request: Request) -> None:
    """Open the entry that was picked."""
    await _open(request, request.knowledge.fact(request.parts[0]))


async def _open(request: Request, fact: Fact) -> None:
    """Do with an entry what it was looked up for."""
    verb = request.verb
    if verb == "history":
        await request.reply(await _changes(request, fact))
        return
    draft = Draft(before=to_json(fact) or "")
    if verb == "edit" or fact.retired == (verb == "retire"):
        request.drafts.keep(draft)
        await request.reply(preview_and_save.seen(request, fact))
        await request.reply(entry_form.fields_page(request, draft))
    else:
        draft.cells["state"] = "retired" if verb == "retire" else "live"
        await preview_and_save.preview(request, draft)


async def older(request: Request) -> None:
    """List the changes before a number."""
    await request.show(await _changes(request, before=int(request.parts[0])))


async def _changes(
    request: Request, fact: Fact | None = None, before: int | None = None
) -> BotMessage:
    fact_id = fact.id if fact else ""
    found = request.knowledge.store.revisions(fact_id or None, CHANGES + 1, before)
    if not found:
        return notice(texts.NO_HISTORY)
    shown = found[:CHANGES]
    names = await _names(request, (one.who for one in shown))
    parts = [heading(texts.CHANGES_OF.format(fact.question) if fact else texts.LAST_CHANGES)]
    parts += [safe(written(one, fact_id, names)) for one in shown]
    buttons = [
        button(texts.TAKE_BACK.format(one.number, one.what), "undo", one.number)
        for one in shown
        if one.who != SHIPPED
    ]
    if len(found) > CHANGES and fact is None:
        buttons.append(button(texts.OLDER, "older", shown[-1].number))
    return joined(parts, in_rows(buttons))


async def _names(request: Request, ids: Iterable[str]) -> dict[str, str]:
    """Ask Telegram for the names of administrators; they are kept nowhere."""
    names = {one: one for one in ids if one != SHIPPED}
    for one in filter(str.isdecimal, names):
        with suppress(TelegramError):
            names[one] = (await request.context.bot.get_chat(int(one))).full_name or one
    return names


def written(revision: Revision, fact_id: str = "", names: Mapping[str, str] | None = None) -> str:
    """Write a change and what it did to the fields of entries, or of one."""
    who = {SHIPPED: texts.BY_NOBODY, **(names or {})}.get(revision.who, revision.who)
    lines: list[str] = []
    facts = [swap for swap in revision.edit.swaps if swap.kind == "fact"]
    for swap in facts:
        if fact_id not in ("", swap.key):
            continue
        # What is one of several is named.
        name = f"{swap.key}, " if len(facts) > 1 and not fact_id else ""
        if swap.before and swap.after:
            lines += [f"   {name}{short(line, 200)}" for line in difference(swap)]
    if len(facts) > 1 and not fact_id and (new := sum(not swap.before for swap in facts)):
        lines.insert(0, f"   {texts.NEW_ENTRIES.format(new)}")
    if more := len(lines[DETAILS:]):
        lines[DETAILS:] = [f"   … and {more} more"]
    head = f"{revision.number}. {_when(revision)}, {who}: {short(revision.what, 150)}"
    return "\n".join([head, *lines])


def _when(revision: Revision) -> str:
    return f"{revision.at[:16].replace('T', ' ')} UTC"


async def undo(request: Request) -> None:
    """Take back the change of a number, or the last; somebody else's only after a second look."""
    if request.written.isdecimal():
        await _carry_out(request, request.editor.undo(int(request.written)))
        return
    last = request.editor.last()
    if last.who == str(request.who):
        await _carry_out(request, request.editor.undo())
        return
    names = await _names(request, [last.who])
    text = texts.NOT_YOURS.format(last.what, names[last.who], _when(last))
    await request.reply(notice(text, ((button(texts.UNDO, "undo", last.number),),)))


async def redo(request: Request) -> None:
    """Bring back what was taken back last."""
    await _carry_out(request, request.editor.redo())


async def _carry_out(request: Request, edit: Edit) -> None:
    # What a list was tapped for stands below it: the list goes on being one.
    request.below = True
    await preview_and_save.change(request, edit)


async def terms(request: Request) -> None:
    """List the terms, or add the one written after the command as "said = means"."""
    said, equals, means = request.written.partition("=")
    if equals:
        await _carry_out(request, edits.with_term(request.knowledge.snapshot, said, means))
    else:
        await request.reply(_terms(request, 0, said))


def _terms(request: Request, page: int, part: str = "") -> BotMessage:
    """List a page of the terms, or those that hold a part; a tap takes one away."""
    every = [
        button(f"✕ {label}", "unterm", mark(term.said))
        for term in request.knowledge.snapshot.terms
        if part.casefold() in (label := f"{term.said} = {term.means}").casefold()
    ]
    rows = in_rows(every[:TERMS]) if part else paged(every, page, TERMS, "terms")
    state = texts.DROP_TERM if every else texts.NO_TERMS
    return notice(f"{texts.HOW_TERMS}\n\n{state}", rows)


async def turn_terms(request: Request) -> None:
    """Turn to another page of terms."""
    await request.show(_terms(request, int(request.parts[0])))


async def drop_term(request: Request) -> None:
    """Take a term away."""
    snapshot = request.knowledge.snapshot
    said = next((t.said for t in snapshot.terms if mark(t.said) == request.parts[0]), "")
    await _carry_out(request, edits.without_term(snapshot, said))
