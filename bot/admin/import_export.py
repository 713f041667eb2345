"""Files in and out: an import with its dry run, an export, a backup."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from telegram import InputFile, Message, Update
from telegram.constants import FileSizeLimit

from bot.admin import preview_and_save, texts, words
from bot.admin import services as offices
from bot.admin.access import who
from bot.admin.callback_data import button
from bot.admin.services import Office
from bot.messages.message import BotMessage, notice, short
from bot.services import Context
from bot.transport import delivery, progress
from knowledge import ImportRefused, KnowledgeError, NotUnicode, Plan

# Characters of a list in a message; the whole list comes as a file when it is longer.
SHOWN = 2_000
# Rows up to which a file is tried on the known questions; more would take too long.
TRIED = 300
EXPORT_NAME = "knowledge"
OLDER = "windows-1252"
# Imports that wait for a confirmation, of all administrators together.
WAITING = 20


async def how(update: Update, context: Context) -> None:
    """Tell how to import."""
    assert update.message is not None
    await delivery.reply(update.message, notice(words.HOW_TO_IMPORT))


async def received(update: Update, context: Context) -> None:
    """Show what a file that was sent would change."""
    assert update.message is not None
    await _dry_run(update.message, update.message, context, who(update), "")


async def read_so(update: Update, context: Context) -> None:
    """Read the file that the question was about as Windows-1252."""
    assert update.callback_query is not None
    asked = update.callback_query.message
    file = asked.reply_to_message if isinstance(asked, Message) else None
    if not isinstance(asked, Message) or file is None or file.document is None:
        await delivery.below(update.callback_query, notice(words.PLAN_GONE))
        return
    await _dry_run(file, asked, context, who(update), OLDER)


async def _dry_run(
    file: Message, message: Message, context: Context, me: int, encoding: str
) -> None:
    document = file.document
    assert document is not None
    if (document.file_size or 0) > FileSizeLimit.FILESIZE_DOWNLOAD:
        await delivery.reply(message, notice(words.TOO_BIG))
        return
    office = offices.of(context)
    name = document.file_name or "file"
    sent = await delivery.reply(message, notice(words.READING))
    data = bytes(await (await document.get_file()).download_as_bytearray())
    try:
        async with progress.told(lambda text: sent.edit_text(text)):
            plan = await asyncio.to_thread(office.knowledge.plan_import, data, name, encoding)
    except NotUnicode as refused:
        await sent.delete()
        page = notice(words.looks_older(refused.sample), ((button(texts.READ_SO, "1252"),),))
        # Quoting the file keeps it at hand for the answer.
        await file.reply_text(page.html, reply_markup=page.markup, do_quote=True)
        return
    except ImportRefused as refused:
        every = [str(problem) for problem in refused.problems]
        text = short_or_whole(str(refused))
        await _replace(sent, notice(text))
        if len(every) > 20:
            await _attach(message, "problems.txt", every, words.ALL_PROBLEMS)
        return
    moved: list[str] = []
    if 0 < len(plan.edit.swaps) <= TRIED:
        async with progress.told(lambda text: sent.edit_text(text)):
            moved = preview_and_save.told(await asyncio.to_thread(office.editor.trial(plan.edit)))
    office.plans[me, str(message.message_id)] = plan
    while len(office.plans) > WAITING:
        del office.plans[next(iter(office.plans))]
    await _replace(sent, _plan_page(message.message_id, name, plan, moved))
    if len(str(plan)) > SHOWN:
        whole = plan.lines(len(plan.new), len(plan.changed), len(plan.notes))
        await _attach(message, "changes.txt", whole, words.ALL_CHANGES)


def short_or_whole(text: str) -> str:
    """Cut a text that Telegram would not take as one message, at a line."""
    return text if len(text) <= SHOWN + 1000 else words.listed(text.split("\n"), SHOWN)


def _plan_page(number: int, name: str, plan: Plan, moved: list[str]) -> BotMessage:
    if plan.changes_nothing:
        return notice("\n\n".join([words.NO_CHANGE, words.listed(plan.notes, SHOWN)]).strip())
    parts = [words.dry_run(name), words.listed(str(plan).split("\n"), SHOWN)]
    if plan.shared:
        parts.append(words.shared(plan.shared))
    parts += moved
    row = (button(texts.APPLY, "apply", number), button(texts.DISCARD, "discard", number))
    return notice("\n\n".join(parts), (row,))


async def _replace(sent: Message, page: BotMessage) -> None:
    await sent.edit_text(page.html, reply_markup=page.markup)


async def _attach(message: Message, name: str, lines: list[str], caption: str) -> None:
    data = ("\n".join(lines) + "\n").encode()
    await message.reply_document(InputFile(data, filename=name), caption=caption)


async def decide(update: Update, context: Context) -> None:
    """Carry out an import that waits, or drop it."""
    query = update.callback_query
    assert query is not None
    assert context.match is not None
    verb, number = context.match.groups()
    office, me = offices.of(context), who(update)
    plan = office.plans.pop((me, number), None)
    if plan is None or verb == "discard":
        await delivery.turn(query, notice(words.DISCARDED if plan else words.PLAN_GONE))
        return
    await delivery.turn(query, notice(texts.APPLYING))
    async with progress.told(lambda how_far: delivery.turn(query, notice(how_far))):
        try:
            page = await preview_and_save.made(office, plan.edit, me)
        except KnowledgeError as error:
            page = notice(str(error)[:SHOWN])
    await delivery.turn(query, page)


async def export(update: Update, context: Context) -> None:
    """Send all entries as a file of the kind named after the command, or ask which."""
    message = update.message
    assert message is not None
    wanted = (context.args or [""])[0].lower().lstrip(".")
    if wanted in texts.FORMATS:
        await _export(message, offices.of(context), wanted)
        return
    rows = tuple((button(label, "export", kind),) for kind, label in texts.FORMATS.items())
    await delivery.reply(message, notice(words.WHICH_FORMAT, rows))


async def export_tapped(update: Update, context: Context) -> None:
    """Send all entries as the kind of file tapped."""
    assert update.callback_query is not None
    assert context.match is not None
    message = update.callback_query.message
    if isinstance(message, Message):
        await _export(message, offices.of(context), context.match[1])


async def _export(message: Message, office: Office, kind: str) -> None:
    name = f"{EXPORT_NAME}.{kind}"
    data = await asyncio.to_thread(office.knowledge.export, name)
    count = len(office.knowledge.snapshot.facts)
    await message.reply_document(InputFile(data, filename=name), caption=words.exported(count))


async def backup(update: Update, context: Context) -> None:
    """Send a consistent copy of the database."""
    message = update.message
    assert message is not None
    office = offices.of(context)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / office.knowledge.path.name
        await asyncio.to_thread(office.editor.backup, copy)
        size = copy.stat().st_size
        if size > FileSizeLimit.FILESIZE_UPLOAD:
            limit = int(FileSizeLimit.FILESIZE_UPLOAD)
            await delivery.reply(message, notice(words.backup_too_big(size, limit)))
            return
        data = await asyncio.to_thread(copy.read_bytes)
    file = InputFile(data, filename=office.knowledge.path.name)
    await message.reply_document(file, caption=short(words.BACKUP, 1000))
