"""Learning by hand and seeing: what people asked, and how an answer comes about."""

from __future__ import annotations

from bot.admin import texts
from knowledge.statistics import clusters
from knowledge.storage.store import Asked
from tests.administrators import Desk


def wonder(desk: Desk) -> None:
    """Let people ask what the small knowledge base does not hold."""
    for question in ("swimming pool?", "is there a swimming pool", "the swimming pool please",
                     "swimming pool?", "who was king then"):  # fmt: skip
        desk.says(question, desk.ann)


def test_variants_are_one_entry_most_asked_first(desk: Desk) -> None:
    assert desk.says("/unanswered").text == texts.NOTHING_UNANSWERED
    wonder(desk)
    shown = desk.says("/unanswered").text
    assert shown.startswith("1 of 2, asked 4 times:\nswimming pool?\n\nAlso:\n")
    assert "• is there a swimming pool" in shown
    assert "• the swimming pool please" in shown
    assert desk.taps(texts.LATER).text.startswith("2 of 2, asked once:\nwho was king then")


def test_nothing_is_learned_without_a_tap(desk: Desk) -> None:
    wonder(desk)
    desk.says("/unanswered")
    assert desk.knowledge.snapshot.change == 1


def test_one_tap_makes_all_variants_phrasings(desk: Desk) -> None:
    wonder(desk)
    shown = desk.says("/unanswered")
    meant = next(label for label in shown.buttons if label.startswith("Means: "))
    following = desk.taps(meant)
    assert following.text.startswith("1 of 1, asked once:\nwho was king then")
    done = desk.last(back=2)
    assert "added 3 phrasings to" in done.text
    fact = next(
        f for f in desk.knowledge.snapshot.facts.values() if "swimming pool?" in f.also_asked
    )
    assert "the swimming pool please" in fact.also_asked
    assert fact.answer.split(".")[0] in desk.says("swimming pool?", desk.ann).text
    # Taken back, it waits for a decision again.
    desk.says("/undo")
    assert "swimming pool" in desk.says("/unanswered").text


def test_a_new_fact_begins_with_the_question_and_its_variants(desk: Desk) -> None:
    wonder(desk)
    desk.says("/unanswered")
    assert "New entry: Swimming pool?" in desk.taps(texts.NEW_FACT).text
    desk.says("£10 million.")
    desk.taps(texts.SKIP)
    desk.taps(texts.SAVE)
    assert desk.says("the swimming pool please", desk.ann).text.startswith("£10 million.")
    assert "swimming pool" not in desk.says("/unanswered").text


def test_a_gap_says_that_the_report_does_not(desk: Desk) -> None:
    wonder(desk)
    desk.says("/unanswered")
    desk.taps(texts.GAP)
    desk.says("The slides give no budget.")
    desk.taps(texts.SKIP)
    desk.taps(texts.SAVE)
    assert desk.says("swimming pool?", desk.ann).text.startswith("The slides give no budget.")


def test_what_is_dismissed_stays_away_even_when_asked_again(desk: Desk) -> None:
    wonder(desk)
    desk.says("/unanswered")
    assert desk.taps(texts.DISMISS).text.startswith(
        f"{texts.DISMISSED.format('swimming pool?')}\n\n1 of 1, asked once:\nwho was king then"
    )
    wonder(desk)
    assert "swimming" not in desk.says("/unanswered").text


def test_a_button_of_a_list_that_is_decided_says_so(desk: Desk) -> None:
    wonder(desk)
    first = desk.says("/unanswered")
    again = desk.says("/unanswered")
    desk.taps(texts.DISMISS, first)
    assert desk.taps(texts.DISMISS, again).text == texts.CLUSTER_GONE


def test_not_right_votes_and_suggestions_taken_stand_beside(desk: Desk) -> None:
    answer = desk.says("po vacancies", desk.ann)
    desk.taps("Not right", answer, desk.ann)
    shown = desk.says("/unanswered")
    assert "po vacancies" in shown.text
    question = "How many NPS officer vacancies were there?"
    assert texts.MARKED_NOT_RIGHT.format(question, "once") in shown.text
    # The entry marked not right is not offered again.
    assert texts.MEANS.format(question) not in shown.buttons


def test_letters_at_random_are_not_taught_to_an_entry(desk: Desk) -> None:
    desk.says("asdf qwer zxcv", desk.ann)
    shown = desk.says("/unanswered")
    assert "asdf qwer zxcv" in shown.text
    assert not [label for label in shown.buttons if label.startswith("Means: ")]


def test_suggestions_taken_are_offered_first(desk: Desk) -> None:
    facts = desk.knowledge.snapshot.facts
    rows = [
        Asked("2020-01-01T00:00:00+00:00", "blue whale", "suggest", "", 0.1, "", "phone"),
        Asked("2020-01-01T00:00:00+00:00", "blue whale", "suggest", "", 0.1, "", "phone"),
    ]
    tapped = next(iter(facts))
    rows = [Asked(r.at, r.question, r.outcome, "", 0.1, "", tapped) for r in rows]
    (found,) = clusters(rows, desk.knowledge.matcher, ())
    assert found.tapped[tapped] == 2
    assert found.offered[0] == tapped


def test_a_gap_given_for_want_of_anything_better_explains_nothing(desk: Desk) -> None:
    def asked(confidence: float) -> Asked:
        return Asked("", "is there a swimming pool", "unknown", "gap-staff-in-post",
                     confidence, "", "")  # fmt: skip

    matcher = desk.knowledge.matcher
    assert clusters([asked(0.9)], matcher, ()) == []
    assert [one.question for one in clusters([asked(0.1)], matcher, ())] == [
        "is there a swimming pool"
    ]


def test_stats_tell_of_seven_and_thirty_days(desk: Desk) -> None:
    for _ in range(3):
        answer = desk.says("po vacancies", desk.ann)
    desk.taps("Not right", answer, desk.ann)
    desk.taps("Helpful", desk.says("telephone", desk.ann), desk.ann)
    wonder(desk)
    desk.knowledge.store.add_asked("zzz", "unread", None, 0)
    picture = desk.says("/stats")
    assert picture.photo
    assert picture.text.startswith("Questions in the last 30 days: 10. Bar chart.")
    assert "Marked helpful: 1" in picture.text
    shown = desk.last(back=2).text
    for days in (7, 30):
        assert f"Last {days} days, questions: 10" in shown
    assert "5 not in the report, 1 not understood" in shown
    assert "1 marked helpful, 1 not right" in shown
    assert "Most asked\n• How many NPS officer vacancies were there? (3)" in shown
    assert "Marked not right\n• How many NPS officer vacancies were there? (1 of 3)" in shown


def test_why_shows_repairs_and_candidates(desk: Desk) -> None:
    shown = desk.says("/why po vacancis").text
    assert "Read as: po vacancies" in shown
    assert "Repaired: vacancis → vacancies" in shown
    assert "99% How many NPS officer vacancies were there?" in shown
    assert "nearest phrasing: po vacancies" in shown
    # Asking why is no question of the public's.
    assert desk.knowledge.stats(7).asked == 0
    # It is read after what this chat has said, as a question there is.
    desk.says("po vacancies")
    assert "Read after: “How many NPS officer vacancies" in desk.says("/why out of how many?").text


def test_an_exact_phrasing_is_never_unanswered(desk: Desk) -> None:
    asked = Asked("", "po vacancies", "suggest", "", 0.1, "", "")
    assert clusters([asked], desk.knowledge.matcher, ()) == []
