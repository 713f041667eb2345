"""Who may use the administrators' side, what they sent, and the menu that only they see."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Coroutine, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from telegram import Bot, BotCommand, BotCommandScopeChat, InlineKeyboardButton, Message, Update
from telegram.error import TelegramError
from telegram.ext import filters

from bot import texts as public
from bot.admin import texts
from bot.admin.drafts import Drafts
from bot.messages.keyboards import LABEL
from bot.messages.message import BotMessage, Row, notice, short
from bot.services import App, Context, Services, services_of
from bot.transport import delivery
from knowledge import Editor, KnowledgeBase, KnowledgeError

_logger = logging.getLogger(__name__)

MENU = "menu"
# What the administrators' buttons carry: a verb and ids only, at most 64 bytes. One of a draft
# names the draft by its number, so that a button of an older draft does nothing.
BUTTONS = re.compile(r"a:")


@dataclass(slots=True)
class Request:
    """What an administrator sent: a message with its command, or a tap with what its button says.

    What comes of a tap stands in place of the message tapped, unless it is to stand `below`.
    """

    update: Update
    context: Context
    who: int
    services: Services
    editor: Editor
    verb: str = ""
    parts: tuple[str, ...] = ()
    below: bool = False
    _sent: Message | None = None

    @property
    def knowledge(self) -> KnowledgeBase:
        """Give the knowledge base."""
        return self.services.knowledge

    @property
    def drafts(self) -> Drafts:
        """Give where the administrator's draft is kept."""
        return Drafts(self.editor, self.who)

    @property
    def memory(self) -> dict[str, Any]:
        """Give what can be had again: imports that wait, the unanswered questions as listed."""
        assert self.context.user_data is not None
        return self.context.user_data

    @property
    def message(self) -> Message:
        """Give the message that was written."""
        assert self.update.message is not None
        return self.update.message

    @property
    def written(self) -> str:
        """Give what was written after a command."""
        return " ".join(self.context.args or [])

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
            with delivery.suppress_harmless():
                await self._sent.edit_text(page.html, reply_markup=page.markup)
        elif query is not None and isinstance(query.message, Message) and not self.below:
            await delivery.turn(query, page)
        else:
            await self.reply(page)

    def telling(self) -> AbstractAsyncContextManager[None]:
        """Show how far the work in threads begun here has come."""
        return delivery.telling(self.show)


Handler = Callable[[Request], Coroutine[Any, Any, None]]
Callback = Callable[[Update, Context], Coroutine[Any, Any, None]]


def handled(handler: Handler, verb: str = "", *parts: str) -> Callback:
    """Let a handler's refusals reach the administrator as the sentences they are."""

    async def told(update: Update, context: Context) -> None:
        assert update.effective_user is not None
        services = services_of(context)
        who, editor = update.effective_user.id, Editor(services.knowledge)
        request = Request(update, context, who, services, editor, verb, parts)
        try:
            await handler(request)
        except KnowledgeError as error:
            await request.reply(notice(str(error)[:4000]))

    return told


# --- Buttons --------------------------------------------------------------------------------------


def button(label: str, verb: str, *parts: object) -> InlineKeyboardButton:
    """Make an administrators' button."""
    data = ":".join(["a", verb, *map(str, parts)])
    return InlineKeyboardButton(short(label, LABEL), callback_data=data)


def mark(text: str) -> str:
    """Give a short mark of a text that is too long for a button."""
    return f"{crc32(text.encode()):08x}"


def in_rows(every: Sequence[InlineKeyboardButton], size: int = 1) -> list[Row]:
    """Set so many buttons to a row."""
    return [tuple(every[place : place + size]) for place in range(0, len(every), size)]


def paged(
    every: Sequence[InlineKeyboardButton], page: int, size: int, verb: str, *parts: object
) -> list[Row]:
    """Set a page of buttons one to a row, above those that turn to the pages beside it."""
    last = max(0, -(-len(every) // size) - 1)
    page = min(page, last)
    turns = ((public.PREVIOUS, page - 1), (public.NEXT, page + 1))
    turn = [button(label, verb, *parts, to) for label, to in turns if 0 <= to <= last]
    return [*in_rows(every[page * size : (page + 1) * size]), *in_rows(turn, len(turns))]


# --- Who is one -----------------------------------------------------------------------------------


def administrators(ids: Collection[int], *, forwarded: bool = False) -> filters.BaseFilter:
    """Give the filter for what administrators themselves send to the bot in private.

    A forwarded message is somebody else's words, and an edited one was dealt with already.
    """
    theirs = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE & filters.User(ids)
    theirs &= ~filters.VIA_BOT
    return theirs if forwarded else theirs & ~filters.FORWARDED


async def refused(update: Update, context: Context) -> None:
    """Answer an administrators' command or button of somebody else like any there isn't."""
    query, message = update.callback_query, update.effective_message
    what = "button" if query else "command"
    _logger.warning("Somebody who is no administrator sent an administrators' %s", what)
    if query is not None:
        await delivery.answer_tap(query, public.OLD_BUTTON, alert=True)
    elif message is not None:
        await delivery.reply(message, notice(public.UNKNOWN_COMMAND))


# --- The menu -------------------------------------------------------------------------------------


async def help_(request: Request) -> None:
    """Explain the administrators' commands, then all that everybody is told."""
    own = "\n".join(f"/{name} – {text}" for name, text in texts.COMMANDS.items())
    everybody = public.help_text(public.PRIVATE_COMMANDS, request.context.bot.username)
    await request.reply(notice(f"{texts.FOR_ADMINISTRATORS}\n{own}\n\n{everybody}"))


def wanted_menu() -> list[BotCommand]:
    """Give what an administrator's menu lists, the administrators' commands first."""
    listed = texts.COMMANDS | public.PRIVATE_COMMANDS
    return [BotCommand(name, text) for name, text in listed.items()]


async def publish(application: App) -> None:
    """Give each administrator the menu, and take it from those who no longer are."""
    services, bot = services_of(application), application.bot
    editor, ids = Editor(services.knowledge), services.settings.admin_ids
    for gone in editor.notes(MENU).keys() - ids:
        with _noted():
            await bot.delete_my_commands(BotCommandScopeChat(gone))
            editor.put_note(MENU, gone, None)
    for one in sorted(ids):
        await _offer(bot, editor, one)


async def _offer(bot: Bot, editor: Editor, one: int) -> None:
    """Set an administrator's menu where it is not set."""
    scope, wanted = BotCommandScopeChat(one), wanted_menu()
    with _noted():
        if list(await bot.get_my_commands(scope)) != wanted:
            await bot.set_my_commands(wanted, scope)
            editor.put_note(MENU, one, "")


@contextmanager
def _noted() -> Iterator[None]:
    """Go on without a menu: who never opened the chat gets it with their /start."""
    try:
        yield
    except (TelegramError, KnowledgeError) as error:
        _logger.warning("An administrator's menu was not set: %s", error)


async def started(request: Request) -> None:
    """Give an administrator who opens the chat the menu that could not be set before."""
    await _offer(request.context.bot, request.editor, request.who)
