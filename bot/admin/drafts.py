"""An entry being written, kept in the database: its preview, what it moves, what it replaces."""

import asyncio
import json
import re
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from telegram import Update

import knowledge
from bot.admin import texts
from bot.admin.access import RIVALS_TOLD, Request, button, buttons, mark, told
from bot.messages import BotMessage, Row, joined, lines, notice, pairs, safe, short
from bot.services import Services
from bot.transport import delivery
from knowledge import Fact, edits

KIND = "draft"
# Commands that change something at once; what others show may be shown twice.
AT_ONCE = ("undo", "redo", "terms")
# What a draft waits for while its preview is shown: a question to try it with.
TRIAL = "trial"
TRY_ON = {"save": texts.SAVE, "preview": texts.PREVIEW}
# Fields that may have several lines.
IN_LINES = ("answer", "detail", "also_asked", "figures")
# Characters of what a field was and becomes; ways of asking taken over from an entry that goes.
CHANGED, HEIRS = 300, 5


@dataclass(slots=True)
class Draft:
    """An entry in the making: `waiting` names the field that the next text is for.

    `before` is the entry edited, as it stood when that began, "" for a new one. Of the preview:
    `verdict` is what was found out (HTML), `rivals` the ids of entries that speak against it and
    how, `replaces` those of them that go when it is saved, `proposed` ways of asking not yet kept.
    """

    cells: dict[str, Any] = field(default_factory=dict)
    before: str = ""
    waiting: str = ""
    # Another with each step: the buttons of an older one do nothing.
    number: str = ""
    verdict: str = ""
    rivals: dict[str, str] = field(default_factory=dict)
    replaces: list[str] = field(default_factory=list)
    proposed: list[str] = field(default_factory=list)

    @property
    def fact(self) -> Fact | None:
        """Give the entry being edited, as it stood when that began."""
        found = knowledge.from_json("fact", self.before or None)
        return found if isinstance(found, Fact) else None

    @property
    def title(self) -> str:
        """Give what the draft is about, "" for one just begun."""
        return str(self.value("question"))

    @property
    def is_gap(self) -> bool:
        """Tell whether this will say what the report leaves out."""
        return bool(self.value("kind") == "gap")

    def value(self, name: str) -> Any:
        """Give a field as it will be, "" where nothing is said of it."""
        return self.cells.get(name, getattr(self.fact, name, ""))

    def step(self, waiting: str) -> None:
        """Go on to a field, the preview or the menu."""
        self.waiting, self.number = waiting, secrets.token_hex(4)

    def put(self, name: str, text: str) -> str:
        """Put a text into a field; gives what is wrong with it, "" when nothing is."""
        value = text if name in IN_LINES else " ".join(text.split())
        if name == "link" and (behind := re.search(r"\((https?://[^\s()]+)\)$", value, re.I)):
            # Words that lead to an address.
            value = behind[1]
        if reason := edits.objection(name, value):
            return reason
        if name == "also_asked":
            self.ask_also(" ".join(line.split()) for line in text.splitlines() if line.strip())
        else:
            self.cells[name] = value
        return ""

    def ask_also(self, ways: Iterable[str]) -> None:
        """Add ways of asking."""
        asked = dict.fromkeys((*self.value("also_asked"), *ways))
        self.cells["also_asked"] = list(asked)
        self.proposed = [text for text in self.proposed if text not in asked]

    def propose(self, ways: Iterable[str]) -> None:
        """Have ways of asking ready to be kept."""
        self.proposed = list(dict.fromkeys((*self.proposed, *ways)))

    def edit(self, snapshot: knowledge.Snapshot) -> knowledge.Edit:
        """Give the change that it stands for, its own entry last; raises KnowledgeError."""
        fact, cells = self.fact, dict(self.cells)
        gone = [snapshot.facts[one] for one in self.replaces if one in snapshot.facts]
        # A gap that was offered behind what goes, or denies what comes and stays, is offered with
        # it: alone it would deny it.
        behind = [one for old in gone for one in old.beside]
        denying = [one for one, how in self.rivals.items() if how == "denies"]
        behind += [one for one in denying if one not in self.replaces]
        if behind and not self.is_gap:
            cells["beside"] = list(dict.fromkeys((*self.value("beside"), *behind)))
        own = edits.edited(snapshot, fact, cells) if fact else edits.added(snapshot, cells)
        if not gone:
            return own
        what = f"{own.what} in place of {' and '.join(f'“{one.question}”' for one in gone)}"
        going = [swap for one in gone for swap in edits.retired(one).swaps]
        return replace(own, what=what, swaps=(*going, *own.swaps))


def draft_of(who: int, store: knowledge.Store) -> Draft | None:
    """Give the one draft of an administrator."""
    # Read anew each time: another process may have had the last word with this administrator.
    text = store.notes(KIND).get(who)
    # A draft that another version began may have fields that this one has not.
    known = Draft.__dataclass_fields__
    return Draft(**{k: v for k, v in json.loads(text).items() if k in known}) if text else None


def keep(request: Request, draft: Draft | None) -> None:
    """Keep a draft as it is now, in place of any other; None drops it."""
    text = json.dumps(asdict(draft)) if draft else None
    request.knowledge.store.put_note(KIND, request.who, text)


def changes(services: Services, update: Update) -> bool | None:
    """Tell whether an administrator's update may change the base; None if it may come twice too."""
    message, user = update.message, update.effective_user
    if query := update.callback_query:
        return str(query.data).startswith("a:")
    if message is None or user is None:
        return False
    command = re.match(r"/(\w+)", message.text or "")
    if command and (name := command[1].lower()) in texts.COMMANDS:
        return name in AT_ONCE or None
    # If the file cannot be read, nothing in it will be changed.
    with suppress(knowledge.KnowledgeError):
        draft = draft_of(user.id, services.knowledge.store)
        return draft is not None and bool(draft.waiting)
    return False


# --- The preview ----------------------------------------------------------------------------------


async def preview(request: Request, draft: Draft) -> BotMessage:
    """Show an entry as people will see it, and what else would change; raises KnowledgeError."""
    draft.rivals = {one: how for one, how in draft.rivals.items() if one in draft.replaces}
    edit = draft.edit(request.knowledge.snapshot)
    fact = _own(edit)
    # From now on a text typed tries the draft; one that retires an entry can't be asked for.
    draft.step("" if fact.retired else TRIAL)
    await delivery.reply(request.message, seen(request, fact))
    await request.show(notice(texts.CHECKING))
    return await _try(request, draft, edit)


def _own(edit: knowledge.Edit) -> Fact:
    """Give the entry that a draft's change is about, as it will be."""
    _, fact = edit.facts()[-1]
    assert fact is not None
    return fact


def instead(fact: Fact) -> Row:
    """Offer to edit an entry that there is already."""
    return buttons({"edit": texts.EDIT_INSTEAD.format(fact.question)}, fact.id)


def seen(request: Request, fact: Fact) -> BotMessage:
    """Give an entry exactly as somebody will see it who asks for it."""
    match = knowledge.Match(fact, 1.0)
    reply = knowledge.Unknown(match) if fact.is_gap else knowledge.Answer((match,))
    return request.services.page(fact.question, reply)


async def _try(request: Request, draft: Draft, edit: knowledge.Edit) -> BotMessage:
    """Ask the known questions with the draft, and show what came of it."""
    async with delivery.telling(request.show):
        tried = await asyncio.to_thread(request.editor.trial(edit))
    draft.proposed = draft.proposed or list(tried.proposals)
    draft.rivals |= {one.fact.id: one.how for one in tried.rivals[:RIVALS_TOLD]}
    found = [texts.NOT_RETIRED if _own(edit).retired else texts.NOT_SAVED]
    if draft.before and "state" not in draft.cells:
        # Not all that is changed is seen in the entry.
        changed = knowledge.difference(edit.swaps[-1])
        found.append("\n".join(short(line, CHANGED) for line in changed))
    doubts = knowledge.doubts_of(0, draft.cells)
    found += [texts.DOUBT.format(doubt.column, doubt.reason) for doubt in doubts]
    topics = [swap.after for swap in edit.swaps if swap.before is None]
    found += [texts.NEW_TOPIC.format(t.name) for t in topics if isinstance(t, knowledge.Topic)]
    draft.verdict = "\n\n".join(map(safe, (*found, *told(tried))))
    keep(request, draft)
    return verdict(request, draft)


def verdict(request: Request, draft: Draft) -> BotMessage:
    """Say what else would change, offer what would mend it, and ask what to do."""
    number, parts = draft.number, [draft.verdict]
    retired = draft.cells.get("state") == "retired"
    save = texts.RETIRE if retired else texts.RESTORE if "state" in draft.cells else texts.SAVE
    rows = [buttons({"save": save, "cancel": texts.CANCEL}, number)]
    if retired:
        return joined(parts, rows)
    flip = texts.MAKE_FACT if draft.is_gap else texts.MAKE_GAP
    rows.append(buttons({"menu": texts.CHANGE_SOMETHING, "gap": flip}, number))
    for fact_id, how in draft.rivals.items():
        question = request.knowledge.fact(fact_id).question
        if how == "alike":
            rows.append(instead(request.knowledge.fact(fact_id)))
            continue
        choice = texts.KEEP_RIVAL if fact_id in draft.replaces else texts.REPLACE_RIVAL
        rows.append((button(choice.format(question), "rival", number, fact_id),))
    had = draft.fact.also_asked if draft.fact else ()
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


async def replace_rival(request: Request, draft: Draft, fact_id: str) -> BotMessage:
    """Let an entry that speaks against the draft go with it, or stay after all."""
    if fact_id in draft.replaces:
        draft.replaces.remove(fact_id)
    else:
        draft.replaces.append(fact_id)
        gone = request.knowledge.fact(fact_id)
        # Who asked for it asks for this one now; in words of another time they would not.
        heirs = [] if gone.is_gap else [one for one in gone.phrasings if not re.search(r"\d", one)]
        draft.propose(heirs[:HEIRS])
    return await _try(request, draft, draft.edit(request.knowledge.snapshot))


async def ask(request: Request, draft: Draft, question: str) -> BotMessage:
    """Show what somebody would read who asks this once the draft is saved."""
    base, now = request.knowledge, request.knowledge.version
    edit = draft.edit(base.snapshot)
    reply = await asyncio.to_thread(lambda: base.tried(edit, now).ask(question))
    found = _own(edit).id in [match.fact.id for match in reply.matches]
    rows = [buttons(TRY_ON, draft.number)]
    if found and not isinstance(reply, knowledge.Near | knowledge.Suggestions):
        said = texts.FOUND
    else:
        said = texts.OFFERED if found else texts.NOT_FOUND_YET
        if not (isinstance(reply, knowledge.Unknown) and reply.unread):
            # Letters at random, taught to an entry, would make it sure of all that is like them.
            draft.propose([question])
            also = button(texts.ASK_ALSO.format(question), "keep", draft.number, mark(question))
            rows.insert(0, (also,))
    keep(request, draft)
    offered = reply.matches if isinstance(reply, knowledge.Suggestions) else ()
    listed = (safe(f"• {match.fact.question}") for match in offered)
    read = lines(request.services.page(question, reply).html, *listed)
    return joined([safe(texts.WITH_DRAFT), read, safe(said)], rows)
