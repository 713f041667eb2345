"""A message to send: its HTML, its buttons, how high it stands, and where facts come from."""

import re
import textwrap
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape, unescape

from bot import texts
from knowledge import Fact, Report, Stage

# Density-independent pixels (dp) of a common small Android phone, 360 x 800, at Telegram's default
# text size: what the status bar, the chat's heading, the input line and the system's buttons leave
# of its height; a line, a row of buttons, what is around a message.
SCREEN = 630
LINE, ROW, EDGES = 21, 48, 20
# Those that stand in a line, about.
CHARACTERS = 38
# Telegram shows this many lines of a folded quote.
FOLDED = 3
FOLD = "blockquote expandable"
# Cells of a bar that shows how far something has come.
CELLS = 16

# A button carries its kind, a letter, and ids, at most 64 bytes, good for ever. A kind is given as
# the pattern that what its buttons carry matches, its groups as the tap's handler is given them.
_ASKED, _PAGE = r"(?P<asked>\d{1,12})", r"(?P<page>\d{1,4})"
_ID = "[A-Za-z0-9_-]{1,48}"
_FACT, _REASON = f"(?P<fact>{_ID})", "(?P<reason>answer|question)"

# A fact to show in this message, reached by browsing, or in a new one, so that the answer stays.
FACT = f"f:{_FACT}"
RELATED = f"r:{_FACT}"
# A suggestion taken, or none of them.
TAKE = f"t:{_ASKED}:{_FACT}"
NONE = f"n:{_ASKED}"
# Whether an answer was right, what was wrong with it, and that the administrators should hear.
HELPFUL = f"v:{_ASKED}:(?P<helpful>1)"
NOT_RIGHT = f"v:{_ASKED}:0"
WRONG = f"w:{_ASKED}:{_REASON}"
TELL = f"h:{_ASKED}:{_REASON}?"
# A question that stands on the button itself.
LATER = "l"
# A fact whose chart to show below, and its figures as a file.
CHART = f"p:{_FACT}"
FIGURES = f"d:(?P<kind>png|csv):{_FACT}"
# A fact to pass on: buttons for it appear where this one was.
SHARE = f"s:{_FACT}"
# A page of the topics, a page of the questions of a fact's topic.
TOPICS = f"c:{_PAGE}"
QUESTIONS = f"q:{_PAGE}:(?P<entry>{_ID})"

A_PAGE = 8
# Questions under a refusal or an objection.
NEAREST = 3
# Two labels no longer than this stand side by side on a phone.
HALF = 22
# Labels are cut here: phones show some forty characters, Telegram refuses endless ones.
LABEL = 72
# What is typed after the bot's name to share an answer; Telegram takes 256 characters.
QUERY = 200

Topics = Mapping[str, Sequence[Fact]]
# What stands in no report.
NOWHERE = Report(*[""] * 6)
_TITLED, _NUMBER = re.compile(r"slide (\d+): (?:(?! and slide ).)+"), re.compile(r"\d+")
_SLIDE = re.compile(r"\bslide (\d+)")
# Quotes stand between the other parts of a message, on lines of their own.
QUOTE = re.compile(r"\n?<blockquote expandable>(.*?)</blockquote>\n?", re.S)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Button:
    """A button: its label and the one thing it does, by the names of the Bot API."""

    text: str
    callback_data: str | None = None
    url: str | None = None
    copy_text: str | None = None
    switch_inline_query: str | None = None


Row = tuple[Button, ...]
Rows = tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class BotMessage:
    """A message to send: Telegram HTML and rows of buttons."""

    html: str
    rows: Rows = ()

    @property
    def height(self) -> int:
        """Give the height on a phone in dp."""
        lines = 0
        for at, part in enumerate(QUOTE.split(self.html)):
            text = unescape(_TAG.sub("", part if at % 2 else part.strip("\n")))
            high = sum(len(textwrap.wrap(one, CHARACTERS)) or 1 for one in text.split("\n"))
            lines += min(high, FOLDED) if at % 2 else high if text or not at else 0
        return lines * LINE + len(self.rows) * ROW + EDGES


@dataclass(frozen=True, slots=True)
class Sources:
    """What rendering needs beside a fact: the reports by id, and all facts for their slides."""

    reports: Mapping[str, Report]
    facts: Collection[Fact] = ()

    def report(self, fact: Fact) -> Report:
        """Give the report a fact stands in, NOWHERE for an entry added without a source."""
        is_own = fact.added and not fact.source
        return NOWHERE if is_own else self.reports.get(fact.report, NOWHERE)

    def link(self, fact: Fact) -> str:
        """Give the address to open for a fact, "" when there is none."""
        return fact.link or self.report(fact).url

    def source(self, fact: Fact, *, titled: bool = False) -> str:
        """Name the report and the place in it, such as "Annual report 2019/20, slide 14"."""
        if fact.added and not fact.source:
            return texts.ADDED_ON.format(date.fromisoformat(fact.added[:10]))
        report, slides = self.report(fact), _SLIDE.findall(fact.source)
        place = f"slides {' and '.join(slides)}" if len(slides) > 1 and not titled else fact.source
        return ", ".join(filter(None, (report.short_title or report.title, place)))

    def titled(self, fact: Fact) -> str:
        """Name the source with the titles of all its slides, as facts on one of them tell."""
        told = (_TITLED.fullmatch(one.source) for one in self.facts if one.report == fact.report)
        titles = {one[1]: one[0] for one in told if one}
        slides = _NUMBER.findall(fact.source)
        if ":" in fact.source or not {*slides} <= {*titles}:
            return self.source(fact, titled=True)
        return f"{self.report(fact).short_title}, {'; '.join(titles[one] for one in slides)}"

    def published(self, fact: Fact) -> str:
        """Name the source with its publisher first, as a citation does."""
        return ", ".join(filter(None, (self.report(fact).publisher, self.source(fact))))


def progress(stage: Stage, share: float) -> str:
    """Show how far something has come."""
    full = round(share * CELLS)
    return f"{texts.STAGES[stage]} {'█' * full}{'░' * (CELLS - full)} {share:.0%}"


def safe(text: str) -> str:
    """Make a text safe to stand in Telegram's HTML, between tags or in an attribute."""
    return escape(text, quote=True).replace("&#x27;", "'")


def joined(parts: Iterable[str], rows: Iterable[Row] = ()) -> BotMessage:
    """Make a message of parts in Telegram HTML; those that are empty are left out, as are rows."""
    return BotMessage("\n\n".join(filter(None, parts)), tuple(filter(None, rows)))


def lines(*parts: str) -> str:
    """Set parts one below the other; those that are empty are left out."""
    return "\n".join(filter(None, parts))


def notice(text: str, rows: Iterable[Row] = ()) -> BotMessage:
    """Make a message of a plain sentence or two."""
    return joined([safe(text)], rows)


def short(text: str, limit: int) -> str:
    """Cut a text at a word where it is longer."""
    return text if len(text) <= limit else textwrap.shorten(text, max(limit, 1), placeholder="…")


def tagged(tag: str, text: str) -> str:
    """Write a text between tags; nothing where there is none."""
    return f"<{tag}>{safe(text)}</{tag.split()[0]}>" if text else ""


def heading(text: str, note: str = "") -> str:
    """Write a line in bold, with a note beside it."""
    return " ".join(filter(None, (tagged("b", text), safe(note))))


def button(label: str, kind: str, *parts: object) -> Button:
    """Make a button that the bot hears of."""
    return Button(label, callback_data=":".join([kind[0], *map(str, parts)]))


def questions(facts: Sequence[Fact], kind: str = RELATED, *parts: object) -> Rows:
    """Give a row to each question; what several reports are asked is told apart by their names."""
    times = Counter(asked for asked, _ in {(fact.question, fact.report) for fact in facts})
    rows = list[Row]()
    for fact in facts:
        report = f" ({fact.report.replace('-', ' ')})" if times[fact.question] > 1 else ""
        label = short(fact.question, LABEL - len(report)) + report
        rows.append((button(label, kind, *parts, fact.id),))
    return tuple(rows)


def pairs(buttons: Sequence[Button]) -> list[Row]:
    """Set short labels two to a row, in their order."""
    rows: list[Row] = []
    for one in buttons:
        if rows and len(rows[-1]) == 1 and max(len(rows[-1][0].text), len(one.text)) <= HALF:
            rows[-1] = (*rows[-1], one)
        else:
            rows.append((one,))
    return rows


def paged(count: int, page: int, turn: Callable[[str, int], Button]) -> tuple[slice, Row, str]:
    """Give a page of a list, the last where it is no more, the row that turns it, its number."""
    last = max(0, (count - 1) // A_PAGE)
    page = min(page, last)
    turns = ((texts.PREVIOUS, page - 1), (texts.NEXT, page + 1))
    row = tuple(turn(label, to) for label, to in turns if 0 <= to <= last)
    shown = slice(page * A_PAGE, (page + 1) * A_PAGE)
    return shown, row, texts.PAGE.format(page + 1, last + 1) if last else ""


def topic_buttons(topics: Topics) -> list[Row]:
    """Give rows of buttons to topics."""
    return pairs([button(name, QUESTIONS, 0, facts[0].id) for name, facts in topics.items()])


def topics(every: Topics, page: int = 0) -> Rows:
    """Give a page of topics as buttons."""
    shown, turns, _ = paged(len(every), page, lambda label, to: button(label, TOPICS, to))
    return tuple(filter(None, (*topic_buttons(dict([*every.items()][shown])), turns)))


def source_button(fact: Fact, sources: Sources) -> Row:
    """Make the button that opens a fact's source, none where there is no address."""
    link = sources.link(fact)
    label = texts.OPEN_REPORT if link == sources.report(fact).url else texts.OPEN_PAGE
    return (Button(label, url=link),) if link else ()


def votes(asked: int) -> Row:
    """Make the small row that asks whether a reply was right."""
    return button(texts.HELPFUL, HELPFUL, asked, 1), button(texts.NOT_RIGHT, NOT_RIGHT, asked, 0)
