"""Which of the administrators' updates go to which handler, in order, and who they are."""

from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot import texts as public
from bot.admin import asked, entries, entry_form, import_export, texts
from bot.admin.access import Handler, Request, handled
from bot.messages import BotMessage, notice
from bot.services import App, services_of


async def help_(request: Request) -> BotMessage:
    """Explain the administrators' commands, then all that everybody is told."""
    own = "\n".join(f"/{name} – {text}" for name, text in texts.COMMANDS.items())
    everybody = public.help_text(public.PRIVATE_COMMANDS, request.context.bot.username)
    return notice(f"{texts.FOR_ADMINISTRATORS}\n{own}\n\n{everybody}")


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(("add", "gap"), entry_form.begin),
    **dict.fromkeys(("edit", "retire", "restore", "history"), entries.find),
    **dict.fromkeys(("undo", "redo"), entries.undo),
    "terms": entries.terms,
    "unanswered": asked.unanswered,
    "stats": asked.stats,
    "why": asked.why,
    "import": import_export.dry_run,
    "export": import_export.export,
    "backup": import_export.backup,
    "cancel": entry_form.cancel,
}
# By the first word of what a button says.
TAPS: dict[str, Handler] = {
    **dict.fromkeys(entry_form.TAPS, entry_form.tap),
    **dict.fromkeys(("edit", "retire", "restore", "history", "older"), entries.find),
    **dict.fromkeys(("means", "new", "hole", "dismiss", "later"), asked.unanswered),
    **dict.fromkeys(("apply", "discard"), import_export.decide),
    "undo": entries.undo,
    **dict.fromkeys(("terms", "unterm"), entries.terms),
    "export": import_export.export,
}


def register(application: App) -> None:
    """Give an application the administrators' handlers, before those that take what is left."""
    add = application.add_handler
    if ids := services_of(application).settings.admin_ids:
        private = filters.ChatType.PRIVATE & filters.User(ids) & ~filters.VIA_BOT
        # Files and texts may be somebody else's, forwarded: all is shown before anything is saved.
        texts_typed = private & filters.TEXT & ~filters.COMMAND
        add(MessageHandler(texts_typed, handled(entry_form.typed)), group=-2)
        sent = private & filters.UpdateType.MESSAGE
        for name, handler in {**HANDLERS, "help": help_}.items():
            add(CommandHandler(name, handled(handler, name), sent & ~filters.FORWARDED))
        add(MessageHandler(sent & filters.Document.ALL, handled(import_export.dry_run)))
        for verb, handler in TAPS.items():
            add(CallbackQueryHandler(handled(handler, verb), f"^a:{verb}(:|$)"))
