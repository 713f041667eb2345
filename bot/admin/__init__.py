"""Which of the administrators' updates go to which handler, in order."""

from __future__ import annotations

import re

from telegram import Update
from telegram.ext import (
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.admin import access, asked, entries, entry_form, import_export
from bot.admin.access import Handler, handled
from bot.admin.drafts import Drafts
from bot.services import App, Context, services_of
from bot.transport import delivery
from knowledge import Editor, KnowledgeError

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
    "import": import_export.how,
    "export": import_export.export,
    "stats": asked.stats,
    "why": asked.why,
    "backup": import_export.backup,
    "cancel": entry_form.cancel,
}

# By what the buttons say first.
TAPS: dict[str, Handler] = {
    **dict.fromkeys(entry_form.VERBS, entry_form.tapped),
    **dict.fromkeys(entries.RETIRED, entries.picked),
    "older": entries.older,
    "undo": entries.take_back,
    "terms": entries.turn_terms,
    "unterm": entries.drop_term,
    **dict.fromkeys(asked.VERBS, asked.decide),
    "apply": import_export.decide,
    "discard": import_export.decide,
    "1252": import_export.read_so,
    "export": import_export.export,
}

# In private chats only: in groups an unknown command is passed over in silence.
REFUSED = (
    filters.UpdateType.MESSAGE
    & filters.ChatType.PRIVATE
    & filters.Regex(re.compile(rf"^/({'|'.join(HANDLERS)})(@\w+)?(?!\w)", re.I))
)
TYPED = filters.TEXT & ~filters.COMMAND


async def freshen(update: object, context: Context) -> None:
    """Take in what another process has changed before anything is answered."""
    live = services_of(context).live
    await live.freshen()
    if news := live.news():
        await delivery.tell_administrators(context, news)


async def tapped(update: Update, context: Context) -> None:
    """Find the handler of an administrator's button in private; any other tap leads nowhere."""
    query, ids = update.callback_query, services_of(context).settings.admin_ids
    assert query is not None
    verb, *parts = str(query.data).removeprefix("a:").split(":")
    who, chat = query.from_user.id, query.message.chat.id if query.message else 0
    if verb in TAPS and who in ids and who == chat:
        await delivery.answer_tap(query)
        await handled(TAPS[verb], verb, *parts)(update, context)
    else:
        await access.refused(update, context)


def changes(application: App, update: Update) -> bool:
    """Tell whether an update may change the knowledge base, which must not happen twice."""
    message, user = update.message, update.effective_user
    if user is None or user.id not in services_of(application).settings.admin_ids:
        return False
    if update.callback_query:
        return access.BUTTONS.match(str(update.callback_query.data)) is not None
    if message is None:
        return False
    if message.document or REFUSED.check_update(update):
        return True
    try:
        return Drafts(Editor(services_of(application).knowledge), user.id).waiting() is not None
    except KnowledgeError:
        # The file cannot be read, so nothing in it will be changed.
        return False


def register(application: App) -> None:
    """Give an application the administrators' handlers, before those that take what is left."""
    services = services_of(application)
    add = application.add_handler
    # First of all, so that every answer rests on the newest knowledge.
    add(TypeHandler(Update, freshen), group=-2)
    if ids := services.settings.admin_ids:
        admin = access.administrators(ids)
        for name, handler in HANDLERS.items():
            add(CommandHandler(name, handled(handler, name), admin))
        add(CommandHandler("help", handled(access.help_), admin))
        # Files and texts may be somebody else's, forwarded: all is shown before anything is saved.
        sent = access.administrators(ids, forwarded=True)
        add(MessageHandler(sent & filters.Document.ALL, handled(import_export.received)))
        waiting = entry_form.Waiting(Editor(services.knowledge))
        add(MessageHandler(sent & TYPED & waiting, handled(entry_form.typed)))
        changed = filters.UpdateType.EDITED_MESSAGE & filters.ChatType.PRIVATE & filters.User(ids)
        add(MessageHandler(changed & TYPED & waiting, handled(entry_form.edited)))
        # Beside the answer or the welcome that everybody gets.
        add(MessageHandler(sent & TYPED, handled(entry_form.lapsed)), group=1)
        add(CommandHandler("start", handled(access.started), admin), group=1)
    # Whoever else sends one of these gets what any unknown command gets.
    add(MessageHandler(REFUSED, access.refused))
    add(CallbackQueryHandler(tapped, access.BUTTONS))
