"""The bot's own HTTP server, seen by Telegram, by a load balancer and by strangers."""

from __future__ import annotations

import http.client
import json
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import LATELY, trouble
from bot.transport import delivery, metrics
from tests.conftest import World
from tests.telegram import Telegram
from tests.test_end_to_end import Running, free_port, running, running_on

SECRET = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
def hooked(tmp_path: Path) -> Iterator[tuple[Running, int]]:
    port = free_port()
    settings = {
        "WEBHOOK_URL": f"http://127.0.0.1:{port}/updates",
        "WEBHOOK_SECRET": "a-secret",
        "LISTEN": f"127.0.0.1:{port}",
    }
    with running(tmp_path, **settings) as program:
        program.called("setWebhook")
        yield program, port


def asks(
    port: int, path: str, method: str = "GET", body: bytes = b"", **headers: str
) -> tuple[int, str]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    line.request(method, path, body or None, sent)
    answer = line.getresponse()
    try:
        return answer.status, answer.read().decode()
    finally:
        line.close()


def test_health_readiness_metrics_and_a_webhook_for_telegram_only(
    hooked: tuple[Running, int], tmp_path: Path
) -> None:
    program, port = hooked
    assert program.says("po vacancies").text.startswith("Over 650")
    program.telegram.wait(lambda: not program.telegram.updates)
    assert asks(port, "/healthz") == (200, "alive\n")
    assert asks(port, "/readyz") == (200, "ready\n")
    status, figures = asks(port, "/metrics")
    assert status == 200
    for line in (
        'bot_updates_total{kind="message"} 1.0',
        'bot_replies_total{outcome="answer"} 1.0',
        "bot_update_seconds_count 1.0",
        "bot_queue_length 0.0",
    ):
        assert line in figures
    # Strangers, and things that are no updates.
    update = json.dumps({"update_id": 1}).encode()
    assert asks(port, "/updates", "POST", update)[0] == 403
    assert asks(port, "/updates", "POST", update, X_Telegram_Bot_Api_Secret_Token="no")[0] == 403
    told = {"X_Telegram_Bot_Api_Secret_Token": "a-secret"}
    for broken in (b"", b"{", b"[]", b"{}", b'{"update_id": "x"}', b"[" * 99_999):
        assert asks(port, "/updates", "POST", broken, **told)[0] == 400
    assert asks(port, "/updates")[0] == 405
    assert asks(port, "/")[0] == 404
    # One that looks like an update and cannot be read is passed over, once and for all.
    poisoned = json.dumps({"update_id": 9_000, "message": {"message_id": "?"}}).encode()
    assert asks(port, "/updates", "POST", poisoned, **told)[0] == 200
    assert program.says("telephone").text.startswith("0161")
    program.logged("An update could not be handled")
    # A database that cannot be read is not ready.
    for file in tmp_path.glob("small.db*"):
        # The index beside it is memory that the program holds: cut short, that would end it.
        if file.suffix != ".index" and not file.name.endswith("-shm"):
            file.write_bytes(b"no database at all, but long enough to be read " * 200)
    assert asks(port, "/readyz") == (503, "the database cannot be read\n")
    assert asks(port, "/healthz") == (200, "alive\n")


def test_readiness_ends_when_telegram_has_long_been_silent(
    chat: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for silent, said in ((LATELY - 1, ""), (LATELY + 1, "Telegram has not been reached lately")):
        monkeypatch.setattr(delivery, "unreached_for", lambda silent=silent: silent)
        assert trouble(chat.application) == said


def test_telegram_unreachable_at_the_start_is_waited_for(tmp_path: Path) -> None:
    port = free_port()
    telegram = Telegram()
    telegram.lose("getMe")
    telegram.fail("deleteWebhook", 502, body=b"<html>Bad Gateway</html>")
    with running_on(telegram, tmp_path, {"LISTEN": f"127.0.0.1:{port}"}) as program:
        assert program.says("po vacancies").text.startswith("Over 650")
        assert asks(port, "/readyz") == (200, "ready\n")
        log = program.stop()
    # Once a minute, not for each attempt.
    assert log.count("Telegram did not take a call") == 1


def test_without_the_extra_there_are_no_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    without = runpy.run_path(metrics.__file__)
    without["REPLIES"].labels("answer").inc()
    without["TOOK"].observe(0.1)
    assert without["page"]() == ""
