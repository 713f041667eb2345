"""What the buttons carry: ids only, at most 64 bytes, good for ever.

A fact's id is a slug of up to 48 characters, an id of a record of a question a whole number.
"""

from __future__ import annotations

import re

from telegram.constants import MessageLimit
from telegram.helpers import create_deep_linked_url

_SLUG = r"([A-Za-z0-9_-]{1,48})"

# A fact to show in this message, reached by browsing.
FACT = re.compile(rf"f:{_SLUG}\Z")
# A fact to show in a new message, so that the answer above stays.
RELATED = re.compile(rf"r:{_SLUG}\Z")
# A suggestion taken.
TAKE = re.compile(rf"t:(\d{{1,12}}):{_SLUG}\Z")
NONE = re.compile(r"n:(\d{1,12})\Z")
VOTE = re.compile(r"v:(\d{1,12}):([01])\Z")
# What was wrong with an answer, and a reader's wish that the administrators hear of it.
WRONG = re.compile(r"w:(\d{1,12}):(answer|question)\Z")
TELL = re.compile(r"h:(\d{1,12}):(answer|question)?\Z")
# A question that stands on the button itself.
LATER = re.compile(r"l\Z")
# A fact whose chart to show below, and its figures as a file.
CHART = re.compile(rf"p:{_SLUG}\Z")
FIGURES = re.compile(rf"d:(png|csv):{_SLUG}\Z")
# A fact to pass on: buttons for it appear where this one was.
SHARE = re.compile(rf"s:{_SLUG}\Z")
# A page of the topics, a page of a topic's questions.
TOPICS = re.compile(r"c:(\d{1,4})\Z")
QUESTIONS = re.compile(rf"q:(\d{{1,4}}):{_SLUG}\Z")


def fact(fact_id: str) -> str:
    """Show a fact in place of the list it was chosen from."""
    return f"f:{fact_id}"


def related(fact_id: str) -> str:
    """Show a fact below."""
    return f"r:{fact_id}"


def chart(fact_id: str) -> str:
    """Show a fact's chart below."""
    return f"p:{fact_id}"


def share(fact_id: str) -> str:
    """Show how a fact can be passed on."""
    return f"s:{fact_id}"


def take(asked: int, fact_id: str) -> str:
    """Take a suggestion made for the question recorded as `asked`."""
    return f"t:{asked}:{fact_id}"


def none(asked: int) -> str:
    """Take none of the suggestions."""
    return f"n:{asked}"


def vote(asked: int, *, helpful: bool) -> str:
    """Say whether a reply was right."""
    return f"v:{asked}:{int(helpful)}"


def wrong(asked: int, reason: str) -> str:
    """Say what was wrong with a reply."""
    return f"w:{asked}:{reason}"


def tell(asked: int, reason: str) -> str:
    """Let the administrators know that a reply was not right."""
    return f"h:{asked}:{reason}"


def later() -> str:
    """Ask the question on the button."""
    return "l"


def figures(fact_id: str, kind: str) -> str:
    """Send a fact's figures as a file: a picture for print, or CSV."""
    return f"d:{kind}:{fact_id}"


def topics(page: int) -> str:
    """Turn to a page of the topics."""
    return f"c:{page}"


def questions(topic: str, page: int) -> str:
    """Turn to a page of a topic's questions."""
    return f"q:{page}:{topic}"


def deep_link(username: str, payload: str) -> str:
    """Give the address that opens the bot with a payload, "" where there can be none."""
    if not username or len(payload) > MessageLimit.DEEP_LINK_LENGTH:
        return ""
    try:
        return create_deep_linked_url(username, payload)
    except ValueError:
        return ""
