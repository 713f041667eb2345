"""Drawing charts with Pillow: PNG pictures that read well on a phone, in light and dark mode.

Every measure is in dp of a phone that shows the picture 300 dp wide, as Telegram's bubbles do, and
drawn at eight pixels to the dp for print, at half of that for the chat. The card is light with a
rim of its own: on a dark chat it stands as a sheet of paper, so that one picture serves both modes.
Length alone says how much, and the number stands at every bar: nothing rests on telling colours
apart. The file carries the chart in text as its description.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import as_file, files
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

from bot.charts.layout import PERCENT, Table
from bot.charts.wording import Chart, as_text

SCALE = 8
WIDTH, MARGIN = 300, 16
INNER = WIDTH - 2 * MARGIN
PAPER, RIM = "#fbfcfd", "#c9d1da"
INK, SOFT = "#16202b", "#4d5b69"
MARK, TRACK = "#1d5f9e", "#dbe3ec"
# Between columns, and between the blocks of a bar of things that can be counted.
GAP, SEAM = 10, 1.5
BAR, RADIUS = 12, 2
# So wide is a block at most, and at least; bars of more are not divided.
WIDEST_BLOCK, NARROWEST_BLOCK = 30, 5
# Pictures kept.
KEPT = 64
KICKER, TITLE, LABEL, HEAD, SMALL, SMALLEST = 13, 17.5, 14, 12.5, 11.5, 9


@lru_cache(maxsize=16)
def font(size: float, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Load the typeface at a size in dp."""
    name = f"SourceSansPro-{'Semibold' if bold else 'Regular'}.ttf"
    with as_file(files("font_source_sans_pro") / "files" / name) as path:
        # Basic layout needs no library beyond Pillow's own, and Latin script no more.
        return ImageFont.truetype(path, round(size * SCALE), layout_engine=ImageFont.Layout.BASIC)


def wrapped(text: str, face: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """Break a text into lines no wider than so many dp, words whole where they fit."""
    lines: list[str] = []
    for word in text.split():
        if lines and face.getlength(f"{lines[-1]} {word}") <= width * SCALE:
            lines[-1] += f" {word}"
            continue
        while face.getlength(word) > width * SCALE:
            cut = next(n for n in range(len(word), 0, -1)
                       if n == 1 or face.getlength(word[:n]) <= width * SCALE)  # fmt: skip
            lines.append(word[:cut])
            word = word[cut:]
        lines += [word] if word else []
    return lines


class Sheet:
    """A sheet of paper that is written on from top to bottom; `y` is how far, in dp."""

    def __init__(self, height: float = 0) -> None:
        size = WIDTH * SCALE, max(1, round(height * SCALE))
        self.picture = Image.new("RGB", size, PAPER)
        self._pen = ImageDraw.Draw(self.picture)
        self._pen.rectangle((0, 0, size[0] - 1, size[1] - 1), None, RIM, SCALE)
        self.y: float = MARGIN

    def write(
        self,
        text: str,
        size: float,
        leading: float,
        *,
        fill: str = INK,
        bold: bool = False,
        x: float = MARGIN,
        width: float = INNER,
        after: float = 0,
    ) -> None:
        """Write wrapped lines and move below them."""
        face = font(size, bold=bold)
        for line in wrapped(text, face, width):
            self._pen.text((x * SCALE, self.y * SCALE), line, fill, face)
            self.y += leading
        self.y += after if text else 0

    def box(self, x: float, width: float, fill: str) -> None:
        """Fill a piece of a bar."""
        corners = x, self.y, x + width, self.y + BAR
        self._pen.rounded_rectangle([c * SCALE for c in corners], RADIUS * SCALE, fill)


def draw(chart: Chart, *, for_print: bool = False) -> bytes:
    """Draw a chart as a PNG file 1,200 pixels wide, 2,400 for print; each is drawn once."""
    return _drawn(chart, for_print)


@lru_cache(maxsize=KEPT)
def _drawn(chart: Chart, for_print: bool) -> bytes:
    measured = Sheet()
    _compose(measured, chart)
    sheet = Sheet(measured.y + MARGIN - 4)
    _compose(sheet, chart)
    # A palette keeps the file a third of the size; so few colours lose nothing.
    picture = sheet.picture if for_print else sheet.picture.reduce(2)
    said = PngImagePlugin.PngInfo()
    said.add_itxt("Description", as_text(chart))
    file = BytesIO()
    palette = picture.quantize(64, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    palette.save(file, "PNG", optimize=True, pnginfo=said)
    return file.getvalue()


def described(data: bytes) -> str:
    """Read the chart in text from its picture, "" where it has none."""
    with Image.open(BytesIO(data)) as picture:
        return str(picture.info.get("Description", ""))


def _compose(sheet: Sheet, chart: Chart) -> None:
    sheet.write(chart.kicker, KICKER, 16.5, fill=SOFT, after=3)
    sheet.write(chart.title, TITLE, 21.5, bold=True, after=4)
    sheet.write(chart.note, KICKER, 16.5)
    sheet.y += 7
    table, number = chart.table, len(chart.table.columns)
    cell = (INNER - GAP * (number - 1)) / number
    places = [MARGIN + at * (cell + GAP) for at in range(number)]
    head, words = HEAD, " ".join(chart.headings).split()
    while head > SMALLEST and any(font(head).getlength(word) > cell * SCALE for word in words):
        head -= 0.5
    _beside(sheet, chart.headings, places, cell, head, 15, fill=SOFT)
    sheet.y += 4 if any(chart.headings) else 0
    for label, values in zip(table.rows, table.values, strict=True):
        said = [table.said(value) for value in values]
        if number == 1:
            # The value stands at the end of the label's line, and the bar has all the width.
            room = font(LABEL, bold=True).getlength(said[0]) / SCALE
            top = sheet.y
            sheet.write(said[0], LABEL, 0, bold=True, x=MARGIN + INNER - room, width=room + 1)
            sheet.y = top
            sheet.write(label, LABEL, 17.5, width=INNER - room - GAP)
        else:
            sheet.write(label, LABEL, 16.5)
            _beside(sheet, said, places, cell, LABEL, 16.5, bold=True)
        sheet.y += 3 if number == 1 else 2
        for x, value in zip(places, values, strict=True):
            _bar(sheet, table, x, cell, value)
        sheet.y += BAR + (9 if number == 1 else 7)
    sheet.write(chart.source, SMALL, 14.5, fill=SOFT)


def _beside(
    sheet: Sheet,
    written: tuple[str, ...] | list[str],
    places: list[float],
    cell: float,
    size: float,
    leading: float,
    *,
    fill: str = INK,
    bold: bool = False,
) -> None:
    """Write a text at the head of each cell, and move below the longest."""
    top = lowest = sheet.y
    for text, x in zip(written, places, strict=True):
        sheet.y = top
        sheet.write(text, size, leading, fill=fill, bold=bold, x=x, width=cell)
        lowest = max(lowest, sheet.y)
    sheet.y = lowest


def _bar(sheet: Sheet, table: Table, x: float, width: float, value: float) -> None:
    """Draw a bar: of things counted a block for each, of a share or a large count one piece."""
    block = min(width / table.top, WIDEST_BLOCK)
    whole = all(one % 1 == 0 for line in table.values for one in line) and table.top % 1 == 0
    if table.unit != PERCENT and whole and block >= NARROWEST_BLOCK:
        for at in range(round(table.whole or value)):
            sheet.box(x + at * block, block - SEAM, MARK if at < value else TRACK)
    else:
        if table.whole:
            sheet.box(x, width, TRACK)
        if value:
            # Little is still something.
            sheet.box(x, max(width * value / table.top, 2 * RADIUS), MARK)
    if not value:
        # Of nothing stands where its bar would begin.
        sheet.box(x, SEAM, SOFT)
