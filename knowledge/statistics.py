"""What people asked: counted for administrators, and what was not answered, for them to decide."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from knowledge.dialogue.answering import Conversation
from knowledge.matching.matcher import Matcher
from knowledge.matching.text import content, stem, words
from knowledge.model import Answer, Fact, Unknown
from knowledge.storage.store import NOT_RIGHT, Asked

# Facts listed among the most asked and those marked not right.
LISTED = 5
# Likeness (0-100) of two questions' content words from which they are one.
ALIKE = 80
# Different wordings looked at, the most asked ones.
MOST = 500
OFFERED = 3
# The confidence (0-1) from which a gap given in reply is taken to have been meant.
EXPLAINED = 0.5


@dataclass(frozen=True, slots=True)
class Stats:
    """What was asked in a number of days: what came of it, and what readers made of that.

    `worst` are facts marked not right: how often, of how many times shown.
    """

    days: int
    asked: int
    counts: Mapping[str, int]
    most_asked: Sequence[tuple[str, int]]
    worst: Sequence[tuple[str, int, int]]
    facts: int
    gaps: int
    phrasings: int


def count(asked: Sequence[Asked], facts: Mapping[str, Fact], days: int) -> Stats:
    """Count questions asked in the last `days` days."""
    known = [one for one in asked if one.fact in facts]
    shown = Counter(one.fact for one in known if one.outcome != "suggest")
    answered = Counter(one.fact for one in known if one.outcome == "answer")
    wrong = Counter(one.fact for one in known if one.feedback == NOT_RIGHT).most_common(LISTED)
    live = [fact for fact in facts.values() if not fact.retired]
    gaps = sum(fact.is_gap for fact in live)
    return Stats(
        days,
        len(asked),
        Counter(said for one in asked for said in (one.outcome, one.feedback)),
        [(facts[fact].question, times) for fact, times in answered.most_common(LISTED)],
        [(facts[fact].question, times, max(shown[fact], times)) for fact, times in wrong],
        len(live) - gaps,
        gaps,
        sum(len(fact.phrasings) for fact in live),
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
    offered: Sequence[str] = ()


def clusters(asked: Iterable[Asked], matcher: Matcher, dismissed: Collection[str]) -> list[Cluster]:
    """Cluster the questions that were not answered, or not rightly; the most asked first."""
    groups: dict[str, list[Asked]] = {}
    for one in asked:
        # A gap that surely matched has told the reader what the report does not say.
        is_told = one.outcome == "answer" or (one.fact and one.confidence >= EXPLAINED)
        is_open = one.feedback == NOT_RIGHT or one.outcome == "suggest" or not is_told
        if is_open and one.question not in dismissed:
            groups.setdefault(one.question, []).append(one)
    found: dict[str, Cluster] = {}
    for question, rows in sorted(groups.items(), key=lambda item: -len(item[1]))[:MOST]:
        wrong = Counter(row.fact for row in rows if row.feedback == NOT_RIGHT and row.fact)
        reply = Conversation(matcher).reply(question)
        explains = isinstance(reply, Unknown) and reply.gap and reply.gap.confidence >= EXPLAINED
        is_answered = explains or isinstance(reply, Answer)
        if is_answered and not any(match.fact.id in wrong for match in reply.matches):
            # The knowledge base has learned the answer since.
            continue
        about = " ".join(map(stem, content(question) or words(question)))
        alike = (one for one in found if fuzz.token_sort_ratio(one, about) >= ALIKE)
        about = next(alike, about)
        cluster = found.setdefault(about, Cluster(question))
        cluster.count += len(rows)
        cluster.variants.append(question)
        cluster.tapped.update(row.tapped for row in rows if row.tapped)
        cluster.wrong.update(wrong)
    for cluster in found.values():
        # Letters at random are not taught to an entry.
        if groups[cluster.question][-1].outcome != "unread":
            cluster.offered = _offered(cluster, matcher)
    return sorted(found.values(), key=lambda cluster: -cluster.count)


def _offered(cluster: Cluster, matcher: Matcher) -> Sequence[str]:
    found = [fact for fact, _ in cluster.tapped.most_common()]
    found += [match.fact.id for match in matcher.weigh(matcher.read(cluster.question)[0]).matches]
    live = [one for one in dict.fromkeys(found) if one in matcher.by_id]
    return [one for one in live if one not in cluster.wrong][:OFFERED]
