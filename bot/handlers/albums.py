"""Albums: Telegram sends each of their pictures as a message, but they are answered once."""

from __future__ import annotations

from collections import OrderedDict

from telegram import Message

from bot.services import Context

_KEPT = 1_000
_KEY = "albums"


def is_first(message: Message, context: Context, *, captioned: bool) -> bool:
    """Tell whether to answer a message: a caption once, a picture without unless another was."""
    album = message.media_group_id
    if album is None:
        return True
    seen: OrderedDict[str, bool] = context.bot_data.setdefault(_KEY, OrderedDict())
    answered = seen.get(album, False) if captioned else album in seen
    seen[album] = captioned or seen.get(album, False)
    while len(seen) > _KEPT:
        seen.popitem(last=False)
    return not answered
