"""What an administrator sent, how it is answered, and the buttons they get."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any
from zlib import crc32

from telegram import Message, Update
from telegram.ext import ApplicationHandlerStop

from bot import messages
from bot import texts as public
from bot.admin import texts
from bot.messages import LABEL, BotMessage, Button, Row, joined, notice, safe, short
from bot.services import Context, services_of
from bot.transport import delivery
from bot.transport.updates import order_of
from knowledge import Difference, Edit, Editor, KnowledgeError, Reply, Suggestions, Trial

# Taps whose page takes the place of the one tapped; that of others stands below it.
IN_PLACE = frozenset(
    "apply cancel discard dismiss drop keep later means older page rival save terms".split()
)
# Entries told of that speak against a change, questions that it moves, and characters of each.
RIVALS_TOLD, MOVED_TOLD, QUOTED = 3, 8, 70


class Request:
    """What an administrator sent: a message with a command, or a tap with what its button says."""

    def __init__(self, update: Update, context: Context, verb: str, parts: Sequence[str]) -> None:
        user, message = update.effective_user, update.effective_message
        assert user is not None
        assert isinstance(message, Message)
        self.update, self.context, self.verb, self.parts = update, context, verb, parts
        # The message written, or tapped.
        self.who, self.message = user.id, message
        self.services = services_of(context)
        self.knowledge = self.services.knowledge
        self.editor = Editor(self.knowledge)
        # What was written after a command, or stands on the button after its verb.
        self.written = " ".join(context.args or parts)
        # The message whose place the next page takes.
        self.shown = message if update.callback_query and verb in IN_PLACE else None

    async def show(self, page: BotMessage) -> Message:
        """Show a page in place of the one shown, else below what was written or tapped."""
        keys = delivery.keyboard(page.rows)
        at = self.shown
        if at is None or not await delivery.done(at.edit_text(page.html, reply_markup=keys)):
            at = self.shown = await delivery.reply(self.message, page)
        return at

    async def carry_out(self, edit: Edit) -> BotMessage:
        """Make a change and give its confirmation."""
        async with delivery.telling(self.show):
            await order_of(self.context.application).carry_out(edit, str(self.who))
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


def handled(
    handler: Handler, verb: str = ""
) -> Callable[[Update, Context], Coroutine[Any, Any, None]]:
    """Show what a handler gives; its refusals reach the administrator as the sentences they are."""

    async def handle(update: Update, context: Context) -> None:
        parts = list[str]()
        if query := update.callback_query:
            who, chat = query.from_user.id, update.effective_chat
            if who not in services_of(context).settings.admin_ids or not chat or chat.id != who:
                # To anybody else, and in groups, the button leads nowhere.
                await query.answer(public.OLD_BUTTON, show_alert=True)
                return
            await query.answer()
            _, _, *parts = str(query.data).split(":")
        request = Request(update, context, verb, parts)
        try:
            page = await handler(request)
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


def paged(every: Sequence[Button], page: int, size: int, verb: str, *parts: object) -> list[Row]:
    """Set a page of buttons one to a row, above those that turn to the pages beside it."""
    shown, turns, _ = messages.paged(every, page, lambda n, to: button(n, verb, *parts, to), size)
    return [*((one,) for one in shown), turns]


# --- What an entry is, and does to others ---------------------------------------------------------


def told(tried: Trial, *, several: bool = False) -> list[str]:
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


def differences(moved: Sequence[Difference]) -> str:
    """List questions that are answered differently."""
    lines = [
        f"\n• “{short(one.question, QUOTED)}”: {_named(one.before)} → {_named(one.after)}"
        for one in moved[:MOVED_TOLD]
    ]
    return "".join(lines) + (f"\n• and {more} more" if (more := len(moved[MOVED_TOLD:])) else "")


def _named(reply: Reply) -> str:
    """Name what somebody would be told."""
    named = [f"“{short(match.fact.question, QUOTED)}”" for match in reply.matches]
    if isinstance(reply, Suggestions):
        return texts.SUGGESTIONS.format(named[0])
    return " and ".join(named) or texts.NO_ANSWER
