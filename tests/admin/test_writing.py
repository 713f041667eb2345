"""Writing entries in the chat: what an administrator types and taps, what people then get."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import pytest

from bot.admin import texts
from knowledge import KnowledgeBase, edits
from tests.administrators import Desk, small, talking


def test_add_leads_from_question_to_save(desk: Desk) -> None:
    assert texts.PROMPTS["question"] in desk.says("/add").text
    assert texts.PROMPTS["answer"] in desk.says("Is there a podcast?").text
    topics = desk.says("Yes, one a month <really> & more.")
    assert "Contact" in topics.buttons
    assert "Checked all 15 known questions" in desk.taps("Contact").text
    # All that need not be said is a tap away.
    desk.taps(texts.CHANGE_SOMETHING)
    assert texts.PROMPTS["link"] in desk.taps("Link").text
    refused = desk.says("example.org")
    assert "must be an address on the public web" in refused.text
    assert texts.SKIP in refused.buttons
    desk.says("https://example.org/a?b=1&c=2")
    desk.taps(texts.CHANGE_SOMETHING)
    assert texts.PROMPTS["also_asked"] in desk.taps("Phrasings").text
    shown = desk.says("monthly audio\nanything to listen to")
    assert "Checked all 15 known questions" in shown.text
    # The preview stands above, just as people will see it.
    preview = desk.last(back=2)
    done = desk.taps(texts.SAVE)
    assert done.text == "Done and live: added fact “Is there a podcast?”."
    for asked in ("anything to listen to", "is there a podcast"):
        shown = desk.says(asked, desk.ann)
        assert shown.html == preview.html
        assert shown.keyboard[0][0].url == "https://example.org/a?b=1&c=2"
    assert preview.html.startswith("<b>Yes, one a month &lt;really&gt; &amp; more.</b>")


def test_the_form_in_one_message(podcast: Desk) -> None:
    desk = podcast
    shown = desk.says("is there a podcast", desk.ann)
    assert shown.text.startswith("Yes, one a month.")
    assert desk.knowledge.fact("is-there-a-podcast").topic == "Contact"


def test_a_gap_is_added_the_same_way_and_explains(desk: Desk) -> None:
    desk.says("/gap Is there a podcast?")
    desk.says("The slides name no podcast.")
    desk.taps(texts.SKIP)
    desk.taps(texts.SAVE)
    assert desk.says("is there a podcast", desk.ann).text.startswith("The slides name no podcast.")
    assert desk.knowledge.fact("is-there-a-podcast").is_gap


def test_back_and_cancel(desk: Desk) -> None:
    desk.says("/add")
    desk.says("Is there a podcast?")
    first = desk.says("Yes.")
    assert texts.PROMPTS["topic"] in first.text
    assert texts.HOW_TO_CHANGE in desk.taps(texts.BACK).text
    assert "Now: Yes." in desk.taps("Answer").text
    # A button of a step that is over does nothing but say so.
    assert desk.taps(texts.SKIP, first).text == texts.STEP_GONE
    assert texts.PROMPTS["topic"] in desk.says("Yes, one a month.").text
    assert desk.taps(texts.CANCEL).text == texts.CANCELLED
    assert desk.taps(texts.SKIP, first).text == texts.STEP_GONE
    assert desk.says("/cancel").text == texts.NOTHING_OPEN
    # Now a text is a question again.
    assert desk.says("po vacancies").text.startswith("Over 650")
    assert desk.knowledge.snapshot.change == 1


def test_a_message_edited_in_a_draft_changes_nothing_and_is_said_so(desk: Desk) -> None:
    desk.says("/add Is there a podcast?")
    desk.says("Yes.")
    desk.telegram.edit(desk.bea, desk.last(back=2), "Yes, one a month.")
    desk.deliver()
    assert desk.last().text == texts.EDITS_IGNORED
    desk.says("skip")
    desk.taps(texts.SAVE)
    assert desk.says("is there a podcast", desk.ann).text.startswith("Yes.")


def test_a_second_add_leads_back_to_what_is_not_saved_yet(desk: Desk) -> None:
    desk.says("/add Is there a podcast?")
    assert desk.says("/add").text.startswith(f"{texts.UNFINISHED}\n\nIs there a podcast?")
    assert texts.PROMPTS["answer"] in desk.taps(texts.GO_ON).text
    desk.says("/add Is there a film? | No.")
    desk.taps(texts.SAVE)
    assert texts.PROMPTS["question"] in desk.says("/add").text


def test_a_restart_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "small.db"
    with small(path) as desk:
        desk.says("/add")
        desk.says("Is there a podcast?")
        telegram = desk.telegram
    with closing(KnowledgeBase.open(path)) as base, talking(path, base, telegram) as later:
        assert texts.PROMPTS["topic"] in later.says("Yes, one a month.").text
        later.taps(texts.SKIP)
        later.taps(texts.SAVE)
        assert later.says("is there a podcast").text.startswith("Yes, one a month.")


def test_a_draft_takes_what_is_typed_next_whatever_the_clock_says(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.says("/add")
    later = time.time() + 48 * 3600
    monkeypatch.setattr(time, "time", lambda: later)
    assert texts.PROMPTS["answer"] in desk.says("Is there a podcast?").text


@pytest.mark.parametrize("word", ["cancel", "Cancel.", "STOP", "never mind"])
def test_cancel_typed_in_a_draft_cancels(desk: Desk, word: str) -> None:
    desk.says("/add")
    assert desk.says(word).text == texts.CANCELLED
    desk.says("/add Is there a podcast? | Yes.")
    assert desk.says(word).text == texts.CANCELLED
    assert desk.says("po vacancies").text.startswith("Over 650")


def test_the_words_of_the_buttons_do_what_the_buttons_do(desk: Desk) -> None:
    desk.says("/add Is there a podcast?")
    assert texts.HOW_TO_CHANGE in desk.says("back").text
    desk.taps("Answer")
    # An answer can't be skipped, so that is the answer.
    assert texts.PROMPTS["topic"] in desk.says("Skip").text
    desk.says("skip")
    assert desk.says("save").text == "Done and live: added fact “Is there a podcast?”."


def test_edit_finds_by_part_and_changes_one_field(desk: Desk) -> None:
    choice = desk.says("/edit nps")
    assert len(choice.buttons) > 1
    desk.taps("How many NPS officer vacancies were there?")
    asked = desk.taps("Answer")
    assert "Now: Over 650" in asked.text
    desk.says("Exactly 651 posts were vacant.")
    desk.taps(texts.SAVE)
    assert desk.says("po vacancies", desk.ann).text.startswith("Exactly 651 posts were vacant.")
    # Everything else stays as it was.
    fact = desk.knowledge.fact("nps-vacancies")
    assert fact.detail.startswith("Shortages")
    assert "po vacancies" in fact.also_asked


def test_a_whole_question_finds_its_entry_alone(desk: Desk) -> None:
    for text in (
        "How many NPS officer vacancies were there?",
        "how many nps officer vacancies were there",
    ):
        desk.says(f"/edit {text}")
        assert desk.last().text.startswith("How many NPS officer vacancies were there?")


def test_phrasings_are_added_and_taken_away(desk: Desk) -> None:
    desk.says("/edit vacancies counted")
    desk.taps("Phrasings")
    desk.telegram.tap(desk.bea, desk.last(), "✕ vacancy count date")
    desk.deliver()
    assert "✕ vacancy count date" not in desk.last().buttons
    desk.says("when was that counted\nvacancy count day")
    desk.taps(texts.SAVE)
    assert desk.knowledge.fact("vacancies-date").also_asked == (
        "what month is the vacancies number from",
        "when was that counted",
        "vacancy count day",
    )
    assert desk.says("vacancy count day", desk.ann).text.startswith("September 2019.")


def test_an_entry_with_figures_can_be_edited_and_its_figures_too(desk: Desk) -> None:
    desk.says("/edit vacancies counted")
    desk.taps("Figures")
    refused = desk.says("NPS posts: many").text
    # The refusal shows what would be taken.
    desk.says("\n".join(refused.splitlines()[-2:]))
    assert desk.taps(texts.SAVE).text.startswith("Done and live")
    desk.says("/edit vacancies counted")
    desk.taps("Figures")
    desk.says("NPS posts | 650 | posts\nDivisions | 7")
    desk.taps(texts.SAVE)
    desk.says("/edit vacancies counted")
    desk.taps("Answer")
    desk.says("In September 2019.")
    desk.taps(texts.SAVE)
    desk.says("/edit vacancies counted")
    desk.taps("What figures count")
    desk.says("posts, and divisions,\n counted in September 2019")
    desk.taps(texts.SAVE)
    fact = desk.knowledge.fact("vacancies-date")
    assert fact.answer == "In September 2019."
    assert fact.measure == "posts, and divisions, counted in September 2019"
    assert [(f.label, f.value, f.unit) for f in fact.figures] == [
        ("NPS posts", 650, "posts"),
        ("Divisions", 7, ""),
    ]


def test_an_optional_field_can_be_emptied(desk: Desk) -> None:
    desk.says("/edit vacancies counted")
    desk.taps("Source")
    desk.taps(texts.CLEAR)
    desk.taps(texts.SAVE)
    assert desk.knowledge.fact("vacancies-date").source == ""


def test_retire_and_restore(desk: Desk) -> None:
    verdict = desk.says("/retire caseloads")
    # Its own question is among the known ones: what people would get instead is shown.
    assert "“Are caseloads too high?”: “Are caseloads too high?” → " in verdict.text
    # What is typed now is a question: an entry that goes can't be tried.
    assert desk.says("po vacancies").text.startswith("Over 650")
    desk.taps(texts.RETIRE, verdict)
    assert not desk.says("are caseloads too high", desk.ann).text.startswith("Yes.")
    desk.says("/restore")
    desk.taps("Retired: Are caseloads too high?")
    desk.taps(texts.RESTORE)
    assert desk.says("are caseloads too high", desk.ann).text.startswith("Yes.")
    assert desk.says("/restore").text == texts.NONE_RETIRED


# --- Warnings -----------------------------------------------------------------------------------


def test_a_question_that_is_nearly_another_is_pointed_out(desk: Desk) -> None:
    assert desk.says("/add").buttons == [texts.CANCEL]
    asked = "PO vacancies?"
    warned = desk.says(f"/add {asked} | Many.")
    known = "How many NPS officer vacancies were there?"
    assert texts.RIVALS["alike"].format(known, asked) in warned.text
    desk.taps(texts.EDIT_INSTEAD.format(known))
    assert desk.last().text.startswith(known)


def test_the_same_question_twice_is_refused(desk: Desk) -> None:
    refused = desk.says("/add How many NPS officer vacancies were there? | Many.")
    assert "is an entry already. Edit that one instead." in refused.text
    desk.taps("Edit “How many NPS officer vacancies were there?”")
    assert texts.HOW_TO_CHANGE in desk.last().text


def test_a_phrasing_of_another_entry_is_pointed_out(desk: Desk) -> None:
    desk.says("/edit caseloads")
    desk.taps("Phrasings")
    warned = desk.says("PO vacancies")
    owner = "How many NPS officer vacancies were there?"
    assert texts.RIVALS["alike"].format(owner, "PO vacancies") in warned.text


def test_known_questions_that_would_be_answered_differently_are_shown(desk: Desk) -> None:
    desk.says("unfilled officer jobs, how many", desk.ann)
    verdict = desk.says("/gap Unfilled officer jobs, how many? | The slides don't say.")
    assert "would be answered differently" in verdict.text
    assert "• “unfilled officer jobs, how many”: “How many NPS officer" in verdict.text
    # Nothing has changed yet.
    assert desk.knowledge.snapshot.change == 1
    # What was said before it was saved is not said twice.
    assert "→" not in desk.taps(texts.SAVE).text


# --- Two at once ----------------------------------------------------------------------------------


def test_the_second_of_two_administrators_sees_that_it_has_changed(desk: Desk) -> None:
    for who in (desk.bea, desk.cal):
        desk.says("/edit caseloads", who)
        desk.taps("Answer", who=who)
        desk.says(f"Yes, says {who.first_name}.", who)
    desk.taps(texts.SAVE, who=desk.bea)
    refused = desk.taps(texts.SAVE, who=desk.cal)
    assert refused.text == (
        "The entry “caseloads-high” has been changed meanwhile. Nothing was saved. "
        "Look at it as it is now, then make your change again."
    )
    assert desk.says("are caseloads too high", desk.ann).text.startswith("Yes, says Bea.")


def test_two_administrators_at_different_entries_are_not_in_each_others_way(desk: Desk) -> None:
    for who, name in ((desk.bea, "podcast"), (desk.cal, "film")):
        # Both bring the same new topic.
        desk.says(f"/add Is there a {name}? | Yes, a {name}. | Other", who)
    for who in (desk.bea, desk.cal):
        assert desk.taps(texts.SAVE, who=who).text.startswith("Done and live")
    for name in ("podcast", "film"):
        assert desk.says(f"is there a {name}", desk.ann).text.startswith(f"Yes, a {name}.")
    for who, part in ((desk.bea, "caseloads"), (desk.cal, "vacancies counted")):
        desk.says(f"/edit {part}", who)
        desk.taps("Answer", who=who)
        desk.says(f"In short: {part}.", who)
    for who in (desk.bea, desk.cal):
        assert desk.taps(texts.SAVE, who=who).text.startswith("Done and live")


def test_another_process_counts_as_well(desk: Desk) -> None:
    desk.says("/edit caseloads")
    desk.taps("Answer")
    desk.says("Yes, says Bea.")
    with closing(KnowledgeBase.open(desk.path)) as other:
        fact = other.fact("caseloads-high")
        other.change(edits.edited(other.snapshot, fact, {"answer": "Yes, quite."}), "shell")
    assert "has been changed meanwhile" in desk.taps(texts.SAVE).text
    assert desk.says("are caseloads too high", desk.ann).text.startswith("Yes, quite.")


def test_nothing_typed_breaks_the_dialogue(desk: Desk) -> None:
    assert desk.says("/edit zzzz").text == texts.LIKE_NOTHING.format("zzzz")
    for text in ("/add |||", "/add | | |", "/edit", "/edit zzzz", "/history zzzz", "/retire",
                 "/terms =", "/terms a =", "/why", "/why ???", "/export xlsx", "/undo x",
                 "/redo", "/add " + "x" * 400 + " | y", "/gap a | b | c | not a link"):  # fmt: skip
        assert "went wrong" not in desk.says(text).text, text
    desk.says("/add")
    for text in ("x" * 4000, "<b>", "ok?", "\u202e", "&amp;"):
        assert "went wrong" not in desk.says(text).text, text
