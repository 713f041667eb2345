"""The preview's room: a user and an administrator, each in a private chat with the bot."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from telegram import BotCommandScopeChat

from bot import app
from bot.admin import access
from bot.handlers import menu
from bot.preview import view
from bot.preview.bubbles import bubble
from bot.services import services_of
from bot.settings import Settings
from bot.simulator import Message, SandboxRequest, Telegram, Upload, User, deliver
from knowledge import Explanation, KnowledgeBase

Json = dict[str, Any]
Who = Literal["user", "admin"]

# One person at their own machine: there is nobody to be fair to.
NO_LIMIT = 1_000_000
FAR = 1_000_000_000
# What the page is given of each; older things are still there for the bot.
MESSAGES, CALLS, EXPLANATIONS = 200, 60, 30


class Watched(Telegram):
    """A Telegram that tells after each call that something may look different now."""

    def __init__(self, changed: Callable[[], None], **options: Any) -> None:
        super().__init__(**options)
        self._changed = changed

    def call(
        self, method: str, parameters: Mapping[str, Any], files: Mapping[str, Upload] | None = None
    ) -> tuple[int, bytes]:
        """Carry out a call and tell."""
        answer = super().call(method, parameters, files)
        self._changed()
        return answer


@dataclass(slots=True)
class Seat:
    """A person in the room, the explanations of what they asked, and the toasts not yet shown."""

    person: User
    explanations: list[Json]
    calls: list[Json]


class Room:
    """The bot with two people to talk to; everything runs in one event loop."""

    def __init__(self, settings: Settings, knowledge: KnowledgeBase) -> None:
        self.watchers: set[Callable[[], None]] = set()
        # Updates are counted from anywhere, so that a database that has seen others takes them.
        self.telegram = Watched(self._tell, first_update=secrets.randbelow(FAR) + 1)
        # One of the real administrators, if there are any: changes are theirs in the history.
        admin = self.telegram.user(
            "Administrator", user_id=min(settings.admin_ids, default=2_000_001)
        )
        user = self.telegram.user("User", user_id=1_000_001)
        self.seats: dict[Who, Seat] = {
            "user": Seat(user, [], []),
            "admin": Seat(admin, [], []),
        }
        self.busy: Who | None = None
        settings = replace(
            settings,
            token=self.telegram.token,
            admin_ids=frozenset({admin.id}),
            questions_per_minute=NO_LIMIT,
            api_root=Settings().api_root,
        )
        requests = SandboxRequest(self.telegram), SandboxRequest(self.telegram)
        self.application = app.build(settings, knowledge, *requests)
        self._turn = asyncio.Lock()

    async def open(self) -> None:
        """Start the bot and set its menus."""
        await self.application.initialize()
        bot = self.application.bot
        await menu.publish(bot, services_of(self.application).titles())
        admin = self.seats["admin"].person
        await bot.set_my_commands(access.wanted_menu(), BotCommandScopeChat(admin.id))

    async def close(self) -> None:
        """Stop the bot."""
        await self.application.shutdown()

    async def act(self, who: Who, act: Callable[[User], object]) -> None:
        """Let a person do something, and the bot handle it, one after the other."""
        async with self._turn:
            seat, before = self.seats[who], len(self.telegram.calls)
            act(seat.person)
            waiting = self._explained(seat)
            self.busy = who
            self._tell()
            try:
                await deliver(self.application, self.telegram)
            finally:
                self.busy = None
                calls = self.telegram.calls[before:]
                seat.calls += [view.called(before + n, one) for n, one in enumerate(calls, 1)]
                if waiting and self._answered(seat, waiting[0]):
                    seat.explanations.append(view.explained(waiting[1]))
                self._tell()

    def snapshot(self, who: Who) -> Json:
        """Give all that the page shows to a person."""
        seat = self.seats[who]
        chat = self.telegram.chat(seat.person)
        return {
            "who": who,
            "bot": self.telegram.bot.first_name,
            "username": self.telegram.bot.username,
            "description": self.telegram.profile.get(("description", ""), ""),
            "busy": self.busy == who,
            "messages": [bubble(one, self.telegram.bot.id) for one in chat.messages[-MESSAGES:]],
            "commands": self.telegram.commands_for(seat.person),
            "explanations": seat.explanations[-EXPLANATIONS:],
            "calls": seat.calls[-CALLS:],
        }

    def toasts(self, who: Who) -> list[Json]:
        """Give what taps have shown to a person since this was last asked."""
        person = self.seats[who].person
        mine = [toast for toast in self.telegram.toasts if toast.user == person]
        self.telegram.toasts = [toast for toast in self.telegram.toasts if toast.user != person]
        return [{"text": toast.text, "alert": toast.alert} for toast in mine]

    def cards(self, who: Who) -> list[Json]:
        """Give the cards that the bot offers for what was typed after its name."""
        _, results = self.telegram.inline_results.get(self.seats[who].person.id, ("", []))
        return [
            {"id": one["id"], "title": one["title"], "text": one.get("description", "")}
            for one in results
        ]

    def _explained(self, seat: Seat) -> tuple[Message, Explanation] | None:
        """Explain the newest message before the bot has read it, as it will read it."""
        services = services_of(self.application)
        messages = self.telegram.chat(seat.person).messages
        last = messages[-1] if messages else None
        if last is None or last.sender != seat.person or not last.text:
            return None
        place = (seat.person.id, None)
        text = last.text.removeprefix("/ask ")
        standing = services.memory.standing(place)
        return last, services.knowledge.explain(text, standing.context)

    def _answered(self, seat: Seat, message: Message) -> bool:
        """Tell whether the bot took a message for a question."""
        memory = services_of(self.application).memory
        return memory.exchange((seat.person.id, None), message.message_id) is not None

    def _tell(self) -> None:
        for watcher in tuple(self.watchers):
            watcher()
