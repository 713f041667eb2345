"""The entries there are, what was changed of them and taken back, and the terms."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from telegram.error import TelegramError

from bot.admin import entry_form, texts
from bot.admin.access import Draft, Request, button, mark, paged
from bot.messages import A_PAGE, BotMessage, Row, heading, joined, notice, safe, short
from bot.transport import delivery
from knowledge import SHIPPED, Fact, Revision, difference, edits

# Which entries a command is about, where it isn't about all: live or retired ones.
RETIRED = {"retire": False, "restore": True}
LISTED = 20
# Changes on a page, and the lines of each.
CHANGES, DETAILS = 6, 4


async def find(request: Request) -> BotMessage:
    """Find the entry that a command is about by part of it; without, list what there is to it."""
    text, verb = request.written, request.verb
    if verb == "older":
        return await _changes(request, None, int(text))
    found: Sequence[Fact] = ()
    if text:
        found = request.editor.find(text, retired=RETIRED.get(verb))
    elif verb == "restore":
        found = [fact for fact in request.knowledge.snapshot.facts.values() if fact.retired]
    elif verb == "history":
        return await _changes(request, None)
    if not found:
        which = texts.NONE_RETIRED if verb == "restore" else texts.WHICH.format(verb)
        return notice(texts.LIKE_NOTHING.format(text) if text else which)
    if len(found) > 1 or not text:
        rows = list[Row]()
        for fact in found[:LISTED]:
            state = texts.RETIRED * fact.retired + texts.GAP_OF * fact.is_gap
            rows.append((button(state + fact.question, verb, fact.id),))
        return notice(texts.PICK, rows)
    if verb == "history":
        return await _changes(request, found[0])
    draft = Draft(before=found[0])
    if verb == "edit":
        await delivery.reply(request.message, entry_form.seen(request, found[0]))
        return entry_form.menu(request, draft)
    draft.cells["state"] = "retired" if verb == "retire" else "live"
    return await entry_form.onward(request, draft)


async def _changes(request: Request, fact: Fact | None, before: int | None = None) -> BotMessage:
    """List the last changes, of an entry or of all, with a button to take back each that stands."""
    fact_id, store = fact.id if fact else "", request.knowledge.store
    found = store.revisions(fact_id or None, CHANGES + 1, before)
    if not found:
        return notice(texts.NO_HISTORY)
    shown = found[:CHANGES]
    names = {one.who: await _name(request, one.who) for one in shown if one.who.isdecimal()}
    title = texts.CHANGES_OF.format(short(fact.question, 100)) if fact else texts.LAST_CHANGES
    parts = [heading(title), *(safe(written(one, fact_id, names)) for one in shown)]
    taken_back = {reverts for _, reverts in store.reverted().values()}
    rows = [
        (button(texts.TAKE_BACK.format(one.number, one.edit.what), "undo", one.number),)
        for one in shown
        if one.who != SHIPPED and one.number not in taken_back
    ]
    if len(found) > CHANGES and fact is None:
        rows.append((button(texts.OLDER, "older", shown[-1].number),))
    return joined(parts, rows)


async def _name(request: Request, who: str) -> str:
    """Ask Telegram for the name of an administrator; it is kept nowhere."""
    with suppress(TelegramError, ValueError):
        return (await request.context.bot.get_chat(int(who))).full_name or who
    return who


def written(revision: Revision, fact_id: str = "", names: Mapping[str, str] | None = None) -> str:
    """Write a change and what it did to the fields of entries, or of one."""
    who = {SHIPPED: texts.BY_NOBODY, **(names or {})}.get(revision.who, revision.who)
    swaps = [swap for swap in revision.edit.swaps if swap.kind == "fact"]
    is_one = bool(fact_id) or len(swaps) == 1
    lines = list[str]()
    if not is_one and (new := sum(swap.before is None for swap in swaps)):
        lines.append(texts.NEW_ENTRIES.format(new))
    for swap in swaps:
        if swap.before and swap.after and fact_id in ("", swap.key):
            # What is one of several is named.
            name = "" if is_one else f"{swap.key}, "
            lines += [f"{name}{short(line, 200)}" for line in difference(swap)]
    if more := len(lines[DETAILS:]):
        lines[DETAILS:] = [f"… and {more} more"]
    head = f"{revision.number}. {when(revision)}, {who}: {short(revision.edit.what, 150)}"
    return "\n   ".join([head, *lines])


def when(revision: Revision) -> str:
    """Write when a change was made."""
    return f"{revision.at[:16].replace('T', ' ')} UTC"


async def undo(request: Request) -> BotMessage | None:
    """Take back the last change, or that of a number, or bring back what was taken back last."""
    if request.verb == "redo":
        return await request.change(request.editor.redo())
    number = int(request.written) if request.written.isdecimal() else None
    if number is None and request.written:
        return notice(texts.NO_SUCH_CHANGE.format(request.written))
    # Somebody else's only after a second look.
    if number is None and (last := request.editor.last()).who != str(request.who):
        text = texts.NOT_YOURS.format(last.edit.what, await _name(request, last.who), when(last))
        return notice(text, [(button(texts.UNDO, "undo", last.number),)])
    return await request.change(request.editor.undo(number))


async def terms(request: Request) -> BotMessage | None:
    """Add the term written after the command as "said = means", drop one, or list them."""
    snapshot = request.knowledge.snapshot
    if request.verb == "unterm":
        said = next((t.said for t in snapshot.terms if mark(t.said) == request.written), "")
        return await request.change(edits.without_term(snapshot, said))
    said, equals, means = request.written.partition("=")
    if equals:
        return await request.change(edits.with_term(snapshot, said, means))
    page, part = (int(said), "") if request.shown else (0, said.casefold())
    every = [
        button(f"✕ {line}", "unterm", mark(term.said))
        for term in snapshot.terms
        if part in (line := f"{term.said} = {term.means}").casefold()
    ]
    rows = paged(every[:A_PAGE] if part else every, page, "terms")
    return notice(f"{texts.HOW_TERMS}\n\n{texts.DROP_TERM if every else texts.NO_TERMS}", rows)
