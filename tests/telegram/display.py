"""Messages for showing: text with entities back to Telegram's HTML."""

from collections.abc import Iterable
from html import escape as _escape

from tests.telegram.entities import Entity, ordered, position, utf16

_TAG_OF = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "blockquote": "blockquote",
}


def escape(text: str) -> str:
    """Text made safe to stand between Telegram's tags."""
    return _escape(text, quote=False)


def render(text: str, entities: Iterable[Entity]) -> str:
    """Telegram HTML that would produce this text with these entities."""
    pieces: list[str] = []
    stack: list[Entity] = []
    at = 0

    def copy(upto: int) -> None:
        nonlocal at
        pieces.append(escape(text[position(text, at) : position(text, upto)]))
        at = max(at, upto)

    for entity in ordered(entities):
        while stack and stack[-1].end <= entity.offset:
            copy(stack[-1].end)
            pieces.append(_tags(stack.pop())[1])
        copy(entity.offset)
        pieces.append(_tags(entity)[0])
        stack.append(entity)
    while stack:
        copy(stack[-1].end)
        pieces.append(_tags(stack.pop())[1])
    copy(utf16(text))
    return "".join(pieces)


def _tags(entity: Entity) -> tuple[str, str]:
    argument = _escape(entity.argument)
    if entity.type == "text_link":
        return f'<a href="{argument}">', "</a>"
    if entity.type == "text_mention":
        return f'<a href="tg://user?id={argument}">', "</a>"
    if entity.type == "custom_emoji":
        return f'<tg-emoji emoji-id="{argument}">', "</tg-emoji>"
    if entity.type == "pre" and argument:
        return f'<pre><code class="language-{argument}">', "</code></pre>"
    if entity.type == "pre":
        return "<pre>", "</pre>"
    if entity.type == "expandable_blockquote":
        return "<blockquote expandable>", "</blockquote>"
    tag = _TAG_OF.get(entity.type)  # what Telegram found itself (URLs, commands) has no tag
    return (f"<{tag}>", f"</{tag}>") if tag else ("", "")
