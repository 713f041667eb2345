"""What an administrator types once is found: tried before it is saved, asked in other words."""

from __future__ import annotations

from contextlib import closing

from bot.admin import texts
from bot.admin.access import draft_of
from knowledge import KnowledgeBase
from tests.administrators import BEA, Desk

# A question and an answer each, then what people ask in other words.
FACTS = {
    "How many apprentices joined in 2023?": (
        "42 apprentices joined in 2023.",
        ("number of apprentices", "apprentices who joined", "how many new apprentices"),
    ),
    "Is there a podcast?": (
        "Yes, one a month, called Second Chances.",
        ("do you have a podcast", "podcasts", "have you got a podcast"),
    ),
    "Where is the head office?": (
        "The head office is in Manchester.",
        ("head office address", "location of the head office", "where's your head office"),
    ),
    "How long does an inspection take?": (
        "An inspection takes two weeks.",
        ("length of an inspection", "how long is an inspection", "inspection duration"),
    ),
    "Who leads the training team?": (
        "Priya Shah leads the training team.",
        ("head of the training team", "training team leader", "who is in charge of training"),
    ),
}


def add(desk: Desk, question: str, answer: str) -> None:
    desk.says(f"/add {question} | {answer}")
    desk.taps(texts.SAVE)


def test_five_facts_typed_with_one_question_each_are_found_in_other_words(desk: Desk) -> None:
    for question, (answer, _) in FACTS.items():
        add(desk, question, answer)
    answered = 0
    for question, (answer, others) in FACTS.items():
        assert desk.says(question, desk.ann).text.startswith(answer), question
        for other in others:
            shown = desk.says(other, desk.ann)
            answered += shown.text.startswith(answer)
            # Answered, or offered: never denied, never another's answer.
            assert shown.text.startswith(answer) or question in shown.buttons, (other, shown.text)
    assert answered >= 10


def test_the_figure_of_another_year_is_looked_up_not_denied(desk: Desk) -> None:
    desk.says("/add How many apprentices joined in 2023? | 42 apprentices joined in 2023.")
    desk.taps(texts.CHANGE_SOMETHING)
    desk.taps("Figures")
    desk.says("2022 | 35 | apprentices\n2023 | 42 | apprentices")
    desk.taps(texts.SAVE)
    assert desk.says("how many apprentices in 2022", desk.ann).text.startswith("35 apprentices")
    more = desk.says("how many more apprentices in 2023 than in 2022", desk.ann).text
    assert more.startswith("7 apprentices: 42 apprentices (2023) against 35")
    assert "2021" in desk.says("how many apprentices in 2021", desk.ann).text.splitlines()[0]


def test_a_fact_without_a_source_says_when_it_was_added(desk: Desk) -> None:
    add(desk, "Is there a podcast?", "Yes, one a month.")
    shown = desk.says("is there a podcast", desk.ann)
    assert "\nadded on " in shown.text
    assert "slide" not in shown.text
    assert "2019/20" not in shown.text


def test_a_question_typed_at_the_preview_shows_what_people_would_get(desk: Desk) -> None:
    desk.says("/add Is there a podcast? | Yes, one a month.")
    shown = desk.says("is there a podcast")
    assert shown.text.startswith(f"{texts.WITH_DRAFT}\n\nYes, one a month.")
    assert shown.text.endswith(texts.FOUND)
    # Nobody else gets it yet, and nothing is recorded of it.
    assert not desk.says("is there a podcast", desk.ann).text.startswith("Yes, one a month.")
    assert desk.knowledge.stats(7).asked == 1
    assert desk.knowledge.snapshot.change == 1


def test_what_is_not_found_becomes_a_way_of_asking_with_one_tap(desk: Desk) -> None:
    desk.says("/add Is there a podcast? | Yes, one a month.")
    shown = desk.says("blue whale wireless")
    assert not shown.text.endswith(texts.FOUND)
    desk.taps(texts.ASK_ALSO.format("blue whale wireless"))
    assert desk.says("blue whale wireless").text.endswith(texts.FOUND)
    assert desk.says("save").text.startswith("Done and live: added fact “Is there a podcast?”.")
    assert desk.says("blue whale wireless", desk.ann).text.startswith("Yes, one a month.")


def test_letters_at_random_are_not_taken_for_a_way_of_asking(desk: Desk) -> None:
    desk.says("/add Is there a podcast? | Yes, one a month.")
    assert desk.says("asdf qwer zxcv").buttons == [texts.SAVE, texts.PREVIEW]


def test_ways_of_asking_are_proposed_and_kept_with_one_tap(desk: Desk) -> None:
    verdict = desk.says("/add How many apprentices joined in 2023? | 42 apprentices joined.")
    proposed = [label[2:] for label in verdict.buttons if label.startswith("+ ")]
    assert "apprentices joined" in proposed
    desk.taps("+ apprentices joined")
    assert "Also asked as: “apprentices joined”." in desk.last().text
    desk.taps(texts.KEEP_ALL.format(len(proposed) - 1))
    assert not [label for label in desk.last().buttons if label.startswith("+ ")]
    desk.taps(texts.SAVE)
    (fact,) = (f for f in desk.knowledge.snapshot.facts.values() if "apprentices" in f.question)
    assert set(fact.also_asked) == set(proposed)


def test_a_gap_that_denies_a_new_fact_goes_with_one_tap_and_comes_back_with_it(desk: Desk) -> None:
    add_gap = "/gap What did the canteen cost? | The slides give no cost of the canteen."
    desk.says(add_gap)
    desk.taps(texts.SAVE)
    verdict = desk.says("/add How much did the canteen cost? | The canteen cost £7,000.")
    assert texts.RIVALS["denies"].split("{0}")[1].split("{1}")[0] in verdict.text
    label = texts.REPLACE_RIVAL.format("What did the canteen cost?")
    assert texts.KEEP_RIVAL.format("What did the canteen cost?") in desk.taps(label).buttons
    done = desk.taps(texts.SAVE).text
    assert done.startswith(
        "Done and live: added fact “How much did the canteen cost?” in place of "
        "“What did the canteen cost?”."
    )
    for asked in ("canteen cost", "what did the canteen cost", "cost of the canteen"):
        assert desk.says(asked, desk.ann).text.startswith("The canteen cost £7,000."), asked
    desk.says("/undo")
    assert desk.says("what did the canteen cost", desk.ann).text.startswith("The slides give no")


def test_a_gap_that_denies_a_new_fact_and_stays_is_offered_behind_it(desk: Desk) -> None:
    desk.says("/gap What did the canteen cost? | The slides give no cost of the canteen.")
    desk.taps(texts.SAVE)
    desk.says("/add How much did the canteen cost? | The canteen cost £7,000.")
    # In the gap's own words it would be denied.
    assert desk.says("what did the canteen cost").text.endswith(texts.OFFERED)
    desk.taps(texts.SAVE)
    offered = desk.says("what did the canteen cost", desk.ann)
    assert offered.buttons[:2] == ["How much did the canteen cost?", "What did the canteen cost?"]
    assert desk.says("how much did the canteen cost", desk.ann).text.startswith("The canteen cost")
    desk.says("/undo")
    assert desk.says("what did the canteen cost", desk.ann).text.startswith("The slides give no")


def test_a_preview_says_what_looks_spoilt_as_a_dry_run_does(desk: Desk) -> None:
    verdict = desk.says("/add Is there a podcast? | Yes: Â£22m a year, see http://localhost/x.")
    assert "Careful: answer: “Â£22m” looks spoilt by another program." in verdict.text
    assert "“http://localhost/x.” must be an address on the public web" in verdict.text


def test_a_newer_state_is_asked_about_and_stands_beside_or_instead(desk: Desk) -> None:
    add(desk, "How many apprentices joined in 2022?", "35 apprentices joined in 2022.")
    verdict = desk.says("/add How many apprentices joined in 2023? | 42 joined in 2023.")
    older = "How many apprentices joined in 2022?"
    assert texts.RIVALS["older"].format(older) in verdict.text
    desk.taps(texts.SAVE)
    assert desk.says("apprentices joined in 2022", desk.ann).text.startswith("35 apprentices")
    desk.says("/undo")
    desk.says("/add How many apprentices joined in 2023? | 42 joined in 2023.")
    desk.taps(texts.REPLACE_RIVAL.format(older))
    desk.taps(texts.SAVE)
    retired = [fact.question for fact in desk.knowledge.snapshot.facts.values() if fact.retired]
    assert retired == [older]


def test_what_comes_in_place_of_an_entry_can_take_over_its_ways_of_asking(desk: Desk) -> None:
    desk.says("/add How many apprentices joined? | 35 apprentices joined.")
    desk.says("blue whale wireless")
    desk.taps(texts.ASK_ALSO.format("blue whale wireless"))
    desk.taps(texts.SAVE)
    desk.says("/add How many apprentices joined in 2023? | 42 joined in 2023.")
    desk.taps(texts.REPLACE_RIVAL.format("How many apprentices joined?"))
    desk.taps("+ blue whale wireless")
    desk.taps(texts.SAVE)
    assert desk.says("blue whale wireless", desk.ann).text.startswith("42 joined in 2023.")


def test_a_question_that_was_another_entrys_phrasing_is_the_new_entrys_own(desk: Desk) -> None:
    assert desk.says("po vacancies", desk.ann).text.startswith("Over 650")
    desk.says("/add PO vacancies? | There are 12 now.")
    desk.taps(texts.SAVE)
    assert desk.says("po vacancies", desk.ann).text.startswith("There are 12 now.")


def test_a_draft_with_what_was_tried_outlives_a_restart(desk: Desk) -> None:
    desk.says("/add How many apprentices joined in 2023? | 42 apprentices joined.")
    proposed = draft_of(BEA, desk.knowledge.store)
    assert proposed is not None
    assert proposed.proposed
    # Read anew from the database, as another process would.
    assert desk.knowledge.store.note("draft", str(BEA))
    with closing(KnowledgeBase.open(desk.path)) as other:
        assert draft_of(BEA, other.store) == proposed
