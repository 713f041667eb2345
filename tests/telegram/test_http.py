"""The strict Telegram over HTTP: long polls, webhooks, other client libraries."""

from __future__ import annotations

import asyncio
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from aiogram import Bot as AiogramBot
from aiogram import types as aiogram_types
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from telegram.ext import (
    ApplicationBuilder,
)
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application as Web
from tornado.web import RequestHandler

from tests.telegram import (
    Server,
    Telegram,
    User,
)
from tests.telegram.conftest import echo_bot, png, send


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
        assert await bot.send_chat_action(ann.id, "typing")
        assert await bot.set_my_commands([aiogram_types.BotCommand(command="a", description="d")])
        assert (await bot.get_my_commands())[0].command == "a"
        assert await bot.set_my_description("d")
        assert (await bot.get_my_description()).description
        assert (await bot.get_chat(ann.id)).first_name == "Ann"
        assert (await bot.get_webhook_info()).url == ""

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

    asyncio.run(story())
