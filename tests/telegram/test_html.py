"""Telegram's HTML: what is accepted, what is refused, and how a text is stored."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.telegram.display import escape, render
from tests.telegram.entities import Entity, find, tidy, utf16
from tests.telegram.html import ParseError, parse


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("", "", []),
        ("plain & simple > x", "plain & simple > x", []),
        ("<b>24%</b> of cases", "24% of cases", [("bold", 0, 3, "")]),
        ("<STRONG>a</STRONG>", "a", [("bold", 0, 1, "")]),
        ("🏟 <i>🏟</i>!", "🏟 🏟!", [("italic", 3, 2, "")]),
        ("é<u>é</u>", "éé", [("underline", 1, 1, "")]),
        ("<s>a</s><del>b</del>", "ab", [("strikethrough", 0, 1, ""), ("strikethrough", 1, 1, "")]),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1, "")]),
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2, ""), ("italic", 1, 1, "")]),
        ("<b>a</>", "a", [("bold", 0, 1, "")]),
        ("<b></b>x", "x", []),
        ("&lt;&gt;&amp;&quot;&#65;&#x42;", '<>&"AB', []),
        ("&lt b", "< b", []),
        ("&nbsp;&#12345678;&;", "&nbsp;&#12345678;&;", []),
        ("&#xD83C;&#xDFDF;", "🏟", []),
        (
            '<a href="https://x.org/?a=1&amp;b">t</a>',
            "t",
            [("text_link", 0, 1, "https://x.org/?a=1&b")],
        ),
        ("<a href='x.org'>t</a>", "t", [("text_link", 0, 1, "http://x.org/")]),
        ("<a href=x.org>t</a>", "t", [("text_link", 0, 1, "http://x.org/")]),
        ("<a>x.org</a>", "x.org", [("text_link", 0, 5, "http://x.org/")]),
        ('<a href="javascript:x">t</a>', "t", []),
        ('<a href="tg://user?id=7">t</a>', "t", [("text_mention", 0, 1, "7")]),
        ("<pre>x</pre>", "x", [("pre", 0, 1, "")]),
        ('<pre><code class="language-py">x</code></pre>', "x", [("pre", 0, 1, "py")]),
        (
            '<pre> <code class="language-py">x</code></pre>',
            " x",
            [("pre", 0, 2, ""), ("code", 1, 1, "")],
        ),
        ("<blockquote>q</blockquote>", "q", [("blockquote", 0, 1, "")]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1, "")]),
        (
            "<blockquote cite='x' expandable>q</blockquote>",
            "q",
            [("expandable_blockquote", 0, 1, "")],
        ),
        ('<tg-emoji emoji-id="5">👍</tg-emoji>', "👍", [("custom_emoji", 0, 2, "5")]),
    ],
)
def test_html_that_telegram_accepts(html: str, text: str, entities: list[Any]) -> None:
    assert parse(html) == (text, [Entity(*entity) for entity in entities])


@pytest.mark.parametrize(
    ("html", "refusal"),
    [
        ("<p>Hello</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("é<br>", 'Unsupported start tag "br" at byte offset 2'),
        ("🏟<br/>", 'Unsupported start tag "br/" at byte offset 4'),
        ("a &lt; <ul>", 'Unsupported start tag "ul" at byte offset 7'),
        ("x <3", "Unclosed start tag at byte offset 2"),
        ("x <3 y", 'Unsupported start tag "3" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b >x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>x</i>", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<i =a>x</i>", 'Empty attribute name in the tag "i" at byte offset 0'),
        ("<i/>", 'Unsupported start tag "i/" at byte offset 0'),
        ("<i a=b,>x</i>", "Unexpected end of name token at byte offset 5"),
        ('<a href="x.org>t</a>', "Unclosed start tag at byte offset 0"),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji>x</tg-emoji>", "Invalid custom emoji identifier specified"),
        ("&#xDFDF;", "Text contains invalid Unicode characters after decoding HTML entities"),
    ],
)
def test_html_that_telegram_refuses(html: str, refusal: str) -> None:
    with pytest.raises(ParseError) as error:
        parse(html)
    assert str(error.value).startswith(refusal)


any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


telling = st.lists(st.sampled_from(["&", "<", ">", "lt;", "amp;", "#65;", '"', "b", "/", "🏟"]))


@given(any_text | telling.map("".join))
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert parse(escape(text)) == (text, [])


@given(st.lists(st.tuples(st.sampled_from("bius"), any_text.filter(bool)), max_size=5))
def test_what_is_parsed_renders_back(pieces: list[tuple[str, str]]) -> None:
    html = "".join(f"<{tag}>{escape(text)}</{tag}>" for tag, text in pieces)
    text, entities = parse(html)
    assert parse(render(text, entities)) == (text, entities)
    assert utf16(text) == sum(entity.length for entity in entities)


tags = ["<b>", "</b>", "<i>", "</i>", "<code>", "</code>", "<pre>", "</>", "<a href='x.org'>"]
soup = st.lists(st.sampled_from([*tags, "<", ">", "&lt;", "&", " ", "/b", "@anna", "x.org", "🏟"]))


@given(soup.map("".join))
def test_any_html_is_refused_or_stored_so_that_it_renders_back(html: str) -> None:
    try:
        text, entities = tidy(*parse(html))
    except ParseError:
        return
    assert all(entity.length > 0 and entity.end <= utf16(text) for entity in entities)
    assert tidy(*parse(render(text, entities))) == (text, entities)


@given(any_text)
def test_found_entities_lie_in_the_tidied_text(text: str) -> None:
    clean, entities = tidy(text, [])
    assert all(entity.length > 0 and entity.end <= utf16(clean) for entity in entities)


def test_what_telegram_marks_in_plain_text() -> None:
    text = "🏟 /ask@annual_bot see gov.uk/probation, @ann_k or hmi@gov.uk #crc, not 3/4 a/b #12 @ab"
    found = [
        (e.type, text.encode("utf-16-le")[2 * e.offset : 2 * e.end].decode("utf-16-le"))
        for e in find(text)
    ]
    assert found == [
        ("bot_command", "/ask@annual_bot"),
        ("url", "gov.uk/probation"),
        ("mention", "@ann_k"),
        ("email", "hmi@gov.uk"),
        ("hashtag", "#crc"),
    ]


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("  <b> a </b>\n", "a", [("bold", 0, 1)]),
        ("<b>a</b><b>b</b>", "ab", [("bold", 0, 2)]),
        ("<b>a <code>x</code> b</b>", "a x b", [("bold", 0, 2), ("code", 2, 1), ("bold", 4, 1)]),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "ab", [("blockquote", 0, 2)]),
        ("<code>x.org</code> y.org", "x.org y.org", [("code", 0, 5), ("url", 6, 5)]),
        ("a\r\n<b>b</b>", "a\nb", [("bold", 2, 1)]),
        ("<b>a x</b>.org", "a x.org", [("bold", 0, 2), ("url", 2, 5), ("bold", 2, 1)]),
    ],
)
def test_messages_are_stored_tidied(html: str, text: str, entities: list[Any]) -> None:
    clean, tidied = tidy(*parse(html))
    assert clean == text
    assert [(e.type, e.offset, e.length) for e in tidied] == entities
