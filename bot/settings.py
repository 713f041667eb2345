"""Settings: the environment first, then a `.env` file, then the defaults."""

import hmac
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, get_type_hints

from dotenv import dotenv_values
from platformdirs import user_data_path


class SettingsError(Exception):
    """A setting that cannot be used; the message names its key."""


def usual_database() -> Path:
    """Give the database in the working folder if one is there, else that of the user's data."""
    here = Path("annual-report.db")
    return here if here.exists() else user_data_path("annual-report-bot", False) / here


def _place(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not 0 < int(port) < 65_536:
        raise ValueError
    return host.strip(" []"), int(port)


# The form of a value, what is made of it, and what is said of a value of any other form.
Kind = tuple[str, Callable[[str], object], str]
_TOKEN: Kind = r"\d+:[\w-]+", str, "must be a token as BotFather gives it, 123456:ABC-DEF."
_IDS: Kind = (
    r"\d+(\s*,\s*\d+)*",
    lambda text: frozenset(map(int, text.split(","))),
    "must be Telegram user ids (numbers) with commas between them.",
)
_FILE: Kind = ".+", lambda text: Path(text).expanduser(), "must be the path of a file."
_WEB: Kind = (
    r"https?://[^\s/]+(/\S*)?",
    lambda text: text.rstrip("/"),
    "must be an address with http:// or https://.",
)
_LEVEL: Kind = "(?i:debug|info|warning|error)", str.upper, "must be DEBUG, INFO, WARNING or ERROR."
_COUNT: Kind = r"0*[1-9]\d{0,5}", int, "must be a whole number above 0."
_SECRET: Kind = r"[A-Za-z0-9_-]{1,256}", str, "may hold only letters, digits, _ and -, at most 256."
_PLACE: Kind = r".+:\d+", _place, "must be host:port, such as 127.0.0.1:8443."


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set, in the order of `.env.example`; `load` reads it."""

    token: Annotated[str, "TELEGRAM_BOT_TOKEN", _TOKEN] = field(default="", repr=False)
    admin_ids: Annotated[frozenset[int], "ADMIN_IDS", _IDS] = frozenset()
    database: Annotated[Path, "DATABASE", _FILE] = field(default_factory=usual_database)
    api_root: Annotated[str, "TELEGRAM_API_BASE_URL", _WEB] = "https://api.telegram.org"
    log_level: Annotated[str, "LOG_LEVEL", _LEVEL] = "INFO"
    retention_days: Annotated[int, "RETENTION_DAYS", _COUNT] = 90
    questions_per_minute: Annotated[int, "QUESTIONS_PER_MINUTE", _COUNT] = 20
    context_minutes: Annotated[int, "CONTEXT_MINUTES", _COUNT] = 15
    webhook_url: Annotated[str, "WEBHOOK_URL", _WEB] = ""
    webhook_secret: Annotated[str, "WEBHOOK_SECRET", _SECRET] = field(default="", repr=False)
    listen: Annotated[tuple[str, int] | None, "LISTEN", _PLACE] = None

    @property
    def secret(self) -> str:
        """Give the word by which Telegram is known; without one in the settings, of the token."""
        made = hmac.new(self.token.encode(), b"webhook secret", "sha256").hexdigest()
        return self.webhook_secret or made


KEYS: dict[str, tuple[str, Kind]] = {
    hint.__metadata__[0]: (name, hint.__metadata__[1])
    for name, hint in get_type_hints(Settings, include_extras=True).items()
}


def load(env_file: Path = Path(".env")) -> Settings:
    """Read the settings; raises SettingsError, one line that names the key or the file."""
    try:
        given = dotenv_values(env_file, encoding="utf-8-sig") | os.environ
    except UnicodeError:
        raise SettingsError(f"{env_file} is not UTF-8 text. Save it as UTF-8.") from None
    values: dict[str, Any] = {}
    for key, (name, (form, made, must)) in KEYS.items():
        # A key left empty, as in a copied .env.example, is a key not set.
        if text := (given.get(key) or "").strip():
            try:
                if not re.fullmatch(form, text):
                    raise ValueError
                values[name] = made(text)
            except ValueError:
                # The value itself may be a secret with a slip in it: it is not repeated.
                raise SettingsError(f"{key} {must}") from None
    return Settings(**values)
