"""The bot as a chat in the browser: the same handlers, talking to the in-memory Telegram."""
