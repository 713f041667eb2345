"""The commands beside `ask`: the bot, the preview, files, and the administrators' work."""

import asyncio
import os
import signal
import sys
import webbrowser
from argparse import Namespace
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import knowledge as library
from bot import app, terminal
from bot import texts as public
from bot.admin import texts
from bot.admin.access import Draft, told
from bot.admin.asked import DAYS, counted, times
from bot.admin.entries import written
from bot.admin.import_export import TRIED
from bot.messages.terminal_text import plain
from bot.preview import Session, opened
from knowledge import Edit, Editor, Fact, KnowledgeBase, KnowledgeError, edits

WHO = "command line"

# What a command says, line by line; its changes are made on the way.
Lines = Iterable[str]

# Fields that are options of `add` and `edit`.
FIELDS = [name for name in texts.FIELDS if name not in ("also_asked", "figures")]


def serve(knowledge: KnowledgeBase, given: Namespace) -> None:
    """Serve Telegram, or without a token whoever sits here."""
    (app.serve if given.settings.token else terminal.chat)(given.settings, knowledge)


def _preview(knowledge: KnowledgeBase, given: Namespace) -> None:
    async def serve() -> None:
        async with opened(Session(given.settings, knowledge), given.port) as url:
            print(f"{public.PREVIEW_AT.format(url)}\n{public.PREVIEW_ENDS}", flush=True)
            has_windows = os.environ.keys() & {"DISPLAY", "WAYLAND_DISPLAY"}
            if not given.no_browser and (has_windows or sys.platform in {"darwin", "win32"}):
                webbrowser.open(url)
            await asyncio.Event().wait()

    # Whoever ends the program so has the knowledge base closed, as with Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        asyncio.run(serve())


def _import(base: KnowledgeBase, given: Namespace) -> Lines:
    plan = library.plan_files(library.files_at(given.path), base.snapshot, given.title)
    changes = not (given.dry_run or plan.changes_nothing)
    if changes:
        # Before anything is printed: whoever reads may stop reading.
        base.change(plan.edit, WHO)
    yield str(plan)
    if changes:
        first = (*plan.new, *base.snapshot.facts.values())[0]
        yield public.imported(getattr(given, "database", ""), first.question)
    elif base.snapshot.facts and 0 < len(plan.edit.swaps) <= TRIED:
        yield from _tried(base, plan.edit, several=True)


def _export(base: KnowledgeBase, given: Namespace) -> None:
    given.file.write_bytes(base.export(given.file.name))


def _backup(base: KnowledgeBase, given: Namespace) -> None:
    if given.file.exists():
        raise KnowledgeError(f"{given.file} is there already. Name a new file.")
    base.store.backup(given.file)


def _add(base: KnowledgeBase, given: Namespace) -> Lines:
    cells = {"id": given.id, "also_asked": given.also_asked, "kind": "gap" if given.gap else "fact"}
    return _propose(base, Draft(cells=_cells(given) | cells), given)


def _edit(base: KnowledgeBase, given: Namespace, state: str = "") -> Lines:
    fact = _found(base, given.entry, retired=state == "live" if state else None)
    cells: dict[str, Any] = {"state": state} if state else _cells(given)
    if not state and (given.also_asked or given.not_asked):
        kept = [text for text in fact.also_asked if text not in given.not_asked]
        cells["also_asked"] = [*kept, *given.also_asked]
    return _propose(base, Draft(cells=cells, before=fact), given)


def _cells(given: Namespace) -> dict[str, Any]:
    return {name: text for name in FIELDS if (text := getattr(given, name, None)) is not None}


def _found(base: KnowledgeBase, text: str, *, retired: bool | None = None) -> Fact:
    """Give the one entry meant; raises KnowledgeError with the choice when there are more."""
    found = Editor(base).find(text, retired=retired)
    if len(found) == 1:
        return found[0]
    if not found:
        known = text in base.snapshot.facts
        raise KnowledgeError((texts.IS_SO if known else texts.LIKE_NOTHING).format(text))
    listed = "\n".join(f"- {fact.id}: {fact.question}" for fact in found)
    raise KnowledgeError(f"Which one is meant? Name its id.\n{listed}")


def _propose(base: KnowledgeBase, draft: Draft, given: Namespace) -> Lines:
    """Say what a change moves and what speaks against it, then make it."""
    draft.rivals = yield from _tried(base, draft.edit(base.snapshot))
    if given.dry_run:
        yield texts.DRY_RUN
    else:
        yield from _made(base, draft.edit(base.snapshot))


def _tried(
    base: KnowledgeBase, edit: Edit, *, several: bool = False
) -> Generator[str, None, dict[str, str]]:
    """Say which known questions a change moves, and what speaks against it, by id and how."""
    found = Editor(base).trial(edit)()
    yield from told(found, several=several)
    yield from (
        texts.RETIRE_IN_SHELL.format(one.fact.id) for one in found.rivals[:1] if one.how != "alike"
    )
    return {one.fact.id: one.how for one in found.rivals}


def _made(base: KnowledgeBase, edit: Edit) -> Lines:
    base.change(edit, WHO)
    yield texts.SAVED.format(edit.what)


def _history(base: KnowledgeBase, given: Namespace) -> Lines:
    fact_id = _found(base, given.entry).id if given.entry else ""
    found = base.store.revisions(fact_id or None, given.limit)
    return [written(one, fact_id) for one in found] or [texts.NO_HISTORY]


def _terms(base: KnowledgeBase, given: Namespace) -> Lines:
    said, equals, means = given.term.partition("=")
    if given.remove:
        return _made(base, edits.without_term(base.snapshot, given.remove))
    if equals:
        return _made(base, edits.with_term(base.snapshot, said, means))
    lines = (f"{term.said} = {term.means}" for term in base.snapshot.terms)
    return (line for line in lines if said.casefold() in line.casefold())


def _unanswered(base: KnowledgeBase, given: Namespace) -> Lines:
    found = Editor(base).unanswered(given.days)()
    if given.take or given.dismiss:
        number, *meant = given.take or (given.dismiss,)
        if not 0 < int(number) <= len(found):
            raise KnowledgeError(f"There is no number {number} in the list.")
        asked = found[int(number) - 1].variants
        if meant:
            yield from _made(base, edits.learned(_found(base, *meant), asked))
        else:
            for text in asked:
                base.store.put_note(library.DISMISSED, text)
        return
    for place, cluster in enumerate(found, start=1):
        head = texts.ASKED.format(place, len(found), times(cluster.count))
        yield f"{head} {cluster.question}"
        yield from (f"    {text}" for text in cluster.variants[1:])
        for fact_id in cluster.offered:
            yield f"    {texts.MEANS.format(base.fact(fact_id).question)} ({fact_id})"
    if not found:
        yield texts.NOTHING_UNANSWERED


_SEVERAL = {"action": "append", "default": [], "metavar": "TEXT"}
_FILE = ("file", {"type": Path})
_ENTRY = ("entry", {"help": "its id, or part of its question"})
_ALSO = ("--also-asked", {**_SEVERAL, "help": "another way of asking it; may be repeated"})
_NOT = ("--not-asked", {**_SEVERAL, "help": "a phrasing to take away; may be repeated"})
_DRY = ("--dry-run", {"action": "store_true", "help": "only say what would happen"})
_GAP = ("--gap", {"action": "store_true", "help": "it says what the report leaves out"})
_ID = ("--id", {"default": "", "help": "its id; made from the question otherwise"})
_FIELDS = [(f"--{name}", {"metavar": "TEXT", "help": texts.FIELDS[name]}) for name in FIELDS]

COMMANDS: dict[str, tuple[Callable[..., Lines | None], str, list[tuple[str, Any]]]] = {
    "preview": (_preview, "open the bot as a chat in the browser", [
        ("--port", {"type": int, "default": 0, "help": "any that is free if not given"}),
        ("--no-browser", {"action": "store_true", "help": "only print the address"}),
    ]),
    "add": (_add, "add an entry", [("question", {}), ("answer", {}), _GAP, _ID, *_FIELDS[2:],
                                   _ALSO, _DRY]),
    "edit": (_edit, "change some fields of an entry", [_ENTRY, *_FIELDS, _ALSO, _NOT, _DRY]),
    "retire": (partial(_edit, state="retired"), "take an entry out of use", [_ENTRY, _DRY]),
    "restore": (partial(_edit, state="live"), "bring an entry back into use", [_ENTRY, _DRY]),
    "history": (_history, "list the last changes, of all or one entry", [
        ("entry", {"nargs": "?", "default": ""}),
        ("--limit", {"type": int, "default": 20}),
    ]),
    "undo": (
        lambda base, given: _made(base, Editor(base).undo(given.change)),
        "take back the last change, or that of a number",
        [("change", {"nargs": "?", "type": int})],
    ),
    "redo": (
        lambda base, _: _made(base, Editor(base).redo()), "bring back what was taken back last", [],
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
    "import": (_import, "add and change entries from CSV, TSV, JSON or JSONL files", [
        ("path", {"type": Path, "metavar": "FILE", "help": "a file, or a folder of several"}),
        ("--title", {"default": "", "help": "the report's title, if not the file's name"}),
        _DRY,
    ]),
    "export": (_export, "write all entries to a CSV, TSV, JSON or JSONL file", [_FILE]),
    "check": (
        lambda base, given: [library.scored(given.file.read_bytes(), base.ask)],
        "score a file of labelled questions", [_FILE],
    ),
    "stats": (
        lambda base, given: [plain(counted([base.stats(given.days)]).html)],
        "count what was asked", [("--days", {"type": int, "default": 30})],
    ),
    "backup": (_backup, "write a consistent copy of the database", [_FILE]),
}  # fmt: skip
