"""A fact as Telegram HTML: its bold sentence, detail, figures and source; and as a citation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from telegram.constants import InlineKeyboardButtonLimit

from bot import texts
from bot.messages.message import Sources, safe, short
from knowledge import Fact, Match

# A first sentence longer than this is set in bold only up to its first break.
LEAD = 100
# What of an answer is longer than this beyond its bold part is folded with the detail.
OPEN = 320
# Characters for all that a message says, of which Telegram takes 4,096.
ROOM = 4000
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
# "Yes." alone says little: it is bold together with the sentence after it.
_YES_NO = frozenset({"Yes.", "No."})
# How old the report is, which is said with the first answer of a chat that needs it, and what stays
# of the sentence without it.
_DATED = (
    (re.compile(r"(?:That is|These [\w ]+ are) as of [^.,]+, the date of the slides\.\s*"), ""),
    (re.compile(r"The slides are (?:from|dated) [\w ]+ and (?=don't\b)"), "The slides "),
    (re.compile(r"The slides are (?:from|dated) [\w ]+; l(?=ook\b)"), "L"),
)


def bold_part(text: str) -> tuple[str, str]:
    """Split an answer into what is set in bold, the figure or direct answer, and the rest."""
    first, second, *_ = [*_SENTENCE_END.split(text, maxsplit=2), ""]
    end = len(first)
    if end > LEAD:
        breaks = [at.end() for at in _BREAK.finditer(text) if 15 <= at.end() <= LEAD]
        cut = text.rfind(" ", 1, OPEN)
        end = breaks[0] if breaks else end if end <= OPEN else cut if cut > 0 else OPEN
    elif first in _YES_NO and second and len(second) <= LEAD:
        end = text.index(second, end) + len(second)
    return text[:end], text[end:].strip()


def body(
    match: Match,
    sources: Sources,
    *,
    headed: bool = False,
    detailed: bool = True,
    near: bool = False,
    of: int = 1,
) -> str:
    """Write a fact: its question if `headed`, the answer, what is folded, where it stands.

    Of one that is only `near`, what is said before it is bold, not its answer. It shares the
    message with others where it is one `of` several.
    """
    fact, lead, said = match.fact, match.lead, match.computed or match.fact.answer
    if lead.strip() in _YES_NO:
        said, lead = f"{lead.strip()} {said}", ""
    bold, rest = ("", said) if near and lead else bold_part(said)
    below = rest if len(rest) > OPEN else ""
    lines = [f"<i>{safe(fact.question)}</i>"] if headed else []
    if lead:
        lines.append(f"<b>{safe(lead)}</b>" if near else safe(lead))
    opening = f"<b>{safe(bold)}</b>" if bold else ""
    lines.append(" ".join(filter(None, (opening, "" if below else safe(rest)))))
    # What was worked out rests on the answer, which need not tell the whole table again.
    behind = [fact.answer] if len(fact.answer) <= LEAD else []
    parts = (below, *((behind if match.computed else details(fact)) if detailed else ()))
    source = source_lines(fact, sources)
    if folded := in_room(parts, ROOM // of - sum(map(len, (*lines, *source)))):
        lines.append(f"<blockquote expandable>{safe(folded)}</blockquote>")
    return "\n".join([*filter(None, lines), *source])


def in_room(parts: Iterable[str], room: int) -> str:
    """Join what a fact says beyond its open part; what has no room is said to go on."""
    text = "\n".join(filter(None, parts))
    if not text or len(text) <= room:
        return text
    return f"{text[: max(room - len(texts.GOES_ON), 0)].rstrip()} … {texts.GOES_ON}"


def source_lines(fact: Fact, sources: Sources) -> list[str]:
    """Write where a fact stands, as a link; nothing for one without a source."""
    source, report = safe(sources.source(fact)), sources.report(fact)
    # The slide stands in the report, whatever page the button opens.
    url = safe((report.url if report else "") or fact.link)
    return [f'<a href="{url}">{source}</a>' if url else source] if source else []


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


def citation(
    match: Match, sources: Sources, limit: int = InlineKeyboardButtonLimit.MAX_COPY_TEXT
) -> str:
    """Give the answer with its source, at most `limit` characters, never cut within the source."""
    name = sources.published(match.fact)
    source = f" ({short(name, 140)})" if name else ""
    sentences = _SENTENCE_END.split(match.computed or match.fact.answer)
    room = limit - len(source)
    while len(text := " ".join(sentences)) > room and len(sentences) > 1:
        sentences.pop()
    return (text if len(text) <= room else short(text, room)) + source


def dated_once(matches: Iterable[Match], shown: Sequence[Fact] = ()) -> tuple[Match, ...]:
    """Leave the report's date out of all but the first answer that says it; `shown` come before."""
    told, kept = any(_undated(fact) != fact for fact in shown), list[Match]()
    for match in matches:
        fact = _undated(match.fact)
        kept.append(replace(match, fact=fact) if told else match)
        told = told or fact != match.fact
    return tuple(kept)


def _undated(fact: Fact) -> Fact:
    answer, detail = fact.answer, fact.detail
    for pattern, rest in _DATED:
        answer, detail = pattern.sub(rest, answer), pattern.sub(rest, detail)
    is_same = (answer, detail) == (fact.answer, fact.detail)
    return fact if is_same else replace(fact, answer=answer.strip(), detail=detail.strip())
