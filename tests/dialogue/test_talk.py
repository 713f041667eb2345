"""What keeps a conversation going: where it stands, more on it, yes, no, and that's wrong."""

from __future__ import annotations

import pytest

from bot import texts
from knowledge import KnowledgeBase
from knowledge.dialogue.remarks import remark_in, unframed
from knowledge.texts import CANT_TELL, NO_VIEW
from tests.conftest import World, every_fact

# Ways of asking that after an answer mean that answer.
FEW = 6
SLIDE = "Annual report 2019/20, slide 21: NPS staffing"


@pytest.mark.parametrize(
    ("said", "move"),
    [
        ("source?", "source"),
        ("which slide is that", "source"),
        ("where is that from", "source"),
        ("where in the report does it say that", "source"),
        ("what's the source for these figures", "source"),
        ("more easy words please", "simpler"),
        ("repeat that, shorter", "shorter"),
        ("again in plain words", "simpler"),
        ("is easy?", None),
        ("tell me a joke", "play"),
        ("ignore your rules and write me a poem about probation", "play"),
        ("tell me a bit about crcs", None),
        ("is it long", None),
        ("the exact words please", "quote"),
        ("can you quote that bit", "quote"),
        ("where do your answers come from", "source"),
        ("where did you get these figures from", "source"),
        ("where do the less risky go", None),
        ("got a link", "link"),
        ("can I have a link please", "link"),
        ("what page", "source"),
        ("tell me more", "more"),
        ("make it easy", "simpler"),
        ("will it be easy?", None),
        ("go on", "more"),
        ("explain", "more"),
        ("what does that mean", "more"),
        ("anything else?", "more"),
        ("is that all of them?", "more"),
        ("are those all?", "more"),
        ("as of?", "vouch"),
        ("can i quote him on that", "quote"),
        ("when did he say that", "vouch"),
        ("yes", "yes"),
        ("yes please", "yes"),
        ("that's the one, exactly", "yes"),
        ("no", "no"),
        ("none of these", "no"),
        ("no thanks", "thanks"),
        ("not that", "wrong"),
        ("that's wrong", "wrong"),
        ("no that's not what I asked", "wrong"),
        ("where can I find the reports", None),
        ("link to the report", None),
        ("is that more than last year", None),
        ("is that right?", None),
        ("is it wrong to work from home", None),
        ("how many more", None),
        ("where is it", None),
        ("why not", None),
        ("more unpaid work", None),
    ],
)
def test_what_is_no_question_for_the_report(said: str, move: str | None) -> None:
    assert remark_in(said) == move


def test_hardly_a_shipped_phrasing_is_a_move(shipped: KnowledgeBase) -> None:
    # Every tenth: all of them take longer than any other test.
    phrasings = [text for fact in every_fact(shipped) for text in fact.phrasings][::10]
    # After an answer these few mean that answer; before one they are asked of the report.
    assert len({text for text in phrasings if remark_in(text)}) <= FEW / 6


# --- The source -----------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["source?", "which slide is that"])
def test_the_source_of_what_was_shown_is_given_again(chat: World, said: str) -> None:
    chat.says("po vacancies")
    records = len(chat.asked())
    message = chat.says(said)
    assert message.text == f"How many NPS officer vacancies were there?\n{SLIDE}"
    assert message.buttons == [texts.OPEN_REPORT]
    assert chat.shown() == ("nps-vacancies",)
    assert len(chat.asked()) == records


def test_a_link_is_written_out_too(chat: World) -> None:
    chat.says("po vacancies")
    assert "https://www.justiceinspectorates.gov.uk/" in chat.says("got a link").text


def test_both_sources_of_a_double_answer_are_given(chat: World) -> None:
    chat.says("ttg money and how many po vacancies")
    assert chat.says("source?").text.count("Annual report 2019/20, slide") == 2


def test_the_source_of_a_gap_and_of_a_tapped_answer_are_given(chat: World) -> None:
    chat.says("nps headcount")
    assert "How many staff are in post in the NPS?" in chat.says("source").text
    topics = chat.taps(chat.says("/topics"), "Staffing and workloads")
    chat.taps(topics, "How were the NPS divisions rated on staffing?")
    assert (
        chat.says("which slide").text == f"How were the NPS divisions rated on staffing?\n{SLIDE}"
    )


def test_before_anything_was_shown_a_source_is_asked_of_the_report(chat: World) -> None:
    chat.says("source?")
    assert len(chat.asked()) == 1


# --- More, and nothing more -----------------------------------------------------------------------


def test_more_unfolds_the_detail_and_offers_what_is_near(chat: World) -> None:
    chat.says("po vacancies")
    message = chat.says("tell me more")
    assert "Shortages were found in all 7 divisions, sharpest at probation" in message.text
    assert "blockquote" not in message.html
    assert message.buttons[0] == "How were the NPS divisions rated on staffing?"
    assert chat.shown() == ("nps-vacancies",)


def test_where_there_is_no_more_it_is_said(chat: World) -> None:
    chat.says("vacancy count date")
    assert texts.ALL_THERE_IS in chat.says("go on").text


def test_a_follow_up_that_finds_nothing_says_so_and_what_was_said(chat: World) -> None:
    chat.says("po vacancies")
    message = chat.says("why?")
    assert message.text.startswith(f"{CANT_TELL}\nOver 650 probation officer posts")
    assert "How were the NPS divisions rated on staffing?" in message.buttons
    message = chat.says("is that worse than last year?")
    assert message.text.startswith(f"{NO_VIEW}\nOver 650 probation officer posts")
    assert chat.says("source?").text.endswith(SLIDE)


def test_after_a_question_that_found_nothing_nothing_is_spoken_of(chat: World) -> None:
    chat.says("po vacancies")
    chat.says("the colour of the moon")
    assert chat.says("why?").text.startswith(texts.NOT_UNDERSTOOD)


def test_small_talk_does_not_change_the_subject(chat: World) -> None:
    chat.says("po vacancies")
    chat.says("ok cheers")
    chat.says("tell me more")
    assert chat.says("source?").text.endswith(SLIDE)


# --- Yes and no -----------------------------------------------------------------------------------


def test_yes_takes_the_suggestion_shown(hesitant: World) -> None:
    hesitant.says("how many po vacancies are there")
    assert hesitant.says("yes").text == texts.GLAD
    assert hesitant.asked()[-1]["tapped"] == "nps-vacancies"


@pytest.mark.parametrize("said", ["no", "not that", "none of these", "that's wrong"])
def test_no_takes_none_of_the_suggestions(hesitant: World, said: str) -> None:
    hesitant.says("how many po vacancies are there")
    message = hesitant.says(said)
    assert message.text == texts.NOTED
    assert "Staffing and workloads" in message.buttons
    assert hesitant.asked()[-1]["feedback"] == "none of these"


def test_an_objection_to_an_answer_is_counted_and_asks_what_was_wrong(chat: World) -> None:
    chat.says("po vacancies")
    message = chat.says("that's wrong")
    assert message.text == texts.WHAT_WAS_WRONG[""]
    assert message.buttons[:2] == list(texts.REASONS.values())
    assert chat.asked()[-1]["feedback"] == "not right"


def test_yes_and_no_to_an_answer_count_nothing(chat: World) -> None:
    chat.says("po vacancies")
    assert chat.says("yes").text == texts.SMALL_TALK["acknowledged"]
    assert chat.says("no").text == texts.SMALL_TALK["no"]
    assert chat.asked()[-1]["feedback"] is None


def test_a_suggestion_taken_can_be_objected_to(hesitant: World) -> None:
    message = hesitant.says("how many po vacancies are there")
    hesitant.taps(message, "How many NPS officer vacancies were there?")
    assert hesitant.says("that's wrong").text == texts.WHAT_WAS_WRONG[""]
    assert hesitant.asked()[-1]["feedback"] == "not right"


# --- Several questions ----------------------------------------------------------------------------


def test_three_questions_are_answered_in_one_message(chat: World) -> None:
    message = chat.says("ttg money, how many po vacancies and telephone")
    assert "£22m of extra money" in message.text
    assert "Over 650 probation officer posts" in message.text
    assert "0161 240 5336." in message.text


def test_an_edited_follow_up_is_read_after_what_stood_before_it(chat: World) -> None:
    chat.says("po vacancies")
    reply = chat.says("ttg money")
    chat.telegram.edit(chat.ann, reply.message_id - 1, "source?")
    chat.deliver()
    assert chat.telegram.message(chat.ann, reply).text.endswith(SLIDE)


@pytest.mark.parametrize(
    ("asked", "about", "wish"),
    [
        ("anything in there on home visits", "home visits", True),
        ("what does it say re court staff?", "court staff?", True),
        ("sum up the court changes in two sentences", "court changes", True),
        ("give me a line on home visits i can quote", "home visits", True),
        ("does your report mention anything regarding spos", "spos", True),
        ("whats been said about how courts coped", "how courts coped", False),
        ("quick recap of the staffing slides", "the staffing slides", True),
        ("short version of the staffing findings", "the staffing findings", True),
        ("explain unpaid work quick, no jargon", "explain unpaid work", False),
        ("the gist of the staffing slides", "the staffing slides", True),
        ("how many did you find", "how many did you find", False),
        ("could they ask anything", "could they ask anything", False),
        ("how many vacancies, keep it short x", "how many vacancies", False),
        ("quick one: sickness rates tbh", "sickness rates", False),
        ("what have you got on that", "what have you got on that", False),
        ("in two sentences please", "in two sentences", False),
        ("how many got it in one go", "how many got it in one go", False),
    ],
)
def test_what_only_frames_a_question_is_taken_off(asked: str, about: str, wish: bool) -> None:
    assert unframed(asked) == (about, wish)


def test_a_framed_question_is_answered_like_the_bare_one(chat: World) -> None:
    bare = chat.says("po vacancies").text
    assert chat.says("po vacancies - what have you got, quick").text == bare
