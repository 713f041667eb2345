"""Drawing charts with Pillow: PNG pictures that read well on a phone, in light and dark mode.

Every measure is in dp of a phone that shows the picture 300 dp wide, as Telegram's bubbles do, and
drawn at four pixels to the dp. The card is light with a rim of its own: on a dark chat it stands as
a sheet of paper, so that one picture serves both modes. Blues differ in lightness, not in hue, and
the number stands beside or in every mark: nothing rests on telling colours apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib.resources import as_file, files
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from bot import texts
from bot.charts.layout import PERCENT, Bars, Dots, Grid, number
from bot.charts.wording import Chart

SCALE: Final = 4
LARGE: Final = 2
WIDTH: Final = 300
MARGIN = 16
INNER = WIDTH - 2 * MARGIN

PAPER, RIM = "#fbfcfd", "#c9d1da"
INK, SOFT = "#16202b", "#4d5b69"
MARK, TRACK = "#1d5f9e", "#e2e8ef"
# From the lightest shade to the darkest, all of one hue. Half is where light ends and dark begins:
# it is what people look for first, and between the two no number could be read well.
SHADES = (((236, 243, 250), (163, 202, 231)), ((52, 113, 172), (10, 38, 77)))

Font = ImageFont.FreeTypeFont
Pen = ImageDraw.ImageDraw
Point = tuple[float, float]


@lru_cache(maxsize=32)
def font(size: float, *, bold: bool = False) -> Font:
    """Give the typeface at a size in dp."""
    name = f"SourceSansPro-{'Semibold' if bold else 'Regular'}.ttf"
    with as_file(files("font_source_sans_pro") / "files" / name) as path:
        # Basic layout needs no library beyond Pillow's own, and Latin script no more.
        return ImageFont.truetype(path, round(size * SCALE), layout_engine=ImageFont.Layout.BASIC)


KICKER, TITLE, LABEL, VALUE, HEAD, CELL, SMALL, SMALLEST = 13, 17.5, 14, 15, 12.5, 16.5, 11.5, 9


class Sheet:
    """A sheet that grows downwards: text and shapes at places in dp."""

    def __init__(self) -> None:
        self._shapes: list[Callable[[Pen], None]] = []
        self._writing: list[Callable[[Pen], None]] = []
        self.y: float = MARGIN

    def text(self, at: Point, text: str, face: Font, fill: str = INK, anchor: str = "la") -> None:
        """Write one line."""
        place = at[0] * SCALE, at[1] * SCALE
        self._writing.append(lambda pen: pen.text(place, text, fill, face, anchor))

    def box(
        self, x: float, y: float, width: float, height: float, fill: str, radius: float
    ) -> None:
        """Fill a box with round corners."""
        corners = _large(x, y, x + width, y + height)
        self._shapes.append(lambda pen: pen.rounded_rectangle(corners, _large(radius)[0], fill))

    def dot(self, x: float, y: float, size: float, fill: str, outline: str) -> None:
        """Draw a dot within a square."""
        corners, line = _large(x, y, x + size, y + size), round(_large(1.5)[0])
        self._shapes.append(lambda pen: pen.ellipse(corners, fill, outline, line))

    def paragraph(
        self, text: str, face: Font, fill: str = INK, *, leading: float, after: float = 0
    ) -> None:
        """Write wrapped lines from margin to margin and move below them."""
        for line in wrapped(text, face, INNER):
            self.text((MARGIN, self.y), line, face, fill)
            self.y += leading
        self.y += after

    def png(self) -> bytes:
        """Give the sheet as a PNG file, cut below the last thing on it."""
        # Shapes are drawn large and made smaller, which smooths their edges; text is smooth as is.
        width, height = WIDTH * SCALE, round((self.y + MARGIN - 4) * SCALE)
        large = Image.new("RGB", (width * LARGE, height * LARGE), PAPER)
        pen = ImageDraw.Draw(large)
        pen.rectangle((0, 0, large.width - 1, large.height - 1), None, RIM, 3 * LARGE)
        for shape in self._shapes:
            shape(pen)
        picture = large.resize((width, height), Image.Resampling.BOX)
        pen = ImageDraw.Draw(picture)
        for write in self._writing:
            write(pen)
        file = BytesIO()
        # A palette keeps the file a third of the size; so few colours lose nothing.
        picture.quantize(128, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
        return file.getvalue()


def draw(chart: Chart) -> bytes:
    """Draw a chart as a PNG file, 1,200 pixels wide."""
    sheet = Sheet()
    if chart.kicker:
        sheet.paragraph(chart.kicker, font(KICKER), SOFT, leading=16.5, after=3)
    sheet.paragraph(
        chart.title, font(TITLE, bold=True), leading=21.5, after=4 if chart.note else 10
    )
    if chart.note:
        sheet.paragraph(chart.note, font(KICKER), leading=16.5, after=7)
    match chart.body:
        case Bars() as bars:
            # What the note says need not stand above the bars again.
            _bars(sheet, bars, "" if bars.heading in chart.note else bars.heading)
        case Grid() as grid:
            _grid(sheet, grid)
        case Dots() as dots:
            _dots(sheet, dots)
    sheet.y += 4
    sheet.paragraph(chart.source, font(SMALL), SOFT, leading=14.5)
    return sheet.png()


def wrapped(text: str, face: Font, width: float) -> list[str]:
    """Break a text into lines no wider than so many dp, words whole where they fit."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and face.getlength(longer) <= width * SCALE:
            lines[-1] = longer
            continue
        while face.getlength(word) > width * SCALE:
            fits = max(
                (end for end in range(1, len(word)) if face.getlength(word[:end]) <= width * SCALE),
                default=1,
            )
            lines.append(word[:fits])
            word = word[fits:]
        lines.append(word)
    return lines


def fitting(labels: Iterable[str], width: float, size: float) -> Font:
    """Give the typeface, made smaller where a word would not fit into so many dp."""
    longest = [word for label in labels for word in label.split()]
    while size > SMALLEST and any(font(size).getlength(word) > width * SCALE for word in longest):
        size -= 0.5
    return font(size)


def shade(value: float, top: float) -> tuple[str, str]:
    """Give a cell's colour, and the colour its number is read on."""
    place = min(max(value / top, 0), 1) * 2
    is_dark = place >= 1
    colour = [
        round(low + (high - low) * (place - is_dark))
        for low, high in zip(*SHADES[is_dark], strict=True)
    ]
    return f"#{colour[0]:02x}{colour[1]:02x}{colour[2]:02x}", "#ffffff" if is_dark else INK


def _bars(sheet: Sheet, bars: Bars, heading: str) -> None:
    share = bars.unit == PERCENT
    if heading:
        sheet.paragraph(heading, font(HEAD), SOFT, leading=16, after=5)
    room = max(font(VALUE, bold=True).getlength(text) for text in bars.written) / SCALE + 8
    # A share stands against the whole, so its track is drawn; a count has no whole.
    full = INNER - room
    for label, value, text in zip(bars.labels, bars.values, bars.written, strict=True):
        for line in wrapped(label, font(LABEL), INNER):
            sheet.text((MARGIN, sheet.y), line, font(LABEL))
            sheet.y += 17.5
        # Little is still something, but nothing has no bar.
        length = max(full * value / bars.top, 2) if value else 0
        if share:
            sheet.box(MARGIN, sheet.y + 2, full, 15, TRACK, 2.5)
        if length:
            sheet.box(MARGIN, sheet.y + 2, length, 15, MARK, 2.5)
        at = full if share else length
        sheet.text(
            (MARGIN + (at + 7 if at else 0), sheet.y + 9.5),
            text,
            font(VALUE, bold=True),
            anchor="lm",
        )
        sheet.y += 27


def _grid(sheet: Sheet, grid: Grid) -> None:
    gap = 2.5
    heads = 86.0
    cell = (INNER - heads) / len(grid.columns)
    # Words that touch across columns would be read as one.
    top = fitting(grid.columns, cell - 3 * gap, HEAD)
    side = fitting(grid.rows, heads - 5, LABEL)
    tops = [wrapped(column, top, cell - 3 * gap) for column in grid.columns]
    deepest = max(map(len, tops))
    for at, lines in enumerate(tops):
        centre = MARGIN + heads + (at + 0.5) * cell
        for row, line in enumerate(lines, start=deepest - len(lines)):
            sheet.text((centre, sheet.y + row * 15), line, top, SOFT, "ma")
    sheet.y += deepest * 15 + 5
    for label, values in zip(grid.rows, grid.values, strict=True):
        lines = wrapped(label, side, heads - 5)
        height = max(43.0, len(lines) * 16 + 8)
        first = sheet.y + height / 2 - (len(lines) - 1) * 8
        for row, line in enumerate(lines):
            sheet.text((MARGIN, first + row * 16), line, side, anchor="lm")
        for at, value in enumerate(values):
            colour, ink = shade(value, grid.top)
            x = MARGIN + heads + at * cell
            sheet.box(x + gap / 2, sheet.y, cell - gap, height - gap, colour, 3)
            # Only a percent sign fits beside a number; other units are named below.
            text = number(value, grid.unit if grid.unit == PERCENT else "")
            middle = (x + cell / 2, sheet.y + (height - gap) / 2)
            sheet.text(middle, text, font(CELL, bold=True), ink, "mm")
        sheet.y += height
    sheet.y += 6
    _key(sheet, grid)


def _key(sheet: Sheet, grid: Grid) -> None:
    """Draw what the shades mean."""
    unit = "" if grid.unit == PERCENT else f" ({grid.unit})" if grid.unit else ""
    ends = number(0, grid.unit if not unit else ""), number(grid.top, grid.unit if not unit else "")
    x, face = float(MARGIN), font(SMALL)
    sheet.text((x, sheet.y + 5), ends[0] + unit, face, SOFT, "lm")
    x += face.getlength(ends[0] + unit) / SCALE + 5
    steps = 20
    for step in range(steps):
        colour, _ = shade(step, steps - 1)
        sheet.box(x + step * 4, sheet.y, 4.25, 10, colour, 0)
    sheet.text((x + steps * 4 + 5, sheet.y + 5), ends[1], face, SOFT, "lm")
    sheet.y += 16


def _dots(sheet: Sheet, dots: Dots) -> None:
    in_a_row = _in_a_row(dots.total)
    step = min(INNER / in_a_row, 44.0)
    size = step * 0.8
    for at in range(dots.total):
        row, column = divmod(at, in_a_row)
        fill = MARK if at < dots.count else PAPER
        sheet.dot(MARGIN + column * step, sheet.y + row * step, size, fill, MARK)
    sheet.y += -(-dots.total // in_a_row) * step + 5
    big = font(22, bold=True)
    said = texts.out_of(dots.count, dots.total)
    sheet.text((MARGIN, sheet.y), said, big)
    width = big.getlength(said) / SCALE
    sheet.text((MARGIN + width + 7, sheet.y + 6.5), dots.unit, font(LABEL), SOFT)
    sheet.y += 29
    sheet.paragraph(dots.label, font(LABEL), leading=17.5, after=3)


def _in_a_row(total: int) -> int:
    """Give a row length that breaks a total evenly: 10 in fives, 21 in sevens."""
    fitting = [length for length in range(5, 9) if total % length == 0]
    return fitting[0] if fitting else min(total, 7)


def _large(*measures: float) -> tuple[float, ...]:
    return tuple(measure * SCALE * LARGE for measure in measures)
