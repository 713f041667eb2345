"""From a question to weighed entries."""
