"""What administrators look at before they change anything, and what they change it back to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from knowledge.base import KnowledgeBase
from knowledge.dialogue.decision import BANDS
from knowledge.editing.statistics import Cluster, clusters
from knowledge.editing.trial import Trial, compare, proposals
from knowledge.errors import KnowledgeError
from knowledge.matching.text import fold
from knowledge.model import Fact, Reply
from knowledge.snapshot import Edit, Revision
from knowledge.storage.store import NOT_RIGHT, SHIPPED

# Days back from which questions that were asked are asked again to try a change.
KNOWN_FOR = 30
MOST_ASKED = 300
# Characters of what a change is said to be, when it takes back another.
LONGEST_WHAT = 300
FOUND = 8
# The confidence (0-1) from which an entry is found by its meaning; letters at random reach 0.12.
MEANT = 0.2


class Editor:
    """Looks into a knowledge base's past and tries its future; belongs to the base's thread."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base

    # --- Finding ----------------------------------------------------------------------------------

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
        owner, parts = matcher.phrased(text), asked.split()

        def holds(said: str) -> bool:
            return bool(parts) and all(part in said for part in parts)

        found = [owner] if owner in pool else []
        found += [fact for fact in pool if holds(fold(fact.question))]
        found += [fact for fact in pool if holds(fold(f"{fact.question} {fact.answer}"))]
        # Ten thousand texts are not folded while somebody waits.
        found += [fact for fact in pool if holds("\n".join(fact.also_asked).casefold())]
        if not found:
            candidates = matcher.explain(text).candidates
            found += [
                one.fact for one in candidates if one.confidence >= MEANT and one.fact in pool
            ]
        return tuple({fact.id: fact for fact in found if fact}.values())[:FOUND]

    def nearest(self, question: str, but: str = "") -> Fact | None:
        """Give the entry, other than `but`, that people would get who ask a new question."""
        exact = self._base.matcher.phrased(question)
        if exact is not None and exact.id != but:
            return exact
        candidates = self._base.matcher.explain(question).candidates
        likeliest = next((one for one in candidates if one.fact.id != but), None)
        is_meant = likeliest is not None and likeliest.confidence >= BANDS.least(likeliest.fact)
        return likeliest.fact if likeliest and is_meant else None

    # --- The future: what each of these gives may be called in any thread -------------------------

    def trial(self, edit: Edit) -> Callable[[], Trial]:
        """Give what asks the questions asked most, and those of the entries, with a change too."""
        now, rows = self._base.version, self._base.store.asked_since(KNOWN_FOR)
        asked = Counter(one.question for one in rows if one.feedback != NOT_RIGHT)
        known = [question for question, _ in asked.most_common(MOST_ASKED)]
        known += [fact.question for fact in now.snapshot.facts.values() if not fact.retired]
        return lambda: compare(now, self._base.tried(edit, now), edit, known)

    def answers_with(self, edit: Edit) -> Callable[[str], Reply]:
        """Give what answers questions as they would be with a change."""
        now = self._base.version
        return lambda question: self._base.tried(edit, now).ask(question)

    def proposals(self, edit: Edit) -> Callable[[], tuple[str, ...]]:
        """Give what proposes ways of asking the fact that a change is about."""
        now, (_, fact) = self._base.version, edit.facts()[-1]
        return lambda: proposals(fact, self._base.tried(edit, now)) if fact else ()

    # --- The past ---------------------------------------------------------------------------------

    def last(self) -> Revision:
        """Give the change that would be taken back next; raises KnowledgeError."""
        undo, _ = self._standing()
        if not undo:
            raise KnowledgeError("There is no change to take back.")
        return self._revision(undo[-1])

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
        _, redo = self._standing()
        if not redo:
            raise KnowledgeError("There is no change to bring back.")
        return self._back(self._revision(redo[-1]))

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
        return revision.back(f"{verb} change {first.number}: {first.edit.what}"[:LONGEST_WHAT])

    # --- What people asked ------------------------------------------------------------------------

    def unanswered(self, days: int) -> Callable[[], list[Cluster]]:
        """Give what finds the questions people did not get answered; call it in any thread."""
        store, matcher = self._base.store, self._base.matcher
        rows, dismissed = store.asked_since(days), store.dismissed()
        return lambda: clusters(rows, matcher, dismissed)
