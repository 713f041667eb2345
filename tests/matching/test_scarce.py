"""What is typed once is found: an entry with one way of asking beside others with many."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from knowledge import Answer, Fact, KnowledgeBase
from knowledge.dialogue.decision import BANDS, decide
from knowledge.matching.matcher import Matcher, said
from knowledge.matching.question import asks
from knowledge.matching.readings import Readings
from knowledge.matching.text import digests, words

TYPED = (
    Fact("dogs", "How many drug detection dogs work in prisons?", "There were 62 dogs in 2023."),
    Fact("bus", "When does the visitors' bus leave?", "It leaves at 9.15 from the town hall."),
    Fact("chief", "Who is the chief inspector since 2024?", "Martin Jones, since March 2024."),
)


@pytest.fixture(scope="module")
def beside(shipped: KnowledgeBase) -> Matcher:
    """The shipped entries and three that were typed once."""
    facts = [*shipped.snapshot.facts.values(), *TYPED]
    return Matcher(facts, shipped.snapshot.terms, before=shipped.matcher)


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("number of sniffer dogs in jails", "dogs"),
        ("how many dogs look for drugs", "dogs"),
        ("what time is the bus for visitors", "bus"),
        ("when do visitors get picked up by bus", "bus"),
    ],
)
def test_it_is_found_in_other_words(beside: Matcher, question: str, fact: str) -> None:
    matches = beside.weigh(beside.read(question)[0]).matches
    facts = [match.fact.id for match in matches if not match.fact.is_gap]
    assert facts[0] == fact


def test_the_fewer_the_ways_of_asking_the_more_an_answer_needs() -> None:
    many = Fact("many", "q", "a", also_asked=tuple(str(n) for n in range(99)))
    assert BANDS.least(many) == BANDS.answer < BANDS.least(TYPED[0])


def test_a_not_that_somebody_says_of_himself_turns_nothing_round(tmp_path: Path) -> None:
    rows = (
        b"question,also_asked,answer\n"
        b"How is a visit confirmed?,visit confirmation,Ring the visits line.\n"
        b"How do I leave the mailing list?,stop the mailing list,Follow the link in any letter.\n"
        b"What can I bring on a visit?,what to bring on a visit,Photo identification.\n"
    )
    with closing(KnowledgeBase.open(tmp_path / "visits.db", shipped=False)) as base:
        plan = base.plan_import(rows, "visits.csv")
        assert plan.edit
        base.change(plan.edit, "a test")
        for asked, told in (
            ("my visit is not confirmed", "Ring the visits line."),
            ("how do i leave a mailing list i dont want", "Follow the link"),
        ):
            reply = base.ask(asked)
            assert isinstance(reply, Answer), asked
            assert reply.matches[0].fact.answer.startswith(told)


def test_others_are_answered_as_before(beside: Matcher, shipped: KnowledgeBase) -> None:
    for fact in list(shipped.snapshot.facts.values())[::40]:
        if fact.retired:
            continue
        before, after = (
            decide(matcher.weigh(matcher.read(fact.question)[0]).matches)
            for matcher in (shipped.matcher, beside)
        )
        assert type(before) is type(after)


def test_what_was_read_is_read_again_from_what_was_kept(beside: Matcher) -> None:
    kept = beside.readings.kept()
    texts = [text for fact in beside.facts for text in fact.phrasings]
    texts += map(said, beside.facts)
    again = Readings.read(kept).of(texts)
    assert (again.digests == beside.readings.digests).all()
    assert (again.meanings == beside.readings.meanings).all()
    assert list(map(again.tokens.row, range(9))) == list(map(beside.readings.tokens.row, range(9)))
    # What is shipped is not kept again, and damage only costs time.
    assert len(kept) < 10_000
    for damaged in (b"damaged", kept[:99], kept[:-99] + bytes(99)):
        assert (Readings.read(damaged).digests == Readings.shipped().digests).all()


def test_what_was_shipped_is_what_would_be_read_now(shipped: KnowledgeBase) -> None:
    """A change to how words are read needs the shipped readings made anew."""
    held = Readings.shipped()
    texts = [fact.question for fact in shipped.snapshot.facts.values() if not fact.retired]
    places = {digest: place for place, digest in enumerate(held.digests.tolist())}
    for text, digest in zip(texts, digests(texts).tolist(), strict=True):
        place = places[digest]
        assert held.tokens.row(place) == tuple(words(text))
        assert held.kinds[place] == asks(words(text))
