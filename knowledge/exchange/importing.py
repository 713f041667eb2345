"""Files as an import takes them: every row read, or named with what is wrong; and the outcome."""

import re
import textwrap
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from glob import glob
from pathlib import Path, PurePath

from knowledge.errors import ImportRefused, Problem, refuse, some, watched
from knowledge.exchange import columns, files
from knowledge.exchange.columns import LONGEST_TEXT, Cells, doubts_of, read_cells
from knowledge.exchange.edits import Fields, alike, compared, difference, reports_by_name
from knowledge.model import Fact, Report
from knowledge.snapshot import Edit, Snapshot, Swap, Thing, made
from knowledge.texts import capital

# Of each list, what is written out when a plan is printed.
SHOWN = 10
# The rows of a file, what comes with them, what of it is not read, is cut or looks spoilt, and the
# topics that older files list.
Batch = tuple[dict[str, Fields], list[Thing], list[str], Collection[Cells]]
# Up to the last sentence that ends in the second half of so many characters, or else the last word.
_PART = r"(?s:.{{{0},{1}}}[.!?](?=\s)|.{{{0},{1}}}(?=\s))"


@dataclass(frozen=True, slots=True)
class Plan:
    """The outcome of an import, before it happens; `edit` makes it happen.

    `notes` say what of the files is not read, is cut or looks spoilt, and what stays as it is.
    """

    edit: Edit
    unchanged: int
    notes: tuple[str, ...] = ()

    @property
    def new(self) -> tuple[Fact, ...]:
        """Give the facts that there are none of yet."""
        return tuple(after for before, after in self.edit.facts() if after and not before)

    @property
    def changes_nothing(self) -> bool:
        """Tell whether carrying out the plan would leave everything as it is."""
        return not self.edit.swaps

    def lines(self, most: int | None = SHOWN) -> list[str]:
        """Say what would change, with so many entries of each list; None for all."""
        facts = [swap for swap in self.edit.swaps if swap.kind == "fact"]
        told = [_told(swap) for swap in facts if not swap.before]
        changed = [_told(swap) for swap in facts if swap.before]
        lines = [f"{len(told)} new, {len(changed)} changed, {self.unchanged} unchanged."]
        for kind in ("report", "term"):
            if keys := [swap.key for swap in self.edit.swaps if swap.kind == kind]:
                lines.append(f"New or changed {kind}s: {', '.join(some(keys, most))}.")
        for several in (self.notes, told, changed):
            lines += some(several, most)
        return lines

    def __str__(self) -> str:
        return "\n".join(self.lines())


def _told(swap: Swap) -> str:
    both = all(isinstance(fact, Fact) and fact.retired for fact in (swap.before, swap.after))
    head = f"- {'' if swap.before else 'new: '}{swap.key}{' (retired)' * both}"
    return head + textwrap.indent("\n" + "\n".join(difference(swap)), "    ")


def files_at(path: Path) -> list[tuple[str, bytes]]:
    """Give the file at a path, or all in a folder, by their names; those never read are empty."""
    if not path.is_dir():
        return [(path.name, path.read_bytes())]
    # Without what is hidden.
    return [
        (name, (path / name).read_bytes() if files.kind_of(name) else b"")
        for name in sorted(glob("**", root_dir=path, recursive=True))
        if (path / name).is_file()
    ]


def plan_files(found: Sequence[tuple[str, bytes]], snapshot: Snapshot, title: str = "") -> Plan:
    """Read files and say what they would change together; raises ImportRefused.

    Rows that name no report belong to the first one that a file beside theirs brings; where none
    does, and there is no other or `title` names it, to one called like the file.
    """
    found, several = [(files.printable(name), data) for name, data in found], len(found) != 1
    unread = [name for name, _ in found if several and not files.kind_of(name)]
    notes = [f"Not read: {', '.join(unread)}."] if unread else []
    batches: dict[str, Batch] = {}
    problems: list[Problem] = []
    for name, data in found:
        try:
            if name not in unread:
                batches[name] = _read(data, name)
        except ImportRefused as refused:
            of_file = f"{name}, " * several
            problems += (replace(one, place=of_file + one.place) for one in refused.problems)
    if not batches and not problems:
        reason = "there is no .csv, .tsv, .json or .jsonl file in it"
        problems.append(Problem(files.THE_FILE, "", reason))
    refuse(problems)
    # The report that a folder is about: the first one.
    brought = {
        PurePath(name).parent: one.id
        for name, (_, brings, *_) in reversed(batches.items())
        for one in reversed(brings)
        if isinstance(one, Report)
    }
    rows: dict[str, Fields] = {}
    things: list[Thing] = []
    # Older files name topics by ids, which may be told in a file beside theirs.
    told = [one for *_, topics in batches.values() for one in topics]
    topics = {str(one["id"]): str(one["name"]) for one in told if one.get("id") and one.get("name")}
    for name, (holds, brings, said, _) in batches.items():
        path = PurePath(name)
        called = re.sub(r"[\s_-]+", " ", path.stem).strip()[: columns.LONGEST_TOPIC]
        own = title or brought.get(path.parent) or capital(called or "Report")
        if snapshot.reports and not (several or title or brought):
            # A file of more rows for what there is, unless it is called like a report.
            own = own if alike(own) in reports_by_name(snapshot.reports) else ""
        for place, row in holds.items():
            topic = topics.get(row.get("topic", ""), row.get("topic", ""))
            cells = {**row, "report": row.get("report") or own, "topic": topic}
            rows[f"{name}, " * several + place] = cells
        things += brings
        notes += (f"{name}: {note}" if several else note for note in said)
    # Topics stand in the order in which they are listed.
    at = {name: number for number, name in enumerate(topics.values())}
    rows = dict(sorted(rows.items(), key=lambda one: at.get(one[1]["topic"], len(at))))
    swaps, facts = compared(rows, snapshot, things)
    edit = Edit(f"imported {f'{len(batches)} files' if several else found[0][0]}", swaps)
    came = {fact.id for fact in facts}
    for place, fact in zip(rows, facts, strict=True):
        lost = sorted({*fact.beside} - came - snapshot.facts.keys())
        notes += (f"Careful: {place} stands beside “{one}”, which is no entry." for one in lost)
    # Of reports that come again, those that do not.
    again = {snapshot.facts[key].report for key in came & snapshot.facts.keys()}
    others = (one for one in snapshot.facts.values() if not one.retired and one.id not in came)
    if left := sum(one.report in again for one in others):
        notes.append(f"Entries that are not in the file and stay as they are: {left}.")
    return Plan(edit, len(facts) - len(edit.facts()), tuple(notes))


def _read(data: bytes, filename: str) -> Batch:
    """Read a file; raises ImportRefused naming every row and column that cannot be taken."""
    lists, notes = files.read(data, filename)
    topics = lists.pop("topics", {}).values()
    rows: dict[str, Fields] = {}
    things: list[Thing] = []
    problems: list[Problem] = []
    for kind, place, cells in watched(
        [(k, *row) for k in lists for row in lists[k].items()], "checking"
    ):
        if kind == "facts":
            notes += (f"Careful: {one}." for one in doubts_of(cells, place))
            answer = cells.get("answer")
            whole = answer.strip() if isinstance(answer, str) and not cells.get("detail") else ""
            if len(whole) > LONGEST_TEXT:
                parts, said = _parted(whole)
                cells = {**cells, **parts}
                notes.append(f"Careful: {place}, answer: {said}.")
        fields, wrong = read_cells(cells, kind, place)
        problems += wrong
        if kind == "facts":
            rows[place] = fields
        elif not wrong:
            things.append(made(kind.removesuffix("s"), fields))
    refuse(problems)
    return rows, things, notes, topics


def _parted(answer: str) -> tuple[Cells, str]:
    """Part an answer that is too long into answer and detail, and say so."""
    first, rest = _cut(answer, LONGEST_TEXT)
    said = f"{len(answer):,} characters: what follows “… {first[-30:]}” is now its detail"
    if len(rest) > LONGEST_TEXT:
        rest, left = _cut(rest, LONGEST_TEXT - 2)
        rest += " …"
        said += f", but for the last {len(left):,} characters, which are left out"
    return {"answer": first, "detail": rest}, said


def _cut(text: str, most: int) -> tuple[str, str]:
    first = re.match(_PART.format(most // 2, most - 1), text)
    end = first.end() if first else most
    return text[:end].rstrip(), text[end:].strip()
