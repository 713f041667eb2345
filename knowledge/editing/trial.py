"""What a change would do, before it is made: ways of asking to add, rivals, questions it moves."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from knowledge.dialogue import dates
from knowledge.editing.version import Version
from knowledge.matching.text import stem, words
from knowledge.model import Answer, Fact, Near, Reply, Suggestions
from knowledge.progress import watched
from knowledge.snapshot import Edit

# Seconds that the known questions may be asked for, and as many that what is saved may be.
PATIENCE = 3.0
# Ways of asking an entry that it is asked for by.
REWORDED = 12
# Words that say how something is asked, not what about.
ASKING = frozenset(
    "a about an and any are as at be been by can could did do does for from had has have how i in "
    "is it its many me much my number of on or our please should tell that the their there these "
    "they this those to us was we were what whats when where which who whom whose why will with "
    "would you your currently now still today latest new newest since until".split()
)
# "denies": a gap says that the report doesn't give it; "near": another entry is given as near it;
# "answers": another is given as the answer; "older": another answers the same for another time.
How = Literal["denies", "near", "answers", "older"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A known question that a change answers differently."""

    question: str
    before: Reply
    after: Reply


@dataclass(frozen=True, slots=True)
class Rival:
    """An entry that speaks against one that is `saved`, and the questions that show it."""

    fact: Fact
    how: How
    saved: Fact
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a change moves of the `known` questions, as far as `asked` in time, and its rivals."""

    asked: int
    known: int
    differences: tuple[Difference, ...]
    rivals: tuple[Rival, ...] = ()


def compare(before: Version, after: Version, edit: Edit, questions: Sequence[str]) -> Trial:
    """Ask known questions before and after a change, those nearest to it first."""
    facts = [fact for pair in edit.facts() for fact in pair if fact is not None]
    mine = subject(" ".join(text for fact in facts for text in (*fact.phrasings, fact.answer)))
    known = sorted(dict.fromkeys(questions), key=lambda text: -len(subject(text) & mine))
    end = time.monotonic() + PATIENCE
    differences: list[Difference] = []
    asked = 0
    for text in watched(known, "trying"):
        if time.monotonic() > end:
            break
        asked += 1
        owner, heir = before.matcher.phrased(text), after.matcher.phrased(text)
        if owner is not None and heir is not None and owner.id == heir.id:
            # What is asked in an entry's own words is answered with it, whatever else there is.
            continue
        old, new = before.ask(text), after.ask(text)
        if _gist(old) != _gist(new):
            differences.append(Difference(text, old, new))
    return Trial(asked, len(known), tuple(differences), rivals(before, after, edit))


def _gist(reply: Reply) -> tuple[object, ...]:
    """Give what a reader would notice: what kind of reply, and the entries shown first."""
    shown = reply.matches if isinstance(reply, Answer) else reply.matches[:1]
    return type(reply), *(match.fact.id for match in shown)


# --- Entries that speak against it ----------------------------------------------------------------


def rivals(before: Version, after: Version, edit: Edit) -> tuple[Rival, ...]:
    """Give the entries that speak against those saved, asked for in their own and other words."""
    found: dict[str, Rival] = {}
    end = time.monotonic() + PATIENCE
    for _, fact in edit.facts():
        if fact is None or fact.retired or time.monotonic() > end:
            continue
        for other, how, text in _rivals(before, after, fact):
            if other.id in after.matcher.by_id:
                rival = Rival(after.matcher.by_id[other.id], how, fact, ())
                rival = rival if how == "older" else found.get(other.id, rival)
                found[other.id] = replace(rival, questions=(*rival.questions, text))
    return tuple(sorted(found.values(), key=lambda rival: -len(rival.questions)))


def _rivals(before: Version, after: Version, fact: Fact) -> Iterator[tuple[Fact, How, str]]:
    """Give each entry that speaks against a fact, how, and a question that shows it."""
    own = (fact.question, *fact.also_asked[:REWORDED])
    for text in dict.fromkeys((*own, *rewordings(fact))):
        if against := _against(after, text, fact):
            yield *against, text
    if fact.is_gap:
        return
    # A gap that denied it before still does to whoever asks in the gap's own words.
    for text in own:
        reply, asked = before.ask(text), subject(text)
        denying = () if isinstance(reply, Suggestions) else reply.matches[:1]
        for gap in (match.fact for match in denying if match.fact.is_gap):
            yield gap, "denies", max(gap.phrasings, key=lambda one: len(subject(one) & asked))
    # What answers the same question for another time.
    undated_owner, about = after.matcher.phrased(undated(fact.question)), subject(fact.question)
    for other in after.matcher.facts:
        if other.is_gap or other.id == fact.id or other.answer == fact.answer:
            continue
        if other is undated_owner or (about and subject(other.question) == about):
            yield other, "older", other.question


def _against(after: Version, text: str, fact: Fact) -> tuple[Fact, How] | None:
    """Give the entry that answers a question in place of `fact`, and how."""
    reply = after.ask(text)
    shown = [match.fact for match in reply.matches]
    # Whoever gets suggestions may still choose.
    if isinstance(reply, Suggestions) or not shown:
        return None
    if any(one.id == fact.id or one.answer == fact.answer for one in shown):
        return None
    if shown[0].is_gap or not isinstance(reply, Answer):
        return shown[0], "denies" if shown[0].is_gap else "near"
    return None if after.matcher.answers_both(shown[0], fact) else (shown[0], "answers")


# --- Other ways of asking -------------------------------------------------------------------------


def proposals(fact: Fact, after: Version) -> tuple[str, ...]:
    """Give ways of asking that find the fact in a version and that no entry is asked with yet."""
    kept: dict[tuple[str, ...], str] = {}
    for text in rewordings(fact):
        # What is read as one is proposed once.
        read = after.matcher.read(text)[0].tokens
        if read not in kept and after.matcher.phrased(text) is None:
            reply = after.ask(text)
            found = () if isinstance(reply, Near) else reply.matches[:1]
            if [match.fact.id for match in found] == [fact.id]:
                kept[read] = text
    return tuple(kept.values())


def rewordings(fact: Fact) -> tuple[str, ...]:
    """Give the question in the fewest words, and both without a date that it names."""
    # Measured on 180 facts cut down to their question and 449 questions on them: 1 in 100 more
    # found first and 3 answered right. Other openings ("number of"), a date or words of the answer
    # cost more than they brought.
    question = fact.question.strip().rstrip("?.! ")
    plain = undated(question)
    had = {tuple(words(text)) for text in fact.phrasings}
    found: dict[tuple[str, ...], str] = {}
    for text in (" ".join(content(plain)), plain, " ".join(content(question))):
        said = tuple(words(text))
        is_telling = len(said) > 1 or any(word not in ASKING and len(word) > 3 for word in said)
        if is_telling and said not in had:
            found.setdefault(said, text)
    return tuple(found.values())


@lru_cache(maxsize=5_000)
def subject(question: str) -> frozenset[str]:
    """Give the stems of what a question is about, whenever it asks for."""
    return frozenset(map(stem, content(undated(question))))


def undated(text: str) -> str:
    """Give a text without the dates it names."""
    return dates.named(text)[1].strip(" ,")


def content(text: str) -> list[str]:
    """Give the words of a question that say what it is about, in their order."""
    return [word for word in words(text) if word not in ASKING]
