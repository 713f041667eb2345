"""What the bot does with each kind of update; `bot.registry` says which goes where."""
