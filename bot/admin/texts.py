"""Every sentence, label and command description that only administrators see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

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
    "figures": "Send the figures a picture can be drawn from, one a line: label | value | unit",
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

# --- What people asked ----------------------------------------------------------------------------

NOTHING_UNANSWERED = "Nothing is waiting: everything people asked was answered or decided on."
CLUSTER_GONE = "This one is decided already. /unanswered shows what is left."


def times(count: int) -> str:
    """Say how often."""
    return "once" if count == 1 else f"{count} times"


def asked(place: int, count: int, times_: int) -> str:
    """Head one of the unanswered questions."""
    return f"{place} of {count}, asked {times(times_)}:"


ALSO = "Also:"


def picked(question: str, count: int) -> str:
    """Tell of suggestions that readers took."""
    return f"Readers picked “{question}” {times(count)}."


def voted(question: str, count: int) -> str:
    """Tell of votes that a reply was not right."""
    return f"Marked not right {times(count)}" + (f" on “{question}”." if question else ".")


# --- Files ----------------------------------------------------------------------------------------

HOW_TO_IMPORT = (
    "Send me a file here: CSV, TSV, JSON or JSON lines, at most 20 MB. Only the columns question "
    "and answer are required; /export gives a file that shows the others. I'll show what it would "
    "change before anything changes."
)
TOO_BIG = (
    "This file is larger than 20 MB, more than Telegram gives to bots. Send it in parts, or on the "
    "server: annual-report-bot import FILE"
)
READING = "Reading the file …"
NO_CHANGE = "This file would change nothing: everything in it stands here already."
PLAN_GONE = (
    "I no longer have this file at hand, and nothing of it was applied. Please send it once more."
)
DISCARDED = "Nothing was applied."
WHICH_FORMAT = "As which kind of file?"
ALL_CHANGES = "All the changes this file would make, field by field."
ALL_PROBLEMS = "Everything in this file that can't be taken."


def looks_older(sample: str) -> str:
    """Ask whether a file is to be read as Windows-1252."""
    return (
        "This file looks like Windows-1252, an older way of writing letters. Read so, it says "
        f"“{sample}”. Is that right? If not, save it as “CSV UTF-8” and send that."
    )


def dry_run(name: str) -> str:
    """Head what a file would change."""
    return f"{name} would change this; nothing has changed yet."


def shared(count: int) -> str:
    """Warn of phrasings that two entries have."""
    what = "1 phrasing belongs" if count == 1 else f"{count} phrasings belong"
    return f"Careful: {what} to another entry as well."


def exported(count: int) -> str:
    """Caption an export."""
    return f"{count:,} entries. Sent back to me as it is, this file changes nothing."


BACKUP = "A complete copy of the database as it stands now. Keep it where only you can read it."


def backup_too_big(size: int, limit: int) -> str:
    """Refuse a backup that Telegram would not take."""
    return (
        f"The copy is {size / 1e6:.0f} MB, and Telegram takes at most {limit / 1e6:.0f} MB from "
        "bots. Make it on the server: annual-report-bot backup FILE"
    )


# --- Seeing ---------------------------------------------------------------------------------------


def stats(days: int, counts: Mapping[str, int]) -> str:
    """Head the figures of some days."""
    asked_ = counts["answered"] + counts["suggested"] + counts["unknown"]
    return (
        f"Last {days} days: {asked_:,} questions\n"
        f"{counts['answered']:,} answered, {counts['suggested']:,} given suggestions, "
        f"{counts['unknown']:,} not in the report\n"
        f"{counts['helpful']:,} marked helpful, {counts['not_right']:,} not right"
    )


MOST_ASKED = "Most asked"
WORST = "Marked not right"


def asked_times(question: str, count: int) -> str:
    """Say how often a fact was asked for."""
    return f"• {question} ({count})"


def wrong_times(question: str, wrong: int, shown: int) -> str:
    """Say how often a fact was marked not right."""
    return f"• {question} ({wrong} of {shown})"


def size(facts: int, gaps: int, phrasings: int) -> str:
    """Say how much the knowledge base holds."""
    return f"{facts:,} facts, {gaps:,} gaps, {phrasings:,} phrasings."


WHY_HOW = "Type the question after the command: /why how many vacancies"
FEATURES = {
    "ridge": "wording like its phrasings",
    "nearest": "likeness of the nearest phrasing",
    "unexplained": "words it can't account for",
    "asked": "asks for what it gives",
    "conflict": "names another body, level or year",
    "number": "names a number it doesn't have",
    "gap": "is a gap",
}
READ_AS = "Read as:"
REPAIRED = "Repaired:"
NEAREST = "nearest phrasing:"
NONE_OF_ALL = "None of these"


def listed(lines: Iterable[str], limit: int) -> str:
    """List lines up to a number of characters, and say how many are left out."""
    kept: list[str] = []
    every, length = list(lines), 0
    for line in every:
        if length + len(line) > limit:
            kept.append(f"… and {len(every) - len(kept)} more")
            break
        kept.append(line)
        length += len(line) + 1
    return "\n".join(kept)
