"""What people asked and did not get: alike questions as one entry, for somebody to decide on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from knowledge.dialogue.answering import ask
from knowledge.matching.matcher import Matcher
from knowledge.matching.text import stem, words
from knowledge.model import Answer, Unknown
from knowledge.storage.question_log import NOT_RIGHT, Asked

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
_EMPTY = frozenset(
    "a about an and are as at be been by can could did do does for from had has have how i in is "
    "it its me my of on or please tell that the their there they this to was we were what whats "
    "when where which who why will with would you your any give many much".split()
)


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
        content = _content(question)
        cluster = next((c for key, c in found if _alike(key, content)), None)
        if cluster is None:
            cluster = Cluster(question)
            found.append((content, cluster))
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
    if one.outcome == "unknown":
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


def _content(question: str) -> str:
    stems = [stem(word) for word in words(question)]
    return " ".join([s for s in stems if s not in _EMPTY] or stems)


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
