"""A real Chromium and the real preview in it, for the tests of the page."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from tests.test_end_to_end import environment

# Seconds: how long a page may take before a test gives up on it.
PATIENCE = 60
PHONE, DESKTOP = (390, 844), (1280, 800)
MISSING = "no Chromium here: apt-get install chromium chromium-driver"
ARGUMENTS = """
    --headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync
    --disable-background-networking --disable-component-update --hide-scrollbars
""".split()

# Of every element that holds text itself: its colour against the nearest colour behind it.
FAINT = """
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const linear = part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const light = colour => parts(colour).slice(0, 3).map(part => linear(part / 255))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = element => {
    const colour = getComputedStyle(element).backgroundColor;
    return parts(colour)[3] === 0 ? behind(element.parentElement) : colour;
  };
  const says = node => node.nodeType === Node.TEXT_NODE && node.data.trim();
  const isFaint = element => {
    const lights = [getComputedStyle(element).color, behind(element)].map(light);
    return (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05) < 4.5;
  };
  return [...document.body.querySelectorAll(":not(script)")]
    .filter(one => [...one.childNodes].some(says) && one.checkVisibility() && isFaint(one))
    .map(one => one.outerHTML.slice(0, 200));
"""


@contextmanager
def chromium(profile: Path) -> Iterator[Chrome]:
    """Start the system's browser; without one tests are skipped, or fail where it is required."""
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (browser and driver):
        (pytest.fail if os.environ.get("REQUIRE_BROWSER") else pytest.skip)(MISSING)
    options = ChromeOptions()
    options.binary_location = browser
    for argument in (*ARGUMENTS, f"--user-data-dir={profile}"):
        options.add_argument(argument)
    logs = {"performance": "ALL", "browser": "ALL"}
    options.set_capability("goog:loggingPrefs", logs)
    chrome = Chrome(options, ChromeService(driver))
    try:
        yield chrome
    finally:
        chrome.quit()


@contextmanager
def previewed(folder: Path, database: Path, **settings: str) -> Iterator[str]:
    """Run `annual-report-bot preview` and give its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "preview", "--no-browser"],
        cwd=folder,
        env=environment(folder, DATABASE=str(database), **settings),
        stdout=subprocess.PIPE,
        text=True,
        # As in the background of a shell.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    try:
        assert process.stdout
        found = (re.search(r"http://\S+", line) for line in process.stdout)
        yield next(match[0] for match in found if match)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.communicate()


@dataclass
class Page:
    """The page as somebody in front of it uses it."""

    chrome: Chrome
    url: str
    _count: int = 0

    def find(self, css: str, within: WebElement | None = None) -> list[WebElement]:
        return (within or self.chrome).find_elements(By.CSS_SELECTOR, css)

    def until(self, condition: Callable[[], Any]) -> Any:
        """Wait until something holds and give it."""
        wait = WebDriverWait(self.chrome, PATIENCE, 0.05, [StaleElementReferenceException])
        return wait.until(lambda _: condition())

    def open(self, size: tuple[int, int] = PHONE, *, dark: bool = False) -> None:
        """Open the page on a phone, or with `size` on something larger."""
        width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 2, "mobile": False}
        self.chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        shade = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [shade]})
        self.chrome.get(self.url)
        self.until(lambda: self.find(".message, .start"))
        self.settle()

    def chooses(self, css: str) -> None:
        """Choose something in the menu above the chat."""
        self.find("#more summary")[0].click()
        self.find(css)[0].click()

    def begin(self) -> None:
        """Begin a new chat."""
        self.chooses("#new")
        self.until(lambda: self.find(".start"))
        self.settle()

    @property
    def messages(self) -> list[WebElement]:
        return self.find(".message")

    def said(self) -> str:
        """What the newest message says."""
        return str(self.find(".words", self.messages[-1])[0].text)

    def says(self, text: str) -> str:
        """Type something, press Enter, and give what the bot replies."""
        box = self.find("#text")[0]
        box.send_keys(text, Keys.ENTER)
        return self.reply_after(lambda: None, 2)

    def reply_after(self, act: Callable[[], object], more: int = 1) -> str:
        """Do something and give the newest message once there are more, and the bot rests."""
        count = self._count
        act()
        self.until(lambda: len(self.messages) >= count + more and not self.find(".typing"))
        self._count = len(self.messages)
        return self.said()

    def key(self, label: str) -> WebElement:
        """Give a button under the newest message that has it."""
        return next(
            key
            for message in reversed(self.messages)
            for key in self.find(".key", message)
            if key.text == label
        )

    def become(self, where: str) -> None:
        """Go to another chat and begin it anew."""
        self.find(f"[data-where={where}]")[0].click()
        self.until(lambda: self.find(f"[data-where={where}][aria-pressed=true]"))
        self.chooses("#new")
        self.until(lambda: not self.messages)
        self.settle()

    def settle(self) -> None:
        """Take the messages that are there as read."""
        self._count = len(self.messages)

    def requests(self) -> list[str]:
        """Every address that the page has asked for."""
        events = [json.loads(one["message"])["message"] for one in self._log("performance")]
        wanted = {"Network.requestWillBeSent", "Network.webSocketCreated"}
        asked = [event["params"] for event in events if event["method"] in wanted]
        return [one["request"]["url"] if "request" in one else one["url"] for one in asked]

    def complaints(self) -> list[str]:
        """What the browser has to say against the page."""
        return [str(one["message"]) for one in self._log("browser")]

    def nameless(self) -> list[str]:
        """The controls that a screen reader would have no name for."""
        tree = self.chrome.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
        controls = {"button", "link", "textbox", "tab", "image"}
        return [
            str(node["role"]["value"])
            for node in tree
            if not node["ignored"]
            and node["role"]["value"] in controls
            and not node.get("name", {}).get("value")
        ]

    def faint(self) -> list[str]:
        """The elements whose text stands out by less than WCAG AA asks for."""
        return [str(one) for one in self.chrome.execute_script(FAINT)]

    def _log(self, kind: str) -> list[dict[str, Any]]:
        return list(self.chrome.get_log(kind))  # type: ignore[no-untyped-call]
