"""What the benchmark prints: tables and a reliability diagram of plain characters."""

from __future__ import annotations

from collections.abc import Sequence

from tests.benchmark.contest import Result

BINS = 10
WIDTH = 40

HEADINGS = (
    f"{'':24}{'asked':>6}{'right':>8}{'wrong':>8}{'offered':>9}{'missed':>8}{'first':>8}"
    f"{'refused':>9}{'invented':>10}{'median':>9}{'p95':>9}{'build':>8}{'memory':>9}"
)


def row(result: Result) -> str:
    """One system's row; shares of the questions that the report answers, or does not."""
    n, inside = result.outcomes, result.outcomes["inside"]
    outside = result.asked - inside
    memory = f"{result.memory:6.0f} MB" if result.memory else "?"
    return (
        f"{result.name:24}{result.asked:6}"
        f"{share(n['right'], inside):>8}{share(n['wrong'], inside):>8}"
        f"{share(n['offered'], inside):>9}{share(n['missed'], inside):>8}"
        f"{share(n['first'], inside):>8}"
        f"{share(n['refused'], outside):>9}{share(n['invented'], outside):>10}"
        f"{milliseconds(result.median):>9}{milliseconds(result.tail):>9}"
        f"{result.built:6.1f} s{memory:>9}"
    )


def share(count: int, of: int) -> str:
    """A share as a percentage, "-" where there is nothing to share."""
    return f"{count / of:.1%}" if of else "-"


def milliseconds(seconds: float) -> str:
    """A time in milliseconds, with as many figures as mean something."""
    value = 1000 * seconds
    return f"{value:.2f} ms" if value < 10 else f"{value:.0f} ms"


def reliability(confidences: Sequence[tuple[float, bool]]) -> str:
    """How often the first fact was right, by how sure the engine was of it."""
    lines = [f"{'confidence':12}{'questions':>10}{'mean':>8}{'right':>8}"]
    gaps = 0.0
    for number in range(BINS):
        low, high = number / BINS, (number + 1) / BINS
        mine = [one for one in confidences if low <= one[0] < high or (high == 1 == one[0])]
        if not mine:
            continue
        mean = sum(sure for sure, _ in mine) / len(mine)
        right = sum(correct for _, correct in mine) / len(mine)
        gaps += abs(mean - right) * len(mine)
        bar = ["#" if place < round(right * WIDTH) else "." for place in range(WIDTH + 1)]
        bar[round(mean * WIDTH)] = "|"
        label = f"{low:.1f}-{high:.1f}"
        lines.append(f"{label:12}{len(mine):10}{mean:8.2f}{right:8.2f}  {''.join(bar)}")
    if confidences:
        lines.append(
            f"(#: share right, |: mean confidence; they differ by "
            f"{gaps / len(confidences):.3f} on average)"
        )
    return "\n".join(lines)
