"""A bot with administrators, for the tests of what they do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from bot.settings import Settings
from knowledge import KnowledgeBase
from tests import conftest
from tests.conftest import BEA, CAL, World, open_small
from tests.telegram import Telegram

Desk = World

__all__ = ["BEA", "CAL", "Desk", "small", "talking"]


@contextmanager
def talking(
    path: Path, knowledge: KnowledgeBase, telegram: Telegram | None = None, **settings: object
) -> Iterator[World]:
    """Start a bot with administrators on a knowledge base."""
    configured = Settings(
        token="42:sandbox",
        admin_ids=frozenset({BEA, CAL}),
        database=path,
        questions_per_minute=10_000,
    )
    configured = replace(configured, **settings)  # type: ignore[arg-type]
    yield from conftest.talking(path, knowledge, configured, telegram=telegram)


@contextmanager
def small(path: Path) -> Iterator[World]:
    """Start a bot with administrators on the small knowledge base."""
    with closing(open_small(path)) as knowledge, talking(path, knowledge) as world:
        yield world
