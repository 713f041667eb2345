"""Writing an entry: field by field, typed and tapped; its preview, what it moves and replaces."""

import asyncio
import re
from collections.abc import Sequence

import knowledge
from bot.admin import texts
from bot.admin.access import RIVALS_TOLD, Draft, Request, button, buttons, mark, paged, told
from bot.messages import A_PAGE, BotMessage, Row, heading, joined, lines, notice, pairs, safe, short
from bot.transport import delivery
from knowledge import Fact, KnowledgeError, figure_line

# Asked for one after the other of a new entry; the report only where there are several.
STEPS = ("question", "answer", "report", "topic")
# What is written after /add, between upright strokes: all that has no lines of its own.
IN_ONE = ("question", "answer", "topic", "link", "source")
# What a draft waits for while its preview is shown: a question to try it with.
TRIAL = "trial"
# Characters of what a field was and becomes; ways of asking taken over from an entry that goes.
CHANGED, HEIRS = 300, 5
# Topics on offer, characters of a question in bold.
CHOICES, BOLD = 40, 150


async def begin(request: Request) -> BotMessage:
    """Begin a new fact or gap, or take one written in one message."""
    # After the command, on its line or on the next.
    _, *written = request.text.split(maxsplit=1)
    parts = [part.strip() for part in "".join(written).split("|")]
    old = request.draft
    if not any(parts) and old and not old.before and old.value("question"):
        return menu(request, old, texts.UNFINISHED)
    draft = Draft({"kind": "gap" if request.verb == "gap" else "fact"})
    for name, part in zip(IN_ONE, parts, strict=False):
        if part and (reason := draft.put(name, part)):
            return notice(texts.NOT_TAKEN.format(f"{name}: {reason}"))
    if {"question", "answer"} <= draft.cells.keys():
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
    """Ask for the next field of a new entry; after the last, show it as people will see it."""
    if left := _left(request, draft):
        request.step(draft, left[0])
        return _prompt(request, draft)
    draft.rivals = {one: how for one, how in draft.rivals.items() if how == "replaced"}
    try:
        _, fact = draft.edit(request.knowledge.snapshot).facts()[-1]
    except KnowledgeError as error:
        # It can't be saved so: there may be one like it already.
        alike = () if draft.before else request.editor.find(draft.value("question"))[:1]
        return menu(request, draft, str(error), alike)
    assert fact is not None
    # From now on a text typed tries the draft; one that retires an entry can't be asked for.
    request.step(draft, "" if fact.retired else TRIAL)
    await delivery.reply(request.message, seen(request, fact))
    await request.show(notice(texts.CHECKING))
    return await _verdict(request, draft)


def seen(request: Request, fact: Fact) -> BotMessage:
    """Give an entry exactly as somebody will see it who asks for it."""
    match = knowledge.Match(fact, 1.0)
    reply = knowledge.Unknown(match) if fact.is_gap else knowledge.Answer((match,))
    return request.services.page(fact.question, reply)


def _prompt(request: Request, draft: Draft, refusal: str = "", page: int = 0) -> BotMessage:
    name, value, snapshot = draft.waiting, draft.value(draft.waiting), request.knowledge.snapshot
    # An entry of each, also of those that hold gaps or retired entries alone.
    topics = {fact.topic: fact.id for fact in reversed([*snapshot.facts.values()])}
    names = {
        "topic": {one: topic for topic, one in topics.items()},
        "report": {report.id: report.short_title or report.title for report in snapshot.reports},
    }.get(name, {})
    if name in draft.cells or draft.before:
        now = names.get(value, value) if isinstance(value, str) else str(len(value) or "")
        if name == "figures" and isinstance(value, tuple):
            now = "\n".join(map(figure_line, value))
        head = f"{texts.NOW} " + (f"<code>{safe(now)}</code>" if now else texts.EMPTY)
    else:
        asked = draft.value("question")
        head = heading(texts.KINDS[draft.is_gap] + ":" * bool(asked), asked)
    prompts = texts.PROMPTS | (texts.GAP_PROMPTS if draft.is_gap else {})
    parts, rows = [safe(refusal), head, safe(prompts[name])], list[Row]()
    if name == "also_asked" and value:
        parts.append(safe(texts.TAP_TO_DROP))
        every = [button(f"✕ {text}", "drop", place) for place, text in enumerate(value)]
        rows += paged(every, page, "page")
    rows += pairs([button(label, "set", key) for key, label in [*names.items()][:CHOICES]])
    return joined(parts, (*rows, _under(draft)))


def _under(draft: Draft) -> Row:
    """Give the buttons that every prompt, and every question tried, ends with."""
    name = draft.waiting
    if name == TRIAL:
        return buttons({"save": texts.SAVE, "preview": texts.PREVIEW})
    go_on = {"preview": texts.PREVIEW} if name == "also_asked" else {}
    back = {"menu": texts.BACK} if draft.value("question") else {}
    row = buttons(go_on | back | {"leave": texts.CANCEL})
    if name in ("question", "answer", "report", "also_asked"):
        return row
    return button(texts.CLEAR if draft.value(name) else texts.SKIP, "set", ""), *row


def menu(request: Request, draft: Draft, why: str = "", alike: Sequence[Fact] = ()) -> BotMessage:
    """Say `why` a draft is not saved yet, and ask which field of it or which entry to change."""
    request.step(draft, "")
    fields = {name: label for name, label in texts.FIELDS.items() if _is_asked(request, name)}
    rows = [buttons({"edit": texts.EDIT_INSTEAD.format(one.question)}, one.id) for one in alike]
    rows += pairs([button(label, "field", name) for name, label in fields.items()])
    if fact := draft.before:
        state = {"restore": texts.RESTORE} if fact.retired else {"retire": texts.RETIRE}
        rows.append(buttons(state | {"history": texts.HISTORY}, fact.id))
    go_on = {"preview": texts.GO_ON if _left(request, draft) else texts.PREVIEW}
    rows.append(buttons((go_on if draft.cells else {}) | {"leave": texts.CANCEL}))
    title = heading(short(draft.value("question") or texts.KINDS[draft.is_gap], BOLD))
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
    said = {one.text.casefold(): str(one.callback_data) for one in _under(draft)}
    said = dict.fromkeys(texts.CANCELLING, "a:leave") | said
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
    had, request.draft = request.draft, None
    return notice(texts.CANCELLED if had else texts.NOTHING_OPEN)


async def tap(request: Request) -> BotMessage:
    """Do what a button of a draft says, tapped or typed, unless its step is over."""
    draft, value = request.draft, "".join(request.parts)
    if draft is None or request.message.message_id < draft.since:
        request.shown = None
        return notice(texts.STEP_GONE)
    request.begin()
    match request.verb:
        case "leave":
            return await cancel(request)
        case "menu":
            return menu(request, draft)
        case "field":
            request.step(draft, value)
            return _prompt(request, draft)
        case "page":
            return _prompt(request, draft, page=int(value))
        case "drop":
            ways = draft.cells["also_asked"] = [*draft.value("also_asked")]
            del ways[int(value) : int(value) + 1]
            return _prompt(request, draft, page=int(value) // A_PAGE)
        case "keep":
            draft.ask_also([one for one in draft.proposed if value in ("all", mark(one))])
            return await _verdict(request, draft)
        case "rival":
            _let_go(request, draft, value)
            return await _verdict(request, draft)
        case "save":
            # What else it changes the preview has said.
            page = await request.carry_out(draft.edit(request.knowledge.snapshot))
            request.draft = None
            return page
        case "set" if draft.waiting == "topic" and value:
            draft.cells["topic"] = request.knowledge.fact(value).topic
        case "set":
            draft.cells[draft.waiting] = value
    return await onward(request, draft)


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
    doubts = knowledge.doubts_of(draft.cells)
    found += [texts.DOUBT.format(doubt.column, doubt.reason) for doubt in doubts]
    known = {fact.topic for fact in request.knowledge.snapshot.facts.values()}
    topics = {fact.topic for _, fact in edit.facts() if fact} - known
    found += map(texts.NEW_TOPIC.format, topics)
    parts = [safe(one) for one in (*found, *told(tried))]
    retired = draft.cells.get("state") == "retired"
    save = texts.RETIRE if retired else texts.RESTORE if "state" in draft.cells else texts.SAVE
    rows = [buttons({"save": save, "leave": texts.CANCEL})]
    if retired:
        return joined(parts, rows)
    rows.append(buttons({"menu": texts.CHANGE_SOMETHING}))
    for fact_id, how in draft.rivals.items():
        rival = request.knowledge.fact(fact_id)
        choice = texts.KEEP_RIVAL if how == "replaced" else texts.REPLACE_RIVAL
        either = button(choice.format(rival.question), "rival", fact_id)
        instead = button(texts.EDIT_INSTEAD.format(rival.question), "edit", fact_id)
        rows.append((instead if how == "alike" else either,))
    had = draft.before.also_asked if draft.before else ()
    if added := [f"“{text}”" for text in draft.value("also_asked") if text not in had]:
        parts.append(safe(texts.ALSO_ASKED.format(short(", ".join(added), 500))))
    if draft.proposed:
        parts.append(safe(texts.PROPOSED))
        every = [button(f"+ {text}", "keep", mark(text)) for text in draft.proposed]
        if len(every) > 1:
            rows.append((button(texts.KEEP_ALL.format(len(every)), "keep", "all"),))
        rows += pairs(every)
    parts.append(safe(texts.TRY_IT))
    return joined(parts, rows)


def _let_go(request: Request, draft: Draft, fact_id: str) -> None:
    """Let an entry that speaks against the draft go with it, or stay after all."""
    if draft.rivals.get(fact_id) == "replaced":
        del draft.rivals[fact_id]
        return
    draft.rivals[fact_id] = "replaced"
    gone = request.knowledge.fact(fact_id)
    # Who asked for it asks for this one now; in words of another time they would not.
    heirs = [] if gone.is_gap else [one for one in gone.phrasings if not re.search(r"\d", one)]
    draft.proposed += [one for one in heirs[:HEIRS] if one not in draft.proposed]


async def _tried(request: Request, draft: Draft, question: str) -> BotMessage:
    """Show what somebody would read who asks this once the draft is saved."""
    base = request.knowledge
    edit = draft.edit(base.snapshot)
    reply = await asyncio.to_thread(lambda: base.tried(edit).ask(question))
    found = edit.swaps[-1].key in [match.fact.id for match in reply.matches]
    offered = reply.matches if isinstance(reply, knowledge.Suggestions) else ()
    rows, said = [_under(draft)], texts.OFFERED if found else texts.NOT_FOUND_YET
    if found and not (offered or isinstance(reply, knowledge.Near)):
        said = texts.FOUND
    # Letters at random, taught to an entry, would make it sure of all that is like them.
    elif not (isinstance(reply, knowledge.Unknown) and reply.unread):
        draft.proposed += [question] if question not in draft.proposed else []
        rows.insert(0, buttons({"keep": texts.ASK_ALSO.format(question)}, mark(question)))
    listed = (safe(f"• {match.fact.question}") for match in offered)
    read = lines(request.services.page(question, reply).html, *listed)
    return joined([safe(texts.WITH_DRAFT), read, safe(said)], rows)


TAPS = "leave menu field set drop page save rival keep preview".split()
