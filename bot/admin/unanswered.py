"""What people asked and did not get: one at a time, decided with one tap."""

from __future__ import annotations

import asyncio

from telegram import Message, Update

from bot.admin import callback_data, entry_form, preview_and_save, texts, words
from bot.admin import services as offices
from bot.admin.access import who
from bot.admin.callback_data import button
from bot.admin.services import Office
from bot.messages.message import BotMessage, Row, heading, notice, safe, short
from bot.services import Context
from bot.transport import delivery
from knowledge import Cluster, Fact, KnowledgeError, edits

DAYS = 90
VARIANTS = 8


async def unanswered(update: Update, context: Context) -> None:
    """Show the most asked of the questions that were not answered."""
    assert update.message is not None
    office = offices.of(context)
    await _count(office, who(update))
    await delivery.reply(update.message, page_of(office, who(update), 0))


async def _count(office: Office, me: int) -> None:
    office.clusters[me] = await asyncio.to_thread(office.editor.unanswered(DAYS))


def page_of(office: Office, me: int, place: int) -> BotMessage:
    """Show one of the questions, with what readers did and what can be done."""
    every = office.clusters.get(me, ())
    if not every:
        return notice(words.NOTHING_UNANSWERED)
    place %= len(every)
    cluster = every[place]
    mark = callback_data.mark(cluster.question)
    parts = [
        f"{safe(words.asked(place + 1, len(every), cluster.count))}\n{heading(cluster.question)}"
    ]
    if others := cluster.variants[1:]:
        more = f"\n… {len(others) - VARIANTS} more" if len(others) > VARIANTS else ""
        listed = "\n".join(f"• {short(text, 120)}" for text in others[:VARIANTS])
        parts.append(safe(f"{words.ALSO}\n{listed}{more}"))
    told = [
        words.picked(fact.question, count)
        for fact_id, count in cluster.tapped.most_common(3)
        if (fact := _fact(office, fact_id))
    ]
    told += [
        words.voted(fact.question if fact else "", count)
        for fact_id, count in cluster.wrong.most_common(3)
        for fact in (_fact(office, fact_id),)
    ]
    parts += [safe("\n".join(told))] if told else []
    rows: list[Row] = [
        (button(texts.phrasing_of(fact.question), "q", mark, fact.id),)
        for fact in (_fact(office, one) for one in cluster.offered)
        if fact
    ]
    rows.append((button(texts.NEW_FACT, "new", mark), button(texts.DISMISS, "dismiss", mark)))
    rows.append((button(texts.GAP, "hole", mark),))
    if len(every) > 1:
        rows.append((button(texts.LATER, "skip", mark),))
    return BotMessage("\n\n".join(parts), tuple(rows))


def _fact(office: Office, fact_id: str) -> Fact | None:
    try:
        return office.knowledge.fact(fact_id)
    except KnowledgeError:
        return None


async def _cluster(update: Update, context: Context, mark: str) -> tuple[int, Cluster] | None:
    """Give the question a button is about, or say that it is decided."""
    office, me = offices.of(context), who(update)
    if me not in office.clusters:
        await _count(office, me)
    for place, cluster in enumerate(office.clusters[me]):
        if callback_data.mark(cluster.question) == mark:
            return place, cluster
    assert update.callback_query is not None
    await delivery.below(update.callback_query, notice(words.CLUSTER_GONE))
    return None


async def learn(update: Update, context: Context) -> None:
    """Make a question, in all its wordings, phrasings of the entry tapped."""
    assert update.callback_query is not None
    assert context.match is not None
    mark, fact_id = context.match.groups()
    if not (found := await _cluster(update, context, mark)):
        return
    office, me = offices.of(context), who(update)
    place, cluster = found
    edit = edits.learned(office.knowledge.fact(fact_id), cluster.variants)
    done = await preview_and_save.made(office, edit, me)
    _settle(office, me, cluster)
    await delivery.turn(update.callback_query, done)
    await delivery.below(update.callback_query, page_of(office, me, place))


async def decide(update: Update, context: Context) -> None:
    """Begin a new fact or a gap with the question, dismiss it, or look at the next."""
    query = update.callback_query
    assert query is not None
    assert context.match is not None
    verb, mark = context.match.groups()
    if not (found := await _cluster(update, context, mark)):
        return
    office, me = offices.of(context), who(update)
    place, cluster = found
    if verb == "skip":
        await delivery.turn(query, page_of(office, me, place + 1))
        return
    if verb == "dismiss":
        office.editor.dismiss(cluster.variants)
        _settle(office, me, cluster)
        await delivery.turn(query, page_of(office, me, place))
        return
    question = cluster.question[:1].upper() + cluster.question[1:]
    cells: dict[str, object] = {"question": question, "also_asked": list(cluster.variants)}
    if verb == "hole":
        cells["kind"] = "gap"
    draft = office.drafts.begin(me, cells)
    draft.waiting = "answer"
    office.drafts.keep(me, draft)
    if isinstance(query.message, Message):
        await delivery.reply(query.message, entry_form.prompt(office, draft))


def _settle(office: Office, me: int, cluster: Cluster) -> None:
    office.clusters[me] = tuple(one for one in office.clusters[me] if one is not cluster)
