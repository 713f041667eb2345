"""The preview in a real browser: asked, tapped, browsed, edited, by mouse and by keyboard."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.keys import Keys

from bot import texts
from bot.admin import texts as admin_texts
from knowledge import KnowledgeBase, Suggestions
from tests.conftest import open_shipped, open_small
from tests.preview.browser import DESKTOP, PHONE, Page, chromium, previewed


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with chromium(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of its own with the shipped report in it."""
    path = tmp_path_factory.mktemp("report") / "report.db"
    open_shipped(path).close()
    return path


@pytest.fixture(scope="module")
def small_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("small")
    open_small(folder / "small.db").close()
    with previewed(folder, folder / "small.db") as url:
        yield url


@pytest.fixture(scope="module")
def full_url(report: Path) -> Iterator[str]:
    with previewed(report.parent, report) as url:
        yield url


def opened(chrome: Chrome, url: str) -> Iterator[Page]:
    """A new chat on a phone."""
    page = Page(chrome, url)
    page.open()
    page.begin()
    yield page
    assert page.complaints() == []


@pytest.fixture
def page(chrome: Chrome, small_url: str) -> Iterator[Page]:
    """The preview of the small knowledge base."""
    yield from opened(chrome, small_url)


@pytest.fixture
def full(chrome: Chrome, full_url: str) -> Iterator[Page]:
    """The preview of the shipped report."""
    yield from opened(chrome, full_url)


def test_a_question_is_answered(page: Page) -> None:
    page.reply_after(page.find(".start button")[0].click, 2)
    assert page.said().startswith("Ask me about")
    assert page.says("po vacancies").startswith("Over 650 probation officer posts")
    assert page.key(texts.OPEN_REPORT).get_attribute("href")


def test_a_suggestion_is_tapped(full: Page, shipped: KnowledgeBase) -> None:
    unsure = ("better", "people", "year", "numbers", "the second year", "checks", "support")
    question = next(q for q in unsure if isinstance(shipped.ask(q), Suggestions))
    assert full.says(question).startswith(texts.SUGGEST)
    offered = full.find(".key", full.messages[-1])[0]
    wanted = offered.text
    offered.click()
    full.until(lambda: full.said().startswith(wanted.removesuffix("…")))
    assert texts.HELPFUL in [key.text for key in full.find(".key", full.messages[-1])]


def test_a_detail_unfolds_and_a_chart_is_opened(full: Page) -> None:
    full.says("what does the risk of serious harm table show")
    quote = full.find("blockquote", full.messages[-1])[0]
    folded = quote.size["height"]
    full.find(".fold", full.messages[-1])[0].click()
    assert quote.size["height"] > 2 * folded
    told = full.reply_after(full.key(texts.CHART).click)
    assert told.startswith("NPS high risk scored best")
    picture = full.find("img", full.messages[-1])[0]
    full.until(lambda: picture.get_property("naturalWidth") == 1200)
    # All of it can be seen at once.
    assert picture.size["height"] < PHONE[1]


def test_an_entry_added_by_an_administrator_is_an_answer(page: Page) -> None:
    page.become("admin")
    page.says("/add")
    page.says("How many ducks are in the pond?")
    page.says("There are 12 ducks in the pond.")
    page.reply_after(page.key(admin_texts.SKIP).click)
    page.until(lambda: admin_texts.SAVE in [key.text for key in page.find(".key")])
    page.key(admin_texts.SAVE).click()
    page.until(lambda: page.said().startswith("Done and live"))
    page.become("user")
    assert page.says("how many ducks").startswith("There are 12 ducks in the pond.")


def test_a_file_is_imported(page: Page, tmp_path: Path) -> None:
    page.become("admin")
    file = tmp_path / "geese.csv"
    file.write_text("question,answer\nHow many geese are there?,12.\n", encoding="utf-8")
    page.reply_after(lambda: page.find("#file")[0].send_keys(str(file)), 2)
    page.until(lambda: admin_texts.APPLY in [key.text for key in page.find(".key")])
    page.key(admin_texts.APPLY).click()
    page.until(lambda: admin_texts.APPLY not in [key.text for key in page.find(".key")])
    assert page.says("how many geese").startswith("12.")


def test_a_question_is_changed_and_its_answer_with_it(page: Page) -> None:
    page.says("po vacancies")
    box = page.find("#text")[0]
    # The arrow up fetches the last message, as on a computer's Telegram.
    box.send_keys(Keys.ARROW_UP)
    box.send_keys(Keys.CONTROL, "a")
    box.send_keys(Keys.NULL, "telephone", Keys.ENTER)
    page.until(lambda: page.said().startswith("0161 240 5336."))


def test_everything_is_done_by_keyboard(page: Page) -> None:
    page.says("po vacancies")
    page.find("#text")[0].send_keys("/to")
    page.until(lambda: page.find("#over button"))
    press(page, Keys.ARROW_UP, Keys.ENTER)
    page.until(lambda: page.said() == texts.TOPICS)
    page.settle()
    # From the input line back to the first button of the newest message, and on with Enter.
    page.chrome.execute_script("arguments[0].focus()", page.find(".key", page.messages[-1])[0])
    name = page.chrome.switch_to.active_element.text
    press(page, Keys.ENTER)
    page.until(lambda: page.said().startswith(name))
    # The list was changed in place, and whoever taps on stays where they were.
    page.until(lambda: page.chrome.switch_to.active_element.get_attribute("data-key") == "0 0")
    press(page, Keys.TAB)
    assert page.chrome.switch_to.active_element.get_attribute("data-key") == "1 0"


def test_a_vote_is_thanked_for_in_passing_and_leaves_the_focus_in_its_message(page: Page) -> None:
    page.says("po vacancies")
    page.chrome.execute_script("arguments[0].focus()", page.key(texts.HELPFUL))
    press(page, Keys.ENTER)
    page.until(lambda: texts.HELPFUL not in page.messages[-1].text)
    assert page.find("#toast")[0].text == texts.THANKS_HELPFUL
    assert page.chrome.switch_to.active_element.get_attribute("data-key") == "0 0"


def press(page: Page, *keys: str) -> None:
    ActionChains(page.chrome).send_keys(*keys).perform()


def test_a_screen_reader_finds_names_and_news(full: Page) -> None:
    full.says("what does the risk of serious harm table show")
    full.reply_after(full.key(texts.CHART).click)
    assert full.nameless() == []
    log = full.find("[role=log]")[0]
    assert log.get_attribute("aria-live") == "polite"
    # The picture sends on to its figures, so that nobody hears them twice.
    picture = full.find("img", full.messages[-1])[0]
    assert picture.get_attribute("alt") == "Bar chart of the figures told below"
    assert "Planning 12%" in full.said()


def test_the_panel_explains_and_lists_the_calls(page: Page) -> None:
    page.open(DESKTOP)
    page.says("po vacancis")
    why = page.until(lambda: page.find(".why"))[0].text
    assert "po vacancis" in why
    assert "vacancis → vacancies" in why
    assert "Answered: sure enough of" in why
    page.find("#tab-calls")[0].click()
    call = page.find(".call summary")[0]
    assert call.text.startswith("Sends a message")
    call.click()
    told = page.find(".call[open]")[0].text
    assert texts.OPEN_REPORT in told
    assert '"parse_mode": "HTML"' in told


def test_the_chat_can_be_shared_as_text(page: Page) -> None:
    page.says("po vacancies")
    page.chooses("#share")
    told = str(page.find("#transcript")[0].get_property("value"))
    assert "You:\npo vacancies\n\nAnnual report bot:\nOver 650 probation officer posts" in told
    assert f"{texts.OPEN_REPORT}: https://" in told
    page.find("#copy-transcript")[0].click()
    assert page.until(lambda: page.find("#toast:not(:empty)"))[0].text.startswith("Copied")


def test_a_group_and_a_friends_chat_look_as_they_would(page: Page) -> None:
    page.become("group")
    page.reply_after(lambda: page.find("#text")[0].send_keys("Good morning", Keys.ENTER))
    assert page.says("/ask po vacancies").startswith("Over 650")
    page.find("[data-key=reply]", page.messages[-1])[0].click()
    assert page.says("telephone").startswith("0161 240 5336.")
    page.become("friend")
    assert not page.find("#menu")[0].is_displayed()
    page.find("#text")[0].send_keys("@annual_report_bot vacancies")
    card = page.until(lambda: page.find("#over button"))[0]
    page.reply_after(card.click)
    assert "via @annual_report_bot" in page.messages[-1].text


def test_nothing_is_lost_when_it_is_stopped(chrome: Chrome, tmp_path: Path) -> None:
    database = tmp_path / "small.db"
    open_small(database).close()
    with previewed(tmp_path, database) as url:
        page = Page(chrome, url)
        page.open()
        page.says("po vacancies")
    (tmp_path / "copy.db").write_bytes(database.read_bytes())
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copied:
        assert copied.execute("select question from asked").fetchall() == [("po vacancies",)]


@pytest.mark.parametrize(
    ("size", "dark"),
    [(PHONE, True), (DESKTOP, False), ((320, 640), False)],
    ids=["phone-dark", "desktop-light", "small-light"],
)
def test_nothing_is_cut_off_in_any_size_and_shade(
    full: Page, size: tuple[int, int], dark: bool
) -> None:
    full.open(size, dark=dark)
    full.settle()
    full.says("/help")
    full.says("what does the risk of serious harm table show")
    full.reply_after(full.key(texts.CHART).click)
    # What is higher than the screen is shown from its top.
    picture, log = full.find("img", full.messages[-1])[0], full.find("#log")[0]
    assert picture.rect["y"] >= log.rect["y"] - 1
    assert full.faint() == []
    width = "return document.scrollingElement.scrollWidth"
    assert full.chrome.execute_script(width) == size[0]
    for element in full.find(".bubble, .key, .composer button, .sides button, #more summary"):
        box = element.rect
        assert box["height"] >= 44 or "bubble" in str(element.get_attribute("class"))
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]
    back = full.find("body")[0].value_of_css_property("background-color")
    assert (sum(map(int, back[5:].split(",")[:3])) < 200) == dark


def test_the_page_asks_for_nothing_outside(page: Page) -> None:
    page.requests()
    page.open()
    page.says("/reports")
    asked = [url for url in page.requests() if not url.startswith("data:")]
    assert asked
    hosts = {url.split("/")[2] for url in asked}
    assert hosts == {page.url.split("/")[2]}
