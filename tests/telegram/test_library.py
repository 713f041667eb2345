"""A bot of python-telegram-bot in the strict Telegram, in the same process."""

from __future__ import annotations

import asyncio

import pytest
from telegram import (
    Bot,
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

from tests.telegram import (
    SandboxRequest,
    Telegram,
    User,
)
from tests.telegram.conftest import Ptb, echo_bot, in_process, png


async def deliver(application: Ptb, telegram: Telegram) -> None:
    """Let a bot without a processor of ours handle what waits."""
    for update in telegram.take():
        await application.process_update(Update.de_json(update, application.bot))


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
            telegram.choose(ann, "1")
            elsewhere = telegram.message(ann, 1, 4_000_000_000)
            assert elsewhere.html == "<i>vacancies</i>"
            assert elsewhere.via_bot
            telegram.tap(ann, elsewhere, "More")
            await deliver(application, telegram)
            assert telegram.message(ann, elsewhere).text == "More for card"

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
            assert (await bot.get_chat(ann.id)).first_name == "Ann"

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
