"""Writing an entry field by field: what is asked for, typed and tapped."""

from collections.abc import Sequence

from telegram import Message, MessageEntity

from bot.admin import drafts, texts
from bot.admin.access import Request, button, buttons, mark, paged
from bot.admin.drafts import TRIAL, Draft, draft_of
from bot.messages import BotMessage, Row, heading, joined, notice, pairs, safe, short
from knowledge import KnowledgeError, figure_line

# Asked for one after the other of a new entry; the report only where there are several.
STEPS = ("question", "answer", "report", "topic")
# What is written after /add, between upright strokes: all that has no lines of its own.
IN_ONE = ("question", "answer", "topic", "link", "source")
# Ways of asking on a page, topics on offer, characters of a question in bold.
PHRASINGS, CHOICES, BOLD = 6, 40, 150


async def begin(request: Request) -> BotMessage:
    """Begin a new fact or gap, or take one written in one message."""
    # After the command, on its line or on the next.
    _, *written = _with_addresses(request.message).split(maxsplit=1)
    parts = [part.strip() for part in "".join(written).split("|")]
    old = draft_of(request.who, request.knowledge.store)
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
        return _wait_for(request, draft, left[0])
    try:
        return await drafts.preview(request, draft)
    except KnowledgeError as error:
        # It can't be saved so: there may be one like it already.
        alike = () if draft.before else request.editor.find(draft.title)[:1]
        return menu(request, draft, str(error), [*map(drafts.instead, alike)])


def _wait_for(request: Request, draft: Draft, name: str) -> BotMessage:
    draft.step(name)
    drafts.keep(request, draft)
    return _prompt(request, draft)


def _prompt(request: Request, draft: Draft, refusal: str = "", page: int = 0) -> BotMessage:
    """Ask for the field a draft waits for."""
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


def _names(request: Request, name: str) -> dict[str, str]:
    """Give what the topics or the reports are called, by id, where that is the field."""
    snapshot = request.knowledge.snapshot
    if name == "topic":
        return {topic.id: topic.name for topic in snapshot.topics}
    reports = snapshot.reports if name == "report" else ()
    return {report.id: report.short_title or report.title for report in reports}


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


def menu(request: Request, draft: Draft, why: str = "", instead: Sequence[Row] = ()) -> BotMessage:
    """Say `why` a draft is not saved yet, and ask which field of it to change, or what instead."""
    draft.step("")
    drafts.keep(request, draft)
    number = draft.number
    fields = [name for name in texts.FIELDS if _is_asked(request, name)]
    every = [button(texts.FIELDS[name], "field", number, name) for name in fields]
    rows = [*instead, *pairs(every)]
    if fact := draft.fact:
        state = {"restore": texts.RESTORE} if fact.retired else {"retire": texts.RETIRE}
        rows.append(buttons(state | {"history": texts.HISTORY}, fact.id))
    go_on = {"preview": texts.GO_ON if _left(request, draft) else texts.PREVIEW}
    rows.append(buttons((go_on if draft.cells else {}) | {"cancel": texts.CANCEL}, number))
    title = heading(short(draft.title or texts.KINDS[draft.is_gap], BOLD))
    return joined([safe(why), title, safe(texts.HOW_TO_CHANGE)], rows)


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


async def typed(request: Request) -> BotMessage | None:
    """Give a text to the draft that waits for it; without one it is a question like any other."""
    draft = draft_of(request.who, request.knowledge.store)
    if not (draft and draft.waiting):
        return None
    text = _with_addresses(request.message).strip()
    # The words of the buttons do what the buttons do.
    said = {one.text.casefold(): str(one.callback_data) for one in _under(draft)}
    word = text.casefold().rstrip(".!")
    if request.update.edited_message:
        return notice(texts.EDITS_IGNORED)
    if word in texts.CANCELLING:
        return await cancel(request)
    if word in said:
        _, request.verb, *request.parts = said[word].split(":")
        return await tap(request)
    if draft.waiting == TRIAL:
        return await drafts.ask(request, draft, " ".join(text.split()))
    if reason := draft.put(draft.waiting, text):
        return _prompt(request, draft, texts.NOT_TAKEN.format(reason))
    return await onward(request, draft)


async def cancel(request: Request) -> BotMessage:
    """Drop the draft."""
    had = draft_of(request.who, request.knowledge.store)
    drafts.keep(request, None)
    return notice(texts.CANCELLED if had else texts.NOTHING_OPEN)


async def tap(request: Request) -> BotMessage:
    """Do what a button of a draft says."""
    draft, (number, *rest) = draft_of(request.who, request.knowledge.store), request.parts
    value = "".join(rest)
    if draft is None or draft.number != number:
        request.shown = None
        return notice(texts.STEP_GONE)
    match request.verb:
        case "cancel":
            return await cancel(request)
        case "menu":
            return menu(request, draft)
        case "field":
            return _wait_for(request, draft, value)
        case "page":
            return _prompt(request, draft, page=int(value))
        case "drop":
            ways = draft.cells["also_asked"] = [*draft.value("also_asked")]
            del ways[int(value) : int(value) + 1]
            drafts.keep(request, draft)
            return _prompt(request, draft, page=int(value) // PHRASINGS)
        case "keep":
            draft.ask_also([one for one in draft.proposed if value in ("all", mark(one))])
            drafts.keep(request, draft)
            return drafts.verdict(request, draft)
        case "rival":
            return await drafts.replace_rival(request, draft, value)
        case "save":
            # What else it changes the preview has said.
            page = await request.carry_out(draft.edit(request.knowledge.snapshot))
            drafts.keep(request, None)
            return page
        case "set":
            draft.cells[draft.waiting] = value
        case "gap":
            draft.cells["kind"] = "fact" if draft.is_gap else "gap"
    return await onward(request, draft)


TAPS = "cancel menu field set drop page save rival keep preview gap".split()
