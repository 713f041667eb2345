"""Replies as Telegram messages: HTML and inline keyboards, no higher than a screen."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from bot import messages, texts
from bot.charts import chart_of
from bot.messages import BotMessage, Row, Rows, Sources, button, joined, lines, safe, short, tagged
from knowledge import Answer, Fact, Match, Near, Reply, Suggestions, Unknown

# Telegram takes 1,024 characters below a picture; the source goes beside this.
CAPTION = 700
# Characters that a button copies at most.
COPIED = 256
# A question left for later is read off its button, so it is never cut.
LATER = 200
# A first sentence longer than this is set in bold only up to its first break.
LEAD = 100
# No more than this is bold: a longer sentence without a break is so up to a comma or a word.
BOLD = 160
# What of an answer is longer than this beyond its bold part is folded with the detail.
OPEN = 320
# Characters for all that a message says, of which Telegram takes 4,096.
ROOM = 4000
# From this many rows of figures on they are listed, one to a line, unless the answer and its detail
# hold them all; a wide table takes the place of a detail that only tells it in a sentence.
TABLE = 3
WIDE = 8

_Reply = TypeVar("_Reply", bound=Reply)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9£@'‘“\"])")
# A comma ends the direct answer only before a contrast; others stand within lists.
_BREAK = re.compile(
    r"[;:](?=\s)|,(?=\s(?:but|which|while|whereas|against|although)\b)|\s[–-](?=\s)"
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
# "Yes." alone says little: it is bold together with the sentence after it.
_YES_NO = frozenset({"Yes.", "No."})
# How old the report is, said with the first answer that needs it, and what stays without that.
_DATED = (
    (re.compile(r"(?:That is|These [\w ]+ are) as of [^.,]+, the date of the slides\.\s*"), ""),
    (re.compile(r"The slides are (?:from|dated) [\w ]+ and (?=don't\b)"), "The slides "),
    (re.compile(r"The slides are (?:from|dated) [\w ]+; l(?=ook\b)"), "L"),
)


def answer(
    reply: Answer | Near,
    sources: Sources,
    asked: int | None = None,
    related: Sequence[Fact] = (),
    *,
    headed: bool = False,
    back: Row = (),
) -> BotMessage:
    """Show what answers a question, `headed` by its own where none of the reader's stands above."""
    unanswered, later = ("", "") if isinstance(reply, Near) else (reply.unanswered, reply.later)
    matches, fact = reply.matches, reply.matches[0].fact
    missing = f"{messages.heading(texts.NOT_COVERED)} {tagged('i', short(unanswered, 120))}"
    # The source and one action, a row of what to ask next, and a small row.
    # A single figure is no chart.
    drawn = [one.fact.id for one in matches if one.fact.figures[1:] and chart_of(one.fact)]
    action = [button(texts.CHART, messages.CHART, one) for one in drawn]
    if len(matches) == 1 and isinstance(reply, Answer):
        action.append(messages.Button(texts.COPY_ANSWER, copy_text=citation(matches[0], sources)))
    first = (*messages.source_button(fact, sources), *action[:1])
    left = [button(short(later, LATER), messages.LATER)] if later else []
    others = [*left, *(one for (one,) in messages.questions(related))]
    share = button(texts.SHARE, messages.SHARE, fact.id)
    last = (*back, *((share,) if asked is None else messages.votes(asked)))

    # Related questions, and at last the detail, make room for what was asked.
    for beside, detailed in ((others, True), (left, True), (left, False)):
        told = [body(one, sources, reply, headed=headed, detailed=detailed) for one in matches]
        rows = [first, *messages.pairs(beside[:2])[:1], last]
        page = joined([*told, missing if unanswered else ""], rows)
        if page.height <= messages.SCREEN:
            break
    return page


def dated_once(reply: _Reply, shown: Sequence[Fact]) -> _Reply:
    """Leave the report's date out of all but the first answer that says it; `shown` come before."""
    told, kept = any(_undated(fact) != fact for fact in shown), list[Match]()
    for match in reply.matches:
        fact = _undated(match.fact)
        kept.append(replace(match, fact=fact) if told else match)
        told = told or fact != match.fact
    if isinstance(reply, Unknown):
        return replace(reply, gap=kept[0]) if kept else reply
    return replace(reply, matches=tuple(kept))


def _undated(fact: Fact) -> Fact:
    answer, detail = fact.answer, fact.detail
    for pattern, rest in _DATED:
        answer, detail = pattern.sub(rest, answer), pattern.sub(rest, detail)
    return replace(fact, answer=answer.strip(), detail=detail.strip())


def suggestions(reply: Suggestions, asked: int) -> BotMessage:
    """Offer the likeliest questions to tap: a guess never looks like an answer."""
    facts = [match.fact for match in reply.matches]
    none = button(texts.NONE_OF_THESE, messages.NONE, asked)
    rows = (*messages.questions(facts, messages.TAKE, asked), (none,))
    return messages.notice(reply.note or texts.SUGGEST, rows)


def unknown(
    reply: Unknown, sources: Sources, asked: int, nearest: Sequence[Fact] = (), topics: Rows = ()
) -> BotMessage:
    """Say that the report doesn't: a gap's explanation, and the nearest that it does answer."""
    gap = reply.gap
    if gap is None:
        bold = texts.NOT_UNDERSTOOD if reply.unread else texts.NOT_IN_REPORT
        offered = messages.questions(nearest[: messages.NEAREST]) or topics
        said = texts.TRY_THESE if nearest else texts.TRY_TOPICS
        return BotMessage(lines(messages.heading(bold), safe(said)), offered)
    offered = messages.questions(nearest[: messages.NEAREST - 1])
    last = messages.source_button(gap.fact, sources), messages.votes(asked)
    return joined([body(gap, sources, reply)], (*offered, *last))


def again(wish: str, facts: Sequence[Fact], sources: Sources) -> BotMessage:
    """Say answers again as wished: "again", "shorter", "simpler", "quote"; or where they stand."""
    if wish == "quote":
        cited = [citation(Match(fact, 1.0), sources, ROOM // len(facts)) for fact in facts]
        quotes = (tagged("blockquote", one) for one in cited)
        return BotMessage(lines(safe(texts.QUOTE_THE_REPORT), *quotes))
    if wish in ("again", "shorter", "simpler"):
        said = []
        for fact in facts:
            first = bold_part(fact.answer, OPEN)[0]
            text = {"again": fact.answer, "shorter": first}.get(wish) or fact.plain or first
            said.append(lines(tagged("b", text), source_line(fact, sources)))
        return joined(said)
    # "source" and "link" ask where they stand, "vouch" and "sure" whose word they are and how old.
    told = [safe(texts.VOUCHED.get(wish, ""))]
    for fact in facts:
        report = sources.reports.get(fact.report)
        if wish not in texts.VOUCHED:
            told.append(tagged("i", fact.question))
        elif report:
            told.append(safe(texts.published(report.title, report.publisher, report.published)))
        told.append(source_line(fact, sources, titled=wish == "source"))
    told += [safe(sources.link(facts[0]))] if wish == "link" else []
    return joined([lines(*dict.fromkeys(told))], [messages.source_button(facts[0], sources)])


def more(fact: Fact, sources: Sources, related: Sequence[Fact]) -> BotMessage:
    """Tell what else there is on a fact, its detail unfolded."""
    told = short(lines(*details(fact)), ROOM * 3 // 4) or texts.ALL_THERE_IS
    said = tagged("i", fact.question), safe(told), source_line(fact, sources)
    near = safe(texts.NEAR_IT) if related else ""
    return BotMessage(lines(*said, near), messages.questions(related[: messages.NEAREST]))


def card(fact: Fact, sources: Sources, username: str) -> BotMessage:
    """Show a fact in a chat the bot isn't in: no buttons that need the bot there."""
    ask = messages.Button(texts.ASK_ME, url=texts.LINK.format(username, "ask"))
    row, match = (*messages.source_button(fact, sources), ask), Match(fact, 1.0)
    return joined([body(match, sources, Answer((match,)), headed=True)], [row])


def under_chart(fact: Fact, sources: Sources, told: str, *, read: bool = False) -> BotMessage:
    """Give what stands below a chart: its telling for those who hear it, its source, buttons."""
    words = button(texts.READ_ANSWER, messages.RELATED, fact.id)
    row = (
        *((words,) if read else messages.source_button(fact, sources)),
        button(texts.FOR_PRINT, messages.FIGURES, "png", fact.id),
        button(texts.AS_CSV, messages.FIGURES, "csv", fact.id),
    )
    # The picture names the slide's heading, so that the buttons stand on the screen as well.
    if fact.source.count("slide ") == 1:
        fact = replace(fact, source=fact.source.partition(":")[0])
    folded = tagged(messages.FOLD, short(told, CAPTION))
    return BotMessage(lines(folded, source_line(fact, sources)), (row,))


def bold_part(text: str, most: int = BOLD) -> tuple[str, str]:
    """Split an answer into what is set in bold, the figure or direct answer, and the rest."""
    first, second, *_ = [*_SENTENCE_END.split(text, maxsplit=2), ""]
    end = len(first)
    if end > LEAD:
        breaks = [at.end() for at in _BREAK.finditer(text) if 15 <= at.end() <= LEAD]
        cut = text.rfind(",", LEAD // 2, most) + 1 or text.rfind(" ", 1, most)
        end = breaks[0] if breaks else end if end <= most else cut if cut > 0 else most
    elif first in _YES_NO and second and len(second) <= LEAD:
        end = text.index(second, end) + len(second)
    return text[:end], text[end:].strip()


def body(
    match: Match, sources: Sources, reply: Reply, *, headed: bool = False, detailed: bool = True
) -> str:
    """Write a fact of a reply: its question, the answer, what is folded, the source."""
    fact, lead, said = match.fact, match.lead, match.computed or match.fact.answer
    near, of = isinstance(reply, Near), len(reply.matches)
    if lead.strip() in _YES_NO:
        said, lead = f"{lead.strip()} {said}", ""
    # Of what is only near, what the report doesn't say is bold, not what it says instead.
    bold, rest = ("", said) if near and lead else bold_part(said)
    below = rest if len(rest) > OPEN else ""
    told = [
        tagged("i", fact.question if headed or of > 1 else ""),
        tagged("b", lead) if near else safe(lead),
        " ".join(filter(None, (tagged("b", bold), "" if below else safe(rest)))),
    ]
    # What was worked out rests on the answer, which need not tell the whole table again.
    behind = [fact.answer] if len(fact.answer) <= LEAD and fact.answer not in said else []
    parts = (below, *((behind if match.computed else details(fact)) if detailed else ()))
    source = source_line(fact, sources)
    room = ROOM // of - sum(map(len, (*told, source)))
    return lines(*told, tagged(messages.FOLD, short(lines(*parts), room)), source)


def source_line(fact: Fact, sources: Sources, *, titled: bool = False) -> str:
    """Write where a fact stands, as a link; "" for one without a source."""
    source = safe(sources.titled(fact) if titled else sources.source(fact))
    # The slide stands in the report, whatever page the button opens.
    url = safe(sources.report(fact).url or fact.link)
    return f'<a href="{url}">{source}</a>' if url and source else source


def details(fact: Fact) -> list[str]:
    """Give what is worth unfolding: the detail and the figures, but nothing twice."""
    values = {f"{row.value:g}" for row in fact.figures}
    table = "\n".join(
        f"{', '.join(filter(None, (row.label, row.column)))}: "
        f"{row.value:g}{'' if row.unit in {'%', ''} else ' '}{row.unit}"
        for row in fact.figures
    )
    told = set(_NUMBER.findall(fact.detail))
    if len(fact.figures) >= WIDE and told <= values:
        return [table]
    is_told = values <= told | set(_NUMBER.findall(fact.answer))
    return [fact.detail] if is_told or len(fact.figures) < TABLE else [fact.detail, table]


def citation(match: Match, sources: Sources, limit: int = COPIED) -> str:
    """Give the answer with its source, at most `limit` characters, never cut within the source."""
    name = sources.published(match.fact)
    source = f" ({short(name, 140)})" if name else ""
    sentences = _SENTENCE_END.split(match.computed or match.fact.answer)
    room = limit - len(source)
    while len(text := " ".join(sentences)) > room and len(sentences) > 1:
        sentences.pop()
    return short(text, room) + source
