"""Drawing charts with Pillow: PNG pictures that read well on a phone, in light and dark mode.

Every measure is in dp of a phone that shows the picture 300 dp wide, as Telegram's bubbles do, and
drawn at four pixels to the dp, at eight for print. The card is light with a rim of its own: on a
dark chat it stands as a sheet of paper, so that one picture serves both modes. Blues differ in
lightness, evenly, and the number stands beside or in every mark: nothing rests on telling colours
apart. The file carries the chart in text as its description.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

from bot import texts
from bot.charts.layout import PERCENT, Bars, Dots, Grid, number
from bot.charts.wording import Chart, as_text

SCALE: Final = 4
FOR_PRINT: Final = 8
WIDTH: Final = 300
MARGIN = 16
INNER = WIDTH - 2 * MARGIN

PAPER, RIM = "#fbfcfd", "#c9d1da"
INK, SOFT = "#16202b", "#4d5b69"
MARK, TRACK = "#1d5f9e", "#e2e8ef"
# The shade of nothing and of all, of one hue; between them lightness falls evenly, and never so far
# that a dark number could not be read.
LIGHT, DARK = (240, 246, 252), (82, 146, 204)

Font = ImageFont.FreeTypeFont
Pen = ImageDraw.ImageDraw
# What to draw, given the pen and the pixels to the dp.
Mark = Callable[[Pen, float], None]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Face:
    """The typeface at a size in dp."""

    size: float
    bold: bool = False

    def width(self, text: str) -> float:
        """Give how wide a text runs, in dp."""
        return font(self.size, self.bold).getlength(text) / SCALE


@lru_cache(maxsize=64)
def font(size: float, bold: bool = False, scale: int = SCALE) -> Font:
    """Load the typeface at a size in dp and so many pixels to the dp."""
    name = f"SourceSansPro-{'Semibold' if bold else 'Regular'}.ttf"
    with as_file(files("font_source_sans_pro") / "files" / name) as path:
        # Basic layout needs no library beyond Pillow's own, and Latin script no more.
        return ImageFont.truetype(path, round(size * scale), layout_engine=ImageFont.Layout.BASIC)


KICKER, TITLE, LABEL, VALUE, HEAD, CELL, SMALL, SMALLEST = 13, 17.5, 14, 15, 12.5, 16.5, 11.5, 9


class Sheet:
    """A sheet that grows downwards: text and shapes at places in dp."""

    def __init__(self) -> None:
        self._shapes: list[Mark] = []
        self._writing: list[tuple[Point, str, Face, str, str]] = []
        self.y: float = MARGIN

    def text(self, at: Point, text: str, face: Face, fill: str = INK, anchor: str = "la") -> None:
        """Write one line."""
        self._writing.append((at, text, face, fill, anchor))

    def box(
        self, x: float, y: float, width: float, height: float, fill: str, radius: float
    ) -> None:
        """Fill a box with round corners."""
        corners = x, y, x + width, y + height
        self._shapes.append(
            lambda pen, to: pen.rounded_rectangle([c * to for c in corners], radius * to, fill)
        )

    def dot(self, x: float, y: float, size: float, fill: str, outline: str) -> None:
        """Draw a dot within a square."""
        corners = x, y, x + size, y + size
        self._shapes.append(
            lambda pen, to: pen.ellipse([c * to for c in corners], fill, outline, round(1.5 * to))
        )

    def paragraph(
        self, text: str, face: Face, fill: str = INK, *, leading: float, after: float = 0
    ) -> None:
        """Write wrapped lines from margin to margin and move below them."""
        for line in wrapped(text, face, INNER):
            self.text((MARGIN, self.y), line, face, fill)
            self.y += leading
        self.y += after

    def png(self, scale: int, description: str) -> bytes:
        """Give the sheet as a PNG file, cut below the last thing on it."""
        # Shapes are drawn large and made smaller, which smooths their edges; text is smooth as is.
        finer = FOR_PRINT // scale
        width, height = WIDTH * scale, round((self.y + MARGIN - 4) * scale)
        large = Image.new("RGB", (width * finer, height * finer), PAPER)
        pen = ImageDraw.Draw(large)
        pen.rectangle((0, 0, large.width - 1, large.height - 1), None, RIM, 3 * finer)
        for shape in self._shapes:
            shape(pen, scale * finer)
        picture = large.resize((width, height), Image.Resampling.BOX)
        pen = ImageDraw.Draw(picture)
        for (x, y), text, face, fill, anchor in self._writing:
            pen.text((x * scale, y * scale), text, fill, font(face.size, face.bold, scale), anchor)
        said = PngImagePlugin.PngInfo()
        said.add_itxt("Description", description)
        file = BytesIO()
        # A palette keeps the file a third of the size; so few colours lose nothing.
        palette = picture.quantize(128, dither=Image.Dither.NONE)
        palette.save(file, "PNG", optimize=True, pnginfo=said)
        return file.getvalue()


def described(data: bytes) -> str:
    """Read the chart in text from its picture, "" where it has none."""
    with Image.open(BytesIO(data)) as picture:
        return str(picture.info.get("Description", ""))


def draw(chart: Chart, scale: int = SCALE) -> bytes:
    """Draw a chart as a PNG file, 1,200 pixels wide, or 2,400 at the scale for print."""
    sheet = Sheet()
    if chart.kicker:
        sheet.paragraph(chart.kicker, Face(KICKER), SOFT, leading=16.5, after=3)
    sheet.paragraph(
        chart.title, Face(TITLE, bold=True), leading=21.5, after=4 if chart.note else 10
    )
    if chart.note:
        sheet.paragraph(chart.note, Face(KICKER), leading=16.5, after=7)
    match chart.body:
        case Bars() as bars:
            # What title or note say need not stand above the bars again.
            _bars(sheet, bars, "" if bars.heading in chart.note + chart.title else bars.heading)
        case Grid() as grid:
            _grid(sheet, grid)
        case Dots() as dots:
            _dots(sheet, dots)
    sheet.y += 4
    sheet.paragraph(chart.source, Face(SMALL), SOFT, leading=14.5)
    return sheet.png(scale, as_text(chart))


def wrapped(text: str, face: Face, width: float) -> list[str]:
    """Break a text into lines no wider than so many dp, words whole where they fit."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and face.width(longer) <= width:
            lines[-1] = longer
            continue
        while face.width(word) > width:
            fits = max(
                (end for end in range(1, len(word)) if face.width(word[:end]) <= width),
                default=1,
            )
            lines.append(word[:fits])
            word = word[fits:]
        lines.append(word)
    return lines


def fitting(labels: Iterable[str], width: float, size: float) -> Face:
    """Give the typeface, made smaller where a word would not fit into so many dp."""
    longest = [word for label in labels for word in label.split()]
    while size > SMALLEST and any(Face(size).width(word) > width for word in longest):
        size -= 0.5
    return Face(size)


def shade(value: float, top: float) -> str:
    """Give a cell's colour."""
    place = min(max(value / top, 0), 1)
    red, green, blue = (
        round(light + (dark - light) * place) for light, dark in zip(LIGHT, DARK, strict=True)
    )
    return f"#{red:02x}{green:02x}{blue:02x}"


def _bars(sheet: Sheet, bars: Bars, heading: str) -> None:
    share = bars.unit == PERCENT
    if heading:
        sheet.paragraph(heading, Face(HEAD), SOFT, leading=16, after=5)
    room = max(Face(VALUE, bold=True).width(text) for text in bars.written) + 8
    # A share stands against the whole, so its track is drawn; a count has no whole.
    full = INNER - room
    for label, value, text in zip(bars.labels, bars.values, bars.written, strict=True):
        for line in wrapped(label, Face(LABEL), INNER):
            sheet.text((MARGIN, sheet.y), line, Face(LABEL))
            sheet.y += 17.5
        # Little is still something; of nothing stands only where its bar would begin.
        length = max(full * value / bars.top, 2) if value else 0
        if share:
            sheet.box(MARGIN, sheet.y + 2, full, 15, TRACK, 2.5)
        sheet.box(MARGIN, sheet.y + 2, length or 1.5, 15, MARK if length else SOFT, 2.5)
        at = full if share else length
        sheet.text(
            (MARGIN + (at or 1.5) + 7, sheet.y + 9.5),
            text,
            Face(VALUE, bold=True),
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
            x = MARGIN + heads + at * cell
            sheet.box(x + gap / 2, sheet.y, cell - gap, height - gap, shade(value, grid.top), 3)
            # Only a percent sign fits beside a number; other units are named below.
            text = number(value, grid.unit if grid.unit == PERCENT else "")
            middle = (x + cell / 2, sheet.y + (height - gap) / 2)
            sheet.text(middle, text, Face(CELL, bold=True), anchor="mm")
        sheet.y += height
    sheet.y += 6
    _key(sheet, grid)


def _key(sheet: Sheet, grid: Grid) -> None:
    """Draw what the shades mean."""
    unit = "" if grid.unit == PERCENT else f" ({grid.unit})" if grid.unit else ""
    ends = number(0, grid.unit if not unit else ""), number(grid.top, grid.unit if not unit else "")
    x, face = float(MARGIN), Face(SMALL)
    sheet.text((x, sheet.y + 5), ends[0] + unit, face, SOFT, "lm")
    x += face.width(ends[0] + unit) + 5
    steps = 20
    for step in range(steps):
        sheet.box(x + step * 4, sheet.y, 4.25, 10, shade(step, steps - 1), 0)
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
    big = Face(22, bold=True)
    said = texts.out_of(dots.count, dots.total)
    sheet.text((MARGIN, sheet.y), said, big)
    width = big.width(said)
    sheet.text((MARGIN + width + 7, sheet.y + 6.5), dots.unit, Face(LABEL), SOFT)
    sheet.y += 29
    sheet.paragraph(dots.label, Face(LABEL), leading=17.5, after=3)


def _in_a_row(total: int) -> int:
    """Give a row length that breaks a total evenly: 10 in fives, 21 in sevens."""
    fitting = [length for length in range(5, 9) if total % length == 0]
    return fitting[0] if fitting else min(total, 7)
