"""The Bot API methods about the bot itself: updates, webhook, command menus, descriptions."""

import re
from collections.abc import Iterable

from bot.simulator.chats import Chat, Json, RefusalError, User, bad_request
from bot.simulator.inputs import chat_of, integer
from bot.simulator.methods import Files, Method
from bot.simulator.store import Store

PROFILE_LIMITS = {"name": 64, "description": 512, "short_description": 120}
DEFAULT_MENU_BUTTON: Json = {"type": "commands"}
_LOCAL = re.compile(r"http://(?:127\.0\.0\.1|localhost|\[::1\])[:/]")


def get_updates(store: Store, parameters: Json, _: Files) -> list[Json]:
    """Return the updates from `offset` on; older ones are thereby confirmed and gone."""
    if store.webhook["url"]:
        raise RefusalError(
            409,
            "Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first",
        )
    _allow(store, parameters)
    offset = integer(parameters, "offset")
    limit = min(max(integer(parameters, "limit", 100), 1), 100)
    if offset < 0:
        store.updates = store.updates[offset:]
    elif offset:
        store.updates = [update for update in store.updates if update["update_id"] >= offset]
    return store.updates[:limit]


def _allow(store: Store, parameters: Json) -> None:
    allowed = parameters.get("allowed_updates")
    if isinstance(allowed, list):  # unset keeps the previous setting, an empty list resets it
        store.allowed_updates = frozenset(map(str, allowed)) if allowed else None


def set_webhook(store: Store, parameters: Json, _: Files) -> bool:
    """Have updates posted to a URL."""
    url, secret = str(parameters.get("url", "")), str(parameters.get("secret_token", ""))
    # Telegram wants https; a self-hosted server in local mode, like this one, also takes loopback.
    if url and not (url.startswith("https://") or _LOCAL.match(url)):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    _allow(store, parameters)
    return _webhook(store, url, secret, parameters)


def delete_webhook(store: Store, parameters: Json, _: Files) -> bool:
    """Go back to getUpdates."""
    return _webhook(store, "", "", parameters)


def _webhook(store: Store, url: str, secret: str, parameters: Json) -> bool:
    if parameters.get("drop_pending_updates"):
        store.updates.clear()
    store.webhook = {"url": url}
    if url:
        store.webhook |= {
            "secret": secret,
            "max_connections": integer(parameters, "max_connections", 40),
        }
    for listener in list(store.listeners):
        listener()
    return True


def get_webhook_info(store: Store, _: Json, __: Files) -> Json:
    """Tell where updates go and what went wrong last."""
    info = {name: value for name, value in store.webhook.items() if name != "secret"}
    if store.allowed_updates is not None:
        info["allowed_updates"] = sorted(store.allowed_updates)
    return info | {"has_custom_certificate": False, "pending_update_count": len(store.updates)}


def _scope(store: Store, parameters: Json) -> tuple[str, int, int, str]:
    scope = parameters.get("scope") or {"type": "default"}
    if not isinstance(scope, dict) or "type" not in scope:
        raise bad_request("can't parse BotCommandScope JSON object")
    kind, chat_id, user_id = str(scope["type"]), 0, 0
    if kind not in {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}:
        if kind not in {"chat", "chat_administrators", "chat_member"}:
            raise bad_request("can't parse BotCommandScope: Unsupported type specified")
        chat = chat_of(store, scope, write=False)
        if kind != "chat" and chat.type == "private":
            raise bad_request("can't use the specified scope in private chats")
        chat_id = chat.id
        user_id = integer(scope, "user_id") if kind == "chat_member" else 0
    return kind, chat_id, user_id, _language(parameters)


def _language(parameters: Json) -> str:
    language = str(parameters.get("language_code", ""))
    if not re.fullmatch(r"(?:[a-z]{2})?", language):
        raise bad_request("invalid language code specified")
    return language


def set_my_commands(store: Store, parameters: Json, _: Files) -> bool:
    """Set the command menu of a scope and language."""
    commands = parameters.get("commands")
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command", "")).removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    store.commands[_scope(store, parameters)] = commands
    return True


def get_my_commands(store: Store, parameters: Json, _: Files) -> list[Json]:
    """Return the command menu of just this scope and language."""
    return store.commands.get(_scope(store, parameters), [])


def delete_my_commands(store: Store, parameters: Json, _: Files) -> bool:
    """Remove the menu of a scope and language, so that a wider one shows."""
    store.commands.pop(_scope(store, parameters), None)
    return True


def menu(store: Store, user: User, chat: Chat) -> list[Json]:
    """Return the commands a person is offered in a chat: the narrowest scope that has any."""
    admin = chat.members.get(user.id) in {"creator", "administrator"}
    scopes: list[tuple[str, int, int]] = [("chat", chat.id, 0)]
    if chat.type == "private":
        scopes += [("all_private_chats", 0, 0), ("default", 0, 0)]
    else:
        scopes = [
            ("chat_member", chat.id, user.id),
            *([("chat_administrators", chat.id, 0)] if admin else []),
            *scopes,
            *([("all_chat_administrators", 0, 0)] if admin else []),
            ("all_group_chats", 0, 0),
            ("default", 0, 0),
        ]
    for scope in scopes:
        for language in (user.language_code, ""):
            if commands := store.commands.get((*scope, language)):
                return commands
    return []


def _setter(field: str) -> Method:
    def set_field(store: Store, parameters: Json, _: Files) -> bool:
        value, language = str(parameters.get(field, "")), _language(parameters)
        if len(value) > PROFILE_LIMITS[field]:
            raise bad_request(f"{field.replace('_', ' ')} is too long")  # wording not verified
        store.profile[field, language] = value
        return True

    return set_field


def _getter(field: str) -> Method:
    def get_field(store: Store, parameters: Json, _: Files) -> Json:
        named = store.bot.first_name if field == "name" else ""
        default = store.profile.get((field, ""), named)
        return {field: store.profile.get((field, _language(parameters))) or default}

    return get_field


def set_chat_menu_button(store: Store, parameters: Json, _: Files) -> bool:
    """Set the menu button of a private chat, or of all."""
    button = parameters.get("menu_button") or DEFAULT_MENU_BUTTON
    if not isinstance(button, dict) or button.get("type") not in {"commands", "default", "web_app"}:
        raise bad_request("can't parse menu button: Unsupported type specified")
    store.menu_buttons[_private(store, parameters)] = button
    return True


def get_chat_menu_button(store: Store, parameters: Json, _: Files) -> Json:
    """Return the menu button of a private chat, or the usual one."""
    default = store.menu_buttons.get(0, DEFAULT_MENU_BUTTON)
    return store.menu_buttons.get(_private(store, parameters), default)


def _private(store: Store, parameters: Json) -> int:
    return chat_of(store, parameters, write=False).id if parameters.get("chat_id") else 0


def _named(methods: Iterable[Method]) -> dict[str, Method]:
    """Methods under their Bot API names: get_my_commands is getMyCommands."""
    return {re.sub(r"_(\w)", lambda m: m[1].upper(), m.__name__): m for m in methods}


SETTINGS: dict[str, Method] = {
    **_named((get_updates, set_webhook, delete_webhook, get_webhook_info)),
    **_named((set_my_commands, get_my_commands, delete_my_commands)),
    **_named((set_chat_menu_button, get_chat_menu_button)),
    "setMyName": _setter("name"),
    "getMyName": _getter("name"),
    "setMyDescription": _setter("description"),
    "getMyDescription": _getter("description"),
    "setMyShortDescription": _setter("short_description"),
    "getMyShortDescription": _getter("short_description"),
}
