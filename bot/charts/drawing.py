"""Drawing charts with Pillow: PNG pictures that read well on a phone, in light and dark mode."""

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import as_file, files
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

from bot.charts import Chart, as_text

# Pixels to a dp, by which all is measured, of a phone that shows the picture 300 dp wide, as
# Telegram's bubbles do: so many for print, half as many for the chat.
SCALE = 8
WIDTH, MARGIN = 300, 16
INNER = WIDTH - 2 * MARGIN
# On a dark chat it stands as a sheet of paper, so that one picture serves both modes.
PAPER, RIM = "#fbfcfd", "#c9d1da"
INK, SOFT = "#16202b", "#4d5b69"
# Nothing rests on telling colours apart: the number stands at every bar.
MARK, TRACK = "#1d5f9e", "#dbe3ec"
# Between columns, and the line that stands for nothing.
GAP, LINE = 10, 1.5
BAR, RADIUS = 12, 2
KICKER, TITLE, LABEL, SOURCE = 13, 17.5, 14, 11.5
# The largest in which no word is wider than its column.
HEADS = 12.5, 11, 10, 9
LEADING = 1.2


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
        parts = [word] if face.getlength(word) <= width * SCALE else [*word]
        for at, part in enumerate(parts):
            longer = f"{lines[-1]}{'' if at else ' '}{part}" if lines else part
            if face.getlength(longer) <= width * SCALE:
                lines[-1:] = [longer]
            else:
                lines.append(part)
    return lines


class Sheet:
    """A sheet of paper that is written on from top to bottom; `y` is how far, in dp."""

    def __init__(self, height: float = 1) -> None:
        size = WIDTH * SCALE, round(height * SCALE)
        self.picture = Image.new("RGB", size, PAPER)
        self._pen = ImageDraw.Draw(self.picture)
        self._pen.rectangle((0, 0, size[0] - 1, size[1] - 1), None, RIM, SCALE)
        self.y: float = MARGIN

    def write(
        self,
        *written: str,
        size: float,
        width: float = INNER,
        fill: str = INK,
        bold: bool = False,
        below: float = 0,
    ) -> None:
        """Write texts beside each other, wrapped, and move below the longest."""
        face, top = font(size, bold=bold), self.y
        columns = [wrapped(text, face, width) for text in written]
        for at, lines in enumerate(columns):
            for row, line in enumerate(lines):
                x, y = MARGIN + at * (width + GAP), top + row * size * LEADING
                self._pen.text((x * SCALE, y * SCALE), line, fill, face)
        self.y += max(map(len, columns)) * size * LEADING + below

    def write_at_end(self, text: str) -> float:
        """Write a value at the end of the line to come, and give how much room that leaves it."""
        face, end = font(LABEL, bold=True), (WIDTH - MARGIN) * SCALE
        self._pen.text((end, self.y * SCALE), text, INK, face, "ra")
        return INNER - GAP - face.getlength(text) / SCALE

    def bars(self, chart: Chart, values: Sequence[float], width: float) -> None:
        """Draw bars beside each other."""
        for at, value in enumerate(values):
            x = MARGIN + at * (width + GAP)
            if chart.whole:
                self._box(x, width, TRACK)
            # Little is still something, and nothing stands where its bar would begin.
            length = max(width * value / chart.top, 2 * RADIUS) if value else LINE
            self._box(x, length, MARK if value else SOFT)
        self.y += BAR + 8

    def _box(self, x: float, width: float, fill: str) -> None:
        corners = x, self.y, x + width, self.y + BAR
        self._pen.rounded_rectangle([c * SCALE for c in corners], RADIUS * SCALE, fill)


@lru_cache(maxsize=64)
def draw(chart: Chart, *, for_print: bool = False) -> bytes:
    """Draw a chart as a PNG file 1,200 pixels wide, 2,400 for print; each is drawn once."""
    measured = Sheet()
    _compose(measured, chart)
    sheet = Sheet(measured.y + MARGIN - 4)
    _compose(sheet, chart)
    picture = sheet.picture if for_print else sheet.picture.reduce(2)
    said = PngImagePlugin.PngInfo()
    said.add_itxt("Description", as_text(chart))
    file = BytesIO()
    # A palette keeps the file a third of the size; so few colours lose nothing.
    palette = picture.quantize(64, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    palette.save(file, "PNG", optimize=True, pnginfo=said)
    return file.getvalue()


def described(data: bytes) -> str:
    """Read the chart in text from its picture, "" where it has none."""
    with Image.open(BytesIO(data)) as picture:
        return str(picture.info.get("Description", ""))


def _compose(sheet: Sheet, chart: Chart) -> None:
    sheet.write(chart.kicker, size=KICKER, fill=SOFT, below=3)
    sheet.write(chart.title, size=TITLE, bold=True, below=4)
    sheet.write(chart.note, size=KICKER, below=7)
    number = len(chart.columns)
    cell = (INNER - GAP * (number - 1)) / number
    words = " ".join(chart.columns).split()
    fitting = (s for s in HEADS if all(font(s).getlength(w) <= cell * SCALE for w in words))
    head = next(fitting, HEADS[-1])
    sheet.write(*chart.columns, size=head, width=cell, fill=SOFT, below=4 if words else 0)
    for label, *values in zip(chart.rows, *chart.values, strict=True):
        said = [chart.said(value) for value in values]
        if number == 1:
            # The value stands at the end of the label's line, and the bar has all the width.
            sheet.write(label, size=LABEL, width=sheet.write_at_end(*said), below=2)
        else:
            sheet.write(label, size=LABEL)
            sheet.write(*said, size=LABEL, width=cell, bold=True, below=2)
        sheet.bars(chart, values, cell)
    sheet.write(chart.source, size=SOURCE, fill=SOFT)
