"""The knowledge base: one database, its facts in memory, and the matcher over them."""

import ctypes
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self, TypeVar

from knowledge.dialogue.answering import Conversation
from knowledge.errors import DatabaseBusy, DatabaseError, KnowledgeError, some
from knowledge.exchange import files
from knowledge.exchange.importing import Plan, files_at, plan_files
from knowledge.matching.matcher import Matcher
from knowledge.matching.text import for_the_record
from knowledge.model import NO_CONTEXT, Context, Explanation, Fact, Match, Reply, summary
from knowledge.snapshot import Edit, Snapshot
from knowledge.statistics import Stats, count
from knowledge.storage.store import SHIPPED, Asked, Store

T = TypeVar("T")
_logger = logging.getLogger(__name__)

# The reports that come with the program.
REPORTS = Path(__file__).with_name("reports")


@dataclass(frozen=True, slots=True)
class Version:
    """The snapshot after one change and the matcher over it; a new state is to build both."""

    snapshot: Snapshot
    matcher: Matcher
    replies: dict[str, Reply] = field(default_factory=dict, compare=False, repr=False)

    def ask(self, question: str) -> Reply:
        """Answer a question by itself, once: the same are asked to try change after change."""
        if question not in self.replies:
            self.replies[question] = Conversation(self.matcher).reply(question)
        return self.replies[question]


class KnowledgeBase:
    """Answers questions from one database; belongs to the thread that opened it.

    What it knows is replaced whole, by what was built in any thread and is then adopted. `fault` is
    what administrators have to know of the file, None when all is well.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        # What answers, and what was built last: most changes that are tried are carried out next.
        self._version: Version | None = None
        self._tried: Version | None = None
        # What the last start has read: the first version begins with it.
        self._kept = store.kept()
        self._know(store.snapshot())

    @classmethod
    def open(cls, path: str | Path, *, shipped: bool = True) -> Self:
        """Open a database; a new one gets the shipped report first, unless told otherwise."""
        base = cls(Store(Path(path)))
        if shipped and not base.snapshot.change:
            planned = plan_files(files_at(REPORTS), base.snapshot)
            # Where another process has just loaded them, this changes nothing.
            base.change(replace(planned.edit, what="the reports shipped"), SHIPPED)
        return base

    def close(self) -> None:
        """Close the database."""
        self.store.close()

    # --- Versions ---------------------------------------------------------------------------------

    @property
    def version(self) -> Version:
        """Give what questions are answered from, built when first needed."""
        if self._version is None or self._version.snapshot is not self.snapshot:
            self._version = self._built(self.snapshot)
        return self._version

    @property
    def matcher(self) -> Matcher:
        """Give the matcher over the facts as they are now."""
        return self.version.matcher

    def change(self, edit: Edit, who: str) -> None:
        """Make a change, all or nothing."""
        with self.store.opened() as store:
            self._know(store.change(edit, who, self.snapshot))

    def carry_out(self, edit: Edit, who: str) -> Version:
        """Make a change and give the version after it, to be adopted; for any thread."""
        with self.store.opened() as store:
            return self._built(store.change(edit, who, self.snapshot))

    def latest(self) -> Version:
        """Give the version that stands in the file, to be adopted; for any thread."""
        with self.store.opened() as store:
            return self._built(store.snapshot())

    def tried(self, edit: Edit) -> Version:
        """Give what a change would make of the version there is; for any thread."""
        return self._built(self.snapshot.after(edit))

    def adopt(self, version: Version) -> None:
        """Answer from another version from now on."""
        self._know(version.snapshot)
        self._version = version

    def _know(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.fault: KnowledgeError | None = None
        if snapshot.damaged:
            named = ", ".join(some([f"“{entry}”" for entry in snapshot.damaged]))
            self.fault = KnowledgeError(
                f"Damaged in the file, so not answered from: {named}. Import these entries again, "
                "or restore a backup."
            )

    def _built(self, snapshot: Snapshot) -> Version:
        """Give the version of a snapshot: what was tried out last, if that is what became."""
        # Read once: another thread may be trying a change.
        before, tried = self._version, self._tried
        for known in filter(None, (tried, before)):
            has = known.snapshot
            if has.terms == snapshot.terms and has.facts == snapshot.facts:
                return replace(known, snapshot=snapshot)
        # No more versions at a time than are needed.
        self._tried = tried = None
        facts, last = snapshot.facts.values(), before.matcher if before else None
        matcher = Matcher(facts, snapshot.terms, before=last, kept=self._kept)
        # What a build has worked in is given back to the system, where it has such a call.
        with suppress(AttributeError, TypeError):
            ctypes.CDLL(None).malloc_trim(0)
        self._tried = made = Version(snapshot, matcher)
        if before is None and matcher.readings.new:
            # For the next start; a place that cannot be written to only makes it slower.
            with suppress(DatabaseError), self.store.opened() as store:
                store.keep(matcher.readings.kept())
        return made

    # --- The file while questions are answered: from memory is better than an apology -------------

    def is_stale(self) -> bool:
        """Tell whether another process has changed what this one knows."""
        known = self.snapshot.change
        return self.unless_broken(self.store.last_change, known) != known

    def record(self, question: str, reply: Reply) -> int:
        """Store a question, without who asked it, and give the id of the record."""
        outcome, match = summary(reply)
        fact, confidence = (match.fact.id, match.confidence) if match else (None, 0.0)
        said = for_the_record(question)
        return self.unless_broken(lambda: self.store.add_asked(said, outcome, fact, confidence), 0)

    def asked(self, asked: int) -> Asked | None:
        """Give the record of a question, None for one that is kept no longer."""
        return self.unless_broken(lambda: self.store.asked(asked), None)

    def note(self, asked: int, **values: str) -> None:
        """Note the `feedback` on a reply, or the fact `tapped` below it."""
        self.unless_broken(lambda: self.store.note_asked(asked, **values), None)

    def unless_broken(self, step: Callable[[], T], otherwise: T) -> T:
        """Give what a step of the store gives, something else where the file cannot be used."""
        try:
            return step()
        except DatabaseBusy as error:
            _logger.warning("Nothing was written: %s", error)
        except DatabaseError as error:
            # Said once: with every question it would be the same.
            if str(error) != str(self.fault):
                _logger.warning("The database is not used: %s", error)
                self.fault = error
        return otherwise

    # --- Answering --------------------------------------------------------------------------------

    def ask(self, question: str, context: Context = NO_CONTEXT) -> Reply:
        """Answer a message, read after what the conversation has said before it."""
        return Conversation(self.matcher, context, self.snapshot).reply(question)

    def explain(self, question: str, context: Context = NO_CONTEXT) -> Explanation:
        """Answer a message and show how the answer came about."""
        return Conversation(self.matcher, context, self.snapshot).explain(question)

    def search(self, text: str, limit: int = 10) -> tuple[Match, ...]:
        """Give the facts nearest to a text being typed, best first."""
        found = self.matcher.weigh(self.matcher.read(text)[0]).matches
        return tuple(match for match in found if not match.fact.is_gap)[:limit]

    def fact(self, fact_id: str) -> Fact:
        """Give a fact, live or retired; raises KnowledgeError."""
        if fact := self.snapshot.facts.get(fact_id):
            return fact
        raise KnowledgeError(f"There is no entry called “{fact_id}”.")

    # --- Files and figures ------------------------------------------------------------------------

    def plan_import(self, data: bytes, filename: str) -> Plan:
        """Read a file and say what it would change; raises ImportRefused; for any thread."""
        return plan_files([(filename, data)], self.snapshot)

    def export(self, filename: str) -> bytes:
        """Write everything as a file that imports back to no change; format by its suffix."""
        return files.write(self.snapshot, filename)

    def stats(self, days: int = 30) -> Stats:
        """Count what was asked in the last `days` days."""
        return count(self.store.asked_since(days), self.snapshot.facts, days)
