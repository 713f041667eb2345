"""People and chats: what the bot is told, and whom it may write to."""

from __future__ import annotations

import json
from typing import Any

from tests.telegram import (
    Telegram,
    User,
)
from tests.telegram.conftest import send


def test_ids_are_deterministic() -> None:
    def story() -> list[Any]:
        telegram = Telegram(clock=lambda: 1_760_000_000)
        ann = telegram.user("Ann")
        group = telegram.group("Team", ann)
        return [
            telegram.text(ann, "/start"),
            telegram.add_bot(ann, group),
            telegram.inline(ann, "q"),
        ]

    assert story() == story()
    assert [update["update_id"] for update in story()] == [1, 2, 4]  # 3: the bot has joined


def test_privacy_mode(telegram: Telegram, ann: User) -> None:
    group = telegram.supergroup("Team", ann)
    telegram.add_bot(ann, group)
    send(telegram, "sendMessage", chat_id=group.id, text="Hello all")
    ours = group.last
    assert not telegram.text(ann, "just talking", group)
    assert not telegram.text(ann, "@annual_report_bot vacancies?", group)
    assert telegram.text(ann, "/ask vacancies", group)
    assert telegram.text(ann, "/ask@Annual_Report_Bot vacancies", group)
    assert not telegram.text(ann, "/ask@other_bot vacancies", group)
    assert telegram.text(ann, "and now?", group, reply_to=ours)["message"]["reply_to_message"]
    telegram.other_bot(group, "me too")
    assert not telegram.text(ann, "/ask vacancies", group)
    assert not telegram.edit(ann, group.last, "just talking again", group)
    telegram.add_bot(ann, group, admin=True)
    assert telegram.text(ann, "an admin sees all", group)
    assert telegram.edit(ann, group.last, "edits too", group)["edited_message"]["edit_date"]


def test_anonymous_admins_and_channels_speak_as_chats(telegram: Telegram, ann: User) -> None:
    group, channel = telegram.supergroup("Team", ann), telegram.channel("News", ann)
    telegram.add_bot(ann, group, admin=True)
    anonymous = telegram.text(ann, "/ask x", group, as_chat=group)["message"]
    assert anonymous["from"]["username"] == "GroupAnonymousBot"
    assert anonymous["sender_chat"]["id"] == group.id
    assert (
        telegram.text(ann, "/ask x", group, as_chat=channel)["message"]["from"]["id"] == 136817688
    )
    assert not telegram.post(channel, "before the bot joined")
    telegram.add_bot(ann, channel)
    assert "from" not in telegram.post(channel, "/ask x")["channel_post"]


def test_topics_keep_answers_together(telegram: Telegram, ann: User) -> None:
    forum = telegram.supergroup("Forum", ann, forum=True)
    telegram.add_bot(ann, forum, admin=True)
    thread = telegram.topic(ann, forum, "Staffing")
    asked = telegram.text(ann, "/ask x", forum, thread=thread)["message"]
    assert asked["message_thread_id"] == thread
    assert asked["is_topic_message"]
    assert "forum_topic_created" in asked["reply_to_message"]  # Telegram's own trap
    reply = json.dumps({"message_id": asked["message_id"]})
    answered = send(telegram, "sendMessage", chat_id=forum.id, text="a", reply_parameters=reply)
    assert answered["message_thread_id"] == thread


def test_who_may_not_be_written_to(telegram: Telegram, ann: User) -> None:
    def write(chat_id: int) -> str:
        return str(send(telegram, "sendMessage", chat_id=chat_id, text="x"))

    stranger, group, channel = (
        telegram.user("Bo"),
        telegram.group("Old", ann),
        telegram.channel("News"),
    )
    assert write(stranger.id) == "403 Forbidden: bot can't initiate conversation with a user"
    blocked = telegram.block(ann)["my_chat_member"]
    assert blocked["new_chat_member"]["status"] == "kicked"
    assert write(ann.id) == "403 Forbidden: bot was blocked by the user"
    telegram.unblock(ann)
    assert write(ann.id).startswith("{")
    assert write(group.id) == "403 Forbidden: bot is not a member of the group chat"
    assert write(channel.id) == "403 Forbidden: bot is not a member of the channel chat"
    telegram.add_bot(ann, group)
    new = telegram.migrate(ann, group)
    status, body = telegram.call("sendMessage", {"chat_id": group.id, "text": "x"})
    assert (status, json.loads(body)["parameters"]) == (400, {"migrate_to_chat_id": new.id})
    assert write(new.id).startswith("{")
    telegram.remove_bot(ann, new)
    assert write(new.id) == "403 Forbidden: bot was kicked from the supergroup chat"


def test_forwards_name_their_origin(telegram: Telegram, ann: User) -> None:
    telegram.text(ann, "original")
    original = telegram.chat(ann).last
    shown = telegram.forward(ann, original)["message"]
    assert shown["forward_origin"]["sender_user"]["id"] == ann.id
    assert shown["text"] == "original"
    assert (
        telegram.forward(ann, original, hidden=True)["message"]["forward_origin"]["type"]
        == "hidden_user"
    )


def test_only_wanted_updates_are_queued(telegram: Telegram, ann: User) -> None:
    assert telegram.queue("chat_member", {}) == {}  # off by default, as at Telegram
    send(telegram, "getUpdates", allowed_updates='["message"]')
    assert not telegram.block(ann)
    assert not telegram.inline(ann, "q")
    send(telegram, "getUpdates")  # unset keeps what was set
    assert not telegram.unblock(ann)
    assert telegram.text(ann, "hi")
    send(telegram, "getUpdates", allowed_updates="[]")
    assert telegram.inline(ann, "q")


def test_updates_are_confirmed_by_offset(telegram: Telegram, ann: User) -> None:
    first, second, third = (telegram.text(ann, word)["update_id"] for word in "abc")

    def ids(**parameters: int) -> list[int]:
        return [update["update_id"] for update in send(telegram, "getUpdates", **parameters)]

    assert ids() == ids() == [first, second, third]
    assert ids(limit=1) == [first]
    assert ids(offset=second) == [second, third]
    assert ids() == [second, third]
    assert ids(offset=-1) == ids() == [third]
    assert ids(offset=third + 1) == []


def test_menus_by_scope_and_language(telegram: Telegram, ann: User) -> None:
    def menu_for(scope: dict[str, Any], *names: str, language: str = "") -> Any:
        commands = [{"command": name, "description": "d"} for name in names]
        given = {
            "commands": json.dumps(commands),
            "scope": json.dumps(scope),
            "language_code": language,
        }
        return send(telegram, "setMyCommands", **given)

    jean = telegram.user("Jean", language="fr")
    group = telegram.supergroup("Team", ann, jean)
    telegram.add_bot(ann, group)
    assert menu_for({"type": "default"}, "help")
    assert menu_for({"type": "default"}, "aide", language="fr")
    assert menu_for({"type": "all_group_chats"}, "ask")
    assert menu_for({"type": "chat_administrators", "chat_id": group.id}, "add")
    assert menu_for({"type": "chat", "chat_id": ann.id}, "add", "undo")
    assert (telegram.menu(ann), telegram.menu(jean)) == (["add", "undo"], ["aide"])
    assert (telegram.menu(ann, group), telegram.menu(jean, group)) == (["add"], ["ask"])
    assert menu_for({"type": "default"}, "Ask") == "400 Bad Request: BOT_COMMAND_INVALID"
    assert menu_for({"type": "chat", "chat_id": 5}, "x") == "400 Bad Request: chat not found"
    assert send(telegram, "deleteMyCommands", language_code="fr") is True
    assert telegram.menu(jean) == ["help"]
