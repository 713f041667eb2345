"""The desk that administrators work at, for all tests of this room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.administrators import Desk, small


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """The bot with two administrators and the small knowledge base."""
    with small(tmp_path / "small.db") as made:
        yield made


@pytest.fixture
def podcast(desk: Desk) -> Desk:
    """The same after Bea has added a fact."""
    desk.says("/add Is there a podcast? | Yes, one a month. | Contact")
    desk.taps("Save")
    return desk
