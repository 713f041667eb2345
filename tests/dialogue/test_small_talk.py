"""What is not a question for the report, and the short reply it gets."""

from __future__ import annotations

import pytest
from telegram import Update

from bot import texts
from knowledge.dialogue.remarks import remark_in
from tests.conftest import World

# A picture of one pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


@pytest.mark.parametrize(
    ("typed", "reply"),
    [
        ("hi", texts.SMALL_TALK["greeting"]),
        ("Hello there!", texts.SMALL_TALK["greeting"]),
        ("good morning", texts.SMALL_TALK["greeting"]),
        ("thanks", texts.SMALL_TALK["thanks"]),
        ("ok thank you very much", texts.SMALL_TALK["thanks"]),
        ("ok", texts.SMALL_TALK["acknowledged"]),
        ("Great!", texts.SMALL_TALK["acknowledged"]),
        ("bye", texts.SMALL_TALK["goodbye"]),
        ("ok good thank you", texts.SMALL_TALK["thanks"]),
        ("lol ok bye", texts.SMALL_TALK["goodbye"]),
        ("thanks friend that's all", texts.SMALL_TALK["thanks"]),
        ("ok cheers", texts.SMALL_TALK["thanks"]),
        ("thank you my friend", texts.SMALL_TALK["thanks"]),
        ("are you a real person?", texts.SMALL_TALK["who you are"]),
        ("hi, what is this?", texts.SMALL_TALK["who you are"]),
        ("hello, my name is Joan", texts.SMALL_TALK["greeting"]),
        ("you stupid bot", texts.SMALL_TALK["insulted"]),
        ("how are you", texts.SMALL_TALK["how you are"]),
        ("What can I ask you?", texts.HOW),
        ("what sort of things can i ask", texts.HOW),
        ("what stuff do you know about", texts.HOW),
        ("what kinda things can i ask", texts.HOW),
        ("hello, you can help me?", texts.HOW),
        ("👍", texts.SMALL_TALK["no words"]),
        ("😀😀 🎉", texts.SMALL_TALK["no words"]),
        ("???", texts.SMALL_TALK["no words"]),
        ("/foo", texts.UNKNOWN_COMMAND),
        ("/ask", texts.ASK_NOW),
        ("x " * 600, texts.SMALL_TALK["too long"]),
    ],
)
def test_other_texts_get_a_short_reply_and_change_nothing(
    chat: World, typed: str, reply: str
) -> None:
    chat.says("po vacancies")
    before = len(chat.asked())
    assert chat.says(typed).text == reply
    assert len(chat.asked()) == before
    assert chat.shown() == ("nps-vacancies",)


def test_ten_thousand_characters_get_a_sentence(chat: World) -> None:
    update = chat.telegram.text(chat.ann, "x")
    chat.telegram.take()
    update["message"]["text"] = "how many vacancies " * 600
    parsed = Update.de_json(update, chat.application.bot)
    chat.runner.run(chat.application.process_update(parsed))
    assert chat.telegram.chat(chat.ann).last.text == texts.SMALL_TALK["too long"]


@pytest.mark.parametrize("kind", ["sticker", "voice", "photo", "document"])
def test_what_is_not_text_gets_a_sentence(chat: World, kind: str) -> None:
    arguments = {"photo": (PNG,), "document": ("a.pdf", b"%PDF")}.get(kind, ())
    getattr(chat.telegram, kind)(chat.ann, *arguments)
    chat.deliver()
    assert chat.telegram.chat(chat.ann).last.text == texts.NOT_TEXT


def test_the_bots_own_inline_cards_are_no_questions(chat: World) -> None:
    chat.telegram.inline(chat.ann, "vacancies")
    chat.deliver()
    chat.calls()
    chat.telegram.choose(chat.ann, "nps-vacancies", chat.telegram.chat(chat.ann))
    chat.deliver()
    assert chat.calls() == []


@pytest.mark.parametrize(
    "question",
    [
        "how many vacancies in the des moines office",
        "hi how many vacancies were there",
        "thanks but how many vacancies were there",
        "is it ok to work from home",
        "ok what about the NPS",
        "what is the die down rate",
        "/£5 more or less",
        "is good now?",
        "good",
    ],
)
def test_questions_are_not_taken_for_small_talk(question: str) -> None:
    expected = "acknowledged" if question == "good" else None
    assert remark_in(question) == expected
