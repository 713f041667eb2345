"""Figures for Prometheus, when the extra `metrics` is installed; otherwise nothing is counted."""

from __future__ import annotations

import time

try:
    import prometheus_client as prometheus
except ImportError:  # pragma: no cover - the extra is not installed
    REGISTRY = None
else:
    REGISTRY = prometheus.CollectorRegistry()
    prometheus.ProcessCollector(registry=REGISTRY)
    TOOK = prometheus.Histogram(
        "bot_update_seconds",
        "Seconds from the arrival of an update to its end",
        registry=REGISTRY,
        buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    )
    QUEUE = prometheus.Gauge(
        "bot_queue_length", "Updates fetched and not yet done", registry=REGISTRY
    )
    # What is counted, and by what it is told apart.
    COUNTERS = {
        name: prometheus.Counter(f"bot_{name}", what, by, registry=REGISTRY)
        for name, what, by in (
            ("updates", "Updates handled, by kind", ["kind"]),
            ("replies", "Replies to questions, by outcome", ["outcome"]),
            ("api_errors", "Calls Telegram did not carry out, by kind", ["kind"]),
            ("handler_errors", "Updates that could not be handled", []),
            ("note_errors", "Updates whose handling could not be noted", []),
        )
    }

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

# When Telegram last did what it was asked, by the monotonic clock; 0 before the first time.
_reached = 0.0


def count(name: str, *kind: str) -> None:
    """Count one more of what one of `COUNTERS` counts."""
    if REGISTRY:
        counter = COUNTERS[name]
        (counter.labels(*kind) if kind else counter).inc()


def handled(kind: str, seconds: float, waiting: int) -> None:
    """Count an update, how long it took and how many are left."""
    count("updates", kind)
    if REGISTRY:
        TOOK.observe(seconds)
        QUEUE.set(waiting)


def reached() -> None:
    """Note that Telegram did what it was asked."""
    global _reached
    _reached = time.monotonic()


def unreached_for() -> float:
    """Give the seconds since Telegram last did what it was asked, infinite before that."""
    return time.monotonic() - _reached if _reached else float("inf")


def page() -> bytes | None:
    """Write all figures as Prometheus reads them, None without the extra."""
    return prometheus.generate_latest(REGISTRY) if REGISTRY else None
