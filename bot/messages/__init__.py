"""Messages as Telegram shows them."""
