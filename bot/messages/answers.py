"""Facts and replies as Telegram messages: HTML and inline keyboards, no higher than a screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from telegram import CopyTextButton, InlineKeyboardButton
from telegram.constants import InlineKeyboardButtonLimit

from bot import texts
from bot.charts.layout import body_of
from bot.messages import callback_data
from bot.messages.message import BotMessage, Row, Rows, Sources, heading, safe, short
from bot.messages.screen_height import SCREEN
from knowledge import Answer, Fact, Match, Report, Suggestions

# More rows of buttons than this under an answer are in the way on a phone.
MOST_ROWS = 4
# Steps in which related questions, and in the last the detail, make room for the answer.
STEPS = 3
# A first sentence longer than this is set in bold only up to its first break.
LEAD = 100
# What of an answer is longer than this beyond its bold part is folded with the detail.
OPEN = 320
# What is typed after the bot's name to share an answer; Telegram takes 256 characters.
QUERY = 200
# Labels are cut here: phones show some forty characters, Telegram refuses endless ones.
LABEL = 72
# Telegram takes 4,096 characters a message; two questions, answers and sources go beside this.
FOLDED = 2000
# Telegram takes 1,024 characters below a picture; the source goes beside this.
CAPTION = 700
# From this many rows of figures on they are listed, one to a line, unless the answer and its detail
# hold them all; a wide table takes the place of a detail that only tells it in a sentence.
TABLE = 3
WIDE = 8

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9£@'‘“\"])")
# A comma ends the direct answer only before a contrast; others stand within lists.
_BREAK = re.compile(
    r"[;:](?=\s)|,(?=\s(?:but|which|while|whereas|against|although)\b)|\s[–-](?=\s)"
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def report(one: Report) -> str:
    """Write a report's title, publisher and date."""
    origin = ", ".join(part for part in (one.publisher, one.published) if part)
    return heading(one.title) + (f"\n{safe(origin)}" if origin else "")


def question_button(fact: Fact, data: str) -> Row:
    """Make a row with a fact's question on it."""
    return (InlineKeyboardButton(short(fact.question, LABEL), callback_data=data),)


# --- Replies --------------------------------------------------------------------------------------


def answer(
    reply: Answer, sources: Sources, asked: int | None, related: Sequence[Fact] = ()
) -> BotMessage:
    """Show the answer to a question, or the two answers to a double one."""
    facts = tuple(match.fact for match in reply.matches)
    if len(facts) == 1 and not reply.unanswered and not reply.later:
        return single(facts[0], sources, asked=asked, related=related)
    left = ((texts.NOT_COVERED, reply.unanswered), (texts.ASK_APART, reply.later))
    tail = [f"{label} <i>{safe(short(part, 120))}</i>" for label, part in left if part]
    headed = len(facts) > 1

    def build(step: int) -> BotMessage:
        detailed = step < STEPS
        parts = [_body(fact, sources, headed=headed, detailed=detailed) for fact in facts]
        html = "\n\n".join([*parts, *tail])
        rows = _around((*_links(facts, sources), *_charts(facts)), related, _votes(asked), step)
        return BotMessage(html, rows, tuple(fact.id for fact in facts))

    return _fitting(build)


def single(
    fact: Fact,
    sources: Sources,
    *,
    asked: int | None = None,
    related: Sequence[Fact] = (),
    headed: bool = False,
    back: Row = (),
) -> BotMessage:
    """Show one fact, `headed` by its question where no question of the reader's stands above it."""

    def build(step: int) -> BotMessage:
        share = InlineKeyboardButton(texts.SHARE, callback_data=callback_data.share(fact.id))
        rows = _around(
            (*_links((fact,), sources, copy=citation(fact, sources)), *_charts((fact,))),
            related,
            ((*back, *(_votes(asked)[0] if asked is not None else ()), share),),
            step,
        )
        return BotMessage(_body(fact, sources, headed=headed), rows, (fact.id,))

    return _fitting(build)


def suggestions(reply: Suggestions, sources: Sources, asked: int) -> BotMessage:
    """Show the likeliest fact under its own question, the others as buttons."""
    first, *others = (match.fact for match in reply.matches)
    introduction = texts.CLOSEST_GAP if first.is_gap else texts.CLOSEST

    def build(step: int) -> BotMessage:
        html = f"{introduction}\n{_body(first, sources, headed=True, detailed=step == 0)}"
        last = (
            InlineKeyboardButton(
                texts.THAT_IS_IT, callback_data=callback_data.take(asked, first.id)
            ),
            InlineKeyboardButton(texts.NONE_OF_THESE, callback_data=callback_data.none(asked)),
        )
        offered = (question_button(fact, callback_data.take(asked, fact.id)) for fact in others[:3])
        return BotMessage(html, (*offered, last), (first.id,))

    return _fitting(build)


def unknown(
    gap: Match | None, sources: Sources, asked: int, related: Sequence[Fact], topics: Rows
) -> BotMessage:
    """Say that the report doesn't: a gap's explanation, or topics to browse."""
    if gap is None:
        html = f"<b>{safe(texts.DOES_NOT_SAY)}</b>\n{safe(texts.TRY_TOPICS)}"
        return BotMessage(html, (*topics, *_votes(asked)))

    def build(step: int) -> BotMessage:
        rows = _around(_links((gap.fact,), sources), related, _votes(asked), step)
        return BotMessage(_body(gap.fact, sources), rows, (gap.fact.id,))

    return _fitting(build)


def card(fact: Fact, sources: Sources) -> BotMessage:
    """Show a fact in a chat the bot isn't in: no buttons that need the bot there."""
    link = sources.link(fact)
    buttons = [InlineKeyboardButton(_open_label((fact,), sources), url=link)] if link else []
    if deep := callback_data.deep_link(sources.username, "ask"):
        buttons.append(InlineKeyboardButton(texts.ASK_ME, url=deep))
    return BotMessage(
        _body(fact, sources, headed=True), (tuple(buttons),) if buttons else (), (fact.id,)
    )


def caption(fact: Fact, sources: Sources, told: str) -> str:
    """Write what stands below a fact's chart: its telling for those who hear it, its source."""
    lines = [f"<blockquote expandable>{safe(short(told, CAPTION))}</blockquote>"]
    return "\n".join([*lines, *source_lines(fact, sources)])


def source_button(fact: Fact, sources: Sources) -> Row:
    """Make the button that opens a fact's source, none where there is no address."""
    link = sources.link(fact)
    return (InlineKeyboardButton(_open_label((fact,), sources), url=link),) if link else ()


def ways_on(fact: Fact, username: str) -> Row:
    """Make the buttons that pass a fact on."""
    row = [InlineKeyboardButton(texts.SEND_ON, switch_inline_query=short(fact.question, QUERY))]
    if deep := callback_data.deep_link(username, fact.id):
        row.append(InlineKeyboardButton(texts.COPY_LINK, copy_text=CopyTextButton(deep)))
    return tuple(row)


# --- Parts ----------------------------------------------------------------------------------------


def lead(text: str) -> tuple[str, str]:
    """Split an answer into what is set in bold, the figure or direct answer, and the rest."""
    first, *rest = _SENTENCE_END.split(text, maxsplit=1)
    after = rest[0] if rest else ""
    if len(first) <= LEAD:
        # "Yes." alone says little.
        second, *_ = _SENTENCE_END.split(after, maxsplit=1) if after else ("",)
        if first in ("Yes.", "No.") and second and len(second) <= LEAD:
            return text[: text.index(second) + len(second)], after[len(second) :].strip()
        return first, after
    found = [at.end() for at in _BREAK.finditer(text) if 15 <= at.end() <= LEAD]
    if found:
        cut = found[0]
    elif len(first) <= OPEN:
        cut = len(first)
    else:
        cut = text.rfind(" ", 1, OPEN) if " " in text[1:OPEN] else OPEN
    return text[:cut], text[cut:].strip()


def citation(
    fact: Fact, sources: Sources, limit: int = InlineKeyboardButtonLimit.MAX_COPY_TEXT
) -> str:
    """Give the answer with its source, at most `limit` characters, never cut within the source."""
    report = sources.reports.get(fact.report)
    name = ", ".join(p for p in ((report.publisher if report else ""), sources.source(fact)) if p)
    source = f" ({short(name, 140)})" if name else ""
    sentences = _SENTENCE_END.split(fact.answer)
    room = limit - len(source)
    for count in range(len(sentences), 0, -1):
        text = " ".join(sentences[:count])
        if len(text) <= room:
            return text + source
    return short(sentences[0], room) + source


def _body(fact: Fact, sources: Sources, *, headed: bool = False, detailed: bool = True) -> str:
    bold, rest = lead(fact.answer)
    lines = [f"<i>{safe(fact.question)}</i>"] if headed else []
    below = rest if len(rest) > OPEN else ""
    rest = "" if below else rest
    lines.append(f"<b>{safe(bold)}</b>" + (f" {safe(rest)}" if rest else ""))
    parts = (below, *(details(fact) if detailed else ()))
    if folded := "\n".join(part for part in parts if part)[:FOLDED]:
        lines.append(f"<blockquote expandable>{safe(folded)}</blockquote>")
    return "\n".join([*lines, *source_lines(fact, sources)])


def source_lines(fact: Fact, sources: Sources) -> list[str]:
    """Write where a fact stands, as a link; nothing for one without a source."""
    source = sources.source(fact)
    if not source:
        return []
    report = sources.reports.get(fact.report)
    # The slide stands in the report, whatever page the button opens.
    url = (report.url if report else "") or fact.link
    return [f'<a href="{safe(url)}">{safe(source)}</a>' if url else safe(source)]


def details(fact: Fact) -> list[str]:
    """Give what is worth unfolding: the detail and the figures, but nothing twice."""
    if len(fact.figures) < TABLE:
        return [fact.detail]
    values = {f"{row.value:g}" for row in fact.figures}
    table = "\n".join(
        f"{row.label}: {row.value:g}{'' if row.unit in {'%', ''} else ' '}{row.unit}"
        for row in fact.figures
    )
    told = set(_NUMBER.findall(fact.detail))
    if len(fact.figures) >= WIDE and told <= values:
        return [table]
    if values <= told | set(_NUMBER.findall(fact.answer)):
        return [fact.detail]
    return [fact.detail, table]


def _open_label(facts: Sequence[Fact], sources: Sources) -> str:
    pages = {report.url for report in sources.reports.values()}
    return texts.OPEN_REPORT if sources.link(facts[0]) in pages else texts.OPEN_PAGE


def _links(facts: Sequence[Fact], sources: Sources, copy: str = "") -> Rows:
    row = []
    if link := sources.link(facts[0]):
        row.append(InlineKeyboardButton(_open_label(facts, sources), url=link))
    if copy:
        row.append(InlineKeyboardButton(texts.COPY_FIGURE, copy_text=CopyTextButton(copy)))
    return (tuple(row),) if row else ()


def _charts(facts: Sequence[Fact]) -> Rows:
    drawable = [fact for fact in facts if not fact.is_gap and body_of(fact.figures)]
    labels: tuple[str, ...] = (texts.CHART,)
    if len(drawable) > 1:
        labels = (texts.CHART_OF_FIRST, texts.CHART_OF_SECOND)
    row = tuple(
        InlineKeyboardButton(label, callback_data=callback_data.chart(fact.id))
        for label, fact in zip(labels, drawable, strict=False)
    )
    return (row,) if row else ()


def _around(above: Rows, related: Sequence[Fact], below: Rows, step: int) -> Rows:
    """Put as many related questions between rows as there is room for, and `step` fewer."""
    room = max(0, MOST_ROWS - len(above) - len(below) - step)
    offered = (question_button(fact, callback_data.related(fact.id)) for fact in related[:room])
    return (*above, *offered, *below)


def _votes(asked: int | None) -> Rows:
    if asked is None:
        return ()
    return (
        (
            InlineKeyboardButton(
                texts.HELPFUL, callback_data=callback_data.vote(asked, helpful=True)
            ),
            InlineKeyboardButton(
                texts.NOT_RIGHT, callback_data=callback_data.vote(asked, helpful=False)
            ),
        ),
    )


def _fitting(build: Callable[[int], BotMessage]) -> BotMessage:
    """Build with less and less beside the answer until it stands on one screen."""
    page = build(0)
    for step in range(1, STEPS + 1):
        if page.height <= SCREEN:
            break
        page = build(step)
    return page
