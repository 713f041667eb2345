"""Telegram's HTML to text with entities, refusing what Telegram refuses.

Python's HTMLParser repairs what it reads; Telegram doesn't. This reader follows the order in
which Telegram's own parser looks at characters, so that its refusals name the same byte offsets.
"""

import re
from dataclasses import dataclass

from tests.telegram.entities import Entity, ordered, utf16

STYLE_OF = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("tg-spoiler", "span"), "spoiler"),
}
TAGS = {*STYLE_OF, "a", "tg-emoji", "tg-time", "pre", "code", "blockquote"}
_SPACE = " \t\r\n\v\0"
_END = "\0"
_REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]*)|#(?P<decimal>[0-9]*)|(?P<name>[A-Za-z]*));?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_HOST = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)?(?:://)?(?P<host>[^/?#\s]*)(?P<rest>[/?#]\S*)?", re.I
)


class ParseError(ValueError):
    """Telegram would refuse this HTML; the text is Telegram's, without its prefix."""


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    moment: int
    offset: int
    begin: int


def parse(html: str) -> tuple[str, list[Entity]]:
    """Return the text and entities of Telegram HTML, offsets in UTF-16; raises ParseError."""
    return _Reader(html).read()


def link(url: str) -> str | None:
    """Return the URL as Telegram normalises it, or None when it is no link to Telegram."""
    if re.match(r"(?:tg|ton|tonsite|mailto|tel):", url, re.I):
        return url
    match = _HOST.fullmatch(url if "://" in url else f"http://{url}")
    if match is None or (match["scheme"] or "").lower() not in {"http", "https", "ftp"}:
        return None
    host = match["host"].rpartition("@")[2].partition(":")[0]
    if not re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", host):
        return None
    rest = match["rest"] or "/"
    return f"{match['scheme']}://{match['host']}{rest if rest[0] == '/' else '/' + rest}"


class _Reader:
    def __init__(self, html: str) -> None:
        self.html = html
        self.source = html + _END  # a sentinel, as in Telegram's own reader
        self.at = 0
        self.text: list[str] = []
        self.length = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def read(self) -> tuple[str, list[Entity]]:
        while self.at < len(self.html):
            if self.source[self.at] != "<":
                self._add(self._character())
            elif self.source[self.at + 1] == "/":
                self._close_tag()
            else:
                self._open_tag()
        if self.open:
            raise ParseError(
                f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"'
            )
        text = "".join(self.text)
        try:
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeDecodeError:
            raise ParseError(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            ) from None
        plain = (
            Entity("code", e.offset, e.length) if e.type == "code" else e for e in self.entities
        )
        return text, ordered(plain)

    def _add(self, character: str) -> None:
        self.text.append(character)
        self.length += utf16(character)

    def _character(self) -> str:
        character = self.source[self.at]
        match = _REFERENCE.match(self.source, self.at) if character == "&" else None
        decoded = _decoded(match) if match else None
        if match is None or decoded is None:
            self.at += 1
            return character
        self.at = match.end()
        return decoded

    def _offset(self, index: int) -> int:
        return len(self.html[:index].encode("utf-8", "surrogatepass"))

    def _skip(self, stop: str) -> str:
        start = self.at
        while self.source[self.at] not in stop:
            self.at += 1
        return self.source[start : self.at]

    def _skip_space(self) -> None:
        while self.source[self.at] in _SPACE and self.source[self.at] != _END:
            self.at += 1

    def _open_tag(self) -> None:
        begin = self._offset(self.at)
        self.at += 1
        tag = self._skip(_SPACE + ">").lower()
        if self.source[self.at] == _END:
            raise ParseError(f"Unclosed start tag at byte offset {begin}")
        if tag not in TAGS:
            raise ParseError(f'Unsupported start tag "{tag}" at byte offset {begin}')
        argument, moment = self._attributes(tag, begin)
        if tag == "span" and argument != "spoiler":
            raise ParseError(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self.at += 1
        self.open.append(_Open(tag, argument, moment, self.length, len(self.text)))

    def _attributes(self, tag: str, begin: int) -> tuple[str, int]:
        argument, moment = "", 0
        while self.source[self.at] != ">":
            self._skip_space()
            if self.source[self.at] == ">":
                break
            name = self._skip(_SPACE + "=>/\"'")
            if not name:
                raise ParseError(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
            self._skip_space()
            if self.source[self.at] == _END:
                raise ParseError(f'Unclosed start tag "{tag}" at byte offset {begin}')
            if self.source[self.at] != "=":
                if (tag, name) == ("blockquote", "expandable"):
                    argument = "1"
                continue
            self.at += 1
            self._skip_space()
            if self.source[self.at] == _END:
                raise ParseError(f'Unclosed start tag "{tag}" at byte offset {begin}')
            value = self._value()
            if self.source[self.at] == _END:
                raise ParseError(f"Unclosed start tag at byte offset {begin}")
            match tag, name:
                case ("a", "href") | ("tg-emoji", "emoji-id") | ("tg-time", "format"):
                    argument = value
                case ("code", "class") if value.startswith("language-"):
                    argument = value.removeprefix("language-")
                case ("span", "class") if value.startswith("tg-"):
                    argument = value.removeprefix("tg-")
                case ("blockquote", "expandable"):
                    argument = "1"
                case ("tg-time", "unix"):
                    moment = int(value) if value.isdecimal() else 0
        return argument, moment

    def _value(self) -> str:
        quote = self.source[self.at]
        if quote not in "'\"":
            start = self.at
            while re.match(r"[A-Za-z0-9.-]", self.source[self.at]):
                self.at += 1
            if self.source[self.at] not in _SPACE + ">":
                raise ParseError(
                    f"Unexpected end of name token at byte offset {self._offset(start)}"
                )
            return self.source[start : self.at].lower()
        self.at += 1
        value: list[str] = []
        while self.source[self.at] not in quote + _END:
            value.append(self._character())
        if self.source[self.at] == quote:
            self.at += 1
        return "".join(value)

    def _close_tag(self) -> None:
        begin = self._offset(self.at)
        if not self.open:
            raise ParseError(f"Unexpected end tag at byte offset {begin}")
        self.at += 2
        tag = self._skip(_SPACE + ">").lower()
        self._skip_space()
        if self.source[self.at] != ">":
            raise ParseError(f"Unclosed end tag at byte offset {begin}")
        opened = self.open[-1].tag
        if tag and tag != opened:
            raise ParseError(
                f"Unmatched end tag at byte offset {begin}, "
                f'expected "</{opened}>", found "</{tag}>"'
            )
        self.at += 1
        self._finish(self.open.pop())

    def _finish(self, opened: _Open) -> None:
        length = self.length - opened.offset
        if length <= 0:
            return
        kind, argument = STYLE_OF.get(opened.tag, opened.tag), opened.argument
        if kind in STYLE_OF.values():
            argument = ""
        elif kind == "tg-emoji":
            if not argument.isdecimal() or int(argument) == 0:
                raise ParseError("Invalid custom emoji identifier specified")
            kind = "custom_emoji"
        elif kind == "tg-time":
            if not re.fullmatch(r"r|w?[dD]?[tT]?|[tTdDwW]*", argument):
                raise ParseError("Invalid date format used")
            kind, argument = "date_time", f"{opened.moment} {argument}"
            if opened.moment <= 0:
                return
        elif kind == "a":
            target = argument or "".join(self.text[opened.begin :])
            user = re.fullmatch(r"tg://user\?id=([1-9]\d*)", target)
            checked = link(target)
            if user is None and checked is None:
                return  # Telegram drops such a link and keeps its text
            kind, argument = ("text_mention", user[1]) if user else ("text_link", checked or "")
        elif kind == "blockquote":
            kind, argument = ("expandable_blockquote" if argument else "blockquote"), ""
        elif kind in {"pre", "code"} and self._joined(kind, opened, length):
            return
        self.entities.append(Entity(kind, opened.offset, length, argument))

    def _joined(self, kind: str, opened: _Open, length: int) -> bool:
        """Whether this closes <pre><code class="language-…">, which is one entity."""
        last = self.entities[-1] if self.entities else None
        if last is None or (last.offset, last.length) != (opened.offset, length):
            return False
        inner = "code" if kind == "pre" else "pre"
        language = last.argument if kind == "pre" else opened.argument
        if last.type != inner or not language:
            return False
        self.entities[-1] = Entity("pre", opened.offset, length, language)
        return True


def _decoded(match: re.Match[str]) -> str | None:
    if match["name"] is not None:
        return _NAMED.get(match["name"])
    digits = match["hex"] if match["hex"] is not None else match["decimal"]
    if not digits or len(match.group().rstrip(";")) >= 10:
        return None
    code = int(digits, 16 if match["hex"] is not None else 10)
    return chr(code) if 0 < code < 0x10FFFF else None
