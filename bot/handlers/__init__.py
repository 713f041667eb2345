"""Which update goes to which handler: the whole list, in order."""

from __future__ import annotations

from telegram.ext import (
    CallbackQueryHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot import admin as administrators
from bot.handlers import browse, buttons, charts, commands, errors, inline, questions, votes
from bot.handlers.groups import QUESTION, TYPED, Named
from bot.messages import callback_data
from bot.services import App

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

COMMANDS = {
    "start": commands.start,
    "help": commands.help_,
    "ask": questions.ask,
    "topics": browse.topics,
    "chart": charts.chart,
    "reports": commands.reports,
    "contact": commands.contact,
    "privacy": commands.privacy,
}


def register(application: App) -> None:
    """Give an application all its handlers. The first that fits an update gets it."""
    add = application.add_handler
    # Before everything else: it stops an update, or lets it through to the next group.
    add(MessageHandler(COUNTED, questions.fair_use), group=-1)

    # Before everything that takes what is left: commands, files, texts, buttons.
    administrators.register(application)
    for name, callback in COMMANDS.items():
        add(CommandHandler(name, callback, PEOPLE))
    # After all commands, or it would take them.
    add(MessageHandler(PRIVATE & filters.COMMAND, commands.unknown))

    # Commands typed as words, and charts asked for in words, before all other questions.
    for name, callback in COMMANDS.items():
        add(MessageHandler(NEW & QUESTION & Named(name), callback))
    add(MessageHandler(NEW & QUESTION & charts.WISHED, charts.chart))
    add(MessageHandler(NEW & QUESTION, questions.question))
    add(MessageHandler(EDITED, questions.edited))
    # After the questions and whatever reads files: everything else a person can send.
    add(MessageHandler(PRIVATE & questions.UNREADABLE, questions.unreadable))

    add(CallbackQueryHandler(buttons.browsed, callback_data.FACT))
    add(CallbackQueryHandler(buttons.related, callback_data.RELATED))
    add(CallbackQueryHandler(charts.tapped, callback_data.CHART))
    add(CallbackQueryHandler(charts.figures, callback_data.FIGURES))
    add(CallbackQueryHandler(buttons.shared, callback_data.SHARE))
    add(CallbackQueryHandler(buttons.taken, callback_data.TAKE))
    add(CallbackQueryHandler(buttons.none_of_these, callback_data.NONE))
    add(CallbackQueryHandler(buttons.later, callback_data.LATER))
    add(CallbackQueryHandler(votes.voted, callback_data.VOTE))
    add(CallbackQueryHandler(votes.explained, callback_data.WRONG))
    add(CallbackQueryHandler(votes.told, callback_data.TELL))
    add(CallbackQueryHandler(browse.turn_topics, callback_data.TOPICS))
    add(CallbackQueryHandler(browse.turn_questions, callback_data.QUESTIONS))
    # Last of the taps: buttons that no pattern above knows.
    add(CallbackQueryHandler(buttons.outdated))

    add(InlineQueryHandler(inline.typed))
    application.add_error_handler(errors.handle)
