"""The learning curve: how answers get better with the number of phrasings a fact has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from knowledge import Fact
from knowledge.evaluation import Labelled
from tests.benchmark.contest import ENGINE, Result, run
from tests.benchmark.material import fewer

STEPS = (5, 10, 20, 40)
LINES = (
    ("right fact first", "first", "#1b7f5c"),
    ("answered, right", "right", "#2a5db0"),
    ("answered, wrong", "wrong", "#b03a2e"),
)
WIDTH, HEIGHT, LEFT, TOP = 640, 360, 60, 24


def points(facts: Sequence[Fact], questions: Sequence[Labelled]) -> Iterator[tuple[int, Result]]:
    """The same questions asked of bases with ever more phrasings a fact."""
    for most in STEPS:
        yield most, run(ENGINE, fewer(facts, most), questions)


def drawing(found: Sequence[tuple[int, Result]]) -> str:
    """An SVG of the curve; the number of phrasings on a logarithmic scale."""

    def x(step: int) -> float:
        return LEFT + (WIDTH - LEFT - 150) * step / (len(STEPS) - 1)

    def y(share: float) -> float:
        return TOP + (HEIGHT - TOP - 50) * (1 - share)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="13" fill="#333">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for tenth in range(0, 11, 2):
        at = y(tenth / 10)
        parts.append(f'<path d="M{LEFT} {at:.1f}H{x(len(STEPS) - 1):.1f}" stroke="#ddd"/>')
        share = f'x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end"'
        parts.append(f"<text {share}>{tenth * 10} %</text>")
    for step, (most, _) in enumerate(found):
        parts.append(
            f'<text x="{x(step):.1f}" y="{y(0) + 20:.1f}" text-anchor="middle">{most}</text>'
        )
    middle = (LEFT + x(len(STEPS) - 1)) / 2
    under = f'x="{middle:.1f}" y="{HEIGHT - 8}" text-anchor="middle"'
    parts.append(f"<text {under}>phrasings a fact, at most</text>")
    for label, outcome, colour in LINES:
        shares = [r.outcomes[outcome] / max(r.outcomes["inside"], 1) for _, r in found]
        path = " ".join(f"{x(step):.1f},{y(share):.1f}" for step, share in enumerate(shares))
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{x(step):.1f}" cy="{y(share):.1f}" r="3" fill="{colour}"/>'
            for step, share in enumerate(shares)
        ]
        end = f'x="{x(len(found) - 1) + 10:.1f}" y="{y(shares[-1]) + 4:.1f}"'
        parts.append(f'<text {end} fill="{colour}">{label}</text>')
    return "\n".join([*parts, "</svg>", ""])


def draw(found: Sequence[tuple[int, Result]], file: Path) -> None:
    """Write the drawing to a file."""
    file.write_text(drawing(found), encoding="utf-8")
