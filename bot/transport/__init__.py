"""Getting updates from Telegram and calls to it."""
