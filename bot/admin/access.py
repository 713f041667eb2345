"""What an administrator sent, how it is answered, and the entry that they are writing."""

import asyncio
import json
import re
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any
from zlib import crc32

from telegram import Message, MessageEntity, Update
from telegram.ext import ApplicationHandlerStop

import knowledge
from bot import messages
from bot.admin import texts
from bot.messages import LABEL, BotMessage, Button, Row, joined, notice, safe, short
from bot.transport import Context, delivery
from bot.transport.updates import order_of
from knowledge import Edit, Editor, Fact, KnowledgeError, edits

# Taps whose page takes the place of the one tapped; that of others stands below it.
IN_PLACE = "apply discard dismiss drop keep later leave means older page rival save terms".split()
# Entries told of that speak against a change, questions that it moves, and characters of each.
RIVALS_TOLD, MOVED_TOLD, QUOTED = 3, 8, 70
# Under which a draft is kept.
KIND = "draft"
IN_LINES = ("answer", "detail", "also_asked", "figures")


@dataclass(slots=True)
class Draft:
    """An entry in the making."""

    cells: dict[str, Any] = field(default_factory=dict)
    before: Fact | None = None  # the entry edited, as it stood when that began
    waiting: str = ""  # the field that the next text is for
    since: int = 0  # the first message of this step: the buttons of older ones do nothing
    # Entries that speak against it, by id, and how: "replaced" where one goes when this is saved.
    rivals: dict[str, str] = field(default_factory=dict)
    proposed: list[str] = field(default_factory=list)  # ways of asking not yet kept

    @property
    def is_gap(self) -> bool:
        """Tell whether this will say what the report leaves out."""
        return bool(self.value("kind") == "gap")

    def value(self, name: str) -> Any:
        """Give a field as it will be, "" where nothing is said of it."""
        return self.cells.get(name, getattr(self.before, name, ""))

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

    def edit(self, snapshot: knowledge.Snapshot) -> Edit:
        """Give the change that it stands for, its own entry last; raises KnowledgeError."""
        fact, cells = self.before, dict(self.cells)
        replaced = [one for one, how in self.rivals.items() if how == "replaced"]
        gone = [snapshot.facts[one] for one in replaced if one in snapshot.facts]
        # A gap that was offered behind what goes, or denies what comes and stays, is offered with
        # it: alone it would deny it.
        behind = [one for old in gone for one in old.beside]
        behind += [one for one, how in self.rivals.items() if how == "denies"]
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
    if (text := store.note(KIND, str(who))) is None:
        return None
    # A draft that another version began may have fields that this one has not.
    kept = {k: v for k, v in json.loads(text).items() if k in Draft.__dataclass_fields__}
    return Draft(**kept | {"before": knowledge.from_json("fact", kept.get("before") or None)})


class Request:
    """What an administrator sent: a message with a command, or a tap with what its button says."""

    def __init__(self, update: Update, context: Context, verb: str) -> None:
        message, query = update.effective_message, update.callback_query
        assert isinstance(message, Message)
        self.update, self.context, self.verb = update, context, verb
        # The message written, or tapped, in their own chat, which has their number.
        self.who, self.message = message.chat_id, message
        self.services = context.bot_data
        self.knowledge = self.services.knowledge
        self.editor = Editor(self.knowledge)
        # What was written after a command, or stands on the button after its verb.
        self.parts = str(query.data).split(":")[2:] if query else context.args or []
        self.written = " ".join(self.parts)
        # The message whose place the next page takes.
        self.shown = message if query and verb in IN_PLACE else None

    @cached_property
    def draft(self) -> Draft | None:
        """Give the one draft of this administrator, kept as it is when the page is ready."""
        # Read anew each time: another process may have had the last word with them.
        return draft_of(self.who, self.knowledge.store)

    def step(self, draft: Draft, waiting: str) -> None:
        """Go on with a draft to a field, the preview or the menu."""
        self.draft, draft.waiting, draft.since = draft, waiting, self.message.message_id + 1

    def keep(self) -> None:
        """Keep the draft, None where it was dropped, if anybody looked at it."""
        if "draft" in vars(self):
            draft, text = self.draft, None
            if draft is not None:
                text = json.dumps(asdict(draft) | {"before": knowledge.to_json(draft.before)})
            self.knowledge.store.put_note(KIND, str(self.who), text)

    @property
    def text(self) -> str:
        """Give what was written, with the addresses behind its words in brackets after them."""
        text = self.message.text or ""
        for link, words in self.message.parse_entities([MessageEntity.TEXT_LINK]).items():
            if link.url and link.url.rstrip("/") != words.rstrip("/"):
                text = text.replace(words, f"{words} ({link.url})", 1)
        return text

    def begin(self) -> None:
        """Note that this changes something from here on: after a crash it is not done again."""
        order_of(self.context.application).note(self.update, is_done=False)

    async def show(self, page: BotMessage) -> Message:
        """Show a page in place of the one shown, else below what was written or tapped."""
        step = delivery.turn if self.shown else delivery.reply
        self.shown = await step(self.shown or self.message, page)
        return self.shown

    async def carry_out(self, edit: Edit) -> BotMessage:
        """Make a change and give its confirmation."""
        self.begin()
        order = order_of(self.context.application)
        await delivery.telling(self.show, order.carry_out(edit, str(self.who)))
        back = texts.BRING_BACK if edit.what.startswith("took back") else texts.UNDO
        row = [button(back, "undo", self.knowledge.snapshot.change)]
        facts = [after for _, after in edit.facts() if after is not None and not after.retired]
        if len(facts) == 1:
            row.append(button(texts.EDIT_AGAIN, "edit", facts[0].id))
        return notice(texts.SAVED.format(short(edit.what, 400)), [tuple(row)])

    async def change(self, edit: Edit) -> BotMessage | None:
        """Make a change without a preview; give what to say if it moves other questions."""
        # Taken before the change: the trial compares with how things stood then.
        trial = self.editor.trial(edit)
        page = await self.carry_out(edit)
        await self.show(page)
        tried = await asyncio.to_thread(trial)
        own = {text for pair in edit.facts() for fact in pair if fact for text in fact.phrasings}
        moved = [one for one in tried.differences if one.question not in own]
        also = safe(texts.ALSO_CHANGED + differences(moved))
        return joined([page.html, also], page.rows) if moved else None


# Gives the page to show, None where all has been said.
Handler = Callable[[Request], Coroutine[Any, Any, BotMessage | None]]


def handled(handler: Handler, verb: str = "") -> delivery.Callback:
    """Show what a handler gives; its refusals reach the administrator as the sentences they are."""

    async def handle(update: Update, context: Context) -> None:
        if query := update.callback_query:
            who, chat = query.from_user.id, update.effective_chat
            if who not in context.bot_data.settings.admin_ids or not chat or chat.id != who:
                # To anybody else, and in groups, the button leads nowhere.
                await delivery.outdated(update, context)
                return
            await query.answer()
        request = Request(update, context, verb)
        try:
            if page := await handler(request):
                request.keep()
        except KnowledgeError as error:
            if request.shown is request.message:
                # The page refused is still there to be mended.
                request.shown = None
            page = notice(str(error)[:4000])
        if page:
            await request.show(page)
            raise ApplicationHandlerStop

    return handle


def button(label: str, verb: str, *parts: object) -> Button:
    """Make an administrators' button, which carries a verb and ids, at most 64 bytes."""
    return messages.button(short(label, LABEL), "a", verb, *parts)


def buttons(labels: dict[str, str], *parts: object) -> Row:
    """Make a row of buttons, their labels given by their verbs."""
    return tuple(button(label, verb, *parts) for verb, label in labels.items())


def mark(text: str) -> str:
    """Give a short mark of a text that is too long for a button."""
    return f"{crc32(text.encode()):08x}"


def paged(every: Sequence[Button], page: int, verb: str) -> list[Row]:
    """Set a page of buttons one to a row, above those that turn to the pages beside it."""
    shown, turns, _ = messages.paged(len(every), page, lambda label, to: button(label, verb, to))
    return [*((one,) for one in every[shown]), turns]


def told(tried: knowledge.Trial, *, several: bool = False) -> list[str]:
    """Say which entries speak against one, or one of `several`, and which questions move."""
    said = list[str]()
    for rival in tried.rivals[:RIVALS_TOLD]:
        asked = short(rival.questions[0], QUOTED)
        of_which = texts.RIVAL_OF.format(rival.saved.question) if several else ""
        said.append(of_which + texts.RIVALS[rival.how].format(rival.fact.question, asked))
    asked, known = f"{tried.asked:,}", f"{tried.known:,}"
    count = f"all {known}" if asked == known else f"{asked} of {known}"
    moved = (texts.MOVED if tried.differences else texts.NOTHING_MOVED).format(count)
    return [*said, moved + differences(tried.differences)]


def differences(moved: Sequence[knowledge.Difference]) -> str:
    """List questions that are answered differently."""
    lines = [
        f"\n• “{short(one.question, QUOTED)}”: {_named(one.before)} → {_named(one.after)}"
        for one in moved[:MOVED_TOLD]
    ]
    return "".join(lines) + (f"\n• and {more} more" if (more := len(moved[MOVED_TOLD:])) else "")


def _named(reply: knowledge.Reply) -> str:
    named = [f"“{short(match.fact.question, QUOTED)}”" for match in reply.matches]
    if isinstance(reply, knowledge.Suggestions):
        return texts.SUGGESTIONS.format(named[0])
    return " and ".join(named) or texts.NO_ANSWER
