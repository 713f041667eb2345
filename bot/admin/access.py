"""What an administrator sent, what answers it, and the buttons they get."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any
from zlib import crc32

from telegram import Message, Update

from bot import texts as public
from bot.admin import texts
from bot.admin.drafts import Drafts
from bot.messages.keyboards import LABEL
from bot.messages.message import BotMessage, Button, Row, notice, short
from bot.services import Context, services_of
from bot.transport import delivery
from knowledge import Editor, Fact, KnowledgeError


class Request:
    """What an administrator sent: a message with its command, or a tap with what its button says.

    What comes of a tap stands in place of the message tapped, unless it is to stand `below`. The
    `memory` is of what can be had again: imports that wait, the unanswered questions as listed.
    """

    def __init__(self, update: Update, context: Context, verb: str, parts: Sequence[str]) -> None:
        assert update.effective_user is not None
        assert context.user_data is not None
        self.update, self.context, self.verb, self.parts = update, context, verb, parts
        self.who = update.effective_user.id
        self.services = services_of(context)
        self.knowledge = self.services.knowledge
        self.editor = Editor(self.knowledge)
        self.drafts = Drafts(self.knowledge.store, self.who)
        self.memory: dict[str, Any] = context.user_data
        # What was written after a command, or stands on the button after its verb.
        self.written = " ".join(context.args or parts)
        self.below = False
        self._sent: Message | None = None

    @property
    def message(self) -> Message:
        """Give the message that was written."""
        assert self.update.message is not None
        return self.update.message

    async def reply(self, page: BotMessage) -> Message:
        """Send a message below the one written or tapped."""
        query, message = self.update.callback_query, self.update.effective_message
        if query is not None:
            self._sent = await delivery.below(query, page)
        elif message is not None:
            self._sent = await delivery.reply(message, page)
        assert self._sent is not None
        return self._sent

    async def show(self, page: BotMessage) -> None:
        """Show a page in place of what was sent last, else of the message tapped."""
        query = self.update.callback_query
        if self._sent is not None:
            await delivery.done(
                self._sent.edit_text(page.html, reply_markup=delivery.keyboard(page.rows))
            )
        elif query is not None and isinstance(query.message, Message) and not self.below:
            await delivery.turn(query, page)
        else:
            await self.reply(page)


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

    return told


def button(label: str, verb: str, *parts: object) -> Button:
    """Make an administrators' button, which carries a verb and ids, at most 64 bytes.

    One of a draft names the draft by its number, so that a button of an older draft does nothing.
    """
    data = ":".join(["a", verb, *map(str, parts)])
    return Button(short(label, LABEL), callback_data=data)


def label(fact: Fact) -> str:
    """Name an entry and the state it is in."""
    return f"{texts.RETIRED * fact.retired}{texts.GAP_OF * fact.is_gap}{fact.question}"


def mark(text: str) -> str:
    """Give a short mark of a text that is too long for a button."""
    return f"{crc32(text.encode()):08x}"


def in_rows(every: Sequence[Button], size: int = 1) -> list[Row]:
    """Set so many buttons to a row."""
    return [tuple(every[place : place + size]) for place in range(0, len(every), size)]


def paged(every: Sequence[Button], page: int, size: int, verb: str, *parts: object) -> list[Row]:
    """Set a page of buttons one to a row, above those that turn to the pages beside it."""
    last = max(0, (len(every) - 1) // size)
    page = min(page, last)
    turns = ((public.PREVIOUS, page - 1), (public.NEXT, page + 1))
    turn = [button(label, verb, *parts, to) for label, to in turns if 0 <= to <= last]
    return [*in_rows(every[page * size : (page + 1) * size]), *in_rows(turn, 2)]
