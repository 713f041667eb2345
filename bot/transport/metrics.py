"""Figures for Prometheus, when the extra `metrics` is installed; otherwise nothing is counted."""

from __future__ import annotations

import time

from telegram.error import RetryAfter

try:
    import prometheus_client as prometheus
except ImportError:  # pragma: no cover - the extra is not installed
    prometheus = None  # type: ignore[assignment]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

# When Telegram last did what it was asked, by the monotonic clock; 0 before the first time.
_reached = 0.0

if prometheus:
    REGISTRY = prometheus.CollectorRegistry()
    prometheus.ProcessCollector(registry=REGISTRY)
    _UPDATES = prometheus.Counter(
        "bot_updates", "Updates handled, by kind", ["kind"], registry=REGISTRY
    )
    _OUTCOMES = prometheus.Counter(
        "bot_replies", "Replies to questions, by outcome", ["outcome"], registry=REGISTRY
    )
    _SECONDS = prometheus.Histogram(
        "bot_update_seconds",
        "Seconds from the arrival of an update to its end",
        registry=REGISTRY,
        buckets=SECONDS,
    )
    _ERRORS = prometheus.Counter(
        "bot_api_errors", "Calls Telegram did not carry out, by kind", ["kind"], registry=REGISTRY
    )
    _FAULTS = prometheus.Counter(
        "bot_handler_errors", "Updates that could not be handled", registry=REGISTRY
    )
    _NOTES = prometheus.Counter(
        "bot_note_errors", "Updates whose handling could not be noted", registry=REGISTRY
    )
    _QUEUE = prometheus.Gauge(
        "bot_queue_length", "Updates fetched and not yet done", registry=REGISTRY
    )


def handled(kind: str, seconds: float) -> None:
    """Count an update and how long it took."""
    if prometheus:
        _UPDATES.labels(kind).inc()
        _SECONDS.observe(seconds)


def replied(outcome: str) -> None:
    """Count a reply to a question."""
    if prometheus:
        _OUTCOMES.labels(outcome).inc()


def api_error(error: Exception) -> None:
    """Count a call that Telegram did not carry out."""
    if isinstance(error, RetryAfter):
        reached()
    if prometheus:
        _ERRORS.labels(type(error).__name__).inc()


def fault() -> None:
    """Count an update that made a handler fail."""
    if prometheus:
        _FAULTS.inc()


def note_failed() -> None:
    """Count an update that could not be noted as handled."""
    if prometheus:
        _NOTES.inc()


def queue(length: int) -> None:
    """Set how many updates are waiting or being handled."""
    if prometheus:
        _QUEUE.set(length)


def reached() -> None:
    """Note that Telegram did what it was asked."""
    global _reached
    _reached = time.monotonic()


def unreached_for() -> float:
    """Give the seconds since Telegram last did what it was asked, infinite before that."""
    return time.monotonic() - _reached if _reached else float("inf")


def page() -> bytes | None:
    """Write all figures as Prometheus reads them, None without the extra."""
    return prometheus.generate_latest(REGISTRY) if prometheus else None
