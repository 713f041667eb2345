"""Settings: the environment first, then a `.env` file, then the defaults."""

from __future__ import annotations

import hmac
import io
import logging
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import load_dotenv
from environs import Env


class SettingsError(Exception):
    """A setting that cannot be used; the message names its key."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set; `load` reads it."""

    token: str = field(default="", repr=False)
    admin_ids: frozenset[int] = frozenset()
    database: Path = Path("annual-report.db")
    api_root: str = "https://api.telegram.org"
    log_level: str = "INFO"
    retention_days: int = 90
    questions_per_minute: int = 20
    context_minutes: int = 15
    webhook_url: str = ""
    webhook_secret: str = field(default="", repr=False)
    listen: tuple[str, int] | None = None

    @property
    def secret(self) -> str:
        """Give the word by which Telegram is known; without one in the settings, of the token's.

        So all workers behind one webhook have the same, and only who knows the token can tell it.
        """
        made = hmac.new(self.token.encode(), b"webhook secret", "sha256").hexdigest()
        return self.webhook_secret or made

    @property
    def address(self) -> tuple[str, int]:
        """Give the host and port to listen on."""
        return self.listen or ("127.0.0.1", 8443)


# What each key sets, in the order of `.env.example`.
KEYS = {
    "TELEGRAM_BOT_TOKEN": "token",
    "ADMIN_IDS": "admin_ids",
    "DATABASE": "database",
    "TELEGRAM_API_BASE_URL": "api_root",
    "LOG_LEVEL": "log_level",
    "RETENTION_DAYS": "retention_days",
    "QUESTIONS_PER_MINUTE": "questions_per_minute",
    "CONTEXT_MINUTES": "context_minutes",
    "WEBHOOK_URL": "webhook_url",
    "WEBHOOK_SECRET": "webhook_secret",
    "LISTEN": "listen",
}


def load(env_file: Path = Path(".env")) -> Settings:
    """Read the settings; raises SettingsError, one line that names the key."""
    env = Env()
    load_dotenv(stream=io.StringIO(_written_in(env_file)))
    values: dict[str, object] = {}
    for key, name in KEYS.items():
        # A key left empty, as in a copied .env.example, is a key not set.
        text = env.str(key, "").strip()
        if text:
            try:
                values[name] = _PARSERS.get(name, str)(text)
            except ValueError as error:
                raise SettingsError(f"{key} {error}") from None
    return Settings(**values)  # type: ignore[arg-type]


def _written_in(file: Path) -> str:
    """Read a `.env` file, "" where there is none; Windows writes it as UTF-16 or with a mark."""
    try:
        data = file.read_bytes()
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise SettingsError(f"{file} is not UTF-8 text. Save it as UTF-8.")
    return text


def _token(text: str) -> str:
    if not re.fullmatch(r"\d+:[\w-]+", text):
        # The value itself may be a secret with a slip in it: it is not repeated.
        raise ValueError("must be a token as BotFather gives it, such as 123456:ABC-DEF.")
    return text


def _ids(text: str) -> frozenset[int]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isdecimal() for part in parts):
        raise ValueError("must be Telegram user ids (numbers) with commas between them.")
    return frozenset(map(int, parts))


def _positive(text: str) -> int:
    if not (text.isdecimal() and 0 < int(text) < 1_000_000):
        raise ValueError(f"must be a whole number above 0, not {text!r}.")
    return int(text)


def _level(text: str) -> str:
    if text.upper() not in logging.getLevelNamesMapping():
        raise ValueError(f"must be DEBUG, INFO, WARNING or ERROR, not {text!r}.")
    return text.upper()


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an address that starts with http:// or https://.")
    return text.rstrip("/")


def _secret(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", text):
        raise ValueError("may hold only letters, digits, _ and -, at most 256 of them.")
    return text


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not (host and port.isdecimal() and 0 < int(port) < 65536):
        raise ValueError(f"must be host:port, such as 127.0.0.1:8443, not {text!r}.")
    return host.strip("[]"), int(port)


_PARSERS = {
    "token": _token,
    "admin_ids": _ids,
    "database": lambda text: Path(text).expanduser(),
    "api_root": _url,
    "log_level": _level,
    "retention_days": _positive,
    "questions_per_minute": _positive,
    "context_minutes": _positive,
    "webhook_url": _url,
    "webhook_secret": _secret,
    "listen": _address,
}
