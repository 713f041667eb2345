"""Which of the administrators' updates go to which handler, in order, and who they are."""

from __future__ import annotations

import logging
import re

from telegram import Message, Update
from telegram.ext import (
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot import texts as public
from bot.admin import asked, entries, entry_form, import_export, texts
from bot.admin.access import Handler, Request, handled
from bot.admin.drafts import Drafts
from bot.live import live_of
from bot.messages.message import notice
from bot.services import App, Context, Services, services_of
from bot.transport import delivery
from knowledge import KnowledgeError

_logger = logging.getLogger(__name__)


async def help_(request: Request) -> None:
    """Explain the administrators' commands, then all that everybody is told."""
    own = "\n".join(f"/{name} – {text}" for name, text in texts.COMMANDS.items())
    everybody = public.help_text(public.PRIVATE_COMMANDS, request.context.bot.username)
    await request.reply(notice(f"{texts.FOR_ADMINISTRATORS}\n{own}\n\n{everybody}"))


HANDLERS: dict[str, Handler] = {
    "add": entry_form.begin,
    "gap": entry_form.begin,
    "edit": entries.find,
    "retire": entries.find,
    "restore": entries.find,
    "unanswered": asked.unanswered,
    "terms": entries.terms,
    "history": entries.find,
    "undo": entries.undo,
    "redo": entries.redo,
    "import": lambda request: request.reply(notice(texts.HOW_TO_IMPORT)),
    "export": import_export.export,
    "stats": asked.stats,
    "why": asked.why,
    "backup": import_export.backup,
    "cancel": entry_form.cancel,
}

_DRAFT, _MARK, _ID, _NUMBER = "[0-9a-f]{8}", "[0-9a-f]{8}", "[^:]+", r"\d{1,9}"

# By all that a button may say.
TAPS: dict[str, Handler] = {
    f"(?:menu|preview|gap|save|go|cancel):{_DRAFT}"
    f"|(?:clear|field):{_DRAFT}:(?:{'|'.join(texts.FIELDS)})"
    f"|(?:t|r|rv|keep|also):{_DRAFT}:{_ID}|(?:drop|page):{_DRAFT}:{_NUMBER}": entry_form.tapped,
    f"(?:edit|retire|restore|history):{_ID}": entries.picked,
    f"older:{_NUMBER}": entries.older,
    f"undo:{_NUMBER}": entries.undo,
    f"terms:{_NUMBER}": entries.turn_terms,
    f"unterm:{_MARK}": entries.drop_term,
    f"(?:new|hole|dismiss|later):{_MARK}|q:{_MARK}:{_ID}": asked.decide,
    f"(?:apply|discard):{_NUMBER}": import_export.decide,
    "1252": import_export.dry_run,
    f"export:(?:{'|'.join(texts.FORMATS)})": import_export.export,
}
BUTTONS = re.compile("a:")
# Commands that change something at once; what others show may be shown twice.
AT_ONCE = re.compile(r"/(undo|redo|terms)\b", re.I)

# In private chats only: in groups an unknown command is passed over in silence.
REFUSED = (
    filters.UpdateType.MESSAGE
    & filters.ChatType.PRIVATE
    & filters.Regex(re.compile(rf"^/({'|'.join(HANDLERS)})(@\w+)?(?!\w)", re.I))
)


async def freshen(update: object, context: Context) -> None:
    """Take in what another process has changed before anything is answered."""
    live = live_of(context)
    await live.freshen()
    if news := live.news():
        await delivery.tell_administrators(context, news)


async def tapped(update: Update, context: Context) -> None:
    """Find the handler of an administrator's button in private; any other tap leads nowhere."""
    query, ids = update.callback_query, services_of(context).settings.admin_ids
    assert query is not None
    said, who = str(query.data).removeprefix("a:"), query.from_user.id
    handler = next((TAPS[kind] for kind in TAPS if re.fullmatch(kind, said)), None)
    if handler and who in ids and query.message and query.message.chat.id == who:
        await delivery.answer_tap(query)
        await handled(handler, *said.split(":"))(update, context)
    else:
        await refused(update, context)


async def refused(update: Update, context: Context) -> None:
    """Answer a command or button that is not for whoever sent it like any there isn't."""
    query, message = update.callback_query, update.effective_message
    user, ids = update.effective_user, services_of(context).settings.admin_ids
    if user is None or user.id not in ids:
        what = "button" if query else "command"
        _logger.warning("Somebody who is no administrator sent an administrators' %s", what)
    if query is not None:
        await delivery.answer_tap(query, public.OLD_BUTTON, alert=True)
    elif message is not None:
        await delivery.reply(message, notice(public.UNKNOWN_COMMAND))


def changes(services: Services, update: Update) -> bool:
    """Tell whether an update may change the knowledge base, which must not happen twice."""
    message, user = update.message, update.effective_user
    if user is None or user.id not in services.settings.admin_ids:
        return False
    if update.callback_query:
        return BUTTONS.match(str(update.callback_query.data)) is not None
    if message is None:
        return False
    if AT_ONCE.match(message.text or ""):
        return True
    try:
        return Drafts(services.knowledge.store, user.id).waiting() is not None
    except KnowledgeError:
        # The file cannot be read, so nothing in it will be changed.
        return False


class Waiting(filters.MessageFilter):
    """A message by an administrator whose draft waits for a text."""

    def __init__(self, application: App) -> None:
        super().__init__()
        self._store = services_of(application).knowledge.store

    def filter(self, message: Message) -> bool:
        """Look for the draft of who wrote it."""
        who = message.from_user
        return who is not None and Drafts(self._store, who.id).waiting() is not None


def register(application: App) -> None:
    """Give an application the administrators' handlers, before those that take what is left."""
    add = application.add_handler
    # First of all, so that every answer rests on the newest knowledge.
    add(TypeHandler(Update, freshen), group=-2)
    if ids := services_of(application).settings.admin_ids:
        private = filters.ChatType.PRIVATE & filters.User(ids) & ~filters.VIA_BOT
        # Files and texts may be somebody else's, forwarded: all is shown before anything is saved.
        sent = private & filters.UpdateType.MESSAGE
        for name, handler in {**HANDLERS, "help": help_}.items():
            add(CommandHandler(name, handled(handler, name), sent & ~filters.FORWARDED))
        add(MessageHandler(sent & filters.Document.ALL, handled(import_export.dry_run)))
        typed, waiting = filters.TEXT & ~filters.COMMAND, Waiting(application)
        add(MessageHandler(sent & typed & waiting, handled(entry_form.typed)))
        changed = private & filters.UpdateType.EDITED_MESSAGE & typed & waiting
        ignored = notice(texts.EDITS_IGNORED)
        add(MessageHandler(changed, handled(lambda request: request.reply(ignored))))
        # Beside the answer that everybody gets.
        add(MessageHandler(sent & typed, handled(entry_form.lapsed)), group=1)
    # Whoever else sends one of these gets what any unknown command gets.
    add(MessageHandler(REFUSED, refused))
    add(CallbackQueryHandler(tapped, BUTTONS))
