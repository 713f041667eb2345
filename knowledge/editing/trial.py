"""What a change would do, before it is made: entries it comes close to, questions it moves."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge.changes import Edit
from knowledge.dialogue.answering import ask
from knowledge.editing.phrasings import rewordings, subject, undated
from knowledge.matching.matcher import Matcher
from knowledge.matching.text import stem, words
from knowledge.model import Answer, Fact, Near, Reply, Suggestions, Unknown
from knowledge.progress import watched

# Seconds that the known questions may be asked for.
PATIENCE = 3.0
# Entries of one change that are asked for, the first ones, and other words for each.
ASKED_FOR = 10
REWORDED = 12

# "denies": a gap or a mismatch says that the report doesn't give it; "answers": another entry is
# given as the answer; "older": another entry answers the same question for another time.
How = Literal["denies", "answers", "older"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A known question that a change answers differently."""

    question: str
    before: Reply
    after: Reply


@dataclass(frozen=True, slots=True)
class Rival:
    """An entry that speaks against one that is saved, and the questions that show it."""

    fact: Fact
    how: How
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """The known questions asked of the knowledge base with and without a change.

    `asked` of `known` questions were tried in the time given; `rivals` are entries that would deny
    or contradict what is saved, those that do so most often first.
    """

    asked: int
    known: int
    differences: tuple[Difference, ...]
    rivals: tuple[Rival, ...] = ()


class Asker:
    """Asks one matcher, and remembers what it said: one change is often tried after another."""

    def __init__(self, matcher: Matcher) -> None:
        self.matcher = matcher
        self._replies: dict[str, Reply] = {}

    def ask(self, question: str) -> Reply:
        """Answer a question."""
        if question not in self._replies:
            self._replies[question] = ask(self.matcher, question)
        return self._replies[question]


def compare(
    before: Asker,
    after: Asker,
    edit: Edit,
    questions: Sequence[str],
    seconds: float = PATIENCE,
) -> Trial:
    """Ask known questions before and after a change, those nearest to it first."""
    mine = frozenset(
        word
        for pair in edit.facts()
        for fact in pair
        if fact is not None
        for phrasing in (*fact.phrasings, fact.answer)
        for word in _stems(phrasing)
    )
    known = sorted(dict.fromkeys(questions), key=lambda text: -len(_stems(text) & mine))
    end = time.monotonic() + seconds
    differences: list[Difference] = []
    asked = 0
    for text in watched(known, "trying"):
        if time.monotonic() > end:
            break
        asked += 1
        owner, heir = before.matcher.phrased(text), after.matcher.phrased(text)
        if owner is not None and heir is not None and owner.id == heir.id:
            # A phrasing's owner answers it, whatever else there is.
            continue
        old, new = before.ask(text), after.ask(text)
        if _gist(old) != _gist(new):
            differences.append(Difference(text, old, new))
    return Trial(asked, len(known), tuple(differences), rivals(after, edit))


def rivals(asker: Asker, edit: Edit) -> tuple[Rival, ...]:
    """Give the entries that speak against those saved, asked for in their own and other words."""
    saved = [after for _, after in edit.facts() if after is not None and not after.retired]
    facts = {fact.id: fact for fact in asker.matcher.facts}
    found: dict[str, tuple[How, list[str]]] = {}
    for fact in saved[:ASKED_FOR]:
        texts = (fact.question, *fact.also_asked[:REWORDED], *rewordings(fact)[:REWORDED])
        for text in dict.fromkeys(texts):
            if against := _against(asker, text, fact, facts):
                found.setdefault(against[0].id, (against[1], []))[1].append(text)
        for other in () if fact.is_gap else _older(asker.matcher, fact, facts.values()):
            found[other.id] = ("older", [other.question])
    ranked = sorted(found.items(), key=lambda item: -len(item[1][1]))
    return tuple(Rival(facts[key], how, tuple(texts)) for key, (how, texts) in ranked)


def _older(matcher: Matcher, fact: Fact, facts: Iterable[Fact]) -> Iterator[Fact]:
    """Give the facts that answer the same question for another time."""
    asked, about = matcher.phrased(undated(fact.question)), subject(fact.question)
    for other in facts:
        if other.is_gap or other.id == fact.id or other.answer == fact.answer:
            continue
        if other is asked or (about and subject(other.question) == about):
            yield other


def _against(
    asker: Asker, text: str, fact: Fact, facts: Mapping[str, Fact]
) -> tuple[Fact, How] | None:
    """Give the entry that answers a question in place of `fact`, and how."""
    reply = asker.ask(text)
    if isinstance(reply, Suggestions):
        # Whoever asks may still choose.
        return None
    said = (reply.gap,) if isinstance(reply, Unknown) else reply.matches
    shown = [match.fact for match in said if match is not None]
    if not shown or any(one.id == fact.id or one.answer == fact.answer for one in shown):
        return None
    other = shown[0]
    if other.id not in facts:
        return None
    denies = other.is_gap or not isinstance(reply, Answer)
    if not denies and asker.matcher.answers_both(other, fact):
        return None
    return other, "denies" if denies else "answers"


def _gist(reply: Reply) -> tuple[str, str]:
    """Give what a reader would notice: what kind of reply, and the entry shown first."""
    if isinstance(reply, Answer):
        return "answer", " ".join(match.fact.id for match in reply.matches)
    if isinstance(reply, Suggestions):
        return "suggest", reply.matches[0].fact.id
    if isinstance(reply, Near):
        return "near", reply.matches[0].fact.id
    return "unknown", reply.gap.fact.id if reply.gap else ""


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text) if len(word) > 3 or not word.isalpha())
