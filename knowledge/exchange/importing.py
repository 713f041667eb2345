"""What an import would change: a plan that can be shown before it is carried out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.changes import Edit, Swap, swaps
from knowledge.exchange.files import Batch
from knowledge.exchange.validation import COLUMNS, Row, free, slug
from knowledge.model import Fact, Report, Topic
from knowledge.snapshot import Snapshot

# Changed entries written out when a plan is printed.
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Changed:
    """A fact before and after, and the names of the fields that differ."""

    before: Fact
    after: Fact
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The outcome of an import, before it happens; `edit` makes it happen.

    `shared` counts phrasings of new and changed facts that belong to another fact already.
    """

    edit: Edit
    new: tuple[Fact, ...]
    changed: tuple[Changed, ...]
    unchanged: int
    shared: int = 0

    @property
    def changes_nothing(self) -> bool:
        """Tell whether carrying out the plan would leave everything as it is."""
        return not self.edit.swaps

    def count(self, kind: str) -> int:
        """Count the reports, topics or terms that come or change."""
        return sum(swap.kind == kind for swap in self.edit.swaps)

    def __str__(self) -> str:
        lines = [f"{len(self.new)} new, {len(self.changed)} changed, {self.unchanged} unchanged."]
        counts = [(self.count(kind), kind) for kind in ("report", "topic", "term")]
        if also := [f"{n} {kind}{'s' if n > 1 else ''}" for n, kind in counts if n]:
            lines.append(f"New or changed beside them: {', '.join(also)}.")
        for change in self.changed[:SHOWN]:
            lines += [f"- {change.after.id}", *(f"    {line}" for line in difference(change))]
        if len(self.changed) > SHOWN:
            lines.append(f"- and {len(self.changed) - SHOWN} more")
        return "\n".join(lines)


def difference(change: Changed) -> list[str]:
    """Write what a change does to each field, a line or more for each."""
    lines: list[str] = []
    for name in change.fields:
        before, after = getattr(change.before, name), getattr(change.after, name)
        if name == "also_asked":
            lines += [f"phrasing added: {text}" for text in after if text not in before]
            lines += [f"phrasing taken away: {text}" for text in before if text not in after]
            if set(before) == set(after):
                lines.append("phrasings in another order")
        elif name == "retired":
            lines.append("retired" if after else "restored")
        elif name == "figures":
            lines.append(f"figures: {len(before)} before, {len(after)} now")
        else:
            lines.append(f"{name}: “{before}” becomes “{after}”")
    return lines


def plan(batch: Batch, snapshot: Snapshot, what: str = "import") -> Plan:
    """Compare a file's batch with what there is."""
    headings = _Headings(batch, snapshot)
    new: list[Fact] = []
    changed: list[Changed] = []
    unchanged = 0
    by_question = {fact.question: fact for fact in snapshot.facts.values()}
    in_report = {(fact.report, fact.question): fact for fact in snapshot.facts.values()}
    # Ids are taken by what there is and by what the file itself names.
    taken = {*snapshot.facts, *(row.fact.id for row in batch.rows if "id" in row.given)}
    for row in batch.rows:
        fact = replace(
            row.fact, report=headings.report(row.fact.report), topic=headings.topic(row.fact.topic)
        )
        named = "id" in row.given
        if named:
            before = snapshot.facts.get(fact.id)
        elif row.fact.report:
            before = in_report.get((fact.report, fact.question))
        else:
            before = by_question.get(fact.question)
        if before is None:
            if not named and fact.id in taken:
                fact = replace(fact, id=free(fact.id, taken))
            taken.add(fact.id)
            new.append(fact)
            continue
        after = _merged(before, fact, row)
        if names := Swap(before, after).fields:
            changed.append(Changed(before, after, names))
        else:
            unchanged += 1
    every = (
        *swaps(snapshot.reports, headings.reports),
        *swaps(snapshot.topics, headings.topics),
        *swaps(snapshot.terms, batch.terms),
        *(Swap(change.before, change.after) for change in changed),
        *(Swap(None, fact) for fact in new),
    )
    touched = [*new, *(change.after for change in changed)]
    return Plan(
        Edit(what, every), tuple(new), tuple(changed), unchanged, _shared(touched, snapshot)
    )


class _Headings:
    """The reports and topics that rows name, made where there are none yet."""

    def __init__(self, batch: Batch, snapshot: Snapshot) -> None:
        self._reports = _known(snapshot.reports) | _known(batch.reports)
        self._topics = {name: t for t in snapshot.topics for name in (t.name, t.id)}
        self._topics |= {name: t for t in batch.topics for name in (t.name, t.id)}
        self._default = (*batch.reports, *snapshot.reports)[:1]
        self._position = max((t.position for t in self._topics.values()), default=0)
        self.reports: list[Report] = list(batch.reports)
        self.topics: list[Topic] = list(batch.topics)

    def report(self, name: str) -> str:
        if not name and self._default:
            return self._default[0].id
        name = name or "Report"
        if name not in self._reports:
            ids = {report.id for report in self._reports.values()}
            identity = slug(name) if slug(name) not in ids else free(slug(name), ids)
            self._reports[name] = Report(identity, name, name, "", "", "")
            self.reports.append(self._reports[name])
        return self._reports[name].id

    def topic(self, name: str) -> str:
        name = name or "Other"
        if name not in self._topics:
            self._position += 1
            ids = {topic.id for topic in self._topics.values()}
            identity = slug(name) if slug(name) not in ids else free(slug(name), ids)
            self._topics[name] = Topic(identity, name, self._position)
            self.topics.append(self._topics[name])
        return self._topics[name].id


def _merged(before: Fact, after: Fact, row: Row) -> Fact:
    """Keep what the file has no column for; an empty report or topic cell changes nothing."""
    kept = {name: getattr(before, name) for name in COLUMNS if name not in ("state", *row.given)}
    if "state" not in row.given:
        kept["retired"] = before.retired
    for name in ("report", "topic"):
        if not getattr(row.fact, name):
            kept[name] = getattr(before, name)
    return replace(after, **{**kept, "id": before.id})


def _known(reports: Sequence[Report]) -> dict[str, Report]:
    return {name: r for r in reports for name in (r.title, r.short_title, r.id)}


def _shared(facts: Sequence[Fact], snapshot: Snapshot) -> int:
    after = {**snapshot.facts, **{fact.id: fact for fact in facts}}
    owners = Counter(
        text for fact in after.values() if not fact.retired
        for text in {phrasing.casefold() for phrasing in fact.phrasings}
    )  # fmt: skip
    mine = {text.casefold() for fact in facts if not fact.retired for text in fact.phrasings}
    return sum(owners[text] > 1 for text in mine)
