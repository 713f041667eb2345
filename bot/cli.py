"""The command line: the bot itself, questions, and the administrators' work."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from bot import app, logs, settings, terminal, texts
from bot.admin import cli as administrators
from bot.admin.asked import counted
from bot.admin.cli import WHO, Work
from bot.chat_memory import NEW
from bot.handlers.questions import converse, respond
from bot.messages.terminal_text import plain
from bot.preview.server import serve, show
from bot.preview.session import Session
from bot.services import start_services
from bot.settings import Settings, SettingsError
from knowledge import (
    Answer,
    Explanation,
    KnowledgeBase,
    KnowledgeError,
    Match,
    Near,
    Suggestions,
    Unknown,
)

ANSWERED, NOT_ANSWERED, FAILED = 0, 1, 2
# A line of output for machines is not broken.
UNBROKEN = 1_000_000
OUTCOMES = {Answer: "answer", Near: "unknown", Suggestions: "suggest", Unknown: "unknown"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and give its exit status."""
    # A console that knows only its own letters gets question marks, not a crash.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    options = _parser().parse_args(arguments)
    try:
        configured = settings.load()
        if options.database:
            configured = replace(configured, database=Path(options.database))
        service = options.run is _serve and bool(configured.token)
        logs.configure(configured.log_level, configured.token, service=service)
        with terminal.bar(sys.stderr):
            status = int(options.run(configured, options))
        sys.stdout.flush()
        return status
    except (KnowledgeError, SettingsError) as error:
        print(error, file=sys.stderr)
    except BrokenPipeError:
        # Whoever read the output has seen enough, as `head` does. What is left goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        print(
            texts.NO_USE.format(error.filename or "A file", error.strerror or "unknown error"),
            file=sys.stderr,
        )
    except KeyboardInterrupt:
        pass
    return FAILED


def _parser() -> argparse.ArgumentParser:
    # `--database` works before and after the subcommand; SUPPRESS keeps the second from hiding
    # the first.
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--database", metavar="FILE", default=argparse.SUPPRESS, help="which knowledge base to use"
    )
    parser = argparse.ArgumentParser(
        prog="annual-report-bot",
        description="Answers questions about an annual report. Without a command: the Telegram "
        "bot when TELEGRAM_BOT_TOKEN is set, otherwise the same bot as a chat in the terminal.",
        epilog=f"The knowledge base is {settings.usual_database()}, unless --database or DATABASE "
        "names another: annual-report.db in the working folder if it is there, else in the "
        "user's data folder.",
    )
    parser.add_argument("--database", metavar="FILE", help="which knowledge base to use")
    parser.set_defaults(run=_serve)
    commands = parser.add_subparsers(metavar="COMMAND")

    def command(name: str, run: Any, help_: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, parents=[common], help=help_, description=help_)
        made.set_defaults(run=run)
        return made

    ask = command("ask", _ask, "answer one question, or one a line with --jsonl")
    ask.add_argument("question", nargs="?", default="")
    ask.add_argument("--why", action="store_true", help="explain how the reply came about")
    ask.add_argument(
        "--jsonl", action="store_true", help="questions from standard input, JSON objects out"
    )
    for name, (work, help_, takes) in administrators.COMMANDS.items():
        administered = command(name, partial(_administer, work), help_)
        for flag, kind in takes:
            administered.add_argument(flag, **kind)
    file = command("import", _import, "add and change entries from CSV, TSV, JSON or JSONL files")
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
    return parser


def _open(
    configured: Settings, *, shipped: bool = True, waits: bool = True
) -> closing[KnowledgeBase]:
    if shipped and not configured.database.exists():
        # On standard output stands the answer to a command and nothing else.
        print(texts.NEW_DATABASE.format(configured.database.absolute()), file=sys.stderr)
        if configured.database == settings.usual_database():
            configured.database.parent.mkdir(parents=True, exist_ok=True)
    return closing(KnowledgeBase.open(configured.database, shipped=shipped, waits=waits))


def _administer(work: Work, configured: Settings, options: argparse.Namespace) -> int:
    with _open(configured) as knowledge:
        for line in work(knowledge, options):
            print(line)
    return 0


def _serve(configured: Settings, options: argparse.Namespace) -> int:
    if not configured.token:
        terminal.announce(texts.NO_TOKEN, sys.stdout)
        with _open(configured) as knowledge:
            terminal.chat(configured, knowledge)
        return 0
    with _open(configured, waits=False) as knowledge:
        if trouble := app.serve(configured, knowledge):
            print(trouble, file=sys.stderr)
            return FAILED
    return 0


def _ask(configured: Settings, options: argparse.Namespace) -> int:
    with _open(configured) as knowledge:
        if options.jsonl:
            return _ask_lines(configured, knowledge)
        services = start_services(configured, knowledge)
        turn = respond(services, options.question, NEW, "", record=False)
        reply = turn.reply
        print(plain(turn.page.html))
        if reply is None:
            return NOT_ANSWERED
        for match in reply.matches if isinstance(reply, Suggestions) else ():
            print(f"  - {match.fact.question}")
        for topic in knowledge.topics() if not reply.matches else ():
            print(f"  - {topic.name}")
        shown = reply.matches[:1] if isinstance(reply, Suggestions) else reply.matches
        for address in dict.fromkeys(services.sources().link(match.fact) for match in shown):
            print(address)
        if options.why:
            print("\n" + _explained(knowledge.explain(options.question)))
        return ANSWERED if isinstance(reply, Answer) else NOT_ANSWERED


def _ask_lines(configured: Settings, knowledge: KnowledgeBase) -> int:
    """Answer line by line; lines that name the same `chat` are read as one conversation."""
    services = start_services(configured, knowledge)
    chats: dict[str, int] = {}
    for number, raw in enumerate(sys.stdin.buffer):
        chat, question = _line(raw.decode("utf-8", "replace").rstrip("\r\n").lstrip("\ufeff"))
        place = (chats.setdefault(chat if chat else f"line {number}", len(chats)), None)
        turn = converse(services, place, number, question)
        reply = turn.reply or Unknown()
        line = {
            "question": question,
            **({"chat": chat} if chat else {}),
            "outcome": OUTCOMES[type(reply)],
            "answers": [
                {
                    "fact": match.fact.id,
                    "question": match.fact.question,
                    "answer": _told(match),
                    "link": services.sources().link(match.fact),
                    "confidence": round(match.confidence, 4),
                }
                for match in reply.matches
            ],
            "text": plain(turn.page.html, UNBROKEN),
            "buttons": [button.text for row in turn.page.rows for button in row],
        }
        print(json.dumps(line, ensure_ascii=False), flush=True)
    return ANSWERED


def _told(match: Match) -> str:
    """Give what a match says, without its source."""
    said = match.computed or match.fact.answer
    return "\n".join(part for part in (match.lead, said, match.fact.detail) if part)


def _line(line: str) -> tuple[str, str]:
    """Give the chat, if any, and the question of a line, which may be of a labelled file."""
    if line.startswith("{"):
        with suppress(ValueError):
            row = json.loads(line)
            question = row.get("question") or row.get("q") or line
            return str(row.get("chat") or ""), str(question)
    return "", line


def _explained(explanation: Explanation) -> str:
    lines = [explanation.verdict, *explanation.reading, f"Read as: {explanation.read_as}"]
    lines += [f"Repaired: {before} -> {after}" for before, after in explanation.repairs]
    lines.append(f"None of these: {explanation.none:.3f}")
    for candidate in explanation.candidates:
        features = ", ".join(f"{name} {value:.2f}" for name, value in candidate.features)
        lines.append(f"{candidate.confidence:.3f}  {candidate.fact.id}: {candidate.fact.question}")
        lines.append(f"       nearest phrasing: {candidate.nearest}")
        lines.append(f"       {features}")
    return "\n".join(lines)


def _import(configured: Settings, options: argparse.Namespace) -> int:
    is_new, applied = not configured.database.exists(), False
    try:
        with _open(configured, shipped=False) as knowledge:
            plan = knowledge.plan_import_at(options.path, options.encoding, options.title)
            changes = not (options.dry_run or plan.changes_nothing)
            if changes:
                # Before anything is printed: whoever reads may stop reading.
                knowledge.apply(plan, WHO)
                applied = True
            print(plan)
            for line in administrators.tried(knowledge, plan.edit) if options.dry_run else ():
                print(line)
            if changes:
                first = (*plan.new, *knowledge.snapshot.facts.values())[0]
                print(texts.imported(options.database, first.question))
    finally:
        if is_new and not applied:
            # An empty database left behind would look like one that somebody has made.
            for suffix in ("", "-wal", "-shm"):
                Path(f"{configured.database}{suffix}").unlink(missing_ok=True)
    return 0


def _export(configured: Settings, options: argparse.Namespace) -> int:
    with _open(configured) as knowledge:
        options.file.write_bytes(knowledge.export(options.file.name))
    return 0


def _check(configured: Settings, options: argparse.Namespace) -> int:
    data = options.file.read_bytes()
    with _open(configured) as knowledge:
        print(knowledge.check(data))
    return 0


def _preview(configured: Settings, options: argparse.Namespace) -> int:
    def opened(url: str) -> None:
        print(f"{texts.PREVIEW_AT.format(url)}\n{texts.PREVIEW_ENDS}", flush=True)
        if not options.no_browser:
            show(url)

    with _open(configured) as knowledge:
        # Made before the first question, who would have to wait for it.
        knowledge.matcher  # noqa: B018
        with suppress(KeyboardInterrupt):
            asyncio.run(serve(lambda: Session(configured, knowledge), options.port, opened))
    return 0


def _stats(configured: Settings, options: argparse.Namespace) -> int:
    with _open(configured) as knowledge:
        print(plain(counted([knowledge.stats(options.days)]).html))
    return 0
