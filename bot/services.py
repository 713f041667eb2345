"""What the handlers share: what is said to a message, what is remembered of chats, the settings.

What was last shown in each chat, and who writes how often, is in memory only, and not for long.
Nothing here needs Telegram, nor loads its library: the command line answers without.
"""

import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice

import knowledge as library
from bot import messages, texts
from bot.messages import BotMessage, Sources, answers, notice
from bot.settings import Settings
from knowledge import Answer, Fact, KnowledgeBase, Match, Near, Remark, Reply, Suggestions, Unknown

CHATS, EXCHANGES = 10_000, 8
# Seconds in which a person's messages are counted.
WINDOW = 60.0

# Questions to go on with, at most, and the entries of a topic that they are chosen from; facts near
# one: an objection leaves out the one shown.
RELATED, BESIDE, NEAR = 3, 100, 4
# A fact less likely than this is not near a question.
NEAREST = 0.02
_WORD = re.compile(r"\w{4,}|\d+")
_NAMED = re.compile(r"\w{3,}")
_ASKING = frozenset(
    "how what which who when where why was were the are did does has many there with and "
    "for".split()
)

# A chat, or a topic of a forum.
Place = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a conversation stands: what its answers have said, the record of the last question."""

    context: library.Context = field(default_factory=library.Context)
    asked: int | None = None


NEW = Standing()


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question, its reply, and how the conversation stood around them."""

    question: int  # the id of its message, as of the reply's; 0 of what was shown by a button
    reply: int
    before: Standing
    after: Standing


class Memory:
    """Remembers `minutes` long what the last answers in a chat were."""

    def __init__(self, minutes: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = minutes * 60
        self._clock = clock
        # When a chat was touched, the longest untouched first, and its exchanges, newest first.
        self._chats: dict[Place, tuple[float, tuple[Exchange, ...]]] = {}

    def standing(self, place: Place, replied: int | None = None) -> Standing:
        """Give how a conversation stands, or stood after the exchange that is now replied to."""
        made = self._made(place)
        if replied:
            # The reply may have opened a thread of its own.
            here = (kept for at, (_, kept) in self._chats.items() if at[0] == place[0])
            every = (one for kept in here for one in kept)
            made = (*(one for one in every if replied in (one.question, one.reply)), *made)
        return made[0].after if made else NEW

    def show(self, place: Place, fact: Fact, asked: int | None = None) -> None:
        """Note that a fact now stands in a chat, as if its question had been asked."""
        said = self.standing(place).context.after(fact.question, Answer((Match(fact, 1.0),)))
        self.answered(place, 0, 0, Standing(said, asked))

    def exchange(self, place: Place, question: int) -> Exchange | None:
        """Give the exchange that a message opened, None if it is forgotten."""
        return next((one for one in self._made(place) if one.question == question), None)

    def answered(self, place: Place, question: int, reply: int, after: Standing) -> None:
        """Note a reply; one to an edited question comes in place of what it said before."""
        old, now = self.exchange(place, question), self.standing(place)
        others = (one for one in self._made(place) if one is not old)
        made = (Exchange(question, reply, old.before if old else now, after), *others)
        self.forget(place)
        self._chats[place] = self._clock(), made[:EXCHANGES]

    def forget(self, place: Place) -> None:
        """Forget a chat."""
        self._chats.pop(place, None)

    def _made(self, place: Place) -> tuple[Exchange, ...]:
        """Give the exchanges of a chat; those untouched for too long are forgotten."""
        while self._chats:
            oldest, (touched, _) = next(iter(self._chats.items()))
            if self._clock() - touched <= self._seconds and len(self._chats) <= CHATS:
                break
            self.forget(oldest)
        return self._chats.get(place, (0.0, ()))[1]


class FairUse:
    """Holds back who sends more than so many messages `per_minute`."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = per_minute
        self._clock = clock
        self._since = clock()
        self._counts = Counter[int]()

    def excess(self, person: int) -> int:
        """Count a message, and give by how many a person is over the limit this minute."""
        if self._clock() - self._since >= WINDOW:
            self._since = self._clock()
            self._counts.clear()
        self._counts[person] += 1
        return max(0, self._counts[person] - self._limit)


class Services:
    """Everything a handler needs beside the update, for a bot that has spoken to nobody yet."""

    def __init__(self, settings: Settings, knowledge: KnowledgeBase) -> None:
        self.settings, self.knowledge = settings, knowledge
        self.memory = Memory(settings.context_minutes)
        self.fair_use = FairUse(settings.questions_per_minute)
        # What the administrators hear of once until the next start.
        self.told = set[str]()
        # Imports that wait for a decision, by administrator and message.
        self.plans: dict[str, library.Plan] = {}

    def sources(self) -> Sources:
        """Give the reports that sources and links are named after."""
        known = self.knowledge.snapshot
        return Sources({report.id: report for report in known.reports}, known.facts.values())

    def fact(self, fact_id: str) -> Fact | None:
        """Give a live fact, None for one withdrawn or never known."""
        fact = self.knowledge.snapshot.facts.get(fact_id)
        return None if fact is None or fact.retired else fact

    def known(self, fact_ids: Sequence[str]) -> tuple[Fact, ...]:
        """Give those of some facts that are live."""
        return tuple(fact for one in fact_ids if (fact := self.fact(one)))

    def related(self, fact: Fact, seen: Sequence[str] = ()) -> tuple[Fact, ...]:
        """Give facts worth reading next that this chat has not seen."""
        same = self.knowledge.snapshot.topics.get(fact.topic, ())
        place = next((at for at, one in enumerate(same) if one.id == fact.id), 0)
        told, about = {*seen, fact.id}, _about(fact.question)
        # Of a long topic only what stands next to it: to read it all takes longer than the answer.
        others = [*same[place:], *same[:place]][:BESIDE]
        # Those on most of the same things first; of as many, those that stand next to it.
        others.sort(key=lambda one: -len(about & _about(one.question)))
        new = (one for one in others if one.id not in told and _adds(one, fact))
        return tuple(islice(new, RELATED))

    def nearest(self, text: str, gap: Fact | None) -> tuple[Fact, ...]:
        """Give the facts nearest to a question that has no answer, those beside the gap first."""
        beside = self.known(gap.beside) if gap else ()
        # Where a gap takes all the likelihood, what stands by it in its topic is near.
        found = [
            match.fact
            for match in self.knowledge.search(text, NEAR)
            if match.confidence >= NEAREST or (gap and match.fact.topic == gap.topic)
        ]
        return tuple({one.id: one for one in (*beside, *found)}.values())[:NEAR]

    def respond(
        self, text: str, standing: Standing, *, record: bool = True
    ) -> tuple[BotMessage, Reply | None, Standing]:
        """Give what is said to a text, the reply it rests on if any, and what is standing then."""
        reply, before = self.knowledge.ask(text, standing.context), standing.context.shown
        if isinstance(reply, Remark):
            return self._remarked(reply, standing), None, standing
        asked = self.knowledge.record(text, reply) if record else 0
        page = self.page(text, answers.dated_once(reply, self.known(before)), asked, before)
        return page, reply, Standing(standing.context.after(text, reply), asked)

    def page(
        self, text: str, reply: Reply, asked: int = 0, before: Sequence[str] = ()
    ) -> BotMessage:
        """Show a reply to a text, and what to go on with that was not shown `before`."""
        sources, topics = self.sources(), messages.topics(self.knowledge.snapshot.topics)
        match reply:
            case Answer(matches) | Near(matches):
                facts = [match.fact for match in matches]
                related = self.related(facts[0], (*before, *(fact.id for fact in facts)))
                return answers.answer(reply, sources, asked, related)
            case Suggestions():
                return answers.suggestions(reply, asked)
            case Unknown(note=str(note)) if note:
                return notice(note, topics)
        nearest = self.nearest(text, reply.gap.fact if reply.gap else None)
        return answers.unknown(reply, sources, asked, nearest, topics)

    def _remarked(self, remark: Remark, standing: Standing) -> BotMessage:
        """Answer what asks nothing new of the report; a yes or no to offers is evidence."""
        asked, offered, note = standing.asked, standing.context.offered, self.knowledge.note
        match remark.kind:
            case "help":
                return notice(texts.HOW, messages.topics(self.knowledge.snapshot.topics))
            case "yes" if offered and asked is not None:
                note(asked, tapped=offered[0])
                return notice(texts.GLAD)
            case "no" | "wrong" if offered and asked is not None:
                return self.none_of_these(asked)
            case "wrong" if asked is not None:
                note(asked, feedback=library.NOT_RIGHT)
                return self.objection(asked)
            case "more":
                related = self.related(remark.facts[0], standing.context.shown)
                return answers.more(remark.facts[0], self.sources(), related)
            case kind if kind in texts.SMALL_TALK:
                return notice(texts.SMALL_TALK[kind])
        return answers.again(remark.kind, remark.facts, self.sources())

    def none_of_these(self, asked: int) -> BotMessage:
        """Note that no suggestion was right, and offer the topics."""
        self.knowledge.note(asked, feedback=library.NONE_OF_THESE)
        return notice(texts.NOTED, messages.topics(self.knowledge.snapshot.topics))

    def objection(self, asked: int, reason: str = "") -> BotMessage:
        """Ask what was wrong, or thank for the `reason`, and offer what else was meant."""
        record, parts = self.knowledge.asked(asked), [texts.WHAT_WAS_WRONG[reason]]
        likely = self.nearest(record.question, None) if record else ()
        known = {record.fact, record.tapped} if record else set()
        others = [fact for fact in likely if fact.id not in known][: messages.NEAREST]
        rows = list(messages.questions(others, messages.TAKE, asked))
        if not reason:
            why = ((said, messages.WRONG, asked, one) for one, said in texts.REASONS.items())
            rows.insert(0, tuple(messages.button(*one) for one in why))
        elif reason == "question" and not others:
            # Whoever asked something else can look for it.
            rows += messages.topics(self.knowledge.snapshot.topics)
        if record and self.settings.admin_ids:
            rows.append((messages.button(texts.TELL, messages.TELL, asked, reason),))
            parts += [texts.NOT_KEPT] if reason else []
        return notice(" ".join(parts), rows)


def _about(question: str) -> set[str]:
    return set(_NAMED.findall(question.casefold())) - _ASKING


def _adds(other: Fact, shown: Fact) -> bool:
    """Tell whether a fact's answer says much that another doesn't say already."""
    said = f"{shown.question} {shown.answer} {shown.detail}".casefold()
    words = _WORD.findall(other.answer.casefold())
    return sum(word not in said for word in words) * 3 > len(words)
