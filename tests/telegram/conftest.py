"""What the tests of the strict Telegram share: a person in it, and a bot that echoes."""

from __future__ import annotations

import json
import struct
import zlib
from itertools import count
from typing import Any

import pytest
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Update,
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

from tests.telegram import (
    SandboxRequest,
    Telegram,
    User,
)


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


def png(width: int = 640, height: int = 360) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IEND", b"")


def send(telegram: Telegram, method: str, **parameters: Any) -> Any:
    """Call a method as a form would; the result, or the refusal's text."""
    status, body = telegram.call(method, parameters)
    answer = json.loads(body)
    assert answer["ok"] == (status == 200)
    return answer["result"] if answer["ok"] else f"{status} {answer['description']}"


def keys(*rows: int, **button: Any) -> str:
    button = button or {"callback_data": "x"}
    return json.dumps({"inline_keyboard": [[{"text": "k", **button}] * row for row in rows]})


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
