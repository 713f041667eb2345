"""The knowledge base: one database, its facts in memory, and the matcher over them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

from knowledge import conversation, exchange
from knowledge.check import CheckResult, check, labelled
from knowledge.errors import DatabaseError, UnknownFact
from knowledge.exchange import Batch
from knowledge.importing import Plan, plan
from knowledge.index import Index, key_of
from knowledge.matcher import WRONG_AT_MOST, Matcher, live
from knowledge.model import (
    Answer,
    Explanation,
    Fact,
    Match,
    Reply,
    Report,
    Suggestions,
    Topic,
    Unknown,
)
from knowledge.rows import COLUMNS, Row
from knowledge.store import Store
from knowledge.text import for_the_record


@dataclass(frozen=True, slots=True)
class Stats:
    """What was asked in a number of days."""

    days: int
    answered: int
    suggested: int
    unknown: int
    helpful: int
    not_right: int
    most_asked: tuple[tuple[str, int], ...]
    facts: int
    gaps: int
    phrasings: int

    def __str__(self) -> str:
        asked = self.answered + self.suggested + self.unknown
        lines = [
            f"{self.facts} facts, {self.gaps} gaps, {self.phrasings} phrasings.",
            f"Last {self.days} days: {asked} questions: {self.answered} answered, "
            f"{self.suggested} given suggestions, {self.unknown} not in the report.",
            f"{self.helpful} marked helpful, {self.not_right} marked not right.",
        ]
        lines += [f"- {count} times: {question}" for question, count in self.most_asked]
        return "\n".join(lines)


class KnowledgeBase:
    """Answers questions from one database; belongs to the thread that opened it."""

    def __init__(self, store: Store, wrong_at_most: float = WRONG_AT_MOST) -> None:
        self._store = store
        self._wrong_at_most = wrong_at_most
        self._matcher: Matcher | None = None
        self._load()

    @classmethod
    def open(
        cls, path: str | Path, *, shipped: bool = True, wrong_at_most: float = WRONG_AT_MOST
    ) -> KnowledgeBase:
        """Open a database; a new one gets the shipped report first, unless told otherwise."""
        store = Store(path)
        base = cls(store, wrong_at_most)
        if store.is_new and shipped:
            for name, data in shipped_files():
                base.apply(base.plan_import(data, name), who="shipped", origin="shipped")
        return base

    def close(self) -> None:
        """Close the database."""
        self._store.close()

    @property
    def matcher(self) -> Matcher:
        """Give the matcher over the facts as they are now, made when first needed."""
        if self._matcher is None:
            self._matcher = self._made()
        return self._matcher

    def _made(self) -> Matcher:
        """Make the matcher, from the index and the lessons kept earlier where they still hold."""
        facts = live(self._facts.values())
        key, file = key_of(facts, self._terms), Path(f"{self._store.path}.index")
        kept, learned = Index.load(file, key), self._store.learned()
        matcher = Matcher(
            facts, self._terms, index=kept, learned=learned, wrong_at_most=self._wrong_at_most
        )
        # Neither is needed to answer: a place that cannot be written to only makes starts slower.
        if kept is None:
            with suppress(OSError):
                matcher.index.save(file, key)
        if matcher.learned != learned:
            with suppress(DatabaseError):
                self._store.keep(matcher.learned)
        return matcher

    def ask(self, question: str, context: Sequence[str] = ()) -> Reply:
        """Answer a question; `context` holds the ids of the facts shown last, newest first."""
        shown = [self._facts[fact] for fact in context if fact in self._facts]
        return conversation.ask(self.matcher, question, shown)

    def explain(self, question: str, context: Sequence[str] = ()) -> Explanation:
        """Answer a question and show how the answer came about."""
        return replace(self.matcher.explain(question), reply=self.ask(question, context))

    def search(self, text: str, limit: int = 10) -> tuple[Match, ...]:
        """Give the facts nearest to a text being typed, best first."""
        found = self.matcher.explain(text).candidates
        facts = [Match(c.fact, c.confidence) for c in found if not c.fact.is_gap]
        return tuple(facts[:limit])

    def fact(self, fact_id: str) -> Fact:
        """Give a fact, live or retired; raises UnknownFact."""
        try:
            return self._facts[fact_id]
        except KeyError:
            raise UnknownFact(f"There is no entry called “{fact_id}”.") from None

    def facts(self, topic: str) -> tuple[Fact, ...]:
        """Give the live facts of a topic, without gaps, in reading order."""
        return tuple(f for f in self._browsable() if f.topic == topic)

    def topics(self) -> tuple[Topic, ...]:
        """Give the topics that have live facts."""
        used = {fact.topic for fact in self._browsable()}
        return tuple(topic for topic in self._topics if topic.id in used)

    def report(self, report_id: str) -> Report:
        """Give a report; raises UnknownFact."""
        for report in self._reports:
            if report.id == report_id:
                return report
        raise UnknownFact(f"There is no report called “{report_id}”.")

    def reports(self) -> tuple[Report, ...]:
        """Give all reports."""
        return self._reports

    def related(self, fact_id: str, seen: Collection[str] = (), limit: int = 3) -> tuple[Fact, ...]:
        """Give facts of the same topic not seen yet, those standing next to it first."""
        fact = self.fact(fact_id)
        same = self.facts(fact.topic)
        place = next((i for i, other in enumerate(same) if other.id == fact_id), 0)
        others = [f for f in (*same[place:], *same[:place]) if f.id != fact_id]
        return tuple(f for f in others if f.id not in seen)[:limit]

    def record(self, question: str, reply: Reply) -> int:
        """Store a question, without who asked it, and give the id of the record."""
        outcome, match = summary(reply)
        return self._store.record(
            for_the_record(question),
            outcome,
            match.fact.id if match else None,
            match.confidence if match else 0.0,
        )

    def vote(self, asked: int, helpful: bool) -> None:
        """Note that a reply was helpful or not right."""
        self._store.note(asked, feedback="helpful" if helpful else "not right")

    def tapped(self, asked: int, fact_id: str) -> None:
        """Note that a suggested fact was tapped."""
        self._store.note(asked, tapped=fact_id)

    def none_of_these(self, asked: int) -> None:
        """Note that none of the suggestions was meant."""
        self._store.note(asked, feedback="none of these")

    def forget(self, days: int) -> int:
        """Delete questions older than `days` days and give how many."""
        return self._store.forget(days)

    def refresh(self) -> bool:
        """Load again if another process has changed the facts; tells whether it did."""
        if not self._store.changed_elsewhere() or self._store.facts() == tuple(
            self._facts.values()
        ):
            return False
        self._load()
        return True

    def plan_import(self, data: bytes, filename: str) -> Plan:
        """Read a file and say what it would change; raises ImportRefused."""
        batch = exchange.read(data, filename)
        return plan(batch, self._facts, self._reports, self._topics)

    def apply(self, planned: Plan, who: str, origin: str = "admin") -> None:
        """Make the changes of a plan, all or nothing."""
        positions = {fact_id: place for place, fact_id in enumerate(self._facts)}
        changed = [(c.after, positions[c.before.id]) for c in planned.changed]
        new = [(fact, len(positions) + place) for place, fact in enumerate(planned.new)]
        terms = {term.said: term for term in self._terms}
        with self._store.change(who, "import") as change:
            change.put_reports(planned.reports)
            change.put_topics(planned.topics)
            change.put_terms(
                [t for t in planned.batch.terms if terms.get(t.said) != t], before=terms
            )
            change.put_facts([*changed, *new], self._facts, origin)
        self._load()

    def export(self, filename: str) -> bytes:
        """Write everything as a file that imports back to no change; format by its suffix."""
        names = {topic.id: topic.name for topic in self._topics}
        rows = tuple(
            Row(number, _named(fact, names), frozenset(COLUMNS))
            for number, fact in enumerate(self._facts.values(), start=1)
        )
        return exchange.write(Batch(rows, self._reports, self._topics, self._terms), filename)

    def check(self, data: bytes) -> CheckResult:
        """Score a file of labelled questions."""
        return check(labelled(data), self.ask)

    def stats(self, days: int = 30) -> Stats:
        """Count what was asked in the last `days` days."""
        asked = self._store.asked(days)
        outcomes = Counter(row["outcome"] for row in asked)
        feedback = Counter(row["feedback"] for row in asked)
        most = Counter(str(row["fact"]) for row in asked if row["outcome"] == "answer")
        live = [fact for fact in self._facts.values() if not fact.retired]
        return Stats(
            days=days,
            answered=outcomes["answer"],
            suggested=outcomes["suggest"],
            unknown=outcomes["unknown"],
            helpful=feedback["helpful"],
            not_right=feedback["not right"],
            most_asked=tuple(
                (self._facts[fact].question, count)
                for fact, count in most.most_common(5)
                if fact in self._facts
            ),
            facts=sum(not fact.is_gap for fact in live),
            gaps=sum(fact.is_gap for fact in live),
            phrasings=sum(len(fact.phrasings) for fact in live),
        )

    def _load(self) -> None:
        self._facts = {fact.id: fact for fact in self._store.facts()}
        self._topics = self._store.topics()
        self._reports = self._store.reports()
        self._terms = self._store.terms()
        self._matcher = None

    def _browsable(self) -> tuple[Fact, ...]:
        return tuple(f for f in self._facts.values() if not f.retired and not f.is_gap)


def summary(reply: Reply) -> tuple[str, Match | None]:
    """Name a reply's outcome and give its first match."""
    if isinstance(reply, Answer):
        return "answer", reply.matches[0]
    if isinstance(reply, Suggestions):
        return "suggest", reply.matches[0]
    assert isinstance(reply, Unknown)
    return "unknown", reply.gap


def shipped_files() -> list[tuple[str, bytes]]:
    """Give the files of the shipped reports, the report and its topics before its facts."""
    folder = resources.files("knowledge") / "reports"
    files = [
        (entry.name, entry.read_bytes())
        for report in sorted(folder.iterdir(), key=lambda f: f.name)
        if report.is_dir()
        for entry in report.iterdir()
        if entry.name.endswith(".json")
    ]
    return sorted(files, key=lambda file: (file[0] != "report.json", file[0]))


def _named(fact: Fact, topics: dict[str, str]) -> Fact:
    return replace(fact, topic=topics.get(fact.topic, fact.topic))
