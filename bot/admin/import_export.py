"""Files in and out: an import with its dry run, an export, a backup."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from telegram import InputFile, Message
from telegram.constants import FileSizeLimit

from bot.admin import preview_and_save, texts
from bot.admin.access import Request, button, in_rows
from bot.messages.message import notice
from bot.transport import delivery
from knowledge import ImportRefused, KnowledgeError, Plan

# Characters of a list in a message; the whole list comes as a file when it is longer.
SHOWN = 2_000
PROBLEMS = 20
# Rows up to which a file is tried on the known questions; more would take too long.
TRIED = 300
EXPORT_NAME = "knowledge"
OLDER = "windows-1252"


async def dry_run(request: Request) -> None:
    """Show what a file would change: the one sent, or what a question quotes, read as older."""
    asked = request.update.effective_message
    encoding = OLDER if request.verb else ""
    file = asked.reply_to_message if encoding and isinstance(asked, Message) else asked
    document = file.document if isinstance(file, Message) else None
    if not isinstance(file, Message) or document is None:
        await request.reply(notice(texts.PLAN_GONE))
        return
    if (document.file_size or 0) > FileSizeLimit.FILESIZE_DOWNLOAD:
        await request.reply(notice(texts.TOO_BIG))
        return
    name = document.file_name or "file"
    sent = await request.reply(notice(texts.READING))
    data = bytes(await (await document.get_file()).download_as_bytearray())
    try:
        async with delivery.telling(request.show):
            plan = await asyncio.to_thread(request.knowledge.plan_import, data, name, encoding)
    except ImportRefused as refused:
        if refused.sample:
            await sent.delete()
            page = notice(
                texts.LOOKS_OLDER.format(refused.sample), [(button(texts.READ_SO, "1252"),)]
            )
            # Quoting the file keeps it at hand for the answer.
            await file.reply_text(
                page.html, reply_markup=delivery.keyboard(page.rows), do_quote=True
            )
            return
        await request.show(notice(texts.listed(str(refused).split("\n"), SHOWN + 1000)))
        if len(refused.problems) > PROBLEMS:
            every = [str(problem) for problem in refused.problems]
            await _attach(sent, "problems.txt", every, texts.ALL_PROBLEMS)
        return
    if plan.changes_nothing:
        said = (texts.NO_CHANGE, texts.listed(plan.notes, SHOWN))
        await request.show(notice("\n\n".join(said).strip()))
        return
    parts = [texts.DRY_RUN_OF.format(name), texts.listed(plan.lines(), SHOWN)]
    if len(plan.edit.swaps) <= TRIED:
        async with delivery.telling(request.show):
            tried = await asyncio.to_thread(request.editor.trial(plan.edit))
        parts += preview_and_save.told(tried, several=True)
        parts += [texts.RIVALS_STAY] if tried.rivals else []
    # Named after the message that shows it, which is the only one of its number.
    number = sent.message_id
    request.memory[f"plan {number}"] = plan
    row = (button(texts.APPLY, "apply", number), button(texts.DISCARD, "discard", number))
    await request.show(notice("\n\n".join(parts), (row,)))
    if len(str(plan)) > SHOWN:
        whole = plan.lines(len(plan.new), len(plan.changed), len(plan.notes))
        await _attach(sent, "changes.txt", whole, texts.ALL_CHANGES)


async def _attach(message: Message, name: str, lines: Sequence[str], caption: str) -> None:
    file = InputFile(("\n".join(lines) + "\n").encode(), filename=name)
    await message.reply_document(file, caption=caption)


async def decide(request: Request) -> None:
    """Carry out an import that waits, or drop it."""
    plan: Plan | None = request.memory.pop(f"plan {request.parts[0]}", None)
    if plan is None or request.verb == "discard":
        await request.show(notice(texts.DISCARDED if plan else texts.PLAN_GONE))
        return
    await request.show(notice(texts.APPLYING))
    try:
        page = await preview_and_save.made(request, plan.edit)
    except KnowledgeError as error:
        page = notice(str(error)[:SHOWN])
    await request.show(page)


async def export(request: Request) -> None:
    """Send all entries as a file of the kind named or tapped, or ask which."""
    wanted = request.written.lower().lstrip(".")
    if wanted not in texts.FORMATS:
        labels = [button(label, "export", kind) for kind, label in texts.FORMATS.items()]
        await request.reply(notice(texts.WHICH_FORMAT, in_rows(labels)))
        return
    knowledge, name = request.knowledge, f"{EXPORT_NAME}.{wanted}"
    data = await asyncio.to_thread(knowledge.export, name)
    await _send(request, data, name, texts.EXPORTED.format(len(knowledge.snapshot.facts)))


async def backup(request: Request) -> None:
    """Send a consistent copy of the database."""
    name, limit = request.knowledge.path.name, int(FileSizeLimit.FILESIZE_UPLOAD)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / name
        await asyncio.to_thread(request.knowledge.backup, copy)
        size = copy.stat().st_size
        if size > limit:
            await request.reply(notice(texts.BACKUP_TOO_BIG.format(size / 1e6, limit / 1e6)))
        else:
            await _send(request, await asyncio.to_thread(copy.read_bytes), name, texts.BACKUP)


async def _send(request: Request, data: bytes, name: str, caption: str) -> None:
    file = InputFile(data, filename=name)
    await request.context.bot.send_document(request.who, file, caption=caption)
