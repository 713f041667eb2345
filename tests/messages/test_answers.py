"""Facts and replies as messages: complete, escaped, within Telegram's limits and a screen."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.constants import MessageLimit

from bot import messages, texts
from bot.messages import EDGES, LINE, ROW, SCREEN, BotMessage, Button, Sources, answers, notice
from bot.messages.terminal_text import plain
from bot.transport.delivery import keyboard
from knowledge import (
    Answer,
    Fact,
    Figure,
    KnowledgeBase,
    Match,
    Near,
    Report,
    Suggestions,
    Unknown,
)
from tests.conftest import every_fact
from tests.telegram import Telegram

URL = "https://example.org/report"
REPORT = Report(
    "r", "The whole report", "Report 2020", "The Inspectorate", "2020", URL, "https://x.org/r", ""
)
SOURCES = Sources({"r": REPORT})
FACT = Fact(
    "one", "How many?", "12 of 20. Twelve were good.", "r", "t", (), "More.", URL, "slide 3: Counts"
)
OTHER = Fact("two", "Who went bust?", "One company.", "r", "t", (), "", URL, "slide 4: Trouble")
MOST_ASKED = 999_999_999_999


def accepted(page: BotMessage) -> str:
    """What the in-memory Telegram makes of a page; it refuses what Telegram would."""
    telegram = Telegram()
    ann = telegram.user("Ann")
    telegram.text(ann, "/start")
    parameters = {"chat_id": ann.id, "text": page.html, "parse_mode": "HTML"}
    if keys := keyboard(page.rows):
        parameters["reply_markup"] = keys.to_json()
    status, body = telegram.call("sendMessage", parameters)
    assert status == 200, (json.loads(body)["description"], page.html)
    return telegram.chat(ann).last.text


def single(fact: Fact, sources: Sources = SOURCES, **how: Any) -> BotMessage:
    """An answer that is one fact."""
    return answers.answer(Answer((Match(fact, 1),)), sources, **how)


def labels(page: BotMessage) -> list[str]:
    return [button.text for row in page.rows for button in row]


# --- Answers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "bold"),
    [
        ("Over 650 posts were vacant.", "Over 650 posts were vacant."),
        ("Three are. One is close.", "Three are."),
        ("Yes. Caseloads are too high.", "Yes. Caseloads are too high."),
        ("No.", "No."),
        ("Standard 1.2 is Staff. It has a name.", "Standard 1.2 is Staff."),
        (
            "The NPS did better: " + "a long explanation follows here that goes on and on " * 2,
            "The NPS did better:",
        ),
        (
            "22% of CRC low risk cases had good delivery in the year that was inspected, "
            "which was less than in any other group of cases.",
            "22% of CRC low risk cases had good delivery in the year that was inspected,",
        ),
    ],
)
def test_the_figure_or_direct_answer_is_bold(answer: str, bold: str) -> None:
    assert answers.bold_part(answer)[0] == bold


@settings(max_examples=30)
@given(st.text(max_size=400))
def test_a_lead_and_its_rest_are_the_whole_answer(answer: str) -> None:
    bold, rest = answers.bold_part(answer)
    assert "".join((bold + rest).split()) == "".join(answer.split())
    assert len(bold) <= answers.BOLD


def test_the_source_names_report_and_slide_and_links_the_report() -> None:
    fact = Fact("a", "Q?", "A.", "r", link="https://elsewhere.org", source="slide 3: Counts")
    page = single(fact)
    assert page.html.endswith(f'<a href="{URL}">Report 2020, slide 3: Counts</a>')
    assert labels(page)[0] == texts.OPEN_PAGE
    assert page.rows[0][0].url == "https://elsewhere.org"


def test_two_slides_are_named_by_their_numbers() -> None:
    fact = Fact("a", "Q?", "A.", "r", source="slide 3: Counts and slide 12: Money")
    assert SOURCES.source(fact) == "Report 2020, slides 3 and 12"


def test_a_fact_without_report_link_and_source_is_still_an_answer() -> None:
    page = single(Fact("a", "Q?", "A."), Sources({}))
    assert page.html == "<b>A.</b>"
    assert labels(page) == [texts.COPY_ANSWER, texts.SHARE]
    assert accepted(page) == "A."


def figures(count: int) -> tuple[Figure, ...]:
    return tuple(Figure(f"Group {number}", number * 10, "%") for number in range(1, count + 1))


TABLE = "Group 1: 10%\nGroup 2: 20%\nGroup 3: 30%"


@pytest.mark.parametrize(
    ("answer", "detail", "rows", "folded"),
    [
        ("10% of one.", "More.", 1, "More."),
        ("10% of one.", "More.", 3, f"More.\n{TABLE}"),
        ("10% of one.", "", 3, TABLE),
        ("10% of one.", "20% and 30% of the others.", 3, "20% and 30% of the others."),
        ("The table.", "10%, 20%, 30%, 40%, 50%, 60%, 70%, 80%.", 8, "Group 1: 10%\n"),
        ("The table.", "Of 2019 cases.", 8, "Of 2019 cases.\nGroup 1: 10%\n"),
    ],
)
def test_detail_and_figures_are_folded_and_nothing_is_told_twice(
    answer: str, detail: str, rows: int, folded: str
) -> None:
    fact = Fact("a", "Q?", answer, detail=detail, figures=figures(rows))
    end = "" if folded.endswith("\n") else "</blockquote>"
    assert f"<blockquote expandable>{folded}{end}" in single(fact).html


def test_two_answers_stand_in_one_message_each_with_its_source() -> None:
    page = answers.answer(Answer((Match(FACT, 0.9), Match(OTHER, 0.8))), SOURCES, 7)
    assert accepted(page) == (
        "How many?\n12 of 20. Twelve were good.\nMore.\nReport 2020, slide 3: Counts\n\n"
        "Who went bust?\nOne company.\nReport 2020, slide 4: Trouble"
    )
    assert labels(page) == [texts.OPEN_REPORT, texts.HELPFUL, texts.NOT_RIGHT]


def test_the_part_the_report_does_not_cover_is_named() -> None:
    page = answers.answer(Answer((Match(FACT, 0.9),), "who won <the cup>"), SOURCES, 7)
    assert accepted(page).endswith(f"\n\n{texts.NOT_COVERED} who won <the cup>")


def test_three_answers_and_the_question_left_stand_in_one_message() -> None:
    third = Fact("three", "When?", "In May.", "r")
    reply = Answer((Match(FACT, 0.9), Match(OTHER, 0.8), Match(third, 0.7)), later="and who paid?")
    page = answers.answer(reply, SOURCES, 7, (FACT,))
    said = accepted(page)
    assert [said.count(one.question) for one in (FACT, OTHER, third)] == [1, 1, 1]
    assert labels(page)[1] == "and who paid?"
    assert page.rows[1][0].callback_data == messages.LATER


def test_a_yes_or_no_is_bold_with_its_answer() -> None:
    page = answers.answer(Answer((Match(FACT, 0.9, lead="No."),)), SOURCES, 7)
    assert page.html.startswith("<b>No. 12 of 20.</b>")


def test_a_lead_stands_before_the_answer() -> None:
    page = answers.answer(Answer((Match(FACT, 0.9, lead="Higher is better here."),)), SOURCES, 7)
    assert page.html.startswith("Higher is better here.\n<b>12 of 20.</b>")


def test_what_is_computed_is_bold_and_what_it_rests_on_unfolds() -> None:
    page = answers.answer(Answer((Match(FACT, 0.9, computed="8 were not good."),)), SOURCES, 7)
    assert page.html.startswith("<b>8 were not good.</b>\n<blockquote expandable>12 of 20.")
    assert "slide 3: Counts" in page.html


def test_of_what_is_near_only_what_is_missing_is_bold() -> None:
    lead = "The report doesn't give this for 2017. What it says for 2019:"
    page = answers.answer(Near((Match(FACT, 0.5, lead=lead),)), SOURCES, 7)
    assert page.html.startswith(f"<b>{lead}</b>\n12 of 20. Twelve were good.")
    assert page.html.count("<b>") == 1
    assert texts.COPY_ANSWER not in labels(page)


def test_suggestions_are_questions_to_tap_and_no_answer() -> None:
    others = [Fact(f"f{n}", f"Question {n}?", "A.") for n in range(3)]
    page = answers.suggestions(Suggestions(tuple(Match(f, 0.1) for f in (FACT, *others))), 7)
    assert page.html == texts.SUGGEST
    assert labels(page) == [
        "How many?",
        "Question 0?",
        "Question 1?",
        "Question 2?",
        "None of these",
    ]
    assert page.rows[0][0].callback_data == "t:7:one"


def test_under_a_refusal_stand_the_nearest_questions() -> None:
    gap = Match(Fact("g", "What was the cost?", "The slides don't say.", "r", kind="gap"), 0.9)
    page = answers.unknown(Unknown(gap), SOURCES, 7, (FACT, OTHER))
    assert labels(page)[:3] == ["How many?", "Who went bust?", texts.OPEN_REPORT]
    for unread, said in ((True, texts.NOT_UNDERSTOOD), (False, texts.NOT_IN_REPORT)):
        page = answers.unknown(Unknown(unread=unread), SOURCES, 7, (FACT,))
        assert accepted(page) == f"{said}\n{texts.TRY_THESE}"
        assert labels(page) == ["How many?"]


def test_an_answer_has_at_most_four_buttons_and_a_small_row() -> None:
    short = [Fact("s", "Since when?", "May."), Fact("t", "Where?", "Leeds."), OTHER]
    page = answers.answer(Answer((Match(FACT, 0.9),)), SOURCES, 7, short)
    assert [len(row) for row in page.rows] == [2, 2, 2]
    long = Fact("l", "Which of the many questions is this?", "That one.")
    page = answers.answer(Answer((Match(FACT, 0.9),)), SOURCES, 7, [long, *short])
    assert labels(page)[:3] == [texts.OPEN_REPORT, texts.COPY_ANSWER, long.question]
    assert [len(row) for row in page.rows] == [2, 1, 2]


def test_an_entry_added_without_a_source_names_the_day_and_links_nothing() -> None:
    added = Fact("a", "Q?", "A.", "r", added="2026-11-28")
    page = single(added)
    assert page.html == "<b>A.</b>\nadded on 28 November 2026"
    assert labels(page) == [texts.COPY_ANSWER, texts.SHARE]
    assert answers.citation(Match(added, 1), SOURCES) == "A. (added on 28 November 2026)"


def test_the_same_again_is_shorter_or_simpler() -> None:
    plain_words = Fact("p", "Q?", "A long answer. And more.", "r", plain="Short words.")
    assert answers.again("simpler", [plain_words], SOURCES).html.startswith("<b>Short words.</b>")
    assert answers.again("shorter", [plain_words], SOURCES).html.startswith("<b>A long answer.</b>")


# --- The date of the report ---------------------------------------------------------------------

OLD = Fact(
    "a", "Q?", "A.", detail="That is as of December 2020, the date of the slides. Ask elsewhere."
)
DATED = Fact(
    "b",
    "R?",
    "B.",
    detail="More. The slides are from December 2020 and don't say what applies now: ask a person.",
)


UNDATED = "More. The slides don't say what applies now: ask a person."


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (OLD.detail, "Ask elsewhere."),
        (DATED.detail, UNDATED),
        ("The slides are from December 2020; look for later ones.", "Look for later ones."),
        ("They were good as of December 2020.", "They were good as of December 2020."),
        ("The title slide is dated 3 December 2020.", "The title slide is dated 3 December 2020."),
    ],
)
def test_only_the_date_goes(text: str, left: str) -> None:
    reply = Answer((Match(Fact("c", "Q?", "A.", detail=text), 1),))
    assert answers.dated_once(reply, [OLD]).matches[0].fact.detail == left


def test_the_first_answer_that_needs_it_says_it() -> None:
    plain = Fact("c", "S?", "C.")
    first, second = answers.dated_once(Answer((Match(OLD, 1), Match(DATED, 1))), [plain]).matches
    assert (first.fact, second.fact.detail) == (OLD, UNDATED)
    later = answers.dated_once(Unknown(Match(DATED, 1)), [plain, OLD])
    assert later.matches[0].fact.detail == UNDATED


# --- Copying ------------------------------------------------------------------------------------


def test_a_citation_holds_answer_and_source() -> None:
    assert answers.citation(Match(FACT, 1), SOURCES) == (
        "12 of 20. Twelve were good. (The Inspectorate, Report 2020, slide 3: Counts)"
    )


@given(st.text(max_size=1500), st.text(max_size=200), st.text(max_size=300))
def test_a_citation_is_never_longer_than_telegram_allows(
    answer: str, source: str, publisher: str
) -> None:
    report = Report("r", "Title", "Short", publisher, "", URL)
    fact = Fact("a", "Q?", "A " + answer, "r", source=source)
    assert 0 < len(answers.citation(Match(fact, 1), Sources({"r": report}))) <= 256


# --- Escaping and limits ------------------------------------------------------------------------


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=200))
def test_any_text_comes_through_as_it_is(text: str) -> None:
    clean = f"x{text}x"
    page = single(Fact("a", clean, clean, "r", detail=clean, source=clean))
    shown = accepted(page)
    assert "".join(shown.split()).count("".join(clean.split())) >= 3


@pytest.mark.parametrize("letter", ["x", "<", "😀", "x. X"])
def test_the_longest_facts_an_import_takes_stay_within_telegrams_limits(letter: str) -> None:
    def long(size: int) -> str:
        return (letter * size)[:size].strip()

    table = tuple(Figure(long(100), number, "%") for number in range(50))
    fact = Fact(
        "x" * 48, long(300), long(1500), "r", "t", (), long(1500), URL, long(200), figures=table
    )
    other = Fact("y" * 48, long(300), long(1500), "r", detail=long(1500))
    related = [fact] * 3
    pages = [
        single(fact, SOURCES, asked=MOST_ASKED, related=related),
        answers.answer(Answer((Match(fact, 1), Match(other, 1)), long(500)), SOURCES, 1, related),
        answers.suggestions(Suggestions((Match(fact, 1),) * 4), MOST_ASKED),
        answers.unknown(Unknown(Match(fact, 1)), SOURCES, 1, related),
        answers.card(fact, SOURCES, "annual_report_bot"),
    ]
    for page in pages:
        accepted(page)
        for button in (button for row in page.rows for button in row):
            assert len(button.switch_inline_query or "") <= 256


# --- One screen ---------------------------------------------------------------------------------


def test_the_height_counts_lines_rows_and_folded_quotes() -> None:
    def height(html: str, rows: int = 0) -> int:
        return BotMessage(html, ((),) * rows).height - EDGES

    assert height("x") == LINE
    assert height("x", 2) == LINE + 2 * ROW
    assert height("<b>x</b>\n\ny") == 3 * LINE
    assert height("x" * 39) == 2 * LINE
    assert height(f"x\n<blockquote expandable>{'word ' * 100}</blockquote>\ny") == 5 * LINE


def test_every_shipped_fact_stands_on_one_screen_in_every_form(shipped: KnowledgeBase) -> None:
    sources = Sources({one.id: one for one in shipped.snapshot.reports})
    back = (Button(texts.BACK, callback_data="c:0"),)
    facts = every_fact(shipped)
    assert len(facts) > 200
    high: list[tuple[int, str]] = []
    for fact in facts:
        related = [one for one in shipped.snapshot.topics.get(fact.topic, ()) if one.id != fact.id][
            :3
        ]
        closest = Suggestions((Match(fact, 0.3), *(Match(one, 0.1) for one in related)))
        pages = [
            single(fact, sources, asked=MOST_ASKED, related=related, headed=True),
            single(fact, sources, related=related, headed=True, back=back),
            answers.suggestions(closest, MOST_ASKED),
            answers.unknown(Unknown(Match(fact, 0.9)), sources, MOST_ASKED, related),
            answers.card(fact, sources, "annual_report_bot"),
        ]
        high += [(page.height, fact.id) for page in pages]
        assert max(len(page.rows) for page in pages) <= 5, fact.id
    assert max(high)[0] <= SCREEN, sorted(high)[-10:]


def test_two_of_the_longest_shipped_answers_stand_on_one_screen(shipped: KnowledgeBase) -> None:
    sources = Sources({one.id: one for one in shipped.snapshot.reports})
    # Overviews are asked for alone.
    facts = [fact for fact in every_fact(shipped) if "\n" not in fact.answer]
    longest = sorted(facts, key=lambda fact: len(fact.answer + fact.source))[-6:]
    for one in longest:
        for two in longest:
            reply = Answer((Match(one, 1), Match(two, 1)))
            page = answers.answer(
                reply, sources, MOST_ASKED, shipped.snapshot.topics.get(one.topic, ())[:3]
            )
            assert page.height <= SCREEN, (one.id, two.id)
            assert len(page.rows) <= 5


def test_the_fixed_texts_stand_on_one_screen(shipped: KnowledgeBase) -> None:
    topics = messages.topics(shipped.snapshot.topics)
    pages = [
        notice(texts.help_text(texts.PRIVATE_COMMANDS, "annual_report_bot")),
        notice(texts.help_text(texts.GROUP_COMMANDS, "annual_report_bot")),
        notice(texts.PRIVACY.format(365)),
        notice(texts.START.format(texts.titles(shipped.snapshot.reports), texts.BEGIN)),
        notice(texts.NOTED, topics),
        answers.unknown(Unknown(), SOURCES, MOST_ASKED, (), topics),
    ]
    assert max(page.height for page in pages) <= SCREEN


# --- The terminal -------------------------------------------------------------------------------


def test_a_message_reads_well_in_a_terminal() -> None:
    page = single(FACT, headed=True)
    assert plain(page.html) == (
        "How many?\n12 of 20. Twelve were good.\n    More.\nReport 2020, slide 3: Counts"
    )


def test_an_address_is_never_broken() -> None:
    address = "https://www.example.org/" + "a-long-path/" * 10
    assert address in plain(f"See {address} for more.", 40)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_message_has_room_for_what_it_says(count: int) -> None:
    fact = Fact("a", "q" * 300, "Yes it is. " * 136, detail="So. " * 374)
    page = answers.answer(Answer((Match(fact, 1),) * count), SOURCES, 1)
    said = re.sub("<[^>]+>", "", page.html)
    assert len(said) <= MessageLimit.MAX_TEXT_LENGTH
    assert said.count("So.") == 374 if count == 1 else said.count("So.") < 374
    assert said.count("…") == (count if count > 1 else 0)
