"""The values the knowledge base deals in. Confidence is a probability, 0-1, everywhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True, slots=True)
class Report:
    """A published report; every fact belongs to one."""

    id: str
    title: str
    short_title: str = ""
    publisher: str = ""
    published: str = ""
    url: str = ""
    ratings_url: str = ""
    reports_url: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a fact: a row by its label, or a table's cell by its row and `column`."""

    label: str
    value: float
    unit: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a person can ask: a fact of the report, or a gap (what the report does not say).

    `topic` is the heading under which it is browsed.
    `beside` has the ids of the facts that a gap stands beside, or of gaps that a fact is offered
    with; `measure` says what the figures count; `plain` is the answer in simpler words; `added` is
    the ISO date of an entry that an administrator saved without a source.
    """

    id: str
    question: str
    answer: str
    report: str = ""
    topic: str = ""
    also_asked: tuple[str, ...] = ()
    detail: str = ""
    link: str = ""
    source: str = ""
    kind: Literal["fact", "gap"] = "fact"
    figures: tuple[Figure, ...] = ()
    retired: bool = False
    beside: tuple[str, ...] = ()
    measure: str = ""
    plain: str = ""
    added: str = ""

    @property
    def is_gap(self) -> bool:
        """Tell whether this entry says what the report leaves out."""
        return self.kind == "gap"

    @property
    def has_columns(self) -> bool:
        """Tell whether its figures are cells of a table."""
        return any(figure.column for figure in self.figures)

    @property
    def phrasings(self) -> tuple[str, ...]:
        """Give every way of asking, the question itself first."""
        return (self.question, *self.also_asked)


@dataclass(frozen=True, slots=True)
class Term:
    """What people say and what the report means by it; terms of one `contrast` group differ."""

    said: str
    means: str
    contrast: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A fact offered for a question.

    `lead` is a sentence to say before its answer ("No."), `computed` what is said instead of it
    where figures were reckoned with; `asked` is the question as understood after what was said
    before; `of` has the ids of the entries whose item this is, where one was picked.
    """

    fact: Fact
    confidence: float
    lead: str = ""
    computed: str = ""
    asked: str = ""
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """Confident: up to three facts, for a message that asks several things.

    `unanswered` is the part that the report does not cover, `later` what is left to be asked.
    """

    matches: tuple[Match, ...]
    unanswered: str = ""
    later: str = ""


@dataclass(frozen=True, slots=True)
class Near:
    """The report does not say this; each lead says why not, its fact what it does say."""

    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Not sure enough: the likeliest facts, best first; a `note` is said above them."""

    matches: tuple[Match, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The report does not say, or the question could not be read; `gap` explains where one matched.

    `note` is said instead of anything else.
    """

    gap: Match | None = None
    note: str = ""
    unread: bool = False

    @property
    def matches(self) -> tuple[Match, ...]:
        """Give the gap, as other replies give their facts."""
        return (self.gap,) if self.gap else ()


@dataclass(frozen=True, slots=True)
class Remark(Unknown):
    """Nothing new was asked of a report ("thanks", "shorter"); `facts` were said last."""

    kind: str = ""
    facts: tuple[Fact, ...] = ()


Reply = Answer | Near | Suggestions | Unknown


def summary(reply: Reply) -> tuple[str, Match | None]:
    """Name a reply's outcome and give its first match."""
    outcome = "suggest" if isinstance(reply, Suggestions) else "unknown"
    if isinstance(reply, Unknown) and reply.unread:
        outcome = "unread"
    if isinstance(reply, Answer) and any(not match.fact.is_gap for match in reply.matches):
        outcome = "answer"
    return outcome, next(iter(reply.matches), None)


# Facts of a conversation that are remembered.
REMEMBERED = 20


@dataclass(frozen=True, slots=True)
class Context:
    """What the answers of a chat have said, as far as the next message may follow on from it.

    `question` is the last one as it was understood and `answered` has the ids of what answered it;
    `offered` those on offer, in order; `shown` all that were shown, newest first; `listed` those
    whose items are counted by "the second one"; `computed` is what was worked out from figures.
    `before` is how it stood at the answer before.
    """

    question: str = ""
    answered: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    computed: str = ""
    before: Context | None = None

    def after(self, question: str, reply: Reply) -> Context:
        """Give the context for what comes after a reply; a guess and a refusal are none."""
        ids = tuple(match.fact.id for match in reply.matches)
        # How it stood at the last answer, which remembers no other.
        last = replace(self, before=None, offered=()) if self.answered else self.before
        match reply:
            case Remark():
                return self
            case Suggestions(matches) if any(one.asked for one in matches):
                # Read after what was spoken of, which still is.
                return replace(self, offered=ids)
            case Suggestions() | Unknown(gap=None):
                return Context(offered=ids, shown=self.shown, before=last)
        first, asked = reply.matches[0], reply.matches[-1].asked or question
        shown = tuple(dict.fromkeys((*ids, *self.shown)))[:REMEMBERED]
        computed = first.computed if len(first.of) < 2 else ""
        # What the report does not say lists nothing.
        listed = (self.listed or self.answered) if first.fact.is_gap else first.of
        return Context(asked, ids, (), shown, listed, computed, last)


NO_CONTEXT = Context()


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a reply came about: in plain words, what was read and reckoned, how candidates scored."""

    question: str
    read_as: str
    repairs: tuple[tuple[str, str], ...]
    none: float
    candidates: tuple[Candidate, ...] = ()
    verdict: str = ""
    reading: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """One fact considered for a question, with what each feature gave."""

    fact: Fact
    confidence: float
    features: tuple[tuple[str, float], ...]
    nearest: str
