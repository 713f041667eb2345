"""From weighed entries to a reply, in a conversation."""
