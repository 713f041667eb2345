"""Changes: what rows, of a file or typed by an administrator, make of what there is."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, count
from typing import Any

from knowledge.errors import KnowledgeError, Problem, refuse
from knowledge.exchange import columns
from knowledge.exchange.columns import Cells, read_cells
from knowledge.matching.text import words
from knowledge.model import Fact, Report, Term
from knowledge.snapshot import FIELDS, Edit, Snapshot, Swap, Thing, place_of

# The fields of a fact that a row of a file holds.
Fields = Mapping[str, Any]

# Columns that hold lists, and what each thing in them is called.
_LISTS = {"also_asked": "phrasing", "figures": "figure", "beside": "beside"}


def difference(swap: Swap) -> list[str]:
    """Write what a change does to each field of a fact, a line or more for each."""
    if swap.before is None and isinstance(new := swap.after, Fact):
        # Of a new one, what is said of it.
        plain = Fact(new.id, "", "", new.report, kind=new.kind)
        swap = Swap(plain, new)
    lines: list[str] = []
    for name in FIELDS["fact"]:
        before, after = getattr(swap.before, name), getattr(swap.after, name)
        if before == after:
            continue
        if word := _LISTS.get(name):
            write: Callable[[Any], str] = columns.figure_line if word == "figure" else str
            lines += [f"{word} added: {write(one)}" for one in after if one not in before]
            lines += [f"{word} taken away: {write(one)}" for one in before if one not in after]
        elif name == "retired":
            lines.append("retired" if after else "restored")
        else:
            lines.append(f"{name}: “{before}” becomes “{after}”" if before else f"{name}: {after}")
    return lines


def reports_by_name(things: Sequence[Thing]) -> dict[str, Report]:
    """Give the reports among things by what people call them; ids go before titles.

    A name as it is written goes before one that is like it but for its case.
    """
    return {
        write(getattr(one, field)): one
        for write in (alike, str)
        for field in ("short_title", "title", "id")
        for one in reversed(things)
        if isinstance(one, Report)
    }


def compared(
    rows: Mapping[str, Fields], snapshot: Snapshot, brought: Sequence[Thing] = ()
) -> tuple[tuple[Swap, ...], list[Fact]]:
    """Give what rows, by their places, change with the things that come with them.

    Beside it stands the entry of each row. What is typed has no place. Raises ImportRefused where
    rows don't say which entry they mean, or two mean the same.
    """
    reports = reports_by_name((*snapshot.reports, *brought))

    def report_of(name: str) -> Report:
        if found := reports.get(name) or reports.get(alike(name)):
            return found
        made = Report(_new_id(name, reports), name, name)
        reports.update(reports_by_name([made]))
        return made

    topics: dict[str, str] = {}
    asked: dict[str, list[Fact]] = defaultdict(list)
    for fact in snapshot.facts.values():
        topics.setdefault(alike(fact.topic), fact.topic)
        asked[alike(fact.question)].append(fact)
    # Ids are taken by what there is and by what the file itself names.
    taken = {*snapshot.facts, *(row.get("id", "") for row in rows.values())}
    problems: list[Problem] = []
    came: dict[str, tuple[str, Fact]] = {}
    for place, row in rows.items():
        said = dict(row)
        key, report, topic = (said.pop(name, "") for name in ("id", "report", "topic"))
        rivals = asked[alike(said["question"])]
        own = report_of(report) if report else None
        same = [one for one in rivals if own is None or one.report == own.id]
        if key:
            same = [snapshot.facts[key]] if key in snapshot.facts else []
        if len(same) > 1:
            reason = f"{len(same)} entries ask this; name the id of the one meant"
            problems.append(Problem(place, "question", reason))
        # What the file has no column for stays; an empty report or topic changes nothing.
        if same:
            before = same[0]
        else:
            own = own or next(iter(snapshot.reports), None) or report_of("Report")
            before = Fact(key or _new_id(said["question"], taken), "", "", own.id)
            # What a plain table holds stands under one heading of its own.
            heading = (own.short_title or own.title)[: columns.LONGEST_TOPIC]
            topic = topic or (heading if place and report else "Other")
        said["report"] = own.id if own else before.report
        said["topic"] = topics.setdefault(alike(topic), topic) if topic else before.topic
        after = replace(before, **said)
        ways = (one for one in after.also_asked if one != after.question)
        after = replace(after, also_asked=tuple(ways))
        if not (place and (same or report or "added" in said)):
            after = replace(after, added=_added(before, after))
        if after.id in came:
            reason = f"“{after.id}” stands in {came[after.id][0]} already"
            problems.append(Problem(place, "id" if key else "question", reason))
        if not same:
            rivals.append(after)
            taken.add(after.id)
        came[after.id] = place, after
    refuse(problems)
    facts = [fact for _, fact in came.values()]
    things = {place_of(one): one for one in (*reports.values(), *brought, *facts)}
    swaps = (Swap(snapshot.held.get(place), one) for place, one in things.items())
    return tuple(swap for swap in swaps if swap.before != swap.after), facts


def _added(before: Fact, after: Fact) -> str:
    """Give the day of a fact that names no source: it is somebody's word, not the report's."""
    if after.source and not after.is_gap:
        return ""
    # A gap, and one that never had a source, is as old as it was.
    is_old = after.is_gap or (before.answer and not before.source)
    return before.added if is_old else date.today().isoformat()


def _new_id(text: str, taken: Container[str]) -> str:
    """Make an id from words: lower case, hyphens, and a number where it is taken."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    made = "-".join(re.findall(r"[a-z0-9]+", plain))[: columns.LONGEST_ID].strip("-") or "entry"
    numbered = (f"{made[: columns.LONGEST_ID - 5]}-{number}" for number in count(2))
    return next(one for one in chain([made], numbered) if one not in taken)


def alike(text: str) -> str:
    """Give what texts have in common that differ in case and spaces alone."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def objection(column: str, value: object) -> str:
    """Say what is wrong with one field of an entry, "" when nothing is."""
    _, problems = read_cells({column: value}, "facts", "")
    return next((one.reason for one in problems if one.column == column), "")


def _typed(snapshot: Snapshot, cells: Cells) -> tuple[tuple[Swap, ...], Fact]:
    """Give what typed cells change, and the entry they stand for."""
    fields, problems = read_cells(cells, "facts", "")
    if problems:
        reasons = ". ".join(map(str, problems))
        raise KnowledgeError(f"Nothing was saved. Please correct this first: {reasons}.")
    swaps, (fact,) = compared({"": fields}, snapshot)
    return swaps, fact


def added(snapshot: Snapshot, cells: Cells) -> Edit:
    """Give the change that adds an entry; its id is made from the question when it has none."""
    swaps, new = _typed(snapshot, cells)
    for fact in snapshot.facts.values():
        asks_the_same = (fact.report, alike(fact.question)) == (new.report, alike(new.question))
        if fact.id == new.id or asks_the_same:
            instead = "It is retired: restore it" if fact.retired else "Edit that one"
            raise KnowledgeError(f"“{fact.question}” is an entry already. {instead} instead.")
    return Edit(f"added {new.kind} “{new.question}”", swaps)


def edited(snapshot: Snapshot, before: Fact, cells: Cells) -> Edit:
    """Give the change of some fields of an entry, as it stood when the editing began."""
    # Compared with the entry as the editor saw it: the store refuses if that is not how it stands.
    seen = replace(snapshot, facts={**snapshot.facts, before.id: before})
    swaps, _ = _typed(seen, {**columns.cells_of(before), **cells, "id": before.id})
    if not swaps:
        raise KnowledgeError("Nothing has been changed.")
    turned = retired(before, not before.retired)
    return turned if swaps == turned.swaps else Edit(f"edited “{before.question}”", swaps)


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
    said, means, before = alike(said), " ".join(means.split()), _term(snapshot, said)
    if not words(said) or not words(means):
        raise KnowledgeError("A term needs what people say and what the report says for it.")
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
    return next((term for term in snapshot.terms if alike(term.said) == alike(said)), None)
