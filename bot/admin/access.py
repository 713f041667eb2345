"""Who may use the administrators' side, what they sent, and the menu that only they see."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Coroutine
from dataclasses import dataclass
from typing import Any

from telegram import Bot, BotCommand, BotCommandScopeChat, InputFile, Message, Update
from telegram.error import TelegramError
from telegram.ext import filters

from bot import texts as public
from bot.admin import services as admin_services
from bot.admin import texts
from bot.admin.drafts import Draft
from bot.admin.services import AdminServices
from bot.messages.message import BotMessage, notice
from bot.services import Context
from bot.transport import delivery
from knowledge import KnowledgeError

_logger = logging.getLogger(__name__)

MENU = "menu"
# What servers of an older Bot API say of a forwarded message in place of `forward_origin`.
OLDER_FORWARD = frozenset({"forward_from", "forward_from_chat", "forward_sender_name",
                           "forward_date"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """What an administrator sent: a message, or a tap on one of the bot's."""

    update: Update
    context: Context

    @property
    def shared(self) -> AdminServices:
        """Give what the administrators' handlers share."""
        return admin_services.of(self.context)

    @property
    def who(self) -> int:
        """Give the administrator's id."""
        assert self.update.effective_user is not None
        return self.update.effective_user.id

    @property
    def message(self) -> Message:
        """Give the message that was written."""
        assert self.update.message is not None
        return self.update.message

    @property
    def written(self) -> str:
        """Give what was written after a command."""
        return " ".join(self.context.args or [])

    @property
    def tapped(self) -> tuple[str, ...]:
        """Give what a button carried."""
        assert self.context.match is not None
        return self.context.match.groups()

    async def draft(self, number: str) -> Draft | None:
        """Give the draft that a button names, or say that it is closed."""
        draft = self.shared.drafts.of(self.who, number)
        if draft is None:
            await self.reply(notice(texts.DRAFT_GONE))
        return draft

    async def reply(self, page: BotMessage) -> Message:
        """Send a message below the one written, or below the one tapped."""
        if self.update.callback_query is None:
            return await delivery.reply(self.update.effective_message or self.message, page)
        sent = await delivery.below(self.update.callback_query, page)
        assert sent is not None
        return sent

    async def turn(self, page: BotMessage) -> None:
        """Show a page in place of the message tapped, or below one that can't be changed."""
        query = self.update.callback_query
        if query is not None and isinstance(query.message, Message):
            await delivery.turn(query, page)
        else:
            await self.reply(page)

    async def send_file(self, data: bytes, name: str, caption: str) -> None:
        """Send a file to the administrator."""
        file = InputFile(data, filename=name)
        await self.context.bot.send_document(self.who, file, caption=caption)


Handler = Callable[[Request], Coroutine[Any, Any, None]]
Callback = Callable[[Update, Context], Coroutine[Any, Any, None]]


def handled(handler: Handler) -> Callback:
    """Let a handler's refusals reach the administrator as the sentences they are."""

    async def told(update: Update, context: Context) -> None:
        request = Request(update, context)
        try:
            await handler(request)
        except KnowledgeError as error:
            await request.reply(notice(str(error)[:4000]))

    return told


class _Forwarded(filters.MessageFilter):
    """A forwarded message, as servers of today's and of older Bot APIs tell of it."""

    def filter(self, message: Message) -> bool:
        """Look for what is said of where it came from."""
        return bool(message.forward_origin or OLDER_FORWARD & message.api_kwargs.keys())


def administrators(ids: Collection[int], *, forwarded: bool = False) -> filters.BaseFilter:
    """Give the filter for what administrators themselves send to the bot in private.

    A forwarded message is somebody else's words, and an edited one was dealt with already.
    """
    theirs = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE & filters.User(ids)
    theirs &= ~filters.VIA_BOT
    return theirs if forwarded else theirs & ~_Forwarded()


def is_administrator(update: Update, shared: AdminServices) -> bool:
    """Tell whether a tap is an administrator's, in the private chat with the bot."""
    query = update.callback_query
    if query is None or query.from_user.id not in shared.services.settings.admin_ids:
        return False
    return query.message is not None and query.message.chat.id == query.from_user.id


async def refused(update: Update, context: Context) -> None:
    """Answer an administrators' command of somebody else like any command there isn't."""
    _logger.warning("Somebody who is no administrator sent an administrators' command")
    assert update.effective_message is not None
    await delivery.reply(update.effective_message, notice(public.UNKNOWN_COMMAND))


async def refused_tap(update: Update, context: Context) -> None:
    """Answer an administrators' button of somebody else like any button there isn't."""
    _logger.warning("Somebody who is no administrator sent an administrators' button")
    assert update.callback_query is not None
    await delivery.answer_tap(update.callback_query, public.OLD_BUTTON, alert=True)


async def help_(request: Request) -> None:
    """Explain the administrators' commands, then all that everybody is told."""
    own = "\n".join(f"/{name} – {text}" for name, text in texts.COMMANDS.items())
    everybody = public.help_text(public.PRIVATE_COMMANDS, request.context.bot.username)
    await request.reply(notice(f"{texts.FOR_ADMINISTRATORS}\n{own}\n\n{everybody}"))


async def publish(bot: Bot, shared: AdminServices) -> None:
    """Give each administrator the menu, and take it from those who no longer are."""
    ids = shared.services.settings.admin_ids
    for gone in shared.editor.notes(MENU).keys() - ids:
        if await _attempt(bot.delete_my_commands(BotCommandScopeChat(gone))):
            _note(shared, gone, None)
    for one in sorted(ids):
        await offer(bot, shared, one)


def wanted_menu() -> list[BotCommand]:
    """Give what an administrator's menu lists, the administrators' commands first."""
    return [
        BotCommand(name, text)
        for menu in (texts.COMMANDS, public.PRIVATE_COMMANDS)
        for name, text in menu.items()
    ]


async def offer(bot: Bot, shared: AdminServices, one: int) -> None:
    """Set an administrator's menu where it is not set."""
    scope, wanted = BotCommandScopeChat(one), wanted_menu()
    try:
        if list(await bot.get_my_commands(scope)) == wanted:
            return
    except TelegramError as error:
        # Who never opened the chat has none yet; the menu comes with their /start.
        _logger.warning("An administrator's menu was not set: %s", error)
        return
    if await _attempt(bot.set_my_commands(wanted, scope)):
        _note(shared, one, "")


async def _attempt(call: Awaitable[object]) -> bool:
    try:
        await call
    except TelegramError as error:
        _logger.warning("An administrator's menu was not set: %s", error)
        return False
    return True


def _note(shared: AdminServices, one: int, text: str | None) -> None:
    try:
        shared.editor.put_note(MENU, one, text)
    except KnowledgeError as error:
        _logger.warning("An administrator's menu was not noted: %s", error)


async def started(update: Update, context: Context) -> None:
    """Give an administrator who opens the chat the menu that could not be set before."""
    request = Request(update, context)
    await offer(context.bot, request.shared, request.who)
