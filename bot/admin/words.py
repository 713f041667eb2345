"""What administrators read about files, about the questions people asked and about figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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


OUTCOMES = ("Answered", "Given suggestions", "Not in the report", "Marked helpful", "Not right")


def stats_title(days: int, asked_: int) -> str:
    """Head the picture of some days."""
    return f"{asked_:,} questions in the last {days} days"


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
