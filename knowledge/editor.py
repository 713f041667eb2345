"""What administrators look at before they change anything, and what they change it back to."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from knowledge import dates
from knowledge.base import KnowledgeBase, Version
from knowledge.errors import KnowledgeError, watched
from knowledge.matching.text import ASKING, content, fold, stem, words
from knowledge.model import Answer, Fact, Near, Reply, Suggestions
from knowledge.snapshot import Edit, Revision, Swap
from knowledge.statistics import Cluster, clusters
from knowledge.storage.store import DISMISSED, NOT_RIGHT, SHIPPED

# Days back from which questions that were asked are asked again to try a change.
KNOWN_FOR = 30
MOST_ASKED = 300
# Seconds that the known questions may be asked for, and as many that what is saved may be.
PATIENCE = 3.0
# Ways of asking an entry that it is asked for by.
REWORDED = 12
FOUND = 8
# The confidence (0-1) from which an entry is found by its meaning; letters at random reach 0.12.
MEANT = 0.2
# "denies": a gap says that the report doesn't give it; "near": another entry is given as near it;
# "answers": another is given as the answer; "older": another answers the same for another time;
# "alike": another has been the answer so far.
How = Literal["denies", "near", "answers", "older", "alike"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A known question that a change answers differently."""

    question: str
    before: Reply
    after: Reply


@dataclass(frozen=True, slots=True)
class Rival:
    """An entry that speaks against one that is `saved`, and the questions that show it."""

    fact: Fact
    how: How
    saved: Fact
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """What a change moves of the `known` questions, as far as `asked` in time, and its rivals.

    Where it adds one fact, `proposals` are ways of asking that find it and that no entry has yet.
    """

    asked: int
    known: int
    differences: tuple[Difference, ...]
    rivals: tuple[Rival, ...]
    proposals: tuple[str, ...]


class Editor:
    """Looks into a knowledge base's past and tries its future; belongs to the base's thread.

    What gives a function does so for work that may be done in any thread.
    """

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base

    def find(self, text: str, *, retired: bool | None = None) -> tuple[Fact, ...]:
        """Give entries by their id, part of their text or their meaning; `retired` tells which."""
        facts, matcher = self._base.snapshot.facts, self._base.matcher
        pool = [fact for fact in facts.values() if retired in (None, fact.retired)]
        pool.sort(key=lambda fact: fact.is_gap)
        if text in facts:
            # An id means that entry alone, also where it is not of those looked for.
            return (facts[text],) if facts[text] in pool else ()
        asked = fold(text).strip(" ?.")
        if same := [fact for fact in pool if fold(fact.question).strip(" ?.") == asked]:
            return tuple(same)
        parts = asked.split()

        def holds(said: str) -> bool:
            return bool(parts) and all(part in said for part in parts)

        found = [fact for fact in pool if holds(fold(fact.question))]
        found += [fact for fact in pool if holds(fold(f"{fact.question} {fact.answer}"))]
        likely = matcher.explain(text).candidates if not found else ()
        found += [one.fact for one in likely if one.confidence >= MEANT and one.fact in pool]
        return tuple({fact.id: fact for fact in found}.values())[:FOUND]

    def trial(self, edit: Edit) -> Callable[[], Trial]:
        """Give what asks the questions asked most, and those of the entries, with a change too."""
        now, rows = self._base.version, self._base.store.asked_since(KNOWN_FOR)
        asked = Counter(one.question for one in rows if one.feedback != NOT_RIGHT)
        known = [question for question, _ in asked.most_common(MOST_ASKED)]
        known += [fact.question for fact in now.snapshot.facts.values() if not fact.retired]
        return lambda: _compared(now, self._base.tried(edit), edit, known)

    def last(self) -> Revision:
        """Give the change that would be taken back next; raises KnowledgeError."""
        return self._next(self._standing()[0], "take back")

    def undo(self, number: int | None = None) -> Edit:
        """Give the change that takes back the last one standing, or that of a number.

        What was itself taken back comes back in this way. Raises KnowledgeError.
        """
        if number is None:
            return self._back(self.last())
        if self._base.store.reverted().get(number, (SHIPPED, None))[0] == SHIPPED:
            raise KnowledgeError(f"There is no change {number} to take back.")
        return self._back(self._revision(number))

    def redo(self) -> Edit:
        """Give the change that brings back what was taken back last; raises KnowledgeError."""
        return self._back(self._next(self._standing()[1], "bring back"))

    def _next(self, numbers: Sequence[int], to: str) -> Revision:
        if not numbers:
            raise KnowledgeError(f"There is no change to {to}.")
        return self._revision(numbers[-1])

    def _standing(self) -> tuple[list[int], list[int]]:
        """Give the changes that can be taken back and those that can be brought back, next last."""
        reverted = self._base.store.reverted()
        stands = dict.fromkeys(reverted, True)
        for number, (_, taken) in reversed(reverted.items()):
            if taken is not None and stands[number]:
                stands[taken] = False
        own = [n for n, (who, taken) in reverted.items() if taken is None and who != SHIPPED]
        # What takes back a change, and is no older than the last that was made anew.
        back = [n for n, (_, taken) in reverted.items() if taken in own and n > own[-1]]
        return [n for n in own if stands[n]], [n for n in back if stands[n]]

    def _revision(self, number: int) -> Revision:
        return self._base.store.revisions(limit=1, before=number + 1)[0]

    def _back(self, revision: Revision) -> Edit:
        # Named after the change that it all began with.
        first, is_back = revision, False
        while first.edit.reverts is not None:
            first, is_back = self._revision(first.edit.reverts), not is_back
        verb = "brought back" if is_back else "took back"
        swaps = tuple(Swap(swap.after, swap.before) for swap in reversed(revision.edit.swaps))
        return Edit(f"{verb} change {first.number}: {first.edit.what}", swaps, revision.number)

    def unanswered(self, days: int) -> Callable[[], list[Cluster]]:
        """Give what finds the questions that people did not get answered."""
        store, matcher = self._base.store, self._base.matcher
        rows, dismissed = store.asked_since(days), store.notes(DISMISSED)
        return lambda: clusters(rows, matcher, dismissed)


# --- What a change would do -----------------------------------------------------------------------


def _compared(before: Version, after: Version, edit: Edit, questions: Sequence[str]) -> Trial:
    """Ask known questions before and after a change, those nearest to it first."""
    saved = [fact for _, fact in edit.facts() if fact is not None and not fact.retired]
    added = [fact for was, fact in edit.facts() if fact is not None and was is None]
    facts = [fact for pair in edit.facts() for fact in pair if fact is not None]
    mine = subject(" ".join(text for fact in facts for text in (*fact.phrasings, fact.answer)))
    known = sorted(dict.fromkeys(questions), key=lambda text: -len(subject(text) & mine))
    end = time.monotonic() + PATIENCE
    differences: list[Difference] = []
    asked = 0
    for text in watched(known, "trying"):
        if time.monotonic() > end:
            break
        asked += 1
        owner, heir = before.matcher.phrased(text), after.matcher.phrased(text)
        if owner is not None and heir is not None and owner.id == heir.id:
            # What is asked in an entry's own words is answered with it, whatever else there is.
            continue
        old, new = before.ask(text), after.ask(text)
        if _gist(old) != _gist(new):
            differences.append(Difference(text, old, new))
    rivals = _rivals(before, after, saved)
    proposals = _proposals(after, added[0]) if len(added) == 1 else ()
    return Trial(asked, len(known), tuple(differences), rivals, proposals)


def _gist(reply: Reply) -> tuple[object, ...]:
    """Give what a reader would notice: what kind of reply, and the entries shown first."""
    shown = reply.matches if isinstance(reply, Answer) else reply.matches[:1]
    return type(reply), *(match.fact.id for match in shown)


def _rivals(before: Version, after: Version, saved: Sequence[Fact]) -> tuple[Rival, ...]:
    """Give the entries that speak against those saved, asked for in their own and other words."""
    found: dict[str, Rival] = {}
    end = time.monotonic() + PATIENCE
    for fact in saved:
        if time.monotonic() > end:
            break
        for other, how, text in _against(before, after, fact):
            if other.id in after.matcher.by_id and (how != "alike" or len(saved) == 1):
                rival = Rival(after.matcher.by_id[other.id], how, fact)
                rival = rival if how == "older" else found.get(other.id, rival)
                found[other.id] = replace(rival, questions=(*rival.questions, text))
    return tuple(sorted(found.values(), key=lambda one: (one.how == "alike", -len(one.questions))))


def _against(before: Version, after: Version, fact: Fact) -> Iterator[tuple[Fact, How, str]]:
    """Give each entry that speaks against a fact, how, and a question that shows it."""
    own = (fact.question, *fact.also_asked[:REWORDED])
    for text in dict.fromkeys((*own, *rewordings(fact))):
        reply = after.ask(text)
        shown = [match.fact for match in reply.matches]
        is_told = any(one.id == fact.id or one.answer == fact.answer for one in shown)
        # Whoever gets suggestions may still choose.
        if is_told or isinstance(reply, Suggestions) or not shown:
            continue
        if shown[0].is_gap or not isinstance(reply, Answer):
            yield shown[0], "denies" if shown[0].is_gap else "near", text
        elif not after.matcher.answers_both(shown[0], fact):
            yield shown[0], "answers", text
    had = before.matcher.by_id[fact.id].phrasings if fact.id in before.matcher.by_id else ()
    for text in own:
        reply, asked = before.ask(text), subject(text)
        now = () if isinstance(reply, Suggestions) else [match.fact for match in reply.matches[:1]]
        for other in now:
            if other.is_gap and not fact.is_gap:
                # It still denies it to whoever asks in the gap's own words.
                said = max(other.phrasings, key=lambda one: len(subject(one) & asked))
                yield other, "denies", said
            elif text not in had and isinstance(reply, Answer):
                yield other, "alike", text
    # What answers the same question for another time.
    undated_owner, about = after.matcher.phrased(undated(fact.question)), subject(fact.question)
    for other in after.matcher.facts if not fact.is_gap else ():
        is_other = not other.is_gap and other.id != fact.id and other.answer != fact.answer
        if is_other and (other is undated_owner or (about and subject(other.question) == about)):
            yield other, "older", other.question


# --- Other ways of asking -------------------------------------------------------------------------


def _proposals(after: Version, fact: Fact) -> tuple[str, ...]:
    """Give ways of asking that find a fact in a version and that no entry is asked with yet."""
    kept: dict[tuple[str, ...], str] = {}
    for text in () if fact.is_gap else rewordings(fact):
        # What is read as one is proposed once.
        read = after.matcher.read(text)[0].tokens
        if read not in kept and after.matcher.phrased(text) is None:
            reply = after.ask(text)
            found = () if isinstance(reply, Near) else reply.matches[:1]
            if [match.fact.id for match in found] == [fact.id]:
                kept[read] = text
    return tuple(kept.values())


def rewordings(fact: Fact) -> tuple[str, ...]:
    """Give the question in the fewest words, and both without a date that it names."""
    # Measured on 180 facts cut down to their question and 449 questions on them: 1 in 100 more
    # found first and 3 answered right. Other openings ("number of"), a date or words of the answer
    # cost more than they brought.
    question = fact.question.strip().rstrip("?.! ")
    plain = undated(question)
    had = {tuple(words(text)) for text in fact.phrasings}
    found: dict[tuple[str, ...], str] = {}
    for text in (" ".join(content(plain)), plain, " ".join(content(question))):
        said = tuple(words(text))
        is_telling = len(said) > 1 or any(word not in ASKING and len(word) > 3 for word in said)
        if is_telling and said not in had:
            found.setdefault(said, text)
    return tuple(found.values())


@lru_cache(maxsize=5_000)
def subject(question: str) -> frozenset[str]:
    """Give the stems of what a question is about, whenever it asks for."""
    return frozenset(map(stem, content(undated(question))))


def undated(text: str) -> str:
    """Give a text without the dates it names."""
    return dates.named(text)[1].strip(" ,")
