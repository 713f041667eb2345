"""What happens to messages when Telegram, the connection or the program fails on the way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from telegram import Update
from telegram.error import NetworkError

from bot import app, texts
from bot.services import services_of
from bot.settings import Settings
from bot.simulator import SandboxRequest, Telegram
from bot.simulator.telegram import Flood
from bot.transport import outbox, retries
from bot.transport.chat_order import Intake
from bot.transport.notices import AT_MOST, Notices
from knowledge import Context, KnowledgeBase
from tests.conftest import World, started

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
    monkeypatch.setattr(retries, "clock", lambda: made.now)
    monkeypatch.setattr(retries, "sleep", made.sleep)
    monkeypatch.setattr(outbox, "sleep", made.sleep)
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


@pytest.mark.parametrize("arrived", [False, True])
def test_a_connection_lost_while_answering_leaves_one_answer(chat: World, arrived: bool) -> None:
    chat.telegram.lose("sendMessage", after=arrived)
    chat.says("po vacancies")
    (answer,) = answers(chat)
    assert answer.startswith(VACANCIES)


@pytest.mark.parametrize("arrived", [False, True])
def test_one_answer_in_a_supergroup_too(chat: World, arrived: bool) -> None:
    group = chat.telegram.supergroup("Team", chat.ann)
    chat.telegram.add_bot(chat.ann, group)
    chat.telegram.lose("sendMessage", after=arrived)
    chat.says("/ask po vacancies", group)
    said = [one.text for one in group.messages if one.sender == chat.telegram.bot]
    assert len(said) == 1


def test_the_answer_of_another_chat_is_not_taken_for_the_lost_one(chat: World) -> None:
    bea = chat.telegram.user("Bea")
    chat.says("telephone", who=bea)
    chat.telegram.lose("sendMessage", times=2)
    chat.says("po vacancies")
    assert len(answers(chat)) == 1
    assert chat.telegram.chat(bea).last.text.startswith(PHONE)


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
    assert 200 < hours.now <= retries.PATIENCE
    (record,) = [one for one in caplog.records if one.levelno >= logging.WARNING]
    assert (record.levelname, record.exc_info) == ("WARNING", None)


# --- Telegram's refusals --------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [1, 30, 240])
def test_any_time_telegram_asks_to_wait_is_waited(chat: World, hours: Hours, seconds: int) -> None:
    chat.telegram.fail("sendMessage", retry_after=seconds)
    assert chat.says("po vacancies").text.startswith(VACANCIES)
    assert sum(hours.waits) == pytest.approx(seconds + retries.SLACK)
    assert len(answers(chat)) == 1


def test_one_chat_told_to_wait_holds_up_no_other(chat: World) -> None:
    limiter = chat.application.bot.rate_limiter
    assert isinstance(limiter, retries.Pace)
    limiter._hold(chat.ann.id, 30)
    bea = chat.telegram.user("Bea")
    assert chat.says("telephone", who=bea).text.startswith(PHONE)
    assert retries.clock() == 0


def test_two_chats_told_to_wait_slow_everybody_down(chat: World, hours: Hours) -> None:
    limiter = chat.application.bot.rate_limiter
    assert isinstance(limiter, retries.Pace)
    limiter._hold(1, 10)
    limiter._hold(2, 10)
    chat.says("telephone")
    assert hours.now == pytest.approx(10 + retries.APART)
    chat.says("po vacancies")
    assert hours.now == pytest.approx(10 + 2 * retries.APART)


def test_a_burst_beyond_telegrams_limits_is_answered_once_each_and_in_order(
    chat: World, hours: Hours
) -> None:
    chat.telegram.flood_control = Flood()
    chat.telegram.clock = lambda: 1_700_000_000 + hours.now
    people = [chat.telegram.user(f"Person {number}") for number in range(15)]
    asked = ["po vacancies", "telephone"] * 4
    for question in asked:
        for person in people:
            chat.telegram.text(person, question)

    async def handle(raw: dict[str, Any]) -> None:
        await chat.application.process_update(Update.de_json(raw, chat.application.bot))

    async def all_at_once() -> None:
        intake = Intake(handle)
        taken = [intake.accept(update) for update in chat.telegram.take()]
        await asyncio.gather(*(one.done for one in taken))

    chat.runner.run(all_at_once())
    for person in people:
        messages = chat.telegram.chat(person).messages
        said = [one.text for one in messages if one.sender == chat.telegram.bot]
        assert [text[:8] for text in said] == [VACANCIES[:8], PHONE[:8]] * 4
    # It was told to wait, and did not insist.
    refused = [call for call in chat.calls() if call.status == 429]
    assert 0 < len(refused) < len(people)
    assert hours.now < retries.PATIENCE


def test_styles_telegram_cannot_read_are_left_out(chat: World) -> None:
    refusal = "Bad Request: can't parse entities: Unsupported start tag"
    chat.telegram.fail("sendMessage", 400, refusal)
    answer = chat.says("po vacancies")
    assert answer.text.startswith(VACANCIES)
    assert answer.entities == ()


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
    ],
)
def test_refusals_that_mean_nothing_went_wrong(
    watched: World, caplog: pytest.LogCaptureFixture, method: str, status: int, said: str
) -> None:
    topics = watched.says("/topics")
    watched.telegram.fail(method, status, said)
    watched.taps(topics, topics.buttons[0])
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


# --- A crash --------------------------------------------------------------------------------------


class Crash(BaseException):
    """The end of the program, as far as the code that runs can tell."""


def crash(world: World, monkeypatch: pytest.MonkeyPatch, *, arrived: bool) -> None:
    """Let the program end while a message is on its way to Telegram."""
    call = world.telegram.call

    def ending(method: str, *rest: object) -> tuple[int, bytes]:
        if method != "sendMessage":
            return call(method, *rest)  # type: ignore[arg-type]
        monkeypatch.setattr(world.telegram, "call", call)
        if arrived:
            call(method, *rest)  # type: ignore[arg-type]
        raise Crash

    monkeypatch.setattr(world.telegram, "call", ending)


@pytest.mark.parametrize("arrived", [False, True])
def test_a_crash_while_answering_leaves_one_answer(
    chat: World, monkeypatch: pytest.MonkeyPatch, arrived: bool
) -> None:
    chat.says("telephone")
    crash(chat, monkeypatch, arrived=arrived)
    update = chat.telegram.text(chat.ann, "po vacancies")
    for attempt in range(3):
        again = Update.de_json(update, chat.application.bot)
        try:
            chat.runner.run(chat.application.process_update(again))
        except Crash:
            assert attempt == 0
    first, second = answers(chat)
    assert first.startswith(PHONE)
    assert second.startswith(VACANCIES)


def restart(world: World) -> None:
    """Start the program again: what it had only in memory is gone."""
    requests = SandboxRequest(world.telegram), SandboxRequest(world.telegram)
    world.runner.run(world.application.shutdown())
    settings = services_of(world.application).settings
    world.application = app.build(settings, world.knowledge, *requests)
    world.runner.run(world.application.initialize())


def test_the_answer_to_an_earlier_question_is_not_taken_for_the_lost_one(
    chat: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Both were typed before the first was answered.
    first = chat.telegram.text(chat.ann, "telephone")
    second = chat.telegram.text(chat.ann, "po vacancies")

    def handle(update: dict[str, Any]) -> None:
        read = Update.de_json(update, chat.application.bot)
        chat.runner.run(chat.application.process_update(read))

    handle(first)
    restart(chat)
    crash(chat, monkeypatch, arrived=False)
    with pytest.raises(Crash):
        handle(second)
    restart(chat)
    handle(second)
    one, two = answers(chat)
    assert one.startswith(PHONE)
    assert two.startswith(VACANCIES)


@pytest.mark.parametrize("arrived", [False, True])
@pytest.mark.parametrize("group", [False, True])
def test_a_crash_while_a_tap_is_answered_leaves_one_answer(
    chat: World, monkeypatch: pytest.MonkeyPatch, arrived: bool, group: bool
) -> None:
    room = chat.telegram.supergroup("Team", chat.ann) if group else chat.telegram.chat(chat.ann)
    if group:
        chat.telegram.add_bot(chat.ann, room)
    answer = chat.says("/ask po vacancies", room)
    # Between the answer and the tap the program has been started again, and has seen no message.
    restart(chat)
    update = chat.telegram.tap(chat.ann, answer, "When were the vacancies counted?")
    crash(chat, monkeypatch, arrived=arrived)
    for crashed in (True, False, False):
        restart(chat)
        tap = Update.de_json(update, chat.application.bot)
        with pytest.raises(Crash) if crashed else nullcontext():
            chat.runner.run(chat.application.process_update(tap))
    said = [one.text for one in room.messages if one.sender == chat.telegram.bot]
    assert [text.partition("\n")[0] for text in said[1:]] == ["When were the vacancies counted?"]


def test_a_tap_found_again_far_from_its_message_is_answered_once(
    chat: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Another bot has used the database, and was further.
    ledger = chat.knowledge.store.ledger
    ledger.arrived(ledger.on_its_way("7:1", None, "7").note, 10**6)
    answer = chat.says("po vacancies")
    bea = chat.telegram.user("Bea")
    # So many that the tap's answer would not be looked for right after the message tapped.
    for _ in range(outbox.MOST // 2 + 1):
        chat.says("hi", who=bea)
    restart(chat)
    update = chat.telegram.tap(chat.ann, answer, "When were the vacancies counted?")
    crash(chat, monkeypatch, arrived=True)
    for crashed in (True, False):
        restart(chat)
        tap = Update.de_json(update, chat.application.bot)
        with pytest.raises(Crash) if crashed else nullcontext():
            chat.runner.run(chat.application.process_update(tap))
    assert len(answers(chat)) == 2


def test_what_an_administrator_began_is_not_done_twice(
    watched: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = watched.telegram.users[501]
    crash(watched, monkeypatch, arrived=False)
    update = watched.telegram.text(admin, "/help")
    with pytest.raises(Crash):
        watched.runner.run(
            watched.application.process_update(Update.de_json(update, watched.application.bot))
        )
    watched.runner.run(
        watched.application.process_update(Update.de_json(update, watched.application.bot))
    )
    assert watched.telegram.chat(admin).last.text == texts.INTERRUPTED


def test_a_ledger_that_cannot_be_written_keeps_nobody_from_an_answer(
    chat: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.runner.run(asyncio.sleep(0))
    chat.knowledge.store.file.db.execute("pragma query_only = on")
    assert chat.says("po vacancies").text.startswith(VACANCIES)


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
    assert "poison" not in notices[0].replace("test_outbox", "")


def test_faults_in_many_places_are_no_flood_of_notices() -> None:
    now = 0.0
    notices = Notices(lambda: now)
    kinds = [type(f"Fault{number}", (Exception,), {}) for number in range(20)]
    assert sum(notices.is_news(kind()) for kind in kinds) == AT_MOST
    now = 3601.0
    assert notices.is_news(kinds[-1]())
    assert not notices.is_news(kinds[0]())
    now = 24 * 3600.0 + 1
    assert notices.is_news(kinds[0]())


def test_network_trouble_is_no_fault_of_ours(watched: World) -> None:
    update = Update.de_json(watched.telegram.text(watched.ann, "x"), watched.application.bot)
    watched.runner.run(watched.application.process_error(update, NetworkError("down")))
    assert watched.telegram.chat(501).last.text == "/start"
