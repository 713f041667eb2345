"""Files in and out: an import with its dry run, an export, a backup."""

import asyncio
import tempfile
from pathlib import Path

from telegram.constants import FileSizeLimit

from bot.admin import texts
from bot.admin.access import Request, button, buttons, told
from bot.messages import BotMessage, notice
from bot.transport import delivery

# Characters of a list in a message; the whole comes as a file when it is longer.
SHOWN = 2_000
# Rows up to which a file is tried on the known questions; more would take too long.
TRIED = 300


async def dry_run(request: Request) -> BotMessage | None:
    """Show what a file would change, or say how to send one."""
    document = request.message.document
    if document is None:
        return notice(texts.HOW_TO_IMPORT)
    if (document.file_size or 0) > FileSizeLimit.FILESIZE_DOWNLOAD:
        return notice(texts.TOO_BIG)
    name = document.file_name or "file"
    shown = await request.show(notice(texts.READING))
    data = bytes(await (await document.get_file()).download_as_bytearray())
    reading = asyncio.to_thread(request.knowledge.plan_import, data, name)
    plan = await delivery.telling(request.show, reading)
    if plan.changes_nothing:
        said = "\n".join((texts.NO_CHANGE, "", *plan.notes)).strip()
        return notice(said[: 2 * SHOWN])
    is_long = len(str(plan)) > SHOWN
    parts = [texts.DRY_RUN_OF.format(name), str(plan)[:SHOWN] + "…" * is_long]
    if len(plan.edit.swaps) <= TRIED:
        trial = asyncio.to_thread(request.editor.trial(plan.edit))
        tried = await delivery.telling(request.show, trial)
        parts += [*told(tried, several=True), *([texts.RIVALS_STAY] if tried.rivals else [])]
    # Named after the message that shows it, which is the only one of its number.
    request.services.plans[f"{request.who} {shown.message_id}"] = plan
    row = buttons({"apply": texts.APPLY, "discard": texts.DISCARD}, shown.message_id)
    await request.show(notice("\n\n".join(parts), [row]))
    if is_long:
        whole = "\n".join(plan.lines(None)).encode()
        await request.message.reply_document(whole, texts.ALL_CHANGES, filename="changes.txt")
    return None


async def decide(request: Request) -> BotMessage:
    """Carry out an import that waits, or drop it."""
    plan = request.services.plans.pop(f"{request.who} {request.written}", None)
    if plan is None or request.verb == "discard":
        return notice(texts.DISCARDED if plan else texts.PLAN_GONE)
    return await request.carry_out(plan.edit)


async def export(request: Request) -> BotMessage | None:
    """Send all entries as a file of the kind named or tapped, or ask which."""
    wanted = request.written.lower().lstrip(".")
    if wanted not in texts.FORMATS:
        rows = [(button(label, "export", kind),) for kind, label in texts.FORMATS.items()]
        return notice(texts.WHICH_FORMAT, rows)
    base, name = request.knowledge, f"knowledge.{wanted}"
    data = await asyncio.to_thread(base.export, name)
    told = texts.EXPORTED.format(len(base.snapshot.facts))
    await request.message.reply_document(data, told, filename=name)
    return None


async def backup(request: Request) -> BotMessage | None:
    """Send a consistent copy of the database."""
    name, limit = request.knowledge.store.path.name, int(FileSizeLimit.FILESIZE_UPLOAD)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / name
        await asyncio.to_thread(request.knowledge.store.backup, copy)
        if (size := copy.stat().st_size) > limit:
            return notice(texts.BACKUP_TOO_BIG.format(size / 1e6, limit / 1e6))
        data = await asyncio.to_thread(copy.read_bytes)
    await request.message.reply_document(data, texts.BACKUP, filename=name)
    return None
