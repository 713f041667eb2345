"""Two reports side by side: questions go to the one they name, answers say where they are from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from importlib import resources
from pathlib import Path

import pytest

from bot.admin import texts
from knowledge import Answer, Fact, KnowledgeBase, Near, Suggestions, Unknown
from tests.administrators import Desk, talking
from tests.conftest import open_shipped

EXAMPLE = (resources.files("knowledge") / "examples" / "ofsted-2020.json").read_bytes()
OFSTED, PROBATION = "ofsted-schools-2020", "annual-report-2019-20"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """The shipped report with the example beside it."""
    path = tmp_path_factory.mktemp("both") / "both.db"
    with closing(open_shipped(path)) as base:
        base.change(base.plan_import(EXAMPLE, "ofsted-2020.json").edit, "test")
        yield base


@pytest.fixture(scope="module")
def desk(both: KnowledgeBase) -> Iterator[Desk]:
    with talking(both.store.path, both) as made:
        yield made


def top(base: KnowledgeBase, question: str) -> Fact | None:
    """The entry shown first for a question."""
    match base.ask(question):
        case Answer(matches) | Near(matches) | Suggestions(matches):
            return matches[0].fact
        case Unknown(gap):
            return gap.fact if gap else None


def test_the_example_is_not_loaded_by_itself(shipped: KnowledgeBase) -> None:
    assert [report.id for report in shipped.snapshot.reports] == [PROBATION]


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("how good are primary schools", "ofsted-primaries"),
        ("percentage of secondary schools rated good or outstanding", "ofsted-secondaries"),
        ("how did schools do in 2018/19", "ofsted-year-before"),
        ("school inspections good or outstanding 2019/20", "ofsted-this-year"),
        ("did struggling schools get better", "ofsted-improved"),
        ("how many schools are there", "ofsted-schools"),
        ("when did ofsted stop inspecting schools", "ofsted-suspended"),
        ("when were the ofsted figures published", "ofsted-published"),
        ("what about the independent schools", "ofsted-gap-private"),
        ("how many po vacancies in the nps", "nps-vacancies"),
        ("how many CRCs were rated good", "crc-good"),
    ],
)
def test_a_question_goes_to_the_report_it_is_about(
    both: KnowledgeBase, question: str, fact: str
) -> None:
    found = top(both, question)
    assert found is not None
    assert found.id == fact


@pytest.mark.parametrize(
    "question",
    ["who is the chief inspector of schools", "staff shortages in schools",
     "caseloads of school teachers", "how many primary school posts are vacant"],
)  # fmt: skip
def test_a_question_about_schools_is_never_answered_from_probation(
    both: KnowledgeBase, question: str
) -> None:
    found = top(both, question)
    assert found is None or found.report == OFSTED


def test_the_figures_of_the_example(both: KnowledgeBase) -> None:
    stands = {fact.id: fact for fact in both.snapshot.facts.values() if fact.report == OFSTED}
    for fact, figure in {
        "ofsted-primaries": "88%", "ofsted-secondaries": "76%", "ofsted-this-year": "77%",
        "ofsted-year-before": "80%", "ofsted-improved": "56%", "ofsted-improved-before": "64%",
        "ofsted-schools": "Nearly 22,000", "ofsted-suspended": "In March 2020",
        "ofsted-published": "29 October 2020",
    }.items():  # fmt: skip
        assert stands[fact].answer.startswith(figure)
    assert len([fact for fact in stands.values() if not fact.is_gap]) == 12
    published = {report.id: report.published for report in both.snapshot.reports}
    assert published[OFSTED] == "29 October 2020"


def test_the_first_report_answers_as_before(shipped: KnowledgeBase, both: KnowledgeBase) -> None:
    facts = [fact for fact in shipped.snapshot.facts.values() if not fact.is_gap][::5]
    for fact in facts:
        assert top(both, fact.question) == top(shipped, fact.question)


def test_what_several_reports_are_asked_is_offered_by_their_names(tmp_path: Path) -> None:
    path = tmp_path / "own.db"
    with closing(KnowledgeBase.open(path, shipped=False)) as base, talking(path, base) as desk:
        for name, budget in (("Parks", 4), ("Roads", 22)):
            rows = f"report,question,answer\n{name} 2025,What was the budget?,£{budget} million.\n"
            base.change(base.plan_import(rows.encode(), "a.csv").edit, "test")
        labels = desk.says("what was the budget", desk.ann).buttons
        assert labels[:2] == [
            "What was the budget? (parks 2025)", "What was the budget? (roads 2025)",
        ]  # fmt: skip
        assert "£22 million." in desk.taps(labels[1], who=desk.ann).text


def test_answers_say_which_report_they_come_from(desk: Desk) -> None:
    schools = desk.says("how good are primary schools", desk.ann)
    assert "Schools 2020, main findings" in schools.text
    assert "Schools 2020" in desk.says("how good are private schools", desk.ann).text
    assert "Annual report 2019/20, slide" in desk.says("how many po vacancies", desk.ann).text
    reports = desk.says("/reports", desk.ann)
    assert "State-funded schools" in reports.text
    assert any(label.startswith("Schools 2020: ") for label in reports.buttons)


def test_a_new_entry_asks_for_its_report(desk: Desk) -> None:
    desk.says("/add")
    desk.says("How many school dinners were served?")
    shown = desk.says("1,000 dinners.")
    assert texts.PROMPTS["report"] in shown.text
    desk.taps("Schools 2020")
    desk.taps("Schools: about the figures")
    desk.taps(texts.SAVE)
    assert desk.knowledge.fact("how-many-school-dinners-were-served").report == OFSTED
    # It has no source in the report, so the report is not cited for it.
    assert "added on" in desk.says("how many school dinners were served", desk.ann).text
    desk.says("/undo")


def test_it_comes_and_goes_through_the_chat(tmp_path: Path) -> None:
    path = tmp_path / "chat.db"
    with closing(open_shipped(path)) as base, talking(path, base) as desk:
        before = base.export("all.json")
        desk.sends("ofsted-2020.json", EXAMPLE)
        shown = desk.last(back=2)
        assert "16 new, 0 changed" in shown.text
        desk.taps(texts.APPLY, shown)
        assert desk.says("how good are primary schools", desk.ann).text.startswith("88%")
        desk.says("/undo")
        assert not desk.says("how good are primary schools", desk.ann).text.startswith("88%")
        assert base.export("all.json") == before
