"""The Telegram bot: handlers, texts and settings around the knowledge base."""
