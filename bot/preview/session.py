"""The chats of the preview: a person's and an administrator's with the bot, a group, a friend's.

A page is told all that it shows as JSON, messages and calls as the Bot API has them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from telegram import BotCommandScopeChat

from bot import app, texts
from bot.handlers import commands
from bot.services import services_of
from bot.settings import Settings
from bot.simulator import Telegram, at_hand
from bot.transport.updates import Json
from knowledge import KnowledgeBase

PLACES = ("user", "admin", "group", "friend")
FIRST_PERSON = 1_000_001
GROUP, FRIEND = -1_000_000_000_001, 4_000_000_000
# What the page is given of each; older things are still there for the bot.
MESSAGES, CALLS, EXPLANATIONS = 200, 60, 30
MOST_CANDIDATES = 5


@dataclass(slots=True)
class Seat:
    """Somebody in a chat, with the explanations and the calls that came of what they did there."""

    person: Json
    chat: Json
    title: str
    explanations: list[Json] = field(default_factory=list)
    calls: list[Json] = field(default_factory=list)


class Session:
    """The bot with people to talk to; everything runs in one event loop."""

    def __init__(self, settings: Settings, knowledge: KnowledgeBase) -> None:
        self.watchers: set[Callable[[], None]] = set()
        self.telegram = here = Telegram(self._tell)
        # One of the real administrators, if there are any: changes are theirs in the history.
        number = min(settings.admin_ids, default=2 * FIRST_PERSON)
        self.admin = here.person(texts.ADMINISTRATOR, number)
        self._last_person = FIRST_PERSON - 1
        self.seats: dict[str, Seat] = {}
        for where in PLACES:
            self._begin(where)
        self.busy = ""
        self.application = app.build(at_hand(settings, frozenset({number})), knowledge, here)
        self._services = services_of(self.application)
        self._turn = asyncio.Lock()

    async def open(self) -> None:
        """Start the bot and set its menus."""
        await self.application.initialize()
        bot = self.application.bot
        await commands.publish(bot, self._services.titles())
        await commands.put(bot, BotCommandScopeChat(self.admin["id"]), commands.ADMINISTRATORS)

    async def close(self) -> None:
        """Stop the bot, once it has done what it is doing."""
        async with self._turn:
            await self.application.shutdown()

    def _begin(self, where: str) -> None:
        """Begin a chat anew; a person's with somebody whom the bot has not met."""
        here, title = self.telegram, str(self.telegram.bot["first_name"])
        if where == "user":
            self._last_person += 1
            here.person(texts.PERSON, self._last_person)
        person = self.admin if where == "admin" else here.people[self._last_person]
        if where == "group":
            title = texts.GROUP
            chat = here.chat(GROUP, "supergroup", title=title)
        elif where == "friend":
            title = texts.FRIEND
            chat = here.chat(FRIEND, "private", first_name=title)
        else:
            chat = here.chat(person["id"], "private", first_name=person["first_name"])
        self.seats[where] = Seat(person, chat, title)

    # --- What people do ---------------------------------------------------------------------------

    async def act(self, where: str, given: Json) -> Json | None:
        """Let a person do what their page says; give what only that page is told."""
        seat = self.seats[where]
        try:
            await self._do(where, given)
        except LookupError:
            # The message has changed before the page has seen it.
            return {"toast": texts.OLD_BUTTON, "alert": True}
        if given["act"] == "inline":
            return {"cards": self.telegram.cards[seat.person["id"]], "for": given["text"]}
        if given["act"] == "new":
            if where == "admin":
                # What has been begun is left.
                await self._do(where, {"act": "text", "text": "/cancel"})
            self._services.memory.forget((seat.chat["id"], None))
            self._begin(where)
            self._tell()
            return {"toast": texts.NEW_CHAT, "alert": False}
        return None

    async def _do(self, where: str, given: Json) -> None:
        """Let a person do something, and the bot handle it, one after the other."""
        async with self._turn:
            here, seat, memory = self.telegram, self.seats[where], self._services.memory
            before, said = len(here.calls), here.act(seat.person, seat.chat, given)
            explained = self._explained(seat, said) if said else {}
            self.busy = where
            self._tell()
            try:
                await here.deliver(self.application)
            finally:
                self.busy = ""
                calls = enumerate(here.calls[before:], before + 1)
                seat.calls += [{"number": number, **call} for number, call in calls]
                if said and memory.exchange((seat.chat["id"], None), said["message_id"]):
                    # The bot took it for a question.
                    seat.explanations.append(explained)
                self._tell()

    def _explained(self, seat: Seat, message: Json) -> Json:
        """Explain the newest message as the bot will read it: what `ask --why` prints."""
        words = message["text"].replace(f"@{self.telegram.bot['username']}", " ").split()
        text = " ".join(words[1:] if words[:1] == ["/ask"] else words)
        replied = message.get("reply_to_message", {}).get("message_id")
        standing = self._services.memory.standing((seat.chat["id"], None), replied)
        told = self._services.knowledge.explain(text, standing.context)
        candidates = [
            {
                "question": one.fact.question,
                "gap": one.fact.is_gap,
                "confidence": one.confidence,
                "nearest": one.nearest,
                "features": one.features,
            }
            for one in told.candidates[:MOST_CANDIDATES]
        ]
        names = ("question", "verdict", "reading", "read_as", "repairs", "none")
        return {name: getattr(told, name) for name in names} | {"candidates": candidates}

    # --- What the page shows ----------------------------------------------------------------------

    def snapshot(self, where: str) -> Json:
        """Give all that the page shows of a chat."""
        here, seat = self.telegram, self.seats[where]
        return {
            "where": where,
            "person": seat.person,
            "username": here.bot["username"],
            "title": seat.title,
            "description": here.description,
            "busy": self.busy == where,
            "messages": list(here.messages[seat.chat["id"]].values())[-MESSAGES:],
            "commands": here.commands(seat.chat),
            "explanations": seat.explanations[-EXPLANATIONS:],
            "calls": seat.calls[-CALLS:],
        }

    def toasts(self, where: str) -> list[Json]:
        """Give what taps have shown to a person since this was last asked."""
        person, all_ = self.seats[where].person, self.telegram.toasts
        self.telegram.toasts = [toast for toast in all_ if toast[0] != person]
        return [{"toast": text, "alert": alert} for one, text, alert in all_ if one == person]

    def _tell(self) -> None:
        for watcher in tuple(self.watchers):
            watcher()
