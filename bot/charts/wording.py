"""What a chart says: of a fact's figures its title, measure and source, its text and its CSV.

Everything here comes from the fact itself, so that an edit of its figures is an edit of its chart.
"""

from __future__ import annotations

import csv
import io
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot import texts
from bot.charts.layout import MOST_BARS, PERCENT, Table, number, table_of
from knowledge import Fact

TITLE = 125
# Characters of a line and of a bar in a terminal.
LINE, BAR = 78, 24
# An answer that begins so names what is shown; the finding comes after it.
_NAMES_ONLY = re.compile(r"(?:How|What|Which|Where|When|Who|For)\b[^:\d]*?(?:[.:]\s|[.:]?$)")
_ASIDE = re.compile(r"\s*\([^()]*\)")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9£'])")
_CUT = re.compile(r"[:;]\s|,\s(?=(?:but|which|while|whereas|against|although)\b)")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture to draw: the question, the finding, what is counted, and the source below."""

    title: str
    kicker: str
    source: str
    table: Table
    note: str = ""

    @property
    def headings(self) -> tuple[str, ...]:
        """Give what stands above the columns, of a single one what is not said before."""
        said = f"{self.note} {self.title}".casefold()
        one = len(self.table.columns) == 1
        return tuple("" if one and c.casefold() in said else c for c in self.table.columns)


def chart_of(fact: Fact, source: str) -> Chart | None:
    """Make the chart of a fact, None when its figures are none or make no picture."""
    table = table_of(fact.figures)
    if table is None or fact.is_gap:
        return None
    unit = "" if table.unit == PERCENT else table.unit
    title = _both_sides(_finding(fact, table), table)
    return Chart(title, fact.question, source, table, _sentence(fact.measure or unit))


def counted(title: str, counts: Mapping[str, float]) -> Chart:
    """Make a chart of named counts as bars, the largest first; twelve at most."""
    largest = sorted(counts.items(), key=lambda item: -item[1])[:MOST_BARS]
    values = tuple((value,) for _, value in largest)
    return Chart(title, "", "", Table(("",), tuple(name for name, _ in largest), values))


def _finding(fact: Fact, table: Table) -> str:
    """Say in a line what was found: a sentence of the answer, or how far the figures reach."""
    for sentence in _SENTENCE_END.split(_ASIDE.sub("", fact.answer)):
        said = _CUT.split(sentence)[0].rstrip(" .,;:–-")
        names_only = _NAMES_ONLY.match(sentence) or len(_words(said) - _words(fact.measure)) < 2
        if said and len(said) <= TITLE and not names_only:
            return said
    cells = [
        (value, ", ".join(part for part in (row, column) if part))
        for row, line in zip(table.rows, table.values, strict=True)
        for column, value in zip(table.columns, line, strict=True)
    ]
    (high, highest), (low, lowest) = max(cells), min(cells)
    return texts.SPAN.format(table.said(high), highest, table.said(low), lowest)


def _both_sides(title: str, table: Table) -> str:
    """Let a comparison of two shares name both, with the figures of each."""
    sides = dict(zip(table.columns, zip(*table.values, strict=True), strict=True))
    if len(sides) == 1:
        sides = dict(zip(table.rows, table.values, strict=True))
    if table.unit != PERCENT or len(sides) != 2:
        return title
    first, second = map(_words, sides)
    said = _words(title)
    reaches = [_reach(table, values) for values in sides.values()]
    if all(one in title for one in reaches) or (
        said & (first - second) and said & (second - first)
    ):
        return title
    listed = ", ".join(f"{side} {reach}" for side, reach in zip(sides, reaches, strict=True))
    return longer if len(longer := f"{title}: {listed}") <= TITLE else listed


def _reach(table: Table, values: Sequence[float]) -> str:
    ends = table.said(min(values)), table.said(max(values))
    return ends[0] if ends[0] == ends[1] else texts.REACH.format(*ends)


def _words(text: str) -> set[str]:
    return {word.rstrip("s") for word in _WORD.findall(text.casefold())}


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- The same without a picture -------------------------------------------------------------------


def told(chart: Chart) -> str:
    """Tell a chart in words, for those who hear it: column after column."""
    table, several = chart.table, len(chart.table.columns) > 1
    parts = []
    for heading, values in zip(chart.headings, zip(*table.values, strict=True), strict=True):
        cells = zip(table.rows, map(table.said, values), strict=True)
        listed = [f"{_within(row)} {said}" if several else f"{row}: {said}" for row, said in cells]
        joined = (", " if several else "; ").join(listed)
        parts.append(f"{heading}: {joined}" if heading else joined)
    drawn = texts.CHART_TOLD.format("; ".join(parts))
    return ". ".join(part for part in (chart.title, chart.note, drawn) if part)


def _within(label: str) -> str:
    """Write a label as it stands within a sentence; abbreviations keep their capitals."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def as_text(chart: Chart) -> str:
    """Draw a chart with characters, for a terminal: a bar to each figure."""
    table = chart.table
    lines = [*textwrap.wrap(chart.title, LINE), *textwrap.wrap(chart.note, LINE)]
    for heading, values in zip(chart.headings, zip(*table.values, strict=True), strict=True):
        lines += [heading, *_bars(table, values)]
    return "\n".join(line for line in (*lines, *textwrap.wrap(chart.source, LINE)) if line)


def _bars(table: Table, values: Sequence[float]) -> list[str]:
    wide = max(map(len, table.rows))
    lines = []
    for label, value in zip(table.rows, values, strict=True):
        bar = "█" * round(BAR * value / table.top)
        lines.append(
            f"  {label:<{wide}}  {bar:{'░' if table.whole else ' '}<{BAR}}  {table.said(value)}"
        )
    return lines


def as_csv(fact: Fact, source: str) -> bytes:
    """Write a fact's figures as a table that says of each what it counts and where it stands."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["row", "column", "value", "unit", "measure", "source"])
    for one in fact.figures:
        ends = (one.unit, fact.measure or fact.question, source)
        value = number(one.value).replace(",", "")
        writer.writerow([*map(_harmless, (one.label, one.column)), value, *map(_harmless, ends)])
    # The mark lets a spreadsheet read it as UTF-8.
    return file.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    """Keep a spreadsheet from reading a text as a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t"} else cell
