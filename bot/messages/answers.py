"""Replies as Telegram messages: HTML and inline keyboards, no higher than a screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot import texts
from bot.messages import keyboards
from bot.messages.facts import (
    ROOM,
    body,
    bold_part,
    citation,
    dated_once,
    details,
    in_room,
    source_lines,
)
from bot.messages.message import (
    SCREEN,
    BotMessage,
    Row,
    Rows,
    Sources,
    heading,
    joined,
    notice,
    safe,
    short,
)
from knowledge import Answer, Fact, Match, Near, Suggestions, Unknown

# Steps in which related questions, and in the last the detail, make room for the answer.
STEPS = 2
# Telegram takes 1,024 characters below a picture; the source goes beside this.
CAPTION = 700
# A question left for later is read off its button, so it is never cut.
LATER = 200


def answer(
    reply: Answer | Near,
    sources: Sources,
    asked: int | None = None,
    related: Sequence[Fact] = (),
    before: Sequence[Fact] = (),
    *,
    headed: bool = False,
    back: Row = (),
) -> BotMessage:
    """Show the answer to a question, or up to three to one that asks several things.

    What was shown `before` need not be told again. An answer is `headed` by its question where none
    of the reader's stands above it. Of what is only near, what the report doesn't say is bold, not
    what it says instead.
    """
    near = isinstance(reply, Near)
    unanswered, later = ("", "") if isinstance(reply, Near) else (reply.unanswered, reply.later)
    matches = dated_once(reply.matches, before)
    facts = [match.fact for match in matches]
    missing = f"{heading(texts.NOT_COVERED)} <i>{safe(short(unanswered, 120))}</i>"
    copy = citation(matches[0], sources) if len(matches) == 1 and not near else ""
    share = keyboards.button(texts.SHARE, keyboards.SHARE, facts[0].id)
    last = (*back, *((share,) if asked is None else keyboards.votes(asked)))
    headed, of = headed or len(matches) > 1, len(matches)

    def build(step: int) -> BotMessage:
        form = {"headed": headed, "near": near, "detailed": step < STEPS}
        told = [body(one, sources, of=of, **form) for one in matches]
        beside = related if step == 0 else ()
        rows = keyboards.under_answer(facts, sources, copy, short(later, LATER), beside, last)
        return joined([*told, missing if unanswered else ""], rows)

    return _fitting(build)


def single(
    fact: Fact,
    sources: Sources,
    asked: int | None = None,
    related: Sequence[Fact] = (),
    before: Sequence[Fact] = (),
    *,
    headed: bool = True,
    back: Row = (),
) -> BotMessage:
    """Show one fact that was looked up, not asked for."""
    reply = Answer((Match(fact, 1.0),))
    return answer(reply, sources, asked, related, before, headed=headed, back=back)


def suggestions(reply: Suggestions, asked: int) -> BotMessage:
    """Offer the likeliest questions to tap: a guess never looks like an answer."""
    facts = [match.fact for match in reply.matches]
    none = keyboards.button(texts.NONE_OF_THESE, keyboards.NONE, asked)
    rows = (*keyboards.questions(facts, keyboards.TAKE, asked), (none,))
    return notice(reply.note or texts.SUGGEST, rows)


def unknown(
    reply: Unknown,
    sources: Sources,
    asked: int,
    nearest: Sequence[Fact] = (),
    topics: Rows = (),
    before: Sequence[Fact] = (),
) -> BotMessage:
    """Say that the report doesn't: a gap's explanation, and the nearest that it does answer."""
    if reply.gap is None:
        bold = texts.NOT_UNDERSTOOD if reply.unread else texts.NOT_IN_REPORT
        offered = keyboards.questions(nearest[: keyboards.NEAREST]) or topics
        said = texts.TRY_THESE if nearest else texts.TRY_TOPICS
        return BotMessage(f"{heading(bold)}\n{safe(said)}", offered)
    (gap,) = dated_once((reply.gap,), before)
    last = keyboards.source_button(gap.fact, sources), keyboards.votes(asked)

    def build(step: int) -> BotMessage:
        offered = keyboards.questions(nearest[: keyboards.NEAREST - 1 - step])
        return joined([body(gap, sources, detailed=step < STEPS)], (*offered, *last))

    return _fitting(build)


def nothing_more(reply: Unknown, fact: Fact, related: Sequence[Fact]) -> BotMessage:
    """Say that a follow-up finds nothing beyond the fact shown, which still stands last."""
    bold = texts.NOT_UNDERSTOOD if reply.unread else texts.NOT_IN_REPORT
    said = f"{heading(bold, texts.IT_WAS_ABOUT)} <i>{safe(fact.question)}</i>"
    if reply.compares:
        said = f"{heading(texts.NO_COMPARISON)}\n{safe(bold_part(fact.answer)[0])}"
    near = f"\n{safe(texts.NEAR_IT)}" if related else ""
    return BotMessage(said + near, keyboards.questions(related[: keyboards.NEAREST]))


def again(wish: str, facts: Sequence[Fact], sources: Sources) -> BotMessage:
    """Say the answers again as it is wished: "again", "shorter", "simpler", "quote", or the source.

    "source" and "link" ask where they stand, "vouch" and "sure" whose word they are and how old.
    """
    if wish == "quote":
        cited = [citation(Match(fact, 1.0), sources, ROOM // len(facts)) for fact in facts]
        quotes = [f"<blockquote>{safe(one)}</blockquote>" for one in cited]
        return BotMessage("\n".join([safe(texts.QUOTE_THE_REPORT), *quotes]))
    if wish in ("again", "shorter", "simpler"):
        return joined(_said(wish, fact, sources) for fact in facts)
    lines = [safe(texts.VOUCHED[wish])] if wish in texts.VOUCHED else []
    for fact in facts:
        report = sources.reports.get(fact.report)
        if wish not in texts.VOUCHED:
            lines.append(f"<i>{safe(fact.question)}</i>")
        elif report:
            lines.append(safe(texts.published(report.title, report.publisher, report.published)))
        lines += source_lines(fact, sources)
    lines += [safe(sources.link(facts[0]))] if wish == "link" else []
    said = "\n".join(dict.fromkeys(filter(None, lines)))
    return joined([said], [keyboards.source_button(facts[0], sources)])


def _said(wish: str, fact: Fact, sources: Sources) -> str:
    first = bold_part(fact.answer)[0]
    said = {"again": fact.answer, "shorter": first, "simpler": fact.plain or first}[wish]
    return "\n".join([f"<b>{safe(said)}</b>", *source_lines(fact, sources)])


def more(fact: Fact, sources: Sources, related: Sequence[Fact]) -> BotMessage:
    """Tell what else there is on a fact, its detail unfolded."""
    told = in_room(details(fact), ROOM * 3 // 4)
    lines = [f"<i>{safe(fact.question)}</i>", safe(told or texts.ALL_THERE_IS)]
    near = [safe(texts.NEAR_IT)] if related else []
    html = "\n".join([*lines, *source_lines(fact, sources), *near])
    return BotMessage(html, keyboards.questions(related[: keyboards.NEAREST]))


def card(fact: Fact, sources: Sources) -> BotMessage:
    """Show a fact in a chat the bot isn't in: no buttons that need the bot there."""
    row = (*keyboards.source_button(fact, sources), *keyboards.ask_me(sources.username))
    return joined([body(Match(fact, 1.0), sources, headed=True)], [row])


def caption(fact: Fact, sources: Sources, told: str) -> str:
    """Write what stands below a fact's chart: its telling for those who hear it, its source.

    The picture names the slide's heading, so that the buttons stand on the screen as well.
    """
    if fact.source.count("slide ") == 1:
        fact = replace(fact, source=fact.source.partition(":")[0])
    lines = [f"<blockquote expandable>{safe(short(told, CAPTION))}</blockquote>"]
    return "\n".join([*lines, *source_lines(fact, sources)])


def _fitting(build: Callable[[int], BotMessage]) -> BotMessage:
    """Build with less and less beside the answer until it stands on one screen."""
    for step in range(STEPS):
        if (made := build(step)).height <= SCREEN:
            return made
    return build(STEPS)
