"""Message entities: what Telegram finds in plain text, and how it tidies what bots send.

Offsets and lengths are in UTF-16 code units everywhere, as in the Bot API.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

BLOCKS = frozenset({"blockquote", "expandable_blockquote"})
STYLES = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
LITERAL = frozenset({"code", "pre"})

# Telegram's order for entities that begin and end together; everything found in plain text is 50.
_PRIORITY = {
    **dict.fromkeys(BLOCKS, 0),
    "pre": 11,
    "code": 20,
    "text_link": 49,
    "text_mention": 49,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "custom_emoji": 99,
}

_COUNTRY_OR_COMMON = r"(?:[a-z]{2}|com|org|net|info|int|edu|gov|mil|biz|dev|app|online|site)"
_FOUND = (
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?![\w-])", re.I)),
    (
        "url",
        re.compile(
            r"(?<![\w@/.])(?:(?:https?|ftp|tg|ton)://[^\s<>\"]+"
            rf"|(?:[\w-]+\.)+{_COUNTRY_OR_COMMON}(?![\w-])(?:[:/?#][^\s<>\"]*)?)",
            re.I,
        ),
    ),
    (
        "bot_command",
        re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>@])"),
    ),
    ("mention", re.compile(r"(?<!\w)@[A-Za-z0-9_]{4,32}(?!\w)")),
    ("hashtag", re.compile(r"(?<!\w)#(?=\w*[^\W\d])\w{1,256}(?!\w)")),
)


@dataclass(frozen=True, slots=True)
class Entity:
    """A styled or recognised stretch of a text; offset and length in UTF-16 code units."""

    type: str
    offset: int
    length: int
    argument: str = ""  # a link's URL, a pre's language, a mentioned user's or an emoji's id

    @property
    def end(self) -> int:
        """The offset after the last code unit."""
        return self.offset + self.length

    def as_json(self) -> dict[str, Any]:
        """Return the entity as the Bot API writes it."""
        entity: dict[str, Any] = {"type": self.type, "offset": self.offset, "length": self.length}
        if self.type == "text_link":
            entity["url"] = self.argument
        elif self.type == "pre" and self.argument:
            entity["language"] = self.argument
        elif self.type == "custom_emoji":
            entity["custom_emoji_id"] = self.argument
        elif self.type == "text_mention":
            entity["user"] = {"id": int(self.argument), "is_bot": False, "first_name": "User"}
        elif self.type == "date_time":
            moment, _, form = self.argument.partition(" ")
            entity["unix_time"] = int(moment)
            if form:
                entity["date_time_format"] = form
        return entity


def utf16(text: str) -> int:
    """Return the length of a text in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def position(text: str, offset: int) -> int:
    """Return the index into a Python string of a UTF-16 offset."""
    if offset >= utf16(text):
        return len(text)
    return len(text.encode("utf-16-le")[: 2 * offset].decode("utf-16-le", "ignore"))


def cut(text: str, entity: Entity) -> str:
    """Return the stretch of text an entity covers."""
    return text[position(text, entity.offset) : position(text, entity.end)]


def ordered(entities: Iterable[Entity]) -> list[Entity]:
    """Entities in Telegram's order: outer before inner."""
    return sorted(entities, key=lambda e: (e.offset, -e.length, _PRIORITY.get(e.type, 50)))


def find(text: str) -> list[Entity]:
    """Return what Telegram itself marks in a text: commands, mentions, URLs, e-mail, hashtags."""
    found: list[Entity] = []
    for kind, pattern in _FOUND:
        for match in pattern.finditer(text):
            piece = match.group()
            if kind == "url":
                piece = piece.rstrip(".,:;!?'\")]}")
            entity = Entity(kind, utf16(text[: match.start()]), utf16(piece))
            if not any(_touch(entity, other) for other in found):
                found.append(entity)
    return ordered(found)


def tidy(
    text: str, entities: Iterable[Entity], *, recognise: bool = True
) -> tuple[str, list[Entity]]:
    """Return a message as Telegram stores it: trimmed, entities made consistent, links found.

    Styles inside code vanish, styles that touch are merged, nested quotes are dropped.
    """
    given = _consistent(ordered(e for e in entities if e.length > 0))
    text, given = _trim(text, given)
    fixed = [entity for entity in given if entity.type not in STYLES]
    if recognise:
        continuous = [entity for entity in fixed if entity.type not in BLOCKS]
        fixed += [new for new in find(text) if not any(_touch(new, old) for old in continuous)]
    styles = _merged([entity for entity in given if entity.type in STYLES])
    return text, ordered(fixed + [part for style in styles for part in _split(style, fixed)])


def _split(style: Entity, fixed: list[Entity]) -> list[Entity]:
    """Cut a style where it would cross the edge of a link: entities nest, they never cross."""
    cuts = {style.offset, style.end}
    for other in fixed:
        if _touch(style, other) and not style.offset <= other.offset <= other.end <= style.end:
            cuts |= {at for at in (other.offset, other.end) if style.offset < at < style.end}
    return [replace(style, offset=at, length=end - at) for at, end in pairwise(sorted(cuts))]


def _touch(one: Entity, other: Entity) -> bool:
    return one.offset < other.end and other.offset < one.end


def _consistent(entities: list[Entity]) -> list[Entity]:
    quotes: list[Entity] = []
    continuous: list[Entity] = []
    for entity in entities:
        if entity.type in STYLES:
            continue
        kept = quotes if entity.type in BLOCKS else continuous
        if not any(_touch(entity, other) for other in kept):
            kept.append(entity)
    literal = [entity for entity in continuous if entity.type in LITERAL]
    styles: list[Entity] = []
    for entity in (entity for entity in entities if entity.type in STYLES):
        start = entity.offset
        for hole in (other for other in literal if _touch(entity, other)):
            if hole.offset > start:
                styles.append(replace(entity, offset=start, length=hole.offset - start))
            start = hole.end
        if entity.end > start:
            styles.append(replace(entity, offset=start, length=entity.end - start))
    return ordered(quotes + continuous + styles)


def _merged(styles: list[Entity]) -> list[Entity]:
    merged: list[Entity] = []
    for kind in STYLES:
        for entity in (entity for entity in styles if entity.type == kind):
            if merged and merged[-1].type == kind and entity.offset <= merged[-1].end:
                end = max(merged[-1].end, entity.end)
                merged[-1] = replace(merged[-1], length=end - merged[-1].offset)
            else:
                merged.append(entity)
    return merged


def _trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    # Control characters become spaces, carriage returns vanish; the latter would move offsets, so
    # entities are counted again over the text that is left.
    kept: list[str] = []
    moved = [0]
    for character in text:
        new = (
            "" if character == "\r" else " " if character < " " and character != "\n" else character
        )
        moved += [moved[-1] + utf16(new)] * utf16(character)
        kept.append(new)
    clean = "".join(kept)
    fitted: list[Entity] = []
    for entity in entities:
        start, end = (moved[min(at, len(moved) - 1)] for at in (entity.offset, entity.end))
        covered = clean[position(clean, start) : position(clean, end)]
        hidden = entity.type in {"text_link", "text_mention", "custom_emoji"}
        if not hidden:
            start += len(covered) - len(covered.lstrip(" \n"))
        if start < end:
            fitted.append(replace(entity, offset=start, length=end - start))
    head = len(clean) - len(clean.lstrip(" \n"))
    if fitted:
        head = min(head, min(entity.offset for entity in fitted))
    clean = clean[head:].rstrip(" \n")
    length = utf16(clean)
    cropped = [
        replace(
            entity,
            offset=entity.offset - head,
            length=min(entity.end - head, length) - entity.offset + head,
        )
        for entity in fitted
    ]
    return clean, [entity for entity in cropped if entity.length > 0]
