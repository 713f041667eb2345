"""Privacy, and what happens when something goes wrong."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from telegram import Update
from telegram.error import RetryAfter

from bot import app, texts
from bot.app import forget
from bot.logs import LINE, LogFilter
from bot.services import FairUse
from bot.settings import Settings
from knowledge import KnowledgeBase
from tests.conftest import World, started
from tests.telegram import SandboxRequest, Telegram

VACANCIES = "Over 650 probation officer posts in the NPS were vacant in September 2019."


# --- Privacy --------------------------------------------------------------------------------------


def test_nothing_personal_is_stored(tmp_path: Path) -> None:
    for world in started(tmp_path / "private.db"):
        person = world.telegram.user("Zebedee", user_id=987654321, username="zebedee_q")
        world.taps(world.says("po vacancies", who=person), texts.HELPFUL, who=person)
        world.says("vacancies? mail me at zed@example.org or 07700 900123", who=person)
    data = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for secret in (b"987654321", b"ebedee", b"zed@example.org", b"900123"):
        assert secret not in data
    assert b"vacancies" in data


def test_old_questions_are_deleted_by_the_bot(chat: World) -> None:
    chat.says("po vacancies")
    chat.age_questions()
    chat.says("ttg money")
    forget(chat.application)
    assert [row["question"] for row in chat.asked()] == ["ttg money"]


def record(message: str, *values: object, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("x", logging.WARNING, "", 0, message, values, info)


def written(made: LogFilter, *records: logging.LogRecord) -> list[str]:
    """What stands in the log after these records."""
    form = logging.Formatter(LINE, "%Y-%m-%dT%H:%M:%S")
    return [form.format(one) for one in records if made.filter(one)]


def test_logs_show_no_token_and_no_text(chat: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    chat.says("po vacancies")
    assert "vacancies" not in caplog.text
    secrets = "POST /bot42:sandbox/getMe 123456789:AAaaBBbbCCccDDddEEeeFFff_x"
    (line,) = written(LogFilter(), record("%s", secrets))
    assert "42:sandbox" not in line
    assert "AAaaBBbb" not in line
    try:
        int("what somebody wrote")
    except ValueError as error:
        (line,) = written(LogFilter(), record("failed", error=error))
    # Where it happened is said, not with which words.
    assert "somebody wrote" not in line.partition("traceback=")[2].replace("int(", "", 1)[-20:]
    assert line.endswith('ValueError"')


def test_one_line_of_a_kind_a_minute_with_a_count() -> None:
    now = 0.0
    made = LogFilter(clock=lambda: now)
    lines = written(made, *(record("Refused %s", number) for number in range(500)))
    lines += written(made, record("Task <0x7f1> failed"), record("Task <0x7f2> failed"))
    assert [line.partition("message=")[2] for line in lines] == [
        '"Refused 0"',
        '"Task <0x7f1> failed"',
    ]
    now = 61.0
    assert written(made, record("Refused %s", 7))[0].endswith(
        '"Refused 7 (499 more since the last such line)"'
    )


# --- Trouble --------------------------------------------------------------------------------------


def test_an_error_gets_an_apology(chat: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(KnowledgeBase, "ask", broken)
    assert chat.says("po vacancies").text == texts.SORRY


def test_a_person_who_blocked_the_bot_is_no_error(
    chat: World, caplog: pytest.LogCaptureFixture
) -> None:
    chat.telegram.fail("sendMessage", 403, "Forbidden: bot was blocked by the user")
    chat.telegram.text(chat.ann, "po vacancies")
    chat.deliver()
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []


@pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")
def test_a_wait_telegram_insists_on_is_a_warning(
    chat: World, caplog: pytest.LogCaptureFixture
) -> None:
    update = Update.de_json(chat.telegram.text(chat.ann, "x"), chat.application.bot)
    error = RetryAfter(timedelta(seconds=30))
    chat.runner.run(chat.application.process_error(update, error))
    assert [(record.levelname, record.exc_info) for record in caplog.records] == [("WARNING", None)]
    assert texts.SORRY not in chat.telegram.said()


def test_a_script_is_slowed_down_once_and_then_ignored(tmp_path: Path) -> None:
    settings = Settings(token=Telegram().token, questions_per_minute=3)
    for world in started(tmp_path / "fair.db", settings=settings):
        texts_ = [world.says("hi").text for _ in range(6)]
        assert texts_ == [texts.SMALL_TALK["greeting"]] * 3 + [texts.SLOW_DOWN, "hi", "hi"]
        other = world.telegram.user("Bea")
        assert world.says("hi", who=other).text == texts.SMALL_TALK["greeting"]


def test_edits_count_as_messages(tmp_path: Path) -> None:
    settings = Settings(token=Telegram().token, questions_per_minute=2)
    for world in started(tmp_path / "fair.db", settings=settings):
        reply = world.says("hi")
        for text in ("thanks", "bye", "hello"):
            world.telegram.edit(world.ann, reply.message_id - 1, text)
            world.deliver()
        assert world.telegram.message(world.ann, reply).text == texts.SMALL_TALK["thanks"]
        assert world.telegram.chat(world.ann).last.text == texts.SLOW_DOWN


def test_what_was_counted_is_forgotten_every_minute() -> None:
    now = 0.0
    fair = FairUse(2, lambda: now)
    assert [fair.excess(1) for _ in range(4)] == [0, 0, 1, 2]
    assert [fair.excess(2) for _ in range(3)] == [0, 0, 1]
    now = 61
    assert [fair.excess(1) for _ in range(3)] == [0, 0, 1]
    # Of who wrote before nothing is kept.
    assert list(fair._counts) == [1]


# --- Start-up -------------------------------------------------------------------------------------


def test_a_base_address_is_used_for_calls_and_files(tmp_path: Path, chat: World) -> None:
    settings = Settings(token="42:x", api_root="http://bots.example:8081")
    bot = app.build(settings, chat.knowledge, SandboxRequest(Telegram())).bot
    assert bot.base_url == "http://bots.example:8081/bot42:x"
    assert bot.base_file_url == "http://bots.example:8081/file/bot42:x"
