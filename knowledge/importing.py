"""What an import would change: a plan that can be shown before it is applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

from knowledge.exchange import Batch
from knowledge.model import Fact, Report, Topic
from knowledge.rows import Row, slug


@dataclass(frozen=True, slots=True)
class Changed:
    """A fact before and after, and the names of the fields that differ."""

    before: Fact
    after: Fact
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The outcome of an import, before it happens."""

    batch: Batch
    new: tuple[Fact, ...]
    changed: tuple[Changed, ...]
    unchanged: int
    reports: tuple[Report, ...] = ()
    topics: tuple[Topic, ...] = ()

    @property
    def changes_nothing(self) -> bool:
        """Tell whether applying the plan would leave everything as it is."""
        return not (self.new or self.changed or self.reports or self.topics or self.batch.terms)

    def __str__(self) -> str:
        lines = [f"{len(self.new)} new, {len(self.changed)} changed, {self.unchanged} unchanged."]
        lines += [
            f"- {change.after.id}: {', '.join(change.fields)}" for change in self.changed[:20]
        ]
        if len(self.changed) > 20:
            lines.append(f"- and {len(self.changed) - 20} more")
        return "\n".join(lines)


def plan(
    batch: Batch,
    facts: Mapping[str, Fact],
    reports: Sequence[Report],
    topics: Sequence[Topic],
) -> Plan:
    """Compare a file's batch with what there is."""
    known_reports = _known(reports) | _known(batch.reports)
    known_topics = {**{t.id: t for t in topics}, **{t.name: t for t in topics}}
    known_topics |= {t.id: t for t in batch.topics} | {t.name: t for t in batch.topics}
    new_reports = {r.id: r for r in batch.reports if r not in reports}
    new_topics = {t.id: t for t in batch.topics if t not in topics}
    default = (*batch.reports, *reports)[:1] or (_report("Report"),)
    position = max((t.position for t in topics), default=0)

    new: list[Fact] = []
    changed: list[Changed] = []
    unchanged = 0
    by_question = {fact.question: fact for fact in facts.values()}
    for row in batch.rows:
        report = known_reports.get(row.fact.report) if row.fact.report else default[0]
        if report is None:
            report = known_reports[row.fact.report] = _report(row.fact.report)
        if report not in reports:
            new_reports.setdefault(report.id, report)
        topic = known_topics.get(row.fact.topic or "Other")
        if topic is None:
            position += 1
            name = row.fact.topic or "Other"
            topic = known_topics[name] = Topic(slug(name), name, position)
        if topic not in topics:
            new_topics.setdefault(topic.id, topic)
        fact = replace(row.fact, report=report.id, topic=topic.id)
        before = facts.get(fact.id)
        if before is None and "id" not in row.given:
            before = by_question.get(fact.question)
        if before is None:
            new.append(fact)
            continue
        after = _merged(before, fact, row)
        names = tuple(
            f.name for f in fields(Fact) if getattr(before, f.name) != getattr(after, f.name)
        )
        if names:
            changed.append(Changed(before, after, names))
        else:
            unchanged += 1
    return Plan(
        batch,
        tuple(new),
        tuple(changed),
        unchanged,
        tuple(new_reports.values()),
        tuple(new_topics.values()),
    )


def _merged(before: Fact, after: Fact, row: Row) -> Fact:
    """Keep what the file has no column for; an empty report or topic cell changes nothing."""
    given = row.given
    return Fact(
        id=before.id,
        question=after.question,
        answer=after.answer,
        report=after.report if row.fact.report else before.report,
        topic=after.topic if row.fact.topic else before.topic,
        also_asked=after.also_asked if "also_asked" in given else before.also_asked,
        detail=after.detail if "detail" in given else before.detail,
        link=after.link if "link" in given else before.link,
        source=after.source if "source" in given else before.source,
        kind=after.kind if "kind" in given else before.kind,
        figures=after.figures if "figures" in given else before.figures,
        retired=after.retired if "state" in given else before.retired,
    )


def _known(reports: Sequence[Report]) -> dict[str, Report]:
    return {name: r for r in reports for name in (r.id, r.title, r.short_title)}


def _report(name: str) -> Report:
    return Report(slug(name), name, name, "", "", "")
