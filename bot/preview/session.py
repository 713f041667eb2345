"""The chats of the preview: a person's and an administrator's with the bot, a group, a friend's.

A page is told all that it shows as JSON, messages and calls as the Bot API has them.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from telegram import BotCommandScopeChat

from bot import app, texts
from bot.charts.drawing import described
from bot.handlers import menus
from bot.services import services_of
from bot.settings import Settings
from bot.simulator import Json, Telegram, at_hand
from knowledge import Answer, Explanation, KnowledgeBase, Near, Suggestions, Unknown

Where = Literal["user", "admin", "group", "friend"]
PLACES: tuple[Where, ...] = ("user", "admin", "group", "friend")

FIRST_PERSON = 1_000_001
GROUP, FRIEND = -1_000_000_000_001, 4_000_000_000
# What the page is given of each; older things are still there for the bot.
MESSAGES, CALLS, EXPLANATIONS = 200, 60, 30
MOST_CANDIDATES = 5
# What a call carries beyond this is left out: a report to import can be megabytes.
LONGEST = 2_000


class ActError(Exception):
    """Something that cannot be done; the message says why."""


@dataclass(slots=True)
class Seat:
    """Somebody in a chat, with the explanations and the calls that came of what they did there."""

    person: Json
    chat: Json
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
        self.seats: dict[Where, Seat] = {}
        for where in PLACES:
            self._begin(where)
        self.busy: Where | None = None
        settings = at_hand(settings, frozenset({number}))
        self.application = app.build(settings, knowledge, here)
        self._turn = asyncio.Lock()

    async def open(self) -> None:
        """Start the bot and set its menus."""
        await self.application.initialize()
        bot = self.application.bot
        await menus.publish(bot, services_of(self.application).titles())
        await menus.put(bot, BotCommandScopeChat(self.admin["id"]), menus.ADMINISTRATORS)

    async def close(self) -> None:
        """Stop the bot."""
        await self.application.shutdown()

    def _begin(self, where: Where) -> None:
        """Begin a chat anew, with somebody whom the bot has not met."""
        here = self.telegram
        if where == "user":
            self._last_person += 1
            person = here.person(texts.PERSON, self._last_person)
        else:
            person = self.admin if where == "admin" else self.seats["user"].person
        match where:
            case "group":
                chat = here.chat(GROUP, "supergroup", title=texts.GROUP)
            case "friend":
                chat = here.chat(FRIEND, "private", first_name=texts.FRIEND)
            case _:
                chat = here.chat(person["id"], "private", first_name=person["first_name"])
        self.seats[where] = Seat(person, chat)

    # --- What people do ---------------------------------------------------------------------------

    async def act(self, where: Where, given: Json) -> Json | None:
        """Let a person do what their page says; give what only that page is told."""
        here, seat = self.telegram, self.seats[where]
        person, chat = seat.person, seat.chat
        match given["act"]:
            case "text":
                text, reply_to = str(given["text"]), int(given.get("reply_to") or 0)
                await self._do(where, lambda: here.text(person, chat, text, reply_to))
            case "edit":
                message, text = self._message(seat, given), str(given["text"])
                if message["from"] != person or not text.strip():
                    raise ActError(texts.NOT_YOURS)
                await self._do(where, lambda: here.edit(message, text))
            case "tap":
                message = self._message(seat, given)
                try:
                    rows = message["reply_markup"]["inline_keyboard"]
                    data = rows[int(given["row"])][int(given["column"])]["callback_data"]
                except (IndexError, KeyError):
                    raise ActError(texts.OLD_BUTTON) from None
                await self._do(where, lambda: here.tap(person, message, data))
            case "file":
                name, content = str(given["name"])[:100] or "file", _content(given["data"])
                await self._do(where, lambda: here.document(person, chat, name, content))
            case "inline":
                text = str(given["text"])[:256]
                await self._do(where, lambda: here.inline(person, text))
                return {"cards": here.cards.get(person["id"], []), "for": text}
            case "choose":
                await self._do(where, lambda: here.choose(person, chat, str(given["card"])))
            case "new":
                await self._renew(where)
                return {"toast": texts.NEW_CHAT, "alert": False}
        return None

    def _message(self, seat: Seat, given: Json) -> Json:
        try:
            return self.telegram.messages[seat.chat["id"]][int(given["message"])]
        except KeyError:
            raise ActError(texts.OLD_BUTTON) from None

    async def _renew(self, where: Where) -> None:
        """Begin a chat anew; what an administrator has begun there is left."""
        if where == "admin":
            person, chat = self.admin, self.seats[where].chat
            await self._do(where, lambda: self.telegram.text(person, chat, "/cancel"))
            services_of(self.application).memory.forget((self.admin["id"], None))
        self._begin(where)
        self._tell()

    async def _do(self, where: Where, step: Callable[[], object]) -> None:
        """Let a person do something, and the bot handle it, one after the other."""
        async with self._turn:
            seat, before = self.seats[where], len(self.telegram.calls)
            said = step()
            waiting = self._explained(seat, said) if isinstance(said, dict) else None
            self.busy = where
            self._tell()
            try:
                await self.telegram.deliver(self.application)
            finally:
                self.busy = None
                for number, call in enumerate(self.telegram.calls[before:], before + 1):
                    seat.calls.append({"number": number, **_brief(call)})
                if waiting and isinstance(said, dict) and self._answered(seat, said):
                    seat.explanations.append(_told(waiting))
                self._tell()

    def _explained(self, seat: Seat, message: Json) -> Explanation:
        """Explain the newest message before the bot has read it, as it will read it."""
        services = services_of(self.application)
        words = message["text"].replace(f"@{self.telegram.bot['username']}", " ").split()
        text = " ".join(words[1:] if words and words[0] in {"/ask", "/ask@"} else words)
        replied = message.get("reply_to_message", {}).get("message_id")
        standing = services.memory.standing((seat.chat["id"], None), replied)
        return services.knowledge.explain(text, standing.context)

    def _answered(self, seat: Seat, message: Json) -> bool:
        """Tell whether the bot took a message for a question."""
        memory = services_of(self.application).memory
        return memory.exchange((seat.chat["id"], None), message["message_id"]) is not None

    # --- What the page shows ----------------------------------------------------------------------

    def snapshot(self, where: Where) -> Json:
        """Give all that the page shows of a chat."""
        here, seat = self.telegram, self.seats[where]
        messages = list(here.messages[seat.chat["id"]].values())[-MESSAGES:]
        bot = here.bot["first_name"]
        titles = {"group": texts.GROUP, "friend": texts.FRIEND}
        return {
            "where": where,
            "person": seat.person,
            "bot": bot,
            "username": here.bot["username"],
            "title": titles.get(where, bot),
            "description": here.description,
            "busy": self.busy == where,
            "messages": [message | self._pictured(message) for message in messages],
            "commands": here.commands(seat.chat),
            "explanations": seat.explanations[-EXPLANATIONS:],
            "calls": seat.calls[-CALLS:],
        }

    def _pictured(self, message: Json) -> Json:
        """Tell a message's chart in words, for those who cannot see it."""
        photo = message.get("photo")
        return {"told": described(self.telegram.files[photo[-1]["file_id"]])} if photo else {}

    def toasts(self, where: Where) -> list[Json]:
        """Give what taps have shown to a person since this was last asked."""
        person, all_ = self.seats[where].person, self.telegram.toasts
        self.telegram.toasts = [toast for toast in all_ if toast[0] != person]
        return [{"toast": text, "alert": alert} for one, text, alert in all_ if one == person]

    def _tell(self) -> None:
        for watcher in tuple(self.watchers):
            watcher()


def _content(data: str) -> bytes:
    try:
        content = base64.b64decode(data, validate=True)
    except binascii.Error:
        raise ActError(texts.NO_FILE) from None
    if not content:
        raise ActError(texts.EMPTY_FILE)
    return content


def _told(explanation: Explanation) -> Json:
    """Give an explanation for the page: what `ask --why` prints."""
    reply = explanation.reply
    outcomes = {Answer: "answer", Near: "near", Suggestions: "suggest"}
    unknown = "unknown" if isinstance(reply, Unknown) and reply.unread else "gap"
    return {
        "question": explanation.question,
        "outcome": outcomes.get(type(reply), unknown),
        "verdict": explanation.verdict,
        "reading": explanation.reading,
        "read_as": explanation.read_as,
        "repairs": explanation.repairs,
        "none": explanation.none,
        "candidates": [
            {
                "fact": one.fact.id,
                "question": one.fact.question,
                "gap": one.fact.is_gap,
                "confidence": one.confidence,
                "nearest": one.nearest,
                "features": [[name, round(value, 3)] for name, value in one.features],
            }
            for one in explanation.candidates[:MOST_CANDIDATES]
        ],
    }


def _brief(value: Any) -> Any:
    if isinstance(value, str) and len(value) > LONGEST:
        return value[:LONGEST] + "…"
    if isinstance(value, dict):
        return {name: _brief(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_brief(part) for part in value]
    return value
