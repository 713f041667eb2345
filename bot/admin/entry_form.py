"""Writing an entry: field by field, typed and tapped; its preview, what it moves and replaces."""

import asyncio
import re
from collections.abc import Sequence

import knowledge
from bot.admin import texts
from bot.admin.access import RIVALS_TOLD, Draft, Request, button, buttons, mark, paged, told
from bot.messages import BotMessage, Row, heading, joined, lines, notice, pairs, safe, short
from bot.transport import delivery
from knowledge import Fact, KnowledgeError, figure_line

# Asked for one after the other of a new entry; the report only where there are several.
STEPS = ("question", "answer", "report", "topic")
# What is written after /add, between upright strokes: all that has no lines of its own.
IN_ONE = ("question", "answer", "topic", "link", "source")
# What a draft waits for while its preview is shown: a question to try it with.
TRIAL = "trial"
TRY_ON = {"save": texts.SAVE, "preview": texts.PREVIEW}
# Characters of what a field was and becomes; ways of asking taken over from an entry that goes.
CHANGED, HEIRS = 300, 5
# Ways of asking on a page, topics on offer, characters of a question in bold.
PHRASINGS, CHOICES, BOLD = 6, 40, 150


async def begin(request: Request) -> BotMessage:
    """Begin a new fact or gap, or take one written in one message."""
    # After the command, on its line or on the next.
    _, *written = request.text.split(maxsplit=1)
    parts = [part.strip() for part in "".join(written).split("|")]
    old = request.draft
    if not any(parts) and old and not old.before and old.title:
        return menu(request, old, texts.UNFINISHED)
    draft = Draft(cells={"kind": request.verb if request.verb == "gap" else "fact"})
    for name, part in zip(IN_ONE, parts, strict=False):
        if part and (reason := draft.put(name, part)):
            return notice(texts.NOT_TAKEN.format(f"{name}: {reason}"))
    if draft.title and "answer" in draft.cells:
        # Nothing more is asked for.
        draft.cells = dict.fromkeys(STEPS, "") | draft.cells
    return await onward(request, draft)


def _is_asked(request: Request, name: str) -> bool:
    return name != "report" or len(request.knowledge.snapshot.reports) > 1


def _left(request: Request, draft: Draft) -> list[str]:
    """Name the fields of a new entry that have not been asked for."""
    steps = STEPS if not draft.before else ()
    return [name for name in steps if name not in draft.cells and _is_asked(request, name)]


async def onward(request: Request, draft: Draft) -> BotMessage:
    """Ask for the next field of a new entry; after the last, show the preview."""
    if left := _left(request, draft):
        draft.step(left[0])
        return _prompt(request, draft)
    try:
        return await preview(request, draft)
    except KnowledgeError as error:
        # It can't be saved so: there may be one like it already.
        alike = () if draft.before else request.editor.find(draft.title)[:1]
        return menu(request, draft, str(error), alike)


def _prompt(request: Request, draft: Draft, refusal: str = "", page: int = 0) -> BotMessage:
    """Ask for the field a draft waits for."""
    request.keep(draft)
    name, number, value = draft.waiting, draft.number, draft.value(draft.waiting)
    parts, rows, snapshot = [safe(refusal)], list[Row](), request.knowledge.snapshot
    offered = {
        "topic": {topic.id: topic.name for topic in snapshot.topics},
        "report": {report.id: report.short_title or report.title for report in snapshot.reports},
    }
    names = offered.get(name, {})
    if name in draft.cells or draft.before:
        if name == "also_asked":
            shown = str(len(value) or "")
        elif isinstance(value, tuple):
            shown = "\n".join(map(figure_line, value))
        else:
            shown = names.get(value, value)
        now = f"<code>{safe(shown)}</code>" if shown else safe(texts.EMPTY)
        parts.append(f"{safe(texts.NOW)} {now}")
    else:
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


def _under(draft: Draft) -> Row:
    """Give the buttons that every prompt, and every question tried, ends with."""
    name, number = draft.waiting, draft.number
    if name == TRIAL:
        return buttons(TRY_ON, number)
    row = buttons(({"menu": texts.BACK} if draft.title else {}) | {"leave": texts.CANCEL}, number)
    if name == "also_asked":
        return (button(texts.PREVIEW, "preview", number), *row)
    if name in ("question", "answer", "report"):
        return row
    return (button(texts.CLEAR if draft.value(name) else texts.SKIP, "set", number, ""), *row)


def menu(request: Request, draft: Draft, why: str = "", alike: Sequence[Fact] = ()) -> BotMessage:
    """Say `why` a draft is not saved yet, and ask which field of it or which entry to change."""
    draft.step("")
    request.keep(draft)
    number = draft.number
    fields = [name for name in texts.FIELDS if _is_asked(request, name)]
    every = [button(texts.FIELDS[name], "field", number, name) for name in fields]
    rows = [buttons({"edit": texts.EDIT_INSTEAD.format(one.question)}, one.id) for one in alike]
    rows += pairs(every)
    if fact := draft.before:
        state = {"restore": texts.RESTORE} if fact.retired else {"retire": texts.RETIRE}
        rows.append(buttons(state | {"history": texts.HISTORY}, fact.id))
    go_on = {"preview": texts.GO_ON if _left(request, draft) else texts.PREVIEW}
    rows.append(buttons((go_on if draft.cells else {}) | {"leave": texts.CANCEL}, number))
    title = heading(short(draft.title or texts.KINDS[draft.is_gap], BOLD))
    return joined([safe(why), title, safe(texts.HOW_TO_CHANGE)], rows)


async def typed(request: Request) -> BotMessage | None:
    """Give a text to the draft that waits for it; without one it is a question like any other."""
    draft = request.draft
    if not (draft and draft.waiting):
        return None
    # Taken twice it would be for two fields.
    request.begin()
    text = request.text.strip()
    # The words of the buttons do what the buttons do.
    said = dict.fromkeys(texts.CANCELLING, f"a:leave:{draft.number}")
    said |= {one.text.casefold(): str(one.callback_data) for one in _under(draft)}
    word = text.casefold().rstrip(".!")
    if request.update.edited_message:
        return notice(texts.EDITS_IGNORED)
    if word in said:
        _, request.verb, *request.parts = said[word].split(":")
        return await tap(request)
    if draft.waiting == TRIAL:
        return await _tried(request, draft, " ".join(text.split()))
    if reason := draft.put(draft.waiting, text):
        return _prompt(request, draft, texts.NOT_TAKEN.format(reason))
    return await onward(request, draft)


async def cancel(request: Request) -> BotMessage:
    """Drop the draft."""
    had = request.draft
    request.keep(None)
    return notice(texts.CANCELLED if had else texts.NOTHING_OPEN)


async def tap(request: Request) -> BotMessage:
    """Do what a button of a draft says."""
    draft, (number, *rest) = request.draft, request.parts
    value = "".join(rest)
    if draft is None or draft.number != number:
        request.shown = None
        return notice(texts.STEP_GONE)
    request.begin()
    match request.verb:
        case "leave":
            return await cancel(request)
        case "menu":
            return menu(request, draft)
        case "field":
            draft.step(value)
            return _prompt(request, draft)
        case "page":
            return _prompt(request, draft, page=int(value))
        case "drop":
            ways = draft.cells["also_asked"] = [*draft.value("also_asked")]
            del ways[int(value) : int(value) + 1]
            return _prompt(request, draft, page=int(value) // PHRASINGS)
        case "keep":
            draft.ask_also([one for one in draft.proposed if value in ("all", mark(one))])
            return await _verdict(request, draft)
        case "rival":
            _let_go(request, draft, value)
            return await _verdict(request, draft)
        case "save":
            # What else it changes the preview has said.
            page = await request.carry_out(draft.edit(request.knowledge.snapshot))
            request.keep(None)
            return page
        case "set":
            draft.cells[draft.waiting] = value
        case "kind":
            draft.cells["kind"] = "fact" if draft.is_gap else "gap"
    return await onward(request, draft)


# --- The preview ----------------------------------------------------------------------------------


async def preview(request: Request, draft: Draft) -> BotMessage:
    """Show an entry as people will see it, and what else would change; raises KnowledgeError."""
    draft.rivals = {one: how for one, how in draft.rivals.items() if one in draft.replaces}
    _, fact = draft.edit(request.knowledge.snapshot).facts()[-1]
    assert fact is not None
    # From now on a text typed tries the draft; one that retires an entry can't be asked for.
    draft.step("" if fact.retired else TRIAL)
    await delivery.reply(request.message, seen(request, fact))
    await request.show(notice(texts.CHECKING))
    return await _verdict(request, draft)


def seen(request: Request, fact: Fact) -> BotMessage:
    """Give an entry exactly as somebody will see it who asks for it."""
    match = knowledge.Match(fact, 1.0)
    reply = knowledge.Unknown(match) if fact.is_gap else knowledge.Answer((match,))
    return request.services.page(fact.question, reply)


async def _verdict(request: Request, draft: Draft) -> BotMessage:
    """Ask the known questions with the draft; say what came of it, and ask what to do."""
    edit = draft.edit(request.knowledge.snapshot)
    tried = await delivery.telling(request.show, asyncio.to_thread(request.editor.trial(edit)))
    draft.proposed = draft.proposed or list(tried.proposals)
    draft.rivals |= {one.fact.id: one.how for one in tried.rivals[:RIVALS_TOLD]}
    found = [texts.NOT_SAVED if draft.waiting else texts.NOT_RETIRED]
    if draft.before and "state" not in draft.cells:
        # Not all that is changed is seen in the entry.
        changed = knowledge.difference(edit.swaps[-1])
        found.append("\n".join(short(line, CHANGED) for line in changed))
    doubts = knowledge.doubts_of(0, draft.cells)
    found += [texts.DOUBT.format(doubt.column, doubt.reason) for doubt in doubts]
    topics = [swap.after for swap in edit.swaps if swap.before is None]
    found += [texts.NEW_TOPIC.format(t.name) for t in topics if isinstance(t, knowledge.Topic)]
    request.keep(draft)
    number, parts = draft.number, [safe(one) for one in (*found, *told(tried))]
    retired = draft.cells.get("state") == "retired"
    save = texts.RETIRE if retired else texts.RESTORE if "state" in draft.cells else texts.SAVE
    rows = [buttons({"save": save, "leave": texts.CANCEL}, number)]
    if retired:
        return joined(parts, rows)
    flip = texts.MAKE_FACT if draft.is_gap else texts.MAKE_GAP
    rows.append(buttons({"menu": texts.CHANGE_SOMETHING, "kind": flip}, number))
    for fact_id, how in draft.rivals.items():
        rival = request.knowledge.fact(fact_id)
        choice = texts.KEEP_RIVAL if fact_id in draft.replaces else texts.REPLACE_RIVAL
        either = button(choice.format(rival.question), "rival", number, fact_id)
        instead = button(texts.EDIT_INSTEAD.format(rival.question), "edit", fact_id)
        rows.append((instead if how == "alike" else either,))
    had = draft.before.also_asked if draft.before else ()
    if added := [f"“{text}”" for text in draft.value("also_asked") if text not in had]:
        parts.append(safe(texts.ALSO_ASKED.format(short(", ".join(added), 500))))
    if draft.proposed:
        parts.append(safe(texts.PROPOSED))
        every = [button(f"+ {text}", "keep", number, mark(text)) for text in draft.proposed]
        if len(every) > 1:
            rows.append((button(texts.KEEP_ALL.format(len(every)), "keep", number, "all"),))
        rows += pairs(every)
    parts.append(safe(texts.TRY_IT))
    return joined(parts, rows)


def _let_go(request: Request, draft: Draft, fact_id: str) -> None:
    """Let an entry that speaks against the draft go with it, or stay after all."""
    if fact_id in draft.replaces:
        draft.replaces.remove(fact_id)
    else:
        draft.replaces.append(fact_id)
        gone = request.knowledge.fact(fact_id)
        # Who asked for it asks for this one now; in words of another time they would not.
        heirs = [] if gone.is_gap else [one for one in gone.phrasings if not re.search(r"\d", one)]
        draft.proposed += [one for one in heirs[:HEIRS] if one not in draft.proposed]


async def _tried(request: Request, draft: Draft, question: str) -> BotMessage:
    """Show what somebody would read who asks this once the draft is saved."""
    base, now = request.knowledge, request.knowledge.version
    edit = draft.edit(base.snapshot)
    reply = await asyncio.to_thread(lambda: base.tried(edit, now).ask(question))
    found = edit.swaps[-1].key in [match.fact.id for match in reply.matches]
    rows = [buttons(TRY_ON, draft.number)]
    if found and not isinstance(reply, knowledge.Near | knowledge.Suggestions):
        said = texts.FOUND
    else:
        said = texts.OFFERED if found else texts.NOT_FOUND_YET
        if not (isinstance(reply, knowledge.Unknown) and reply.unread):
            # Letters at random, taught to an entry, would make it sure of all that is like them.
            draft.proposed += [question] if question not in draft.proposed else []
            also = button(texts.ASK_ALSO.format(question), "keep", draft.number, mark(question))
            rows.insert(0, (also,))
    request.keep(draft)
    offered = reply.matches if isinstance(reply, knowledge.Suggestions) else ()
    listed = (safe(f"• {match.fact.question}") for match in offered)
    read = lines(request.services.page(question, reply).html, *listed)
    return joined([safe(texts.WITH_DRAFT), read, safe(said)], rows)


TAPS = "leave menu field set drop page save rival keep preview kind".split()
