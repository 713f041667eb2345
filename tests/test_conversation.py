"""A private chat: what is typed, and what comes back."""

from __future__ import annotations

import pytest

from bot import texts
from bot.services import EXCHANGES
from knowledge import Context, KnowledgeBase, Reply
from tests.conftest import World, talking

VACANCIES = "Over 650 probation officer posts in the NPS were vacant in September 2019."


# --- Questions ------------------------------------------------------------------------------------


def test_a_question_is_answered_with_the_figure_first_and_its_source(chat: World) -> None:
    message = chat.says("po vacancies")
    assert message.html.startswith(f"<b>{VACANCIES}</b>")
    assert "<blockquote expandable>Shortages were found" in message.html
    assert message.html.endswith("Annual report 2019/20, slide 21: NPS staffing</a>")
    assert message.link_preview == {"is_disabled": True}


def test_an_answer_has_all_its_buttons(chat: World) -> None:
    message = chat.says("po vacancies")
    rows = [[button.text for button in row] for row in message.keyboard]
    assert rows == [
        [texts.OPEN_REPORT, texts.COPY_ANSWER],
        # When they were counted is said already: only what adds something is offered.
        ["How were the NPS divisions rated on staffing?"],
        [texts.HELPFUL, texts.NOT_RIGHT],
    ]
    opened, copied = message.keyboard[0]
    assert opened.url == (
        "https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/"
    )
    assert copied.copies == (
        f"{VACANCIES} (HM Inspectorate of Probation, Annual report 2019/20, slide 21: NPS staffing)"
    )


def test_a_gap_says_what_the_report_does_not(chat: World) -> None:
    message = chat.says("nps headcount")
    assert message.text.startswith("The slides don't say how many staff were in post.")
    assert {texts.OPEN_REPORT, texts.HELPFUL, texts.NOT_RIGHT} <= set(message.buttons)


def test_without_a_gap_what_is_nearest_is_offered(ignorant: World) -> None:
    message = ignorant.says("how many vacancies are on the moon")
    assert message.text == f"{texts.NOT_IN_REPORT}\n{texts.TRY_THESE}"
    assert "How many NPS officer vacancies were there?" in message.buttons


def test_related_questions_leave_out_what_this_chat_has_seen(chat: World) -> None:
    first = chat.says("po vacancies")
    below = chat.taps(first, first.buttons[2]) and chat.telegram.chat(chat.ann).last
    assert below.text.startswith(first.buttons[2])
    assert chat.says("po vacancies").buttons[2] not in {first.buttons[2], texts.HELPFUL}


def test_a_change_by_another_process_is_in_the_next_answer(chat: World) -> None:
    chat.says("po vacancies")
    other = KnowledgeBase.open(chat.path, shipped=False)
    row = b"id,question,answer\nnps-vacancies,How many NPS officer vacancies were there?,Some.\n"
    other.change(other.plan_import(row, "new.csv").edit, "another process")
    other.close()
    assert chat.says("po vacancies").text.startswith("Some.")


def test_a_question_with_html_in_it_is_harmless(ignorant: World) -> None:
    message = ignorant.says("<b>how</b> many <script>alert(1)</script> & a < b")
    assert message.text.startswith(texts.NOT_IN_REPORT)


def test_a_question_is_asked_with_what_the_chat_was_shown_newest_first(
    chat: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[tuple[str, ...]] = []
    ask = KnowledgeBase.ask

    def spy(knowledge: KnowledgeBase, question: str, context: Context) -> Reply:
        given.append(context.shown)
        return ask(knowledge, question, context)

    monkeypatch.setattr(KnowledgeBase, "ask", spy)
    chat.says("po vacancies")
    first = chat.says("telephone")
    chat.says("thanks")
    chat.taps(chat.says("/topics"), "Through the Gate")
    chat.says("ttg money")
    chat.telegram.edit(chat.ann, first.message_id - 1, "contact details")
    chat.deliver()
    assert given == [
        (),
        ("nps-vacancies",),
        ("contact-phone", "nps-vacancies"),
        ("contact-phone", "nps-vacancies"),
        ("nps-vacancies",),
    ]


# --- Edits ----------------------------------------------------------------------------------------


def test_an_edited_question_edits_its_reply(chat: World) -> None:
    reply = chat.says("po vacancies")
    question = reply.message_id - 1
    chat.calls()
    chat.telegram.edit(chat.ann, question, "ttg money")
    chat.deliver()
    assert [call.method for call in chat.calls()] == ["editMessageText"]
    assert chat.telegram.message(chat.ann, reply).text.startswith("£22m of extra money")


def test_an_edit_to_the_same_words_is_harmless(chat: World) -> None:
    reply = chat.says("hello")
    chat.telegram.edit(chat.ann, reply.message_id - 1, "hello!")
    chat.deliver()
    assert chat.telegram.chat(chat.ann).last.text == texts.SMALL_TALK["greeting"]


def test_an_edit_of_a_forgotten_question_is_answered_anew(chat: World) -> None:
    first = chat.says("po vacancies")
    for _ in range(EXCHANGES):
        chat.says("telephone")
    chat.telegram.edit(chat.ann, first.message_id - 1, "ttg money")
    chat.deliver()
    assert chat.telegram.chat(chat.ann).last.text.startswith("£22m")


def test_an_edit_whose_reply_was_deleted_is_answered_anew(chat: World) -> None:
    reply = chat.says("po vacancies")
    chat.telegram.call("deleteMessage", {"chat_id": chat.ann.id, "message_id": reply.message_id})
    chat.telegram.edit(chat.ann, reply.message_id - 1, "ttg money")
    chat.deliver()
    assert chat.telegram.chat(chat.ann).last.text.startswith("£22m")


def test_an_edited_ask_command_edits_its_reply(chat: World) -> None:
    reply = chat.says("/ask po vacancies")
    chat.telegram.edit(chat.ann, reply.message_id - 1, "/ask ttg money")
    chat.deliver()
    assert chat.telegram.message(chat.ann, reply).text.startswith("£22m")


def test_an_edited_command_is_left_alone(chat: World) -> None:
    reply = chat.says("/topics")
    chat.calls()
    chat.telegram.edit(chat.ann, reply.message_id - 1, "/help")
    chat.deliver()
    assert chat.calls() == []


# --- Commands -------------------------------------------------------------------------------------


def test_start_welcomes_and_names_the_report(chat: World) -> None:
    message = chat.says("/start")
    assert "“Annual report: inspections of probation services 2019/20”" in message.text
    assert "Through the Gate" in message.buttons
    first = message.buttons[0]
    chat.taps(message, first)
    assert chat.telegram.chat(chat.ann).last.text.startswith(first)


def test_a_deep_link_opens_its_answer(chat: World) -> None:
    message = chat.says("/start nps-vacancies")
    assert message.text.startswith(f"How many NPS officer vacancies were there?\n{VACANCIES}")
    assert chat.shown() == ("nps-vacancies",)


def test_the_link_from_inline_mode_asks_for_a_question(chat: World) -> None:
    assert chat.says("/start ask").text == texts.ASK_NOW


@pytest.mark.parametrize("payload", ["no-such-fact", "'; drop table fact; --", "<b>", "a" * 500])
def test_an_untrusted_payload_gets_the_welcome(chat: World, payload: str) -> None:
    assert chat.says(f"/start {payload}").text == chat.says("/start").text


def test_a_link_to_a_withdrawn_fact_gets_the_welcome(chat: World) -> None:
    chat.retire("nps-vacancies")
    assert chat.says("/start nps-vacancies").text.startswith("Ask me about")


def test_contact_gives_the_contact_details(chat: World) -> None:
    assert "HMIP.enquiries@hmiprobation.gov.uk" in chat.says("/contact").text


def test_reports_links_the_report_and_the_ratings(chat: World) -> None:
    message = chat.says("/reports")
    assert message.text.endswith("HM Inspectorate of Probation, December 2020")
    assert message.buttons == [texts.OPEN_REPORT, texts.RATINGS, texts.ALL_REPORTS]


def test_privacy_says_how_long_questions_are_kept(chat: World) -> None:
    assert "deleted after 90 days" in chat.says("/privacy").text


# --- Follow-ups and double questions --------------------------------------------------------------


def test_follow_ups_lean_on_what_was_shown(risky: World) -> None:
    first = risky.says("CRC medium risk: how often was planning good enough?")
    assert first.text.startswith("51% of CRC medium risk")
    assert risky.says("and low risk?").text.startswith("12% of CRC low risk")
    assert risky.says("thanks").text == texts.SMALL_TALK["thanks"]
    assert risky.says("and for reviewing?").text.startswith("38% of CRC low risk")


def test_a_tapped_answer_can_be_followed_up(risky: World) -> None:
    topics = risky.taps(risky.says("/topics"), "Risk of serious harm")
    risky.taps(topics, "CRC medium risk: how often was planning good enough?")
    assert risky.says("what about the NPS?").text.startswith("68% of NPS medium risk")


def test_two_questions_in_one_get_both_answers_with_their_sources(chat: World) -> None:
    message = chat.says("ttg money and how many po vacancies")
    assert "£22m of extra money" in message.text
    assert VACANCIES in message.text
    assert message.text.count("Annual report 2019/20, slide") == 2
    assert message.buttons[-2:] == [texts.HELPFUL, texts.NOT_RIGHT]
    assert chat.shown() == ("ttg-money", "nps-vacancies")


def test_the_titles_of_all_slides_are_told_where_they_are_asked_for(
    shipped: KnowledgeBase,
) -> None:
    for chat in talking(shipped.store.path, shipped):
        chat.says("what are the main findings")
        said = chat.says("which slides").text
        assert "slide 13: But challenges remain; slide 18: Caseloads remain too high" in said
