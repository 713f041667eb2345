"""What a chart shows, all of it from the fact itself: to edit its figures is to edit its chart."""

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot import texts
from knowledge import Fact, Figure, spreadsheet

# More than this is no longer read on a phone: bars below each other, columns, rows under these.
MOST_BARS, WIDEST, HIGHEST = 12, 4, 8
PERCENT = "%"
_TOTALS = frozenset({"in all", "total", "all", "altogether"})
TITLE = 125
# Characters of a line in a terminal, of a label at most, and of a bar.
LINE, LABEL, BAR = 78, 40, 24
_ASIDE = re.compile(r"\s*\([^()]*\)")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9£'])")
_CUT = re.compile(r"[:;]\s|,\s(?=(?:but|which|while|whereas|against|although)\b)")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Chart:
    """Figures column by column, and what stands around them."""

    columns: tuple[str, ...]
    rows: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    unit: str = ""
    whole: float = 0  # that each is a part of; at 0 each is a count of its own
    title: str = ""  # the finding
    kicker: str = ""  # the question
    note: str = ""  # what is counted
    source: str = ""

    @property
    def top(self) -> float:
        """Give the value that fills a bar."""
        return self.whole or max(map(max, self.values)) or 1

    def said(self, value: float) -> str:
        """Write a value as it stands at its bar: "78%", "8 of 10", "1,200"."""
        if self.unit == PERCENT:
            return f"{value:,.10g}%"
        return f"{value:,.10g}" + (f" of {self.whole:,.10g}" if self.whole else "")


def laid_out(figures: Sequence[Figure]) -> Chart | None:
    """Lay out figures, None where they make no picture: a single bar is a number."""
    drawn = [one for one in figures if one.label.casefold() not in _TOTALS]
    totals = [one.value for one in figures if one not in drawn]
    cells = {(one.label, one.column): one.value for one in drawn}
    if not 1 < len(drawn) == len(cells) or len(totals) > 1 or len({f.unit for f in figures}) > 1:
        return None
    lowest, highest = min(cells.values()), max(cells.values())
    unit, whole = drawn[0].unit, sum(totals)
    if unit == PERCENT and highest <= 100:
        whole = 100
    if lowest < 0 or highest > whole > 0:
        return None
    rows, columns = (tuple(dict.fromkeys(place[axis] for place in cells)) for axis in (0, 1))
    if len(rows) * len(columns) != len(cells):
        # A table with holes: its cells below each other.
        cells = {(", ".join(filter(None, place)), ""): value for place, value in cells.items()}
        rows, columns = tuple(row for row, _ in cells), ("",)
    elif len(rows) == 1 or WIDEST < len(columns) > len(rows):
        rows, columns = columns, rows
        cells = {(column, row): value for (row, column), value in cells.items()}
    if len(rows) > (MOST_BARS if len(columns) == 1 else HIGHEST) or len(columns) > WIDEST:
        return None
    values = tuple(tuple(cells[row, column] for row in rows) for column in columns)
    return Chart(columns, rows, values, unit, whole)


def chart_of(fact: Fact, source: str = "") -> Chart | None:
    """Make the chart of a fact, None when its figures are none or make no picture."""
    chart = None if fact.is_gap else laid_out(fact.figures)
    if chart is None:
        return None
    measure = fact.measure or ("" if chart.unit == PERCENT else chart.unit)
    finding, note = _finding(fact), measure[:1].upper() + measure[1:]
    title, kicker = _both_sides(finding or fact.question, chart), fact.question if finding else ""
    return replace(chart, title=title, kicker=kicker, note=note, source=source)


def counted(title: str, counts: Mapping[str, float]) -> Chart:
    """Make a chart of named counts as bars."""
    return Chart(("",), tuple(counts), (tuple(counts.values()),), title=title)


def _finding(fact: Fact) -> str:
    """Say in a line what was found: a sentence of the answer, "" where none is short enough."""
    measured = set(_WORD.findall(fact.measure.casefold()))
    for sentence in _SENTENCE_END.split(_ASIDE.sub("", fact.answer)):
        said = _CUT.split(sentence)[0].rstrip(" .,;:–-")
        # A sentence that only says what is counted stands below the title anyway.
        if len(said) <= TITLE and len(set(_WORD.findall(said.casefold())) - measured) > 1:
            return said
    return ""


def _both_sides(title: str, chart: Chart) -> str:
    """Let a comparison of two shares name both, with the figures of each."""
    sides = dict(zip(chart.columns, chart.values, strict=True))
    if len(sides) == 1:
        sides = dict(zip(chart.rows, zip(*chart.values, strict=True), strict=True))
    if chart.unit != PERCENT or len(sides) != 2:
        return title
    # Of figures that are all the same the one.
    ends = [dict.fromkeys(map(chart.said, (min(one), max(one)))) for one in sides.values()]
    reaches = [texts.REACH.join(both) for both in ends]
    if any(all(part in title for part in parts) for parts in (sides, reaches)):
        return title
    listed = ", ".join(f"{side} {reach}" for side, reach in zip(sides, reaches, strict=True))
    return longer if len(longer := f"{title}: {listed}") <= TITLE else listed


def told(chart: Chart) -> str:
    """Tell a chart in words, for those who hear it: column after column."""
    parts = []
    for column, values in zip(chart.columns, chart.values, strict=True):
        between = " " if column else ": "
        said = map(chart.said, values)
        cells = [f"{row}{between}{one}" for row, one in zip(chart.rows, said, strict=True)]
        parts.append(f"{column}: {', '.join(cells)}" if column else "; ".join(cells))
    drawn = texts.CHART_TOLD.format("; ".join(parts))
    return ". ".join(filter(None, (chart.title, chart.note, drawn)))


def as_text(chart: Chart) -> str:
    """Draw a chart with characters, for a terminal: a bar to each figure."""
    lines = [*textwrap.wrap(chart.title, LINE), *textwrap.wrap(chart.note, LINE)]
    wide, empty = min(max(map(len, chart.rows)), LABEL), "░" if chart.whole else " "
    for column, values in zip(chart.columns, chart.values, strict=True):
        lines += [column] if column else []
        for row, value in zip(chart.rows, values, strict=True):
            *more, label = textwrap.wrap(row, wide)
            bar = "█" * round(BAR * value / chart.top)
            lines += [f"  {line}" for line in more]
            lines.append(f"  {label:<{wide}}  {bar:{empty}<{BAR}}  {chart.said(value)}")
    return "\n".join([*lines, *textwrap.wrap(chart.source, LINE)])


def as_csv(fact: Fact, source: str) -> bytes:
    """Write a fact's figures as a table that says of each what it counts and where it stands."""
    measure = fact.measure or fact.question
    rows = [("row", "column", "value", "unit", "measure", "source")]
    for one in fact.figures:
        rows.append((one.label, one.column, f"{one.value:.10g}", one.unit, measure, source))
    return spreadsheet(rows)
