"""Figures for Prometheus, when the extra `metrics` is installed; otherwise nothing is counted."""

from typing import Any


class Nothing:
    """Stands in for Prometheus and all that it counts with."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_: self


prometheus: Any
try:
    import prometheus_client as prometheus
except ImportError:
    prometheus = Nothing()

UPDATES = prometheus.Counter("bot_updates", "Updates handled, by kind", ["kind"])
REPLIES = prometheus.Counter("bot_replies", "Replies to questions, by outcome", ["outcome"])
REFUSALS = prometheus.Counter("bot_api_errors", "Calls Telegram did not carry out", ["kind"])
ERRORS = prometheus.Counter("bot_handler_errors", "Updates that could not be handled")
TOOK = prometheus.Histogram("bot_update_seconds", "Seconds from an update's arrival to its end")
QUEUE = prometheus.Gauge("bot_queue_length", "Updates fetched, not done")


def page() -> str:
    """Write all figures as Prometheus reads them, "" without the extra."""
    figures = prometheus.generate_latest()
    return figures.decode() if isinstance(figures, bytes) else ""
