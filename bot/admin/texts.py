"""What only administrators see: labels, command descriptions and sentences; more in `words`."""

from __future__ import annotations

from collections.abc import Sequence

COMMANDS = {
    "add": "new entry: question, answer …",
    "gap": "new gap: what the report doesn't say",
    "edit": "find an entry and change it",
    "retire": "take an entry out of use",
    "restore": "bring an entry back",
    "unanswered": "what people asked and didn't get",
    "terms": "abbreviations and synonyms",
    "history": "who changed what, when",
    "undo": "take back the last change",
    "import": "entries from a file",
    "export": "all entries as a file",
    "stats": "what was asked, 7 and 30 days",
    "why": "how an answer comes about",
    "backup": "a copy of the database",
    "cancel": "drop what you are writing",
}

# --- Buttons --------------------------------------------------------------------------------------

SKIP = "Skip"
BACK = "Back"
CANCEL = "Cancel"
CLEAR = "Leave it empty"
SAVE = "Save"
RETIRE = "Retire"
RESTORE = "Restore"
CHANGE_SOMETHING = "Change something"
MAKE_GAP = "Make it a gap"
MAKE_FACT = "Make it a fact"
UNDO = "Take it back"
BRING_BACK = "Bring it back"
EDIT = "Edit"
EDIT_AGAIN = "Edit again"
HISTORY = "History"
OLDER = "Older changes"
DONE = "Preview"
CLOSE = "Close"
GO_ON = "Go on with it"
ANEW = "Drop it"
NEW_FACT = "New fact"
GAP = "The report doesn't say (gap)"
DISMISS = "Dismiss"
LATER = "Not now"
APPLY = "Apply all of it"
DISCARD = "Don't apply"
READ_SO = "Yes, read it as Windows-1252"
FORMATS = {
    "csv": "Spreadsheet (CSV)",
    "json": "Everything, with terms and reports (JSON)",
    "jsonl": "One entry a line (JSON lines)",
    "tsv": "Spreadsheet (TSV)",
}
FIELDS = {
    "question": "Question",
    "answer": "Answer",
    "detail": "Detail",
    "topic": "Topic",
    "report": "Report",
    "link": "Link",
    "source": "Source",
    "also_asked": "Phrasings",
    "figures": "Figures",
}
REQUIRED = frozenset({"question", "answer"})


def take_back(number: int, what: str) -> str:
    """Label the button that takes one change back."""
    return f"Take back {number}: {what}"


def edit_instead(question: str) -> str:
    """Label the button that leads to an entry that is there already."""
    return f"Edit “{question}”"


def phrasing_of(question: str) -> str:
    """Label the button that makes a question a phrasing of an entry."""
    return f"Means: {question}"


# --- Writing an entry -----------------------------------------------------------------------------

_PROMPTS = {
    "question": "Send the question as people would ask it. It is also what stands on buttons, so "
    "keep it short.",
    "answer": "Send the answer: the figure or direct answer first, then a sentence of context.",
    "detail": "Send the longer detail that readers can unfold.",
    "topic": "Pick a topic, or send the name of a new one.",
    "report": "Which report is it from?",
    "link": "Send the web address of the page it stands on. Without one, the report is linked.",
    "source": "Where in the report does it stand? For example: slide 14.",
    "also_asked": "Send other ways of asking it, one a line: the more different, the better.",
    "figures": "Send the figures, one a line: label | value | unit. For a table, each cell on a "
    "line: row | column | value | unit",
}
_GAP_PROMPTS = {
    "question": "What does the report not say? Send it as the question people ask.",
    "answer": "Send what the report doesn't say, what it does say nearby, and where to look.",
}


def prompt(name: str, *, gap: bool) -> str:
    """Ask for a field."""
    return (_GAP_PROMPTS if gap else {}).get(name) or _PROMPTS[name]


def step_of(place: int, count: int, title: str, *, gap: bool) -> str:
    """Say how far a new entry has come."""
    named = f": {title}" if title else ""
    return f"New {'gap' if gap else 'entry'}, {place} of {count}{named}"


NOW = "Now:"
EMPTY = "(empty)"
TAP_TO_DROP = "Tap one to take it away; send others to add them."


def not_taken(reason: str) -> str:
    """Refuse what was typed for a field."""
    return f"That can't be taken: {reason}. Please send it again."


def nearly(question: str, *, retired: bool) -> str:
    """Warn that a question is nearly one that is there."""
    state = " It is retired." if retired else ""
    return f"Careful: this is nearly “{question}”.{state} Edit that one, or carry on."


def belongs(phrasing: str, question: str) -> str:
    """Warn that a phrasing belongs to another entry."""
    return f"Careful: “{phrasing}” belongs to “{question}” already."


PREVIEW = "This is what people will see:"
PREVIEW_RETIRED = "People will no longer get this entry:"
CHECKING = "Checking what else would change …"
APPLYING = "Applying it …"
DRAFT_GONE = "This draft is closed, and nothing of it is saved. /add begins a new one."
STEP_GONE = "That step is behind you. Please use the buttons of the last message."
CANCELLED = "Dropped. Nothing was changed."
NOTHING_OPEN = "There is nothing to cancel."
HOW_TO_CHANGE = "What would you like to change?"
EDITS_IGNORED = (
    "Editing a sent message doesn't change the draft. Use the Back button, or change the field in "
    "the preview."
)


def unfinished(title: str) -> str:
    """Tell of a draft that is open."""
    return f"“{title or 'A new entry'}” isn't saved yet."


def trial(asked: int, known: int, lines: Sequence[str], more: int) -> str:
    """Say what a change does to the questions known."""
    tried = f"all {known:,}" if asked == known else f"{asked:,} of {known:,}"
    if not lines:
        return f"Checked {tried} known questions: none is answered differently."
    listed = "\n".join(f"• {line}" for line in lines)
    rest = f"\n• and {more} more" if more else ""
    return f"Checked {tried} known questions. These would be answered differently:\n{listed}{rest}"


def moved(question: str, before: str, after: str) -> str:
    """Say how one question would be answered differently."""
    return f"“{question}”: {before} → {after}"


def astray(question: str, reply: str) -> str:
    """Warn that an entry's own question would not lead to it."""
    return f"Careful: “{question}” itself would get {reply}."


SUGGESTIONS = "suggestions, first “{}”"
NO_ANSWER = "no answer"


DRY_RUN = "Nothing has been changed: this was only tried."

# --- After a change -------------------------------------------------------------------------------


def saved(what: str) -> str:
    """Confirm a change; it is live when this is said."""
    return f"Done and live: {what}."


def not_yours(what: str, who: str, when: str) -> str:
    """Ask before another administrator's change is taken back."""
    return f"The last change is not yours: {what} (by {who}, {when}). Take it back?"


# --- Finding --------------------------------------------------------------------------------------

WHICH = {
    "edit": "Which entry? Type part of it after the command: /edit vacancies",
    "retire": "Which entry shall go? Type part of it after the command: /retire vacancies",
    "restore": "Which entry shall come back? Type part of it after the command: /restore vacancies",
}
PICK = "Which one?"


def not_found(text: str) -> str:
    """Say that no entry was found."""
    return f"I found no entry for “{text}”. Try another part of its question or answer."


NONE_RETIRED = "No entry is retired."
GAP_MARK = "Gap: "
RETIRED_MARK = "Retired: "

# --- History --------------------------------------------------------------------------------------

NO_HISTORY = "Nothing has been changed yet."


def history(question: str) -> str:
    """Head the changes of one entry, or of all."""
    return f"Changes of “{question}”" if question else "The last changes"


# --- Terms ----------------------------------------------------------------------------------------

NO_TERMS = "There are no terms yet."
HOW_TERMS = "Add one: /terms rosh = risk of serious harm"
DROP_TERM = "Tap one to take it away:"
TERM_GONE = "This term is no longer there."
