"""Files in and out: an import with its dry run, an export, a backup."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from telegram import InputFile, Message
from telegram.constants import FileSizeLimit

from bot.admin import preview_and_save, texts
from bot.admin.access import Request
from bot.admin.callback_data import button
from bot.messages.message import BotMessage, notice
from bot.transport import progress
from knowledge import ImportRefused, KnowledgeError, Plan

# Characters of a list in a message; the whole list comes as a file when it is longer.
SHOWN = 2_000
# Rows up to which a file is tried on the known questions; more would take too long.
TRIED = 300
EXPORT_NAME = "knowledge"
OLDER = "windows-1252"
# Imports that wait for a confirmation, of all administrators together.
WAITING = 20


async def how(request: Request) -> None:
    """Tell how to import."""
    await request.reply(notice(texts.HOW_TO_IMPORT))


async def received(request: Request) -> None:
    """Show what a file that was sent would change."""
    await _dry_run(request, request.message)


async def read_so(request: Request) -> None:
    """Read the file that the question was about as Windows-1252."""
    asked = request.update.effective_message
    file = asked.reply_to_message if isinstance(asked, Message) else None
    if file is None or file.document is None:
        await request.reply(notice(texts.PLAN_GONE))
        return
    await _dry_run(request, file, OLDER)


async def _dry_run(request: Request, file: Message, encoding: str = "") -> None:
    document, shared = file.document, request.shared
    assert document is not None
    if (document.file_size or 0) > FileSizeLimit.FILESIZE_DOWNLOAD:
        await request.reply(notice(texts.TOO_BIG))
        return
    name = document.file_name or "file"
    sent = await request.reply(notice(texts.READING))
    data = bytes(await (await document.get_file()).download_as_bytearray())
    try:
        async with progress.told(lambda text: sent.edit_text(text)):
            plan = await asyncio.to_thread(shared.knowledge.plan_import, data, name, encoding)
    except ImportRefused as refused:
        if refused.sample:
            await sent.delete()
            page = notice(texts.looks_older(refused.sample), ((button(texts.READ_SO, "1252"),),))
            # Quoting the file keeps it at hand for the answer.
            await file.reply_text(page.html, reply_markup=page.markup, do_quote=True)
            return
        every = [str(problem) for problem in refused.problems]
        await _replace(sent, notice(short_or_whole(str(refused))))
        if len(every) > 20:
            await _attach(sent, "problems.txt", every, texts.ALL_PROBLEMS)
        return
    moved: list[str] = []
    if 0 < len(plan.edit.swaps) <= TRIED:
        async with progress.told(lambda text: sent.edit_text(text)):
            tried = await asyncio.to_thread(shared.editor.trial(plan.edit))
        moved = [*preview_and_save.against(tried), *preview_and_save.told(tried)]
    # Named after the message that shows it, which is the only one of its number.
    number = sent.message_id
    shared.plans[request.who, str(number)] = plan
    while len(shared.plans) > WAITING:
        del shared.plans[next(iter(shared.plans))]
    await _replace(sent, _plan_page(number, name, plan, moved))
    if len(str(plan)) > SHOWN:
        whole = plan.lines(len(plan.new), len(plan.changed), len(plan.notes))
        await _attach(sent, "changes.txt", whole, texts.ALL_CHANGES)


def short_or_whole(text: str) -> str:
    """Cut a text that Telegram would not take as one message, at a line."""
    return text if len(text) <= SHOWN + 1000 else texts.listed(text.split("\n"), SHOWN)


def _plan_page(number: int, name: str, plan: Plan, moved: list[str]) -> BotMessage:
    if plan.changes_nothing:
        return notice("\n\n".join([texts.NO_CHANGE, texts.listed(plan.notes, SHOWN)]).strip())
    parts = [texts.dry_run(name), texts.listed(str(plan).split("\n"), SHOWN)]
    if plan.shared:
        parts.append(texts.shared(plan.shared))
    parts += moved
    row = (button(texts.APPLY, "apply", number), button(texts.DISCARD, "discard", number))
    return notice("\n\n".join(parts), (row,))


async def _replace(sent: Message, page: BotMessage) -> None:
    await sent.edit_text(page.html, reply_markup=page.markup)


async def _attach(message: Message, name: str, lines: list[str], caption: str) -> None:
    data = ("\n".join(lines) + "\n").encode()
    await message.reply_document(InputFile(data, filename=name), caption=caption)


async def decide(request: Request) -> None:
    """Carry out an import that waits, or drop it."""
    verb, number = request.tapped
    shared = request.shared
    plan = shared.plans.pop((request.who, number), None)
    if plan is None or verb == "discard":
        await request.turn(notice(texts.DISCARDED if plan else texts.PLAN_GONE))
        return
    await request.turn(notice(texts.APPLYING))
    async with progress.told(lambda how_far: request.turn(notice(how_far))):
        try:
            page = await preview_and_save.made(shared, plan.edit, request.who)
        except KnowledgeError as error:
            page = notice(str(error)[:SHOWN])
    await request.turn(page)


async def export(request: Request) -> None:
    """Send all entries as a file of the kind named after the command, or ask which."""
    wanted = request.written.lower().lstrip(".")
    if wanted in texts.FORMATS:
        await _export(request, wanted)
        return
    rows = tuple((button(label, "export", kind),) for kind, label in texts.FORMATS.items())
    await request.reply(notice(texts.WHICH_FORMAT, rows))


async def export_tapped(request: Request) -> None:
    """Send all entries as the kind of file tapped."""
    await _export(request, request.tapped[0])


async def _export(request: Request, kind: str) -> None:
    knowledge, name = request.shared.knowledge, f"{EXPORT_NAME}.{kind}"
    data = await asyncio.to_thread(knowledge.export, name)
    await request.send_file(data, name, texts.exported(len(knowledge.snapshot.facts)))


async def backup(request: Request) -> None:
    """Send a consistent copy of the database."""
    shared = request.shared
    name = shared.knowledge.path.name
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / name
        await asyncio.to_thread(shared.editor.backup, copy)
        size = copy.stat().st_size
        if size > FileSizeLimit.FILESIZE_UPLOAD:
            limit = int(FileSizeLimit.FILESIZE_UPLOAD)
            await request.reply(notice(texts.backup_too_big(size, limit)))
            return
        data = await asyncio.to_thread(copy.read_bytes)
    await request.send_file(data, name, texts.BACKUP)
