"""The chats of the preview: a person's and an administrator's with the bot, a group, a friend's.

A page is told all that it shows as JSON, messages and calls as the Bot API has them.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from telegram import Message

from bot import app, texts
from bot.handlers import commands
from bot.handlers.questions import question_in
from bot.services import Standing, services_of
from bot.settings import Settings
from bot.simulator import BOT, Telegram, at_hand
from bot.transport.updates import Json
from knowledge import KnowledgeBase

PERSON, ADMINISTRATOR = 1_000_001, 2_000_002
GROUP, FRIEND = -1_000_000_000_001, 4_000_000_000
# What the page is given of each; older things are still there for the bot.
MESSAGES, CALLS, EXPLANATIONS = 200, 60, 30
MOST_CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody in a chat, with the explanations and the calls that came of what they did there."""

    person: Json
    chat: Json
    title: str
    commands: Mapping[str, str]
    explanations: list[Json] = field(default_factory=list)
    calls: list[Json] = field(default_factory=list)


class Session:
    """The bot with people to talk to; everything runs in one event loop."""

    def __init__(self, settings: Settings, knowledge: KnowledgeBase) -> None:
        self.watchers: set[Callable[[], None]] = set()
        self.telegram = here = Telegram(self._tell)
        # One of the real administrators, if there are any: changes are theirs in the history.
        number = min(settings.admin_ids, default=ADMINISTRATOR)
        person, admin = here.person(texts.PERSON, PERSON), here.person(texts.ADMINISTRATOR, number)
        group = here.chat(GROUP, "supergroup", title=texts.GROUP)
        friend = here.chat(FRIEND, "private", first_name=texts.FRIEND)
        name = BOT["first_name"]
        self.seats = {
            "user": Seat(person, here.chats[PERSON], name, texts.PRIVATE_COMMANDS),
            "admin": Seat(admin, here.chats[number], name, commands.ADMINISTRATORS),
            "group": Seat(person, group, texts.GROUP, texts.GROUP_COMMANDS),
            "friend": Seat(person, friend, texts.FRIEND, {}),
        }
        self.busy = ""
        self.application = app.build(at_hand(settings, frozenset({number})), knowledge, here)
        self._services = services_of(self.application)
        self._turn = asyncio.Lock()

    async def close(self) -> None:
        """Stop the bot, once it has done what it is doing."""
        async with self._turn:
            await self.application.shutdown()

    # --- What people do ---------------------------------------------------------------------------

    async def act(self, where: str, given: Json) -> list[Json]:
        """Let a person do what their page says; give what only that page is told."""
        here, seat = self.telegram, self.seats[where]
        async with self._turn:
            if given["act"] == "new":
                await self._begin_anew(where, seat)
                return [{"toast": texts.NEW_CHAT, "alert": False}]
            try:
                await self._do(where, given)
            except LookupError:
                # The message has changed before the page has seen it.
                return [{"toast": texts.OLD_BUTTON, "alert": True}]
            told: list[Json] = [{"toast": text, "alert": alert} for text, alert in here.toasts]
            here.toasts.clear()
            if given["act"] == "inline":
                told.append({"cards": [*here.cards.values()], "for": given["text"]})
            return told

    async def _begin_anew(self, where: str, seat: Seat) -> None:
        """Begin a chat anew: the bot remembers nothing of it."""
        if where == "admin":
            # What has been begun is left.
            await self._do(where, {"act": "text", "text": "/cancel"})
        self._services.memory.forget((seat.chat["id"], None))
        for kept in (self.telegram.messages[seat.chat["id"]], seat.explanations, seat.calls):
            kept.clear()
        self._tell()

    async def _do(self, where: str, given: Json) -> None:
        """Let a person do something, and the bot handle it."""
        here, seat, memory = self.telegram, self.seats[where], self._services.memory
        place, before = (seat.chat["id"], None), len(here.calls)
        standing = memory.standing(place, given.get("reply_to"))
        said = here.act(seat.person, seat.chat, given)
        self.busy = where
        self._tell()
        try:
            await here.deliver(self.application)
        finally:
            self.busy = ""
            calls = enumerate(here.calls[before:], before + 1)
            seat.calls.extend({"number": number, **call} for number, call in calls)
            if said and memory.exchange(place, said["message_id"]):
                # The bot took it for a question.
                seat.explanations.append(self._explained(said, standing))
            self._tell()

    def _explained(self, said: Json, standing: Standing) -> Json:
        """Explain a message as the bot has read it: what `ask --why` prints."""
        bot = self.application.bot
        text = question_in(Message.de_json(said, bot), bot)
        told = self._services.knowledge.explain(text, standing.context)
        names = ("question", "verdict", "reading", "read_as", "repairs", "none")
        about = ("confidence", "nearest", "features")
        candidates = [
            {"question": one.fact.question, "gap": one.fact.is_gap}
            | {name: getattr(one, name) for name in about}
            for one in told.candidates[:MOST_CANDIDATES]
        ]
        return {name: getattr(told, name) for name in names} | {"candidates": candidates}

    # --- What the page shows ----------------------------------------------------------------------

    def snapshot(self, where: str) -> Json:
        """Give all that the page shows of a chat."""
        seat = self.seats[where]
        return {
            "where": where,
            "person": seat.person,
            "username": BOT["username"],
            "title": seat.title,
            "description": texts.description(self._services.titles()),
            "busy": self.busy == where,
            "messages": list(self.telegram.messages[seat.chat["id"]].values())[-MESSAGES:],
            "commands": seat.commands,
            "explanations": seat.explanations[-EXPLANATIONS:],
            "calls": seat.calls[-CALLS:],
        }

    def _tell(self) -> None:
        for watcher in tuple(self.watchers):
            watcher()
