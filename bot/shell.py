"""The commands beside `ask`: the bot, the preview, files, administrators' work."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from bot import app, terminal, texts
from bot.admin import cli as administrators
from bot.admin.asked import counted
from bot.messages.terminal_text import plain
from bot.preview.server import serve as serve_preview
from bot.preview.server import show
from bot.preview.session import Session
from bot.settings import Settings
from knowledge import KnowledgeBase


def add_commands(command: Callable[..., Any]) -> None:
    """Declare the commands to the command line."""
    for name, (work, help_, takes) in administrators.COMMANDS.items():
        administered = command(name, partial(_administer, work), help_)
        for flag, kind in takes:
            administered.add_argument(flag, **kind)
    file = command(
        "import",
        _import,
        "add and change entries from CSV, TSV, JSON or JSONL files",
        shipped=False,
    )
    file.add_argument("path", type=Path, metavar="FILE", help="a file, or a folder of several")
    file.add_argument("--title", default="", help="the report's title, if not the file's name")
    file.add_argument("--dry-run", action="store_true", help="only say what it would change")
    file.add_argument("--encoding", default="", help="how its letters are written, if not UTF-8")
    file = command("export", _export, "write all entries to a CSV, TSV, JSON or JSONL file")
    file.add_argument("file", type=Path)
    file = command("check", _check, "score a file of labelled questions")
    file.add_argument("file", type=Path)
    preview = command("preview", _preview, "open the bot as a chat in the browser")
    preview.add_argument("--port", type=int, default=0, help="any that is free if not given")
    preview.add_argument("--no-browser", action="store_true", help="only print the address")
    stats = command("stats", _stats, "count what was asked")
    stats.add_argument("--days", type=int, default=30)


def serve(knowledge: KnowledgeBase, _: Namespace, configured: Settings) -> int:
    """Serve Telegram, or without a token whoever sits here."""
    if not configured.token:
        terminal.chat(configured, knowledge)
        return 0
    if trouble := app.serve(configured, knowledge):
        print(trouble, file=sys.stderr)
    return 2 if trouble else 0


def _administer(
    work: administrators.Work, knowledge: KnowledgeBase, options: Namespace, _: Settings
) -> int:
    for line in work(knowledge, options):
        print(line)
    return 0


def _import(knowledge: KnowledgeBase, options: Namespace, _: Settings) -> int:
    plan = knowledge.plan_import_at(options.path, options.encoding, options.title)
    changes = not (options.dry_run or plan.changes_nothing)
    if changes:
        # Before anything is printed: whoever reads may stop reading.
        knowledge.change(plan.edit, administrators.WHO)
    print(plan)
    for line in administrators.tried(knowledge, plan.edit) if options.dry_run else ():
        print(line)
    if changes:
        first = (*plan.new, *knowledge.snapshot.facts.values())[0]
        print(texts.imported(options.database, first.question))
    return 0


def _export(knowledge: KnowledgeBase, options: Namespace, _: Settings) -> int:
    options.file.write_bytes(knowledge.export(options.file.name))
    return 0


def _check(knowledge: KnowledgeBase, options: Namespace, _: Settings) -> int:
    print(knowledge.check(options.file.read_bytes()))
    return 0


def _preview(knowledge: KnowledgeBase, options: Namespace, configured: Settings) -> int:
    def opened(url: str) -> None:
        print(f"{texts.PREVIEW_AT.format(url)}\n{texts.PREVIEW_ENDS}", flush=True)
        if not options.no_browser:
            show(url)

    # Made before the first question, who would have to wait for it.
    knowledge.matcher  # noqa: B018
    with suppress(KeyboardInterrupt):
        asyncio.run(serve_preview(lambda: Session(configured, knowledge), options.port, opened))
    return 0


def _stats(knowledge: KnowledgeBase, options: Namespace, _: Settings) -> int:
    print(plain(counted([knowledge.stats(options.days)]).html))
    return 0
