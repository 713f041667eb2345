"""What the buttons carry: ids only, at most 64 bytes, good for ever.

A button's kind is its first letter; what follows are a fact's id (a slug of up to 48 characters),
the number of a question's record, a page. Each kind is given as the pattern that its data match.
"""

from __future__ import annotations

from telegram.constants import MessageLimit
from telegram.helpers import create_deep_linked_url

_ASKED, _PAGE, _REASON = r"(\d{1,12})", r"(\d{1,4})", "(answer|question)"
_FACT, _TOPIC = r"(?P<fact>[A-Za-z0-9_-]{1,48})", r"([A-Za-z0-9_-]{1,48})"

# A fact to show in this message, reached by browsing, or in a new one, so that the answer stays.
FACT = f"f:{_FACT}"
RELATED = f"r:{_FACT}"
# A suggestion taken, or none of them.
TAKE = f"t:{_ASKED}:{_FACT}"
NONE = f"n:{_ASKED}"
# Whether an answer was right, what was wrong with it, and that the administrators should hear.
HELPFUL = f"v:{_ASKED}:1"
NOT_RIGHT = f"v:{_ASKED}:0"
WRONG = f"w:{_ASKED}:{_REASON}"
TELL = f"h:{_ASKED}:{_REASON}?"
# A question that stands on the button itself.
LATER = "l"
# A fact whose chart to show below, and its figures as a file.
CHART = f"p:{_FACT}"
FIGURES = f"d:(png|csv):{_FACT}"
# A fact to pass on: buttons for it appear where this one was.
SHARE = f"s:{_FACT}"
# A page of the topics, a page of a topic's questions.
TOPICS = f"c:{_PAGE}"
QUESTIONS = f"q:{_PAGE}:{_TOPIC}"


def data(kind: str, *parts: object) -> str:
    """Write what a button of a kind carries."""
    return ":".join([kind[0], *map(str, parts)])


def deep_link(username: str, payload: str) -> str:
    """Give the address that opens the bot with a payload, "" where there can be none."""
    if not username or len(payload) > MessageLimit.DEEP_LINK_LENGTH:
        return ""
    try:
        return create_deep_linked_url(username, payload)
    except ValueError:
        return ""
