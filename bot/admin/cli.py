"""The administrators' work from a command line: the same changes, the same warnings."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from bot.admin import history, preview_and_save, texts
from bot.settings import Settings
from knowledge import Edit, Editor, Fact, KnowledgeBase, KnowledgeError, edits

WHO = "command line"
DONE, NOTHING = 0, 1
DAYS = 90

Run = Callable[[Settings, argparse.Namespace], int]
Work = Callable[[KnowledgeBase, argparse.Namespace], int]
Command = Callable[[str, Run, str], argparse.ArgumentParser]
Opened = Callable[[Settings], KnowledgeBase]

# Options of `add` and `edit`, each a field of an entry.
FIELDS = {
    "question": "how people ask it, and what stands on buttons",
    "answer": "the figure or direct answer first",
    "detail": "what readers can unfold",
    "topic": "the name of a topic, new or not",
    "report": "the title or id of a report",
    "link": "the web address it stands on",
    "source": "where in the report, such as “slide 14”",
}


class Shell:
    """The commands, over whatever opens the knowledge base."""

    def __init__(self, opened: Opened, say: Callable[[str], None]) -> None:
        self._opened, self._say = opened, say

    def register(self, registered: Command) -> None:
        """Give a parser the administrators' commands."""

        def command(name: str, work: Work, help_: str) -> argparse.ArgumentParser:
            def run(configured: Settings, options: argparse.Namespace) -> int:
                with closing(self._opened(configured)) as knowledge:
                    return work(knowledge, options)

            return registered(name, run, help_)

        add = command("add", self._add, "add an entry")
        add.add_argument("question")
        add.add_argument("answer")
        add.add_argument("--gap", action="store_true", help="it says what the report leaves out")
        add.add_argument("--id", default="", help="its id; made from the question otherwise")
        _fields(add, ("detail", "topic", "report", "link", "source"))
        edit = command("edit", self._edit, "change some fields of an entry")
        edit.add_argument("entry", help="its id, or part of its question")
        _fields(edit, FIELDS)
        edit.add_argument("--not-asked", action="append", default=[], metavar="TEXT",
                          help="a phrasing to take away; may be repeated")  # fmt: skip
        for name, run, help_ in (
            ("retire", self._retire, "take an entry out of use"),
            ("restore", self._restore, "bring an entry back into use"),
        ):
            one = command(name, run, help_)
            one.add_argument("entry", help="its id, or part of its question")
            _dry(one)
        past = command("history", self._history, "list the last changes, of all or one entry")
        past.add_argument("entry", nargs="?", default="")
        past.add_argument("--limit", type=int, default=20)
        undo = command("undo", self._undo, "take back the last change, or that of a number")
        undo.add_argument("change", nargs="?", type=int)
        command("redo", self._redo, "bring back what was taken back last")
        terms = command("terms", self._terms, "list, add or take away abbreviations and synonyms")
        terms.add_argument("term", nargs="?", default="", metavar="SAID=MEANS")
        terms.add_argument("--remove", metavar="SAID", default="")
        waiting = command("unanswered", self._unanswered, "list what people asked and didn't get")
        waiting.add_argument("--days", type=int, default=DAYS)
        waiting.add_argument("--take", nargs=2, metavar=("NUMBER", "ENTRY"),
                             help="make one a phrasing of an entry")  # fmt: skip
        waiting.add_argument(
            "--dismiss", type=int, metavar="NUMBER", help="leave one out from now on"
        )
        backup = command("backup", self._backup, "write a consistent copy of the database")
        backup.add_argument("file", type=Path)

    def _add(self, knowledge: KnowledgeBase, options: argparse.Namespace) -> int:
        cells = _cells(options, ("id", "question", "answer", *FIELDS))
        cells |= {"also_asked": options.also_asked}
        if options.gap:
            cells["kind"] = "gap"
        edit = edits.added(knowledge.snapshot, cells)
        return self._propose(knowledge, edit, options.dry_run)

    def _edit(self, knowledge: KnowledgeBase, options: argparse.Namespace) -> int:
        fact = self._found(knowledge, options.entry)
        cells = _cells(options, FIELDS)
        if options.also_asked or options.not_asked:
            kept = [text for text in fact.also_asked if text not in options.not_asked]
            cells["also_asked"] = [*kept, *options.also_asked]
        edit = edits.edited(knowledge.snapshot, fact, cells)
        return self._propose(knowledge, edit, options.dry_run)

    def _retire(self, knowledge: KnowledgeBase, options: argparse.Namespace) -> int:
        fact = self._found(knowledge, options.entry, retired=False)
        return self._propose(knowledge, edits.retired(fact), options.dry_run)

    def _restore(self, knowledge: KnowledgeBase, options: argparse.Namespace) -> int:
        fact = self._found(knowledge, options.entry, retired=True)
        return self._propose(knowledge, edits.restored(fact), options.dry_run)

    def _propose(self, knowledge: KnowledgeBase, edit: Edit, dry_run: bool) -> int:
        """Say what a change comes close to and what it moves, then make it."""
        editor = Editor(knowledge)
        for before, after in edit.facts():
            if after is None or after.retired:
                continue
            is_new = before is None or before.question != after.question
            if is_new and (near := editor.nearest(after.question, after.id)):
                self._say(texts.nearly(near))
            new = [t for t in after.also_asked if before is None or t not in before.also_asked]
            for text, owner in editor.owned(new, after.id):
                self._say(texts.BELONGS.format(text, owner.question))
        tried = editor.trial(edit)()
        for line in (*preview_and_save.against(tried), *preview_and_save.told(tried)):
            self._say(line)
        if tried.rivals:
            self._say(texts.RETIRE_IN_SHELL.format(tried.rivals[0].fact.id))
        if dry_run:
            self._say(texts.DRY_RUN)
            return DONE
        return self._make(knowledge, edit)

    def _make(self, knowledge: KnowledgeBase, edit: Edit) -> int:
        knowledge.change(edit, WHO)
        self._say(texts.SAVED.format(edit.what))
        return DONE

    def _history(self, knowledge: KnowledgeBase, options: argparse.Namespace) -> int:
        fact = self._found(knowledge, options.entry) if options.entry else None
        found = Editor(knowledge).history(fact.id if fact else None, options.limit)
        for revision in found:
            self._say(history.written(revision, fact.id if fact else ""))
        return DONE if found else NOTHING

    def _undo(self, knowledge: KnowledgeBase, options: argparse.Namespace) -> int:
        return self._make(knowledge, Editor(knowledge).undo(options.change))

    def _redo(self, knowledge: KnowledgeBase, options: argparse.Namespace) -> int:
        return self._make(knowledge, Editor(knowledge).redo())

    def _terms(self, knowledge: KnowledgeBase, options: argparse.Namespace) -> int:
        if options.remove:
            return self._make(knowledge, edits.without_term(knowledge.snapshot, options.remove))
        if "=" in options.term:
            said, _, means = options.term.partition("=")
            return self._make(knowledge, edits.with_term(knowledge.snapshot, said, means))
        for term in knowledge.snapshot.terms:
            if options.term.casefold() in f"{term.said} {term.means}".casefold():
                self._say(f"{term.said} = {term.means}")
        return DONE

    def _unanswered(self, knowledge: KnowledgeBase, options: argparse.Namespace) -> int:
        editor = Editor(knowledge)
        found = editor.unanswered(options.days)()
        if options.take or options.dismiss:
            number = int(options.take[0]) if options.take else options.dismiss
            if not 0 < number <= len(found):
                raise KnowledgeError(f"There is no number {number} in the list.")
            cluster = found[number - 1]
            if options.take:
                fact = self._found(knowledge, options.take[1])
                return self._make(knowledge, edits.learned(fact, cluster.variants))
            editor.dismiss(cluster.variants)
            return DONE
        for place, cluster in enumerate(found, start=1):
            self._say(f"{texts.asked(place, len(found), cluster.count)} {cluster.question}")
            for text in cluster.variants[1:]:
                self._say(f"    {text}")
            for fact_id in cluster.offered:
                self._say(f"    {texts.MEANS.format(knowledge.fact(fact_id).question)} ({fact_id})")
        if not found:
            self._say(texts.NOTHING_UNANSWERED)
        return DONE

    def _backup(self, knowledge: KnowledgeBase, options: argparse.Namespace) -> int:
        if options.file.exists():
            raise KnowledgeError(f"{options.file} is there already. Name a new file.")
        Editor(knowledge).backup(options.file)
        return DONE

    def _found(self, knowledge: KnowledgeBase, text: str, *, retired: bool | None = None) -> Fact:
        """Give the one entry meant; raises KnowledgeError with the choice when there are more."""
        found = Editor(knowledge).find(text, retired=retired)
        if len(found) == 1:
            return found[0]
        if not found:
            raise KnowledgeError(texts.LIKE_NOTHING.format(text))
        listed = "\n".join(f"- {fact.id}: {fact.question}" for fact in found)
        raise KnowledgeError(f"Which one is meant? Name its id.\n{listed}")


def _fields(parser: argparse.ArgumentParser, names: Sequence[str] | dict[str, str]) -> None:
    for name in names:
        parser.add_argument(f"--{name}", metavar="TEXT", help=FIELDS[name])
    parser.add_argument("--also-asked", action="append", default=[], metavar="TEXT",
                        help="another way of asking it; may be repeated")  # fmt: skip
    _dry(parser)


def _dry(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="only say what would happen")


def _cells(options: argparse.Namespace, names: Sequence[str] | dict[str, str]) -> dict[str, object]:
    given = vars(options)
    return {name: given[name] for name in names if given.get(name) is not None}
