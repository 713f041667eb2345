"""What people asked: what they didn't get, how much of it was answered, and why it was so."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

from bot.admin import entry_form, texts
from bot.admin.access import Request, button, in_rows, mark
from bot.admin.drafts import Draft
from bot.admin.preview_and_save import change
from bot.charts import drawing, wording
from bot.messages.message import BotMessage, heading, joined, notice, safe, short
from bot.transport import delivery
from knowledge import Candidate, Cluster, Stats, edits

# Days back that are looked through for what was not answered; wordings of one question listed.
DAYS, VARIANTS = 90, 8
# What readers did with one question that is told: entries tapped and marked not right.
TOLD = 3
SPANS = (7, 30)
# Of the outcomes told, so many are kinds of replies.
REPLIES = 4
CANDIDATES = 5


async def unanswered(request: Request) -> None:
    """Show the most asked of the questions that were not answered."""
    request.memory.pop("unanswered", None)
    await request.reply(_page(request, await _waiting(request)))


async def _waiting(request: Request) -> dict[str, Cluster]:
    """Give the questions that wait for a decision, by what their buttons carry."""
    if "unanswered" not in request.memory:
        found = await asyncio.to_thread(request.editor.unanswered(DAYS))
        request.memory["unanswered"] = {mark(one.question): one for one in found}
    waiting: dict[str, Cluster] = request.memory["unanswered"]
    return waiting


def _page(
    request: Request, waiting: dict[str, Cluster], place: int = 0, done: str = ""
) -> BotMessage:
    """Show one of the questions after what was `done`, with what readers did and what can be."""
    if not waiting:
        return joined([safe(done), safe(texts.NOTHING_UNANSWERED)])
    place %= len(waiting)
    this, cluster = list(waiting.items())[place]
    head = safe(texts.ASKED.format(place + 1, len(waiting), texts.times(cluster.count)))
    parts = [safe(done), f"{head}\n{heading(cluster.question)}"]
    if others := [f"\n• {short(text, 120)}" for text in cluster.variants[1:]]:
        more = [f"\n… {len(others) - VARIANTS} more"] if len(others) > VARIANTS else []
        parts.append(safe("".join([texts.ALSO, *others[:VARIANTS], *more])))
    questions = {key: one.question for key, one in request.knowledge.snapshot.facts.items()}
    told = [
        texts.READERS_PICKED.format(questions[key], texts.times(count))
        for key, count in cluster.tapped.most_common(TOLD)
        if key in questions
    ]
    for key, count in cluster.wrong.most_common(TOLD):
        on = f" on “{questions[key]}”" if key in questions else ""
        told.append(texts.MARKED_NOT_RIGHT.format(texts.times(count), on))
    parts.append(safe("\n".join(told)))
    meant = [key for key in cluster.offered if key in questions]
    rows = in_rows([button(texts.MEANS.format(questions[key]), "q", this, key) for key in meant])
    rows.append((button(texts.NEW_FACT, "new", this), button(texts.DISMISS, "dismiss", this)))
    rows.append((button(texts.GAP, "hole", this),))
    if len(waiting) > 1:
        rows.append((button(texts.LATER, "later", this),))
    return joined(parts, rows)


async def decide(request: Request) -> None:
    """Learn a question, begin an entry with it, dismiss it, or look at the next."""
    verb, (this, *meant) = request.verb, request.parts
    waiting = await _waiting(request)
    if this not in waiting:
        await request.reply(notice(texts.CLUSTER_GONE))
        return
    cluster, place = waiting[this], list(waiting).index(this)
    match verb:
        case "q":
            await change(request, edits.learned(request.knowledge.fact(*meant), cluster.variants))
            del waiting[this]
            await request.reply(_page(request, waiting, place))
        case "later":
            done = texts.LEFT.format(cluster.question)
            await request.show(_page(request, waiting, place + 1, done))
        case "dismiss":
            request.knowledge.store.asked.dismiss(cluster.variants)
            del waiting[this]
            done = texts.DISMISSED.format(cluster.question)
            await request.show(_page(request, waiting, place, done))
        case _:
            # As it might stand on a button; it was stored as it was typed.
            question = f"{cluster.question[:1].upper()}{cluster.question[1:].rstrip('?. ')}?"
            cells: dict[str, object] = {
                "question": re.sub(r"\bi\b", "I", question),
                "also_asked": list(cluster.variants),
                "kind": "gap" if verb == "hole" else "fact",
            }
            await entry_form.wait_for(request, Draft(cells=cells), "answer")


async def stats(request: Request) -> None:
    """Tell what was asked in the last week and month, and draw how it went."""
    spans = [request.knowledge.stats(days) for days in SPANS]
    await request.reply(counted(spans))
    if (longest := spans[-1]).asked:
        title = texts.STATS_TITLE.format(longest.days, longest.asked)
        drawn = wording.counted(title, _outcomes(longest))
        data = await asyncio.to_thread(drawing.draw, drawn)
        await request.message.reply_photo(data, safe(wording.told(drawn)), filename="stats.png")


def counted(spans: Sequence[Stats]) -> BotMessage:
    """Write what was asked in some spans of days, and of the longest, the last, what most."""
    parts = list[str]()
    for span in spans:
        told = [f"{count:,} {what.lower()}" for what, count in _outcomes(span).items()]
        head = heading(texts.STATS_HEAD.format(span.days, span.asked))
        parts.append("\n".join([head, ", ".join(told[:REPLIES]), ", ".join(told[REPLIES:])]))
    longest = spans[-1]
    often = [f"• {question} ({count})" for question, count in longest.most_asked]
    wrong = [f"• {question} ({count} of {shown})" for question, count, shown in longest.worst]
    for head, lines in ((texts.MOST_ASKED, often), (texts.WORST, wrong)):
        parts += ["\n".join([heading(head), *map(safe, lines)])] if lines else []
    parts.append(safe(texts.SIZE.format(longest.facts, longest.gaps, longest.phrasings)))
    return joined(parts)


def _outcomes(span: Stats) -> dict[str, int]:
    """Count what came of questions: the kinds of replies, then what readers said of them."""
    return {label: span.counts.get(key, 0) for key, label in texts.OUTCOMES.items()}


async def why(request: Request) -> None:
    """Show how an answer comes about: the verdict, the reading, the likeliest candidates first."""
    if not request.written:
        await request.reply(notice(texts.WHY_HOW))
        return
    standing = request.services.memory.standing(delivery.place_of(request.message))
    found = request.knowledge.explain(request.written, standing.context)
    head = [f"{texts.READ_AS} {found.read_as}"]
    head += [f"{texts.REPAIRED} {before} → {after}" for before, after in found.repairs]
    parts = [heading(found.verdict), safe("\n".join([*head, *found.reading]))]
    parts += map(_candidate, found.candidates[:CANDIDATES])
    parts.append(safe(f"{found.none:.0%} {texts.NONE_OF_ALL}"))
    await request.reply(joined(parts))


def _candidate(one: Candidate) -> str:
    shown = [
        (name, value)
        for name, value in one.features
        if abs(value) >= 0.005 and name in texts.FEATURES
    ]
    features = ", ".join(f"{texts.FEATURES[name]} {value:.2f}" for name, value in shown)
    nearest = f"{texts.NEAREST} {short(one.nearest, 100)}"
    head = heading(f"{one.confidence:.0%}", short(one.fact.question, 100))
    return "\n".join([head, safe(nearest), safe(features)])
