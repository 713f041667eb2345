"""What an administrator sent, how it is answered, and the buttons they get."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any
from zlib import crc32

from telegram import Message, Update
from telegram.ext import ApplicationHandlerStop

from bot import messages
from bot.admin import texts
from bot.messages import LABEL, BotMessage, Button, Row, joined, notice, safe, short
from bot.services import Context, services_of
from bot.transport import delivery
from bot.transport.updates import order_of
from knowledge import Edit, Editor, KnowledgeError

# What comes of these taps stands below the list tapped, which goes on being one.
BELOW = frozenset({"undo", "unterm"})


class Request:
    """What an administrator sent: a message with a command, or a tap with what its button says."""

    def __init__(self, update: Update, context: Context, verb: str, parts: Sequence[str]) -> None:
        assert update.effective_user is not None
        self.update, self.context, self.verb, self.parts = update, context, verb, parts
        self.who = update.effective_user.id
        self.services = services_of(context)
        self.knowledge = self.services.knowledge
        self.editor = Editor(self.knowledge)
        # What was written after a command, or stands on the button after its verb.
        self.written = " ".join(context.args or parts)
        self._sent: Message | None = None

    @property
    def message(self) -> Message:
        """Give the message that was written."""
        assert self.update.message is not None
        return self.update.message

    async def reply(self, page: BotMessage) -> Message:
        """Send a message below the one written or tapped."""
        message = self.update.effective_message
        assert isinstance(message, Message)
        self._sent = await delivery.reply(message, page)
        return self._sent

    async def show(self, page: BotMessage) -> None:
        """Show a page in place of what was sent last, else of the message tapped."""
        query = self.update.callback_query
        if self._sent is not None:
            await delivery.done(
                self._sent.edit_text(page.html, reply_markup=delivery.keyboard(page.rows))
            )
        elif query is not None and self.verb not in BELOW:
            await delivery.turn(query, page)
        else:
            await self.reply(page)

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

    async def change(self, edit: Edit) -> None:
        """Make a change without a preview, then say which other questions it moves."""
        # Taken before the change: the trial compares with how things stood then.
        trial = self.editor.trial(edit)
        page = await self.carry_out(edit)
        await self.show(page)
        tried = await asyncio.to_thread(trial)
        own = {text for pair in edit.facts() for fact in pair if fact for text in fact.phrasings}
        if moved := [one for one in tried.differences if one.question not in own]:
            also = safe(texts.ALSO_CHANGED + texts.differences(moved))
            await self.show(joined([page.html, also], page.rows))


Handler = Callable[[Request], Coroutine[Any, Any, object]]


def handled(
    handler: Handler, verb: str = "", *parts: str
) -> Callable[[Update, Context], Coroutine[Any, Any, None]]:
    """Let a handler's refusals reach the administrator as the sentences they are."""

    async def told(update: Update, context: Context) -> None:
        request = Request(update, context, verb, parts)
        try:
            await handler(request)
        except KnowledgeError as error:
            await request.reply(notice(str(error)[:4000]))
            raise ApplicationHandlerStop from None

    return told


def button(label: str, verb: str, *parts: object) -> Button:
    """Make an administrators' button, which carries a verb and ids, at most 64 bytes."""
    data = ":".join(["a", verb, *map(str, parts)])
    return Button(short(label, LABEL), callback_data=data)


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
