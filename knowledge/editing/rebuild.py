"""A snapshot and the matcher over it: the only way to a new state is to build both.

A builder holds no connection of its own, so that it may work in any thread while questions are
answered from the version before.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.dialogue.answering import ask
from knowledge.errors import DatabaseError
from knowledge.matching.matcher import Matcher
from knowledge.model import Reply
from knowledge.snapshot import Edit, Snapshot
from knowledge.storage.database import PATIENT, Identity
from knowledge.storage.store import Store

# What is kept for the next start is kept anew once the number of phrasings differs by this share.
WORN = 0.05


@dataclass(frozen=True, slots=True)
class Version:
    """The snapshot after one change and the matcher over it."""

    snapshot: Snapshot
    matcher: Matcher
    replies: dict[str, Reply] = field(default_factory=dict, compare=False, repr=False)

    def ask(self, question: str) -> Reply:
        """Answer a question by itself, once: the same are asked to try change after change."""
        if question not in self.replies:
            self.replies[question] = ask(self.matcher, question)
        return self.replies[question]


class Builder:
    """Builds versions of one database."""

    def __init__(self, path: Path, same: Identity | None, waits: bool) -> None:
        self._path, self._same, self._waits = path, same, waits
        # Milliseconds that a change waits for another process's write to end.
        self.patience = PATIENT
        # The last version built, from which the next differs little, and the last change tried
        # out: most are carried out next.
        self._built: Version | None = None
        self._tried: Version | None = None

    def _store(self) -> closing[Store]:
        return closing(Store(self._path, self.patience, self._same))

    def change(self, edit: Edit, who: str) -> Snapshot:
        """Make a change, whole or not at all, and give what there is after it."""
        known = self._built.snapshot if self._built else Snapshot()
        with self._store() as store:
            return store.change(edit, who, known)

    def carry_out(self, edit: Edit, who: str) -> Version:
        """Make a change and give the version after it, ready to answer."""
        return self.version(self.change(edit, who))

    def latest(self) -> Version:
        """Give what stands in the file, ready to answer."""
        with self._store() as store:
            return self.version(store.snapshot())

    def version(self, snapshot: Snapshot) -> Version:
        """Give a snapshot with the matcher over it: the one tried out, if that is what became."""
        # Read once: another thread may be trying a change.
        built, tried = self._built, self._tried
        if tried is not None and tried.snapshot.answers_as(snapshot):
            made = Version(snapshot.sharing(tried.snapshot), tried.matcher, tried.replies)
        elif built is not None:
            made = self._build(snapshot.sharing(built.snapshot), built.matcher)
        else:
            made = self._begin(snapshot)
        self._built, self._tried = made, None
        return made

    def tried(self, edit: Edit, now: Version) -> Version:
        """Give what a change would make of the version there is `now`."""
        snapshot = now.snapshot.after(edit)
        for known in (self._tried, self._built):
            if known is not None and known.snapshot.answers_as(snapshot):
                return known
        # No more versions at a time than are needed; another thread may be trying its own.
        self._tried = None
        self._tried = made = self._build(snapshot, now.matcher)
        return made

    def _begin(self, snapshot: Snapshot) -> Version:
        """Build the first version with what the last start kept, and keep it for the next."""
        with self._store() as store:
            phrasings, kept = store.kept()
            made = self._build(snapshot, kept=kept)
            count = sum(len(fact.phrasings) for fact in made.matcher.facts)
            if abs(count - phrasings) > WORN * phrasings:
                # A place that cannot be written to only makes starts slower.
                with suppress(DatabaseError):
                    store.keep(count, made.matcher.kept())
        return made

    def _build(
        self, snapshot: Snapshot, before: Matcher | None = None, kept: bytes = b""
    ) -> Version:
        facts, terms = snapshot.facts.values(), snapshot.terms
        with _uncollected():
            matcher = Matcher.build(facts, terms, before=before, kept=kept, waits=self._waits)
        if sys.platform == "linux":
            # What a build has worked in is given back to the system; musl has no such call.
            with suppress(AttributeError):
                ctypes.CDLL(None).malloc_trim(0)
        return Version(snapshot, matcher)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Work without the garbage collector, which stops every thread to look at all there is."""
    # A build makes hundreds of thousands of objects and drops none in circles.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
