"""What people asked and did not get: one at a time, decided with one tap."""

from __future__ import annotations

import asyncio

from bot.admin import entry_form, texts
from bot.admin.access import Request
from bot.admin.callback_data import button, mark
from bot.admin.preview_and_save import change
from bot.admin.services import AdminServices
from bot.messages.message import BotMessage, Row, heading, notice, safe, short
from knowledge import Cluster, edits

DAYS = 90
VARIANTS = 8


async def unanswered(request: Request) -> None:
    """Show the most asked of the questions that were not answered."""
    await _count(request)
    await request.reply(_page(request, 0))


async def _count(request: Request) -> None:
    shared = request.shared
    shared.clusters[request.who] = await asyncio.to_thread(shared.editor.unanswered(DAYS))


def _page(request: Request, place: int, done: str = "") -> BotMessage:
    """Show one of the questions after what was `done`, with what readers did and what can be."""
    shared, every = request.shared, request.shared.clusters.get(request.who, ())
    parts = [safe(done)] if done else []
    if not every:
        return BotMessage("\n\n".join([*parts, safe(texts.NOTHING_UNANSWERED)]))
    place %= len(every)
    cluster = every[place]
    head = safe(texts.asked(place + 1, len(every), cluster.count))
    parts.append(f"{head}\n{heading(cluster.question)}")
    if others := cluster.variants[1:]:
        more = f"\n… {len(others) - VARIANTS} more" if len(others) > VARIANTS else ""
        listed = "".join(f"\n• {short(text, 120)}" for text in others[:VARIANTS])
        parts.append(safe(f"{texts.ALSO}{listed}{more}"))
    if told := _told(shared, cluster):
        parts.append(safe("\n".join(told)))
    this = mark(cluster.question)
    rows: list[Row] = [
        (button(texts.MEANS.format(question), "q", this, fact_id),)
        for fact_id in cluster.offered
        if (question := _question(shared, fact_id))
    ]
    rows.append((button(texts.NEW_FACT, "new", this), button(texts.DISMISS, "dismiss", this)))
    rows.append((button(texts.GAP, "hole", this),))
    if len(every) > 1:
        rows.append((button(texts.LATER, "skip", this),))
    return BotMessage("\n\n".join(parts), tuple(rows))


def _told(shared: AdminServices, cluster: Cluster) -> list[str]:
    """Say what readers tapped and what they marked not right."""
    picked = [
        texts.READERS_PICKED.format(question, texts.times(count))
        for fact_id, count in cluster.tapped.most_common(3)
        if (question := _question(shared, fact_id))
    ]
    for fact_id, count in cluster.wrong.most_common(3):
        question = _question(shared, fact_id)
        on = f" on “{question}”" if question else ""
        picked.append(texts.MARKED_NOT_RIGHT.format(texts.times(count), on))
    return picked


def _question(shared: AdminServices, fact_id: str) -> str:
    fact = shared.knowledge.snapshot.facts.get(fact_id)
    return fact.question if fact else ""


async def _cluster(request: Request, this: str) -> tuple[int, Cluster] | None:
    """Give the question a button is about, or say that it is decided."""
    if request.who not in request.shared.clusters:
        await _count(request)
    for place, cluster in enumerate(request.shared.clusters[request.who]):
        if mark(cluster.question) == this:
            return place, cluster
    await request.reply(notice(texts.CLUSTER_GONE))
    return None


async def learn(request: Request) -> None:
    """Make a question, in all its wordings, phrasings of the entry tapped."""
    this, fact_id = request.tapped
    if found := await _cluster(request, this):
        place, cluster = found
        edit = edits.learned(request.shared.knowledge.fact(fact_id), cluster.variants)
        await change(request, edit, request.turn)
        _settle(request, cluster)
        await request.reply(_page(request, place))


async def decide(request: Request) -> None:
    """Begin a new fact or a gap with the question, dismiss it, or look at the next."""
    verb, this = request.tapped
    if not (found := await _cluster(request, this)):
        return
    place, cluster = found
    shared, question = request.shared, cluster.question
    if verb == "skip":
        await request.turn(_page(request, place + 1, texts.LEFT.format(question)))
    elif verb == "dismiss":
        shared.editor.dismiss(cluster.variants)
        _settle(request, cluster)
        await request.turn(_page(request, place, texts.DISMISSED.format(question)))
    else:
        cells: dict[str, object] = {
            "question": question[:1].upper() + question[1:],
            "also_asked": list(cluster.variants),
        }
        if verb == "hole":
            cells["kind"] = "gap"
        draft = shared.drafts.begin(request.who, cells)
        await entry_form.wait_for(request, draft, "answer")


def _settle(request: Request, cluster: Cluster) -> None:
    clusters = request.shared.clusters
    clusters[request.who] = tuple(one for one in clusters[request.who] if one is not cluster)
