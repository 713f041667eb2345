"""The chats of the preview: a person's and an administrator's with the bot, a group, a friend's."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from telegram import BotCommandScopeChat

from bot import app, console
from bot.admin import access
from bot.handlers import menu
from bot.preview import view
from bot.services import services_of
from bot.settings import Settings
from bot.simulator import Chat, Json, Message, SandboxRequest, Telegram, Upload, User, deliver
from bot.simulator.chats import ELSEWHERE
from knowledge import Explanation, KnowledgeBase

Where = Literal["user", "admin", "group", "friend"]
PLACES: tuple[Where, ...] = ("user", "admin", "group", "friend")

# One person at their own machine: there is nobody to be fair to.
NO_LIMIT = 1_000_000
FAR = 1_000_000_000
FIRST_PERSON = 1_000_001
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
    """Somebody in a chat, with the explanations and the calls that came of what they did there."""

    person: User
    chat: Chat
    explanations: list[Json] = field(default_factory=list)
    calls: list[Json] = field(default_factory=list)


class Session:
    """The bot with people to talk to; everything runs in one event loop."""

    def __init__(self, settings: Settings, knowledge: KnowledgeBase) -> None:
        self.watchers: set[Callable[[], None]] = set()
        # Updates are counted from anywhere, so that a database that has seen others takes them.
        self.telegram = Watched(self._tell, first_update=secrets.randbelow(FAR) + 1)
        # One of the real administrators, if there are any: changes are theirs in the history.
        number = min(settings.admin_ids, default=2 * FIRST_PERSON)
        self.admin = self.telegram.user(console.ADMINISTRATOR, user_id=number)
        self._last_person = FIRST_PERSON - 1
        self.seats: dict[Where, Seat] = {}
        for where in PLACES:
            self.begin(where)
        self.busy: Where | None = None
        settings = replace(
            settings,
            token=self.telegram.token,
            admin_ids=frozenset({self.admin.id}),
            questions_per_minute=NO_LIMIT,
            api_root=Settings().api_root,
        )
        requests = SandboxRequest(self.telegram), SandboxRequest(self.telegram)
        self.application = app.build(settings, knowledge, *requests, survives=False)
        self._turn = asyncio.Lock()

    async def open(self) -> None:
        """Start the bot and set its menus."""
        await self.application.initialize()
        bot = self.application.bot
        await menu.publish(bot, services_of(self.application).titles())
        await bot.set_my_commands(access.wanted_menu(), BotCommandScopeChat(self.admin.id))

    async def close(self) -> None:
        """Stop the bot."""
        await self.application.shutdown()

    def begin(self, where: Where) -> None:
        """Begin a chat anew, with somebody whom the bot has not met."""
        person = self.admin
        if where == "user":
            self._last_person += 1
            person = self.telegram.user(console.PERSON, user_id=self._last_person)
        elif where != "admin":
            person = self.seats["user"].person
        if where == "group":
            chat = self.telegram.group(console.GROUP, person, self.admin)
        else:
            chat = self.telegram.chat(ELSEWHERE if where == "friend" else person)
        chat.log.clear()
        self.seats[where] = Seat(person, chat)

    async def renew(self, where: Where) -> None:
        """Begin a chat anew; what an administrator has begun there is left."""
        if where == "admin":
            await self.act(where, lambda person, chat: self.telegram.text(person, "/cancel", chat))
            services_of(self.application).memory.forget((self.admin.id, None))
        self.begin(where)
        self._tell()

    async def act(self, where: Where, act: Callable[[User, Chat], object]) -> None:
        """Let a person do something, and the bot handle it, one after the other."""
        async with self._turn:
            seat, before = self.seats[where], len(self.telegram.calls)
            old = next(reversed(seat.chat.messages), None)
            act(seat.person, seat.chat)
            new = next(reversed(seat.chat.messages), None)
            waiting = self._explained(seat, new) if new and new is not old else None
            self.busy = where
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

    def snapshot(self, where: Where) -> Json:
        """Give all that the page shows of a chat."""
        seat = self.seats[where]
        bot = self.telegram.bot
        titles = {"group": seat.chat.title, "friend": console.FRIEND}
        return {
            "where": where,
            "bot": bot.first_name,
            "username": bot.username,
            "title": titles.get(where, bot.first_name),
            "description": self.telegram.profile.get(("description", ""), ""),
            "busy": self.busy == where,
            "messages": [view.bubble(one, seat.person) for one in seat.chat.messages[-MESSAGES:]],
            "commands": self.telegram.commands_for(seat.person, seat.chat),
            "explanations": seat.explanations[-EXPLANATIONS:],
            "calls": seat.calls[-CALLS:],
        }

    def toasts(self, where: Where) -> list[Json]:
        """Give what taps have shown to a person since this was last asked."""
        person = self.seats[where].person
        mine = [toast for toast in self.telegram.toasts if toast.user == person]
        self.telegram.toasts = [toast for toast in self.telegram.toasts if toast.user != person]
        return [{"text": toast.text, "alert": toast.alert} for toast in mine]

    def cards(self, where: Where) -> list[Json]:
        """Give the cards that the bot offers for what was typed after its name."""
        _, results = self.telegram.inline_results.get(self.seats[where].person.id, ("", []))
        return [
            {"id": one["id"], "title": one["title"], "text": one.get("description", "")}
            for one in results
        ]

    def _explained(self, seat: Seat, last: Message) -> tuple[Message, Explanation] | None:
        """Explain the newest message before the bot has read it, as it will read it."""
        services = services_of(self.application)
        if last.sender != seat.person or not last.text or last.via_bot:
            return None
        words = last.text.replace(f"@{self.telegram.bot.username}", " ").split()
        text = " ".join(words[1:] if words and words[0] in {"/ask", "/ask@"} else words)
        standing = services.memory.standing((seat.chat.id, None), last.reply_to)
        return last, services.knowledge.explain(text, standing.context)

    def _answered(self, seat: Seat, message: Message) -> bool:
        """Tell whether the bot took a message for a question."""
        memory = services_of(self.application).memory
        return memory.exchange((seat.chat.id, None), message.message_id) is not None

    def _tell(self) -> None:
        for watcher in tuple(self.watchers):
            watcher()
