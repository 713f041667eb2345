"""The buttons under a reply: which, how many and in what order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from telegram import CopyTextButton, InlineKeyboardButton

from bot import texts
from bot.charts.layout import drawable
from bot.messages import callback_data
from bot.messages.message import Row, Rows, Sources, short
from knowledge import Fact

# Under an answer stand its source, one action, and so many questions in the one row below.
QUESTIONS = 2
# Under a guess, a refusal or an objection.
SUGGESTIONS = 4
NEAREST = 3
# Two labels no longer than this stand side by side on a phone.
HALF = 22
# Labels are cut here: phones show some forty characters, Telegram refuses endless ones.
LABEL = 72
# What is typed after the bot's name to share an answer; Telegram takes 256 characters.
QUERY = 200


def button(label: str, data: str) -> InlineKeyboardButton:
    """Make a button that the bot hears of."""
    return InlineKeyboardButton(label, callback_data=data)


def question_row(fact: Fact, data: str) -> Row:
    """Make a row with a fact's question on it."""
    return (button(short(fact.question, LABEL), data),)


def questions(facts: Iterable[Fact]) -> Rows:
    """Give a row to each question, answered below when it is tapped."""
    return tuple(question_row(fact, callback_data.related(fact.id)) for fact in facts)


def under_answer(
    facts: Sequence[Fact],
    sources: Sources,
    *,
    copy: str = "",
    later: str = "",
    related: Sequence[Fact] = (),
    last: Row = (),
) -> Rows:
    """Give source and action, then what is left to ask or goes on from here, then the small row."""
    first = (*source_button(facts[0], sources), *_action(facts, copy))
    asked = [button(later, callback_data.later())] if later else []
    asked += [
        button(short(fact.question, LABEL), callback_data.related(fact.id)) for fact in related
    ]
    pair = asked[:QUESTIONS]
    fits = all(len(one.text) <= HALF for one in pair)
    return tuple(row for row in (first, tuple(pair if fits else asked[:1]), last) if row)


def _action(facts: Sequence[Fact], copy: str) -> Row:
    """Give the one thing to do with an answer: see its figures, or take it along."""
    for fact in facts:
        if drawable(fact):
            return (button(texts.CHART, callback_data.chart(fact.id)),)
    return (
        (InlineKeyboardButton(texts.COPY_ANSWER, copy_text=CopyTextButton(copy)),) if copy else ()
    )


def source_button(fact: Fact, sources: Sources) -> Row:
    """Make the button that opens a fact's source, none where there is no address."""
    link = sources.link(fact)
    pages = {report.url for report in sources.reports.values()}
    label = texts.OPEN_REPORT if link in pages else texts.OPEN_PAGE
    return (InlineKeyboardButton(label, url=link),) if link else ()


def votes(asked: int | None) -> Row:
    """Make the small row that asks whether a reply was right."""
    if asked is None:
        return ()
    return (
        button(texts.HELPFUL, callback_data.vote(asked, helpful=True)),
        button(texts.NOT_RIGHT, callback_data.vote(asked, helpful=False)),
    )


def under_suggestions(facts: Sequence[Fact], asked: int) -> Rows:
    """Give the questions that may have been meant, the likeliest first."""
    rows = (question_row(one, callback_data.take(asked, one.id)) for one in facts[:SUGGESTIONS])
    return (*rows, (button(texts.NONE_OF_THESE, callback_data.none(asked)),))


def under_objection(asked: int, likely: Sequence[Fact], reason: str, *, tells: bool) -> Rows:
    """Ask what was wrong, once; offer what else may have been meant, and to pass it on."""
    reasons = tuple(
        button(label, callback_data.wrong(asked, why)) for why, label in texts.REASONS.items()
    )
    others = (question_row(one, callback_data.take(asked, one.id)) for one in likely[:NEAREST])
    tell = (button(texts.TELL, callback_data.tell(asked, reason)),) if tells else ()
    return tuple(row for row in ((() if reason else reasons), *others, tell) if row)


def ways_on(fact: Fact, username: str) -> Row:
    """Make the buttons that pass a fact on."""
    row = [InlineKeyboardButton(texts.SEND_ON, switch_inline_query=short(fact.question, QUERY))]
    if deep := callback_data.deep_link(username, fact.id):
        row.append(InlineKeyboardButton(texts.COPY_LINK, copy_text=CopyTextButton(deep)))
    return tuple(row)


def under_chart(fact: Fact, sources: Sources, *, read: bool) -> Row:
    """Lead to the source or, to be `read`, the answer; then the figures to take along."""
    words = (button(texts.READ_ANSWER, callback_data.related(fact.id)),)
    return (
        *(words if read else source_button(fact, sources)),
        button(texts.FOR_PRINT, callback_data.figures(fact.id, "png")),
        button(texts.AS_CSV, callback_data.figures(fact.id, "csv")),
    )


def pairs(buttons: Sequence[InlineKeyboardButton]) -> list[Row]:
    """Set short labels two to a row, in their order."""
    rows: list[Row] = []
    for one in buttons:
        before = rows[-1] if rows else ()
        if len(before) == 1 and max(len(before[0].text), len(one.text)) <= HALF:
            rows[-1] = (*before, one)
        else:
            rows.append((one,))
    return rows


def share(fact: Fact) -> InlineKeyboardButton:
    """Make the button that shows how a fact can be passed on."""
    return button(texts.SHARE, callback_data.share(fact.id))


def ask_me(username: str) -> Row:
    """Make the button that leads from another chat to the bot."""
    deep = callback_data.deep_link(username, "ask")
    return (InlineKeyboardButton(texts.ASK_ME, url=deep),) if deep else ()
