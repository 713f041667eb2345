"""What questions mean, beside their words: read when words leave a question open."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import Answer, Fact, KnowledgeBase
from knowledge.dialogue.decision import UNSURE
from knowledge.matching.confidence import FEATURES
from knowledge.matching.embeddings import FEWEST, meanings
from knowledge.matching.learned import SHAKY, Learned
from knowledge.matching.making import make
from knowledge.matching.matcher import Matcher
from knowledge.matching.pretrained import KEPT, load, read
from knowledge.matching.text import words
from knowledge.snapshot import Snapshot
from tests.conftest import every_fact

THINGS = (
    "bridges canals museums schools ferries stadiums libraries markets gardens theatres".split()
)
TOWNS = "York Leeds Bath Hull".split()
WAYS = (
    "how many {} in {}",
    "number of {} that {} has",
    "count the {} of {} please",
    "what is the total of {} for {}",
)
CROWD = [
    Fact(
        f"{thing}-{town.lower()}",
        f"How many {thing} are there in {town}?",
        f"{town} has {number} {thing}.",
        also_asked=tuple(way.format(thing, town) for way in WAYS),
    )
    for number, (thing, town) in enumerate((a, b) for a in THINGS for b in TOWNS)
]
WEATHER = Fact("weather", "Did it rain in June?", "No.")
MAYOR = Fact("mayor", "Who is in charge of the council?", "Ann.")


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher([*CROWD, WEATHER, MAYOR])


def nearest_in_meaning(matcher: Matcher, question: str) -> str:
    """The candidate that means most nearly the same; words don't count."""
    candidates = matcher.explain(question).candidates
    return max(candidates, key=lambda one: dict(one.features)["meaning"]).fact.id


def test_a_question_in_other_words_is_compared_by_what_it_means(matcher: Matcher) -> None:
    assert sum(len(fact.phrasings) for fact in CROWD) >= FEWEST
    assert nearest_in_meaning(matcher, "was the summer a wet one") == "weather"
    assert nearest_in_meaning(matcher, "name of the town hall boss") == "mayor"


def test_words_that_are_clear_are_enough(matcher: Matcher) -> None:
    explained = matcher.explain("how many museums are there in Bath")
    assert isinstance(explained.reply, Answer)
    assert dict(explained.candidates[0].features)["meaning"] == 0


def test_a_new_entry_is_understood_by_its_meaning_at_once(matcher: Matcher) -> None:
    made = matcher.edited([Fact("pay", "What does a nurse earn?", "Enough.")])
    assert made is not None
    assert nearest_in_meaning(made, "hospital staff salary") == "pay"


ASK_BEFORE_AND_AFTER = """
import sys
from knowledge import KnowledgeBase
from knowledge.matching import embeddings
base = KnowledgeBase.open(sys.argv[1], waits=False)
base.matcher
seen = [dict(base.explain(sys.argv[2]).candidates[0].features)["meaning"], embeddings.is_loaded()]
base.warm()
seen += [dict(base.explain(sys.argv[2]).candidates[0].features)["meaning"], embeddings.is_loaded()]
print(*seen)
"""


def test_a_bot_does_not_wait_for_the_encoder(shipped: KnowledgeBase) -> None:
    question = "did anyone get to sit down with their officer while the bug went round"
    done = subprocess.run(
        [sys.executable, "-c", ASK_BEFORE_AND_AFTER, str(shipped.path), question],
        capture_output=True,
        text=True,
        check=True,
    )
    before, loaded, after, loaded_then = done.stdout.split()
    assert (float(before), loaded) == (0, "False")
    assert float(after) > 0
    assert loaded_then == "True"


# --- What comes with the program ------------------------------------------------------------------


def test_what_comes_ready_made_is_of_the_shipped_report(shipped: KnowledgeBase) -> None:
    texts = [" ".join(tokens) for tokens in shipped.matcher.index.tokens]
    found, known = load().find(texts)
    missing = [text for text, there in zip(texts, known, strict=True) if not there]
    assert missing == [], "run python -m knowledge.matching.making"
    some = np.arange(0, len(texts), len(texts) // 40)
    again = meanings([texts[row] for row in some])
    assert found.shape == (len(texts), KEPT)
    assert float((found[some] * again).sum(axis=1).min()) > 0.98
    assert load().learned == shipped.matcher.learned


def test_what_is_made_is_read_again(tmp_path: Path) -> None:
    snapshot = Snapshot(facts={fact.id: fact for fact in CROWD})
    make(snapshot, tmp_path / "made.npz")
    made = read(tmp_path / "made.npz")
    texts = [" ".join(words(phrasing)) for fact in CROWD for phrasing in fact.phrasings]
    assert made.find(texts)[1].all()
    assert made.learned.held > 0
    assert made.learned_from(texts) == made.learned


def test_what_comes_ready_made_serves_no_other_base(
    shipped: KnowledgeBase, matcher: Matcher
) -> None:
    facts = every_fact(shipped)
    texts = [phrasing for fact in facts for phrasing in fact.phrasings]
    assert load().learned_from(texts[: len(texts) // 2]) is None
    assert load().learned_from([f"{text} again" for text in texts]) is None
    assert load().learned_from([]) is None
    assert matcher.learned != load().learned


# --- What a wrong answer costs --------------------------------------------------------------------

shares = st.floats(0, 0.2)
confidences = st.lists(st.floats(SHAKY, 1, exclude_max=True), max_size=40).map(
    lambda found: tuple(sorted(found, reverse=True))
)


@given(confidences, shares, st.integers(1, 100))
def test_no_more_slips_than_are_allowed(slips: tuple[float, ...], share: float, more: int) -> None:
    learned = Learned(slips=slips, held=len(slips) + more)
    least = learned.answer_from(share)
    assert sum(slip >= least for slip in slips) <= share * learned.held
    assert least >= SHAKY


def test_a_base_too_small_to_learn_from_is_careful() -> None:
    assert Learned().answer_from(0.04) == UNSURE


def test_who_wants_fewer_wrong_answers_gets_more_suggestions(shipped: KnowledgeBase) -> None:
    questions = [f"{fact.also_asked[-1]} or so" for fact in every_fact(shipped)[::12]]
    with closing(KnowledgeBase.open(shipped.path, wrong_at_most=0.0)) as careful:
        bold, fewer = (
            {text for text in questions if isinstance(base.ask(text), Answer)}
            for base in (shipped, careful)
        )
    assert fewer < bold


def test_every_feature_has_a_weight() -> None:
    assert len(load().learned.words.weights) == len(load().learned.meaning.weights) == len(FEATURES)


@pytest.mark.parametrize("text", ["", "x", "what " * 200, "日本語", "🙂"])
def test_any_text_has_a_meaning_of_length_one(text: str) -> None:
    assert float(np.linalg.norm(meanings([text])[0])) == pytest.approx(1, abs=1e-3)
