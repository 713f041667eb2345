"""The administrators' side of the bot; nobody else learns that it is there."""
