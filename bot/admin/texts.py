"""Everything that only administrators read: commands, labels and sentences."""

from knowledge import HELPFUL, NOT_RIGHT

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
    "redo": "bring back what was taken back",
    "import": "entries from a file",
    "export": "all entries as a file",
    "stats": "what was asked, 7 and 30 days",
    "why": "how an answer comes about",
    "backup": "a copy of the database",
    "cancel": "drop what you are writing",
}
FOR_ADMINISTRATORS = "For administrators"

# Buttons.
SKIP = "Skip"
CLEAR = "Leave it empty"
BACK = "Back"
CANCEL = "Cancel"
SAVE = "Save"
RETIRE = "Retire"
RESTORE = "Restore"
CHANGE_SOMETHING = "Change something"
UNDO = "Take it back"
BRING_BACK = "Bring it back"
TAKE_BACK = "Take back {}: {}"
EDIT_AGAIN = "Edit again"
EDIT_INSTEAD = "Edit “{}”"
HISTORY = "History"
OLDER = "Older changes"
PREVIEW = "Preview"
GO_ON = "Go on with it"
NEW_FACT = "New fact"
GAP = "The report doesn't say (gap)"
DISMISS = "Dismiss"
LATER = "Not now"
MEANS = "Means: {}"
APPLY = "Apply all of it"
DISCARD = "Don't apply"
KEEP_ALL = "Add all {}"
ASK_ALSO = "Let “{}” ask for it too"
REPLACE_RIVAL = "This one instead of “{}”"
KEEP_RIVAL = "Keep “{}” after all"
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
    "measure": "What figures count",
}

# Writing an entry.
PROMPTS = {
    "question": "Send the question as people would ask it. It is also what stands on buttons, so "
    "keep it short.",
    "answer": "Send the answer: the figure or direct answer first, then a sentence of context.",
    "detail": "Send the longer detail that readers can unfold.",
    "topic": "Pick a topic, or send the name of a new one.",
    "report": "Which report is it from?",
    "link": "Send the web address of the page it stands on. Without one, the report is linked.",
    "source": "Where in the report does it stand? For example: slide 14. An entry without a source "
    "says on which day it was added.",
    "also_asked": "Send other ways of asking it, one a line: the more different, the better.",
    "figures": "Send the figures, one a line: label | value | unit. For example:\n"
    "2022 | 42 | people\n2023 | 50 | people\n"
    "Of a table, each cell: row | column | value | unit. For example:\n"
    "North | 2023 | 61 | %\nSouth | 2023 | 58 | %",
    "measure": "Send what the figures count, and of what, as a chart would say it. For example: "
    "% of inspected cases, 2019/2020.",
}
GAP_PROMPTS = {
    "question": "What does the report not say? Send it as the question people ask.",
    "answer": "Send what the report doesn't say, what it does say nearby, and where to look.",
}
KINDS = ("New entry", "New gap")
NOW = "Now:"
EMPTY = "(empty)"
TAP_TO_DROP = "Tap one to take it away; send others to add them."
NOT_TAKEN = "That can't be taken: {}. Please send it again."
DOUBT = "Careful: {}: {}."
UNFINISHED = "This one isn't saved yet:"
STEP_GONE = "That step is over: the last message has the buttons. /add begins a new entry."
CANCELLING = frozenset({"cancel", "stop", "never mind", "nevermind", "abort"})
CANCELLED = "Dropped. Nothing was changed."
NOTHING_OPEN = "There is nothing to cancel."
HOW_TO_CHANGE = "What would you like to change?"
EDITS_IGNORED = "An edited message doesn't change the draft: use the last message's buttons."

# Preview and save.
NOT_SAVED = "Not saved yet."
NOT_RETIRED = "Not retired yet: people would no longer get this entry."
CHECKING = "Checking what else would change …"
NEW_TOPIC = "“{}” is a new topic."
NOTHING_MOVED = "Checked {} known questions: none is answered differently."
MOVED = "Checked {} known questions. These would be answered differently:"
# Before the next, where several are saved.
RIVAL_OF = "“{}” – "
# By how an entry speaks against the draft; its question, then one that shows it.
RIVALS = {
    "denies": "Careful: “{0}” says that the report doesn't give this, and people would get that "
    "who ask “{1}”. Replace it? If not, both are offered.",
    "near": "Careful: people who ask “{1}” would be told that the report doesn't give this, and "
    "get “{0}”. Replace it?",
    "answers": "Careful: people who ask “{1}” would still get “{0}”. Replace it?",
    "older": "“{0}” answers this for another time. Keep both, or this one instead?",
    "alike": "Careful: whoever asks “{1}” now gets “{0}”. Edit that one, or carry on.",
}
RETIRE_IN_SHELL = "To have it go: annual-report-bot retire {}"
PROPOSED = "Below are other ways of asking it, made from what you wrote: tap what people would say."
ALSO_ASKED = "Also asked as: {}."
TRY_IT = "Try it: type questions as people would, and I show what they would get."
WITH_DRAFT = "Once this is saved, people read:"
FOUND = "That is your entry."
OFFERED = "Your entry is offered there, no more."
NOT_FOUND_YET = "That is not your entry yet."
SUGGESTIONS = "suggestions, first {}"
NO_ANSWER = "no answer"
DRY_RUN = "Nothing has been changed: this was only tried."
# It is live when this is said.
SAVED = "Done and live: {}."
ALSO_CHANGED = "Other known questions are answered differently now:"
NOT_YOURS = "The last change is not yours: {} (by {}, {}). Take it back?"

# Finding.
WHICH = "Which entry? Type part of it after the command: /{} vacancies"
NONE_RETIRED = "No entry is retired."
PICK = "Which one?"
RETIRED, GAP_OF = "Retired: ", "Gap: "
NO_SUCH_CHANGE = "There is no change {} to take back."
IS_SO = "“{}” is so already."
LIKE_NOTHING = "No entry is like “{}”. Try another part of its question or answer."

# History and terms.
NO_HISTORY = "Nothing has been changed yet."
LAST_CHANGES = "The last changes"
BY_NOBODY = "with the program"
NEW_ENTRIES = "{} new"
CHANGES_OF = "Changes of “{}”"
NO_TERMS = "There are no terms yet."
HOW_TERMS = "Add one: /terms rosh = risk of serious harm"
DROP_TERM = "Tap one to take it away:"

# What people asked.
NOTHING_UNANSWERED = "Nothing is waiting: everything people asked was answered or decided on."
CLUSTER_GONE = "This one is decided already. /unanswered shows what is left."
DISMISSED = "Dismissed: “{}” won't be listed again."
ALSO = "Also:"
ASKED = "{} of {}, asked {}:"
PICKED = "Readers picked “{}” {}."
MARKED_NOT_RIGHT = "“{}” was marked not right {}."

# Files.
HOW_TO_IMPORT = (
    "Send me a file here: CSV, TSV, JSON or JSON lines, at most 20 MB. Only the columns question "
    "and answer are required; /export gives a file that shows the others. I'll show what it would "
    "change before anything changes."
)
TOO_BIG = "This file is over 20 MB. Send parts, or on the server: annual-report-bot import FILE"
READING = "Reading the file …"
NO_CHANGE = "This file would change nothing: everything in it stands here already."
PLAN_GONE = "I no longer have this file, and nothing of it was applied. Please send it again."
DISCARDED = "Nothing was applied."
WHICH_FORMAT = "As which kind of file?"
ALL_CHANGES = "All the changes this file would make, field by field."
BACKUP = "A complete copy of the database as it stands now. Keep it where only you can read it."
DRY_RUN_OF = "{} would change this; nothing has changed yet."
RIVALS_STAY = "An import replaces nothing else: take out what should go with /retire."
EXPORTED = "{:,} entries. Sent back to me as it is, this file changes nothing."
BACKUP_TOO_BIG = (
    "The copy is {:.0f} MB, and Telegram takes at most {:.0f} MB from bots. Make it on the server: "
    "annual-report-bot backup FILE"
)

# Figures and explanations.
STATS_HEAD = "Last {} days, questions: {:,}"
OUTCOMES = {
    "answer": "Answered", "suggest": "Given suggestions", "unknown": "Not in the report",
    "unread": "Not understood", HELPFUL: "Marked helpful", NOT_RIGHT: "Not right",
}  # fmt: skip
STATS_TITLE = "Questions in the last {} days: {:,}"
MOST_ASKED = "Most asked"
WORST = "Marked not right"
SIZE = "{:,} facts, {:,} gaps, {:,} phrasings."
WHY_HOW = "Type the question after the command: /why how many vacancies"
READ_AS = "Read as:"
REPAIRED = "Repaired:"
NEAREST = "nearest phrasing: {}"
NONE_OF_ALL = "None of these"
