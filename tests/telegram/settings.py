"""The Bot API methods about the bot itself and who is who: updates, webhook, menus, members."""

from __future__ import annotations

import re
from typing import Any

from tests.telegram import lenient as simulator
from tests.telegram.chats import Chat
from tests.telegram.lenient.chats import Place
from tests.telegram.lenient.methods import Files
from tests.telegram.lenient.values import Json, RefusalError, User, bad_request
from tests.telegram.methods import Methods
from tests.telegram.reading import integer

PROFILE_LIMITS = {"name": 64, "description": 512, "short_description": 120}
DEFAULT_MENU_BUTTON: Json = {"type": "commands"}
EVERYWHERE = frozenset(
    {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
)
_LOCAL = re.compile(r"http://(?:127\.0\.0\.1|localhost|\[::1\])[:/]")
_GRANTED = ("can_manage_chat", "can_delete_messages")
_DENIED = tuple(
    """can_be_edited is_anonymous can_manage_video_chats can_restrict_members can_promote_members
    can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories
    can_send_welcome_messages""".split()
)


class Settings(Methods):
    """The chats with what the bot has set."""

    # --- Updates ----------------------------------------------------------------------------------

    def get_updates(self, given: Json, _: Files) -> list[Json]:
        """The updates from `offset` on; older ones are thereby confirmed and gone."""
        if self.webhook["url"]:
            raise RefusalError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._allow(given)
        offset = integer(given, "offset")
        limit = min(max(integer(given, "limit", 100), 1), 100)
        if offset < 0:
            self.updates = self.updates[offset:]
        elif offset:
            self.updates = [update for update in self.updates if update["update_id"] >= offset]
        return self.updates[:limit]

    def _allow(self, given: Json) -> None:
        allowed = given.get("allowed_updates")
        if isinstance(allowed, list):  # unset keeps the previous setting, an empty list resets it
            self.allowed_updates = frozenset(map(str, allowed)) if allowed else None

    def set_webhook(self, given: Json, _: Files) -> bool:
        """Have updates posted to a URL."""
        url, secret = str(given.get("url", "")), str(given.get("secret_token", ""))
        # Telegram wants https; a self-hosted server in local mode also takes loopback.
        if url and not (url.startswith("https://") or _LOCAL.match(url)):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if len(secret) > 256:
            raise bad_request("secret token is too long")
        if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
            raise bad_request("secret token contains unallowed characters")
        self._allow(given)
        return self._set_webhook(url, secret, given)

    def delete_webhook(self, given: Json, _: Files) -> bool:
        """Go back to getUpdates."""
        return self._set_webhook("", "", given)

    def _set_webhook(self, url: str, secret: str, given: Json) -> bool:
        if given.get("drop_pending_updates"):
            self.updates.clear()
        self.webhook = {"url": url}
        if url:
            most = integer(given, "max_connections", 40)
            self.webhook |= {"secret": secret, "max_connections": most}
        for listener in list(self.listeners):
            listener()
        return True

    def get_webhook_info(self, _: Json, __: Files) -> Json:
        """Where updates go and what went wrong last."""
        info = {name: value for name, value in self.webhook.items() if name != "secret"}
        if self.allowed_updates is not None:
            info["allowed_updates"] = sorted(self.allowed_updates)
        return info | {"has_custom_certificate": False, "pending_update_count": len(self.updates)}

    # --- Menus and profile ------------------------------------------------------------------------

    def scope(self, given: Json) -> tuple[str, int, int, str]:
        scope = given.get("scope") or {"type": "default"}
        if not isinstance(scope, dict) or "type" not in scope:
            raise bad_request("can't parse BotCommandScope JSON object")
        language = self._language(given)
        kind = str(scope["type"])
        if kind in EVERYWHERE:
            return kind, 0, 0, language
        if kind not in {"chat", "chat_administrators", "chat_member"}:
            raise bad_request("can't parse BotCommandScope: Unsupported type specified")
        chat = self.room(scope, write=False)
        if kind != "chat" and chat.type == "private":
            raise bad_request("can't use the specified scope in private chats")
        user_id = integer(scope, "user_id") if kind == "chat_member" else 0
        return kind, chat.id, user_id, language

    def _language(self, given: Json) -> str:
        language = str(given.get("language_code", ""))
        if not re.fullmatch(r"(?:[a-z]{2})?", language):
            raise bad_request("invalid language code specified")
        return language

    def set_my_commands(self, given: Json, files: Files) -> bool:
        commands = given.get("commands")
        if not isinstance(commands, list):
            raise bad_request("expected an Array of BotCommand")
        if len(commands) > 100:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            name = str(command.get("command", "")).removeprefix("/")
            if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(str(command.get("description", ""))) <= 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        return super().set_my_commands(given, files)

    def scopes(self, user: User, chat: simulator.Chat) -> list[tuple[str, int, int]]:
        room = self.chat(chat)
        if room.type == "private":
            return super().scopes(user, chat)
        is_admin = room.members.get(user.id) in {"creator", "administrator"}
        return [
            ("chat_member", room.id, user.id),
            *([("chat_administrators", room.id, 0)] if is_admin else []),
            ("chat", room.id, 0),
            *([("all_chat_administrators", 0, 0)] if is_admin else []),
            ("all_group_chats", 0, 0),
            ("default", 0, 0),
        ]

    def menu(self, user: User, chat: Place | None = None) -> list[str]:
        """The names of the commands that a person is offered in a chat."""
        return list(self.commands_for(user, chat))

    def set_profile(self, field: str, given: Json) -> bool:
        self._language(given)
        if len(str(given.get(field, ""))) > PROFILE_LIMITS[field]:
            raise bad_request(f"{field.replace('_', ' ')} is too long")  # wording not verified
        return super().set_profile(field, given)

    def get_profile(self, field: str, given: Json) -> Json:
        self._language(given)
        return super().get_profile(field, given)

    def set_my_name(self, given: Json, _: Files) -> bool:
        return self.set_profile("name", given)

    def get_my_name(self, given: Json, _: Files) -> Json:
        return {"name": self.get_profile("name", given)["name"] or self.bot.first_name}

    def set_chat_menu_button(self, given: Json, _: Files) -> bool:
        """Set the menu button of a private chat, or of all."""
        button = given.get("menu_button") or DEFAULT_MENU_BUTTON
        kinds = {"commands", "default", "web_app"}
        if not isinstance(button, dict) or button.get("type") not in kinds:
            raise bad_request("can't parse menu button: Unsupported type specified")
        self.menu_buttons[self._private(given)] = button
        return True

    def get_chat_menu_button(self, given: Json, _: Files) -> Json:
        """The menu button of a private chat, or the usual one."""
        default = self.menu_buttons.get(0, DEFAULT_MENU_BUTTON)
        return self.menu_buttons.get(self._private(given), default)

    def _private(self, given: Json) -> int:
        return self.room(given, write=False).id if given.get("chat_id") else 0

    # --- Who is who -------------------------------------------------------------------------------

    def get_me(self, given: Json, files: Files) -> Json:
        unable = (
            "can_connect_to_business",
            "has_main_web_app",
            "has_topics_enabled",
            "allows_users_to_create_topics",
        )
        hears = {"can_read_all_group_messages": not self.privacy}
        return super().get_me(given, files) | hears | dict.fromkeys(unable, False)

    def get_chat_member(self, given: Json, _: Files) -> Json:
        """What somebody is in a chat; for strangers, that they have left."""
        chat, user = self.room(given, write=False), self.users.get(integer(given, "user_id"))
        if user is None:
            raise bad_request("invalid user_id specified")
        return member_json(user.as_json(), self._status(chat, user))

    def get_chat_administrators(self, given: Json, _: Files) -> list[Json]:
        """A chat's owner and administrators."""
        chat = self.room(given, write=False)
        if chat.type == "private":
            raise bad_request("there are no administrators in the private chat")
        members = [self.users[number] for number in (*chat.members, self.bot.id)]
        statuses = ((user, self._status(chat, user)) for user in members)
        leading = {"creator", "administrator"}
        return [member_json(one.as_json(), status) for one, status in statuses if status in leading]

    def _status(self, chat: Chat, user: User) -> str:
        return chat.bot if user == self.bot else chat.members.get(user.id, "left")


def member_json(user: Json, status: str) -> Json:
    """A chat member with the fields each status must have."""
    member: Json = {"user": user, "status": status}
    fields: dict[str, Any] = {
        "creator": {"is_anonymous": False},
        "kicked": {"until_date": 0},
        "administrator": dict.fromkeys(_DENIED, False) | dict.fromkeys(_GRANTED, True),
    }
    return member | dict(fields.get(status, {}))
