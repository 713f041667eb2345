"""Settings: the environment first, then a `.env` file, then the defaults."""

from __future__ import annotations

import hmac
import io
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dotenv import load_dotenv
from environs import Env, EnvError, validate
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


# What each key sets, in the order of `.env.example`, and what it must be.
KEYS = {
    "TELEGRAM_BOT_TOKEN": ("token", "must be a token as BotFather gives it, 123456:ABC-DEF."),
    "ADMIN_IDS": ("admin_ids", "must be Telegram user ids (numbers) with commas between them."),
    "DATABASE": ("database", "must be the path of a file."),
    "TELEGRAM_API_BASE_URL": ("api_root", "must be an address with http:// or https://."),
    "LOG_LEVEL": ("log_level", "must be DEBUG, INFO, WARNING or ERROR."),
    "RETENTION_DAYS": ("retention_days", "must be a whole number above 0."),
    "QUESTIONS_PER_MINUTE": ("questions_per_minute", "must be a whole number above 0."),
    "CONTEXT_MINUTES": ("context_minutes", "must be a whole number above 0."),
    "WEBHOOK_URL": ("webhook_url", "must be an address with http:// or https://."),
    "WEBHOOK_SECRET": ("webhook_secret", "may hold only letters, digits, _ and -, at most 256."),
    "LISTEN": ("listen", "must be host:port, such as 127.0.0.1:8443."),
}
_POSITIVE = validate.Range(1, 999_999)
_WEB = validate.URL(schemes={"http", "https"}, require_tld=False)


def load(env_file: Path = Path(".env")) -> Settings:
    """Read the settings; raises SettingsError, one line that names the key or the file."""
    env = Env()
    load_dotenv(stream=io.StringIO(_written_in(env_file)))
    # A key left empty, as in a copied .env.example, is a key not set.
    given = {key for key in KEYS if env.str(key, "").strip()}
    values: dict[str, Any] = {}
    for key in given:
        name, must = KEYS[key]
        try:
            values[name] = _read(env, key)
        except (EnvError, ValueError):
            # The value itself may be a secret with a slip in it: it is not repeated.
            raise SettingsError(f"{key} {must}") from None
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


def _read(env: Env, key: str) -> object:
    match key:
        case "TELEGRAM_BOT_TOKEN":
            return env.str(key, validate=validate.Regexp(r"\s*\d+:[\w-]+\s*\Z")).strip()
        case "ADMIN_IDS":
            return frozenset(
                env.list(key, subcast=int, validate=lambda ids: all(i > 0 for i in ids))
            )
        case "DATABASE":
            return env.path(key).expanduser()
        case "LOG_LEVEL":
            return logging.getLevelName(env.log_level(key))
        case "RETENTION_DAYS" | "QUESTIONS_PER_MINUTE" | "CONTEXT_MINUTES":
            return env.int(key, validate=_POSITIVE)
        case "WEBHOOK_SECRET":
            return env.str(key, validate=validate.Regexp(r"[A-Za-z0-9_-]{1,256}\Z"))
        case "LISTEN":
            host, _, port = env.str(key, validate=validate.Regexp(r".+:\d+\s*\Z")).rpartition(":")
            if not 0 < int(port) < 65_536:
                raise ValueError
            return host.strip(" []"), int(port)
    return env.str(key, validate=_WEB).rstrip("/")
