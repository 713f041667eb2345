"""A snapshot and the matcher over it: the only way to a new state is to build both."""

from __future__ import annotations

import ctypes
import gc
import sys
from contextlib import suppress
from dataclasses import dataclass, field

from knowledge.dialogue.answering import ask
from knowledge.matching.matcher import Matcher
from knowledge.model import Reply
from knowledge.snapshot import Snapshot


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

    def answers_as(self, snapshot: Snapshot) -> bool:
        """Tell whether its matcher serves a snapshot."""
        return self.snapshot.terms == snapshot.terms and self.snapshot.facts == snapshot.facts


def build(
    snapshot: Snapshot, before: Matcher | None = None, kept: bytes = b"", *, waits: bool
) -> Version:
    """Build a version, in any thread; what the matcher `before`, or `kept`, has read is at hand."""
    facts, terms = snapshot.facts.values(), snapshot.terms
    # The garbage collector would stop every thread to look at hundreds of thousands of objects, of
    # which none are dropped in circles.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        matcher = Matcher.build(facts, terms, before=before, kept=kept, waits=waits)
    finally:
        if was_enabled:
            gc.enable()
    if sys.platform == "linux":
        # What a build has worked in is given back to the system; musl has no such call.
        with suppress(AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
    return Version(snapshot, matcher)
