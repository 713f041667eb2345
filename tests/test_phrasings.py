"""Ways of asking that are proposed for an entry."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from knowledge import Editor, Fact, edits
from knowledge.editor import rewordings, subject, undated
from tests.conftest import open_small


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many probation officers joined?", "probation officers joined"),
        ("Who is the chief inspector?", "chief inspector"),
        ("Is there a podcast?", "podcast"),
        ("How many cases in September 2019?", "how many cases"),
        ("How many cases in Leeds in September 2019?", "cases leeds september 2019"),
    ],
)  # fmt: skip
def test_other_words_for_the_same(question: str, expected: str) -> None:
    assert expected in rewordings(Fact("x", question, "Yes."))


def test_what_is_known_already_is_not_proposed() -> None:
    fact = Fact("x", "Is there a podcast?", "Yes.", also_asked=("Podcast",))
    assert rewordings(fact) == ()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Who is the chief inspector since 2024?", "Who was the chief inspector?", True),
        ("How many vacancies were there in May 2020?", "How many vacancies in 2019/20?", True),
        ("How many vacancies were there?", "How many hostels were there?", False),
        ("When?", "Why?", False),
    ],
)
def test_the_same_but_for_the_date(one: str, other: str, same: bool) -> None:
    assert (bool(subject(one)) and subject(one) == subject(other)) == same


@pytest.mark.parametrize(
    "text",
    ["cases in September 2019", "cases in 2019", "cases 2019/20", "cases on 1 May 2020",
     "cases since 2018-19", "cases as at 31 March 2020", "cases in the 2019/2020"],
)  # fmt: skip
def test_dates_are_left_out(text: str) -> None:
    assert undated(text) == "cases"


def test_only_what_finds_the_fact_and_is_nobody_elses_is_proposed(tmp_path: Path) -> None:
    with closing(open_small(tmp_path / "small.db")) as base:
        edit = edits.added(
            base.snapshot,
            {"question": "How many officer vacancies were there in 2025?", "answer": "Twelve."},
        )
        editor = Editor(base)
        proposed = editor.trial(edit)().proposals
        assert len(proposed) <= 8
        assert not any(map(base.matcher.phrased, proposed))
        answers = base.tried(edit).ask
        for text in proposed:
            assert "Twelve." in str(answers(text))
