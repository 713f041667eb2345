"""Every sentence, label and command description that a user of the bot can see."""

from collections.abc import Mapping, Sequence
from shlex import quote

from knowledge import LONGEST, Report, Stage

# --- Commands and descriptions ------------------------------------------------------------------
PRIVATE_COMMANDS = {
    "topics": "browse by topic",
    "chart": "figures as a picture",
    "reports": "the report and its tables",
    "contact": "who to write to",
    "help": "how to ask, what buttons do",
    "privacy": "what this bot keeps",
    "ask": "needed only in groups",
    "start": "start again",
}
GROUP_COMMANDS = {
    "ask": "ask the report a question",
    **{name: text for name, text in PRIVATE_COMMANDS.items() if name not in {"ask", "start"}},
    "help": "how to ask in a group",
}
# How long a list of reports may be in the bot's profile: Telegram takes 120 and 512 characters.
SHORT, LONG = 75, 300
# With the names of the reports.
SHORT_DESCRIPTION = "Answers questions about {}, with the source."
DESCRIPTION = (
    "Ask about {} in your own words and get the figure, one sentence of context and where it "
    "stands.\n\n"
    "When the report doesn't say, so does the bot. It keeps no names or ids of those who ask."
)


def titles(reports: Sequence[Report], most: int = 1000) -> str:
    """Name reports within a sentence, but only what they are where that takes too many letters."""
    names = [f"“{one.title}”{f' ({one.publisher})' * bool(one.publisher)}" for one in reports]
    *others, last = names or ["the reports I know"]
    listed = f"{', '.join(others)} and {last}" if others else last
    return listed if len(listed) <= most else "a report"


# --- Buttons ------------------------------------------------------------------------------------
OPEN_REPORT = "Open report"
OPEN_PAGE = "Open page"
CHART = "Show as a chart"
FOR_PRINT = "For print"
AS_CSV = "As CSV"
READ_ANSWER = "In words"
COPY_ANSWER = "Copy answer"
COPY_LINK = "Copy link"
SHARE = "Share"
SEND_ON = "Send to a chat"
LINK = "https://t.me/{}?start={}"
HELPFUL = "Helpful"
NOT_RIGHT = "Not right"
NONE_OF_THESE = "None of these"
TELL = "Tell the administrators"
ALL_TOPICS = "All topics"
BACK = "Back"
PREVIOUS = "Previous"
NEXT = "Next"
RATINGS = "Ratings tables"
ALL_REPORTS = "All reports"
ASK_ME = "Ask your own question"
ASK_IN_PRIVATE = "Nothing fits – ask me in private"
REASONS = {"answer": "The answer is wrong", "question": "Not what I asked"}

BUTTONS_EXPLAINED = {
    (OPEN_REPORT, OPEN_PAGE): "the source",
    (CHART, FOR_PRINT, AS_CSV): "figures",
    (COPY_ANSWER,): "with its source",
    (SHARE,): "send it on, or copy a link",
    (HELPFUL, NOT_RIGHT): "tell us",
    (NONE_OF_THESE,): "no suggestion fits",
}


# --- Start, help and the like ---------------------------------------------------------------------
# With the names of the reports, and what is said where there are findings to begin with.
START = "Ask me about {} in your own words. If the report doesn't say, I say so.{}"
BEGIN = " Begin with one of these, or pick a topic:"


def help_text(commands: Mapping[str, str], username: str) -> str:
    """Explain how to ask, the buttons and the commands of this kind of chat."""
    buttons = "\n".join(
        f"• {' / '.join(labels)}: {what}" for labels, what in BUTTONS_EXPLAINED.items()
    )
    listed = "\n".join(f"/{name} – {what}" for name, what in commands.items())
    return (
        "Type a question; a few words will do. Then carry on: “and when?”. Edit your question "
        "and the answer changes with it.\n\n"
        f"Buttons\n{buttons}\n\n"
        f"Commands\n{listed}\n\n"
        "In groups: /ask and your question, a mention of me, or a reply to me.\n"
        f"In any chat: @{username} and some words."
    )


PRIVACY = (
    "What this bot keeps\n\n"
    "• Your question, without e-mail addresses and phone numbers, and whether it could be "
    "answered. It is deleted after {} days. We use it to add what is missing.\n"
    "• Whether an answer was marked helpful or not right.\n\n"
    "It stores no name, user id or chat id of anybody who asks (changes to the answers carry "
    "the id of the administrator who made them). Only while a crowd waits for answers, the "
    "messages that wait stand in a file, with who sent them. To understand "
    "“and when?” it remembers for some minutes, in memory only, which answers it last "
    "gave in a chat.\n\n"
    "Please don't send personal details about anybody. Telegram has its own privacy policy."
)
PAGE = "({} of {})"
TOPICS = "What would you like to know about?"
NO_TOPICS = "There is nothing to browse yet."
NO_REPORTS = "No report has been loaded yet."
NO_CONTACT = "I have no contact details. Try /reports."
ASK_BY_REPLY = "What would you like to know? Reply to this message."
ASK_PLACEHOLDER = "Your question about the report"
ASK_NOW = "Type your question here, in your own words."
UNKNOWN_COMMAND = "I don't know that command. Type a question, or see /help."

# --- Replies to questions -------------------------------------------------------------------------
# One wording for each: what the report leaves out, and what the bot could not read.
NOT_COVERED = "The report doesn't say:"
NOT_IN_REPORT = "The report doesn't say."
NOT_UNDERSTOOD = "I didn't understand that."
SUGGEST = "I'm not sure what you mean. Is it one of these?"
TRY_THESE = "Try other words, or one of these:"
TRY_TOPICS = "Try other words, or pick a topic:"
NEAR_IT = "Near it:"
ALL_THERE_IS = "That's all the report says on this."
GLAD = "Good, noted. Ask away if there is more."
# By what was wrong; the reason itself is not kept.
WHAT_WAS_WRONG = {
    "": "Sorry about that. It's counted as not right. What was wrong?",
    "answer": "Thank you. Whoever keeps the answers sees that it was marked not right.",
    "question": "Thank you. Try other words, or one of these:",
}
NOT_KEPT = "What was wrong with it I don't keep: the administrators hear of it if you tell them."
TOLD = "Thank you. The administrators have been told of the question and the answer, not of you."
TOLD_ALREADY = "Thank you. The administrators know of this one already."
NOTED = "Noted, thank you: none of them was your question. Try other words, or pick a topic:"


def objected(question: str, entry: str, reason: str) -> str:
    """Tell the administrators what a reader found wrong."""
    said = f" ({REASONS[reason].lower()})" if reason else ""
    shown = f"\nShown: {entry}" if entry else ""
    return f"A reader says that an answer was not right{said}.\nAsked: {question}{shown}"


# Of an entry without a source.
ADDED_ON = "added on {:%-d %B %Y}"

# --- What is not a question -----------------------------------------------------------------------
NOT_THAT = "All right. If that wasn't it, try other words or a related question."
ACKNOWLEDGED = "Good. Ask away if there is more."
SMALL_TALK = {
    "no words": "I need words to work with. What would you like to know about the report?",
    "too long": "That's too long for me. Please ask in one or two sentences, "
    f"{LONGEST} characters at most.",
    "who you are": "I'm a bot, not a person. I answer from the report's own text and say where "
    "it stands.",
    "play": "I only answer from the report. What would you like to know about it?",
    "how you are": "Ready when you are. What would you like to know about the report?",
    "greeting": "Hello! What would you like to know about the report?",
    "thanks": "You're welcome. Ask away if there is more.",
    "acknowledged": ACKNOWLEDGED,
    "goodbye": "Goodbye. The report will be here.",
    "insulted": "Sorry I wasn't more use. Tell me what you're after and I'll look again.",
    "yes": ACKNOWLEDGED,
    "no": NOT_THAT,
    "wrong": NOT_THAT,
}
HOW = (
    "Type a question about the report in your own words. /topics shows what there is to ask, "
    "/help explains the buttons."
)
NOT_TEXT = "I can only read text. Please type your question."
QUOTE_THE_REPORT = "Quote the report, not me:"
VOUCHED = {"vouch": "The report itself says so:", "sure": "Yes, it's what the report says:"}


def published(title: str, publisher: str, date: str) -> str:
    """Say whose report it is and how old."""
    origin = f" by {publisher}" if publisher else ""
    return f"“{title}”{origin}" + (f", published {date}." if date else ".")


# --- Charts ---------------------------------------------------------------------------------------
WHICH_CHART = "Which chart would you like?"
NO_SUCH_CHART = "I have no chart of that. I have these:"
NO_PICTURES_HERE = "This chat takes no pictures or files, so in words:"
NO_CHARTS = "No answer has figures that could be drawn yet."
# Between the ends of the figures of one side of a comparison.
REACH = " to "
CHART_TOLD = "Bar chart. {}."
NO_CHART_NOW = "The figures behind this chart are gone. Please type your question again."

# --- Taps -----------------------------------------------------------------------------------------
THANKS_HELPFUL = "Thank you. Counted as helpful."
THANKS_NOT_RIGHT = "Thank you. Counted as not right."
WITHDRAWN = "This answer has been withdrawn. Please type your question again."
OLD_BUTTON = "This button no longer works. Please type your question."

# --- Trouble --------------------------------------------------------------------------------------
SORRY = "Sorry, something went wrong on my side. Please try again in a moment."
INTERRUPTED = (
    "I was restarted while I worked on this and can't tell how far I had come. Please look at the "
    "entry or /history, and do it again if it isn't done."
)
FAULT = (
    "Something in the bot is broken: {}. Whoever ran into it was told to try again; all others are "
    "served. The log has the details. Until the next start this is not reported again."
)
SLOW_DOWN = "That's a lot of questions at once. Please wait a minute, then carry on."

# --- At one's own machine: terminal, preview, progress --------------------------------------------
NO_TOKEN = (
    "No TELEGRAM_BOT_TOKEN is set, so this is a chat in the terminal: to connect Telegram, get a "
    "token from @BotFather and put TELEGRAM_BOT_TOKEN=… in the environment or in .env."
)
TERMINAL_HOW = "Type a question or a button's number. Tab completes commands. Ctrl-D ends the chat."
ONCE_MORE = "Ctrl-C once more ends the chat."
PROMPT = "> "
COPIED = "To copy:"
CONFLICT = (
    "Another copy of this bot is running with the same token. Stop that one first; this one stops."
)
BAD_TOKEN = "Telegram doesn't accept TELEGRAM_BOT_TOKEN. Copy it again from @BotFather."
STAGES: dict[Stage, str] = {
    "checking": "Checking the rows",
    "meaning": "Reading what they mean",
    "trying": "Trying known questions",
    "saving": "Saving",
}
TERMINAL_FILE = "[File: {}]"
NEW_DATABASE = "A new knowledge base is made at {}."
NO_PORT = "LISTEN {}:{} cannot be used: {}."
NO_USE = "{} cannot be used: {}."
PREVIEW_AT = "The bot is at {}"
PREVIEW_ENDS = "Ctrl-C ends it. Only this machine can open it, and only with this address."
ADMINISTRATOR, PERSON, FRIEND, GROUP = "Administrator", "User", "A friend", "Probation newsroom"
NEW_CHAT = "A new chat: the bot remembers nothing of the old one."
NOTHING_HERE = (
    "The bot is here, but not at this address. Open the whole address that the preview has "
    "printed in the terminal in which it was started; it begins with {root} and ends in a code "
    "of its own. If that window is closed, start the preview again:"
)


def imported(database: str, question: str) -> str:
    """Say what can be done with what was imported."""
    command = f"annual-report-bot --database {quote(database)}" if database else "annual-report-bot"
    return (
        f"Ask it: {command} ask {quote(question)}\n"
        f"Chat with it: {command} (with TELEGRAM_BOT_TOKEN set, this is the bot on Telegram)"
    )
