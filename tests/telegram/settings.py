"""The Bot API methods about the bot itself: updates, webhook, menus, profile."""

from __future__ import annotations

import re

from tests.telegram.chats import Place
from tests.telegram.methods import Methods
from tests.telegram.reading import Files, integer
from tests.telegram.values import Chat, Json, RefusalError, User, bad_request

PROFILE_LIMITS = {"description": 512, "short_description": 120}
EVERYWHERE = frozenset(
    {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
)
_LOCAL = re.compile(r"http://(?:127\.0\.0\.1|localhost|\[::1\])[:/]")
_UNABLE = (
    "can_connect_to_business has_main_web_app has_topics_enabled allows_users_to_create_topics"
    " can_read_all_group_messages".split()
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
        self.wake()
        return True

    def get_webhook_info(self, _: Json, __: Files) -> Json:
        """Where updates go and what went wrong last."""
        info = {name: value for name, value in self.webhook.items() if name != "secret"}
        if self.allowed_updates is not None:
            info["allowed_updates"] = sorted(self.allowed_updates)
        return info | {"has_custom_certificate": False, "pending_update_count": len(self.updates)}

    # --- Menus and profile ------------------------------------------------------------------------

    def set_my_commands(self, given: Json, _: Files) -> bool:
        """Set the command menu of a scope and language."""
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
        self.commands[self._scope(given)] = commands
        return True

    def get_my_commands(self, given: Json, _: Files) -> list[Json]:
        """The command menu of just this scope and language."""
        return self.commands.get(self._scope(given), [])

    def delete_my_commands(self, given: Json, _: Files) -> bool:
        """Remove the menu of a scope and language, so that a wider one shows."""
        self.commands.pop(self._scope(given), None)
        return True

    def _scope(self, given: Json) -> tuple[str, int, int, str]:
        scope = given.get("scope") or {"type": "default"}
        if not isinstance(scope, dict) or "type" not in scope:
            raise bad_request("can't parse BotCommandScope JSON object")
        language = _language(given)
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

    def menu(self, user: User, chat: Place | None = None) -> list[str]:
        """The names of the commands that a person is offered in a chat."""
        room = self.chat(user if chat is None else chat)
        for scope in _scopes(user, room):
            for language in (user.language_code, ""):
                if commands := self.commands.get((*scope, language)):
                    return [str(one["command"]) for one in commands]
        return []

    def set_my_description(self, given: Json, _: Files) -> bool:
        """Set what an empty chat shows."""
        return self._set_profile("description", given)

    def get_my_description(self, given: Json, _: Files) -> Json:
        return self._profile("description", given)

    def set_my_short_description(self, given: Json, _: Files) -> bool:
        """Set what the bot's profile says."""
        return self._set_profile("short_description", given)

    def get_my_short_description(self, given: Json, _: Files) -> Json:
        return self._profile("short_description", given)

    def _set_profile(self, field: str, given: Json) -> bool:
        if len(str(given.get(field, ""))) > PROFILE_LIMITS[field]:
            raise bad_request(f"{field.replace('_', ' ')} is too long")  # wording not verified
        self.profile[field, _language(given)] = str(given.get(field, ""))
        return True

    def _profile(self, field: str, given: Json) -> Json:
        default = self.profile.get((field, ""), "")
        return {field: self.profile.get((field, _language(given))) or default}

    # --- Who is who -------------------------------------------------------------------------------

    def get_me(self, _: Json, __: Files) -> Json:
        able = ("can_join_groups", "supports_inline_queries")
        can = dict.fromkeys(able, True) | dict.fromkeys(_UNABLE, False)
        return self.bot.as_json() | can

    def get_chat(self, given: Json, _: Files) -> Json:
        gifts = ("unlimited", "limited", "unique")
        accepted = {f"{name}_gifts": False for name in gifts}
        accepted |= {"premium_subscription": False, "gifts_from_channels": False}
        usual = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": accepted}
        return self.room(given).as_json() | usual


def _language(given: Json) -> str:
    language = str(given.get("language_code", ""))
    if not re.fullmatch(r"(?:[a-z]{2})?", language):
        raise bad_request("invalid language code specified")
    return language


def _scopes(user: User, chat: Chat) -> list[tuple[str, int, int]]:
    """The scopes that count for a person in a chat, the narrowest first."""
    if chat.type == "private":
        return [("chat", chat.id, 0), ("all_private_chats", 0, 0), ("default", 0, 0)]
    is_admin = chat.members.get(user.id) in {"creator", "administrator"}
    return [
        ("chat_member", chat.id, user.id),
        *([("chat_administrators", chat.id, 0)] if is_admin else []),
        ("chat", chat.id, 0),
        *([("all_chat_administrators", 0, 0)] if is_admin else []),
        ("all_group_chats", 0, 0),
        ("default", 0, 0),
    ]
