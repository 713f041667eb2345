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

from bot import delivery
from bot.admin import (
    access,
    dialogue,
    files,
    finding,
    history,
    seeing,
    steps,
    taps,
    terms,
    unanswered,
)
from bot.admin import office as offices
from bot.admin.access import Handler, explained
from bot.admin.drafts import Drafts
from bot.admin.office import Office
from bot.state import App, Context

HANDLERS: dict[str, Handler] = {
    "add": dialogue.add,
    "gap": dialogue.gap,
    "edit": finding.edit,
    "retire": finding.retire,
    "restore": finding.restore,
    "unanswered": unanswered.unanswered,
    "terms": terms.terms,
    "history": history.history,
    "undo": history.undo,
    "import": files.how,
    "export": files.export,
    "stats": seeing.stats,
    "why": seeing.why,
    "backup": files.backup,
    "cancel": dialogue.cancel,
}

TAPS: tuple[tuple[re.Pattern[str], Handler], ...] = (
    (taps.STEP, steps.step),
    (taps.DRAFT, steps.draft_tap),
    (taps.FIELD, steps.field),
    (taps.CHOICE, steps.choose),
    (taps.PHRASING, steps.phrasing),
    (taps.ENTRY, finding.picked),
    (taps.OLDER, history.older),
    (taps.TAKE_BACK, history.take_back),
    (taps.TERMS, terms.turn),
    (taps.REMOVE, terms.remove),
    (taps.LEARN, unanswered.learn),
    (taps.DECIDE, unanswered.decide),
    (taps.IMPORT, files.decide),
    (taps.READ_SO, files.read_so),
    (taps.EXPORT, files.export_tapped),
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
    await offices.of(context).live.freshen()


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
    if ids := office.mind.settings.admin_ids:
        admin = access.administrators(ids)
        for name, handler in HANDLERS.items():
            add(CommandHandler(name, explained(handler), admin))
        add(MessageHandler(admin & filters.Document.ALL, explained(files.received)))
        waiting = _Waiting(office.drafts)
        add(MessageHandler(admin & TYPED & waiting, explained(dialogue.typed)))
        changed = filters.UpdateType.EDITED_MESSAGE & filters.ChatType.PRIVATE & filters.User(ids)
        add(MessageHandler(changed & TYPED & waiting, dialogue.edited))
        # Beside the welcome that everybody gets.
        add(CommandHandler("start", access.started, admin), group=1)
    # Whoever else sends one of these gets what any unknown command gets.
    add(MessageHandler(REFUSED, access.refused))
    add(CallbackQueryHandler(tapped, taps.ANY))
