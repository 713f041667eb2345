"""What a chart says: of a fact's figures its title, measure and source, its text and its table.

Everything here comes from the fact itself, so that an edit of its figures is an edit of its chart.
"""

from __future__ import annotations

import csv
import io
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

from bot import texts
from bot.charts.layout import MOST_BARS, PERCENT, Bars, Body, Dots, Grid, body_of, number, top_of
from bot.messages.facts import bold_part
from bot.messages.message import Sources, short
from knowledge import Fact

_TITLE = 125
# Characters of a line and of a bar in a terminal.
LINE = 78
BAR = 24
# An answer that begins so names what is shown; the finding comes after it.
_NAMES_ONLY = re.compile(r"(?:How|What|Which|Where|When|Who|For)\b[^:\d]*?[.:](?=\s|$)")
_ASIDE = re.compile(r"\s*\([^()]*\)")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture to draw: the question, the finding, what is counted, and the source below."""

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
    title = both_sides(finding(fact.answer, body), body)
    return Chart(title, fact.question, sources.published(fact), body, _sentence(fact.measure))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def counted(title: str, counts: Mapping[str, float], kicker: str = "", source: str = "") -> Chart:
    """Make a chart of named counts as bars, the largest first; twelve at most.

    An administrator's `/stats` draws its counts so: `drawing.draw(charts.counted(…))` is a PNG.
    """
    largest = sorted(counts.items(), key=lambda item: -item[1])[:MOST_BARS]
    labels, values = tuple(name for name, _ in largest), tuple(value for _, value in largest)
    return Chart(title, kicker, source, Bars(labels, values, top_of(values, "")))


def finding(answer: str, body: Body) -> str:
    """Say in a line what was found: the bold part of an answer, or how far the figures reach."""
    title, rest = bold_part(answer)
    if named := _NAMES_ONLY.match(title):
        # What follows a colon is a list of the figures; after a full stop a sentence begins.
        title = "" if named[0].endswith(":") else bold_part(_ASIDE.sub("", rest))[0]
    title = _ASIDE.sub("", title).rstrip(" .,;:–-")
    if title and len(title) <= _TITLE:
        return title
    if isinstance(body, Bars) and len(body.values) > 2:
        pairs = sorted(zip(body.values, body.labels, strict=True), reverse=True)
        highest, lowest = (
            (number(value, body.unit), label) for value, label in pairs[:: len(pairs) - 1]
        )
        return _sentence(texts.compared(body.note, texts.span(*highest, *lowest)))
    return short(title[: title.rfind(", ", 0, _TITLE)] if ", " in title else title, _TITLE)


def both_sides(title: str, body: Body) -> str:
    """Let a comparison of two shares name both, with their figures where there are only two."""
    sides = body.labels if isinstance(body, Bars) else getattr(body, "columns", ())
    if body.unit != PERCENT or len(sides) != 2:
        return title
    first, second = (_words(side) for side in sides)
    said = _words(title)
    if said & (first - second) and said & (second - first):
        return title
    if isinstance(body, Bars):
        written = [number(value, PERCENT) for value in body.values]
        if all(value in title for value in written):
            return title
        sides = tuple(f"{side} {value}" for side, value in zip(sides, written, strict=True))
    longer = texts.compared(title, *sides)
    fallback = body.note if isinstance(body, Bars) else ""
    return longer if title and len(longer) <= _TITLE else texts.compared(fallback, *sides)


def _words(text: str) -> set[str]:
    return {word.rstrip("s") for word in _WORD.findall(text.casefold())}


# --- The same without a picture -------------------------------------------------------------------


def told(chart: Chart) -> str:
    """Tell a chart in words, for those who hear it."""
    return texts.chart_told(chart.title, chart.note, _body_told(chart.body))


def _body_told(body: Body) -> str:
    match body:
        case Dots():
            return texts.dots_told(body.label, body.count, body.total, body.unit)
        case Grid():
            parts = (
                f"{column}: "
                + ", ".join(
                    f"{_within(row)} {number(line[at], body.unit)}"
                    for row, line in zip(body.rows, body.values, strict=True)
                )
                for at, column in enumerate(body.columns)
            )
            return texts.grid_told("; ".join(parts))
        case Bars():
            pairs = zip(body.labels, body.written, strict=True)
            listed = "; ".join(f"{label}: {value}" for label, value in pairs)
            return texts.bars_told(body.heading, listed)


def _within(label: str) -> str:
    """Write a label as it stands within a sentence; abbreviations keep their capitals."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def as_text(chart: Chart) -> str:
    """Draw a chart with characters, for a terminal: a bar to each figure."""
    body = chart.body
    match body:
        case Dots():
            lines = [
                "●" * body.count + "○" * (body.total - body.count),
                f"{body.label}: {number(body.count, '')} of {number(body.total, body.unit)}",
            ]
        case Grid():
            lines = []
            for at, column in enumerate(body.columns):
                values = [line[at] for line in body.values]
                lines += [column, *_bars(body.rows, values, body.top, body.unit)]
        case Bars():
            lines = (
                [body.heading]
                if body.heading and body.heading not in (chart.note + chart.title)
                else []
            )
            lines += _bars(body.labels, body.values, body.top, body.unit)
    title, note, source = (
        textwrap.fill(part, LINE) for part in (chart.title, chart.note, chart.source)
    )
    return "\n".join(line for line in (title, note, *lines, source) if line)


def _bars(
    labels: tuple[str, ...], values: tuple[float, ...] | list[float], top: float, unit: str
) -> list[str]:
    wide = max(map(len, labels))
    return [
        f"  {label:<{wide}}  {'█' * round(BAR * value / top):<{BAR}}  {number(value, unit)}"
        for label, value in zip(labels, values, strict=True)
    ]


def as_csv(fact: Fact, sources: Sources) -> bytes:
    """Write a fact's figures as a table that says of each what it counts and where it stands."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["row", "column", "value", "unit", "measure", "source"])
    for one in fact.figures:
        written = number(one.value, "").replace(",", "")
        ends = (one.unit, fact.measure or fact.question, sources.published(fact))
        writer.writerow([*map(_harmless, (one.label, one.column)), written, *map(_harmless, ends)])
    # The mark lets a spreadsheet read it as UTF-8.
    return file.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    """Keep a spreadsheet from reading a text as a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t"} else cell
