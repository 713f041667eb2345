"""What happens to messages when Telegram or the connection fails on the way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from telegram import Update
from telegram.error import BadRequest, NetworkError

from bot import texts
from bot.settings import Settings
from bot.transport import delivery, updates
from knowledge import Context, KnowledgeBase
from tests.conftest import World, started
from tests.telegram import Flood, Telegram

VACANCIES = "Over 650 probation officer posts"
PHONE = "0161 240 5336"


class Hours:
    """A clock that waiting moves forward at once."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def hours(monkeypatch: pytest.MonkeyPatch) -> Hours:
    """Let nobody wait, and see how long they would have."""
    made = Hours()
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    monkeypatch.setattr(delivery, "clock", lambda: made.now)
    monkeypatch.setattr(delivery, "sleep", made.sleep)
    return made


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[World]:
    """A bot with two administrators, one of whom has never written to it."""
    settings = Settings(
        token=Telegram().token, admin_ids=frozenset({501, 502}), questions_per_minute=1000
    )
    for world in started(tmp_path / "watched.db", settings=settings):
        admin = world.telegram.user("Ada", user_id=501)
        world.telegram.text(admin, "/start")
        world.telegram.take()
        yield world


def answers(world: World) -> list[str]:
    """What the bot has said to Ann, without the welcome."""
    chat = world.telegram.chat(world.ann)
    return [message.text for message in chat.messages if message.sender == world.telegram.bot]


# --- The connection -------------------------------------------------------------------------------


def test_a_question_is_answered_though_the_connection_was_lost(chat: World) -> None:
    chat.telegram.lose("sendMessage", times=3)
    assert chat.says("po vacancies").text.startswith(VACANCIES)
    assert len(answers(chat)) == 1


@pytest.mark.parametrize("garbage", [b"", b"<html>", b'{"ok": true, "result": {"message'])
def test_what_telegram_says_it_has_done_is_not_done_again(chat: World, garbage: bytes) -> None:
    spoil(chat.telegram, "sendMessage", garbage)
    chat.says("po vacancies")
    (answer,) = answers(chat)
    assert answer.startswith(VACANCIES)
    # The reply's number is not known: an edit of the question gets an answer of its own.
    question = next(
        one for one in chat.telegram.chat(chat.ann).messages if one.text == "po vacancies"
    )
    chat.telegram.edit(chat.ann, question.message_id, "telephone")
    chat.deliver()
    assert answers(chat)[-1].startswith(PHONE)


def test_an_edit_whose_answer_is_garbage_was_made(chat: World) -> None:
    topics = chat.says("/topics")
    spoil(chat.telegram, "editMessageText", b"")
    assert chat.taps(topics, topics.buttons[0]).text != topics.text
    assert texts.SORRY not in [toast.text for toast in chat.telegram.toasts]


def spoil(telegram: Telegram, method: str, body: bytes) -> None:
    """Let the next call of a method be carried out, and its answer be anything."""
    call = telegram.call

    def spoiled(name: str, *rest: Any) -> tuple[int, bytes]:
        done = call(name, *rest)
        if name != method:
            return done
        telegram.call = call  # type: ignore[method-assign]
        return 200, body

    telegram.call = spoiled  # type: ignore[assignment,method-assign]


def test_a_gateways_page_is_no_answer(chat: World) -> None:
    chat.telegram.fail("sendMessage", 502, body=b"<html>Bad Gateway</html>", times=3)
    assert chat.says("po vacancies").text.startswith(VACANCIES)
    assert len(answers(chat)) == 1


def test_what_telegram_never_takes_is_given_up_in_the_end(
    chat: World, hours: Hours, caplog: pytest.LogCaptureFixture
) -> None:
    chat.telegram.lose("sendMessage", times=1000)
    chat.telegram.text(chat.ann, "po vacancies")
    chat.deliver()
    # The answer first, then one apology.
    assert 200 < hours.now <= 2 * delivery.PATIENCE
    tried = [call.parameters["text"] for call in chat.calls() if call.method == "sendMessage"]
    assert tried[-1] == texts.SORRY
    assert len(set(tried)) == 2
    records = [one for one in caplog.records if one.levelno >= logging.WARNING]
    assert [(one.levelname, one.exc_info) for one in records] == [("WARNING", None)] * 2


def test_after_a_long_trouble_there_is_one_apology(chat: World, hours: Hours) -> None:
    chat.telegram.fail("sendMessage", 502, body=b"<html>Bad Gateway</html>", times=10_000)
    ending = chat.telegram.call

    def mended(name: str, *rest: Any) -> tuple[int, bytes]:
        if hours.now > delivery.PATIENCE:
            chat.telegram._faults.clear()
        return ending(name, *rest)

    chat.telegram.call = mended  # type: ignore[assignment,method-assign]
    chat.says("po vacancies")
    assert answers(chat) == [texts.SORRY]


# --- Telegram's refusals --------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [1, 30, 240])
def test_any_time_telegram_asks_to_wait_is_waited(chat: World, hours: Hours, seconds: int) -> None:
    chat.telegram.fail("sendMessage", retry_after=seconds)
    assert chat.says("po vacancies").text.startswith(VACANCIES)
    assert sum(hours.waits) == pytest.approx(seconds + delivery.SLACK)
    assert len(answers(chat)) == 1


def test_one_chat_told_to_wait_holds_up_no_other(chat: World) -> None:
    limiter = chat.application.bot.rate_limiter
    assert isinstance(limiter, delivery.Retries)
    limiter._hold(chat.ann.id, 30)
    bea = chat.telegram.user("Bea")
    assert chat.says("telephone", who=bea).text.startswith(PHONE)
    assert delivery.clock() == 0


def test_two_chats_told_to_wait_slow_everybody_down(chat: World, hours: Hours) -> None:
    limiter = chat.application.bot.rate_limiter
    assert isinstance(limiter, delivery.Retries)
    limiter._hold(1, 10)
    limiter._hold(2, 10)
    chat.says("telephone")
    assert hours.now == pytest.approx(10 + delivery.APART)
    chat.says("po vacancies")
    assert hours.now == pytest.approx(10 + 2 * delivery.APART)


def test_a_burst_beyond_telegrams_limits_is_answered_once_each_and_in_order(
    chat: World, hours: Hours
) -> None:
    chat.telegram.flood_control = Flood()
    chat.telegram.clock = lambda: 1_700_000_000 + hours.now
    people = [chat.telegram.user(f"Person {number}") for number in range(15)]
    asked = ["po vacancies", "telephone"] * 2
    for question in asked:
        for person in people:
            chat.telegram.text(person, question)

    async def all_at_once() -> None:
        taken = chat.telegram.take()
        await asyncio.gather(*(updates.handle(chat.application, one) for one in taken))

    chat.runner.run(all_at_once())
    for person in people:
        messages = chat.telegram.chat(person).messages
        said = [one.text for one in messages if one.sender == chat.telegram.bot]
        assert [text[:8] for text in said] == [VACANCIES[:8], PHONE[:8]] * 2
    # It was told to wait, and did not insist.
    refused = [call for call in chat.calls() if call.status == 429]
    assert 0 < len(refused) < len(people)
    assert hours.now < delivery.PATIENCE


def test_a_group_that_became_a_supergroup_is_answered_there(chat: World) -> None:
    group = chat.telegram.group("Team", chat.ann)
    chat.telegram.add_bot(chat.ann, group)
    chat.telegram.text(chat.ann, "/ask po vacancies", group)
    new = chat.telegram.migrate(chat.ann, group)
    chat.deliver()
    assert new.last.text.startswith(VACANCIES)


@pytest.mark.parametrize(
    ("method", "status", "said"),
    [
        ("answerCallbackQuery", 400, "Bad Request: query is too old and response timeout expired"),
        ("editMessageText", 400, "Bad Request: message is not modified"),
        ("editMessageText", 403, "Forbidden: bot was blocked by the user"),
        ("editMessageText", 400, "Bad Request: TOPIC_CLOSED"),
    ],
)
def test_refusals_that_mean_nothing_went_wrong(
    watched: World, caplog: pytest.LogCaptureFixture, method: str, status: int, said: str
) -> None:
    topics = watched.says("/topics")
    watched.calls()
    watched.telegram.fail(method, status, said)
    watched.taps(topics, topics.buttons[0])
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []
    # The bot doesn't write where it may not, and tells nobody.
    assert watched.telegram.said() == []


@pytest.mark.parametrize(
    "said",
    [
        "Not enough rights to send text messages to the chat",
        "Need administrator rights in the channel chat",
        "Message thread not found",
        "Group chat was deactivated",
        *"CHAT_WRITE_FORBIDDEN CHAT_RESTRICTED CHAT_SEND_PLAIN_FORBIDDEN CHAT_ADMIN_REQUIRED"
        " PRIVACY_PREMIUM_REQUIRED USER_BANNED_IN_CHANNEL INPUT_USER_DEACTIVATED".split(),
    ],
)
def test_where_the_bot_may_not_write_it_is_not_welcome(said: str) -> None:
    assert updates.NOT_ALLOWED.search(str(BadRequest(said)))
    assert not updates.NOT_ALLOWED.search(str(BadRequest("Message text is empty")))


# --- A fault of ours ------------------------------------------------------------------------------


def poison(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the question "poison" break the bot."""
    ask = KnowledgeBase.ask

    def broken(self: KnowledgeBase, question: str, context: Context) -> object:
        if question == "poison":
            raise RuntimeError(question)
        return ask(self, question, context)

    monkeypatch.setattr(KnowledgeBase, "ask", broken)


def test_a_poisoned_update_is_one_sentence_and_one_notice(
    watched: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison(monkeypatch)
    for _ in range(3):
        assert watched.says("poison").text == texts.SORRY
    assert watched.says("po vacancies").text.startswith(VACANCIES)
    admin = watched.telegram.chat(501)
    notices = [one.text for one in admin.messages if one.sender == watched.telegram.bot]
    assert len(notices) == 1
    assert "RuntimeError" in notices[0]
    # What somebody wrote is nobody else's business.
    assert "poison" not in notices[0]


def test_network_trouble_is_no_fault_of_ours(watched: World) -> None:
    update = Update.de_json(watched.telegram.text(watched.ann, "x"), watched.application.bot)
    watched.runner.run(watched.application.process_error(update, NetworkError("down")))
    assert watched.telegram.chat(501).last.text == "/start"
