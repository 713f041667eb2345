"""The Bot API methods about who is who: the bot, chats and their members."""

from bot.simulator.chats import Json, bad_request
from bot.simulator.inputs import chat_of, integer
from bot.simulator.methods import Files, Method
from bot.simulator.store import Store

_GRANTED = ("can_manage_chat", "can_delete_messages")
_DENIED = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
)


def get_me(store: Store, _: Json, __: Files) -> Json:
    """Tell the bot who it is."""
    return store.bot.as_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not store.privacy,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
    }


def get_chat(store: Store, parameters: Json, _: Files) -> Json:
    """Describe a chat."""
    chat = chat_of(store, parameters, write=False)
    gifts = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    return chat.as_json() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


def member_json(user: Json, status: str) -> Json:
    """Return a chat member with the fields each status must have."""
    member: Json = {"user": user, "status": status}
    if status == "creator":
        member["is_anonymous"] = False
    elif status == "kicked":
        member["until_date"] = 0
    elif status == "administrator":
        member |= dict.fromkeys(_DENIED, False) | dict.fromkeys(_GRANTED, True)
    return member


def get_chat_member(store: Store, parameters: Json, _: Files) -> Json:
    """Tell what somebody is in a chat; for strangers, that they have left."""
    chat = chat_of(store, parameters, write=False)
    user = store.users.get(integer(parameters, "user_id"))
    if user is None:
        raise bad_request("invalid user_id specified")
    status = chat.bot if user == store.bot else chat.members.get(user.id, "left")
    return member_json(user.as_json(), status)


def get_chat_administrators(store: Store, parameters: Json, _: Files) -> list[Json]:
    """List a chat's owner and administrators."""
    chat = chat_of(store, parameters, write=False)
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    members = chat.members | {store.bot.id: chat.bot}
    return [
        member_json(store.users[user_id].as_json(), status)
        for user_id, status in members.items()
        if status in {"creator", "administrator"}
    ]


MEMBERS: dict[str, Method] = {
    "getMe": get_me,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
}
