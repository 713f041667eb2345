"""The knowledge as it stands: new versions built beside the work, and swapped in whole."""

from __future__ import annotations

import asyncio

from bot.services import App, Context
from knowledge import DatabaseError, Edit, KnowledgeBase

# Under which `live_of` finds it in the data of a bot.
KEY = "live"


class Live:
    """Builds new versions of the knowledge in a thread, one at a time, and swaps them in whole."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge
        self._lock = asyncio.Lock()
        self._told = ""

    async def freshen(self) -> None:
        """Take in what another process has changed, before a question is answered."""
        try:
            if self._is_fresh():
                return
            async with self._lock:
                # Somebody else who waited may have done it.
                if not self._is_fresh():
                    latest = await asyncio.to_thread(self._knowledge.latest)
                    self._knowledge.adopt(latest)
        except DatabaseError as error:
            # The knowledge there is answers better than an apology.
            self._knowledge.note_fault(error)

    def _is_fresh(self) -> bool:
        return not self._knowledge.is_stale()

    def news(self) -> str:
        """Give what administrators have to know of the database and have not been told, or ""."""
        fault = str(self._knowledge.fault or "")
        news, self._told = fault if fault != self._told else "", fault or self._told
        return news

    async def carry_out(self, edit: Edit, who: str) -> None:
        """Make a change; when this returns, the next answer shows it."""
        async with self._lock:
            version = await asyncio.to_thread(self._knowledge.carry_out, edit, who)
            self._knowledge.adopt(version)


def live_of(context: Context | App) -> Live:
    """Give the living knowledge of the bot that a handler runs in."""
    live = context.bot_data[KEY]
    assert isinstance(live, Live)
    return live
