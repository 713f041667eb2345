"""Changes an administrator proposes, checked like the rows of a file and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from knowledge.errors import KnowledgeError
from knowledge.exchange.columns import cells_of
from knowledge.exchange.plan import Row, alike, plan, reports_of, row_in
from knowledge.matching.text import words
from knowledge.model import Fact, Term
from knowledge.snapshot import Edit, Snapshot, Swap

Cells = Mapping[str, object]


def objection(column: str, value: object) -> str:
    """Say what is wrong with one field of an entry, "" when nothing is."""
    _, found = row_in(0, {"question": "?", "answer": ".", column: value})
    return next((problem.reason for problem in found if problem.column == column), "")


def added(snapshot: Snapshot, cells: Cells) -> Edit:
    """Give the change that adds an entry; its id is made from the question when it has none."""
    row = _row(cells)
    key, named = row.fields.get("id"), row.fields.get("report", "")
    if key in snapshot.facts:
        raise KnowledgeError(f"There is an entry called “{key}” already.")
    question, report = row.fields["question"], reports_of(snapshot).known(named)
    own = report.id if report else named
    for fact in snapshot.facts.values():
        if own in ("", fact.report) and alike(fact.question) == alike(question):
            instead = "It is retired: restore it" if fact.retired else "Edit that one"
            raise KnowledgeError(f"“{fact.question}” is an entry already. {instead} instead.")
    what = f"added {row.fields.get('kind', 'fact')} “{question}”"
    return _dated(plan((row,), snapshot, what).edit)


def edited(snapshot: Snapshot, before: Fact, cells: Cells) -> Edit:
    """Give the change of some fields of an entry, as it stood when the editing began."""
    row = _row({**cells_of(before), **cells, "id": before.id})
    # Compared with the entry as the editor saw it: the store refuses if that is not how it stands.
    seen = replace(snapshot, facts={**snapshot.facts, before.id: before})
    made = plan((row,), seen, f"edited “{before.question}”").edit
    if not made.swaps:
        raise KnowledgeError("Nothing has been changed.")
    if [swap.fields for swap in made.swaps] == [("retired",)]:
        return retired(before, not before.retired)
    return _dated(made)


def _row(cells: Cells) -> Row:
    row, problems = row_in(0, cells)
    if row is None:
        reasons = ". ".join(f"{problem.column}: {problem.reason}" for problem in problems)
        raise KnowledgeError(f"Nothing was saved. Please correct this first: {reasons}.")
    return row


def _dated(edit: Edit) -> Edit:
    """Date facts that name no source: they are an administrator's word, not the report's."""
    swaps: list[Swap] = []
    for swap in edit.swaps:
        before, fact = swap.before, swap.after
        if isinstance(fact, Fact) and not fact.is_gap:
            # One that never had a source is as old as it was.
            is_old = isinstance(before, Fact) and not before.source
            today = fact.added if is_old else date.today().isoformat()
            fact = replace(fact, added="" if fact.source else today)
        swaps.append(Swap(before, fact))
    return replace(edit, swaps=tuple(swaps))


def retired(before: Fact, is_retired: bool = True) -> Edit:
    """Give the change that takes an entry out of use, or brings it back."""
    what = f"{'retired' if is_retired else 'restored'} “{before.question}”"
    return Edit(what, (Swap(before, replace(before, retired=is_retired)),))


def learned(before: Fact, phrasings: Iterable[str]) -> Edit:
    """Give the change that makes what people asked phrasings of an entry."""
    new = tuple(text for text in phrasings if text not in before.phrasings)
    if not new:
        raise KnowledgeError(f"“{before.question}” has these phrasings already.")
    count = f"{len(new)} phrasings" if len(new) > 1 else f"“{new[0]}”"
    after = replace(before, also_asked=(*before.also_asked, *new))
    return Edit(f"added {count} to “{before.question}”", (Swap(before, after),))


def with_term(snapshot: Snapshot, said: str, means: str) -> Edit:
    """Give the change that adds a term, or gives one another meaning."""
    said, means, before = _said(said), " ".join(means.split()), _term(snapshot, said)
    if not words(said) or not words(means):
        raise KnowledgeError("A term needs what people say and what the report says for it.")
    if words(said) == words(means):
        raise KnowledgeError("Both sides of a term must differ.")
    after = replace(before, means=means) if before else Term(said, means)
    if before == after:
        raise KnowledgeError(f"“{said}” means “{means}” already.")
    return Edit(f"term “{said}” means “{means}”", (Swap(before, after),))


def without_term(snapshot: Snapshot, said: str) -> Edit:
    """Give the change that takes a term away."""
    if term := _term(snapshot, said):
        return Edit(f"term “{term.said}” taken away", (Swap(term, None),))
    raise KnowledgeError(f"There is no term “{said}”.")


def _term(snapshot: Snapshot, said: str) -> Term | None:
    return next((term for term in snapshot.terms if term.said.casefold() == _said(said)), None)


def _said(text: str) -> str:
    return " ".join(text.split()).casefold()
