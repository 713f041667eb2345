"""Figures for Prometheus, when the extra `metrics` is installed; otherwise nothing is counted."""

try:
    import prometheus_client as prometheus
except ImportError:  # pragma: no cover - the extra is not installed
    REGISTRY = None
else:
    # Prometheus's own, which also holds what the process takes.
    REGISTRY = prometheus.REGISTRY
    TOOK = prometheus.Histogram("bot_update_seconds", "Seconds from an update's arrival to its end")
    QUEUE = prometheus.Gauge("bot_queue_length", "Updates fetched, not done")
    # What is counted, and by what it is told apart.
    COUNTERS = {
        name: prometheus.Counter(f"bot_{name}", what, by)
        for name, what, by in (
            ("updates", "Updates handled, by kind", ["kind"]),
            ("replies", "Replies to questions, by outcome", ["outcome"]),
            ("api_errors", "Calls Telegram did not carry out, by kind", ["kind"]),
            ("handler_errors", "Updates that could not be handled", []),
        )
    }


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


def page() -> str:
    """Write all figures as Prometheus reads them, "" without the extra."""
    return prometheus.generate_latest().decode() if REGISTRY else ""
