"""What the bot tells about itself agrees everywhere: handlers, menus, /help, README, settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from telegram.ext import CommandHandler

from bot import handlers as registry
from bot import settings, texts
from bot.handlers import commands
from bot.settings import KEYS, Settings, SettingsError
from knowledge import Report
from tests.conftest import World

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"


def handled(world: World) -> set[str]:
    """The commands that have a handler."""
    groups = world.application.handlers.values()
    return {
        command
        for handlers in groups
        for handler in handlers
        if isinstance(handler, CommandHandler)
        for command in handler.commands
    }


def test_handlers_and_menus_name_the_same_commands(chat: World) -> None:
    assert handled(chat) == set(registry.COMMANDS) == set(texts.PRIVATE_COMMANDS)
    assert set(texts.GROUP_COMMANDS) <= handled(chat)


def test_help_names_every_command_and_button(chat: World) -> None:
    shown = chat.says("/help").text
    assert set(re.findall(r"^/(\w+)", shown, re.M)) == handled(chat)
    for labels in texts.BUTTONS_EXPLAINED:
        for label in labels:
            assert label in shown


def test_the_readme_names_every_command_and_button(chat: World) -> None:
    readme = README.read_text(encoding="utf-8")
    for command in handled(chat):
        assert f"/{command}" in readme
    for labels in texts.BUTTONS_EXPLAINED:
        for label in labels:
            assert label in readme


def test_menus_and_descriptions_are_set_by_scope(chat: World) -> None:
    room = chat.telegram.supergroup("Newsroom", chat.ann)
    chat.telegram.add_bot(chat.ann, room)
    chat.runner.run(commands.publish(chat.application))
    assert chat.telegram.menu(chat.ann) == list(texts.PRIVATE_COMMANDS)
    assert chat.telegram.menu(chat.ann, room) == list(texts.GROUP_COMMANDS)
    reports, told = chat.knowledge.snapshot.reports, chat.telegram.profile
    long, short = texts.titles(reports, texts.LONG), texts.titles(reports, texts.SHORT)
    assert told["description", ""] == texts.DESCRIPTION.format(long)
    assert told["short_description", ""] == texts.SHORT_DESCRIPTION.format(short)


def test_the_profile_speaks_of_the_report_loaded(chat: World) -> None:
    chat.runner.run(commands.publish(chat.application))
    said = chat.telegram.profile["description", ""]
    assert chat.knowledge.snapshot.reports[0].title in said


@pytest.mark.parametrize("titles", [(), ("T",) * 3, ("Long title " * 60,)])
def test_descriptions_keep_to_telegrams_limits(titles: tuple[str, ...]) -> None:
    reports = [Report("", title, *[""] * 4) for title in titles]
    assert len(texts.SHORT_DESCRIPTION.format(texts.titles(reports, texts.SHORT))) <= 120
    assert len(texts.DESCRIPTION.format(texts.titles(reports, texts.LONG))) <= 512


def test_a_restart_sets_nothing_again(chat: World) -> None:
    chat.runner.run(commands.publish(chat.application))
    chat.calls()
    chat.runner.run(commands.publish(chat.application))
    assert not [call.method for call in chat.calls() if call.method.startswith("set")]


@pytest.mark.parametrize(
    "method", ["getMyCommands", "setMyCommands", "setMyDescription", "setMyShortDescription"]
)
def test_a_refusal_stops_neither_the_others_nor_the_bot(
    chat: World, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    chat.telegram.fail(method, 400, "Bad Request: chat not found")
    chat.runner.run(commands.publish(chat.application))
    warnings = [record.message for record in caplog.records if record.levelname == "WARNING"]
    assert warnings == ["A menu or description was not set: Chat not found"]
    done = {call.method for call in chat.calls() if not call.error}
    assert len(done & {"setMyCommands", "setMyDescription", "setMyShortDescription"}) >= 2
    assert chat.says("hi").text == texts.SMALL_TALK["greeting"]


# --- Settings -----------------------------------------------------------------------------------


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An environment without settings; gives the path of a `.env` file in it."""
    for key in KEYS:
        monkeypatch.delenv(key, raising=False)
    return tmp_path / ".env"


def test_the_example_lists_every_setting_with_its_default(clean: Path) -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert re.findall(r"^#? ?([A-Z_]+)=", example, re.M) == list(KEYS)
    for block in example.strip().split("\n\n"):
        assert block.startswith("# "), block
    clean.write_text(example, encoding="utf-8")
    assert settings.load(clean) == Settings()


def test_the_environment_comes_before_the_file(
    clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean.write_text("RETENTION_DAYS=7\nADMIN_IDS=1, 2\nDATABASE=x.db\n", encoding="utf-8")
    monkeypatch.setenv("RETENTION_DAYS", "30")
    loaded = settings.load(clean)
    assert loaded.retention_days == 30
    assert loaded.admin_ids == {1, 2}
    assert loaded.database == Path("x.db")
    assert loaded.questions_per_minute == 20


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("TELEGRAM_BOT_TOKEN", "secret without a colon"),
        ("ADMIN_IDS", "ann, bea"),
        ("TELEGRAM_API_BASE_URL", "bots.example.org"),
        ("LOG_LEVEL", "LOUD"),
        ("RETENTION_DAYS", "0"),
        ("RETENTION_DAYS", "ninety"),
        ("QUESTIONS_PER_MINUTE", "-1"),
        ("CONTEXT_MINUTES", "1.5"),
        ("WEBHOOK_URL", "example.org"),
        ("WEBHOOK_SECRET", "two words"),
        ("LISTEN", "8443"),
        ("LISTEN", "localhost:99999"),
    ],
)
def test_a_bad_value_is_one_line_that_names_the_key(
    clean: Path, monkeypatch: pytest.MonkeyPatch, key: str, value: str
) -> None:
    monkeypatch.setenv(key, value)
    with pytest.raises(SettingsError) as refused:
        settings.load(clean)
    assert str(refused.value).startswith(f"{key} ")
    assert "\n" not in str(refused.value)
    assert "secret" not in str(refused.value)


def test_settings_never_show_their_secrets() -> None:
    shown = repr(Settings(token="1:topsecret", webhook_secret="hidden"))
    assert "topsecret" not in shown
    assert "hidden" not in shown
