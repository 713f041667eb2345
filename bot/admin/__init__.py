"""Which of the administrators' updates go to which handler, in order."""

from __future__ import annotations

import re

from telegram import Message, Update
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
    entry_taps,
    find_entry,
    history,
    import_export,
    stats_and_why,
    terms,
    unanswered,
)
from bot.admin import services as offices
from bot.admin.access import Handler, explained
from bot.admin.drafts import Drafts
from bot.admin.services import Office
from bot.services import App, Context
from bot.transport import delivery

HANDLERS: dict[str, Handler] = {
    "add": entry_form.add,
    "gap": entry_form.gap,
    "edit": find_entry.edit,
    "retire": find_entry.retire,
    "restore": find_entry.restore,
    "unanswered": unanswered.unanswered,
    "terms": terms.terms,
    "history": history.history,
    "undo": history.undo,
    "import": import_export.how,
    "export": import_export.export,
    "stats": stats_and_why.stats,
    "why": stats_and_why.why,
    "backup": import_export.backup,
    "cancel": entry_form.cancel,
}

TAPS: tuple[tuple[re.Pattern[str], Handler], ...] = (
    (callback_data.STEP, entry_taps.step),
    (callback_data.DRAFT, entry_taps.draft_tap),
    (callback_data.FIELD, entry_taps.field),
    (callback_data.CHOICE, entry_taps.choose),
    (callback_data.PHRASING, entry_taps.phrasing),
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


class _Waiting(filters.MessageFilter):
    """A message by an administrator whose draft waits for a text."""

    def __init__(self, drafts: Drafts) -> None:
        super().__init__(name="WAITING")
        self._drafts = drafts

    def filter(self, message: Message) -> bool:
        """Look for the draft of who wrote it."""
        return bool(message.from_user and self._drafts.waiting(message.from_user.id))


async def freshen(update: object, context: Context) -> None:
    """Take in what another process has changed before anything is answered."""
    office = offices.of(context)
    await office.live.freshen()
    if news := office.live.news():
        await office.services.notices.say(context.bot, office.services.settings.admin_ids, news)


async def tapped(update: Update, context: Context) -> None:
    """Find the handler of an administrators' button; anybody else's tap leads nowhere."""
    query = update.callback_query
    assert query is not None
    if not access.is_administrator(update, offices.of(context)):
        await access.refused_tap(update, context)
        return
    for pattern, handler in TAPS:
        if match := pattern.match(str(query.data)):
            context.matches = [match]
            await delivery.answer_tap(query)
            await explained(handler)(update, context)
            return
    await access.refused_tap(update, context)


def register(application: App) -> None:
    """Give an application the administrators' handlers, before those that take what is left."""
    office: Office = offices.furnish(application)
    add = application.add_handler
    # First of all, so that every answer rests on the newest knowledge.
    add(TypeHandler(Update, freshen), group=-2)
    if ids := office.services.settings.admin_ids:
        admin = access.administrators(ids)
        for name, handler in HANDLERS.items():
            add(CommandHandler(name, explained(handler), admin))
        # Files and texts may be somebody else's, forwarded: all is shown before anything is saved.
        sent = access.administrators(ids, forwarded=True)
        add(MessageHandler(sent & filters.Document.ALL, explained(import_export.received)))
        waiting = _Waiting(office.drafts)
        add(MessageHandler(sent & TYPED & waiting, explained(entry_form.typed)))
        changed = filters.UpdateType.EDITED_MESSAGE & filters.ChatType.PRIVATE & filters.User(ids)
        add(MessageHandler(changed & TYPED & waiting, entry_form.edited))
        # Beside the welcome that everybody gets.
        add(CommandHandler("start", access.started, admin), group=1)
    # Whoever else sends one of these gets what any unknown command gets.
    add(MessageHandler(REFUSED, access.refused))
    add(CallbackQueryHandler(tapped, callback_data.ANY))
