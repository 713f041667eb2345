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

from bot.admin import (
    access,
    callback_data,
    entry_form,
    find_entry,
    history,
    import_export,
    preview_and_save,
    services,
    stats_and_why,
    terms,
    try_out,
    unanswered,
)
from bot.admin.access import Handler, handled
from bot.services import App, Context
from bot.transport import delivery
from knowledge import KnowledgeError

HANDLERS: dict[str, Handler] = {
    "add": entry_form.add,
    "gap": entry_form.gap,
    "edit": find_entry.edit,
    "retire": find_entry.retire,
    "restore": find_entry.restore,
    "unanswered": unanswered.unanswered,
    "terms": terms.terms,
    "history": find_entry.changes,
    "undo": history.undo,
    "redo": history.redo,
    "import": import_export.how,
    "export": import_export.export,
    "stats": stats_and_why.stats,
    "why": stats_and_why.why,
    "backup": import_export.backup,
    "cancel": entry_form.cancel,
}

TAPS: tuple[tuple[re.Pattern[str], Handler], ...] = (
    (callback_data.STEP, entry_form.step),
    (callback_data.DRAFT, entry_form.draft_tap),
    (callback_data.SAVE, preview_and_save.save),
    (callback_data.FIELD, entry_form.field),
    (callback_data.CHOICE, entry_form.choose),
    (callback_data.PHRASING, entry_form.phrasing),
    (callback_data.REPLACE, preview_and_save.replace),
    (callback_data.KEEP, try_out.keep),
    (callback_data.ENTRY, find_entry.picked),
    (callback_data.OLDER, history.older),
    (callback_data.TAKE_BACK, history.take_back),
    (callback_data.TERMS, terms.turn),
    (callback_data.REMOVE, terms.remove),
    (callback_data.LEARN, unanswered.learn),
    (callback_data.DECIDE, unanswered.decide),
    (callback_data.IMPORT, import_export.decide),
    (callback_data.READ_SO, import_export.read_so),
    (callback_data.EXPORT, import_export.export_tapped),
)


# In private chats only: in groups an unknown command is passed over in silence.
REFUSED = (
    filters.UpdateType.MESSAGE
    & filters.ChatType.PRIVATE
    & filters.Regex(re.compile(rf"^/({'|'.join(HANDLERS)})(@\w+)?(?!\w)", re.I))
)
TYPED = filters.TEXT & ~filters.COMMAND


async def freshen(update: object, context: Context) -> None:
    """Take in what another process has changed before anything is answered."""
    shared = services.of(context)
    await shared.live.freshen()
    if news := shared.live.news():
        await delivery.tell_administrators(context, news)


async def tapped(update: Update, context: Context) -> None:
    """Find the handler of an administrators' button; anybody else's tap leads nowhere."""
    query = update.callback_query
    assert query is not None
    if access.is_administrator(update, services.of(context)):
        for pattern, handler in TAPS:
            if match := pattern.match(str(query.data)):
                context.matches = [match]
                await delivery.answer_tap(query)
                await handled(handler)(update, context)
                return
    await access.refused_tap(update, context)


def changes(application: App, update: Update) -> bool:
    """Tell whether an update may change the knowledge base, which must not happen twice."""
    message, user, shared = update.message, update.effective_user, services.of(application)
    if user is None or user.id not in shared.services.settings.admin_ids:
        return False
    if update.callback_query:
        return callback_data.ANY.match(str(update.callback_query.data)) is not None
    if message is None:
        return False
    if message.document or REFUSED.check_update(update):
        return True
    try:
        return bool(shared.drafts.waiting(user.id))
    except KnowledgeError:
        # The file cannot be read, so nothing in it will be changed.
        return False


def register(application: App) -> None:
    """Give an application the administrators' handlers, before those that take what is left."""
    shared = services.start(application)
    add = application.add_handler
    # First of all, so that every answer rests on the newest knowledge.
    add(TypeHandler(Update, freshen), group=-2)
    if ids := shared.services.settings.admin_ids:
        admin = access.administrators(ids)
        for name, handler in HANDLERS.items():
            add(CommandHandler(name, handled(handler), admin))
        add(CommandHandler("help", handled(access.help_), admin))
        # Files and texts may be somebody else's, forwarded: all is shown before anything is saved.
        sent = access.administrators(ids, forwarded=True)
        add(MessageHandler(sent & filters.Document.ALL, handled(import_export.received)))
        waiting = entry_form.Waiting(shared.drafts)
        add(MessageHandler(sent & TYPED & waiting, handled(entry_form.typed)))
        changed = filters.UpdateType.EDITED_MESSAGE & filters.ChatType.PRIVATE & filters.User(ids)
        add(MessageHandler(changed & TYPED & waiting, handled(entry_form.edited)))
        # Beside the answer or the welcome that everybody gets.
        lapsed = entry_form.Lapsed(shared.drafts)
        add(MessageHandler(sent & TYPED & lapsed, handled(entry_form.lapsed)), group=1)
        add(CommandHandler("start", access.started, admin), group=1)
    # Whoever else sends one of these gets what any unknown command gets.
    add(MessageHandler(REFUSED, access.refused))
    add(CallbackQueryHandler(tapped, callback_data.ANY))
