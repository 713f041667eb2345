"""What changes is answered at once, and as if the whole base had been read anew."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import Answer, Fact, Term
from knowledge.dialogue.decision import decide
from knowledge.matching.matcher import Matcher

THINGS = "visits hostels mentors courts budgets ratings vacancies".split()
PLACES = "leeds york hull bristol kent essex wales devon derby london".split()
FORMS = ("how many {} in {}", "number of {} {}")


def fact(thing: str, place: str) -> Fact:
    first, *others = (form.format(thing, place) for form in FORMS)
    return Fact(f"{thing}-{place}", first, f"Few {thing}.", also_asked=tuple(others))


FACTS = [fact(thing, place) for thing in THINGS for place in PLACES]
TERMS = [Term("hmip", "the inspectorate")]
MATCHER = Matcher(FACTS, TERMS)


def edited(matcher: Matcher, *changed: Fact, gone: Sequence[str] = ()) -> Matcher:
    facts = {fact.id: fact for fact in (*matcher.facts, *changed) if fact.id not in gone}
    return Matcher(facts.values(), TERMS, before=matcher)


def ids(matcher: Matcher, question: str) -> list[str]:
    return [match.fact.id for match in matcher.weigh(matcher.read(question)[0]).matches]


def answer(matcher: Matcher, question: str) -> Fact:
    reply = decide(matcher.weigh(matcher.read(question)[0]).matches)
    assert isinstance(reply, Answer)
    return reply.matches[0].fact


def test_an_empty_base_that_was_asked_takes_in_its_first_entry() -> None:
    empty = Matcher([], TERMS)
    assert ids(empty, "visits") == []
    made = edited(empty, FACTS[0])
    assert answer(made, FACTS[0].question).id == FACTS[0].id


WORDS = st.lists(
    st.sampled_from([*THINGS, *PLACES, "zebra", "quokka", "many", "hmip", "2021", "14%"]),
    min_size=2,
    max_size=8,
)


@given(st.sampled_from(FACTS), WORDS)
@settings(deadline=None, max_examples=20)
def test_a_new_phrasing_answers_at_once(one: Fact, said: list[str]) -> None:
    question = " ".join(said)
    owner = MATCHER.phrased(question)
    made = edited(MATCHER, replace(one, also_asked=(*one.also_asked, question)))
    # Where two facts have the same phrasing, that of the first stays.
    assert answer(made, question).id == (owner or one).id
    assert MATCHER.phrased(question) == owner


@given(WORDS)
@settings(deadline=None, max_examples=20)
def test_a_new_fact_answers_at_once(said: list[str]) -> None:
    question = "is it true that " + " ".join(said)
    made = edited(MATCHER, Fact("new", question, "Yes."))
    assert answer(made, question).answer == "Yes."
    assert len(made.facts) == len(FACTS) + 1


@given(st.sampled_from(FACTS), st.integers(0, 1), st.booleans())
@settings(deadline=None, max_examples=20)
def test_a_retired_fact_vanishes_at_once(one: Fact, form: int, deleted: bool) -> None:
    if deleted:
        made = edited(MATCHER, gone=[one.id])
    else:
        made = edited(MATCHER, replace(one, retired=True))
    assert one.id not in ids(made, one.phrasings[form])
    assert one.id not in {fact.id for fact in made.facts}
    assert one.id in ids(MATCHER, one.phrasings[form])
    # And it comes back as it was.
    again = edited(made, one)
    assert answer(again, one.phrasings[form]) == one


@given(st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=8)
def test_edits_lead_where_reading_everything_does(chance: random.Random) -> None:
    made, facts = MATCHER, {fact.id: fact for fact in FACTS}
    for step in range(chance.randint(1, 3)):
        one = facts[chance.choice(sorted(facts))]
        match chance.randrange(4):
            case 0:
                changed = replace(one, also_asked=one.also_asked[:-1])
            case 1:
                changed = replace(one, answer="Many.", also_asked=(*one.also_asked, f"more {step}"))
            case 2:
                question = f"why so many {one.id} {step}"
                changed = Fact(f"more-{step}", question, f"Because of {step}.")
            case _:
                made, changed = edited(made, gone=[one.id]), replace(one, retired=True)
        if changed.retired:
            del facts[one.id]
        else:
            made, facts[changed.id] = edited(made, changed), changed
    anew = Matcher(facts.values(), TERMS)
    assert made.facts == anew.facts
    for one in chance.sample(FACTS, 5):
        question = chance.choice(one.phrasings)
        if made.phrased(question) is not None:
            assert answer(made, question) == answer(anew, question) == made.phrased(question)


def test_an_answer_alone_can_change() -> None:
    one = replace(FACTS[0], answer="Many.", detail="None were closed in 2021.")
    made = edited(MATCHER, one)
    assert answer(made, one.question).answer == "Many."


def test_words_that_were_new_are_repaired_to() -> None:
    made = edited(MATCHER, Fact("quokkas", "how many quokkas are there", "Four."))
    assert answer(made, "how many quokkkas are there").id == "quokkas"
