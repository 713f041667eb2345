"""Editions of the knowledge: what it holds after one change, with the matcher over it.

Making a matcher takes a second or two on a large base. A builder holds no connection of its own,
so it may work in any thread while the edition before is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from knowledge.changes import Edit
from knowledge.editing import trial
from knowledge.editing.trial import Asker, Trial
from knowledge.errors import DatabaseError
from knowledge.matching.index import Index
from knowledge.matching.learned import Learned
from knowledge.matching.matcher import Matcher, live
from knowledge.matching.text import Vocabulary
from knowledge.model import Origin
from knowledge.snapshot import Snapshot
from knowledge.storage.archive import Archive
from knowledge.storage.database import PATIENT
from knowledge.storage.store import Store


@dataclass(frozen=True, slots=True)
class Version:
    """The snapshot after one change and the matcher over it."""

    snapshot: Snapshot
    matcher: Matcher


class Builder:
    """Makes editions of one database."""

    def __init__(self, path: Path, wrong_at_most: float, waits: bool) -> None:
        self.path = path
        self._archive = Archive(Path(f"{path}.index"))
        # Milliseconds that a change waits for another process's write to end.
        self.patience = PATIENT
        self._wrong_at_most, self._waits = wrong_at_most, waits
        # The last change tried out: most are carried out next.
        self._tried: Version | None = None
        # The last edition made: the next differs little from it.
        self._made: Version | None = None
        self._askers: tuple[Asker, ...] = ()

    def change(self, edit: Edit, who: str, origin: Origin = "admin") -> None:
        """Make a change, whole or not at all, without looking at what it leads to."""
        with closing(Store(self.path, self.patience)) as store:
            store.change(edit, who, origin)

    def carry_out(self, edit: Edit, who: str, origin: Origin = "admin") -> Version:
        """Make a change and give the knowledge after it, ready to answer."""
        self.change(edit, who, origin)
        return self.latest()

    def latest(self) -> Version:
        """Give the knowledge as it stands in the file, ready to answer."""
        with closing(Store(self.path, self.patience)) as store:
            snapshot = store.snapshot()
            return Version(snapshot, self.matcher(snapshot, store))

    def try_out(self, edit: Edit, now: Version, questions: Sequence[str]) -> Trial:
        """Ask questions of the knowledge as it is `now` and as a change would make it."""
        snapshot = now.snapshot.after(edit)
        made = _edited(now, snapshot) or self._new(snapshot, now.matcher.learned)
        self._tried = Version(snapshot, made)
        asker = next((a for a in self._askers if a.matcher is now.matcher), Asker(now.matcher))
        self._askers = (asker, Asker(made))
        return trial.compare(*self._askers, edit, questions)

    def matcher(self, snapshot: Snapshot, store: Store) -> Matcher:
        """Make a matcher, or take the one tried out, and keep what makes the next start quick."""
        facts, learned = live(snapshot.facts.values()), store.learned()
        made = self._known(snapshot) or self._new(snapshot, learned)
        self._made = Version(snapshot, made)
        # Neither is needed to answer: a place that cannot be written to only makes starts slower.
        if made.index.is_whole and not self._archive.holds(facts, snapshot.terms):
            with suppress(OSError):
                self._archive.save(made.index, facts, snapshot.terms)
        if made.learned != learned:
            with suppress(DatabaseError):
                store.keep(made.learned)
        return made

    def _known(self, snapshot: Snapshot) -> Matcher | None:
        """Give a matcher made from one at hand, None when it has to be made anew."""
        if self._tried is not None and self._tried.snapshot.answers_as(snapshot):
            return self._tried.matcher
        return None if self._made is None else _edited(self._made, snapshot)

    def _new(self, snapshot: Snapshot, learned: Learned | None) -> Matcher:
        facts, vocabulary = live(snapshot.facts.values()), Vocabulary(snapshot.terms)
        index = self._archive.load(facts, snapshot.terms, vocabulary)
        if index is None:
            before = None if self._made is None else self._made.matcher.index
            index = Index.build(facts, vocabulary, before)
        return Matcher(
            facts,
            snapshot.terms,
            index=index,
            learned=learned,
            wrong_at_most=self._wrong_at_most,
            waits=self._waits,
        )


def _edited(edition: Version, snapshot: Snapshot) -> Matcher | None:
    """Give the matcher of an edition with what is different in `snapshot`."""
    before, now = edition.snapshot, snapshot
    if before.terms != now.terms:
        return None
    changed = [fact for key, fact in now.facts.items() if before.facts.get(key) != fact]
    return edition.matcher.edited(changed, before.facts.keys() - now.facts.keys())
