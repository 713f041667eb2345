"""Charts: what of a fact's figures a picture shows, in numbers and words; `bot.drawing` draws it.

Everything here comes from the fact itself, so that an edit of its figures is an edit of its chart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot import texts
from bot.charts.layout import MOST_BARS, Bars, Body, Dots, Grid, body_of, number, top_of
from bot.messages.answers import bold_part as lead
from bot.messages.message import Sources, short
from knowledge import Fact

_TITLE = 125
# An answer that begins so names what is shown; the finding comes after it.
_NAMES_ONLY = re.compile(r"(?:How|What|Which|Where|When|Who|For)\b[^:\d]*?[.:](?=\s|$)")
# What an answer gives the share of: "Planning was good in 73% of big cases and 12% of small ones."
_SHARE = re.compile(r"([^:\d]+) in \d[\d.]*% of ")
_ASIDE = re.compile(r"\s*\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture to draw: the question, the finding, what is shown, and the source below."""

    title: str
    kicker: str
    source: str
    body: Body
    note: str = ""


def chart_of(fact: Fact, sources: Sources) -> Chart | None:
    """Make the chart of a fact, None when its figures are none or make no picture."""
    body = body_of(fact.figures)
    if body is None or fact.is_gap:
        return None
    title = finding(fact.answer, body)
    note = shown(fact.answer, title)
    return Chart(title, fact.question, sources.source(fact), body, note)


def counted(title: str, counts: Mapping[str, float], kicker: str = "", source: str = "") -> Chart:
    """Make a chart of named counts as bars, the largest first; twelve at most.

    An administrator's `/stats` draws its counts so: `drawing.draw(charts.counted(…))` is a PNG.
    """
    largest = sorted(counts.items(), key=lambda item: -item[1])[:MOST_BARS]
    labels, values = tuple(name for name, _ in largest), tuple(value for _, value in largest)
    return Chart(title, kicker, source, Bars(labels, values, top_of(values, "")))


def finding(answer: str, body: Body) -> str:
    """Say in a line what was found: the bold part of an answer, or how far the figures reach."""
    title, rest = lead(answer)
    if named := _NAMES_ONLY.match(title):
        # What follows a colon is a list of the figures; after a full stop a sentence begins.
        title = "" if named[0].endswith(":") else lead(_ASIDE.sub("", rest))[0]
    title = _ASIDE.sub("", title).rstrip(" .,;:–-")
    if title and len(title) <= _TITLE:
        return title
    if isinstance(body, Bars) and len(body.values) > 2:
        pairs = sorted(zip(body.values, body.labels, strict=True), reverse=True)
        highest, lowest = (
            (number(value, body.unit), label) for value, label in pairs[:: len(pairs) - 1]
        )
        return texts.span(*highest, *lowest)
    return short(title[: title.rfind(", ", 0, _TITLE)] if ", " in title else title, _TITLE)


def shown(answer: str, title: str) -> str:
    """Say what the figures of an answer are where its title doesn't, "" where it need not."""
    named = _NAMES_ONLY.match(answer)
    if named and named[0].endswith("."):
        return named[0].removesuffix(".")
    share = _SHARE.match(answer)
    return share[1] if share and not title.startswith(share[1]) else ""


def told(chart: Chart) -> str:
    """Tell a chart in words, for those who hear it."""
    return texts.chart_told(chart.title, chart.note, _body_told(chart.body))


def _body_told(body: Body) -> str:
    match body:
        case Dots():
            return texts.dots_told(body.label, body.count, body.total, body.unit)
        case Grid():
            groups = (
                (
                    column,
                    [(row, line[at]) for row, line in zip(body.rows, body.values, strict=True)],
                )
                for at, column in enumerate(body.columns)
            )
            parts = (
                f"{column}: "
                + ", ".join(f"{_within(row)} {number(value, body.unit)}" for row, value in cells)
                for column, cells in groups
            )
            return texts.grid_told("; ".join(parts))
        case Bars():
            pairs = zip(body.labels, body.written, strict=True)
            listed = "; ".join(f"{label}: {value}" for label, value in pairs)
            return texts.bars_told(body.heading, listed)


def _within(label: str) -> str:
    """Write a label as it stands within a sentence; abbreviations keep their capitals."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label
