"""What people asked: counted for the administrators, and what was not answered, for them to decide.

Alike questions are one entry of what was not answered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from knowledge.dialogue.answering import ask
from knowledge.editing.trial import content
from knowledge.matching.matcher import Matcher
from knowledge.matching.text import stem, words
from knowledge.model import Answer, Fact, Unknown
from knowledge.storage.store import NOT_RIGHT, Asked

# Facts listed among the most asked and those marked not right.
LISTED = 5
# Likeness (0-100) of two questions' content words from which they are one.
ALIKE = 80
SUBSET = 90
# Letters that a single word must have more than, to stand for a whole question.
TELLING = 4
# Different wordings looked at, the most asked ones.
MOST = 500
OFFERED = 3
# The confidence (0-1) from which a gap given in reply is taken to have been meant.
EXPLAINED = 0.5


# --- Counts ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stats:
    """What was asked in a number of days.

    `counts` are by what came of a question and by what readers made of it; `worst` are facts marked
    not right: how often, of how many times shown.
    """

    days: int
    asked: int
    counts: Mapping[str, int]
    most_asked: tuple[tuple[str, int], ...]
    worst: tuple[tuple[str, int, int], ...]
    facts: int
    gaps: int
    phrasings: int


def count(asked: Sequence[Asked], facts: Mapping[str, Fact], days: int) -> Stats:
    """Count questions asked in the last `days` days."""
    known = [one for one in asked if one.fact in facts]
    shown = Counter(one.fact for one in known if one.outcome != "suggest")
    answered = Counter(one.fact for one in known if one.outcome == "answer")
    wrong = Counter(one.fact for one in known if one.feedback == NOT_RIGHT)
    live = [fact for fact in facts.values() if not fact.retired]
    return Stats(
        days,
        len(asked),
        Counter(said for one in asked for said in (one.outcome, one.feedback)),
        tuple((facts[fact].question, times) for fact, times in answered.most_common(LISTED)),
        tuple(
            (facts[fact].question, times, max(shown[fact], times))
            for fact, times in wrong.most_common(LISTED)
        ),
        facts=sum(not fact.is_gap for fact in live),
        gaps=sum(fact.is_gap for fact in live),
        phrasings=sum(len(fact.phrasings) for fact in live),
    )


# --- What was not answered ------------------------------------------------------------------------


@dataclass(slots=True)
class Cluster:
    """Questions that mean the same: the commonest wording, the others, and what readers did.

    `tapped` are suggestions taken and how often; `wrong` the entries marked not right; `offered`
    the entries that could be meant, the likeliest first.
    """

    question: str
    count: int = 0
    variants: list[str] = field(default_factory=list)
    tapped: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    offered: tuple[str, ...] = ()

    @property
    def not_right(self) -> int:
        """Count the votes that a reply was not right."""
        return self.wrong.total()


def clusters(
    asked: Iterable[Asked], matcher: Matcher, dismissed: Collection[str]
) -> tuple[Cluster, ...]:
    """Cluster the questions that were not answered, or not rightly; the most asked first."""
    groups: dict[str, list[Asked]] = {}
    for one in asked:
        if one.question not in dismissed and _is_open(one):
            groups.setdefault(one.question, []).append(one)
    ranked = sorted(groups.items(), key=lambda item: -len(item[1]))[:MOST]
    found: list[tuple[str, Cluster]] = []
    for question, rows in ranked:
        wrong = Counter(row.fact for row in rows if row.feedback == NOT_RIGHT and row.fact)
        if _answered_now(matcher, question, wrong):
            continue
        about = " ".join(map(stem, content(question) or words(question)))
        cluster = next((c for key, c in found if _alike(key, about)), None)
        if cluster is None:
            cluster = Cluster(question)
            found.append((about, cluster))
        cluster.count += len(rows)
        cluster.variants.append(question)
        cluster.tapped.update(row.tapped for row in rows if row.tapped)
        cluster.wrong.update(wrong)
    ordered = sorted((cluster for _, cluster in found), key=lambda cluster: -cluster.count)
    for cluster in ordered:
        cluster.offered = tuple(_offered(cluster, matcher))
    return tuple(ordered)


def _is_open(one: Asked) -> bool:
    if one.feedback == NOT_RIGHT:
        return True
    if one.outcome in ("unknown", "unread"):
        # A gap that surely matched has told the reader what the report does not say.
        return not one.fact or one.confidence < EXPLAINED
    return one.outcome == "suggest"


def _answered_now(matcher: Matcher, question: str, wrong: Collection[str]) -> bool:
    """Tell whether the knowledge base has learned the answer since."""
    owner = matcher.phrased(question)
    if owner is not None:
        return owner.id not in wrong
    if wrong:
        return False
    reply = ask(matcher, question)
    if isinstance(reply, Unknown):
        return reply.gap is not None and reply.gap.confidence >= EXPLAINED
    return isinstance(reply, Answer)


def _alike(one: str, other: str) -> bool:
    if fuzz.token_sort_ratio(one, other) >= ALIKE:
        return True
    # One question may say more than another; a single word does so only when it is a telling one.
    shorter = min(one.split(), other.split(), key=len)
    telling = len(shorter) > 1 or all(len(word) > TELLING for word in shorter)
    return telling and fuzz.token_set_ratio(one, other) >= SUBSET


def _offered(cluster: Cluster, matcher: Matcher) -> Sequence[str]:
    live = {fact.id for fact in matcher.facts}
    found = [fact for fact, _ in cluster.tapped.most_common()]
    found += [match.fact.id for match in matcher.weigh(matcher.read(cluster.question)[0]).matches]
    return [f for f in dict.fromkeys(found) if f in live and f not in cluster.wrong][:OFFERED]
