"""Who reaches the administrators' side: nobody but them, in private, in their own texts."""

from __future__ import annotations

from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from bot import handlers as registry
from bot import texts
from bot.admin import texts as admin_texts
from bot.handlers.commands import publish
from bot.transport import updates
from knowledge import KnowledgeBase
from tests.administrators import BEA, CAL, Desk, small, talking

COMMANDS = sorted(admin_texts.COMMANDS)
UPDATE_IDS = count(900_000)


def changes(desk: Desk) -> int:
    """How many changes there have been."""
    with closing(KnowledgeBase.open(desk.path, shipped=False)) as base:
        return base.snapshot.change


def test_handlers_and_menu_name_the_same_commands() -> None:
    assert set(COMMANDS) <= set(registry.ADMINISTRATORS)
    assert not set(COMMANDS) & set(texts.PRIVATE_COMMANDS)


def test_to_anybody_else_a_command_does_not_exist(desk: Desk) -> None:
    unknown = desk.says("/nonsense", desk.ann).text
    forms = ("/{} Q? | A. | T", "/{}@annual_report_bot x")
    for form in (form.format(command) for command in COMMANDS for form in forms):
        assert desk.says(form, desk.ann).text == unknown
    assert changes(desk) == 1


def test_without_administrators_no_command_exists_either(tmp_path: Path) -> None:
    path = tmp_path / "small.db"
    with small(path) as desk:
        unknown, telegram = desk.says("/nonsense").text, desk.telegram
    with (
        closing(KnowledgeBase.open(path)) as base,
        talking(path, base, telegram, admin_ids=frozenset()) as alone,
    ):
        assert {alone.says(f"/{command}").text for command in COMMANDS} == {unknown}


def test_in_groups_nothing_answers_even_an_administrator(desk: Desk) -> None:
    room = desk.telegram.supergroup("Newsroom", desk.bea, desk.ann)
    desk.telegram.add_bot(desk.bea, room, admin=True)
    desk.deliver()
    desk.telegram.calls.clear()
    for command in COMMANDS:
        desk.telegram.text(desk.bea, f"/{command}@annual_report_bot a | b | c", room)
        # An anonymous administrator of the group speaks as the group.
        desk.telegram.text(desk.bea, f"/{command}@annual_report_bot", room, as_chat=room)
    desk.deliver()
    assert not [call for call in desk.telegram.calls if call.method.startswith("send")]
    assert changes(desk) == 1


def test_a_forwarded_command_is_somebody_elses_words(desk: Desk) -> None:
    desk.says("/gap Is there one? | No.")
    desk.taps("Save")
    before = changes(desk)
    desk.says("hello", desk.ann)
    desk.telegram.text(desk.ann, "/undo")
    message = desk.telegram.chat(desk.ann).last
    desk.deliver()
    desk.telegram.forward(desk.bea, message)
    desk.deliver()
    assert desk.last().text == texts.UNKNOWN_COMMAND
    assert changes(desk) == before


def test_a_file_by_anybody_else_is_not_read(desk: Desk) -> None:
    assert desk.sends("new.csv", b"question,answer\nWhat?,That.\n", desk.ann).text == texts.NOT_TEXT


def test_hand_written_taps_and_deep_links_lead_nowhere(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.says("/gap Is there one? | No.")
    save = desk.last().keyboard[0][0].data
    answer = desk.says("po vacancies", desk.ann)
    forged = ["a:undo:1", "a:edit:nps-vacancies", "a:export:json", "a:", save]
    for data in forged:
        desk.telegram.toasts.clear()
        desk.telegram.calls.clear()
        desk.telegram.tap(desk.ann, answer, data=data)
        desk.deliver()
        assert [toast.text for toast in desk.telegram.toasts] == [texts.OLD_BUTTON]
        assert [call.method for call in desk.telegram.calls] == ["answerCallbackQuery"]
    assert str(desk.ann.id) not in caplog.text
    for payload in ("add", "undo", "export", "a:undo:1"):
        assert desk.says(f"/start {payload}", desk.ann).text.startswith("Ask me about")
    assert changes(desk) == 1


def test_a_button_of_an_older_version_is_an_old_button(desk: Desk) -> None:
    desk.telegram.tap(desk.bea, desk.says("/add"), data="a:1252")
    desk.deliver()
    assert [toast.text for toast in desk.telegram.toasts] == [texts.OLD_BUTTON]


def test_an_administrators_tap_in_a_group_leads_nowhere(desk: Desk) -> None:
    room = desk.telegram.supergroup("Newsroom", desk.bea)
    desk.telegram.add_bot(desk.bea, room)
    desk.deliver()
    answer = desk.says("/ask@annual_report_bot po vacancies", room)
    desk.telegram.tap(desk.bea, answer, data="a:undo:1", chat=room)
    desk.deliver()
    assert desk.telegram.toasts[-1].text == texts.OLD_BUTTON
    assert changes(desk) == 1


def test_only_administrators_see_the_menu_and_lose_it_when_they_leave(tmp_path: Path) -> None:
    path = tmp_path / "small.db"
    with small(path) as desk:
        desk.runner.run(publish(desk.application))
        everybody = list(texts.PRIVATE_COMMANDS)
        assert desk.telegram.menu(desk.ann) == everybody
        assert desk.telegram.menu(desk.bea) == [*admin_texts.COMMANDS, *everybody]
        desk.telegram.calls.clear()
        desk.runner.run(publish(desk.application))
        assert not [call for call in desk.telegram.calls if call.method.startswith("set")]
        telegram = desk.telegram
    with (
        closing(KnowledgeBase.open(path)) as base,
        talking(path, base, telegram, admin_ids=frozenset({CAL})) as later,
    ):
        later.runner.run(publish(later.application))
        assert telegram.menu(later.bea) == everybody
        assert "undo" in telegram.menu(later.cal)
        assert later.says("/undo").text == texts.UNKNOWN_COMMAND


def test_a_menu_that_could_not_be_set_comes_with_start(desk: Desk) -> None:
    for _ in (BEA, CAL):
        desk.telegram.fail("getMyCommands", 400, "Bad Request: chat not found", times=4)
    desk.runner.run(publish(desk.application))
    assert "undo" not in desk.telegram.menu(desk.bea)
    desk.telegram._faults.clear()
    desk.says("/start")
    assert "undo" in desk.telegram.menu(desk.bea)


def test_help_lists_an_administrators_own_commands_first_and_to_them_alone(desk: Desk) -> None:
    shown = desk.says("/help").text
    assert [f"/{command} – " in shown for command in COMMANDS] == [True] * len(COMMANDS)
    assert shown.index("/cancel – ") < shown.index("/topics – ")
    everybody = desk.says("/help", desk.ann).text
    assert not [command for command in COMMANDS if f"/{command}" in everybody]


def test_inline_mode_knows_nothing_of_it(desk: Desk) -> None:
    desk.telegram.inline(desk.bea, "/undo")
    desk.deliver()
    assert changes(desk) == 1


@pytest.mark.parametrize("data", ["a:terms:0", "a:save:00000000", "a:undo:1"])
def test_a_tap_on_a_message_that_telegram_no_longer_gives_is_answered_below(
    desk: Desk, data: str
) -> None:
    number, before = next(UPDATE_IDS), desk.last()
    query = {
        "id": str(number),
        "from": {"id": desk.bea.id, "is_bot": False, "first_name": "Bea"},
        "message": {"message_id": 2, "date": 0, "chat": {"id": desk.bea.id, "type": "private"}},
        "chat_instance": "1",
        "data": data,
    }
    desk.runner.run(
        updates.handle(desk.application, {"update_id": number, "callback_query": query})
    )
    assert desk.last() != before
    assert "went wrong" not in desk.last().text
