"""The command line; what loads Telegram's library, slower than an answer, is in `shell`."""

import argparse
import atexit
import gc
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any, TextIO

import knowledge as library
from bot import logs, settings, texts
from bot.messages import lines, progress
from bot.messages.terminal_text import plain
from bot.services import NEW, Services, Standing
from knowledge import KnowledgeBase

ANSWERED, NOT_ANSWERED, FAILED = 0, 1, 2
OUTCOMES = {library.Answer: "answer", library.Suggestions: "suggest"}
# Seconds of work before a bar is shown; what is over sooner needs none.
PATIENCE = 0.7


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and give its exit status."""
    # A console that knows only its own letters gets question marks, not a crash.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    # Else all that is held is looked through at the end, for a tenth of the time of an answer.
    atexit.register(gc.freeze)
    given = _parser(arguments).parse_args(arguments)
    try:
        configured = settings.load()
        if "database" in given:
            configured = replace(configured, database=Path(given.database))
        given.settings, service = configured, given.command == "" and bool(configured.token)
        logs.configure(configured.log_level, service=service)
        if given.command == "ask":
            # Nearly every question needs it: it loads while the rest is read and built.
            Thread(target=library.load_encoder).start()
        opened = _opened(configured, shipped=given.command != "import")
        with bar(sys.stderr), opened as knowledge:
            for line in given.run(knowledge, given) or ():
                print(line, flush=True)
        return int(given.status)
    except (library.KnowledgeError, settings.SettingsError) as error:
        print(error, file=sys.stderr)
    except BrokenPipeError:
        # Whoever read the output has seen enough, as `head` does. What is left goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        said = error.filename or "A file", error.strerror or "unknown error"
        print(texts.NO_USE.format(*said), file=sys.stderr)
    except KeyboardInterrupt:
        pass
    return FAILED


def _parser(arguments: Sequence[str] | None) -> argparse.ArgumentParser:
    # `--database` works before and after the subcommand: where it is not given it hides nothing.
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--database", metavar="FILE", default=argparse.SUPPRESS, help="which knowledge base to use"
    )
    parser = argparse.ArgumentParser(
        prog="annual-report-bot",
        parents=[common],
        description="Answers questions about an annual report. Without a command: the Telegram "
        "bot when TELEGRAM_BOT_TOKEN is set, otherwise the same bot as a chat in the terminal.",
        epilog=f"The knowledge base is {settings.usual_database()}, unless --database or DATABASE "
        "names another: annual-report.db in the working folder if it is there, else in the "
        "user's data folder.",
    )
    parser.set_defaults(command="", status=ANSWERED)
    commands, table = parser.add_subparsers(metavar="COMMAND"), ASK
    if common.parse_known_args(arguments)[1][:1] != ["ask"]:
        from bot import shell

        parser.set_defaults(run=shell.serve)
        table = ASK | shell.COMMANDS
    for name, (run, help_, takes) in table.items():
        made = commands.add_parser(name, parents=[common], help=help_, description=help_)
        made.set_defaults(command=name, run=run)
        for flag, kind in takes:
            made.add_argument(flag, **kind)
    return parser


@contextmanager
def _opened(configured: settings.Settings, *, shipped: bool) -> Iterator[KnowledgeBase]:
    """Open the knowledge base; a new one that nothing has come into is taken away again."""
    file = configured.database
    is_new = not file.exists()
    if is_new and shipped:
        # On standard output stands the answer to a command and nothing else.
        print(texts.NEW_DATABASE.format(file.absolute()), file=sys.stderr)
        if file == settings.usual_database():
            file.parent.mkdir(parents=True, exist_ok=True)
    knowledge = KnowledgeBase.open(file, shipped=shipped)
    try:
        yield knowledge
    finally:
        knowledge.close()
        if is_new and not knowledge.snapshot.facts:
            # Left behind it would look like one that somebody has made.
            for suffix in ("", "-wal", "-shm"):
                Path(f"{file}{suffix}").unlink(missing_ok=True)


@contextmanager
def bar(stream: TextIO, clock: Callable[[], float] = time.monotonic) -> Iterator[None]:
    """Draw a bar on a terminal while something takes its time; nothing anywhere else."""
    began, shown = 0.0, ""

    def draw(stage: library.Stage, share: float) -> None:
        nonlocal began, shown
        began = clock() if share == 0 else began
        line = "" if share >= 1 else progress(stage, share)
        if line != shown and (shown or clock() - began >= PATIENCE):
            stream.write(f"\r\x1b[K{line}")
            stream.flush()
            shown = line

    with library.heard_by(draw) if stream.isatty() else nullcontext():
        yield


def _ask(knowledge: KnowledgeBase, given: argparse.Namespace) -> Iterator[str]:
    services = Services(given.settings, knowledge)
    if given.jsonl:
        yield from _answered_lines(services)
        return
    page, reply, _ = services.respond(given.question, NEW, record=False)
    given.status = ANSWERED if isinstance(reply, library.Answer) else NOT_ANSWERED
    yield plain(page.html)
    if reply is None:
        return
    offers = reply.matches if isinstance(reply, library.Suggestions) else ()
    topics = knowledge.snapshot.topics if not reply.matches else ()
    for name in (*(match.fact.question for match in offers), *topics):
        yield f"  - {name}"
    shown = offers[:1] or reply.matches
    yield from dict.fromkeys(services.sources().link(match.fact) for match in shown)
    if given.why:
        yield from ("", *_explained(knowledge.explain(given.question)))


def _answered_lines(services: Services) -> Iterator[str]:
    """Answer line by line; lines that name the same `chat` are read as one conversation."""
    chats: dict[str, Standing] = {}
    for raw in sys.stdin.buffer:
        chat, question = _line(raw.decode("utf-8", "replace").rstrip("\r\n").lstrip("\ufeff"))
        page, reply, standing = services.respond(question, chats.get(chat, NEW), record=False)
        if chat:
            chats[chat] = standing
        line = {
            "question": question,
            **({"chat": chat} if chat else {}),
            "outcome": OUTCOMES.get(type(reply), "unknown"),
            "answers": [
                {
                    "fact": match.fact.id,
                    "question": match.fact.question,
                    "answer": lines(
                        match.lead, match.computed or match.fact.answer, match.fact.detail
                    ),
                    "link": services.sources().link(match.fact),
                    "confidence": round(match.confidence, 4),
                }
                for match in (reply.matches if reply else ())
            ],
            "text": plain(page.html, sys.maxsize),
            "buttons": [button.text for row in page.rows for button in row],
        }
        yield json.dumps(line, ensure_ascii=False)


def _line(line: str) -> tuple[str, str]:
    """Give the chat, if any, and the question of a line, which may be of a labelled file."""
    if line.startswith("{"):
        with suppress(ValueError):
            row = json.loads(line)
            return str(row.get("chat") or ""), str(row.get("question") or row.get("q") or line)
    return "", line


def _explained(told: library.Explanation) -> Iterator[str]:
    yield from (told.verdict, *told.reading, f"Read as: {told.read_as}")
    yield from (f"Repaired: {before} -> {after}" for before, after in told.repairs)
    yield f"None of these: {told.none:.3f}"
    for candidate in told.candidates:
        yield f"{candidate.confidence:.3f}  {candidate.fact.id}: {candidate.fact.question}"
        yield f"       nearest phrasing: {candidate.nearest}"
        yield "       " + ", ".join(f"{name} {value:.2f}" for name, value in candidate.features)


# What it is called, does and takes, as in the table of the shell.
ASK: dict[str, Any] = {
    "ask": (_ask, "answer one question, or one a line with --jsonl", [
        ("question", {"nargs": "?", "default": ""}),
        ("--why", {"action": "store_true", "help": "explain how the reply came about"}),
        ("--jsonl", {"action": "store_true", "help": "questions from standard input, JSON out"}),
    ]),
}  # fmt: skip
