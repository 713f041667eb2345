"""Facts and replies as Telegram messages: HTML and inline keyboards, no higher than a screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from telegram.constants import InlineKeyboardButtonLimit

from bot import texts
from bot.messages import keyboards
from bot.messages.message import BotMessage, Row, Rows, Sources, heading, notice, safe, short
from bot.messages.screen_height import SCREEN
from knowledge import Answer, Fact, Match, Near, Suggestions

# Steps in which related questions, and in the last the detail, make room for the answer.
STEPS = 2
# A first sentence longer than this is set in bold only up to its first break.
LEAD = 100
# What of an answer is longer than this beyond its bold part is folded with the detail.
OPEN = 320
# Telegram takes 4,096 characters a message; two questions, answers and sources go beside this.
FOLDED = 2000
# Telegram takes 1,024 characters below a picture; the source goes beside this.
CAPTION = 700
# From this many rows of figures on they are listed, one to a line, unless the answer and its detail
# hold them all; a wide table takes the place of a detail that only tells it in a sentence.
TABLE = 3
WIDE = 8
# A question left for later is read off its button, so it is never cut.
LATER = 200

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9£@'‘“\"])")
# A comma ends the direct answer only before a contrast; others stand within lists.
_BREAK = re.compile(
    r"[;:](?=\s)|,(?=\s(?:but|which|while|whereas|against|although)\b)|\s[–-](?=\s)"
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
# "Yes." alone says little: it is bold together with the sentence after it.
_YES_NO = frozenset({"Yes.", "No."})


# --- Replies --------------------------------------------------------------------------------------


def answer(
    reply: Answer | Near, sources: Sources, asked: int | None, related: Sequence[Fact] = ()
) -> BotMessage:
    """Show the answer to a question, or up to three to one that asks several things.

    Of what is only near, what the report doesn't say is bold, not what it says instead.
    """
    near = isinstance(reply, Near)
    unanswered, later = ("", "") if isinstance(reply, Near) else (reply.unanswered, reply.later)
    matches = reply.matches
    facts = tuple(match.fact for match in matches)
    headed = len(facts) > 1
    tail = (
        [f"<b>{texts.NOT_COVERED}</b> <i>{safe(short(unanswered, 120))}</i>"] if unanswered else []
    )
    copy = citation(matches[0], sources) if not headed and not near else ""

    def build(step: int) -> BotMessage:
        parts = [
            _body(match, sources, headed=headed, detailed=step < STEPS, near=near)
            for match in matches
        ]
        rows = keyboards.under_answer(
            facts,
            sources,
            copy=copy,
            later=short(later, LATER),
            related=related if step == 0 else (),
            last=keyboards.votes(asked),
        )
        return BotMessage("\n\n".join([*parts, *tail]), rows, tuple(fact.id for fact in facts))

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
    match = Match(fact, 1.0)
    share = (keyboards.share(fact),) if asked is None else ()

    def build(step: int) -> BotMessage:
        rows = keyboards.under_answer(
            (fact,),
            sources,
            copy=citation(match, sources),
            related=related if step == 0 else (),
            last=(*back, *keyboards.votes(asked), *share),
        )
        return BotMessage(_body(match, sources, headed=headed), rows, (fact.id,))

    return _fitting(build)


def suggestions(reply: Suggestions, sources: Sources, asked: int) -> BotMessage:
    """Offer the likeliest questions to tap: a guess never looks like an answer."""
    facts = [match.fact for match in reply.matches][: keyboards.SUGGESTIONS]
    rows = keyboards.under_suggestions(facts, asked)
    return BotMessage(safe(reply.note or texts.SUGGEST), rows, tuple(fact.id for fact in facts))


def unknown(
    gap: Match | None, sources: Sources, asked: int, nearest: Sequence[Fact], topics: Rows
) -> BotMessage:
    """Say that the report doesn't: a gap's explanation, and the nearest that it does answer."""
    if gap is None:
        offered = keyboards.questions(nearest[: keyboards.NEAREST]) or topics
        said = texts.TRY_THESE if nearest else texts.TRY_TOPICS
        return BotMessage(f"<b>{safe(texts.NOT_UNDERSTOOD)}</b>\n{safe(said)}", offered)
    source = keyboards.source_button(gap.fact, sources)

    def build(step: int) -> BotMessage:
        offered = keyboards.questions(nearest[: keyboards.NEAREST - 1 - step])
        rows = tuple(row for row in (*offered, source, keyboards.votes(asked)) if row)
        return BotMessage(_body(gap, sources, detailed=step < STEPS), rows, (gap.fact.id,))

    return _fitting(build)


def nothing_more(fact: Fact, related: Sequence[Fact], *, compares: bool) -> BotMessage:
    """Say that a follow-up finds nothing beyond the fact shown, which still stands last."""
    bold, then = (
        (texts.NO_COMPARISON, "") if compares else (texts.NOT_UNDERSTOOD, texts.IT_WAS_ABOUT)
    )
    about = f"{heading(bold, then)} <i>{safe(fact.question)}</i>"
    lines = [about.replace("</b>  <i>", "</b> <i>"), *_near_it(related)]
    return BotMessage("\n".join(lines), _near(related), (fact.id,))


# --- The same again -------------------------------------------------------------------------------


def where(facts: Sequence[Fact], sources: Sources) -> BotMessage:
    """Say where what was shown last stands, and let its page be opened."""
    lines = []
    for fact in facts:
        lines += [f"<i>{safe(fact.question)}</i>", *source_lines(fact, sources)]
    rows = tuple(row for one in facts[:1] if (row := keyboards.source_button(one, sources)))
    return BotMessage("\n".join(lines), rows)


def more(fact: Fact, sources: Sources, related: Sequence[Fact]) -> BotMessage:
    """Tell what else there is on a fact, its detail unfolded."""
    told = "\n".join(part for part in details(fact) if part)[:FOLDED]
    lines = [f"<i>{safe(fact.question)}</i>", safe(told or texts.ALL_THERE_IS)]
    lines += [*source_lines(fact, sources), *_near_it(related)]
    return BotMessage("\n".join(lines), _near(related))


def shorter(facts: Sequence[Fact], sources: Sources) -> BotMessage:
    """Say the answers again in their bold sentences alone."""
    return _again([bold_part(fact.answer)[0] for fact in facts], facts, sources)


def simpler(facts: Sequence[Fact], sources: Sources) -> BotMessage:
    """Say the answers again in simpler words where there are some, else in a sentence."""
    said = [fact.plain or bold_part(fact.answer)[0] for fact in facts]
    return _again(said, facts, sources)


def repeated(facts: Sequence[Fact], sources: Sources) -> BotMessage:
    """Say the answers again."""
    return _again([fact.answer for fact in facts], facts, sources)


def vouched(said: str, facts: Sequence[Fact], sources: Sources) -> BotMessage:
    """Say whose word an answer is and how old, with its source."""
    lines = [safe(said)]
    for fact in facts:
        report = sources.reports.get(fact.report)
        if report is not None:
            about = texts.published(report.title, report.publisher, report.published)
            lines += [line for line in (safe(about),) if line not in lines]
        lines += source_lines(fact, sources)
    rows = tuple(row for one in facts[:1] if (row := keyboards.source_button(one, sources)))
    return BotMessage("\n".join(lines), rows)


def quotable(facts: Sequence[Fact], sources: Sources) -> BotMessage:
    """Give answers in the form in which they can be quoted, to be copied."""
    cited = [citation(Match(fact, 1.0), sources, FOLDED) for fact in facts]
    lines = [
        safe(texts.QUOTE_THE_REPORT),
        *(f"<blockquote>{safe(one)}</blockquote>" for one in cited),
    ]
    return BotMessage("\n".join(lines))


def _again(said: Sequence[str], facts: Sequence[Fact], sources: Sources) -> BotMessage:
    parts = [
        "\n".join([f"<b>{safe(text)}</b>", *source_lines(fact, sources)])
        for text, fact in zip(said, facts, strict=True)
    ]
    return BotMessage("\n\n".join(parts))


def objection(asked: int, likely: Sequence[Fact], reason: str = "", *, tells: bool) -> BotMessage:
    """Take an objection: ask what was wrong, or thank for the `reason`, and lead on from there."""
    text = texts.NOTED_REASON[reason] if reason else texts.SORRY_WRONG
    rows = keyboards.under_objection(asked, likely, reason, tells=tells)
    return notice(text, rows)


def not_right(related: Sequence[Fact]) -> BotMessage:
    """Take an objection to what was not an answer to a question, and offer what is near."""
    return notice(texts.SORRY_TRY_AGAIN, _near(related))


def _near(related: Sequence[Fact]) -> Rows:
    return keyboards.questions(related[: keyboards.NEAREST])


def _near_it(related: Sequence[Fact]) -> list[str]:
    return [safe(texts.NEAR_IT)] if related else []


# --- Elsewhere ------------------------------------------------------------------------------------


def card(fact: Fact, sources: Sources) -> BotMessage:
    """Show a fact in a chat the bot isn't in: no buttons that need the bot there."""
    row = (*keyboards.source_button(fact, sources), *keyboards.ask_me(sources.username))
    html = _body(Match(fact, 1.0), sources, headed=True)
    return BotMessage(html, (row,) if row else (), (fact.id,))


def caption(fact: Fact, sources: Sources, told: str) -> str:
    """Write what stands below a fact's chart: its telling for those who hear it, its source."""
    lines = [f"<blockquote expandable>{safe(short(told, CAPTION))}</blockquote>"]
    return "\n".join([*lines, *source_lines(fact, sources)])


def citation(
    match: Match, sources: Sources, limit: int = InlineKeyboardButtonLimit.MAX_COPY_TEXT
) -> str:
    """Give the answer with its source, at most `limit` characters, never cut within the source."""
    name = sources.published(match.fact)
    source = f" ({short(name, 140)})" if name else ""
    sentences = _SENTENCE_END.split(match.computed or match.fact.answer)
    room = limit - len(source)
    for count in range(len(sentences), 0, -1):
        text = " ".join(sentences[:count])
        if len(text) <= room:
            return text + source
    return short(sentences[0], room) + source


# --- Parts ----------------------------------------------------------------------------------------


def bold_part(text: str) -> tuple[str, str]:
    """Split an answer into what is set in bold, the figure or direct answer, and the rest."""
    first, *rest = _SENTENCE_END.split(text, maxsplit=1)
    after = rest[0] if rest else ""
    if len(first) <= LEAD:
        second, *_ = _SENTENCE_END.split(after, maxsplit=1) if after else ("",)
        if first in _YES_NO and second and len(second) <= LEAD:
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


def _body(
    match: Match,
    sources: Sources,
    *,
    headed: bool = False,
    detailed: bool = True,
    near: bool = False,
) -> str:
    fact, lead = match.fact, match.lead
    lines = [f"<i>{safe(fact.question)}</i>"] if headed else []
    said = match.computed or fact.answer
    if lead and lead.strip() in _YES_NO:
        said, lead = f"{lead.strip()} {said}", ""
    if lead:
        lines.append(f"<b>{safe(lead)}</b>" if near else safe(lead))
    bold, rest = ("", said) if near and lead else bold_part(said)
    below = rest if len(rest) > OPEN else ""
    rest = "" if below else rest
    lines.append(" ".join(p for p in (f"<b>{safe(bold)}</b>" if bold else "", safe(rest)) if p))
    # What was worked out rests on the answer, which is there to be unfolded.
    behind = (fact.answer,) if match.computed else ()
    parts = (below, *((*behind, *details(fact)) if detailed else ()))
    if folded := "\n".join(part for part in parts if part)[:FOLDED]:
        lines.append(f"<blockquote expandable>{safe(folded)}</blockquote>")
    return "\n".join([*(line for line in lines if line), *source_lines(fact, sources)])


def source_lines(fact: Fact, sources: Sources) -> list[str]:
    """Write where a fact stands, as a link; nothing for one without a source."""
    source = sources.source(fact)
    if not source:
        return []
    report = sources.report(fact)
    # The slide stands in the report, whatever page the button opens.
    url = (report.url if report else "") or fact.link
    return [f'<a href="{safe(url)}">{safe(source)}</a>' if url else safe(source)]


def details(fact: Fact) -> list[str]:
    """Give what is worth unfolding: the detail and the figures, but nothing twice."""
    if len(fact.figures) < TABLE:
        return [fact.detail]
    values = {f"{row.value:g}" for row in fact.figures}
    table = "\n".join(
        f"{', '.join(p for p in (row.label, row.column) if p)}: "
        f"{row.value:g}{'' if row.unit in {'%', ''} else ' '}{row.unit}"
        for row in fact.figures
    )
    told = set(_NUMBER.findall(fact.detail))
    if len(fact.figures) >= WIDE and told <= values:
        return [table]
    if values <= told | set(_NUMBER.findall(fact.answer)):
        return [fact.detail]
    return [fact.detail, table]


def _fitting(build: Callable[[int], BotMessage]) -> BotMessage:
    """Build with less and less beside the answer until it stands on one screen."""
    page = build(0)
    for step in range(1, STEPS + 1):
        if page.height <= SCREEN:
            break
        page = build(step)
    return page
