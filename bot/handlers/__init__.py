"""Which update goes to which handler: the whole list, in order."""

import re
from functools import partial

from telegram import ext
from telegram.ext import filters

from bot import messages, texts
from bot.admin import access, asked, entries, entry_form, import_export
from bot.admin import texts as admin_texts
from bot.admin.access import handled
from bot.handlers import buttons, commands, questions
from bot.handlers.questions import QUESTION, TYPED
from bot.transport import App, updates
from bot.transport.delivery import Handler, outdated, replying, tapped

NEW = filters.UpdateType.MESSAGE
PRIVATE = NEW & filters.ChatType.PRIVATE
# Channels stay quiet: a command there would be answered by nobody in particular.
PEOPLE = NEW & (filters.ChatType.PRIVATE | filters.ChatType.GROUPS)
EDITED = filters.UpdateType.EDITED_MESSAGE & (TYPED | filters.Regex(r"^/ask\b"))
# In groups only what is meant for the bot; people there may talk as much as they like.
COUNTED = (
    filters.UpdateType.MESSAGES
    & (filters.ChatType.PRIVATE | (filters.ChatType.GROUPS & (QUESTION | filters.COMMAND)))
    & ~filters.StatusUpdate.ALL
)

COMMANDS: dict[str, Handler] = {
    "start": commands.start,
    "help": commands.help_,
    "ask": questions.ask,
    "topics": commands.topics,
    "chart": buttons.chart,
    "reports": commands.reports,
    "contact": commands.contact,
    "privacy": commands.privacy,
}

TAPS = {
    messages.FACT: tapped(commands.chosen),
    messages.RELATED: tapped(commands.shown, below=True),
    messages.CHART: tapped(buttons.charted, below=True),
    messages.FIGURES: tapped(buttons.charted, below=True),
    messages.SHARE: tapped(buttons.shared),
    messages.TAKE: tapped(commands.shown),
    messages.NONE: tapped(buttons.objected),
    messages.LATER: tapped(questions.later),
    messages.HELPFUL: tapped(buttons.voted, texts.THANKS_HELPFUL),
    messages.NOT_RIGHT: tapped(buttons.voted, texts.THANKS_NOT_RIGHT, below=True),
    messages.WRONG: tapped(buttons.objected),
    messages.TELL: tapped(buttons.passed_on),
    messages.TOPICS: tapped(commands.topics),
    messages.QUESTIONS: tapped(commands.questions),
}

# What administrators do, by a command or by the first word of what a button says.
ADMINISTRATORS: dict[str, access.Handler] = {
    **dict.fromkeys(("add", "gap"), entry_form.begin),
    **dict.fromkeys(entry_form.TAPS, entry_form.tap),
    **dict.fromkeys(("edit", "retire", "restore", "history", "older"), entries.find),
    **dict.fromkeys(("undo", "redo"), entries.undo),
    **dict.fromkeys(("terms", "unterm"), entries.terms),
    **dict.fromkeys(("unanswered", "means", "new", "hole", "dismiss", "later"), asked.unanswered),
    "stats": asked.stats,
    "why": asked.why,
    "import": import_export.dry_run,
    **dict.fromkeys(("apply", "discard"), import_export.decide),
    "export": import_export.export,
    "backup": import_export.backup,
    "cancel": entry_form.cancel,
}


def register(application: App) -> None:
    """Give an application all its handlers. The first that fits an update gets it."""
    add, ids = application.add_handler, application.bot_data.settings.admin_ids
    # Before everything else: it stops an update, or lets it through to the next group.
    add(ext.MessageHandler(COUNTED & ~filters.User(ids), replying(questions.fair_use)), group=-1)

    # Before everything that takes what is left: commands, files, texts, buttons.
    if ids:
        theirs = filters.ChatType.PRIVATE & filters.User(ids) & ~filters.VIA_BOT
        # Files and texts may be somebody else's, forwarded: all is shown before anything is saved.
        said = theirs & filters.TEXT & ~filters.COMMAND
        add(ext.MessageHandler(said, handled(entry_form.typed)), group=-2)
        own = NEW & theirs & ~filters.FORWARDED
        for name in admin_texts.COMMANDS:
            add(ext.CommandHandler(name, handled(ADMINISTRATORS[name], name), own))
        add(ext.MessageHandler(NEW & theirs & filters.Document.ALL, handled(import_export.dry_run)))
        for verb, handler in ADMINISTRATORS.items():
            add(ext.CallbackQueryHandler(handled(handler, verb), f"^a:{verb}(:|$)"))

    for name, callback in COMMANDS.items():
        add(ext.CommandHandler(name, replying(callback), PEOPLE))

    add(ext.MessageHandler(NEW & QUESTION, replying(partial(questions.typed, COMMANDS))))
    add(ext.MessageHandler(EDITED, replying(questions.edited)))
    # After all commands, and whatever reads files: everything else a person can send.
    add(ext.MessageHandler(PRIVATE & questions.UNREADABLE, replying(questions.unread)))

    for kind, tap in TAPS.items():
        add(ext.CallbackQueryHandler(tap, re.compile(rf"(?:{kind})\Z")))
    # Last of the taps: buttons that no pattern above knows.
    add(ext.CallbackQueryHandler(outdated))

    add(ext.InlineQueryHandler(questions.inline))
    application.add_error_handler(updates.failed)
