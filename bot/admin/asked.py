"""What people asked: what they didn't get, how much of it was answered, and why it was so."""

import asyncio
import re
from collections.abc import Sequence

from bot import charts
from bot.admin import entry_form, texts
from bot.admin.access import Draft, Request, buttons, mark
from bot.admin.entry_form import BOLD
from bot.charts import drawing
from bot.messages import BotMessage, heading, joined, notice, safe, short
from bot.transport import delivery
from knowledge import DISMISSED, Cluster, Stats, edits

# Days back that are looked through for what was not answered; wordings of one question listed.
DAYS, VARIANTS = 90, 8
# What readers did with one question that is told: entries tapped and marked not right.
TOLD = 3
SPANS = (7, 30)
# Of the outcomes told, so many are kinds of replies; candidates explained.
REPLIES, CANDIDATES = 4, 5


def times(count: int) -> str:
    """Say how often."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _page(request: Request, waiting: list[Cluster], place: int = 0, done: str = "") -> BotMessage:
    """Show one of the questions after what was `done`, with what readers did and what can be."""
    if not waiting:
        return joined([safe(done), safe(texts.NOTHING_UNANSWERED)])
    place %= len(waiting)
    cluster = waiting[place]
    head = safe(texts.ASKED.format(place + 1, len(waiting), times(cluster.count)))
    parts = [safe(done), f"{head}\n{heading(short(cluster.question, BOLD))}"]
    if others := [f"• {short(text, 120)}" for text in cluster.variants[1:]]:
        more = [f"… {len(others) - VARIANTS} more"] if len(others) > VARIANTS else []
        parts.append(safe("\n".join([texts.ALSO, *others[:VARIANTS], *more])))
    facts, this = request.knowledge.snapshot.facts, mark(cluster.question)
    told = [
        said.format(facts[key].question, times(count))
        for votes, said in ((cluster.tapped, texts.PICKED), (cluster.wrong, texts.MARKED_NOT_RIGHT))
        for key, count in votes.most_common(TOLD)
        if key in facts
    ]
    parts.append(safe("\n".join(told)))
    means = {key: texts.MEANS.format(facts[key].question) for key in cluster.offered}
    rows = [buttons({"means": label}, this, key) for key, label in means.items()]
    rows.append(buttons({"new": texts.NEW_FACT, "dismiss": texts.DISMISS}, this))
    rows.append(buttons({"hole": texts.GAP}, this))
    rows.append(buttons({"later": texts.LATER} if len(waiting) > 1 else {}, this))
    return joined(parts, rows)


async def unanswered(request: Request) -> BotMessage:
    """Show the most asked of the questions that were not answered, and do what is tapped below."""
    waiting = await asyncio.to_thread(request.editor.unanswered(DAYS))
    if request.verb == "unanswered":
        return _page(request, waiting)
    this, *meant = request.parts
    place = next((at for at, one in enumerate(waiting) if mark(one.question) == this), -1)
    if place < 0:
        request.shown = None
        return notice(texts.CLUSTER_GONE)
    cluster, done = waiting[place], ""
    match request.verb:
        case "later":
            return _page(request, waiting, place + 1)
        case "dismiss":
            for text in cluster.variants:
                request.knowledge.store.put_note(DISMISSED, text)
            done = texts.DISMISSED.format(cluster.question)
        case "means":
            edit = edits.learned(request.knowledge.fact(*meant), cluster.variants)
            if told := await request.change(edit):
                await request.show(told)
            request.shown = None
        case verb:
            # As it might stand on a button; it was stored as it was typed.
            question = f"{cluster.question[:1].upper()}{cluster.question[1:].rstrip('?. ')}?"
            draft = Draft(cells={"kind": "gap" if verb == "hole" else "fact"})
            draft.cells["question"] = re.sub(r"\bi\b", "I", question)
            draft.ask_also(cluster.variants)
            return await entry_form.onward(request, draft)
    del waiting[place]
    return _page(request, waiting, place, done)


async def stats(request: Request) -> None:
    """Tell what was asked in the last week and month, and draw how it went."""
    spans = [request.knowledge.stats(days) for days in SPANS]
    await delivery.reply(request.message, counted(spans))
    if (longest := spans[-1]).asked:
        title = texts.STATS_TITLE.format(longest.days, longest.asked)
        drawn = charts.counted(title, _outcomes(longest))
        data = await asyncio.to_thread(drawing.draw, drawn)
        await request.message.reply_photo(data, safe(charts.told(drawn)), filename="stats.png")


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


async def why(request: Request) -> BotMessage:
    """Show how an answer comes about: the verdict, the reading, the likeliest candidates first."""
    if not request.written:
        return notice(texts.WHY_HOW)
    standing = request.services.memory.standing(delivery.place_of(request.message))
    found = request.knowledge.explain(request.written, standing.context)
    head = [f"{texts.READ_AS} {found.read_as}"]
    head += [f"{texts.REPAIRED} {before} → {after}" for before, after in found.repairs]
    parts = [heading(short(found.verdict, BOLD)), safe("\n".join([*head, *found.reading]))]
    for one in found.candidates[:CANDIDATES]:
        told = heading(f"{one.confidence:.0%}", short(one.fact.question, 100))
        parts.append(f"{told}\n{safe(texts.NEAREST.format(short(one.nearest, 100)))}")
    parts.append(safe(f"{found.none:.0%} {texts.NONE_OF_ALL}"))
    return joined(parts)
