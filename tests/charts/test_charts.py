"""Charts: what is drawn of which figures, what they say, and how they are sent."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from telegram import Update

from bot import charts, texts
from bot.charts import MOST_BARS, PERCENT, Chart, chart_of, drawing, laid_out
from bot.messages import EDGES, SCREEN, Sources, answers
from knowledge import Fact, Figure, KnowledgeBase
from tests.conftest import World, every_fact, talking
from tests.telegram import Message

# On the small phone that heights are measured by, a picture is as wide as a bubble.
BUBBLE = 300
MARK, TRACK, SOFT = (29, 95, 158), (219, 227, 236), (77, 91, 105)
NEAR = 12


def figures(*rows: tuple[str, float], unit: str = PERCENT) -> tuple[Figure, ...]:
    """Figures of labels such as "Plan | High", a row and its column."""
    named = [(*label.partition(" | "), value) for label, value in rows]
    return tuple(Figure(row, value, unit, column) for row, _, column, value in named)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def inked(chart: Chart, colour: tuple[int, int, int]) -> int:
    """How many pixels the picture of a chart has of a colour, or what its palette makes of it."""
    picture = opened(drawing.draw(chart))
    data = picture.tobytes()
    counts = Counter(zip(data[::3], data[1::3], data[2::3], strict=True))
    return sum(
        count
        for pixel, count in counts.items()
        if sum(abs(one - other) for one, other in zip(pixel, colour, strict=True)) < NEAR
    )


@pytest.fixture
def full(shipped: KnowledgeBase) -> Iterator[World]:
    """The bot with the shipped report."""
    yield from talking(shipped.store.path, shipped)


# --- What is drawn ------------------------------------------------------------------------------

PLAN = [("Plan | High", 73), ("Review | High", 64), ("Plan | Low", 12), ("Review | Low", 38)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            figures(*PLAN),
            Chart(("High", "Low"), ("Plan", "Review"), ((73, 64), (12, 38)), "%", 100),
        ),
        # One row or one column stands as bars below its name.
        (figures(PLAN[0], PLAN[2]), Chart(("Plan",), ("High", "Low"), ((73, 12),), "%", 100)),
        (figures(*PLAN[:2]), Chart(("High",), ("Plan", "Review"), ((73, 64),), "%", 100)),
        # A table with a hole stands as bars.
        (
            figures(*PLAN[:3]),
            Chart(("",), ("Plan, High", "Review, High", "Plan, Low"), ((73, 64, 12),), "%",
                  100),
        ),
        # A total is what the others are a part of.
        (
            figures(("Good", 8), ("Bad", 0), ("In all", 10), unit="services"),
            Chart(("",), ("Good", "Bad"), ((8, 0),), "services", 10),
        ),
        (
            figures(("Big", 8), ("Small", 3), unit="parks"),
            Chart(("",), ("Big", "Small"), ((8, 3),), "parks"),
        ),
    ],
    ids=["table", "row", "column", "hole", "total", "counts"],
)  # fmt: skip
def test_figures_stand_in_rows_and_columns(given: tuple[Figure, ...], expected: Chart) -> None:
    assert laid_out(given) == expected


@pytest.mark.parametrize(
    "nothing",
    [
        (),
        figures(("Vacancies", 650), unit="posts"),
        figures(("Share", 60)),
        figures(("Good", 8), ("In all", 10), unit="parks"),
        (Figure("Posts", 650, "posts"), Figure("Share", 12, "%")),
        figures(("A", -1), ("B", 2)),
        figures(("A", 1), ("A", 2)),
        figures(("A", 11), ("B", 2), ("In all", 10), unit="parks"),
        figures(*((f"Group {n}", n) for n in range(MOST_BARS + 1))),
    ],
    ids=[
        "none",
        "count",
        "share",
        "a single bar",
        "units",
        "negative",
        "same label",
        "above all",
        "too many",
    ],
)
def test_what_makes_no_picture_is_not_drawn(nothing: tuple[Figure, ...]) -> None:
    assert laid_out(nothing) is None
    assert chart_of(Fact("a", "Q?", "A.", figures=nothing), "") is None


def test_what_the_report_does_not_say_has_no_chart() -> None:
    gap = Fact("a", "Q?", "A.", kind="gap", figures=figures(("A", 1), ("B", 2)))
    assert chart_of(gap, "") is None


@pytest.mark.parametrize(
    ("answer", "title", "kicker"),
    [
        ("8 out of 10 were good. More.", "8 out of 10 were good", "Which?"),
        (
            "The share of cases that were good. Big did best (78% to 64%), then small.",
            "Big did best, then small",
            "Which?",
        ),
        # Where no sentence is short enough the question stands there instead.
        (f"{'Long ' * 30}and 12% more.", "Which?", ""),
    ],
)
def test_the_title_says_the_finding(answer: str, title: str, kicker: str) -> None:
    bars = figures(("Plan", 73), ("Other", 12), ("Review", 64))
    measure = "share of cases that were good, 2019/20"
    fact = Fact("a", "Which?", answer, figures=bars, measure=measure)
    chart = chart_of(fact, "The Inspectorate, slide 3")
    assert chart
    assert (chart.title, chart.kicker) == (title, kicker)
    assert (chart.note, chart.source) == (
        "Share of cases that were good, 2019/20",
        "The Inspectorate, slide 3",
    )


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("The NPS led", "The NPS led: NPS 73%, CRC 57%"),
        ("The NPS did better than a CRC", "The NPS did better than a CRC"),
        ("73% against 57% of these", "73% against 57% of these"),
        ("x" * 60 + " " + "y" * 60, "NPS 73%, CRC 57%"),
    ],
)
def test_a_comparison_names_both_sides(title: str, named: str) -> None:
    fact = Fact("a", "Q?", title, figures=figures(("NPS", 73), ("CRC", 57)))
    chart = chart_of(fact, "")
    assert chart
    assert chart.title == named


def test_of_two_columns_the_title_says_how_far_they_reach() -> None:
    chart = chart_of(Fact("a", "Q?", "High risk led.", figures=figures(*PLAN)), "")
    assert chart
    assert chart.title == "High risk led: High 64% to 73%, Low 12% to 38%"


def test_the_telling_names_every_figure(shipped: KnowledgeBase) -> None:
    drawn = dict(charts_of(shipped))
    assert len(drawn) > 5
    for fact, chart in drawn.items():
        words = charts.told(chart)
        for row in fact.figures:
            assert f"{row.value:g}" in words, (fact.id, words)
        assert len(words) <= answers.CAPTION, fact.id
        assert not chart.title.endswith("…"), (fact.id, chart.title)


def charts_of(knowledge: KnowledgeBase) -> Iterator[tuple[Fact, Chart]]:
    sources = Sources({report.id: report for report in knowledge.snapshot.reports})
    for fact in every_fact(knowledge):
        if chart := chart_of(fact, sources.published(fact)):
            yield fact, chart


# --- The picture --------------------------------------------------------------------------------


def test_every_shipped_chart_stands_on_one_screen_with_its_caption(shipped: KnowledgeBase) -> None:
    sources = Sources({report.id: report for report in shipped.snapshot.reports})
    for fact, chart in charts_of(shipped):
        data = drawing.draw(chart)
        width, height = opened(data).size
        assert width == 1200
        caption = answers.under_chart(fact, sources, charts.told(chart), read=True).height
        assert height / width * BUBBLE + caption <= SCREEN + EDGES, fact.id
        assert len(data) < 150_000


def test_a_bar_is_as_long_as_its_value() -> None:
    def ink(value: float) -> int:
        return inked(Chart(("",), ("A",), ((value,),), PERCENT, 100), MARK)

    assert ink(60) == pytest.approx(2 * ink(30), rel=0.02)
    assert ink(0) == 0


def test_nothing_is_drawn_as_nothing() -> None:
    def begun(value: float) -> int:
        return inked(Chart(("",), ("A", "B"), ((value, 20),), "CRCs"), SOFT)

    # A thin line stands where the bar would begin, beside its 0.
    assert begun(0) > begun(5)


@given(st.text(max_size=80), st.floats(20, 200))
def test_wrapped_lines_fit_and_lose_nothing(text: str, width: float) -> None:
    face = drawing.font(drawing.LABEL)
    lines = drawing.wrapped(text, face, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(face.getlength(line) <= width * drawing.SCALE for line in lines)


def test_a_chart_is_drawn_once() -> None:
    # Another chart with the same content is the same picture.
    one, other = (charts.counted("Drawn once", {"a": 1, "b": 2}) for _ in range(2))
    assert drawing.draw(one) is drawing.draw(other)


# --- In the chat --------------------------------------------------------------------------------


def photo(message: Message) -> bytes:
    assert message.photo
    return message.photo.data


def test_an_answer_with_figures_offers_its_chart(full: World) -> None:
    answer = full.says("what does the risk of serious harm table show")
    full.taps(answer, texts.CHART)
    sent = full.telegram.chat(full.ann).last
    assert opened(photo(sent)).width == 1200
    assert "NPS high: Assessment 78%, Planning 73%" in sent.text
    assert sent.text.endswith("Annual report 2019/20, slide 16")
    assert sent.buttons == [texts.OPEN_REPORT, texts.FOR_PRINT, texts.AS_CSV]


def test_the_figures_are_taken_along_by_one_tap(full: World) -> None:
    sent = full.says("/chart workload")
    full.taps(sent, texts.FOR_PRINT)
    document = full.telegram.chat(full.ann).last.document
    assert document
    assert opened(document.data).width == 2400
    full.taps(sent, texts.AS_CSV)
    document = full.telegram.chat(full.ann).last.document
    assert document
    rows = list(csv.DictReader(io.StringIO(document.data.decode("utf-8-sig"))))
    assert [(row["value"], row["unit"]) for row in rows] == [("60", "%"), ("30", "%")]
    assert rows[0]["source"].endswith("slide 21: NPS staffing")


@pytest.mark.parametrize("label", ["=1+1", "@x", "-2"])
def test_no_label_is_a_formula(label: str) -> None:
    fact = Fact("a", "Q?", "A.", figures=figures((label, 1), ("B", 2)))
    assert f"'{label}".encode() in charts.as_csv(fact, "")


def test_where_no_pictures_may_be_sent_the_chart_is_told(full: World) -> None:
    full.telegram.fail(
        "sendPhoto", 400, "Bad Request: not enough rights to send photos to the chat"
    )
    sent = full.says("/chart workload")
    assert sent.text.startswith(texts.NO_PICTURES_HERE)
    assert "NPS POs above 100%: 60%; NPS POs above 120%: 30%." in sent.text
    assert sent.text.endswith("slide 21: NPS staffing")


@pytest.mark.parametrize(
    "wish",
    [
        "show me a chart of risk",
        "chart risk",
        "risk as a chart please",
        "Can you draw a graph of risk?",
    ],
)
def test_a_chart_is_asked_for_in_words(full: World, wish: str) -> None:
    sent = full.says(wish)
    assert sent.photo
    assert "NPS high: Assessment 78%" in sent.text


@pytest.mark.parametrize("wish", ["as a chart", "show me that as a chart", "chart"])
def test_that_as_a_chart_is_of_the_answer_shown_last(full: World, wish: str) -> None:
    full.says("what does the workload tool show for nps pos")
    assert "60%" in full.says(wish).text


@pytest.mark.parametrize("words", ["caseloads", "covid", "ttg", "zebras"])
def test_of_what_there_is_no_chart_the_others_are_named(full: World, words: str) -> None:
    assert full.says(f"/chart {words}").text == texts.NO_SUCH_CHART


def test_a_picture_carries_its_chart_in_text(full: World) -> None:
    said = drawing.described(photo(full.says("/chart workload")))
    assert "NPS POs above 100%  ██████████████░░░░░░░░░░  60%" in said


def test_a_long_label_leaves_its_bar_in_a_line_of_the_terminal() -> None:
    chart = Chart(("",), ("word " * 20, "B"), ((60, 30),), PERCENT, 100)
    lines = charts.as_text(chart).splitlines()
    assert max(map(len, lines)) <= 78
    assert [line.split()[-1] for line in lines if "░" in line] == ["60%", "30%"]


def test_an_answer_without_figures_offers_none(full: World) -> None:
    assert texts.CHART not in full.says("who is the chief inspector").buttons


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("risk", "Bar chart. NPS high: Assessment 78%"),
        ("staffing", "NPS POs above 100%: 60%; NPS POs above 120%: 30%"),
        ("workload", "NPS POs above 100%: 60%; NPS POs above 120%: 30%"),
        ("ratings", "Rated 'Good': 3; Close to 'Good': 1"),
        ("ratings 2018/19", "'Requires improvement': 20 of 21; 'Inadequate': 1 of 21"),
    ],
)
def test_the_command_finds_the_chart_meant(full: World, words: str, told: str) -> None:
    sent = full.says(f"/chart {words}")
    assert sent.photo
    assert told in sent.text
    answer = full.taps(sent, texts.READ_ANSWER) and full.telegram.chat(full.ann).last
    assert texts.CHART in answer.buttons


def test_the_command_alone_draws_the_answer_shown_last(full: World) -> None:
    full.says("what does the workload tool show for nps pos")
    assert "30%" in full.says("/chart").text


def test_without_a_chart_of_that_the_others_are_offered(full: World) -> None:
    offered = full.says("/chart zebras")
    assert offered.text == texts.NO_SUCH_CHART
    full.taps(offered, "What does the risk of serious harm table show?")
    assert full.telegram.chat(full.ann).last.photo


def test_a_knowledge_base_without_figures_says_so(chat: World) -> None:
    assert chat.says("/chart").text in {texts.NO_CHARTS, texts.WHICH_CHART}


def chart_of_parks(world: World, value: int) -> Message:
    row = (
        '[{"id": "parks", "question": "How many parks are open?", "answer": "Most.", '
        f'"figures": [{{"label": "Open", "value": {value}, "unit": "%"}}, '
        '{"label": "Lit", "value": 5, "unit": "%"}]}]'
    )
    plan = world.knowledge.plan_import(row.encode(), "parks.json")
    world.knowledge.change(plan.edit, "test")
    return world.says("/chart parks")


def test_an_edit_of_the_figures_redraws_the_chart(chat: World) -> None:
    drawn = [chart_of_parks(chat, value) for value in (80, 20)]
    assert ["80%" in drawn[0].text, "20%" in drawn[1].text] == [True, True]
    assert photo(drawn[0]) != photo(drawn[1])


@pytest.mark.parametrize(
    ("button", "does"), [("d:csv:workload-tool-overview", "sendDocument"), ("v:1:0", "sendMessage")]
)
def test_a_tap_on_a_message_out_of_reach_is_answered_below(
    full: World, button: str, does: str
) -> None:
    full.telegram.tap(full.ann, full.says("/chart workload"), data=button)
    update = full.telegram.take()[-1]
    # Telegram gives a message it no longer keeps without its content, dated 0.
    chat = {"id": full.ann.id, "type": "private", "first_name": "Ann"}
    update["callback_query"]["message"] = {"chat": chat, "message_id": 1, "date": 0}
    full.telegram.calls.clear()
    tapped = Update.de_json(update, full.application.bot)
    full.runner.run(full.application.process_update(tapped))
    assert [call.method for call in full.telegram.calls] == ["answerCallbackQuery", does]
