"""The in-memory Telegram: what goes in at one side, what comes out at the other."""

import asyncio
import json
import struct
import threading
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from aiogram import Bot as AiogramBot
from aiogram import types as aiogram_types
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from hypothesis import given
from hypothesis import strategies as st
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputMediaPhoto,
    InputTextMessageContent,
    ReplyParameters,
    Update,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
)
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application as Web
from tornado.web import RequestHandler

from bot.simulator import NoButtonError, SandboxRequest, Server, Telegram, User, deliver
from bot.simulator.display import escape, render
from bot.simulator.entities import Entity, find, tidy, utf16
from bot.simulator.files import Upload, image_size
from bot.simulator.html import ParseError, parse
from bot.simulator.telegram import Flood


def png(width: int = 640, height: int = 360) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IEND", b"")


@pytest.fixture
def telegram() -> Telegram:
    return Telegram(clock=count(1_760_000_000).__next__)


@pytest.fixture
def ann(telegram: Telegram) -> User:
    """A person who has started the bot."""
    user = telegram.user("Ann", username="ann_k")
    telegram.text(user, "/start")
    telegram.take()
    return user


def send(telegram: Telegram, method: str, **parameters: Any) -> Any:
    """Call a method as a form would; the result, or the refusal's text."""
    status, body = telegram.call(method, parameters)
    answer = json.loads(body)
    assert answer["ok"] == (status == 200)
    return answer["result"] if answer["ok"] else f"{status} {answer['description']}"


# --- HTML ---------------------------------------------------------------------------------------


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


# --- Limits and refusals --------------------------------------------------------------------------


def keys(*rows: int, **button: Any) -> str:
    button = button or {"callback_data": "x"}
    return json.dumps({"inline_keyboard": [[{"text": "k", **button}] * row for row in rows]})


@pytest.mark.parametrize(
    ("fits", "too_much", "refusal"),
    [
        ({"text": "x" * 4096}, {"text": "x" * 4097}, "message is too long"),
        ({"text": "<b>" + "x" * 4096 + "</b>"}, {"text": "&lt;" * 4097}, "message is too long"),
        ({"text": "x"}, {"text": ""}, "message text is empty"),
        ({"text": "x"}, {"text": " \n "}, "text must be non-empty"),
        (
            {"reply_markup": keys(1, callback_data="é" * 32)},
            {"reply_markup": keys(1, callback_data="é" * 32 + "x")},
            "BUTTON_DATA_INVALID",
        ),
        (
            {"reply_markup": keys(*[8] * 12, 4)},
            {"reply_markup": keys(*[8] * 12, 5)},
            "markup is too long",
        ),
        ({"reply_markup": keys(8)}, {"reply_markup": keys(9)}, "reply markup is too long"),
        (
            {"reply_markup": keys(1, copy_text={"text": "x" * 256})},
            {"reply_markup": keys(1, copy_text={"text": "x" * 257})},
            "BUTTON_COPY_TEXT_INVALID",
        ),
        (
            {"reply_markup": keys(1, url="https://gov.uk")},
            {"reply_markup": keys(1, url="localhost")},
            "URL 'localhost' is invalid",
        ),
        ({"reply_markup": "{}"}, {"reply_markup": "{"}, "can't parse reply keyboard markup"),
        (
            {},
            {"reply_markup": keys(1, pray=True)},
            "Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"reply_parameters": '{"message_id": 1}'},
            {"reply_parameters": '{"message_id": 99}'},
            "message to be replied not found",
        ),
        (
            {"reply_parameters": '{"message_id": 99, "allow_sending_without_reply": true}'},
            {"message_thread_id": "5"},
            "message thread not found",
        ),
        ({"chat_id": "1001"}, {"chat_id": "77"}, "chat not found"),
        ({"chat_id": "1001"}, {"chat_id": ""}, "chat_id is empty"),
        ({"parse_mode": "html"}, {"parse_mode": "rtf"}, "unsupported parse_mode"),
    ],
)
def test_sending_on_both_sides_of_a_limit(
    telegram: Telegram, ann: User, fits: dict[str, str], too_much: dict[str, str], refusal: str
) -> None:
    usual = {"chat_id": str(ann.id), "text": "x", "parse_mode": "HTML"}
    assert send(telegram, "sendMessage", **usual | fits)["text"]
    refused = send(telegram, "sendMessage", **usual | too_much)
    assert refused.startswith("400 Bad Request: ")
    assert refusal in refused


def test_refused_html_is_worded_as_telegram_words_it(telegram: Telegram, ann: User) -> None:
    assert send(telegram, "sendMessage", chat_id=ann.id, text="<p>", parse_mode="HTML") == (
        '400 Bad Request: can\'t parse entities: Unsupported start tag "p" at byte offset 0'
    )


def test_captions_and_pictures(telegram: Telegram, ann: User) -> None:
    def photo(data: bytes, caption: str = "") -> str:
        files = {"photo": Upload("p.png", data)}
        status, body = telegram.call("sendPhoto", {"chat_id": ann.id, "caption": caption}, files)
        return str(json.loads(body).get("description", status))

    assert photo(png(), "x" * 1024) == "200"
    assert photo(png(), "x" * 1025) == "Bad Request: message caption is too long"
    assert photo(b"no picture") == "Bad Request: IMAGE_PROCESS_FAILED"
    assert photo(png(2000, 100)) == "200"
    assert photo(png(2001, 100)) == "Bad Request: PHOTO_INVALID_DIMENSIONS"
    assert photo(b"") == "Bad Request: file must be non-empty"
    missing = send(telegram, "sendPhoto", chat_id=ann.id)
    assert missing == "400 Bad Request: there is no photo in the request"


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (png(3, 2), (3, 2)),
        (b"GIF89a" + struct.pack("<HH", 3, 2), (3, 2)),
        (
            b"\xff\xd8"  # a JPEG with a table before its frame header
            + b"\xff\xc4\x00\x04ab"
            + b"\xff\xc2\x00\x0b\x08"
            + struct.pack(">HH", 2, 3)
            + bytes(6),
            (3, 2),
        ),
        (b"RIFF____WEBPVP8X" + bytes(8) + b"\x02\0\0\x01\0\0", (3, 2)),
        (b"\xff\xd8\xff", None),
        (b"%PDF-1.7", None),
        (b"", None),
    ],
)
def test_image_sizes(data: bytes, size: tuple[int, int] | None) -> None:
    assert image_size(data) == size


def test_inline_answers_on_both_sides_of_their_limits(telegram: Telegram, ann: User) -> None:
    def answer(ids: list[str], message: str = "x") -> Any:
        query = telegram.inline(ann, "vacancies")["inline_query"]["id"]
        content = {"message_text": message}
        results = [
            {"type": "article", "id": i, "title": "t", "input_message_content": content}
            for i in ids
        ]
        return send(
            telegram, "answerInlineQuery", inline_query_id=query, results=json.dumps(results)
        )

    assert answer([str(i) for i in range(50)]) is True
    assert (
        answer([str(i) for i in range(51)])
        == "400 Bad Request: too many inline query results specified"
    )
    assert answer(["x" * 64]) is True
    assert answer(["x" * 65]) == "400 Bad Request: RESULT_ID_INVALID"
    assert answer(["a", "a"]) == "400 Bad Request: RESULT_ID_DUPLICATE"
    assert "message is too long" in answer(["a"], "x" * 4097)
    assert "query is too old" in send(
        telegram, "answerInlineQuery", inline_query_id="9", results="[]"
    )


def test_an_edit_must_change_something(telegram: Telegram, ann: User) -> None:
    sent = send(telegram, "sendMessage", chat_id=ann.id, text="a", reply_markup=keys(1))
    same = {"chat_id": ann.id, "message_id": sent["message_id"]}
    unchanged = send(telegram, "editMessageText", **same, text="a", reply_markup=keys(1))
    assert unchanged.startswith("400 Bad Request: message is not modified")
    assert not telegram.chat(ann).last.edited
    send(telegram, "editMessageReplyMarkup", **same, reply_markup=keys(2))
    assert not telegram.chat(ann).last.edited  # new buttons don't show as an edit
    assert "reply_markup" not in send(telegram, "editMessageText", **same, text="a")
    send(telegram, "editMessageText", **same, text="b")
    assert telegram.chat(ann).last.edited
    assert telegram.chat(ann).last.text == "b"


def test_only_own_messages_can_be_edited(telegram: Telegram, ann: User) -> None:
    asked = telegram.text(ann, "hello")["message"]["message_id"]
    edit = {"chat_id": ann.id, "text": "x"}
    assert "message can't be edited" in send(telegram, "editMessageText", message_id=asked, **edit)
    assert "message to edit not found" in send(telegram, "editMessageText", message_id=99, **edit)
    assert "no caption" in send(
        telegram,
        "editMessageCaption",
        chat_id=ann.id,
        caption="c",
        message_id=send(telegram, "sendMessage", chat_id=ann.id, text="t")["message_id"],
    )


def test_deleting(telegram: Telegram, ann: User) -> None:
    sent = send(telegram, "sendMessage", chat_id=ann.id, text="a")["message_id"]
    assert send(telegram, "deleteMessage", chat_id=ann.id, message_id=sent) is True
    gone = send(telegram, "deleteMessage", chat_id=ann.id, message_id=sent)
    assert gone == "400 Bad Request: message to delete not found"
    group = telegram.group("Team", ann)
    telegram.add_bot(ann, group)
    telegram.text(ann, "hi", group)
    theirs = {"chat_id": group.id, "message_id": group.last.message_id}
    assert send(telegram, "deleteMessage", **theirs) == "400 Bad Request: message can't be deleted"
    telegram.add_bot(ann, group, admin=True)
    assert send(telegram, "deleteMessage", **theirs) is True


def test_each_tap_is_answered_once(telegram: Telegram, ann: User) -> None:
    send(telegram, "sendMessage", chat_id=ann.id, text="a", reply_markup=keys(1))
    query = telegram.tap(ann, telegram.chat(ann).last, "k")["callback_query"]
    answer = {"callback_query_id": query["id"], "text": "Thanks"}
    too_long = send(telegram, "answerCallbackQuery", **answer | {"text": "x" * 201})
    assert too_long == "400 Bad Request: MESSAGE_TOO_LONG"
    assert send(telegram, "answerCallbackQuery", **answer, show_alert="true") is True
    assert "query is too old" in send(telegram, "answerCallbackQuery", **answer)
    assert [(toast.text, toast.alert) for toast in telegram.toasts] == [("Thanks", True)]


def test_a_late_answer_to_a_tap_is_refused() -> None:
    now = [1_760_000_000.0]
    telegram = Telegram(clock=lambda: now[0])
    ann = telegram.user("Ann")
    telegram.text(ann, "hi")
    query = telegram.tap(ann, telegram.chat(ann).last, data="forged")["callback_query"]["id"]
    now[0] += 3600
    assert "query is too old" in send(telegram, "answerCallbackQuery", callback_query_id=query)


def test_a_button_that_sends_nothing_cannot_be_tapped(telegram: Telegram, ann: User) -> None:
    send(telegram, "sendMessage", chat_id=ann.id, text="a", reply_markup=keys(1, url="gov.uk"))
    with pytest.raises(NoButtonError, match=r"http://gov\.uk/"):
        telegram.tap(ann, telegram.chat(ann).last, "k")
    with pytest.raises(NoButtonError, match="no button 'More'"):
        telegram.tap(ann, telegram.chat(ann).last, "More")


def test_flood_control_is_off_until_switched_on(telegram: Telegram, ann: User) -> None:
    telegram.clock = lambda: 1_760_000_000.0
    message = {"chat_id": ann.id, "text": "x"}
    assert all(send(telegram, "sendMessage", **message)["text"] for _ in range(40))
    telegram.flood_control = Flood()
    answers = [send(telegram, "sendMessage", **message) for _ in range(6)]
    assert [type(answer) for answer in answers] == [dict] * 5 + [str]
    assert answers[-1] == "429 Too Many Requests: retry after 6"


# --- People and chats -----------------------------------------------------------------------------


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


# --- Door one: python-telegram-bot ----------------------------------------------------------------

Ptb = Application[Any, Any, Any, Any, Any, Any]


def echo_bot(builder: ApplicationBuilder[Any, Any, Any, Any, Any, Any]) -> Ptb:
    async def start(update: Update, _: Any) -> None:
        assert update.effective_message
        more = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="more")]])
        await update.effective_message.reply_html("<b>Hello</b>", reply_markup=more)

    async def echo(update: Update, _: Any) -> None:
        assert update.effective_message
        await update.effective_message.reply_text(update.effective_message.text or "?")

    async def more(update: Update, _: Any) -> None:
        query = update.callback_query
        assert query
        await query.answer("Here you are")
        await query.edit_message_text(f"More for {query.data}")

    async def cards(update: Update, _: Any) -> None:
        query = update.inline_query
        assert query
        content = InputTextMessageContent(f"<i>{query.query}</i>", parse_mode="HTML")
        button = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="card")]])
        await query.answer([InlineQueryResultArticle("1", "Card", content, reply_markup=button)])

    async def back(update: Update, _: Any) -> None:
        message = update.effective_message
        assert message
        assert message.document
        data = await (await message.document.get_file()).download_as_bytearray()
        await message.reply_document(bytes(data).upper(), filename="back.txt", caption="Done")

    application = builder.build()
    application.add_handler(CommandHandler("start", start))
    application.add_handler(CallbackQueryHandler(more))
    application.add_handler(InlineQueryHandler(cards))
    application.add_handler(MessageHandler(filters.Document.ALL, back))
    application.add_handler(MessageHandler(filters.TEXT, echo))
    return application


def in_process(telegram: Telegram) -> ApplicationBuilder[Any, Any, Any, Any, Any, Any]:
    request = SandboxRequest(telegram)
    builder = ApplicationBuilder().token(telegram.token)
    return builder.request(request).get_updates_request(request)


def test_a_conversation_with_a_real_bot(telegram: Telegram) -> None:
    ann = telegram.user("Ann")

    async def story() -> None:
        async with echo_bot(in_process(telegram)) as application:
            telegram.text(ann, "/start")
            await deliver(application, telegram)
            hello = telegram.chat(ann).last
            assert (hello.html, hello.buttons) == ("<b>Hello</b>", ["More"])

            telegram.tap(ann, hello, "More")
            await deliver(application, telegram)
            assert (telegram.chat(ann).last.text, telegram.chat(ann).last.buttons) == (
                "More for more",
                [],
            )
            assert telegram.toasts[-1].text == "Here you are"

            telegram.document(ann, "facts.csv", "café".encode(), "please")
            await deliver(application, telegram)
            sent = telegram.chat(ann).last
            assert sent.document
            assert sent.document.data == "café".encode().upper()
            assert (sent.document.filename, sent.text) == ("back.txt", "Done")

            telegram.inline(ann, "vacancies")
            await deliver(application, telegram)
            chosen = telegram.choose(ann, "1")["chosen_inline_result"]
            elsewhere = telegram.message(ann, 1, 4_000_000_000)
            assert elsewhere.html == "<i>vacancies</i>"
            assert elsewhere.via_bot
            telegram.tap(ann, elsewhere, "More")
            await deliver(application, telegram)
            assert telegram.message(ann, elsewhere).text == "More for card"
            assert chosen["inline_message_id"] == elsewhere.inline_message_id

    asyncio.run(story())
    methods = [call.method for call in telegram.calls]
    assert methods[:4] == ["getMe", "sendMessage", "answerCallbackQuery", "editMessageText"]
    assert telegram.said() == ["<b>Hello</b>"]


def test_pictures_replies_and_settings_through_the_library(telegram: Telegram, ann: User) -> None:
    async def story() -> None:
        async with Bot(telegram.token, request=SandboxRequest(telegram)) as bot:
            assert bot.username == "annual_report_bot"
            sent = await bot.send_photo(ann.id, png(), caption="<b>Chart</b>", parse_mode="HTML")
            assert [size.width for size in sent.photo] == [90, 320, 640]
            assert telegram.chat(ann).last.photo
            again = await bot.edit_message_media(
                InputMediaPhoto(png(100, 100), caption="New"), ann.id, sent.message_id
            )
            assert not isinstance(again, bool)
            assert again.caption == "New"
            assert await (await bot.get_file(sent.photo[-1])).download_as_bytearray() == png()
            reply = await bot.send_message(
                ann.id, "see", reply_parameters=ReplyParameters(sent.message_id)
            )
            assert reply.reply_to_message
            assert reply.reply_to_message.message_id == sent.message_id
            await bot.send_chat_action(ann.id, "typing")
            assert telegram.chat(ann).actions == ["typing"]
            assert await bot.set_my_commands([("ask", "Ask")])
            assert [command.command for command in await bot.get_my_commands()] == ["ask"]
            await bot.set_my_description("What the report says")
            assert (await bot.get_my_description()).description == "What the report says"
            await bot.set_my_short_description("Report")
            assert (await bot.get_my_short_description()).short_description == "Report"
            await bot.set_my_name("Report bot")
            assert (await bot.get_my_name()).name == "Report bot"
            assert (await bot.get_chat(ann.id)).first_name == "Ann"
            assert (await bot.get_chat_member(ann.id, ann.id)).status == "member"
            assert await bot.set_chat_menu_button()

    asyncio.run(story())


def test_refusals_reach_the_library_as_its_errors(
    telegram: Telegram, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # spares us the library's warning
    group = telegram.group("Team", ann)
    telegram.add_bot(ann, group)
    telegram.migrate(ann, group)
    stranger = telegram.user("Bo")

    async def story() -> None:
        request = SandboxRequest(telegram)
        async with Bot(telegram.token, request=request, get_updates_request=request) as bot:
            with pytest.raises(BadRequest, match=r'(?i)unsupported start tag "p"'):
                await bot.send_message(ann.id, "<p>", parse_mode="HTML")
            with pytest.raises(Forbidden):
                await bot.send_message(stranger.id, "x")
            with pytest.raises(ChatMigrated):
                await bot.send_message(group.id, "x")
            telegram.fail("sendMessage", retry_after=3)
            with pytest.raises(RetryAfter):
                await bot.send_message(ann.id, "x")
            telegram.fail("sendMessage", 502, body=b"<html>Bad Gateway</html>", times=2)
            for _ in range(2):
                with pytest.raises(NetworkError):
                    await bot.send_message(ann.id, "x")
            telegram.lose("sendMessage")
            with pytest.raises(NetworkError):
                await bot.send_message(ann.id, "never sent")
            telegram.lose("sendMessage", after=True)
            with pytest.raises(NetworkError):
                await bot.send_message(ann.id, "sent, but the bot cannot know")
            await bot.set_webhook("https://example.org/hook", secret_token="s")
            with pytest.raises(Conflict):
                await bot.get_updates()
            await bot.delete_webhook()
            with pytest.raises(InvalidToken):
                await bot.get_user_profile_photos(ann.id)  # a method we don't have
        with pytest.raises(InvalidToken):
            await Bot("1:wrong", request=SandboxRequest(telegram)).get_me()

    asyncio.run(story())
    assert [message.text for message in telegram.chat(ann).messages] == [
        "/start",
        "sent, but the bot cannot know",
    ]


# --- Door two: HTTP -------------------------------------------------------------------------------


def test_polling_over_http(telegram: Telegram) -> None:
    ann = telegram.user("Ann")

    async def story() -> None:
        async with Server(telegram) as server:
            root = server.url
            builder = ApplicationBuilder().token(telegram.token)
            builder = builder.base_url(f"{root}/bot").base_file_url(f"{root}/file/bot")
            async with echo_bot(builder) as application:
                assert application.updater
                await application.start()
                await application.updater.start_polling(timeout=5)
                telegram.text(ann, "/start")
                telegram.document(ann, "facts.csv", b"abc")
                done = telegram.chat(ann)
                await asyncio.to_thread(telegram.wait, lambda: done.last.text == "Done")
                await application.updater.stop()
                await application.stop()

    asyncio.run(story())
    assert telegram.said() == ["<b>Hello</b>"]


def test_a_second_poller_ends_the_first(telegram: Telegram, ann: User) -> None:
    async def story() -> None:
        async with Server(telegram) as server:
            first = asyncio.create_task(server.poll({"timeout": "20"}))
            await asyncio.sleep(0)
            second = asyncio.create_task(server.poll({"timeout": "20"}))
            status, body = await first
            assert status == 409
            assert b"terminated by other getUpdates request" in body
            telegram.text(ann, "hi")
            status, body = await second
            assert json.loads(body)["result"][0]["message"]["text"] == "hi"

    asyncio.run(story())


def test_webhook_with_secret_and_retry(telegram: Telegram, ann: User) -> None:
    """A hook that refuses the first delivery gets the update again."""
    seen: list[tuple[str | None, Any]] = []

    class Hook(RequestHandler):
        def post(self) -> None:
            secret = self.request.headers.get("X-Telegram-Bot-Api-Secret-Token")
            seen.append((secret, json.loads(self.request.body)))
            self.set_status(500 if len(seen) == 1 else 200)

    async def story() -> None:
        sockets = bind_sockets(0, "127.0.0.1")
        hook = HTTPServer(Web([("/hook", Hook)]))
        hook.add_sockets(sockets)
        url = f"http://127.0.0.1:{sockets[0].getsockname()[1]}/hook"
        async with Server(telegram, retry_delay=0.01):
            assert send(telegram, "setWebhook", url=url, secret_token="s3cret") is True
            telegram.text(ann, "hi")
            await asyncio.to_thread(telegram.wait, lambda: not telegram.updates)
            info = send(telegram, "getWebhookInfo")
            assert "500" in info["last_error_message"]
            assert "secret" not in info
            assert (info["url"], info["pending_update_count"]) == (url, 0)
        hook.stop()

    asyncio.run(story())
    assert [secret for secret, _ in seen] == ["s3cret", "s3cret"]
    assert seen[0] == seen[1]


def test_webhook_to_a_real_bot(telegram: Telegram) -> None:
    ann = telegram.user("Ann")
    sockets = bind_sockets(0, "127.0.0.1")
    port = sockets[0].getsockname()[1]
    sockets[0].close()

    async def story() -> None:
        async with Server(telegram) as server:
            builder = ApplicationBuilder().token(telegram.token).base_url(f"{server.url}/bot")
            async with echo_bot(builder) as application:
                assert application.updater
                await application.start()
                await application.updater.start_webhook(
                    "127.0.0.1",
                    port,
                    "hook",
                    webhook_url=f"http://127.0.0.1:{port}/hook",
                    secret_token="s3cret",
                )
                telegram.text(ann, "/start")
                await asyncio.to_thread(telegram.wait, lambda: bool(telegram.said()))
                await application.updater.stop()
                await application.stop()

    asyncio.run(story())
    assert telegram.said() == ["<b>Hello</b>"]


@pytest.mark.parametrize(
    ("url", "secret", "refusal"),
    [
        ("http://example.org", "", "bad webhook: An HTTPS URL must be provided for webhook"),
        ("https://example.org", "a b", "secret token contains unallowed characters"),
        ("https://example.org", "x" * 257, "secret token is too long"),
    ],
)
def test_bad_webhooks_are_refused(telegram: Telegram, url: str, secret: str, refusal: str) -> None:
    refused = send(telegram, "setWebhook", url=url, secret_token=secret)
    assert refused == f"400 Bad Request: {refusal}"


@pytest.fixture
def server(telegram: Telegram) -> Iterator[Server]:
    with Server(telegram) as running:
        yield running


def fetch(url: str, body: bytes | None = None, kind: str = "application/json") -> tuple[int, Any]:
    request = urllib.request.Request(url, body, {"Content-Type": kind})
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_a_server_in_a_thread_takes_every_kind_of_body(
    telegram: Telegram, ann: User, server: Server
) -> None:
    root = f"{server.url}/bot{telegram.token}"
    form = "application/x-www-form-urlencoded"
    assert fetch(f"{root}/sendMessage?chat_id={ann.id}&text=a")[0] == 200
    assert fetch(f"{root}/sendMessage", f"chat_id={ann.id}&text=+b+%26".encode(), form)[0] == 200
    assert (
        fetch(f"{root}/sendMessage", json.dumps({"chat_id": ann.id, "text": "5"}).encode())[0]
        == 200
    )
    assert [message.text for message in telegram.chat(ann).messages[1:]] == ["a", "b &", "5"]
    assert fetch(f"{server.url}/bot1:x/getMe")[0] == 401
    assert fetch(f"{root}/noSuchMethod")[0] == 404
    assert fetch(f"{root}/sendMessage", b"{")[0] == 400
    telegram.fail("getMe", 502, body=b"<html>Bad Gateway</html>")
    assert fetch(f"{root}/getMe") == (502, b"<html>Bad Gateway</html>")
    telegram.lose("getMe")
    with pytest.raises((urllib.error.URLError, ConnectionError)):
        fetch(f"{root}/getMe")


def test_an_update_wakes_a_long_poll_from_another_thread(
    telegram: Telegram, ann: User, server: Server
) -> None:
    answers: list[Any] = []
    poll = f"{server.url}/bot{telegram.token}/getUpdates?timeout=30"
    thread = threading.Thread(target=lambda: answers.append(fetch(poll)))
    thread.start()
    telegram.text(ann, "hi")
    thread.join(timeout=10)
    assert json.loads(answers[0][1])["result"][0]["message"]["text"] == "hi"


def test_a_second_client_library_accepts_every_answer(telegram: Telegram, ann: User) -> None:
    """aiogram's models are strict: they refuse malformed answers that others let pass."""
    boss = telegram.user("Bo", username="bo_boss")

    async def story() -> None:
        async with Server(telegram) as server:
            api = TelegramAPIServer.from_base(server.url)
            async with AiogramBot(telegram.token, AiohttpSession(api=api)) as bot:
                await calls(bot)
                await updates(bot)

    async def calls(bot: AiogramBot) -> None:
        me = await bot.get_me()
        assert me.is_bot
        assert me.supports_inline_queries
        button = aiogram_types.InlineKeyboardButton(text="More", callback_data="more")
        keyboard = aiogram_types.InlineKeyboardMarkup(inline_keyboard=[[button]])
        sent = await bot.send_message(
            ann.id, "<b>Hi</b> gov.uk", parse_mode="HTML", reply_markup=keyboard
        )
        assert [entity.type for entity in sent.entities or []] == ["bold", "url"]
        edited = await bot.edit_message_text(text="New", chat_id=ann.id, message_id=sent.message_id)
        assert isinstance(edited, aiogram_types.Message)
        assert edited.edit_date
        quote = '<blockquote expandable>q</blockquote><pre><code class="language-py">x</code></pre>'
        assert (await bot.send_message(ann.id, quote, parse_mode="HTML")).entities
        upload = aiogram_types.BufferedInputFile
        photo = await bot.send_photo(ann.id, upload(png(), "chart.png"), caption="Chart")
        assert photo.photo
        assert (await bot.get_file(photo.photo[-1].file_id)).file_path
        document = await bot.send_document(ann.id, upload(b"abc", "facts.csv"))
        assert document.document
        assert document.document.file_name == "facts.csv"
        downloaded = await bot.download(document.document.file_id)
        assert downloaded
        assert downloaded.read() == b"abc"
        new = aiogram_types.InputMediaPhoto(media=upload(png(50, 50), "p.png"), caption="c")
        assert await bot.edit_message_media(new, chat_id=ann.id, message_id=photo.message_id)
        assert await bot.send_chat_action(ann.id, "typing")
        assert await bot.set_my_commands([aiogram_types.BotCommand(command="a", description="d")])
        assert (await bot.get_my_commands())[0].command == "a"
        assert await bot.set_my_description("d")
        assert (await bot.get_my_description()).description
        assert (await bot.get_chat(ann.id)).first_name == "Ann"
        assert (await bot.get_chat_member(ann.id, ann.id)).status == "member"
        assert await bot.get_chat_menu_button()
        assert (await bot.get_webhook_info()).url == ""
        assert await bot.delete_message(ann.id, sent.message_id)

    async def updates(bot: AiogramBot) -> None:
        group, forum = telegram.group("Team", boss, ann), telegram.supergroup("F", boss, forum=True)
        channel = telegram.channel("News", boss)
        for chat in (group, forum, channel):
            telegram.add_bot(boss, chat, admin=True)
        thread = telegram.topic(boss, forum, "Staffing")
        telegram.text(boss, "/ask@annual_report_bot x", forum, thread=thread)
        telegram.text(boss, "as the group", forum, as_chat=forum)
        telegram.post(channel, "news")
        telegram.edit(boss, channel.last, "newer", channel)
        telegram.forward(ann, channel.last)
        telegram.text(ann, "see gov.uk")
        telegram.edit(ann, telegram.chat(ann).last, "changed")
        telegram.document(ann, "f.csv", b"abc", "caption")
        telegram.photo(ann, png(), "caption")
        telegram.sticker(ann)
        telegram.voice(ann)
        telegram.tap(ann, telegram.chat(ann).last, data="forged")
        telegram.inline(ann, "vacancies")
        query = next(iter(telegram.inline_queries))
        content = aiogram_types.InputTextMessageContent(message_text="t")
        article = aiogram_types.InlineQueryResultArticle(
            id="1", title="t", input_message_content=content
        )
        assert await bot.answer_inline_query(query, [article])
        telegram.choose(ann, "1")
        telegram.block(ann)
        telegram.migrate(boss, group)
        got = await bot.get_updates(timeout=1)
        assert len(got) == len(telegram.updates) > 20
        assert {"channel_post", "edited_channel_post", "edited_message", "my_chat_member"} < {
            update.event_type for update in got
        }
        member = await bot.get_chat_member(forum.id, telegram.bot.id)
        assert member.status == "administrator"
        assert [admin.user.id for admin in await bot.get_chat_administrators(forum.id)]

    asyncio.run(story())
