"""Settings: the environment first, then a `.env` file, then the defaults."""

from __future__ import annotations

import hmac
import io
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dotenv import load_dotenv
from platformdirs import user_data_path


class SettingsError(Exception):
    """A setting that cannot be used; the message names its key."""


def usual_database() -> Path:
    """Give the database in the working folder if one is there, else that of the user's data."""
    here = Path("annual-report.db")
    return here if here.exists() else user_data_path("annual-report-bot", False) / here


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set; `load` reads it."""

    token: str = field(default="", repr=False)
    admin_ids: frozenset[int] = frozenset()
    database: Path = field(default_factory=usual_database)
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
        """Give the word by which Telegram is known; without one in the settings, of the token."""
        made = hmac.new(self.token.encode(), b"webhook secret", "sha256").hexdigest()
        return self.webhook_secret or made

    @property
    def address(self) -> tuple[str, int] | None:
        """Give the host and port to listen on, None where nothing needs it."""
        return self.listen or (("127.0.0.1", 8443) if self.webhook_url else None)


def _ids(text: str) -> frozenset[int]:
    return frozenset(int(one) for one in text.split(","))


def _listen(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if int(port) > 65_535:
        raise ValueError
    return host.strip(" []"), int(port)


_WHOLE = r"0*[1-9]\d{0,5}", int, "a whole number above 0"
_WEB = r"https?://[^\s/]+(/\S*)?", lambda text: text.rstrip("/"), "an http:// or https:// address"
# What each key sets, the form and type it has, and what it must be; in the order of `.env.example`.
KEYS: dict[str, tuple[str, str, Callable[[str], object], str]] = {
    "TELEGRAM_BOT_TOKEN": ("token", r"\d+:[\w-]+", str, "a token as BotFather gives it"),
    "ADMIN_IDS": (
        "admin_ids",
        r"[\d, ]+",
        _ids,
        "Telegram user ids: numbers, with commas",
    ),
    "DATABASE": ("database", ".+", lambda text: Path(text).expanduser(), "the path of a file"),
    "TELEGRAM_API_BASE_URL": ("api_root", *_WEB),
    "LOG_LEVEL": ("log_level", "DEBUG|INFO|WARNING|ERROR", str, "DEBUG, INFO, WARNING or ERROR"),
    "RETENTION_DAYS": ("retention_days", *_WHOLE),
    "QUESTIONS_PER_MINUTE": ("questions_per_minute", *_WHOLE),
    "CONTEXT_MINUTES": ("context_minutes", *_WHOLE),
    "WEBHOOK_URL": ("webhook_url", *_WEB),
    "WEBHOOK_SECRET": ("webhook_secret", r"[A-Za-z0-9_-]{1,256}", str, "letters, digits, _ and -"),
    "LISTEN": ("listen", r".+:\d+", _listen, "host:port, such as 127.0.0.1:8443"),
}


def load(env_file: Path = Path(".env")) -> Settings:
    """Read the settings; raises SettingsError, one line that names the key or the file."""
    load_dotenv(stream=io.StringIO(_written_in(env_file)))
    values: dict[str, Any] = {}
    for key, (name, form, read, must) in KEYS.items():
        # A key left empty, as in a copied .env.example, is a key not set.
        if given := os.environ.get(key, "").strip():
            try:
                values[name] = read(re.fullmatch(form, given)[0])  # type: ignore[index]
            except (TypeError, ValueError):
                # The value itself may be a secret with a slip in it: it is not repeated.
                raise SettingsError(f"{key} must be {must}.") from None
    return Settings(**values)


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
