"""Pictures of charts: drawn in a thread, kept by what they show, sent again by Telegram's own id.

A chart is its own key: one whose figures, title or source an administrator has changed is another.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TypeVar

from bot.charts import drawing
from bot.charts.wording import Chart

V = TypeVar("V")

KEPT = 64
# Ids are short, and what they save is an upload.
KNOWN = 1_000


@dataclass(slots=True)
class Pictures:
    """The pictures drawn last, and under which id Telegram keeps them."""

    _drawn: OrderedDict[Chart, bytes] = field(default_factory=OrderedDict)
    _ids: OrderedDict[Chart, str] = field(default_factory=OrderedDict)

    async def png(self, chart: Chart) -> bytes:
        """Give the picture of a chart as a PNG file."""
        if (data := self._drawn.get(chart)) is None:
            data = await asyncio.to_thread(drawing.draw, chart)
        _keep(self._drawn, chart, data, KEPT)
        return data

    def file_id(self, chart: Chart) -> str | None:
        """Give Telegram's id of a picture sent before."""
        return self._ids.get(chart)

    def sent(self, chart: Chart, file_id: str | None) -> None:
        """Note the id of a picture sent, or with None that Telegram no longer knows it."""
        if file_id is None:
            self._ids.pop(chart, None)
        else:
            _keep(self._ids, chart, file_id, KNOWN)


def _keep(store: OrderedDict[Chart, V], chart: Chart, value: V, most: int) -> None:
    store[chart] = value
    store.move_to_end(chart)
    while len(store) > most:
        store.popitem(last=False)
