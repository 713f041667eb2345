"""Draw the pictures of the README anew, from the real preview: `python -m tests.pictures`."""

from __future__ import annotations

import base64
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image

from bot import texts
from knowledge import KnowledgeBase
from tests.preview.browser import DESKTOP, PHONE, Page, chromium, previewed

PICTURES = Path(__file__).parents[1] / ".pictures"


def shot(page: Page, name: str) -> None:
    """Save what stands on the page."""
    page.settle()
    data = page.chrome.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})["data"]
    with Image.open(BytesIO(base64.b64decode(data))) as picture:
        # Few colours, a third of the size: nobody sees the difference.
        picture.convert("RGB").quantize(192).save(PICTURES / name, optimize=True)


def draw(folder: Path) -> None:
    """Have a conversation on a phone, then look at it on a desk in the dark."""
    database = folder / "shipped.db"
    KnowledgeBase.open(database).close()
    with chromium(folder / "profile") as chrome, previewed(folder, database) as url:
        page = Page(chrome, url)
        page.open(PHONE)
        page.says("how many po vacancies")
        shot(page, "chat.png")
        page.says("what does the risk of serious harm table show")
        page.reply_after(page.key(texts.CHART).click)
        page.until(
            lambda: chrome.execute_script("return [...document.images].every(i=>i.complete)")
        )
        shot(page, "chart.png")
        page.open(DESKTOP, dark=True)
        page.settle()
        page.says("crc planning medium risk")
        shot(page, "preview.png")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        draw(Path(folder))
