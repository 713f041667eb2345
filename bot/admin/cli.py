"""The administrators' work from a command line: the same changes, the same warnings."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from bot.admin import texts
from bot.admin.asked import DAYS
from bot.admin.drafts import Draft, warnings
from bot.admin.entries import written
from bot.admin.import_export import TRIED
from knowledge import Edit, Editor, Fact, KnowledgeBase, KnowledgeError, edits, to_json

WHO = "command line"

# What a command says, line by line; its changes are made on the way.
Lines = Iterator[str]
Work = Callable[[KnowledgeBase, argparse.Namespace], Lines]

# Options of `add` and `edit`, each a field of an entry.
FIELDS = {
    "question": "how people ask it, and what stands on buttons",
    "answer": "the figure or direct answer first",
    "detail": "what readers can unfold",
    "topic": "the name of a topic, new or not",
    "report": "the title or id of a report",
    "link": "the web address it stands on",
    "source": "where in the report, such as “slide 14”",
    "measure": "what its figures count, and of what",
}


def _add(knowledge: KnowledgeBase, given: argparse.Namespace) -> Lines:
    cells = _cells(given) | {"id": given.id, "also_asked": given.also_asked}
    cells["kind"] = "gap" if given.gap else "fact"
    return _propose(knowledge, Draft(cells=cells), given)


def _edit(knowledge: KnowledgeBase, given: argparse.Namespace, state: str = "") -> Lines:
    """Change some fields of an entry, or the `state` it is in."""
    fact = _found(knowledge, given.entry, retired=state == "live" if state else None)
    cells: dict[str, object] = {"state": state} if state else _cells(given)
    if not state and (given.also_asked or given.not_asked):
        kept = [text for text in fact.also_asked if text not in given.not_asked]
        cells["also_asked"] = [*kept, *given.also_asked]
    return _propose(knowledge, Draft(cells=cells, before=to_json(fact) or ""), given)


def _cells(given: argparse.Namespace) -> dict[str, object]:
    named = {name: getattr(given, name, None) for name in FIELDS}
    return {name: value for name, value in named.items() if value is not None}


def _found(knowledge: KnowledgeBase, text: str, *, retired: bool | None = None) -> Fact:
    """Give the one entry meant; raises KnowledgeError with the choice when there are more."""
    found = Editor(knowledge).find(text, retired=retired)
    if len(found) == 1:
        return found[0]
    if not found:
        raise KnowledgeError(texts.LIKE_NOTHING.format(text))
    listed = "\n".join(f"- {fact.id}: {fact.question}" for fact in found)
    raise KnowledgeError(f"Which one is meant? Name its id.\n{listed}")


def _propose(knowledge: KnowledgeBase, draft: Draft, given: argparse.Namespace) -> Lines:
    """Say what a change comes close to and what it moves, then make it."""
    editor, edit = Editor(knowledge), draft.edit(knowledge)
    yield from (text for text, _ in warnings(editor, draft))
    tried = editor.trial(edit)()
    yield from texts.told(tried)
    if tried.rivals:
        yield texts.RETIRE_IN_SHELL.format(tried.rivals[0].fact.id)
        draft.rivals = {one.fact.id: one.how for one in tried.rivals}
        edit = draft.edit(knowledge)
    if given.dry_run:
        yield texts.DRY_RUN
    else:
        yield from _made(knowledge, edit)


def tried(knowledge: KnowledgeBase, edit: Edit) -> Lines:
    """Say what speaks against the entries of a change and which known questions it moves."""
    if knowledge.snapshot.facts and 0 < len(edit.swaps) <= TRIED:
        found = Editor(knowledge).trial(edit)()
        yield from texts.told(found, several=True)
        yield from (texts.RETIRE_IN_SHELL.format(one.fact.id) for one in found.rivals[:1])


def _made(knowledge: KnowledgeBase, edit: Edit) -> Lines:
    knowledge.change(edit, WHO)
    yield texts.SAVED.format(edit.what)


def _history(knowledge: KnowledgeBase, given: argparse.Namespace) -> Lines:
    fact_id = _found(knowledge, given.entry).id if given.entry else ""
    found = knowledge.store.revisions(fact_id or None, given.limit)
    return iter([written(one, fact_id) for one in found] or [texts.NO_HISTORY])


def _terms(knowledge: KnowledgeBase, given: argparse.Namespace) -> Lines:
    snapshot = knowledge.snapshot
    said, equals, means = given.term.partition("=")
    if given.remove:
        return _made(knowledge, edits.without_term(snapshot, given.remove))
    if equals:
        return _made(knowledge, edits.with_term(snapshot, said, means))
    lines = (f"{term.said} = {term.means}" for term in snapshot.terms)
    return (line for line in lines if said.casefold() in line.casefold())


def _unanswered(knowledge: KnowledgeBase, given: argparse.Namespace) -> Lines:
    found = Editor(knowledge).unanswered(given.days)()
    if given.take or given.dismiss:
        number, *meant = given.take or (given.dismiss,)
        if not 0 < int(number) <= len(found):
            raise KnowledgeError(f"There is no number {number} in the list.")
        asked = found[int(number) - 1].variants
        if meant:
            yield from _made(knowledge, edits.learned(_found(knowledge, *meant), asked))
        else:
            knowledge.store.asked.dismiss(asked)
        return
    for place, cluster in enumerate(found, start=1):
        head = texts.ASKED.format(place, len(found), texts.times(cluster.count))
        yield f"{head} {cluster.question}"
        yield from (f"    {text}" for text in cluster.variants[1:])
        for fact_id in cluster.offered:
            yield f"    {texts.MEANS.format(knowledge.fact(fact_id).question)} ({fact_id})"
    if not found:
        yield texts.NOTHING_UNANSWERED


def _backup(knowledge: KnowledgeBase, given: argparse.Namespace) -> Lines:
    if given.file.exists():
        raise KnowledgeError(f"{given.file} is there already. Name a new file.")
    knowledge.backup(given.file)
    return iter(())


_SEVERAL = {"action": "append", "default": [], "metavar": "TEXT"}
_ENTRY = ("entry", {"help": "its id, or part of its question"})
_ALSO = ("--also-asked", {**_SEVERAL, "help": "another way of asking it; may be repeated"})
_DRY = ("--dry-run", {"action": "store_true", "help": "only say what would happen"})
_FIELDS = [(f"--{name}", {"metavar": "TEXT", "help": text}) for name, text in FIELDS.items()]

# What each is called, does and takes.
COMMANDS: dict[str, tuple[Work, str, list[tuple[str, dict[str, Any]]]]] = {
    "add": (_add, "add an entry", [
        ("question", {}),
        ("answer", {}),
        ("--gap", {"action": "store_true", "help": "it says what the report leaves out"}),
        ("--id", {"default": "", "help": "its id; made from the question otherwise"}),
        *_FIELDS[2:], _ALSO, _DRY,
    ]),
    "edit": (_edit, "change some fields of an entry", [
        _ENTRY, *_FIELDS, _ALSO,
        ("--not-asked", {**_SEVERAL, "help": "a phrasing to take away; may be repeated"}), _DRY,
    ]),
    "retire": (partial(_edit, state="retired"), "take an entry out of use", [_ENTRY, _DRY]),
    "restore": (partial(_edit, state="live"), "bring an entry back into use", [_ENTRY, _DRY]),
    "history": (_history, "list the last changes, of all or one entry", [
        ("entry", {"nargs": "?", "default": ""}),
        ("--limit", {"type": int, "default": 20}),
    ]),
    "undo": (
        lambda knowledge, given: _made(knowledge, Editor(knowledge).undo(given.change)),
        "take back the last change, or that of a number",
        [("change", {"nargs": "?", "type": int})],
    ),
    "redo": (
        lambda knowledge, _: _made(knowledge, Editor(knowledge).redo()),
        "bring back what was taken back last", [],
    ),
    "terms": (_terms, "list, add or take away abbreviations and synonyms", [
        ("term", {"nargs": "?", "default": "", "metavar": "SAID=MEANS"}),
        ("--remove", {"metavar": "SAID", "default": ""}),
    ]),
    "unanswered": (_unanswered, "list what people asked and didn't get", [
        ("--days", {"type": int, "default": DAYS}),
        ("--take", {"nargs": 2, "metavar": ("NUMBER", "ENTRY"),
                    "help": "make one a phrasing of an entry"}),
        ("--dismiss", {"type": int, "metavar": "NUMBER", "help": "leave one out from now on"}),
    ]),
    "backup": (_backup, "write a consistent copy of the database", [("file", {"type": Path})]),
}  # fmt: skip
