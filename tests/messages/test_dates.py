"""That the slides are old is said once in a chat."""

from __future__ import annotations

import pytest

from bot.messages.dates import dated_once, undated
from knowledge import Fact, Match

OLD = Fact(
    "a", "Q?", "A.", detail="That is as of December 2020, the date of the slides. Ask elsewhere."
)
OTHER = Fact(
    "b",
    "R?",
    "B.",
    detail="More. The slides are from December 2020 and don't say what applies now: ask a person.",
)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (OLD.detail, "Ask elsewhere."),
        (OTHER.detail, "More. The slides don't say what applies now: ask a person."),
        ("The slides are from December 2020; look for later ones.", "Look for later ones."),
        ("They were good as of December 2020.", "They were good as of December 2020."),
        ("The title slide is dated 3 December 2020.", "The title slide is dated 3 December 2020."),
    ],
)
def test_only_the_date_goes(text: str, left: str) -> None:
    assert undated(text) == left


def test_the_first_answer_that_needs_it_says_it() -> None:
    plain = Fact("c", "S?", "C.")
    first, second = dated_once((Match(OLD, 1), Match(OTHER, 1)), [plain])
    assert (first.fact, second.fact.detail) == (OLD, undated(OTHER.detail))
    (later,) = dated_once((Match(OTHER, 1),), [plain, OLD])
    assert later.fact.detail == undated(OTHER.detail)
