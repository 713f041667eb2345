"""The matcher's promises: they hold for any knowledge base, whatever it is about."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import Answer, Fact, Match, Reply, Suggestions, Term, Unknown
from knowledge.dialogue.answering import Conversation
from knowledge.dialogue.decision import Bands, decide
from knowledge.matching.features import FEATURES
from knowledge.matching.matcher import Matcher
from tests.training import Lesson, fit

SUBJECTS = "vacancies caseloads budgets buildings courts visits hostels mentors ratings training"
ASKED = (
    "How many {} are there?",
    "number of {}",
    "count of all the {} in the report please",
    "tell me about the {} figure",
)


def fact(subject: str, kind: str = "fact") -> Fact:
    return Fact(
        id=subject,
        question=ASKED[0].format(subject),
        answer=f"{len(subject)} {subject}.",
        also_asked=tuple(form.format(subject) for form in ASKED[1:]),
        kind="gap" if kind == "gap" else "fact",
    )


FACTS = [fact(subject) for subject in SUBJECTS.split()]


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(FACTS)


def reply_of(matcher: Matcher, question: str) -> Reply:
    return decide(matcher.weigh(matcher.read(question)[0]).matches)


def first(matcher: Matcher, question: str) -> Match:
    return matcher.weigh(matcher.read(question)[0]).matches[0]


def test_every_phrasing_finds_its_fact(matcher: Matcher) -> None:
    for each in FACTS:
        for phrasing in each.phrasings:
            match = first(matcher, phrasing)
            assert match.fact.id == each.id
            assert match.confidence > 0.9
            assert isinstance(reply_of(matcher, phrasing), Answer)


@settings(deadline=None)
@given(st.sampled_from(FACTS), st.integers(0, 3), st.randoms(use_true_random=False))
def test_an_exact_phrasing_wins_whatever_its_case_and_marks(
    each: Fact, form: int, chance: random.Random
) -> None:
    typed = "".join(chance.choice((c.lower(), c.upper())) for c in each.phrasings[form])
    assert first(MATCHER, f"  {typed}?! ").fact.id == each.id


MATCHER = Matcher(FACTS)


@given(st.permutations(FACTS))
@settings(max_examples=10, deadline=None)
def test_the_order_of_facts_never_matters(facts: list[Fact]) -> None:
    other = Matcher(facts)
    for question in ("how many vacancys", "courts or budgets", "weather"):
        ours, theirs = (m.weigh(m.read(question)[0]).matches for m in (MATCHER, other))
        assert [m.fact.id for m in ours] == [m.fact.id for m in theirs]
        assert [m.confidence for m in ours] == pytest.approx([m.confidence for m in theirs])


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_text_gets_a_reply_with_probabilities(text: str) -> None:
    weighed = MATCHER.weigh(MATCHER.read(text)[0])
    assert all(0 <= match.confidence <= 1 for match in weighed.matches)
    assert 0 <= weighed.none <= 1
    assert isinstance(reply_of(MATCHER, text), Answer | Suggestions | Unknown)


def test_what_nothing_is_known_of_is_not_answered(matcher: Matcher) -> None:
    for question in ("", "?", "😀", "zebra", "qwertzuiop", "a" * 10_000):
        assert not isinstance(reply_of(matcher, question), Answer)


def test_a_slip_of_the_thumb_is_shown_and_repaired(matcher: Matcher) -> None:
    explained = matcher.explain("how many vacencies")
    assert explained.repairs == (("vacencies", "vacancies"),)
    assert explained.candidates[0].fact.id == "vacancies"
    assert dict(explained.candidates[0].features).keys() == set(FEATURES)
    assert explained.candidates[0].nearest in FACTS[0].phrasings


def test_a_retired_fact_is_not_given() -> None:
    facts = [replace(f, retired=f.id == "vacancies") for f in FACTS]
    reply = reply_of(Matcher(facts), "How many vacancies are there?")
    found = reply.matches if not isinstance(reply, Unknown) else ()
    assert all(match.fact.id != "vacancies" for match in found)


def test_a_gap_that_matches_says_that_it_is_not_known() -> None:
    matcher = Matcher([*FACTS, fact("salaries", "gap")])
    reply = reply_of(matcher, "number of salaries")
    assert isinstance(reply, Unknown)
    assert reply.gap is not None
    assert reply.gap.fact.id == "salaries"


def test_qualifiers_that_disagree_stop_an_answer() -> None:
    terms = [Term(body, body, "body") for body in ("crc", "nps")]
    facts = [
        Fact("crc-plans", "What share of CRC plans was good?", "12% of CRC plans."),
        Fact("budget", "How much was the budget?", "£22m."),
    ]
    matcher = Matcher(facts, terms)
    assert isinstance(Conversation(matcher).reply("what share of crc plans was good"), Answer)
    asked_of_another = first(matcher, "what share of nps plans was good")
    assert (
        asked_of_another.confidence < first(matcher, "what share of crc plans were good").confidence
    )
    assert not isinstance(Conversation(matcher).reply("what share of nps plans was good"), Answer)


def test_a_base_of_one_row_does_not_answer_what_it_never_heard_of() -> None:
    matcher = Matcher([Fact("schools", "How many schools are there?", "There are 12 schools.")])
    assert isinstance(reply_of(matcher, "how many schools"), Answer)
    for question in ("how many churches", "how many vacancies are there", "who is the chair"):
        assert not isinstance(reply_of(matcher, question), Answer)


def test_an_empty_knowledge_base_knows_nothing() -> None:
    assert reply_of(Matcher([]), "how many vacancies") == Unknown()


def match(confidence: float, kind: str = "fact", name: str = "a") -> Match:
    return Match(fact(name, kind), confidence)


BANDS = Bands(answer=0.6, scarce=0.0, gap=0.6, doubt=0.1, suggest=0.02)


@pytest.mark.parametrize(
    ("matches", "reply"),
    [
        ([], Unknown()),
        ([match(0.6)], Answer((match(0.6),))),
        ([match(0.59)], Suggestions((match(0.59),))),
        ([match(0.019)], Unknown()),
        ([match(0.7, "gap"), match(0.2)], Unknown(match(0.7, "gap"))),
        ([match(0.5, "gap"), match(0.2)], Suggestions((match(0.2), match(0.5, "gap")))),
        ([match(0.09, "gap")], Unknown()),
        ([match(0.7), match(0.65)], Suggestions((match(0.7), match(0.65)))),
        ([match(0.5, "gap"), match(0.09)], Unknown(match(0.5, "gap"))),
        ([match(0.05)] * 6, Suggestions((match(0.05),) * 4)),
    ],
)
def test_the_decision(matches: list[Match], reply: object) -> None:
    assert decide(matches, BANDS) == reply


def test_the_confidence_is_learned_from_examples() -> None:
    chance = random.Random(0)
    examples = []
    for _ in range(800):
        rows = [[chance.random(), chance.random()] for _ in range(4)]
        best = max(range(4), key=lambda i: rows[i][0])
        examples.append(Lesson(_array(rows), best if rows[best][0] > 0.6 else None))
    learned = fit(examples)
    chances, none = learned.probabilities(_array([[0.9, 0.1], [0.2, 0.9]]))
    assert chances[0] > 2 * chances[1]
    assert float(chances.sum()) + none == pytest.approx(1)
    assert learned.probabilities(_array([[0.3, 0.1], [0.2, 0.9]]))[1] > 2 * none


def _array(rows: list[list[float]]):  # type: ignore[no-untyped-def]
    import numpy as np

    return np.array(rows, np.float32)
