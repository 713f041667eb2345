"""Groups and channels: answers what is addressed to the bot, silent otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest
from telegram import Update

from bot import texts
from bot.handlers.questions import question_in
from bot.settings import Settings
from tests.conftest import World, started
from tests.telegram import Chat, Telegram, User


@pytest.fixture
def bea(chat: World) -> User:
    return chat.telegram.user("Bea")


@pytest.fixture
def room(chat: World, bea: User) -> Chat:
    """A group in which the bot is an administrator, so that it sees everything."""
    room = chat.telegram.supergroup("Newsroom", chat.ann, bea)
    chat.telegram.add_bot(chat.ann, room, admin=True)
    chat.deliver()
    chat.calls()
    return room


@pytest.mark.parametrize(
    "question",
    [
        "/ask po vacancies",
        "/ask@annual_report_bot po vacancies",
        "@annual_report_bot po vacancies",
        "@Annual_Report_Bot: po vacancies",
        "@annual_report_bot, po vacancies 😀 @annual_report_bot",
    ],
)
def test_what_is_addressed_to_the_bot_is_answered_quoting_it(
    chat: World, room: Chat, question: str
) -> None:
    message = chat.says(question, room)
    assert message.text.startswith("Over 650 probation officer posts")
    assert message.reply_to == message.message_id - 1


def test_a_reply_to_the_bot_is_a_question(chat: World, room: Chat) -> None:
    first = chat.says("/ask po vacancies", room)
    chat.telegram.text(chat.ann, "ttg money", room, reply_to=first)
    chat.deliver()
    assert room.last.text.startswith("£22m")


def test_ask_without_a_question_asks_for_one_by_reply(chat: World, room: Chat) -> None:
    prompt = chat.says("/ask", room)
    assert prompt.text == texts.ASK_BY_REPLY
    markup = chat.telegram.calls[-1].parameters["reply_markup"]
    assert markup["force_reply"]
    assert markup["selective"]
    chat.telegram.text(chat.ann, "ttg money", room, reply_to=prompt)
    chat.deliver()
    assert room.last.text.startswith("£22m")


@pytest.mark.parametrize(
    "text",
    [
        "how many po vacancies are there?",
        "@other_bot po vacancies",
        "@annual_report_bots po vacancies",
        "/ask@other_bot po vacancies",
        "/foo",
        "mail annual_report_bot",
        "😀",
    ],
)
def test_everything_else_meets_silence(chat: World, room: Chat, text: str) -> None:
    chat.says(text, room)
    assert chat.calls() == []


def test_stickers_pictures_and_service_messages_meet_silence(chat: World, room: Chat) -> None:
    chat.telegram.sticker(chat.ann, chat=room)
    chat.telegram.document(chat.ann, "a.pdf", b"%PDF", chat=room)
    chat.telegram.remove_bot(chat.ann, room)
    chat.deliver()
    assert chat.calls() == []


def test_a_reply_to_somebody_else_meets_silence(chat: World, room: Chat, bea: User) -> None:
    first = chat.says("look at this", room)
    chat.telegram.text(bea, "po vacancies", room, reply_to=first)
    chat.deliver()
    assert chat.calls() == []


def test_with_privacy_mode_the_guaranteed_ways_work(chat: World, bea: User) -> None:
    room = chat.telegram.group("Office", chat.ann, bea)
    chat.telegram.add_bot(chat.ann, room)
    chat.deliver()
    answer = chat.says("/ask po vacancies", room)
    assert answer.text.startswith("Over 650")
    chat.telegram.text(bea, "ttg money", room, reply_to=answer)
    chat.deliver()
    assert room.last.text.startswith("£22m")


def test_anybody_in_the_group_may_tap(chat: World, room: Chat, bea: User) -> None:
    message = chat.says("/ask po vacancies", room)
    chat.taps(message, "How were the NPS divisions rated on staffing?", who=bea)
    assert room.last.text.startswith(
        "How were the NPS divisions rated on staffing?\nAll 7 NPS divisions"
    )
    message = chat.taps(message, texts.HELPFUL, who=bea)
    assert texts.HELPFUL not in message.buttons


def test_suggestions_in_a_group_work_for_whoever_asked(hesitant: World) -> None:
    bea = hesitant.telegram.user("Bea")
    room = hesitant.telegram.supergroup("Newsroom", hesitant.ann, bea)
    hesitant.telegram.add_bot(hesitant.ann, room, admin=True)
    message = hesitant.says("/ask po vacancies", room, who=bea)
    answered = hesitant.taps(message, "How many NPS officer vacancies were there?", who=bea)
    assert answered.text.startswith("How many NPS officer vacancies were there?\nOver 650")


def test_in_a_forum_the_reply_goes_to_the_topic_asked_in(chat: World) -> None:
    forum = chat.telegram.supergroup("Forum", chat.ann, forum=True)
    chat.telegram.add_bot(chat.ann, forum, admin=True)
    thread = chat.telegram.topic(chat.ann, forum, "Probation")
    chat.telegram.text(chat.ann, "/ask po vacancies", forum, thread=thread)
    chat.deliver()
    assert forum.last.thread == thread
    chat.taps(forum.last, "How were the NPS divisions rated on staffing?")
    assert forum.last.thread == thread
    assert forum.last.text.startswith("How were the NPS divisions rated on staffing?")


def test_an_edited_question_in_a_group_edits_its_reply(chat: World, room: Chat) -> None:
    reply = chat.says("@annual_report_bot po vacancies", room)
    chat.telegram.edit(chat.ann, reply.message_id - 1, "@annual_report_bot ttg money", room)
    chat.deliver()
    assert room.log[reply.message_id].text.startswith("£22m")
    assert room.last.message_id == reply.message_id


def test_an_edited_chat_in_a_group_meets_silence(chat: World, room: Chat) -> None:
    said = chat.says("something else", room)
    chat.telegram.edit(chat.ann, said, "po vacancies @annual_report_bot", room)
    chat.deliver()
    assert chat.calls() == []


def test_channels_stay_quiet(chat: World) -> None:
    channel = chat.telegram.channel("News", chat.ann)
    chat.telegram.add_bot(chat.ann, channel)
    chat.calls()
    for text in ("/ask po vacancies", "@annual_report_bot po vacancies", "/start", "hello"):
        chat.telegram.post(channel, text)
    chat.deliver()
    assert chat.calls() == []


def test_an_anonymous_administrator_is_answered(chat: World, room: Chat) -> None:
    chat.telegram.text(chat.ann, "/ask po vacancies", room, as_chat=room)
    chat.deliver()
    assert room.last.text.startswith("Over 650")


def test_a_busy_member_of_a_group_is_never_warned(tmp_path: Path) -> None:
    settings = Settings(token=Telegram().token, questions_per_minute=3)
    for world in started(tmp_path / "busy.db", settings=settings):
        room = world.telegram.supergroup("Newsroom", world.ann)
        world.telegram.add_bot(world.ann, room, admin=True)
        for _ in range(6):
            world.says("just talking", room)
        answers = [world.says("/ask po vacancies", room).text for _ in range(5)]
        assert [text.startswith("Over 650") for text in answers] == [True] * 3 + [False] * 2
        assert texts.SLOW_DOWN not in world.telegram.said()


def test_groups_keep_their_own_context(chat: World, room: Chat) -> None:
    chat.says("/ask po vacancies", room)
    assert chat.shown() == ()
    assert chat.shown(room) == ("nps-vacancies",)


def test_help_and_topics_work_in_groups(chat: World, room: Chat) -> None:
    assert "/ask" in chat.says("/help", room).text
    message = chat.says("/topics@annual_report_bot", room)
    assert chat.taps(message, "Contact").text == "Contact"


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("/ask how many", "how many"),
        ("/ask\nhow many", "how many"),
        ("/ask@annual_report_bot  how many", "how many"),
        ("/ask", ""),
        ("/£5 more", "/£5 more"),
        ("w/o pay", "w/o pay"),
    ],
)
def test_only_a_command_is_cut_off_a_question(chat: World, text: str, question: str) -> None:
    chat.telegram.text(chat.ann, text)
    update = Update.de_json(chat.telegram.take()[-1], chat.application.bot)
    assert update.message is not None
    assert question_in(update.message, chat.application.bot) == question


def test_mentions_are_cut_out_wherever_they_stand(chat: World, room: Chat) -> None:
    typed = "😀 @annual_report_bot, how 😀 many? @annual_report_bot"
    chat.telegram.text(chat.ann, typed, room)
    update = Update.de_json(chat.telegram.take()[-1], chat.application.bot)
    assert update.message is not None
    assert question_in(update.message, chat.application.bot) == "😀 , how 😀 many?"


def test_a_question_deleted_before_the_answer_is_still_answered(chat: World, room: Chat) -> None:
    chat.telegram.text(chat.ann, "/ask po vacancies", room)
    del room.log[room.last.message_id]
    chat.deliver()
    assert room.last.text.startswith("Over 650")
