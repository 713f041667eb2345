"""Replies as Telegram messages: HTML and inline keyboards, no higher than a screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot import texts
from bot.messages import keyboards
from bot.messages.again import near_line, near_rows
from bot.messages.facts import body, bold_part, citation, source_lines
from bot.messages.message import BotMessage, Row, Rows, Sources, heading, notice, safe, short
from bot.messages.screen_height import SCREEN
from knowledge import Answer, Fact, Match, Near, Suggestions, Unknown

# Steps in which related questions, and in the last the detail, make room for the answer.
STEPS = 2
# Telegram takes 1,024 characters below a picture; the source goes beside this.
CAPTION = 700
# A question left for later is read off its button, so it is never cut.
LATER = 200


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
            body(match, sources, headed=headed, detailed=step < STEPS, near=near)
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
        return BotMessage(body(match, sources, headed=headed), rows, (fact.id,))

    return _fitting(build)


def suggestions(reply: Suggestions, sources: Sources, asked: int) -> BotMessage:
    """Offer the likeliest questions to tap: a guess never looks like an answer."""
    facts = [match.fact for match in reply.matches][: keyboards.SUGGESTIONS]
    rows = keyboards.under_suggestions(facts, asked)
    return BotMessage(safe(reply.note or texts.SUGGEST), rows, tuple(fact.id for fact in facts))


def unknown(
    gap: Match | None,
    sources: Sources,
    asked: int,
    nearest: Sequence[Fact],
    topics: Rows,
    *,
    unread: bool = False,
) -> BotMessage:
    """Say that the report doesn't: a gap's explanation, and the nearest that it does answer."""
    if gap is None:
        bold = texts.NOT_UNDERSTOOD if unread else texts.NOT_IN_REPORT
        offered = keyboards.questions(nearest[: keyboards.NEAREST]) or topics
        said = texts.TRY_THESE if nearest else texts.TRY_TOPICS
        return BotMessage(f"<b>{safe(bold)}</b>\n{safe(said)}", offered)
    source = keyboards.source_button(gap.fact, sources)

    def build(step: int) -> BotMessage:
        offered = keyboards.questions(nearest[: keyboards.NEAREST - 1 - step])
        rows = tuple(row for row in (*offered, source, keyboards.votes(asked)) if row)
        return BotMessage(body(gap, sources, detailed=step < STEPS), rows, (gap.fact.id,))

    return _fitting(build)


def nothing_more(reply: Unknown, fact: Fact, related: Sequence[Fact]) -> BotMessage:
    """Say that a follow-up finds nothing beyond the fact shown, which still stands last."""
    bold = texts.NOT_UNDERSTOOD if reply.unread else texts.NOT_IN_REPORT
    said = f"{heading(bold, texts.IT_WAS_ABOUT)} <i>{safe(fact.question)}</i>"
    if reply.compares:
        said = f"<b>{safe(texts.NO_COMPARISON)}</b>\n{safe(bold_part(fact.answer)[0])}"
    return BotMessage("\n".join([said, *near_line(related)]), near_rows(related), (fact.id,))


def objection(asked: int, likely: Sequence[Fact], reason: str = "", *, tells: bool) -> BotMessage:
    """Take an objection: ask what was wrong, or thank for the `reason`, and lead on from there."""
    text = texts.NOTED_REASON[reason] if reason else texts.SORRY_WRONG
    rows = keyboards.under_objection(asked, likely, reason, tells=tells)
    return notice(text, rows)


# --- Elsewhere ------------------------------------------------------------------------------------


def card(fact: Fact, sources: Sources) -> BotMessage:
    """Show a fact in a chat the bot isn't in: no buttons that need the bot there."""
    row = (*keyboards.source_button(fact, sources), *keyboards.ask_me(sources.username))
    html = body(Match(fact, 1.0), sources, headed=True)
    return BotMessage(html, (row,) if row else (), (fact.id,))


def caption(fact: Fact, sources: Sources, told: str) -> str:
    """Write what stands below a fact's chart: its telling for those who hear it, its source."""
    lines = [f"<blockquote expandable>{safe(short(told, CAPTION))}</blockquote>"]
    return "\n".join([*lines, *source_lines(fact, sources)])


def _fitting(build: Callable[[int], BotMessage]) -> BotMessage:
    """Build with less and less beside the answer until it stands on one screen."""
    page = build(0)
    for step in range(1, STEPS + 1):
        if page.height <= SCREEN:
            break
        page = build(step)
    return page
