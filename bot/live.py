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

    async def freshen(self) -> str:
        """Take in what another process has changed; give what administrators have not been told."""
        knowledge = self._knowledge
        try:
            if knowledge.is_stale():
                async with self._lock:
                    # Somebody else who waited may have done it.
                    if knowledge.is_stale():
                        knowledge.adopt(await asyncio.to_thread(knowledge.latest))
        except DatabaseError as error:
            # The knowledge there is answers better than an apology.
            knowledge.note_fault(error)
        fault, told = str(knowledge.fault or ""), self._told
        self._told = fault or told
        return fault if fault != told else ""

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
