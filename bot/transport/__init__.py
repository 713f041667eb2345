"""Getting updates from Telegram and calls to it, by an application whose data are its services."""

from typing import Any

from telegram.ext import Application, CallbackContext, ExtBot

from bot.services import Services

Context = CallbackContext[ExtBot[Any], Any, Any, Services]
App = Application[ExtBot[Any], Any, Any, Any, Services, Any]
