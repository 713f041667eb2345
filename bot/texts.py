"""Every sentence, label and command description that a user of the bot can see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# --- Commands and descriptions ------------------------------------------------------------------

PRIVATE_COMMANDS = {
    "topics": "browse by topic",
    "chart": "figures as a picture",
    "reports": "the report, the ratings",
    "contact": "reach the Inspectorate",
    "help": "how to ask, what buttons do",
    "privacy": "what this bot keeps",
    "ask": "needed only in groups",
    "start": "start again",
}
GROUP_COMMANDS = {
    "ask": "ask the report a question",
    "topics": "browse by topic",
    "chart": "figures as a picture",
    "reports": "the report, the ratings",
    "contact": "reach the Inspectorate",
    "help": "how to ask in a group",
    "privacy": "what this bot keeps",
}

SHORT_DESCRIPTION = (
    "Answers questions about HM Inspectorate of Probation's annual report, with the slide."
)
DESCRIPTION = (
    "Ask about HM Inspectorate of Probation's annual report in your own words and get the figure, "
    "one sentence of context and the slide it stands on.\n\n"
    "When the report doesn't say, so does the bot. It keeps no names or ids of those who ask."
)


# --- Buttons ------------------------------------------------------------------------------------

OPEN_REPORT = "Open report"
OPEN_PAGE = "Open page"
CHART = "Show as a chart"
CHART_OF_FIRST = "First as a chart"
CHART_OF_SECOND = "Second as a chart"
READ_ANSWER = "Read the answer"
COPY_FIGURE = "Copy figure"
COPY_LINK = "Copy link"
SHARE = "Share"
SEND_ON = "Send to a chat"
HELPFUL = "Helpful"
NOT_RIGHT = "Not right"
CHOSEN = "✓ "
THAT_IS_IT = "That answers it"
NONE_OF_THESE = "None of these"
ALL_TOPICS = "All topics"
BACK = "Back"
PREVIOUS = "Previous"
NEXT = "Next"
RATINGS = "Ratings tables"
ALL_REPORTS = "All inspection reports"
ASK_ME = "Ask your own question"
ASK_IN_PRIVATE = "Nothing fits – ask me in private"

BUTTONS_EXPLAINED = {
    (OPEN_REPORT, OPEN_PAGE): "the source",
    (CHART,): "the figures as a picture",
    (COPY_FIGURE,): "answer and source",
    (SHARE,): "send it on, or copy a link",
    (HELPFUL, NOT_RIGHT): "tell us",
    (THAT_IS_IT,): "it was my question",
    (NONE_OF_THESE,): "no suggestion fits",
}


# --- Start, help and the like ---------------------------------------------------------------------

EXAMPLES = ("how many po vacancies", "ttg money", "what has covid done to unpaid work")


def start(titles: Sequence[str]) -> str:
    """Welcome a person, naming the reports the bot knows."""
    examples = "\n".join(f"• {example}" for example in EXAMPLES)
    return (
        f"Ask me about {_listed(titles)}.\n\n"
        f"Type a question in your own words, such as:\n{examples}\n\n"
        "You get the figure first, then where it stands. If the report doesn't say, I say so."
    )


def help_text(commands: Mapping[str, str], username: str) -> str:
    """Explain how to ask, the buttons and the commands of this kind of chat."""
    buttons = "\n".join(
        f"• {' / '.join(labels)}: {what}" for labels, what in BUTTONS_EXPLAINED.items()
    )
    listed = "\n".join(f"/{name} – {what}" for name, what in commands.items())
    return (
        "Type a question; a few words will do. Then carry on: “and low risk?”. Edit your question "
        "and the answer changes with it.\n\n"
        f"Buttons\n{buttons}\n\n"
        f"Commands\n{listed}\n\n"
        "In groups: /ask and your question, a mention of me, or a reply to me.\n"
        f"In any chat: @{username} and some words."
    )


def privacy(days: int) -> str:
    """Say in plain words what is kept."""
    return (
        "What this bot keeps\n\n"
        "• Your question, without e-mail addresses and phone numbers, and whether it could be "
        f"answered. It is deleted after {days} days. We use it to add what is missing.\n"
        "• Whether an answer was marked helpful or not right.\n\n"
        "It stores no name, user id or chat id of anybody who asks, in no file and no log "
        "(changes to the answers carry the id of the administrator who made them). To understand "
        "“and low risk?” it remembers for some minutes, in memory only, which answers it last "
        "gave in a chat.\n\n"
        "Please don't send personal details about anybody. Telegram has its own privacy policy."
    )


def _listed(names: Sequence[str]) -> str:
    if not names:
        return "the reports I know"
    if len(names) == 1:
        return names[0]
    return ", ".join(names[:-1]) + " and " + names[-1]


def report_name(title: str, publisher: str) -> str:
    """Name a report within a sentence."""
    return f"“{title}” ({publisher})" if publisher else f"“{title}”"


def page_number(page: int, pages: int) -> str:
    """Say which page of a list this is."""
    return f"({page} of {pages})"


TOPICS = "What would you like to know about?"
NO_TOPICS = "There is nothing to browse yet."
NO_REPORTS = "No report has been loaded yet."
NO_CONTACT = "I have no contact details. Try /reports."
ASK_HOW = "Write your question after the command: /ask how many vacancies"
ASK_BY_REPLY = "What would you like to know? Reply to this message."
ASK_PLACEHOLDER = "Your question about the report"
ASK_NOW = "Type your question here, in your own words."
UNKNOWN_COMMAND = "I don't know that command. Type a question, or see /help."


# --- Replies to questions -------------------------------------------------------------------------

CLOSEST = "Closest question in the report:"
CLOSEST_GAP = "Closest question I know:"
DOES_NOT_SAY = "The report doesn't say, or I didn't understand the question."
TRY_TOPICS = "Try other words, or pick a topic:"
NOT_COVERED = "The report doesn't say:"
ASK_APART = "Please ask this part by itself:"
NOTHING_MORE = "I have nothing in the report on that, or I didn't understand. It was about:"
NO_COMPARISON = "The report doesn't compare or judge this:"
NEAR_IT = "Near it:"
ALL_THERE_IS = "That's all I have from the report on this."
GLAD = "Good, noted. Ask away if there is more."
NOT_THAT = "All right. If that wasn't it, try other words or a related question."
SORRY_WRONG = "Sorry about that. I've noted that it wasn't right. Try other words, or one of these:"
NOTED = "Noted, thank you: none of them was your question. Try other words, or pick a topic:"


# --- What is not a question -----------------------------------------------------------------------

GREETING = "Hello! What would you like to know about the report?"
WELCOME = "You're welcome. Ask away if there is more."
ACKNOWLEDGED = "Good. Ask away if there is more."
HOW = (
    "Type a question about the report in your own words, such as “how many vacancies”. /topics "
    "shows what there is to ask, /help explains the buttons."
)
GOODBYE = "Goodbye. The report will be here."
NO_WORDS = "I need words to work with. What would you like to know about the report?"
NOT_TEXT = "I can only read text. Please type your question."
ENGLISH_ONLY = (
    "Sorry, I only understand English. Please ask in simple English, for example “how many "
    "vacancies”, or pick a topic:"
)


def too_long(limit: int) -> str:
    """Ask for a shorter question."""
    return (
        f"That's too long for me. Please ask in one or two sentences, {limit} characters at most."
    )


# --- Charts ---------------------------------------------------------------------------------------

WHICH_CHART = "Which chart would you like?"
NO_SUCH_CHART = "I have no chart of that. These there are:"
NO_CHARTS = "No answer has figures that could be drawn yet."
NO_CHART_NOW = "The figures behind this chart are gone. Please type your question again."


def span(highest: str, of_highest: str, lowest: str, of_lowest: str) -> str:
    """Say how far the figures of a chart reach."""
    return f"From {highest} ({of_highest}) to {lowest} ({of_lowest})"


def out_of(count: int, total: int) -> str:
    """Say how many of all."""
    return f"{count} of {total}"


def chart_told(title: str, note: str, body: str) -> str:
    """Tell a chart: what was found, what is shown, then what is drawn."""
    return ". ".join(part for part in (title, note, body) if part)


def dots_told(label: str, count: int, total: int, unit: str) -> str:
    """Tell a chart of dots."""
    said = f"{total} dots, {count} of them filled. {label}: {count} of {total} {unit}"
    return f"{said.rstrip()}."


def grid_told(cells: str) -> str:
    """Tell a heat map, column after column."""
    return f"Heat map, darker where higher. {cells}."


def bars_told(note: str, bars: str) -> str:
    """Tell a bar chart."""
    return f"Bar chart{f' ({note})' if note else ''}. {bars}."


# --- Taps -----------------------------------------------------------------------------------------

THANKS_HELPFUL = "Thank you. Counted as helpful."
THANKS_NOT_RIGHT = "Thank you. Counted as not right; we'll look at it. Other words may help."
WITHDRAWN = "This answer has been withdrawn. Please type your question again."
OLD_BUTTON = "This button no longer works. Please type your question."
STALE = "I can't change this old message any more. Please type your question again."


# --- Trouble --------------------------------------------------------------------------------------

SORRY = "Sorry, something went wrong on my side. Please try again in a moment."
INTERRUPTED = (
    "I was restarted while I worked on this and can't tell how far I had come. Please look at the "
    "entry or /history, and do it again if it isn't done."
)
SLOW_DOWN = "That's a lot of questions at once. Please wait a minute, then carry on."


def fault(place: str) -> str:
    """Tell an administrator that something is broken."""
    return (
        f"Something in the bot is broken: {place}. Whoever ran into it was told to try again; all "
        "others are served. The log has the details. For a day this is not reported again."
    )


# --- The preview ----------------------------------------------------------------------------------

NOT_YOURS = "Only your own messages can be changed."
NO_FILE = "The file did not arrive whole. Please send it again."
EMPTY_FILE = "The file is empty."
